// What is shown: the overview, or the page of one claim; the address says which.
import { ask } from "percent";
import { askMany } from "percent-table";
import { claimsTable } from "claims-table";
import { noEffect, specifications } from "explorers";

const data = (name) => JSON.parse(document.getElementById(`data-${name}`).textContent);
const title = document.title;

// The parts of the page that take their state from the address, by the beginning of their names.
const parts = {
  verdict: claimsTable(document.getElementById("claims")),
  percent: ask(document.getElementById("ask"), document.getElementById("answer"), data("percent-rules")),
};
askMany(document.getElementById("ask-many"), data("percent-rules"));
const explorer = (name) => document.querySelector(`.explorer[data-of="${name}"]`);
if (explorer("specifications")) {
  parts.specification = specifications(explorer("specifications"), data("specifications"));
  noEffect(explorer("no-effect"), data("no-effect"));
}

function show() {
  const name = decodeURIComponent(location.hash.slice(1));
  const claim = name.startsWith("claim-") && claimPage(name);
  document.documentElement.classList.toggle("reading-claim", Boolean(claim));
  document.getElementById("claim-page").replaceChildren(...(claim ? [claim] : []));
  document.title = claim ? `${claim.querySelector("h2 bdi").textContent}: ${title}` : title;
  if (claim) return open(claim);
  const [part, ...rest] = name.split("-");
  const place = document.getElementById(name) ?? parts[part]?.(rest.join("-"));
  place?.scrollIntoView();
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
  const place = claim.querySelector(".uses");
  if (place) listUses(place, data("numbers"));
  landOn(claim);
}

function landOn(claim) {
  if (!claim) return;
  scrollTo(0, 0);
  claim.querySelector("h2").focus({ preventScroll: true });
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
    item.append(link, ` ${uses.formulas[formula]} `);
    list.append(item);
  }
  const details = document.createElement("details");
  details.append(summary, list);
  place.append(details);
}

addEventListener("hashchange", show);
show();
// When everything is loaded, a browser goes to the place that the address names, and drops the focus.
addEventListener("load", () => setTimeout(() => landOn(document.querySelector("article.claim"))));
