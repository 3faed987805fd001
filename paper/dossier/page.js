// What is shown: the overview, or the page of one claim; the address says which.
import { named, whereabouts } from "address";
import { claimsTable } from "claims-table";
import { copyButton } from "copy-button";
import { noEffect, specifications } from "explorers";
import { ask } from "percent";
import { askMany } from "percent-table";

const data = (name) => JSON.parse(document.getElementById(`data-${name}`).textContent);
const title = document.title;

// The parts of the page that take their state from the address: by the beginning of their names, or
// by their name with fields after it.
const table = claimsTable(document.getElementById("claims"));
const parts = {
  verdict: table.showVerdict,
  percent: ask(document.getElementById("ask"), data("percent-rules")),
};
const sections = { figures: table.show };
askMany(document.getElementById("ask-many"), data("percent-rules"));
const explorer = (name) => document.querySelector(`.explorer[data-of="${name}"]`);
if (explorer("specifications")) {
  parts.specification = specifications(explorer("specifications"), data("specifications"));
  sections["no-effect"] = noEffect(explorer("no-effect"), data("no-effect"));
}

// The link that led to the page of a claim, and the address that it stood at.
let left = { link: null, address: null };

function show(from = "") {
  const { name, fields } = named();
  const claim = name.startsWith("claim-") && claimPage(name);
  const came = document.documentElement.classList.contains("reading-claim");
  if (claim && !came) left = { link: document.activeElement, address: from };
  document.documentElement.classList.toggle("reading-claim", Boolean(claim));
  document.getElementById("claim-page").replaceChildren(...(claim ? [claim] : []));
  document.title = claim ? `${claim.querySelector("h2 bdi").textContent}: ${title}` : title;
  if (claim) return open(claim);
  const place = placeOf(name, fields);
  if (came && left.address === location.hash && backTo(left.link)) return;
  place?.scrollIntoView();
}

function placeOf(name, fields) {
  if (fields && sections[name]) return sections[name](fields);
  const [part, ...rest] = name.split("-");
  return document.getElementById(name) ?? parts[part]?.(rest.join("-"));
}

// Whoever goes back finds the place that they left.
function backTo(link) {
  if (!link?.isConnected || link === document.body) return false;
  link.focus({ preventScroll: true });
  link.scrollIntoView({ block: "center" });
  return true;
}

// The pages of all claims are one text, so that a browser need not build them all.
const pages = document.getElementById("claim-pages").textContent;

function claimPage(name) {
  const id = pages.indexOf(` id="${name}"`);
  if (id < 0) return null;
  const template = document.createElement("template");
  template.innerHTML = pages.slice(pages.lastIndexOf("<article", id), pages.indexOf("</article>", id));
  return template.content.firstElementChild;
}

function open(claim) {
  claim.querySelector(".chain").append(citation(claim));
  const place = claim.querySelector(".uses");
  if (place) listUses(place, data("numbers"));
  landOn(claim);
}

function landOn(claim) {
  if (!claim) return;
  scrollTo(0, 0);
  claim.querySelector("h2").focus({ preventScroll: true });
}

// A verdict in one paragraph, to be quoted.
function citation(claim) {
  const words = (selector) => spelled(claim.querySelector(selector));
  const verdicts = [...claim.querySelector("h2 + p").querySelectorAll(".verdict")].map((chip) => chip.textContent);
  const text =
    `${words("h2 bdi")} (${words("small")}): ${verdicts.join(", ")}${words("h2 + p .soft") && " by the group that it may be of"}. ` +
    `Printed as ${words(".chain p")} ${document.getElementById("top").textContent}, ${whereabouts(location.hash)}`;
  const item = document.createElement("li");
  const shown = Object.assign(document.createElement("p"), { textContent: text });
  item.append(Object.assign(document.createElement("h3"), { textContent: "To cite" }), shown, copyButton("Copy", text, shown));
  return item;
}

// The text of an element: what <bdi> keeps apart on the page stays apart in the text.
const TURNS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

function spelled(element) {
  const holder = document.createElement("div");
  if (element) holder.append(element.cloneNode(true));
  for (const part of holder.querySelectorAll("bdi"))
    if (TURNS.test(part.textContent)) part.textContent = `\u2068${part.textContent}\u2069`;
  return holder.textContent.trim();
}

// The numbers of the paper that rest on a claim; written when asked, since they are thousands.
function listUses(place, uses) {
  const descend = uses.of[place.dataset.claim] ?? [];
  if (!descend.length) return place.append("; no number of the paper is computed from it.");
  const summary = document.createElement("summary");
  summary.textContent = `${descend.length} number${descend.length > 1 ? "s" : ""} of the paper computed from it`;
  const list = document.createElement("ul");
  for (const [id, text, formula] of descend.map((at) => uses.numbers[at])) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = `../paper/paper.html#num-${id}`;
    link.textContent = text;
    item.append(link, `: ${uses.formulas[formula]} (${id.replaceAll("-", " ")})`);
    list.append(item);
  }
  const details = document.createElement("details");
  details.append(summary, list);
  place.append(details);
}

addEventListener("hashchange", ({ oldURL }) => show(new URL(oldURL).hash));
// What is out of view is laid out once the rest is drawn, unless the address may lead there.
const settle = () => document.documentElement.classList.remove("loading");
if (location.hash) settle();
else requestAnimationFrame(() => (window.requestIdleCallback ?? setTimeout)(settle));
show();
// When everything is loaded, a browser goes to the place that the address names, and drops the focus.
addEventListener("load", () => setTimeout(() => landOn(document.querySelector("article.claim"))));
