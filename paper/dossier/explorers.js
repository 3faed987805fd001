// Choices, and the result that was computed for them.
import { note } from "address";
import { grouped } from "percent";
import { percent, range, strips } from "strips";

const counted = (digits) => grouped(BigInt(digits));

// One rate: a menu for each choice; `show` writes the result of the row that they lead to: what it
// comes to, which is read aloud, and what more there is to see. `addressOf` names that row.
class Explorer {
  constructor(form, spec, show, addressOf) {
    Object.assign(this, { spec, show, addressOf });
    this.rows = spec.rows.split("\n").map((line) => line.split(" "));
    this.at = new Map(this.rows.map((row) => [this.key(row), row]));
    this.fields = document.createElement("fieldset");
    this.fields.setAttribute("aria-label", "Choices");
    this.said = Object.assign(document.createElement("div"), { className: "said" });
    this.said.setAttribute("role", "status");
    this.more = Object.assign(document.createElement("div"), { className: "more" });
    const result = Object.assign(document.createElement("div"), { className: "result" });
    result.append(this.said, this.more);
    this.menus = spec.choices.map((choice, place) => this.menu(choice, place));
    form.append(this.fields, result);
    this.fields.addEventListener("change", ({ target }) => {
      this.latest = this.menus.findIndex(({ menu }) => menu === target);
      this.draw();
      this.note();
    });
  }

  key = (row) => row.slice(0, this.spec.choices.length).join(" ");

  menu(choice, place) {
    const paragraph = document.createElement("p");
    const label = document.createElement("label");
    const menu = document.createElement("select");
    const hint = Object.assign(document.createElement("span"), { className: "hint" });
    menu.id = `${this.spec.id}-${choice.name}`;
    menu.dataset.choice = choice.name;
    hint.id = `${menu.id}-reason`;
    label.htmlFor = menu.id;
    menu.setAttribute("aria-describedby", hint.id);
    label.textContent = choice.question;
    choice.options.forEach(([option], value) => menu.add(new Option(option, value)));
    paragraph.append(label, menu, hint);
    this.fields.append(paragraph);
    return { menu, hint, choice, place };
  }

  set(row) {
    for (const { menu, place } of this.menus) menu.value = row[place];
    this.draw();
  }

  draw() {
    for (const { menu, hint, choice } of this.menus)
      hint.textContent = choice.options[menu.value][1] || choice.reason || "";
    const { said, more } = this.row() ? this.show(this.row(), this.spec) : this.refuse(this.chosen());
    this.said.replaceChildren(...said.filter(holdsSomething));
    this.more.replaceChildren(...more.filter(holdsSomething));
  }

  chosen = () => this.menus.map(({ menu }) => menu.value);

  row = () => this.at.get(this.chosen().join(" "));

  note() {
    if (this.row()) note(this.addressOf(this.row(), this.spec));
  }

  // Which of the choices never go together, and the nearest combination with the latest choice.
  refuse(chosen) {
    const apart = [];
    for (const one of this.menus)
      for (const other of this.menus)
        if (one.place < other.place && !this.meet(chosen, one.place, other.place))
          apart.push(`“${this.named(one)}” and “${this.named(other)}”`);
    const differs = (row) => chosen.filter((value, place) => value !== row[place]).length;
    const kept = this.rows.filter((row) => !(this.latest in chosen) || row[this.latest] === chosen[this.latest]);
    const nearest = kept.reduce((best, row) => (differs(row) < differs(best) ? row : best));
    const button = Object.assign(document.createElement("button"), { type: "button" });
    const changes = this.menus.filter(({ place }) => nearest[place] !== chosen[place]);
    button.textContent = `Change to: ${changes.map(({ choice, place }) => choice.options[nearest[place]][0]).join("; ")}`;
    button.addEventListener("click", () => {
      this.set(nearest);
      this.note();
      changes[0].menu.focus(); // the button is gone, and the focus is not to go with it
    });
    return {
      said: [
        paragraph("No such specification", "estimate"),
        paragraph(apart.length ? `These do not go together: ${apart.join("; ")}.` : "These choices do not go together."),
        button,
      ],
      more: [],
    };
  }

  meet = (chosen, one, other) => this.rows.some((row) => row[one] === chosen[one] && row[other] === chosen[other]);

  named = ({ menu }) => menu.selectedOptions[0].text;
}

const holdsSomething = (part) => part.textContent || part.children.length;

function paragraph(text, className = "") {
  return Object.assign(document.createElement("p"), { className, textContent: text });
}

function linked(text, address) {
  const link = Object.assign(document.createElement("a"), { href: address, textContent: text });
  const made = paragraph("", "soft");
  made.append(link);
  return made;
}

// The fields of a row after its choices.
const rest = (row, spec) => row.slice(spec.choices.length);

function showSpecification(row, spec) {
  const [id, k, n, group, ...cells] = rest(row, spec);
  const [estimate, lower, upper, plausible, standing, estimand] = cells.map(Number);
  const holds = spec.notes.standing[standing];
  const meant = spec.notes.estimand[estimand];
  const limits = cells[1] && [lower, upper]; // none where the assumptions cannot all hold
  const of = `${counted(k)} of ${counted(n)}`;
  const counts = group ? `${of}, for a group of ${counted(group)}` : of;
  const said = [
    paragraph(percent(estimate), "estimate"),
    paragraph(`${limits ? `95% interval ${range(limits)}; from` : "From"} ${counts}.`),
    paragraph(holds === "possible" ? "" : `These assumptions cannot all hold (${holds}).`),
  ];
  const more = [
    strips("From 0 to 100%", [
      { label: "this specification", mark: estimate, reach: limits, text: percent(estimate) },
      { label: "plausible specifications of the same thing", bar: spec.ranges.same, text: range(spec.ranges.same) },
      { label: "all plausible specifications", bar: spec.ranges.any, text: range(spec.ranges.any) },
      { label: "as printed", mark: spec.printed, text: spec.as_printed },
      { label: spec.other.label, mark: spec.other.tenths, text: percent(spec.other.tenths) },
    ]),
    paragraph(
      meant === "same"
        ? "It is a rate of the same thing as the one printed."
        : `It is a rate of something else than the one printed, by the ${answers(meant, spec)}.`,
    ),
    paragraph(plausible ? "Each choice is plausible." : "At least one choice is an extreme that is shown but not held plausible."),
    linked(`Specification ${spec.id}-${id}`, addressOfSpecification(row, spec)),
  ];
  return { said, more };
}

const addressOfSpecification = (row, spec) => `#specification-${spec.id}-${rest(row, spec)[0]}`;

// “changed: group, horizon” in the words of the menus.
function answers(meant, spec) {
  const names = meant.replace("changed: ", "").split(", ");
  const asked = names.map((name) => `“${spec.choices.find((choice) => choice.name === name).question}”`);
  return `${asked.length > 1 ? "answers" : "answer"} to ${asked.join(", ")}`;
}

// All headline rates, one of them shown. The address may name a specification.
export function specifications(form, rates) {
  const head = document.createElement("p");
  const label = Object.assign(document.createElement("label"), { htmlFor: "rate", textContent: "Headline rate" });
  const menu = Object.assign(document.createElement("select"), { id: "rate" });
  rates.forEach((rate, value) => menu.add(new Option(rate.label, value)));
  head.append(label, menu);
  form.addEventListener("submit", (event) => event.preventDefault());

  const open = (rate, row) => {
    form.replaceChildren();
    const explorer = new Explorer(form, rate, showSpecification, addressOfSpecification);
    form.prepend(head);
    explorer.set(row ?? explorer.rows.reduce((first, each) => (earlier(each, first, rate) ? each : first)));
    return explorer;
  };
  menu.addEventListener("change", () => {
    open(rates[menu.value]).note();
    menu.focus();
  });
  open(rates[0]);

  return (name) => {
    const rate = rates.find(({ id }) => `${name}-`.startsWith(`${id}-`));
    if (!rate) return null;
    const hash = name.slice(rate.id.length + 1);
    menu.value = rates.indexOf(rate);
    open(rate, rate.rows.split("\n").map((line) => line.split(" ")).find((row) => rest(row, rate)[0] === hash));
    return document.getElementById("specifications");
  };
}

// The first option of each choice comes first: what the rate is as published.
function earlier(one, other, spec) {
  const place = spec.choices.findIndex((_, at) => one[at] !== other[at]);
  return place >= 0 && Number(one[place]) < Number(other[place]);
}

function showSetting(row, spec) {
  const [none, reliable, model, regression, remission, effect, standing, note] = rest(row, spec).map(Number);
  const holds = spec.notes.standing[standing];
  const gave = spec.notes.note[note];
  const said = [
    paragraph(percent(none), "estimate"),
    paragraph(`would be reported as recovered without any effect of treatment (${percent(reliable)} reliably), where ${percent(spec.published)} (${percent(spec.published_reliable)}) were.`),
    paragraph(holds === "fitted" ? "The model meets the published start." : `Shown, but the model does not meet the published start: ${holds.replace("calibration infeasible: ", "")}.`),
  ];
  const more = [
    strips("From 0 to 100%", [
      { label: `published: ${spec.of}`, mark: spec.published, text: percent(spec.published) },
      { label: "without effect", mark: none, text: percent(none) },
      { label: "the model’s recovery", mark: model, text: percent(model) },
      { label: "of it, by regression to the mean", bar: [0, regression], text: percent(regression) },
      { label: "by natural remission", bar: [0, remission], text: percent(remission) },
      { label: "left to treatment", bar: [0, effect], text: percent(effect) },
    ]),
    paragraph(gave && `What had to give: ${gave}.`),
  ];
  return { said, more };
}

// The names of the choices and of the options: an address outlives a new option.
function addressOfSetting(row, spec) {
  const pairs = spec.choices.map(({ name, options }, place) => [name, options[row[place]][0]]);
  return `#no-effect?${new URLSearchParams(pairs)}`;
}

export function noEffect(form, spec) {
  const explorer = new Explorer(form, spec, showSetting, addressOfSetting);
  form.addEventListener("submit", (event) => event.preventDefault());
  explorer.set(spec.default.map(String));

  // `#no-effect?months=12+months`: what is not named, or not known, is as by default.
  return (fields) => {
    const wanted = ({ name, options }, place) => {
      const at = options.findIndex(([option]) => option === fields.get(name));
      return String(at < 0 ? spec.default[place] : at);
    };
    explorer.set(spec.choices.map(wanted));
    return document.getElementById("no-effect");
  };
}
