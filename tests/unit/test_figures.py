"""Figures: the frame says what is shown, the artists show just that, and every word can be read."""

import inspect
import io as streams
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import matplotlib as mpl
import matplotlib.image
import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from recovery_audit.figures import (
    audit_flow,
    denominator_ladder,
    forest,
    national_ladder,
    national_series,
    patient_flow,
    provider_funnel,
    style,
    verdict_overview,
    witness_plane,
)
from recovery_audit.funnels import fit_funnels, place_providers
from recovery_audit.official_statistics import RUNGS
from recovery_audit.providers import COUNTS, PERCENTAGES, bound_providers
from recovery_audit.verdicts import Verdict

ROOT = Path(__file__).parents[2]
FIGURES = {
    "audit_flow": audit_flow,
    "verdict_overview": verdict_overview,
    "witness_plane": witness_plane,
    "denominator_ladder": denominator_ladder,
    "patient_flow": patient_flow,
    "national_series": national_series,
    "national_ladder": national_ladder,
    "forest": forest,
    "provider_funnel": provider_funnel,
}
every_figure = pytest.mark.parametrize("name", FIGURES)


# --- small tables -------------------------------------------------------------------------------


def claim(claim_id, printed, outcome, **others):
    plain = {
        "claim_id": claim_id,
        "study": "trial",
        "document": "trial",
        "table": "abstract",
        "seen": "verbatim",
        "population": "patients",
        "outcome": outcome,
        "printed": printed,
        "figure": printed,
        "upper": "",
        "unit": "percent",
        "hedge": "none",
        "hedge_against": "",
        "reading": "",
        "row": 2,
    }
    return plain | others


def verdict(claim_id, reading, word, **others):
    plain = {
        "claim_id": claim_id,
        "reading": reading,
        "study": "trial",
        "document": "trial",
        "base": "everybody",
        "verdict": word,
    }
    sizes = dict.fromkeys(("n_known", "n_max", "k", "n", "k_below", "k_above"))
    return plain | sizes | others


def rung(ladder, name, count, nobs, percent, limits, **others):
    lower, upper = limits.split("-")
    plain = {"ladder": ladder, "label": ladder.title(), "rung": name, "k": count, "n": nobs}
    plain |= {"percent": percent, "lower": lower, "upper": upper}
    return plain | {"standing": "settled", "bound": "estimate"} | others


def step(node, role, claim_id, count, of, percent=""):
    row = {"reading": "by-step", "node": node, "role": role, "claim_id": claim_id}
    return row | {"count": count, "of": of, "percent": percent}


SOURCES = {
    "documents": {
        "trial": {"short": "Trial 2016", "original_of": ["trial"]},
        "review": {"short": "Review 2020", "original_of": []},
    },
    "studies": {"trial": "Trial (2016)"},
}
CLAIMS = pd.DataFrame(
    [
        claim("recovered", "33", "recovered"),
        claim("improved", "40", "improved", row=3),
        claim(
            "quoted",
            "Twenty",
            "recovered",
            document="review",
            figure="20",
            hedge="about",
            seen="secondary",
        ),
        claim("gs2020-iapt-recovery", "50", "recovery rate"),
        claim("gs2020-mus-not-completed", "45.25", "dropped out"),
        claim("left-first", "10", "dropped out at step 1", unit="persons"),
        claim("went-on", "20", "moved to step 2", unit="persons"),
        claim("left-second", "3", "dropped out at step 2", unit="persons"),
    ]
)
VERDICTS = pd.DataFrame(
    [
        verdict("recovered", "all", "inconsistent", n_known=8, k_below=2, k_above=3),
        verdict("recovered", "own-base", "undetermined"),
        verdict("recovered", "some-clients", "undetermined"),
        verdict("improved", "", "consistent", n_max=5, k=2, n=5),
        verdict("quoted", "", "undetermined", document="review", base="", k=1, n=5),
    ]
)
LADDER = pd.DataFrame(
    [
        rung("one", "with outcome", 1, 4, "25.00", "0.04-0.70"),
        rung("one", "treated", 1, 2000, "0.05", "0.01-0.28", bound="lower bound"),
        rung("two", "with outcome", 1, 5, "20.00", "0.03-0.62", standing="possible"),
        rung("two", "with outcome", 2, 10, "20.00", "0.05-0.51", standing="possible"),
        rung(
            "two", "treated", 1, 20, "5.00", "0.01-0.24", standing="possible", bound="lower bound"
        ),
        rung(
            "two", "treated", 2, 20, "10.00", "0.02-0.31", standing="possible", bound="lower bound"
        ),
    ]
)
FLOW = pd.DataFrame(
    [
        step("referral", "enters", "asked", 900, 900),
        step("referral", "moves_on", "came", 40, 900),
        step("step 1", "enters", "came", 40, 40),
        step("step 1", "drops_out", "left-first", 10, 40),
        step("step 1", "moves_on", "went-on", 20, 40),
        step("step 1", "remainder", "", 10, 40),
        step("step 2", "enters", "went-on", 20, 20),
        step("step 2", "drops_out", "left-second", 1, 20),
        step("step 2", "remainder", "", 19, 20),
        step("all stages", "attrition", "", 11, 40, "27.50"),
    ]
)


def national(series, period, rate, recomputed, printed="", series_break="", exact=""):
    row = {"series": series, "period": period, "group": "", "rate": rate}
    row["exact"] = exact or recomputed
    row["verdict"] = "consistent" if printed else "undetermined"
    return row | {"recomputed": recomputed, "printed": printed, "series_break": series_break}


NATIONAL = pd.DataFrame(
    [
        national("annual", "2012-13", "recovery", "42.800", series_break="first year"),
        national("annual", "2012-13", "reliable_recovery", "40.100", series_break="first year"),
        national("annual", "2013-14", "recovery", "45.012", "45.0"),
        national("annual", "2013-14", "reliable_recovery", "42.849", "42.8"),
        national("annual", "2013-14", "improvement", "59.721", "59.7"),
        national("month", "2014-05", "recovery", "46.000", "46.0"),
        national("month", "2014-05", "reliable_recovery", "43.000", "43.0"),
        national("group", "2013-14", "recovery", "50.000", "50.0"),
    ]
)


def national_rung(source, year, rung, percent, rate="recovery"):
    row = {"source": source, "year": year, "rate": rate, "rung": rung, "percent": percent}
    return row | {"bound": RUNGS[rung][0]}


NATIONAL_LADDER = pd.DataFrame(
    [
        national_rung("annual", "2021-22", "finished, less those not at caseness", "50.21"),
        national_rung("annual", "2021-22", "finished", "47.27"),
        national_rung("annual", "2021-22", "received", "17.32"),
        national_rung("annual", "2021-22", "finished", "44.00", rate="reliable_recovery"),
        national_rung("months", "2021-22", "finished", "47.25"),
        national_rung("months", "2021-22", "ended", "18.43"),
        national_rung("annual", "2022-23", "finished, less those not at caseness", "49.85"),
        national_rung("annual", "2022-23", "finished", "47.05"),
        national_rung("annual", "2022-23", "received", "17.97"),
    ]
)


def placed(n, percent, low, high, place, year="2024-25", rate="recovery"):
    row = {"year": year, "rate": rate, "n": n, "percent": percent, "low": low, "high": high}
    return row | {"place_95": "within", "place_998": place}


def funnel(year, target, rate="recovery"):
    return {"year": year, "rate": rate, "target": target, "phi": "2.0", "tau": "0.03"}


PROVIDER_PLACES = pd.DataFrame(
    [
        placed(100, "50.000", "46.000", "54.000", "within"),
        placed(200, "80.000", "78.000", "82.000", "above"),
        placed(400, "20.000", "19.000", "21.000", "below"),
        placed(900, "60.000", "59.500", "60.500", "undecided"),
        placed(900, "10.000", "9.500", "10.500", "below", year="2023-24"),
        placed(900, "10.000", "9.500", "10.500", "below", rate="reliable_recovery"),
    ]
)
PROVIDER_FUNNELS = pd.DataFrame(
    [
        funnel("2023-24", "0.3"),
        funnel("2024-25", "0.505"),
        funnel("2024-25", "0.2", rate="reliable_recovery"),
    ]
)


def made_up_providers():
    """A published table of 150 providers, drawn at random, printed as such tables are."""
    random = np.random.default_rng(5)
    rows = []
    for number, finished in enumerate(np.geomspace(40, 25_000, 150).astype(int)):
        spared = finished // 18
        counts = dict.fromkeys(COUNTS.values(), finished // 4)
        counts |= {"finished": finished, "not_at_caseness": spared}
        counts["recovery"] = random.binomial(finished - spared, random.normal(0.5, 0.04))
        printed = {
            name: "*" if count < 5 else str(5 * round(count / 5)) for name, count in counts.items()
        }
        keys = {"year": "2024-25", "provider": f"P{number}", "name": f"Provider {number}"}
        rows.append(keys | printed | dict.fromkeys(PERCENTAGES.values(), "*"))
    return pd.DataFrame(rows)


def pooled_rate(denominator, method, numbers, standing, notes=""):
    """A row of the synthesis: rate, interval, interval for another study, each low and high."""
    names = (
        *("rate_low", "rate_high", "lower", "upper"),
        *("prediction_lower", "prediction_upper"),
    )
    cells = dict(zip(names, numbers or [""] * 6, strict=True))
    first = {"denominator": denominator, "method": method, "left_out": "", "standing": standing}
    return first | cells | {"notes": notes}


POOLED_RATES = pd.DataFrame(
    [
        pooled_rate("with outcome", "dl", ["0.3"] * 6, "pooled"),
        pooled_rate("with outcome", "reml", ["0.3", "0.32", "0.2", "0.4", "0.1", "0.6"], "pooled"),
        pooled_rate(
            "with outcome",
            "glmm",
            ["0.3", "0.3", "0.22", "0.38", "0.12", "0.58"],
            "pooled under a warning",
        ),
        pooled_rate("referred", "reml", None, "not pooled", "1 study: too few"),
        pooled_rate("referred", "glmm", None, "not pooled", "1 study: too few"),
        pooled_rate("with outcome", "reml", ["0.9"] * 6, "pooled") | {"left_out": "trial"},
    ]
)


def synthesis_study(study, k, n, limits, criterion="questionnaire", **others):
    plain = {"study": study, "label": study, "denominator": "with outcome", "reason": ""}
    lower, upper = limits
    rate = f"{k / n:.6f}" if n else "0.440000"
    numbers = {"k": k, "n": n, "rate": rate, "lower": lower, "upper": upper}
    return plain | {"criterion": criterion} | numbers | others


SYNTHESIS_STUDIES = pd.DataFrame(
    [
        synthesis_study("trial", 6, 65, ("0.04", "0.19"), "diagnostic interview"),
        synthesis_study("trial", 8, 87, ("0.05", "0.17"), "diagnostic interview"),
        synthesis_study("cohort", 7800, 19000, ("0.39", "0.42")),
        synthesis_study("cohort", 7820, 19000, ("0.40", "0.43")),
        synthesis_study("book", None, None, ("", ""), reason="no size is printed"),
        synthesis_study("service", 166, 10469, ("0.01", "0.02"), denominator="referred"),
    ]
).astype({"k": "Int64", "n": "Int64"})

PANELS = (
    witness_plane.Panel("A", (("recovered", "all"),)),
    witness_plane.Panel("C", (("improved", ""), ("quoted", ""))),
)
RELATIONS = pd.DataFrame(
    [
        {
            "kind": "sum",
            "claim_id": "went-on",
            "inputs": "went-on left-first",
            "verdict": "consistent",
        },
        {
            "kind": "sum",
            "claim_id": "left-second",
            "inputs": "left-first",
            "verdict": "inconsistent",
        },
        {"kind": "quotes", "claim_id": "quoted", "inputs": "recovered", "verdict": "consistent"},
    ]
)
FIDELITY = pd.DataFrame(
    [
        {"claim_id": "quoted", "original": "recovered", "verdict": "wrong_base"},
        {"claim_id": "quoted", "original": "elsewhere", "verdict": "unverified"},
    ]
)
SMALL = {
    "relations": RELATIONS,
    "fidelity": FIDELITY,
    "verdicts": VERDICTS,
    "claims": CLAIMS,
    "sources": SOURCES,
    "denominator_ladder": LADDER,
    "flow": FLOW,
    "national": NATIONAL,
    "national_ladder": NATIONAL_LADDER,
    "provider_places": PROVIDER_PLACES,
    "provider_funnels": PROVIDER_FUNNELS,
    "panels": PANELS,
    "pooled_rates": POOLED_RATES,
    "synthesis_studies": SYNTHESIS_STUDIES,
}


@pytest.fixture(scope="module")
def small():
    """The tables above."""
    return SMALL


@pytest.fixture(scope="module")
def files(small):
    """The files of each figure."""
    return {name: style.figure_files(drawn(name, small)[1]) for name in FIGURES}


@pytest.fixture(scope="module")
def real(audited):
    """The tables of the audit itself, and providers made up."""
    # The published figures of providers are the reader's to fetch; those here are made up.
    rates = bound_providers(made_up_providers())
    funnels = fit_funnels(rates)
    providers = {
        "provider_funnels": funnels,
        "provider_places": place_providers(rates, funnels),
    }
    return audited | providers


def lay_out(name, tables):
    named = inspect.signature(FIGURES[name].layout).parameters
    return FIGURES[name].layout(**{table: tables[table] for table in named if table in tables})


def drawn(name, tables):
    layout, figure = lay_out(name, tables), Figure()
    return layout, figure, FIGURES[name].draw(layout, figure)


def filled(layout):
    """Rows of a layout without their blank cells."""
    return [
        {column: cell for column, cell in row.items() if cell != ""}
        for row in layout.to_dict("records")
    ]


# --- what all figures have in common --------------------------------------------------------------


@every_figure
def test_figures_offer_the_same_functions(name):
    module = FIGURES[name]
    frame, text = "pd.DataFrame", "str"
    assert set(inspect.signature(module.layout).parameters) <= set(SMALL)
    assert inspect.signature(module.layout).return_annotation == frame
    for function, returned in {"alt_text": text, "takeaway": text}.items():
        signature = inspect.signature(getattr(module, function))
        assert list(signature.parameters) == ["layout"]
        assert signature.return_annotation == returned
    drawing = inspect.signature(module.draw)
    assert list(drawing.parameters) == ["layout", "figure"]
    assert drawing.return_annotation == "dict[str, list[Any]]"


@every_figure
def test_layouts_have_the_columns_they_name(name, small):
    assert list(lay_out(name, small)) == FIGURES[name].COLUMNS


@every_figure
def test_a_second_drawing_gives_the_same_bytes_whatever_the_readers_settings(name, small, files):
    with mpl.rc_context({"font.size": 20, "axes.facecolor": "red", "savefig.bbox": "tight"}):
        assert style.figure_files(drawn(name, small)[1]) == files[name]


@every_figure
def test_drawing_leaves_the_layout_alone(name, small):
    layout = lay_out(name, small)
    before = layout.copy()
    FIGURES[name].draw(layout, Figure())
    pd.testing.assert_frame_equal(layout, before)


@every_figure
def test_files_keep_the_width_of_the_page(name, files):
    pixels = mpl.image.imread(streams.BytesIO(files[name]["png"]), format="png").shape[1]
    assert pixels == int(style.WIDTH / 2.54 * 300)


@every_figure
def test_files_say_no_date_and_need_no_font(name, files):
    assert set(files[name]) == {"svg", "pdf", "png"}
    assert b"<text" not in files[name]["svg"]
    assert b"dc:date" not in files[name]["svg"]
    assert b"CreationDate" not in files[name]["pdf"]


IMPORT_ALL_BUT_FIGURES = """
import importlib, pkgutil, sys
import recovery_audit
for module in pkgutil.walk_packages(recovery_audit.__path__, "recovery_audit."):
    if not module.name.startswith("recovery_audit.figures."):
        importlib.import_module(module.name)
print("matplotlib" in sys.modules)
"""


def test_nothing_but_figures_imports_matplotlib():
    command = [sys.executable, "-c", IMPORT_ALL_BUT_FIGURES]
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (run.stdout.strip(), run.stderr) == ("False", "")


# --- every word can be read -----------------------------------------------------------------------


@pytest.fixture
def written(monkeypatch):
    """Return what draws a figure and gives its texts: those that are drawn, not all there are."""
    texts = []
    draw_text = Text.draw

    def note(self, renderer):
        if self.get_visible() and self.get_text().strip():
            texts.append(self)
        draw_text(self, renderer)

    def texts_of(figure):
        monkeypatch.setattr(Text, "draw", note)
        FigureCanvasAgg(figure).draw()
        monkeypatch.setattr(Text, "draw", draw_text)
        return list(dict.fromkeys(texts))

    return texts_of


def corners(text):
    """The corners of a text's box in pixels, turned as the text is."""
    angle = np.deg2rad(text.get_rotation())
    if not angle:
        return text.get_window_extent().corners()[[0, 1, 3, 2]]
    assert text.get_rotation_mode() == "anchor"
    text.set_rotation(0)
    level = text.get_window_extent().corners()[[0, 1, 3, 2]]
    text.set_rotation(np.rad2deg(angle))
    anchor = text.get_transform().transform(text.get_position())
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return (level - anchor) @ turn + anchor


def overlap(box, other):
    """Whether two boxes share more than an edge: no side of either separates them."""
    for one in (box, other):
        for side in (one[1] - one[0], one[2] - one[1]):
            across = side / np.hypot(*side)
            low, high = (one_box @ across for one_box in (box, other))
            if min(low.max(), high.max()) - max(low.min(), high.min()) < 0.5:  # pixels
                return False
    return True


def unreadable(figure, texts):
    """Texts that overlap others or leave the figure."""
    width, height = figure.canvas.get_width_height()
    boxes = [corners(text) for text in texts]
    words = [text.get_text() for text in texts]
    outside = [
        word
        for word, box in zip(words, boxes, strict=True)
        if (box < -0.5).any() or (box > (width + 0.5, height + 0.5)).any()
    ]
    pairs = [(i, j) for i in range(len(boxes)) for j in range(i)]
    return outside + [(words[i], words[j]) for i, j in pairs if overlap(boxes[i], boxes[j])]


@every_figure
@pytest.mark.parametrize("tables", ["small", "real"])
def test_every_word_is_whole_and_by_itself(name, tables, request, written):
    _, figure, _ = drawn(name, request.getfixturevalue(tables))
    texts = written(figure)
    assert texts
    assert unreadable(figure, texts) == []


@every_figure
def test_no_word_is_smaller_than_print_allows(name, real, written):
    _, figure, _ = drawn(name, real)
    assert {text.get_fontsize() for text in written(figure)} <= {style.SMALL, style.TITLE}


@pytest.mark.parametrize(
    ("place", "found"),
    [
        ((0.5, 0.5), [("two", "one")]),
        ((0.5, 0.7), []),
        ((0.99, 0.7), ["two"]),
    ],
)
def test_unreadable_words_are_found(place, found, written):
    figure = Figure(figsize=(3, 1))
    figure.text(0.5, 0.4, "one")
    figure.text(*place, "two")
    assert unreadable(figure, written(figure)) == found


def test_a_turned_word_is_measured_along_itself(written):
    figure = Figure(figsize=(3, 3))
    for x in (0.2, 0.4):  # their upright boxes overlap, the words do not
        figure.text(x, 0.2, "a long word indeed", rotation=45, rotation_mode="anchor")
    first, second = written(figure)
    assert first.get_window_extent().overlaps(second.get_window_extent())
    assert unreadable(figure, [first, second]) == []


# --- audit flow -----------------------------------------------------------------------------------


def test_the_flow_counts_what_was_typed_judged_and_found(small):
    layout = lay_out("audit_flow", small)
    boxes = layout[layout["kind"] == "box"]
    assert boxes["text"].tolist() == [
        "8 figures typed from 2 documents", "National statistics", "3 percentages", "3 relations",
        "2 quotations", "6 national rates",
    ]  # fmt: skip
    notes = layout.loc[layout["kind"] == "note", "text"].tolist()
    assert notes[:2] == [
        "7 read in the document itself, 1 known as quoted elsewhere",
        "a figure can go more than one way; 2 go none",
    ]
    assert "in 5 readings" in notes
    assert "reading: 0 percentages" in notes  # the one that is has other readings
    assert "1 of them quotations" in notes
    assert "1 with the original seen" in notes
    tallies = layout.loc[layout["kind"] == "tally", ["column", "text", "count"]]
    assert tallies.to_numpy().tolist() == [
        [0, "consistent", 1], [0, "inconsistent", 1], [0, "undetermined", 3],
        [1, "consistent", 2], [1, "inconsistent", 1],
        [2, "of another group", 1], [2, "original not seen", 1],
        [3, "consistent", 6],
    ]  # fmt: skip


def test_the_tallies_of_the_flow_are_those_of_the_tables(real):
    tallies = lay_out("audit_flow", real).query("kind == 'tally'")
    totals = tallies.groupby("column")["count"].sum().tolist()
    published = sum(real["national"]["printed"] != "")
    assert totals == [
        *(len(real[name]) for name in ("verdicts", "relations", "fidelity")),
        published,
    ]


def test_boxes_of_the_flow_hold_their_words_and_arrows_lead_into_them(real):
    _, figure, artists = drawn("audit_flow", real)
    FigureCanvasAgg(figure).draw()
    boxes = [box.get_window_extent() for box in artists["boxes"]]
    assert len(boxes) == 10 and not any(
        one.overlaps(other) for number, one in enumerate(boxes) for other in boxes[:number]
    )
    for text in artists["texts"]:
        word = text.get_window_extent()
        assert [box for box in boxes if box.x0 < word.x0 and word.x1 < box.x1
                and box.y0 < word.y0 and word.y1 < box.y1], text.get_text()  # fmt: skip
    (sheet,) = figure.axes
    ends = [sheet.transData.transform(arrow.xy) for arrow in artists["arrows"]]
    tops = [((box.x0 + box.x1) / 2, box.y1) for box in boxes]
    assert len(ends) == 8
    assert all(any(np.allclose(end, top, atol=0.5) for top in tops) for end in ends)


def test_the_flow_in_words(small):
    layout = lay_out("audit_flow", small)
    taken = (
        "Of 3 percentages in 5 readings 1 readings are inconsistent and 3 undetermined, of "
        "3 relations 1 are inconsistent, and of 2 quotations the originals of 1 were not seen."
    )
    assert audit_flow.takeaway(layout) == taken
    words = audit_flow.alt_text(layout)
    assert words.endswith(taken)
    assert "2 quotations, 1 with the original seen; of the quotations, of another group 1" in words


# --- verdict overview -----------------------------------------------------------------------------


def test_verdict_overview_lists_each_document_with_its_figures(small):
    def heading(slot, text):
        return {"kind": "family", "line": 0, "lines": 1, "slot": slot, "text": text}

    def entry(line, slot, word, total, name):
        place = {"line": line, "lines": 1, "verdicts": word}
        return [
            place | {"kind": "key", "slot": slot, "slots": 1, "text": total},
            place | {"kind": "name", "slot": slot + 1, "text": name},
        ]

    def document(line, name, text):
        return {"kind": "document", "line": line, "lines": 1, "text": text, "document": name}

    def tile(line, place, slots, **others):
        slot = verdict_overview.FIRST + place
        return {"kind": "tile", "line": line, "lines": 1, "slot": slot, "slots": slots} | others

    split = "inconsistent undetermined"
    assert filled(lay_out("verdict_overview", small)) == [
        heading(0, "The percentage can be as printed"),
        *entry(1, 0.0, "consistent", "1", "consistent"),
        *entry(1, 3.05, "approximate", "0", "approximate"),
        *entry(2, 0.0, "consistent_if_truncated", "0", "if cut off"),
        *entry(2, 3.05, "consistent_if_other_rounding", "0", "if rounded otherwise"),
        heading(7.42, "cannot be"),
        *entry(1, 7.42, "inconsistent", "0", "inconsistent"),
        heading(10.56, "cannot be told"),
        *entry(1, 10.56, "uninformative", "0", "uninformative"),
        *entry(2, 10.56, "undetermined", "1", "undetermined"),
        heading(14.04, "readings differ"),
        {
            "kind": "key",
            "line": 1,
            "lines": 1,
            "slot": 14.04,
            "slots": 1,
            "verdicts": split,
            "text": "1",
        },
        {"kind": "group", "line": 3.4, "lines": 1, "text": "Documents that quote others"},
        document(4.55, "review", "Review 2020"),
        tile(
            4.55,
            0,
            2,
            verdicts="undetermined",
            text="Twenty",
            document="review",
            claim_id="quoted",
        ),
        {"kind": "group", "line": pytest.approx(6.1), "lines": 1, "text": "Sources they quote"},
        document(pytest.approx(7.25), "trial", "Trial 2016"),
        tile(
            pytest.approx(7.25),
            0,
            1,
            verdicts="consistent",
            text="40",
            document="trial",
            claim_id="improved",
        ),
        tile(
            pytest.approx(7.25),
            1,
            1,
            verdicts=split,
            text="33",
            document="trial",
            claim_id="recovered",
        ),
    ]


# Figures per document: a few long documents and many short ones, as in the literature audited.
LARGE_SIZES = [45, 24, 16, 13, 12, 11, 10, 9, *[3] * 12, *[2] * 12]
LARGE_READINGS = [
    *([word] for word in verdict_overview.WORDS),
    ["consistent", "undetermined"],
    ["undetermined", "inconsistent", "consistent"],
    ["consistent_if_other_rounding", "undetermined"],
    ["uninformative", "inconsistent"],
]
LARGE_PRINTED = ["45.25", "9", "100.0", "3–10", "26.2 to 34.8", "60.3", "one in three"]


@pytest.fixture(scope="module")
def large():
    """A ledger as large as this one may become."""
    names = [f"authors-{number}" for number in range(len(LARGE_SIZES))]
    documents = {
        name: {"short": f"Longname et al. {2001 + number}, abstract", "original_of": [name]}
        for number, name in enumerate(names)
    }
    places = [name for name, size in zip(names, LARGE_SIZES, strict=True) for _ in range(size)]
    claims, verdicts = [], []
    for number, name in enumerate(places):
        # The first three documents also print figures of the four after them.
        study = names[3 + number % 4] if name in names[:3] and number % 5 == 0 else name
        about = {"document": name, "study": study}
        printed = LARGE_PRINTED[number % len(LARGE_PRINTED)]
        claims.append(claim(f"claim-{number}", printed, "recovered", row=2 + number, **about))
        for word in LARGE_READINGS[number % len(LARGE_READINGS)]:
            verdicts.append(verdict(f"claim-{number}", word, word, **about))
    frames = {"claims": pd.DataFrame(claims), "verdicts": pd.DataFrame(verdicts)}
    return frames | {"sources": {"documents": documents}}


def test_a_large_ledger_fits_on_a_page(large, written):
    layout, figure, _ = drawn("verdict_overview", large)
    assert layout["kind"].value_counts()[["document", "tile"]].tolist() == [32, 200]
    assert figure.get_figheight() / style.CM < 20
    assert unreadable(figure, written(figure)) == []


def test_key_and_rows_count_every_percentage_once(large):
    layout = lay_out("verdict_overview", large)
    shown = layout.loc[layout["kind"] == "tile", "verdicts"].value_counts().to_dict()
    keys = layout.loc[layout["kind"] == "key", ["verdicts", "text"]].to_numpy()
    assert {verdicts: int(total) for verdicts, total in keys} == shown
    assert sorted(layout.loc[layout["kind"] == "tile", "claim_id"]) == sorted(
        large["claims"]["claim_id"]
    )


def test_verdicts_of_several_readings_stand_in_the_order_of_the_key(large):
    layout = lay_out("verdict_overview", large)
    tiles = layout[layout["kind"] == "tile"].set_index("claim_id")["verdicts"]
    assert tiles["claim-8"] == "consistent inconsistent undetermined"
    assert tiles["claim-10"] == "inconsistent uninformative"


def test_like_verdicts_stand_together_in_the_order_of_the_document():
    words = ["undetermined", "inconsistent", "consistent", "inconsistent", "approximate"]
    claims = [claim(f"c{n}", str(n), "recovered", row=9 - n) for n in range(len(words))]
    verdicts = [verdict(f"c{n}", "", word) for n, word in enumerate(words)]
    layout = verdict_overview.layout(pd.DataFrame(verdicts), pd.DataFrame(claims), SOURCES)
    assert layout.loc[layout["kind"] == "tile", "text"].tolist() == ["2", "4", "3", "1", "0"]


def groups(documents, studies):
    """Return the headings with the documents below them."""
    claims = [claim(f"c{n}", "1", "recovered", document=d) for n, (d, _) in enumerate(studies)]
    verdicts = [
        verdict(f"c{n}", "", "undetermined", document=document, study=study)
        for n, (document, study) in enumerate(studies)
    ]
    sources = {"documents": {name: {"short": name} | entry for name, entry in documents.items()}}
    layout = verdict_overview.layout(pd.DataFrame(verdicts), pd.DataFrame(claims), sources)
    found = {}
    for item in filled(layout[layout["kind"].isin(["group", "document"])]):
        if item["kind"] == "group":
            below = found[item["text"]] = []
        else:
            below.append(item["document"])
    return found


def test_documents_are_grouped_by_whose_figures_they_print():
    documents = {
        "own": {"original_of": ["own"]},
        "quoted": {"original_of": ["trial"]},
        "critic": {"original_of": []},
        "silent": {"original_of": ["silent"]},
        "reply": {"original_of": ["reply"]},
    }
    studies = [
        ("own", "own"),
        ("quoted", "trial"),
        ("critic", "trial"),
        ("reply", "trial"),
        ("reply", "reply"),
    ]
    assert groups(documents, studies) == {
        "Documents that quote others": ["critic", "reply"],
        "Sources they quote": ["quoted"],
        "Further sources": ["own"],
    }


def row_of(printed, name="Trial 2016"):
    """Lay out one document that prints these figures; return its name and its tiles."""
    claims = [claim(f"c{n:02}", text, "recovered") for n, text in enumerate(printed)]
    verdicts = [verdict(row["claim_id"], "", "undetermined") for row in claims]
    sources = {"documents": {"trial": {"short": name, "original_of": ["trial"]}}}
    layout = verdict_overview.layout(pd.DataFrame(verdicts), pd.DataFrame(claims), sources)
    (label,) = filled(layout[layout["kind"] == "document"])
    tiles = filled(layout[layout["kind"] == "tile"])
    places = [
        (tile["line"] - label["line"], tile["slot"] - verdict_overview.FIRST, tile["slots"])
        for tile in tiles
    ]
    return label, places


def test_a_long_row_goes_on_below():
    _, places = row_of(["45.25"] * 13)
    assert places == [*((0, pytest.approx(place), 1) for place in range(12)), (1, 0, 1)]


def test_a_wide_figure_is_not_broken():
    _, places = row_of(["45.25"] * 11 + ["26.2 to 34.8"])
    assert places[-2:] == [(0, pytest.approx(10), 1), (1, 0, 2)]


def test_a_figure_wider_than_the_row_starts_it():
    _, ((line, place, slots),) = row_of(["x" * 90])
    assert (line, place) == (0, 0)
    assert slots > verdict_overview.IN_LINE


def test_a_long_name_takes_the_lines_it_needs():
    label, _ = row_of(["1"], name="Hróbjartsson et al. 2013, abstract")
    assert (label["text"], label["lines"]) == ("Hróbjartsson et al. 2013,\nabstract", 2)


def box(sheet, artist):
    """The box of an artist in centimetres, as left, right, top and bottom."""
    extent = artist.get_window_extent()
    (left, right), (bottom, top) = extent.intervalx, extent.intervaly
    (left, top), (right, bottom) = sheet.transData.inverted().transform(
        [(left, top), (right, bottom)]
    )
    return left, right, top, bottom


@pytest.mark.parametrize("tables", ["small", "real", "large"])
def test_tiles_hold_their_figures_where_the_layout_says(tables, request):
    layout, figure, artists = drawn("verdict_overview", request.getfixturevalue(tables))
    FigureCanvasAgg(figure).draw()
    (sheet,) = figure.axes
    items = filled(layout[layout["kind"].isin(["key", "tile"])])
    module = verdict_overview
    words = {}
    for text in artists["texts"]:
        words.setdefault(text.get_text(), []).append(box(sheet, text))
    assert len(items) == len(artists["tiles"])
    for item, parts in zip(items, artists["tiles"], strict=True):
        left, top = (
            module.LEFT + item["slot"] * module.TILE,
            module.TOP + item["line"] * module.LINE,
        )
        right, bottom = left + item["slots"] * module.TILE - module.GAP, top + module.LINE
        for part in parts:
            around = box(sheet, part)
            assert around == pytest.approx(
                (left, right, top + module.GAP / 2, bottom - module.GAP / 2), abs=0.05
            )
        assert [
            word
            for word in words[item["text"]]
            if left < word[0] < word[1] < right and top < word[2] < word[3] < bottom
        ]


def test_a_tile_has_a_part_for_each_verdict_side_by_side(large):
    layout, _, artists = drawn("verdict_overview", large)
    items = filled(layout[layout["kind"].isin(["key", "tile"])])
    for item, parts in zip(items, artists["tiles"], strict=True):
        verdicts = item["verdicts"].split()
        looks = [verdict_overview.LOOKS[word] for word in verdicts]
        assert [part.get_facecolor() for part in parts] == [
            mpl.colors.to_rgba(look["facecolor"]) for look in looks
        ]
        seen = [part.get_clip_box().intervalx for part in parts]
        width = seen[-1][1] - seen[0][0]
        assert [start for start, _ in seen[1:]] == pytest.approx([end for _, end in seen[:-1]])
        assert min(end - start for start, end in seen) > 0.9 * width / len(parts)


def luminance(color):
    """Relative luminance as the accessibility guidelines (WCAG 2) define it."""
    channels = np.array(mpl.colors.to_rgb(color))
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))


def contrast(color, other):
    """Contrast ratio as the accessibility guidelines define it."""
    dark, light = sorted((luminance(color), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_figures_can_be_read_on_every_tile():
    for word, look in verdict_overview.LOOKS.items():
        ink = style.MUTED if word in verdict_overview.RECEDING else style.INK
        assert contrast(ink, look["facecolor"]) >= 4.5, word


def test_no_two_verdicts_look_alike_in_grey():
    module = verdict_overview
    looks = {
        (
            round(luminance(look["facecolor"]), 1),
            type(module._outline(word, 0, 0, 1, 1)).__name__,
            module.ROUNDING.get(word, 0),
            look.get("linestyle"),
        )
        for word, look in module.LOOKS.items()
    }
    assert len(looks) == len(module.WORDS) == len(Verdict)


def test_inconsistent_tiles_are_the_darkest():
    ground = {word: luminance(look["facecolor"]) for word, look in verdict_overview.LOOKS.items()}
    darkest = ground.pop(Verdict.INCONSISTENT)
    assert min(ground.values()) > darkest + 0.15


def test_verdict_overview_in_words(small):
    layout = lay_out("verdict_overview", small)
    taken = (
        "Of 3 percentages 1 is consistent, 1 is undetermined, 1 is inconsistent or undetermined."
    )
    assert verdict_overview.takeaway(layout) == taken
    assert verdict_overview.alt_text(layout) == (
        "Rows of tiles, 3 published percentages in the rows of the 2 documents that print them. "
        "The look of a tile is its verdict; a tile is divided where readings of the group that "
        f"the percentage is of differ in their verdicts. {taken} Under some reading at least, "
        "inconsistent: Trial 2016 (33)."
    )


def test_nothing_inconsistent_is_not_listed(small):
    verdicts = VERDICTS[VERDICTS["verdict"] != "inconsistent"]
    layout = lay_out("verdict_overview", small | {"verdicts": verdicts})
    taken = "Of 3 percentages 1 is consistent, 2 are undetermined."
    assert verdict_overview.alt_text(layout).endswith(f" in their verdicts. {taken}")


def test_conditions_are_named_in_full(small):
    verdicts = VERDICTS.replace({"verdict": {"consistent": "consistent_if_truncated"}})
    layout = lay_out("verdict_overview", small | {"verdicts": verdicts})
    assert verdict_overview.takeaway(layout) == (
        "Of 3 percentages 1 is consistent if cut off, 1 is undetermined, "
        "1 is inconsistent or undetermined."
    )


# --- witness plane --------------------------------------------------------------------------------


def point(kind, count, nobs, text=""):
    row = {"kind": kind, "count": count, "nobs": nobs, "percent": 100 * count / nobs}
    return row | ({"text": text} if text else {})


def test_the_plane_holds_every_count_near_the_figure(small):
    layout = lay_out("witness_plane", small)
    first = {"panel": "A", "claim_id": "recovered"}
    ends = {"low": 32.5, "high": 33.5}
    assert filled(layout[layout["claim_id"] == "recovered"]) == [
        first | row
        for row in (
            {"kind": "strip", "percent": 33.0, "text": "33% recovered"} | ends,
            {"kind": "window", "count": 1, "nobs": 8, "low": 20.0, "high": 42.5},
            {"kind": "note", "text": "prints as 33%"} | ends,
            {"kind": "tick", "percent": 33.0, "text": "33%"},
            {"kind": "size", "nobs": 8, "text": "n = 8"},
            point("witness", 1, 3, "1/3"),
            point("lattice", 1, 4),
            point("lattice", 1, 5),
            point("lattice", 2, 5),
            point("witness", 2, 6, "2/6"),
            point("lattice", 2, 7),
            point("miss", 2, 8, "2/8 = 25%"),
            point("miss", 3, 8, "3/8 = 38%"),
        )
    ]


def test_figures_that_share_a_size_are_marked_there(small):
    layout = lay_out("witness_plane", small)
    second = {"panel": "C", "claim_id": "improved"}
    assert filled(layout[layout["claim_id"] == "improved"]) == [
        second | row
        for row in (
            {"kind": "strip", "percent": 40.0, "low": 39.5, "high": 40.5, "text": "40% improved"},
            {"kind": "window", "count": 1, "nobs": 5, "low": 33.0, "high": 47.0},
            {"kind": "note", "low": 39.5, "high": 40.5, "text": "prints as 40%"},
            {"kind": "tick", "percent": 40.0, "text": "40%"},
            {"kind": "tick", "percent": 35.0, "text": "35%"},
            {"kind": "tick", "percent": 45.0, "text": "45%"},
            {"kind": "size", "nobs": 5, "text": "n = 5"},
            point("lattice", 1, 3),
            point("shared", 2, 5, "2/5"),
        )
    ]


def test_a_figure_whose_group_is_supposed_says_so(small):
    layout = lay_out("witness_plane", small)
    quoted = layout[layout["claim_id"] == "quoted"]
    (name,) = quoted.loc[quoted["kind"] == "strip", "text"]
    assert name == "Twenty per cent recovered (if of the same group: a hypothesis)"


def test_points_and_strips_stand_where_the_layout_says(small):
    layout, _, artists = drawn("witness_plane", small)
    claims = layout["claim_id"].unique()
    for claim_id, lines, strip in zip(claims, artists["points"], artists["strips"], strict=True):
        rows = layout[layout["claim_id"] == claim_id]
        for kind, line in lines.items():
            points = rows.loc[rows["kind"] == kind, ["nobs", "percent"]]
            assert line.get_xydata().tolist() == points.astype(float).to_numpy().tolist()
        ((low, high),) = rows.loc[rows["kind"] == "strip", ["low", "high"]].to_numpy()
        assert (strip.get_y(), strip.get_height()) == (low, high - low)


def test_counts_that_fit_beside_a_miss_are_named_below_the_plot_by_a_line_from_each(small):
    layout, figure, artists = drawn("witness_plane", small)
    FigureCanvasAgg(figure).draw()
    plot = artists["axes"][0]
    fits = layout[(layout["panel"] == "A") & (layout["kind"] == "witness")]
    assert fits["text"].tolist() == ["1/3", "2/6"]
    floor = plot.get_window_extent().y0
    below = [text.get_text() for text in plot.texts if text.get_window_extent().y1 < floor]
    assert below == fits["text"].tolist()
    ends = [segment for lines in plot.collections for segment in lines.get_segments()]
    assert [end[1].tolist() for end in ends] == fits[["nobs", "percent"]].astype(
        float
    ).to_numpy().tolist()
    low, _ = plot.get_ylim()
    assert all(end[0][1] < low for end in ends)


def test_witness_plane_in_words(small):
    layout = lay_out("witness_plane", small)
    taken = (
        "33% is missed by 2/8 = 25% and 3/8 = 38%, while 1/3, 2/6 print so; "
        "40% is met by 2/5 alone; 20% is met by 1/5 alone."
    )
    assert witness_plane.takeaway(layout) == taken
    assert witness_plane.alt_text(layout) == (
        "3 plots of the percentages that whole numbers of people can give against the size of "
        f"the group, each with the strip of values that print as a published figure. {taken}"
    )


# --- denominator ladder ---------------------------------------------------------------------------


def test_a_rung_spans_all_counts_that_fit(small):
    one = {"kind": "rung", "ladder": "one", "label": "One", "standing": "settled"}
    two = {"kind": "rung", "ladder": "two", "label": "Two", "standing": "possible"}
    estimate = {"rung": "with outcome", "bound": "estimate"}
    bound = {"rung": "treated", "bound": "lower bound"}
    settled, possible = denominator_ladder.SECTIONS.values()

    def rates(low, high, lower, upper):
        ends = {"percent_low": low, "percent_high": high}
        return ends | {"lower": pytest.approx(lower), "upper": pytest.approx(upper)}

    assert filled(lay_out("denominator_ladder", small)) == [
        *(
            {"kind": "key", "bound": bound, "text": words}
            for bound, words in denominator_ladder.KEY.items()
        ),
        {
            "kind": "reference",
            "percent_low": 50.0,
            "percent_high": 50.0,
            "text": "50% recovery rate",
        },
        {"kind": "section", "line": 0.0, "standing": "settled", "text": settled},
        {"kind": "ladder", "line": 1.5, "standing": "settled", "text": "One"},
        one | estimate | rates(25.0, 25.0, 4, 70) | {"line": 2.5, "text": "1 / 4 = 25.00%"},
        one | bound | rates(0.05, 0.05, 1, 28) | {"line": 3.5, "text": "1 / 2,000 = 0.05%"},
        {"kind": "section", "line": 5.0, "standing": "possible", "text": possible},
        {"kind": "ladder", "line": 6.5, "standing": "possible", "text": "Two"},
        two
        | estimate
        | rates(20.0, 20.0, 3, 62)
        | {"line": 7.5, "text": "1 / 5 … 2 / 10 = 20.00%"},
        two | bound | rates(5.0, 10.0, 1, 31) | {"line": 8.5, "text": "1–2 / 20 = 5.00–10.00%"},
    ]


def test_rates_and_whiskers_reach_what_the_layout_says(small):
    layout, _, artists = drawn("denominator_ladder", small)
    rungs = layout[layout["kind"] == "rung"]

    def ends(low, high):
        return rungs[[low, high]].astype(float).to_numpy().tolist()

    def shown(name):
        return [list(map(float, line.get_xdata())) for line in artists[name]]

    assert shown("rates") == ends("percent_low", "percent_high")
    assert shown("whiskers") == ends("lower", "upper")
    assert shown("reference") == [[50.0, 50.0]]


def test_lower_bounds_are_hollow_and_possible_rungs_have_another_shape(small):
    layout, _, artists = drawn("denominator_ladder", small)
    rungs = layout[layout["kind"] == "rung"]
    hollow = [line.get_markerfacecolor() == style.WHITE for line in artists["rates"]]
    shapes = [line.get_marker() for line in artists["rates"]]
    assert hollow == (rungs["bound"] == "lower bound").tolist()
    assert shapes == rungs["standing"].map({"settled": "o", "possible": "D"}).tolist()


def test_denominator_ladder_in_words(small):
    layout = lay_out("denominator_ladder", small)
    taken = (
        "Counted over a wider group the same people are a smaller share (One: 1 / 4 = 25.00% of "
        "those with outcome, at least 1 / 2,000 = 0.05% of those treated)."
    )
    assert denominator_ladder.takeaway(layout) == taken
    assert denominator_ladder.alt_text(layout) == (
        "2 ladders of rates with Wilson intervals, each the same people as a share of wider "
        "groups, beside the 50% recovery rate. One: with outcome 1 / 4 = 25.00%, treated "
        "1 / 2,000 = 0.05%. Two: with outcome 1 / 5 … 2 / 10 = 20.00%, treated "
        f"1–2 / 20 = 5.00–10.00%. {taken}"
    )


# --- patient flow ---------------------------------------------------------------------------------


def test_stages_follow_those_who_moved_on(small):
    def part(line, node, role, start, count, text=""):
        row = {"kind": "part", "line": pytest.approx(line), "reading": "by-step", "node": node}
        row |= {"role": role, "start": start, "count": count}
        return row | ({"text": text} if text else {})

    def beside(kind, line, **others):
        return {"kind": kind, "line": pytest.approx(line), "reading": "by-step"} | others

    first, second, total = 1.1, 3.0, 4.9
    assert filled(lay_out("patient_flow", small)) == [
        {"kind": "scale", "count": 40},
        {"kind": "printed", "start": 18.1, "text": "printed: 45.25%"},
        {"kind": "reading", "line": 0.0, "text": "Step by step, two ways on after step 1"},
        beside("stage", first, text="step 1"),
        part(first, "step 1", "drops_out", 0, 10, "10 dropped\nout at step 1"),
        part(first, "step 1", "moves_on", 10, 20, "20 moved to step 2"),
        part(first, "step 1", "remainder", 30, 10, "10 not accounted for"),
        beside("link", first, until=pytest.approx(second), start=10, count=20),
        beside("stage", second, text="step 2"),
        part(second, "step 2", "drops_out", 10, 1, "1"),
        part(second, "step 2", "remainder", 11, 19, "19 not accounted for"),
        beside("beside", second, start=30, text="1 dropped out at step 2"),
        beside("stage", total, role="attrition", text="all drop-outs"),
        part(total, "all stages", "attrition", 0, 11, "11 of 40 = 27.50%"),
    ]


def test_more_leaving_than_entered_is_said_not_drawn(small):
    flow = FLOW.copy()
    flow.loc[5, "count"] = -4
    layout = lay_out("patient_flow", small | {"flow": flow})
    parts = layout[(layout["kind"] == "part") & (layout["node"] == "step 1")]
    assert parts["role"].tolist() == ["drops_out", "moves_on"]
    assert layout.loc[layout["kind"] == "beside", "text"].iloc[0] == "4 more leave than enter"


def test_nobody_left_over_is_not_drawn(small):
    flow = FLOW.copy()
    flow.loc[5, "count"] = 0
    layout = lay_out("patient_flow", small | {"flow": flow})
    parts = layout[(layout["kind"] == "part") & (layout["node"] == "step 1")]
    assert parts["role"].tolist() == ["drops_out", "moves_on"]
    assert layout.loc[layout["kind"] == "beside", "text"].tolist() == ["1 dropped out at step 2"]


def test_parts_are_as_long_as_their_counts(small):
    layout, _, artists = drawn("patient_flow", small)
    parts = layout[layout["kind"] == "part"]
    person = (patient_flow.BAR_END - patient_flow.BAR_AT) / 40
    assert [bar.get_width() / person for bar in artists["parts"]] == pytest.approx(
        parts["count"].tolist()
    )
    assert [(bar.get_x() - patient_flow.BAR_AT) / person for bar in artists["parts"]] == (
        pytest.approx(parts["start"].tolist())
    )
    hatched = [bool(bar.get_hatch()) for bar in artists["parts"]]
    assert hatched == (parts["role"] == "remainder").tolist()


def test_patient_flow_in_words(small):
    layout = lay_out("patient_flow", small)
    taken = "The same paragraph gives drop-outs of 11 of 40 = 27.50% (printed: 45.25%)."
    assert patient_flow.takeaway(layout) == taken
    assert patient_flow.alt_text(layout) == (
        "Stacked bars of what became of 40 patients, stage by stage, under 1 readings, with the "
        "rate of drop-out as printed marked by a line. Step by step, two ways on after step 1: "
        "10 dropped out at step 1; 20 moved to step 2; 10 not accounted for; 19 not accounted "
        f"for; 1 dropped out at step 2; 11 of 40 = 27.50%. {taken}"
    )


# --- national figures -----------------------------------------------------------------------------


def test_the_national_series_shows_two_rates_by_year_and_month(small):
    layout, _, artists = drawn("national_series", small)
    assert set(layout["rate"]) == {"recovery", "reliable_recovery", ""}
    (name,) = filled(layout[layout["kind"] == "name"])
    assert (name["text"], name["percent"]) == ("by month", 46.0)  # at the highest month
    for kind in ("years", "months"):
        for rate, line in zip(("recovery", "reliable_recovery"), artists[kind], strict=True):
            rows = layout[(layout["kind"] == kind[:-1]) & (layout["rate"] == rate)]
            points = rows[["when", "percent"]].astype(float).to_numpy().tolist()
            assert line.get_xydata().tolist() == points
    (mark,) = artists["breaks"]
    assert list(mark.get_xdata()) == [2012.25, 2012.25]


@pytest.mark.parametrize("name", ["national_series", "national_ladder"])
def test_a_national_rate_beside_its_line_says_its_year(name, real, written):
    _, figure, _ = drawn(name, real)
    beside = [text.get_text() for text in written(figure) if "%" in text.get_text()]
    beside = [text for text in beside if not text.startswith(("%", "recovered"))]
    assert len(beside) == {"national_series": 2, "national_ladder": 4}[name]
    assert all(re.search(r"% in \d{4}-\d\d$", text) for text in beside)


@pytest.mark.parametrize("name", ["national_series", "national_ladder"])
def test_labels_of_neighbouring_lines_do_not_read_as_one(name, real, written):
    _, figure, _ = drawn(name, real)
    labels = [text for text in written(figure) if re.search(r"% in \d{4}-\d\d$", text.get_text())]
    boxes = sorted((text.get_window_extent() for text in labels), key=lambda box: -box.y1)
    half_a_line = 0.5 * style.SMALL * figure.dpi / 72
    assert all(above.y0 - below.y1 > half_a_line for above, below in pairwise(boxes))


def test_the_national_series_in_words(small):
    assert national_series.takeaway(lay_out("national_series", small)) == (
        "Recovery rose from 42.8% in 2012-13 to 45.0% in 2013-14 and stood at 45.0% in 2013-14."
    )


def test_the_national_series_rounds_the_exact_ratio_and_not_what_is_rounded():
    year = national("annual", "2014-15", "recovery", "44.850", "44.8", exact="1182200/26359")
    layout = national_series.layout(pd.DataFrame([year]))
    assert layout["recomputed"].tolist() == ["44.8"]
    assert national_series.takeaway(layout).startswith("Recovery rose from 44.8% in 2014-15")


def test_the_national_ladder_shows_each_rung_from_its_source(small):
    layout, _, artists = drawn("national_ladder", small)
    assert "44.00" not in set(layout["printed"])
    assert "47.25" not in set(layout["printed"])  # a sum of months beside the annual figure
    for rung, line in zip(RUNGS, artists["rungs"], strict=True):
        rows = layout[layout["rung"] == rung]
        assert (
            line.get_xydata().tolist()
            == rows[["when", "percent"]].astype(float).to_numpy().tolist()
        )


def test_the_national_ladder_in_words(small):
    assert national_ladder.takeaway(lay_out("national_ladder", small)) == (
        "In 2021-22 those who recovered were 50.21% of the official group, 47.27% of those who "
        "finished and at least 18.43% of those who ended, none of the others being counted as "
        "recovered."
    )


# --- forest -------------------------------------------------------------------------------------


def test_the_forest_shows_each_study_once_and_pooled_rates_with_their_warning(small):
    layout, _, artists = drawn("forest", small)
    texts = dict(zip(layout["label"], layout["text"], strict=True))
    assert texts["trial"] == "6 / 65 … 8 / 87 = 9.2%"
    assert texts["cohort"] == "7,800–7,820 / 19,000 = 41.1–41.2%"
    assert texts["book"] == "44%, of a number not known"
    assert texts["Pooled, REML"] == "30.0–32.0% (20.0 to 40.0%)"
    assert [mark.get_markerfacecolor() == style.WHITE for mark in artists["rates"]] == [
        False, False, True, False,
    ]  # fmt: skip
    whiskers = [line.get_xdata().tolist() for line in artists["whiskers"]]
    assert whiskers == [[4.0, 19.0], [39.0, 43.0], [1.0, 2.0]]
    faces = [mpl.colors.to_hex(diamond.get_facecolor()) for diamond in artists["diamonds"]]
    assert faces == [style.VERMILION.lower(), style.WHITE]
    assert artists["diamonds"][0].get_xy()[[0, 2], 0].tolist() == [20.0, 40.0]
    predictions = [line.get_xdata().tolist() for line in artists["predictions"]]
    assert predictions == [pytest.approx([10, 60]), pytest.approx([12, 58])]
    (refusal,) = layout.loc[layout["kind"] == "refusal", "text"]
    assert refusal == "1 study: too few"


def test_the_marks_of_the_forest_grow_with_the_number_of_people(small):
    _, _, artists = drawn("forest", small)
    trial, cohort, book, service = (mark.get_markersize() for mark in artists["rates"])
    assert book < trial < service < cohort


def test_no_mark_of_a_study_is_a_diamond_like_those_of_pooled_rates():
    assert not {"D", "d"} & set(forest.MARKS.values())
    assert len(set(forest.MARKS.values())) == len(forest.MARKS)


def test_the_forest_in_words(small):
    layout = lay_out("forest", small)
    assert forest.takeaway(layout) == (
        "The rates differ too much for a pooled one to stand for them: another study could find "
        "10.0 to 60.0%."
    )
    assert forest.alt_text(layout).startswith(
        "4 recovery rates with Wilson intervals, by the group that they are of; 1 are hollow"
    )
    assert "trial: 6 / 65 … 8 / 87 = 9.2%." in forest.alt_text(layout)
    none = layout[layout["kind"] != "prediction"]
    assert forest.takeaway(none) == "No group has enough studies to be pooled."


# --- provider funnel ------------------------------------------------------------------------------


def test_the_funnel_shows_each_provider_of_the_latest_year_with_what_rounding_leaves_open(small):
    layout, _, artists = drawn("provider_funnel", small)
    shown = layout[layout["kind"] == "provider"]
    assert shown["place"].tolist() == ["within", "outside", "outside", "undecided"]
    points = [line.get_xydata().tolist() for line in artists["providers"]]
    assert points == [[[100, 50]], [[200, 80]], [[400, 20]], [[900, 60]]]
    bars = [list(line.get_ydata()) for line in artists["rounding"]]
    assert bars == shown[["low", "high"]].to_numpy().tolist()
    (target,) = artists["target"]
    assert list(target.get_ydata()) == [50.5, 50.5]


def test_the_limits_narrow_and_leave_room_for_differences(small):
    layout, _, artists = drawn("provider_funnel", small)
    widths = {}
    for line in provider_funnel.CURVES:
        rows = layout[(layout["kind"] == "limit") & (layout["line"] == line)]
        widths[line] = (rows["high"] - rows["low"]).to_numpy(float)
        assert (np.diff(widths[line]) < 0).all()
    assert (widths["outer"] > widths["inner"]).all()
    assert (widths["outer"] > widths["chance"]).all()
    assert len(artists["limits"]) == 2 * len(provider_funnel.CURVES)
    # The curves begin at 90 courses: 3.0902 deviations of the binomial law and of 3 points beyond it.
    spread = 100 * np.sqrt(0.505 * 0.495 / 90 + 0.03**2)
    assert widths["outer"][0] == pytest.approx(2 * 3.0902 * spread, rel=1e-3)


def test_marks_differ_in_shape_or_filling(small):
    _, _, artists = drawn("provider_funnel", small)
    within, outside, _, undecided = artists["providers"]
    looks = {
        (line.get_marker(), line.get_markerfacecolor() == style.WHITE)
        for line in (within, outside, undecided)
    }
    assert len(looks) == 3


def test_the_funnel_in_words(small):
    layout = lay_out("provider_funnel", small)
    taken = (
        "Of 4 providers (all, 2024-25: 50.5%) 2 lie outside the 99.8% limits; of 1 the rounding of "
        "their counts leaves it open."
    )
    assert provider_funnel.takeaway(layout) == taken
    assert provider_funnel.alt_text(layout) == (
        "Funnel plot: one mark per provider, its recovery rate against the number of courses it is "
        "of, with two pairs of limits that narrow to the right and allow for differences between "
        f"providers, and one pair, much narrower, from chance alone. {taken}"
    )
