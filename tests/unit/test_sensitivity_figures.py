"""The figures of the sensitivity analyses show what their tables say, whole and readable."""

import inspect
import itertools
import re
from fractions import Fraction

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from recovery_audit.figures import curves, specification_curve, style
from recovery_audit.figures.ranges import Panel, Row, draw, layout_of
from recovery_audit.figures.sensitivity import (
    audit_error_rates,
    blinding,
    bridge,
    construct_gap,
    detectability,
    horizon_and_unit,
    imor,
    interval_choices,
    misdiagnosis,
    missing_outcomes,
    summary,
    test_accuracy,
    untreated_remission,
)

RANGES = (
    audit_error_rates, blinding, detectability, horizon_and_unit, interval_choices,
    missing_outcomes, summary, untreated_remission,
)  # fmt: skip
CURVES = (construct_gap, imor, misdiagnosis, test_accuracy)
ALL = (*RANGES, *CURVES, bridge)
SMALLEST = 6.5  #: that print allows [pt]
STUDIES = ("scott", "mus-recovery", "mus-reliable", "national")


def name_of(module):
    return module.__name__.rpartition(".")[2]


def lay_out(module, tables):
    return module.layout(
        **{name: tables[name] for name in inspect.signature(module.layout).parameters}
    )


def drawn(module, layout):
    figure = Figure()
    return figure, module.draw(layout, figure)


def curve_layout(study, tables):
    others = tables["config"]["other_side"]
    return specification_curve.layout(tables, study, others)


def boxes(figure):
    """Where each text that is drawn lies, in pixels."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    beyond = {label for axes in figure.axes for label in undrawn(axes)}
    texts = [text for text in figure.findobj(Text) if text.get_text().strip()]
    drawn_ones = [text for text in texts if text.get_visible() and text not in beyond]
    return {text: text.get_window_extent(canvas.get_renderer()) for text in drawn_ones}


def undrawn(axes):
    """Labels of ticks beyond the ends of an axis: matplotlib keeps them and leaves them out."""
    for axis, limits in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim())):
        for tick in axis.get_major_ticks():
            if not min(limits) <= tick.get_loc() <= max(limits):
                yield from (tick.label1, tick.label2)


def assert_within(figure):
    width, height = figure.bbox.width, figure.bbox.height
    for text, box in boxes(figure).items():
        inside = box.x0 >= -1 and box.y0 >= -1 and box.x1 <= width + 1 and box.y1 <= height + 1
        assert inside, f"{text.get_text()!r} is cut off"


def overlaps(figure):
    """Pairs of words that lie over each other by more than a sliver (1 by 1.5 points)."""
    point = figure.dpi / 72
    found = []
    for (first, box), (second, other) in itertools.combinations(boxes(figure).items(), 2):
        wide = min(box.x1, other.x1) - max(box.x0, other.x0)
        tall = min(box.y1, other.y1) - max(box.y0, other.y0)
        if wide > point and tall > 1.5 * point:
            found.append((first.get_text(), second.get_text()))
    return found


def assert_readable(figure):
    assert overlaps(figure) == []
    assert min(text.get_fontsize() for text in boxes(figure)) >= SMALLEST


@pytest.mark.parametrize("module", ALL, ids=name_of)
def test_every_word_is_whole_by_itself_and_large_enough(module, audited):
    figure, _ = drawn(module, lay_out(module, audited))
    assert_within(figure)
    assert_readable(figure)


def test_words_over_each_other_are_found():
    figure = Figure()
    for x in (0.1, 0.12, 0.6):
        figure.text(x, 0.5, f"at {x}")
    assert overlaps(figure) == [("at 0.1", "at 0.12")]


@pytest.mark.parametrize("module", RANGES, ids=name_of)
def test_a_key_names_every_kind_of_mark_that_could_be_taken_for_another(module, audited):
    layout = lay_out(module, audited)
    ranges = layout[layout["kind"] == "range"]
    used = {
        mark
        for mark, column in (("mark", "mark"), ("hollow", "hollow"), ("bar", "low"))
        if (ranges[column] != "").any()
    }
    named = set(layout.loc[layout["kind"] == "key", "text"])
    assert used <= named or len(used) == 1


def test_keys_that_fit_no_more_go_on_below():
    words = {"mark": "m" * 40, "hollow": "h" * 40, "bar": "b", "whisker": "w"}
    rows = [Row(label="a", low=1.0, high=2.0, text="1 to 2")]
    panel = Panel(axis="%", rows=rows, references=[], limits=(0, 3))
    figure = Figure()
    draw(layout_of([panel], words), figure)
    assert_within(figure)
    assert_readable(figure)
    heights = {text.get_text(): round(text.get_position()[1], 2) for text in boxes(figure)}
    assert heights["m" * 40] < heights["h" * 40]


@pytest.mark.parametrize("study", STUDIES)
def test_no_name_of_an_option_is_cut_off_or_runs_into_the_plot(study, audited):
    layout = curve_layout(study, audited)
    figure, _ = drawn(specification_curve, layout)
    assert_within(figure)
    assert_readable(figure)
    plot = figure.axes[1].get_window_extent()
    options = set(layout.loc[layout["kind"] == "option", "text"])
    for text, box in boxes(figure).items():
        if text.get_text() in options:
            assert box.x1 < plot.x0, text.get_text()


@pytest.mark.parametrize("module", ALL, ids=name_of)
def test_a_figure_is_drawn_the_same_twice(module, audited):
    layout = lay_out(module, audited)
    first, second = (style.figure_files(drawn(module, layout)[0]) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("module", RANGES, ids=name_of)
def test_rows_of_ranges_show_every_mark_and_bar_at_its_place(module, audited):
    layout = lay_out(module, audited)
    _, artists = drawn(module, layout)
    ranges = layout[layout["kind"] == "range"].to_dict("records")
    bars = [[row["low"], row["high"]] for row in ranges if row["low"] != ""]
    assert [list(bar.get_xdata()) for bar in artists["bars"]] == bars
    marks = [row[key] for row in ranges for key in ("hollow", "mark") if row[key] != ""]
    assert [mark.get_xdata()[0] for mark in artists["marks"]] == marks
    for row in ranges:
        assert row["low"] == "" or row["low"] <= row["high"]


@pytest.mark.parametrize("module", CURVES, ids=name_of)
def test_curves_run_through_the_points_of_their_table(module, audited):
    layout = lay_out(module, audited)
    _, artists = drawn(module, layout)
    lines = layout[layout["kind"] == "curve"]
    found = [points["y"].tolist() for _, points in lines.groupby(["panel", "order"], sort=True)]
    assert [list(line.get_ydata()) for line in artists["curves"]] == found
    assert len(artists["bands"]) == len(layout[layout["kind"] == "panel"])
    bands = layout[layout["kind"] == "band"]
    assert (bands["y"].astype(float) <= bands["y_upper"].astype(float)).all()


@pytest.mark.parametrize("module", ALL, ids=name_of)
def test_the_words_hold_numbers_of_the_figure(module, audited):
    layout = lay_out(module, audited)
    sentence = module.takeaway(layout)
    assert sentence.endswith(".")
    assert sentence in module.alt_text(layout)
    shown = {
        f"{float(cell):.{places}f}"
        for column in layout.columns.difference(["panel", "line", "order"])
        for cell in layout[column]
        if isinstance(cell, int | float)
        for places in (0, 1, 2)
    }
    shown |= {token for text in layout.get("text", []) for token in re.findall(r"\d+\.\d+", text)}
    said = re.findall(r"\d+\.\d+", sentence)
    assert said or name_of(module) in ("misdiagnosis", "construct_gap")
    assert set(said) <= shown | {f"{abs(row['end'] - row['start']):.1f}"
                                 for row in layout.to_dict("records")
                                 if row.get("kind") == "remainder"}  # fmt: skip


def by_name(figure):
    return {text.get_text(): text for text in boxes(figure)}


def test_names_below_a_heading_are_indented_and_others_are_not():
    rows = [Row(label="all", heading=True), Row(label="some", mark=1.0, text="1")]
    panel = Panel(axis="%", rows=rows, references=[], limits=(0, 3))
    bare = Panel(axis="%", rows=rows[1:], references=[], limits=(0, 3))
    places = []
    for shown in (panel, bare):
        figure = Figure()
        draw(layout_of([shown]), figure)
        places.append({word: text.get_position()[0] for word, text in by_name(figure).items()})
    assert places[0]["some"] > places[0]["all"] == places[1]["some"]


def test_a_mark_at_the_end_of_an_axis_is_whole():
    rows = [Row(label="none", mark=0.0, hollow=0.0, text="0")]
    figure = Figure()
    artists = draw(layout_of([Panel(axis="%", rows=rows, references=[], limits=(0, 3))]), figure)
    assert [mark.get_clip_on() for mark in artists["marks"]] == [False, False]


@pytest.mark.parametrize(
    ("places", "from_below"),
    [([(40.0, "first"), (43.0, "second")], ["first", "second"]),
     ([(5.0, "first"), (9.0, "second")], ["second", "first"])],
)  # fmt: skip
def test_names_of_vertical_references_stand_above_the_plot_clear_of_each_others_lines(
    places, from_below
):
    line = curves.Curve(name="", x=[0.0, 50.0], y=[10.0, 20.0])
    panel = curves.Panel(
        title="a rate\nof a group", x_axis="x", y_axis="y", x_limits=(0, 50), y_limits=(0, 100),
        curves=[line], levels=[], places=places,
    )  # fmt: skip
    figure, artists = drawn(curves, curves.layout_of([panel]))
    assert_readable(figure)
    found = {text.get_text(): box for text, box in boxes(figure).items()}
    top = figure.axes[1].get_window_extent().y1
    assert top < found[from_below[0]].y0 < found[from_below[1]].y0
    assert "a rate\nof a group" in found
    names = [found[name] for name in from_below]
    for line in artists["references"]:
        (across, _), (_, top) = line.get_transform().transform(line.get_xydata())
        assert not any(box.x0 < across < box.x1 and box.y1 < top for box in names)


def test_three_panels_stand_side_by_side_and_four_in_two_rows(audited):
    for module, rows in ((construct_gap, 1), (misdiagnosis, 2)):
        figure, _ = drawn(module, lay_out(module, audited))
        tops = {round(axes.get_position().y1, 3) for axes in figure.axes[1:]}
        assert len(tops) == rows


def test_effects_that_point_the_other_way_have_an_axis_of_their_own(audited):
    layout = lay_out(blinding, audited)
    axes = layout[layout["kind"] == "axis"].set_index("panel")["label"]
    ranges = layout[layout["kind"] == "range"]
    for panel, rows in ranges.groupby("panel"):
        better = "below" if (rows["mark"].astype(float) < 0).all() else "above"
        assert better in axes[panel]
        assert (rows["mark"].astype(float) < 0).nunique() == 1
    assert len(ranges) == len(audited["blinding"][audited["blinding"]["scale"] != "rate"])


def test_points_are_not_drawn_on_an_axis_of_percentages(audited):
    layout = lay_out(untreated_remission, audited)
    axes = dict(layout.loc[layout["kind"] == "axis", ["panel", "label"]].to_numpy())
    for row in layout[layout["kind"] == "range"].to_dict("records"):
        assert ("points" in row["text"]) == (axes[row["panel"]] == "percentage points")


@pytest.mark.parametrize("study", STUDIES)
def test_the_key_says_on_which_side_each_kind_of_specification_stands(study, audited):
    layout = curve_layout(study, audited)
    places = layout[layout["kind"] == "specification"].groupby("block")["x"].agg(["min", "max"])
    assert places.loc["same", "max"] < places.loc["changed", "min"]
    figure, _ = drawn(specification_curve, layout)
    assert {"of what the figure is of (left)", "of something else (right)"} <= {*by_name(figure)}


@pytest.mark.parametrize(("study", "said"), [("national", True), ("scott", False)])
def test_intervals_too_narrow_to_be_seen_are_said_to_be_so(study, said, audited):
    figure, _ = drawn(specification_curve, curve_layout(study, audited))
    assert ("(narrower than the marks)" in by_name(figure)) == said


def test_every_range_of_the_tables_is_shown(audited):
    ranges = lay_out(missing_outcomes, audited)
    shown = ranges[ranges["kind"] == "range"]
    assert len(shown) == len(audited["missing_outcomes"])
    assert sorted(shown["low"]) == pytest.approx(
        sorted(100 * float(value) for value in audited["missing_outcomes"]["lower"])
    )


def test_the_bridge_shows_both_readings_with_the_same_bars(audited):
    layout = lay_out(bridge, audited)
    first, second = (rows for _, rows in layout.groupby("panel"))
    assert list(first["label"]) == list(second["label"])
    table = audited["bridge"]
    for panel, rows in layout.groupby("panel"):
        bars = {row["line"]: row for row in rows.to_dict("records") if row["line"] != ""}
        for line in range(1, 4):  # each step begins where the one before it ended
            assert bars[line]["start"] == pytest.approx(bars[line - 1]["end"])
        assert bars[3]["end"] == pytest.approx(bars[4]["end"])
        assert bars[5]["start"] == bars[4]["end"]
        assert bars[5]["end"] == bars[6]["end"] == pytest.approx(9.2)
        whole = table["reading"] == "all referrals"
        chosen = table[(whole if panel == 0 else ~whole) & (table["spread"] == "spread")]
        chosen = chosen[(chosen["year"] == "2017-18") & (chosen["step"] == "official")]
        spread = [float(value) for value in chosen["aligned"]]
        assert (bars[4]["low"], bars[4]["high"]) == (min(spread), max(spread))


def test_the_bridge_says_what_it_does_not_show(audited):
    figure, _ = drawn(bridge, lay_out(bridge, audited))
    texts = " ".join(text.get_text() for text in boxes(figure))
    assert "does not show that they were not" in texts
    assert "Not explained" in texts


@pytest.mark.parametrize("study", STUDIES)
def test_the_curve_shows_each_plausible_specification_once_in_order(study, audited):
    layout = curve_layout(study, audited)
    shown = layout[layout["kind"] == "specification"]
    table = audited["multiverse"]
    mine = table[
        (table["study"] == study)
        & (table["standing"] == "possible")
        & (table["plausible"] == "yes")
    ]
    expected = sorted(100 * float(value) for value in mine["estimate"])
    assert sorted(shown["y"]) == pytest.approx(expected)
    for block, rows in shown.groupby("block"):
        assert list(rows["y"]) == sorted(rows["y"]), block
    assert shown["x"].is_unique
    # Each place of the order carries one option of each choice shown.
    lines = layout[layout["kind"].isin(["choice", "option", "run"])].to_dict("records")
    covered, choice = {}, None
    headings = {row["line"]: row["text"] for row in lines if row["kind"] == "choice"}
    for row in lines:
        if row["kind"] == "choice":
            choice = row["text"]
        elif row["kind"] == "run":
            covered[choice] = covered.get(choice, Fraction(0)) + Fraction(row["x_end"] - row["x"])
    assert set(covered) == set(headings.values())
    assert set(covered.values()) == {Fraction(len(shown))}


def test_a_logarithmic_axis_has_plain_numbers():
    rows = [Row(label="odds", low=0.5, high=4.0, mark=2.0, text="2.00")]
    panel = Panel(
        axis="odds ratio", rows=rows, references=[(1.0, "none")], limits=(0.25, 8), log=True
    )
    figure = Figure()
    draw(layout_of([panel]), figure)
    FigureCanvasAgg(figure).draw()
    ticks = [label.get_text() for label in figure.axes[1].get_xticklabels()]
    assert ticks == ["0.25", "0.5", "1", "2", "4", "8"]
