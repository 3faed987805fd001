// Can a printed percentage be what it says it is? The rules and the sentences come from the
// package; here is only the arithmetic, in whole numbers of any size.
import { note } from "address";
import { copyButton } from "copy-button";

export const grouped = (n) => n.toLocaleString("en-GB");
const floor = (a, b) => a / b - (a % b !== 0n && a < 0n !== b < 0n ? 1n : 0n);
const ceil = (a, b) => -floor(-a, b);
const max = (a, b) => (a > b ? a : b);
const min = (a, b) => (a < b ? a : b);
const gcd = (a, b) => (b ? gcd(b, a % b) : a);

export const MOST_AT_MOST = 100_000; // sizes to search here; the command takes more

// Coverage is left unknown beyond so many steps, as in the package.
const MOST_STEPS = 2e8;

export class Mistake extends Error {}

export function reader(rules) {
  const pattern = new RegExp(`^(?:${rules.pattern})$`);
  return (printed) => {
    const text = printed.trim().replace(/%$/, "").trimEnd();
    if (!text) throw new Mistake("Type a percentage.");
    const decimals = text.includes(".") ? text.length - text.indexOf(".") - 1 : 0;
    if (!pattern.test(text) || decimals > rules.most_decimals)
      throw new Mistake(`“${printed}” is not a figure: ${rules.figure_rule}`);
    const figure = { digits: BigInt(text.replace(/[,.]/g, "")), decimals };
    if (figure.digits > 100n * scale(figure)) throw new Mistake("a percentage of a part lies between 0 and 100");
    return figure;
  };
}

const scale = (figure) => 10n ** BigInt(figure.decimals);

function plain(digits, decimals) {
  const text = digits.toString().padStart(decimals + 1, "0");
  return decimals ? `${text.slice(0, -decimals)}.${text.slice(-decimals)}` : text;
}

// A proportion as a percentage, half up.
const printPercent = (count, size, decimals) =>
  plain((200n * count * 10n ** BigInt(decimals) + size) / (2n * size), decimals);

export function judge(rules, { printed, size = null, most = null, rounding = "" }) {
  const figure = reader(rules)(printed);
  const inForce = rounding ? [rounding] : rules.ordinary;
  const steps = 200n * scale(figure);

  // Counts of n that print as the figure, first and last, under one rule.
  const between = (n, rule) => {
    let [below, above, openLow, openHigh] = rules.ends[rule].map(BigInt);
    if (rule === "half_even") openLow = openHigh = figure.digits % 2n;
    const first = ceil((2n * figure.digits + below) * n + openLow, steps);
    const last = floor((2n * figure.digits + above) * n - openHigh, steps);
    return [max(first, 0n), min(last, n)];
  };
  const smallest = (n, among) => {
    const found = among.map((rule) => between(n, rule)).filter(([first, last]) => first <= last);
    return found.length ? found.map(([first]) => first).reduce(min) : null;
  };
  const fits = (n, among) => smallest(n, among) !== null;
  const sizesUnder = (among) => {
    const found = [];
    for (let n = 1n; n <= most; n++) if (fits(n, among)) found.push(n);
    return found;
  };
  let known = null;
  const sizes = () => {
    if (!known) known = sizesUnder(inForce);
    if (!known.length) known = sizesUnder(rules.any);
    return known;
  };

  const others = rules.any.filter((rule) => !inForce.includes(rule));
  const rulesOf = { CutOff: ["truncated"], OtherRounding: others };
  const none = () => false;
  const holds = {
    NoDenominator: () => size === null && most === null,
    EveryFigureFits: () =>
      size !== null ? isComplete(size, figure, inForce) : anyFits(most, figure, inForce),
    HedgeHolds: none, // no figure typed here is hedged
    HedgeFails: none,
    NoSizeFits: () => size === null && !sizes().length,
    SomeSizesFit: () => size === null,
    Ordinary: () => fits(size, inForce),
    CutOff: () => fits(size, rulesOf.CutOff),
    OtherRounding: () => fits(size, others),
    NoWitness: () => true,
  };
  const check = rules.checks.find(({ name }) => holds[name]());
  const among = rulesOf[check.name] ?? inForce;

  const words = {
    printed: () => `${plain(figure.digits, figure.decimals)}%`,
    unit: () => "persons",
    n: () => grouped(size),
    n_max: () => grouped(most),
    size: () => (size !== null ? grouped(size) : `up to ${grouped(most)}`),
    k: () => grouped(smallest(size, among)),
    exact: () => printPercent(smallest(size, among), size, figure.decimals + 2),
    rounded: () => printPercent(smallest(size, among), size, figure.decimals),
    rule: () => rules.words[among.find((rule) => fits(size, [rule]))],
    named: () => (rounding ? ` under the rule ${rounding}` : ""),
    nearest: () => {
      const below = (figure.digits * size) / (100n * scale(figure));
      return [below, below + 1n]
        .filter((k) => k <= size)
        .map((k) => `${printPercent(k, size, figure.decimals)}% (${grouped(k)})`)
        .join(" and ");
    },
    sizes: () => {
      const found = sizes();
      const rest = found.length - rules.longest_list;
      const listed = found.slice(0, rules.longest_list).map(grouped).join(", ");
      return `${grouped(found.length)} ${found.length === 1 ? "fits" : "fit"} it: ${listed}${rest > 0 ? ` and ${grouped(rest)} more` : ""}`;
    },
    joint: () => "", // of several figures of one group
    deduced: () => "",
    hypotheses: () => ", so no count can be tested",
  };
  const near = size !== null && !fits(size, inForce) && !fits(size, rules.any) ? nearestFits(size, inForce, smallest) : [];
  const also = near.length
    ? ` It would fit ${near.map(([k, n]) => `${grouped(k)} of ${grouped(n)}`).join(" or ")}.`
    : size === null && most === null
      ? smallestFit(inForce, smallest)
      : "";
  return {
    verdict: check.verdict,
    said: check.said,
    sentence: check.sentence.replace(/\{(\w+)\}/g, (_, word) => words[word]()) + also,
  };
}

// Whether every figure of so many decimals is printed by some count of n. From n = 100·10^decimals
// on it is. Below, neighbours are more than one last digit apart, so that one rule misses
// M - n figures (M = 100·10^decimals). A tie printed either way adds one figure, and there are
// gcd(M, n) ties if n / gcd(M, n) is even, else none; half up and half to even differ in every
// other tie only, which is never enough.
export function isComplete(n, figure, inForce) {
  const steps = 100n * scale(figure);
  if (n >= steps) return true;
  const ties = gcd(steps, n);
  return inForce.includes("either_tie") && (n / ties) % 2n === 0n && steps - n === ties;
}

// The same for some size up to a bound, counted out as the package does.
function anyFits(most, figure, inForce) {
  const steps = 100 * 10 ** figure.decimals;
  if (most >= BigInt(steps)) return true;
  const bound = Number(most);
  if ((bound * (bound + 1)) / 2 > MOST_STEPS) return false;
  const seen = new Uint8Array(steps + 1);
  let left = steps + 1;
  for (let n = bound; n > 0 && left; n--)
    for (let k = 0; k <= n; k++)
      for (const digits of printed(k, n, steps, inForce)) {
        left -= 1 - seen[digits];
        seen[digits] = 1;
      }
  return left === 0;
}

// What a count prints under each rule: the other direction.
function* printed(k, n, steps, inForce) {
  const twice = 2 * steps * k;
  const up = Math.floor((twice + n) / (2 * n));
  const down = Math.ceil((twice - n) / (2 * n));
  for (const rule of inForce) {
    if (rule === "truncated") yield Math.floor(twice / (2 * n));
    else if (rule === "ceiling") yield Math.ceil(twice / (2 * n));
    else if (rule === "half_up") yield up;
    else if (rule === "half_down") yield down;
    else if (rule === "half_even") yield up % 2 ? down : up;
    else yield* [up, down];
  }
}

function nearestFits(size, inForce, smallest) {
  const found = [];
  for (const [from, to, step] of [[size - 1n, 0n, -1n], [size + 1n, 2n * size + 1n, 1n]])
    for (let n = from; n !== to; n += step) {
      const count = smallest(n, inForce);
      if (count !== null) {
        found.push([count, n]);
        break;
      }
    }
  return found;
}

function smallestFit(inForce, smallest) {
  for (let n = 1n; n <= MOST_AT_MOST; n++) {
    const count = smallest(n, inForce);
    if (count !== null) return ` It fits ${grouped(count)} of ${grouped(n)}, and no smaller group.`;
  }
  return "";
}

// What was typed, read: a size may be grouped, and is the most it can be where `known` says so.
export function readQuestion(rules, { printed, size, known = "exact", rounding = "" }) {
  const figure = reader(rules)(printed);
  const number = whole(size);
  const bounded = known === "most" && number !== null;
  if (bounded && number > MOST_AT_MOST && number < 100n * scale(figure))
    throw new Mistake(`sizes up to ${grouped(MOST_AT_MOST)} are searched here; the command recovery-audit percent takes larger ones`);
  return { printed, size: bounded ? null : number, most: bounded ? number : null, rounding };
}

function whole(text) {
  const digits = text.trim().replace(/[,\s\u202f]/g, "");
  if (!digits) return null;
  if (!/^\d{1,10}$/.test(digits) || BigInt(digits) < 1n || BigInt(digits) > 10n ** 9n)
    throw new Mistake(`“${text}” is no size of a group: a whole number from 1 to 1,000,000,000, or nothing`);
  return BigInt(digits);
}

export function chip(said) {
  const made = Object.assign(document.createElement("span"), { className: "verdict" });
  made.textContent = made.dataset.verdict = said;
  return made;
}

// The form, and the answer as text; below it, how to ask the same again.
export function ask(form, rules) {
  const answer = document.getElementById("answer");
  const again = document.getElementById("again");
  const show = () => {
    try {
      const asked = readQuestion(rules, Object.fromEntries(new FormData(form)));
      const { said, sentence } = judge(rules, asked);
      answer.replaceChildren(paragraph(chip(said)), paragraph(sentence));
      again.replaceChildren(...sameAgain(asked, said, sentence));
      return addressOf(asked);
    } catch (error) {
      if (!(error instanceof Mistake)) throw error;
      answer.replaceChildren(paragraph(error.message));
      again.replaceChildren();
      return "#percentage";
    }
  };
  const sameAgain = (asked, said, sentence) => {
    const link = Object.assign(document.createElement("a"), { textContent: "Link to this answer" });
    link.href = addressOf(asked);
    const code = Object.assign(document.createElement("code"), { textContent: commandOf(asked) });
    const text = `${said}: ${sentence} (${commandOf(asked)})`;
    return [paragraph(link, "; on a command line ", code), copyButton("Copy this answer", text, form.nextElementSibling)];
  };
  form.addEventListener("input", () => note(show()));
  form.addEventListener("submit", (event) => event.preventDefault());
  show();

  // `#percent-45.25-of-172` asks at once; `-of-at-most-172` likewise, `#percent-45.25` without a size.
  return (name) => {
    const [question, rounding = ""] = name.split("-rounded-");
    const [printed, size = ""] = question.split("-of-");
    form.elements.rounding.value = rules.ends[rounding] ? rounding : "";
    form.elements.printed.value = printed;
    form.elements.known.value = size.startsWith("at-most-") ? "most" : "exact";
    form.elements.size.value = size.replace("at-most-", "");
    show();
    return document.getElementById("percentage");
  };
}

function addressOf({ printed, size, most, rounding }) {
  const of = size !== null ? `-of-${size}` : most !== null ? `-of-at-most-${most}` : "";
  return `#percent-${encodeURIComponent(printed.trim())}${of}${rounding && `-rounded-${rounding}`}`;
}

function commandOf({ printed, size, most, rounding }) {
  const options = size !== null ? ` --of ${size}` : most !== null ? ` --n-max ${most}` : "";
  return `recovery-audit percent ${printed.trim()}${options}${rounding && ` --rounding ${rounding}`}`;
}

function paragraph(...parts) {
  const made = document.createElement("p");
  made.append(...parts);
  return made;
}
