"""The pages of the notebooks: their numbers are the ledger's, and their links lead somewhere."""

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from recovery_audit import io
from recovery_audit.claims import records
from recovery_audit.rendering.notebooks import NotebookError, execute
from recovery_audit.rounding import print_percent

ROOT = Path(__file__).parents[2]
NAMES = sorted(script.stem for script in (ROOT / "notebooks").glob("*.py"))
NUMBER = "../paper/paper.html#num-"


def wrong_numbers(page, ledger):
    """The links to the ledger that print something else than it, or have no entry."""
    for link in page.find_all("a", href=re.compile(f"^{re.escape(NUMBER)}(?!holds-)")):
        number = link["href"].removeprefix(NUMBER)
        if number not in ledger or link.get_text() != ledger[number]["text"]:
            yield number, link.get_text()


def dead_links(page, folder):
    """The links within the results that lead to no file, or to no place in it."""
    for link in page.find_all("a", href=True):
        path, _, place = link["href"].partition("#")
        target = folder / path
        if not target.is_file() or (place and f'id="{place}"' not in target.read_text()):
            yield link["href"]


@pytest.fixture
def page(built, name):
    text = (built / f"results/notebooks/{name}.html").read_text(encoding="utf-8")
    return BeautifulSoup(text, "html.parser")


@pytest.fixture
def ledger(built):
    return io.read_json(built / "results/numbers.json")


@pytest.mark.parametrize("name", NAMES)
def test_every_number_is_the_one_of_the_ledger(page, ledger):
    assert page.find("a", href=re.compile(re.escape(NUMBER)))
    assert list(wrong_numbers(page, ledger)) == []


@pytest.mark.parametrize("name", NAMES[:1])
def test_a_number_that_is_not_the_ledgers_would_be_named(page, ledger):
    link = page.find("a", href=f"{NUMBER}scott2018-clients")
    link.string = "91"
    assert list(wrong_numbers(page, ledger)) == [("scott2018-clients", "91")]


def test_a_notebook_that_computes_another_number_is_stopped_and_the_number_named(built):
    script = (built / "notebooks/01_scott.py").read_text(encoding="utf-8")
    planted = script.replace("computed=clients)", "computed=clients + 1)", 1)
    with pytest.raises(NotebookError) as caught:
        execute(planted, name="01_scott", folder=built)
    assert str(caught.value).endswith(
        "LedgerError: the notebook computes 91 where number 'scott2018-clients' is 90."
    )


def test_a_notebook_that_draws_another_figure_than_the_paper_is_stopped(built):
    script = (built / "notebooks/04_bridge.py").read_text(encoding="utf-8")
    drawn = "picture(bridge, alignments)"
    assert drawn in script
    planted = script.replace(drawn, drawn.replace("alignments", "alignments[::-1]"))
    with pytest.raises(NotebookError) as caught:
        execute(planted, name="04_bridge", folder=built)
    assert str(caught.value).endswith(
        "LedgerError: the notebook draws something that the figure 'bridge' does not have."
    )


@pytest.mark.parametrize("name", NAMES)
def test_every_link_leads_somewhere(page, built):
    assert list(dead_links(page, built / "results/notebooks")) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_page_fits_a_narrow_screen_and_is_accessible(browser, built, name):
    """Wide tables and long lines of code scroll by themselves; the page does not."""
    from axe_playwright_python.sync_playwright import Axe

    page = browser.new_page(viewport={"width": 400, "height": 900})
    page.goto((built / f"results/notebooks/{name}.html").as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") == 400
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:80]) for one in found] == []
    page.close()


def cells_of(page, caption):
    """The table that a caption begins: each cell by the first two cells of its row, and its head."""
    (table,) = (
        one.find_parent("table")
        for one in page.find_all("caption")
        if one.get_text().startswith(caption)
    )
    head, *rows = ([cell.get_text() for cell in row.find_all(["th", "td"])] for row in table("tr"))
    return {
        (*row[:2], name): cell
        for row in rows
        for name, cell in zip(head[2:], row[2:], strict=True)
        if cell
    }


@pytest.mark.parametrize("name", ["06_national"])
def test_a_national_rate_is_rounded_once_from_its_counts(page, built):
    """50.546 prints as 50.5; the table's own 50.55, rounded again, would print as 50.6."""
    ladder = io.read_text_table(built / "results/sensitivity/national_ladder.csv")
    assert cells_of(page, "Recovered, in per cent") == {
        (row["year"], row["source"], row["rung"]): print_percent(
            int(row["k"]), int(row["n"]), decimals=1
        )
        for row in records(ladder[ladder["rate"] == "recovery"])
    }


@pytest.mark.parametrize("name", NAMES)
def test_tables_are_in_words_and_rounded(page):
    cells = [cell.get_text() for cell in page.select("td, th")]
    assert [cell for cell in cells if re.search(r"\d\.\d{5,}|\w_\w|<NA>|nan$", cell)] == []
    assert all(table.find("caption") for table in page.find_all("table"))
