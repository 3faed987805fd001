// Searching, filtering and sorting the figures; DataTables does the work.
import DataTable from "datatables";
import { note } from "address";

const COLUMN = { "by-study": 2, "by-document": 3, "by-verdict": 4 };

export function claimsTable(table) {
  const view = new DataTable(table, {
    autoWidth: false,
    language: { zeroRecords: "No figure is like that.", emptyTable: "There are no figures." },
    layout: { topStart: null, topEnd: null, bottomStart: null, bottomEnd: null },
    order: [],
    paging: false,
  });
  const form = document.querySelector(".filters");
  const { order } = form.elements;
  const all = view.rows().count();

  const draw = () => {
    view.search(form.elements.find.value);
    for (const [name, column] of Object.entries(COLUMN)) {
      const wanted = form.elements[name].value;
      view.column(column).search.fixed("chosen", wanted ? filter(name, wanted) : null);
    }
    const [column, way] = order.value.split("-");
    view.order(way ? [[Number(column), way]] : []);
    view.draw();
    say(view.rows({ search: "applied" }).count());
  };
  const say = (left) => {
    document.getElementById("shown").textContent =
      left === all ? `${all} figures` : `${left} of ${all} figures`;
    document.getElementById("nothing").hidden = left > 0;
  };
  // A claim has several verdicts, so that the words of the cell would be too loose a match.
  const filter = (name, wanted) =>
    name === "by-verdict"
      ? (_text, _row, index) =>
          [...view.cell(index, COLUMN[name]).node().children].some((chip) => chip.dataset.verdict === wanted)
      : (text) => text === wanted;

  const noteAll = () => {
    const chosen = [...new FormData(form)].filter(([, value]) => value);
    note(chosen.length ? `#figures?${new URLSearchParams(chosen)}` : "#figures");
  };
  const asked = () => {
    draw();
    noteAll();
  };
  form.addEventListener("input", asked);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(asked));
  // A click on a column's head sorts as well; the menu then says so.
  view.on("order", () => {
    const [[column, way] = []] = view.order();
    const value = way ? `${column}-${way}` : "";
    if (value === order.value) return;
    order.value = value;
    noteAll();
  });
  // A browser may have kept what was chosen; else the table as it comes is the one to draw.
  if ([...new FormData(form).values()].some(Boolean)) draw();
  else say(all);

  // `#figures?by-verdict=inconsistent&order=0-asc` shows those alone, in that order.
  const show = (fields) => {
    for (const name of ["find", "order", ...Object.keys(COLUMN)]) {
      form.elements[name].value = fields.get(name) ?? "";
      if (form.elements[name].selectedIndex < 0) form.elements[name].value = ""; // no such option
    }
    draw();
    return document.getElementById("figures");
  };
  return { show, showVerdict: (verdict) => show(new Map([["by-verdict", verdict]])) };
}
