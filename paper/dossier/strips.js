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
