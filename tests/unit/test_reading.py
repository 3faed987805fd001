"""What a notebook shows comes from the ledger, or is refused in a sentence."""

import pandas as pd
import pytest

from recovery_audit import io, reading
from recovery_audit.errors import LedgerError
from recovery_audit.reading import decimals, holds, percent, picture, places, prose, say, show

ENTRY = {
    "text": "9.2%", "value": "9.23", "fraction": "", "unit": "percent", "decimals": 1,
    "formula": "", "function": "", "rule": "", "table": "", "row": "", "ancestors": [],
}  # fmt: skip
PREDICATES = """\
- {id: rare, says: below ten, holds: "{rate} < 10"}
- {id: common, says: above ten, holds: "{rate} > 10"}
"""


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch, request):
    """A folder with a ledger of one number and two predicates, of which one is false."""
    for name in ("results", "paper", "workflow/schemas"):
        (tmp_path / name).mkdir(parents=True)
    minus = {**ENTRY, "text": "−0.10", "value": "-0.0988", "decimals": 2}
    io.write_json({"rate": ENTRY, "gap": minus}, tmp_path / "results/numbers.json")
    (tmp_path / "paper/predicates.yaml").write_text(PREDICATES)
    schema = request.config.rootpath / "workflow/schemas/predicates.schema.yaml"
    (tmp_path / "workflow/schemas/predicates.schema.yaml").write_text(schema.read_text())
    monkeypatch.chdir(tmp_path)
    reading._ledger.cache_clear()
    reading._comparisons.cache_clear()
    yield
    reading._ledger.cache_clear()
    reading._comparisons.cache_clear()


@pytest.mark.parametrize("computed", [None, 9.2, "9.23", 9.249])
def test_a_number_is_printed_as_the_ledger_prints_it(computed):
    assert say("rate", computed=computed) == "[9.2%](../paper/paper.html#num-rate)"


def test_a_minus_is_the_ledgers():
    assert say("gap", computed=-0.0951) == "[−0.10](../paper/paper.html#num-gap)"


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda: say("rates"), "the notebook asks for number 'rates': not in the ledger"),
        (
            lambda: say("rate", computed=9.26),
            "the notebook computes 9.3 where number 'rate' is 9.2%",
        ),
        (
            lambda: say("gap", computed=0.0988),
            "the notebook computes 0.10 where number 'gap' is −0.10",
        ),
        (lambda: holds("many", "most"), "the notebook asks for predicate 'many': there is none"),
        (
            lambda: holds("common", "often"),
            "the notebook says 'often' where predicate 'common' is false",
        ),
    ],
    ids=["no-number", "another-number", "another-sign", "no-predicate", "false"],
)
def test_what_the_ledger_does_not_say_is_refused(ask, message):
    with pytest.raises(LedgerError) as caught:
        ask()
    assert str(caught.value) == message


def test_words_that_hold_link_to_their_comparison():
    assert holds("rare", "seldom") == "[seldom](../paper/paper.html#num-holds-rare)"


def test_sentences_are_markdown_in_a_page_and_plain_elsewhere():
    shown = prose("\nOf [90](../paper/paper.html#num-clients) clients.\n")
    assert shown._repr_mimebundle_() == {
        "text/markdown": "Of [90](../paper/paper.html#num-clients) clients.",
        "text/plain": "Of 90 clients.",
    }


def test_a_table_has_a_caption_words_for_heads_and_numbers_to_the_right():
    frame = pd.DataFrame({"of": ["all & more"], "rate": ["0.5"], "kind": ["lower_bound"]})
    columns = {"of": "Of", "rate": ("Rate", percent), "kind": "Kind"}
    assert show(frame, columns, "Rates")._repr_mimebundle_()["text/html"] == (
        '<div class="table" role="region" tabindex="0" aria-label="Rates">\n'
        "<table><caption>Rates</caption>\n"
        '<thead><tr><th scope="col">Of</th><th scope="col" class="number">Rate</th>'
        '<th scope="col">Kind</th>\n'
        "</tr></thead><tbody>\n"
        '<tr><th scope="row">all &amp; more</th><td class="number">50.0%</td>'
        "<td>lower bound</td></tr>\n"
        "</tbody></table></div>"
    )


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["8", "12,000", "not printed"], ' class="number"'),  # mostly numbers
        (["37, 68, 74", "45, 46"], ""),  # lists of them are texts
        (["", "18.4", ""], ' class="number"'),
        (["yes", "no"], ""),
        (["a word " * 12, ""], ' class="long"'),
    ],
)
def test_what_a_column_holds_decides_how_it_is_set(cells, kind):
    frame = pd.DataFrame({"of": ["a"] * len(cells), "cell": cells})
    page = show(frame, {"of": "Of", "cell": "Cell"}, "Cells").content
    assert page.count(f"<td{kind}>") == len(cells)
    assert f'<th scope="col"{kind}>Cell</th>' in page


@pytest.mark.parametrize("blank", ["", pd.NA, None, float("nan")])
def test_a_blank_stays_blank(blank):
    assert [form(blank) for form in (percent, reading.count, decimals(1))] == ["", "", ""]


def test_a_claim_that_nobody_typed_is_named():
    claims = pd.DataFrame({"claim_id": ["a"]})
    with pytest.raises(LedgerError) as caught:
        places(claims, "a", "b")
    assert str(caught.value) == "the notebook asks for claims that nobody typed: ['b']"


def test_figures_stand_in_the_order_asked_for_under_the_short_names_of_documents(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data/sources.yaml").write_text("documents: {letter: {short: A letter 2018}}\n")
    reading._documents.cache_clear()
    columns = ["claim_id", "outcome", "printed", "population", "document", "locator"]
    rows = [[name, f"rate {name}", "9", "all", "letter", "page 1"] for name in "abb"]
    shown = repr(places(pd.DataFrame(rows, columns=columns), "b", "a"))
    reading._documents.cache_clear()
    assert shown.splitlines()[2:] == [
        "rate b | 9 | all | A letter 2018 | page 1",
        "rate a | 9 | all | A letter 2018 | page 1",
    ]


def test_verdicts_on_a_study_stand_by_verdict_and_their_sources_in_the_caption(monkeypatch):
    judged = ["undetermined", "inconsistent", "consistent", "undetermined"]
    verdicts = pd.DataFrame({"claim_id": list("abcd"), "verdict": judged, "study": "one"}).assign(
        document="letter", base="all", printed="9", power_ordinary="0.5", explanation="why"
    )
    tables = {
        "clean/claims": pd.DataFrame({"claim_id": list("abcd"), "outcome": list("ABCD")}),
        "clean/bases": pd.DataFrame({"base": ["all"], "note": ["everybody"]}),
        "recompute/verdicts": verdicts,
    }
    monkeypatch.setattr(reading, "table", tables.__getitem__)
    monkeypatch.setattr(reading, "_documents", lambda: {"letter": {"short": "A letter 2018"}})
    caption, _, *rows = repr(reading.verdicts_on("one")).splitlines()
    assert caption.endswith(". Sources: A letter 2018")
    assert [row.partition(" | ")[0] for row in rows] == ["C", "B", "A", "D"]


class Drawing:
    """A figure module in small: one point for each number asked for."""

    __name__ = "recovery_audit.figures.points"

    def layout(self, *numbers):
        return pd.DataFrame({"kind": "point", "x": numbers})

    def draw(self, layout, figure):
        axes = figure.subplots()
        axes.plot(layout["x"], layout["x"])
        axes.plot([], [])


@pytest.fixture
def published(tmp_path):
    (tmp_path / "results/figures").mkdir()
    layout = [{"kind": "point", "x": 1.5}, {"kind": "point", "x": 2.5}]
    io.write_json({"layout": layout}, tmp_path / "results/figures/points.json")


@pytest.mark.parametrize("numbers", [(1.5, 2.5), (2.5,)])
def test_a_figure_of_the_paper_is_drawn_again_whole_or_in_part(published, numbers):
    from matplotlib import pyplot

    picture(Drawing(), *numbers)
    (line,) = pyplot.gcf().axes[0].lines
    assert list(line.get_xdata()) == list(numbers)
    pyplot.close()


def test_a_figure_that_is_not_the_papers_is_refused(published):
    with pytest.raises(LedgerError) as caught:
        picture(Drawing(), 1.5, 2.6)
    message = "the notebook draws something that the figure 'points' does not have"
    assert str(caught.value) == message
