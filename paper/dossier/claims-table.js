// Searching, filtering and sorting the figures; DataTables does the work.
import DataTable from "datatables";

const COLUMN = { "by-study": 2, "by-document": 3, "by-verdict": 4 };

export function claimsTable(table) {
  const view = new DataTable(table, {
    autoWidth: false,
    layout: { topStart: null, topEnd: null, bottomStart: null, bottomEnd: null },
    order: [],
    paging: false,
  });
  const form = document.querySelector(".filters");
  const all = view.rows().count();

  const draw = () => {
    view.search(form.elements.find.value);
    for (const [name, column] of Object.entries(COLUMN)) {
      const wanted = form.elements[name].value;
      view.column(column).search.fixed("chosen", wanted ? filter(name, wanted) : null);
    }
    view.draw();
    const left = view.rows({ search: "applied" }).count();
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

  form.addEventListener("input", draw);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(draw));
  draw();

  // `#verdict-inconsistent` shows those alone.
  return (verdict) => {
    form.reset();
    form.elements["by-verdict"].value = verdict;
    draw();
    return document.getElementById("figures");
  };
}
