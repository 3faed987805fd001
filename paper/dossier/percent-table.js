// Many percentages at once: a line for each, as it is copied from a paper or a spreadsheet.
import { Mistake, chip, judge, readQuestion } from "percent";

// A percentage holds no comma, so that the first comma, semicolon or space ends it.
const LINE = /^(?<printed>[^\s,;]+(?:\s+%)?)(?:[\s,;]+(?:of\s+)?(?<most>at most\s+|≤\s*)?(?<size>.*))?$/i;

export function askMany(form, rules) {
  const { lines, rounding } = form.elements;
  const answer = form.querySelector(".answer");
  const draw = () => {
    const typed = lines.value.split("\n").map((line) => line.trim()).filter(Boolean);
    const found = typed.map((line) => ({ line, ...answerTo(line) }));
    answer.replaceChildren(...(found.length ? [summary(found), table(found)] : []));
  };
  const answerTo = (line) => {
    const { printed, most, size = "" } = LINE.exec(line).groups;
    try {
      const known = most ? "most" : "exact";
      return judge(rules, readQuestion(rules, { printed, size, known, rounding: rounding.value }));
    } catch (error) {
      if (!(error instanceof Mistake)) throw error;
      return { said: "", sentence: error.message };
    }
  };
  form.addEventListener("input", draw);
  form.addEventListener("submit", (event) => event.preventDefault());
}

function summary(found) {
  const counts = new Map();
  for (const { said } of found) {
    const words = said || "not read";
    counts.set(words, (counts.get(words) ?? 0) + 1);
  }
  const text = [...counts].map(([words, count]) => `${count} ${words}`).join(", ");
  return Object.assign(document.createElement("p"), { textContent: `Of ${found.length}: ${text}.` });
}

function table(found) {
  const made = document.createElement("table");
  made.createCaption().textContent = "Each line with its verdict";
  const head = made.createTHead().insertRow();
  for (const words of ["Line", "Verdict", "Why"])
    head.append(Object.assign(document.createElement("th"), { scope: "col", textContent: words }));
  const body = made.createTBody();
  for (const { line, said, sentence } of found) {
    const row = body.insertRow();
    row.append(Object.assign(document.createElement("th"), { scope: "row", textContent: line }));
    row.insertCell().append(said ? chip(said) : "not read");
    row.insertCell().textContent = sentence;
  }
  return made;
}
