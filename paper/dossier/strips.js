// What the parts of the page share: rates drawn as strips, the address, and a button that copies.

// Rates as marks and bars on one line each, from 0 to 100%, with their numbers in words beside.
const SVG = "http://www.w3.org/2000/svg";

export const percent = (tenths) => {
  const size = Math.abs(tenths);
  return `${tenths < 0 ? "−" : ""}${Math.floor(size / 10)}.${size % 10}%`;
};
export const range = ([low, high]) => `${percent(low)} to ${percent(high)}`;

export function strips(caption, rows) {
  const table = document.createElement("table");
  table.createCaption().textContent = caption;
  const body = table.createTBody();
  for (const row of rows) {
    const line = body.insertRow();
    const head = document.createElement("th");
    head.scope = "row";
    head.textContent = row.label;
    line.append(head);
    line.insertCell().append(strip(row));
    const number = line.insertCell();
    number.className = "number";
    number.textContent = row.text;
  }
  return table;
}

function strip({ mark, bar, reach }) {
  const svg = element("svg", { class: "strip", width: "100%", height: 18, "aria-hidden": "true" });
  const at = (tenths) => `${Math.min(Math.max(tenths / 10, 0), 100)}%`;
  svg.append(element("line", { class: "axis", x1: 0, x2: "100%", y1: 9, y2: 9 }));
  if (bar)
    svg.append(element("line", { class: "bar", x1: at(bar[0]), x2: at(bar[1]), y1: 9, y2: 9 }));
  if (reach)
    svg.append(element("line", { class: "reach", x1: at(reach[0]), x2: at(reach[1]), y1: 9, y2: 9 }));
  if (mark !== undefined) svg.append(element("circle", { class: "dot", cx: at(mark), cy: 9, r: 4.5 }));
  return svg;
}

function element(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

// The address names what was last asked of the page, so that it can be kept, sent and gone back to.
const REST = 300; // ms: a browser allows no change of address at each key

let pending = null;
let timer = null;

export function note(address) {
  pending = address;
  clearTimeout(timer);
  timer = setTimeout(write, REST);
}

function write() {
  clearTimeout(timer);
  if (pending !== null) history.replaceState(null, "", pending);
  pending = null;
}

addEventListener("click", write, true); // before a link is followed
addEventListener("pagehide", write);
addEventListener("hashchange", () => (pending = null));

// What the address says: a name, and fields after a question mark. Anybody may have typed it.
export function named() {
  const [name, query = null] = location.hash.slice(1).split("?", 2);
  return { name: readable(name), fields: query === null ? null : new URLSearchParams(query) };
}

function readable(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

// A button that copies a text, and says that it did.
export function copyButton(label, text, shown) {
  const both = document.createElement("span");
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: label });
  const said = document.createElement("span");
  said.setAttribute("role", "status");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text);
      said.textContent = "Copied.";
    } catch {
      // Where the clipboard is closed to a page, the reader copies what is selected.
      getSelection().selectAllChildren(shown);
      said.textContent = "Selected, to be copied.";
    }
  });
  both.append(button, " ", said);
  return both;
}

// Where this page is found: a file's folder says something of its reader, and nothing to another.
export function whereabouts(hash) {
  const { protocol, pathname, href } = location;
  return (protocol === "file:" ? pathname.split("/").pop() : href.split("#")[0]) + hash;
}
