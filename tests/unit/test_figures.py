"""Figures: the frame says what is shown, the artists show just that, and every word can be read."""

import inspect
import io as streams
import subprocess
import sys
from pathlib import Path

import matplotlib as mpl
import matplotlib.image
import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from recovery_audit import audit, extraction, io
from recovery_audit.figures import (
    denominator_ladder,
    patient_flow,
    style,
    verdict_overview,
    witness_plane,
)

ROOT = Path(__file__).parents[2]
FIGURES = {
    "verdict_overview": verdict_overview,
    "witness_plane": witness_plane,
    "denominator_ladder": denominator_ladder,
    "patient_flow": patient_flow,
}
every_figure = pytest.mark.parametrize("name", FIGURES)


# --- small tables -------------------------------------------------------------------------------


def claim(claim_id, printed, outcome, **others):
    plain = {
        "claim_id": claim_id,
        "study": "trial",
        "document": "trial",
        "table": "abstract",
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
    "documents": {"trial": {"short": "Trial 2016"}, "review": {"short": "Review 2020"}},
    "studies": {"trial": "Trial (2016)"},
}
CLAIMS = pd.DataFrame(
    [
        claim("recovered", "33", "recovered"),
        claim("improved", "40", "improved", row=3),
        claim("quoted", "one in five", "recovered", document="review", figure="20", hedge="about"),
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
PANELS = (
    witness_plane.Panel("A", (("recovered", "all"),)),
    witness_plane.Panel("C", (("improved", ""), ("quoted", ""))),
)
SMALL = {
    "verdicts": VERDICTS,
    "claims": CLAIMS,
    "sources": SOURCES,
    "denominator_ladder": LADDER,
    "flow": FLOW,
    "panels": PANELS,
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
def real():
    """The tables of the audit itself, computed from the typed data."""

    def schema(name):
        return ROOT / f"workflow/schemas/{name}.schema.yaml"

    sources = io.read_yaml(ROOT / "data/sources.yaml")
    typed = io.read_text_tables(sorted((ROOT / "data/claims").glob("*.csv")), schema("claims"))
    inputs = {
        "bases": "data/bases.csv",
        "flow_counts": "data/flow_counts.csv",
        "ladders": "data/ladders.csv",
        "annual_totals": "data/national/annual_totals.csv",
    }
    tables = {name: io.read_table(ROOT / path, schema(name)) for name, path in inputs.items()}
    tables["flow"] = tables.pop("flow_counts")
    second = sorted((ROOT / "data/second_key").glob("*.csv"))
    tables |= {
        "second_keys": io.read_tables(second, schema("second_key")),
        "claims": extraction.collect_claims(typed, sources["documents"], {}),
        "relations": io.read_yaml(ROOT / "data/relations.yaml"),
        "systems": io.read_yaml(ROOT / "data/systems.yaml"),
        "sources": sources,
        "config": io.read_yaml(ROOT / "config/config.yaml"),
    }
    return audit.run(tables) | {"sources": sources}


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


# --- verdict overview -----------------------------------------------------------------------------


def test_verdict_overview_lists_each_figure_with_its_readings(small):
    heads = [
        ("consistent", "consistent", "1"),
        ("consistent_if_truncated", "… if cut off", "0"),
        ("consistent_if_other_rounding", "… if rounded otherwise", "0"),
        ("approximate", "approximate", "0"),
        ("inconsistent", "inconsistent", "1"),
        ("uninformative", "uninformative", "0"),
        ("undetermined", "undetermined", "3"),
    ]
    recovered = {"kind": "mark", "lines": 0, "claim_id": "recovered"}
    assert filled(lay_out("verdict_overview", small)) == [
        *(
            {"kind": "head", "verdict": word, "text": text, "detail": total}
            for word, text, total in heads
        ),
        {"kind": "names", "text": "number of readings:", "detail": "reading of its group"},
        {"kind": "group", "line": 0.0, "lines": 1, "text": "Trial 2016"},
        {"kind": "population", "line": 1.0, "lines": 1, "text": "patients"},
        recovered | {"line": 2.0, "verdict": "inconsistent", "reading": "all", "slot": 0.0},
        {
            "kind": "claim",
            "line": 2.0,
            "lines": 1,
            "printed": "33%",
            "text": "recovered",
            "detail": "all",
            "claim_id": "recovered",
        },
        recovered | {"line": 3.0, "verdict": "undetermined", "reading": "own-base", "slot": -0.5},
        recovered
        | {"line": 3.0, "verdict": "undetermined", "reading": "some-clients", "slot": 0.5},
        {
            "kind": "claim",
            "line": 3.0,
            "lines": 1,
            "detail": "own group, some clients",
            "claim_id": "recovered",
        },
        {
            "kind": "mark",
            "line": 4.0,
            "lines": 0,
            "verdict": "consistent",
            "claim_id": "improved",
            "slot": 0.0,
        },
        {
            "kind": "claim",
            "line": 4.0,
            "lines": 1,
            "printed": "40%",
            "text": "improved",
            "detail": "as stated",
            "claim_id": "improved",
        },
        {"kind": "group", "line": 5.5, "lines": 1, "text": "Review 2020, on Trial (2016)"},
        {
            "kind": "mark",
            "line": 6.5,
            "lines": 0,
            "verdict": "undetermined",
            "claim_id": "quoted",
            "slot": 0.0,
        },
        {
            "kind": "claim",
            "line": 6.5,
            "lines": 1,
            "printed": "one in five",
            "text": "recovered, patients",
            "detail": "no group named",
            "claim_id": "quoted",
        },
    ]


def test_a_long_label_takes_as_many_lines_as_it_needs(small):
    wordy = CLAIMS.replace({"outcome": {"improved": "improved by more than anybody had expected"}})
    layout = lay_out("verdict_overview", small | {"claims": wordy})
    (label,) = layout.loc[layout["printed"] == "40%", "text"]
    assert label == "improved by more than anybody had\nexpected"
    assert layout.loc[layout["kind"] == "space", ["line", "lines"]].to_numpy().tolist() == [
        [5.0, 1]
    ]


def test_marks_stand_in_the_row_and_column_of_their_verdict(small):
    layout, _, artists = drawn("verdict_overview", small)
    marks = layout[layout["kind"] == "mark"]
    places = [tuple(map(float, mark.get_xydata()[0])) for mark in artists["marks"]]
    module = verdict_overview
    order = [list(module.WORDS).index(word) for word in marks["verdict"]]
    columns = [module.FIRST_COLUMN + place * module.COLUMN for place in order]
    assert places == [
        pytest.approx((column + slot * module.SLOT, module.HEAD + (line + 0.6) * module.LINE))
        for column, slot, line in zip(columns, marks["slot"], marks["line"], strict=True)
    ]


def test_no_two_verdicts_look_alike_in_grey():
    looks = [
        (look["marker"], look.get("fillstyle"), look.get("markerfacecolor"))
        for look in verdict_overview.MARKS.values()
    ]
    assert len(set(looks)) == len(verdict_overview.WORDS)


def test_verdict_overview_in_words(small):
    layout = lay_out("verdict_overview", small)
    taken = "Of 5 readings 1 is consistent, 1 is inconsistent, 3 are undetermined."
    assert verdict_overview.takeaway(layout) == taken
    assert verdict_overview.alt_text(layout) == (
        "Table of marks with 3 published percentages as rows and 7 verdicts as columns, one mark "
        f"for each reading of the group that a percentage is of. {taken}"
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
    assert name == "one in five recovered (if of the same group: a hypothesis)"


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
        {
            "kind": "reference",
            "percent_low": 50.0,
            "percent_high": 50.0,
            "text": "50% recovery rate",
        },
        {"kind": "section", "line": 0.0, "standing": "settled", "text": settled},
        {"kind": "ladder", "line": 1.5, "standing": "settled", "text": "One"},
        one | estimate | rates(25.0, 25.0, 4, 70) | {"line": 2.5, "text": "1 / 4 = 25.00%"},
        one
        | bound
        | rates(0.05, 0.05, 1, 28)
        | {
            "line": 3.5,
            "text": "1 / 2,000 = 0.05%",
            "note": "lower bound: nobody\nwithout an outcome\nrecovered",
        },
        {"kind": "section", "line": pytest.approx(5.6), "standing": "possible", "text": possible},
        {"kind": "ladder", "line": pytest.approx(7.1), "standing": "possible", "text": "Two"},
        two
        | estimate
        | rates(20.0, 20.0, 3, 62)
        | {"line": pytest.approx(8.1), "text": "1 / 5 … 2 / 10 = 20.00%"},
        two
        | bound
        | rates(5.0, 10.0, 1, 31)
        | {"line": pytest.approx(9.1), "text": "1–2 / 20 = 5.00–10.00%"},
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
        "One: 1 / 4 = 25.00% of those with outcome, 1 / 2,000 = 0.05% of those treated, "
        "the wider groups giving lower bounds."
    )
    assert denominator_ladder.takeaway(layout) == taken
    assert denominator_ladder.alt_text(layout) == (
        "2 ladders of rates with Wilson intervals, each the same people as a share of wider "
        f"groups, beside the 50% recovery rate. {taken}"
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
        f"rate of drop-out as printed marked by a line. {taken}"
    )
