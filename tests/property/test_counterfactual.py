"""The counterfactual: exact lattice, simulation and textbook formulas must tell the same story."""

import json
from copy import deepcopy
from dataclasses import replace
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr
from scipy.stats import norm

from recovery_audit.counterfactual.calibration import (
    CLOSE,
    START_TARGETS,
    fit_start,
    remission_until,
    targets_of,
    with_natural_remission,
)
from recovery_audit.counterfactual.indices import _Surface, sobol_indices
from recovery_audit.counterfactual.lattice import (
    LEVELS,
    SHARED,
    both_scores,
    first_scores,
    judgements,
    outcomes,
    ranges,
)
from recovery_audit.counterfactual.model import (
    ALL,
    EFFECT,
    NOBODY,
    NULL,
    PLAYERS,
    REGRESSION,
    REMISSION,
    End,
    Scale,
    Selection,
    Start,
)
from recovery_audit.counterfactual.scenarios import (
    RULES,
    Responses,
    as_json,
    calibrations,
    default_of,
    from_json,
    gather_chunks,
    row_of,
    run_scenarios,
    scales_of,
    simulate_chunk,
)
from recovery_audit.counterfactual.simulation import (
    Chunk,
    add_up,
    outcomes_of,
    simulate,
    simulate_each,
)
from recovery_audit.errors import AuditError
from recovery_audit.outcomes import Scores, judge_scores
from recovery_audit.shapley import coalitions, shapley_values

SCALES = (
    Scale(name="PHQ-9", highest=27, cut_off=10, change=6),
    Scale(name="GAD-7", highest=21, cut_off=8, change=4),
)
STARTS = st.builds(
    Start,
    means=st.tuples(st.floats(8, 20), st.floats(6, 16)),
    spreads=st.tuples(st.floats(3, 8), st.floats(3, 7)),
    correlation=st.floats(0, 0.9),
    reliability=st.tuples(st.floats(0.5, 0.95), st.floats(0.5, 0.95)),
    selection=st.just(Selection.NONE),
)
ENDS = st.builds(
    End,
    stability=st.floats(0.1, 0.98),
    shift=st.floats(-0.2, 1.0),
    by_itself=st.floats(0, 0.5),
    by_treatment=st.floats(0, 0.6),
    remitted_means=st.tuples(st.floats(0, 6), st.floats(0, 6)),
    remitted_spread=st.floats(1, 4),
)
START = Start(means=(14.8, 13.7), spreads=(6.4, 5.3), correlation=0.8, reliability=(0.8, 0.82))
END = End(
    stability=0.85, shift=0.35, by_itself=0.12, by_treatment=0.25,
    remitted_means=(4.0, 3.5), remitted_spread=2.0,
)  # fmt: skip


# --- the lattice --------------------------------------------------------------------------------


@settings(max_examples=15, deadline=None)
@given(start=STARTS, end=ENDS)
def test_shares_are_shares_and_the_first_scores_are_the_same_whoever_acts(start, end):
    first = first_scores(start, SCALES)
    spared = first[:10, :8].sum()
    for players in coalitions(PLAYERS):
        shares = both_scores(start, end, SCALES, players)
        assert shares.both.min() >= -1e-15
        assert shares.both.sum() == pytest.approx(1)
        assert shares.first == pytest.approx(first)
        assert outcomes(shares, SCALES)["not_at_caseness"] == pytest.approx(spared, abs=1e-9)


def steps(value, spread, scale, weeks=1.0):
    """Shares of each score, from 0 to the highest, where values scatter about one value."""
    below = ndtr((np.arange(0.5, scale.highest) - value) / spread) ** weeks
    return np.diff([0, *below, 1])


def pair_by_pair(start, end, players, number):
    """The share of every pair of first and last scores by plain loops: four axes."""
    acting = end.taken(players)
    weeks = start.strength if start.selection is Selection.PEAK else 1.0
    points, weights = np.polynomial.hermite_e.hermegauss(number)
    common = np.polynomial.hermite_e.hermegauss(SHARED)
    drift = [start.level_spread(i) * np.sqrt(1 - end.stability**2) for i in (0, 1)]
    spread = [np.hypot(drift[i], start.error_spread(i)) for i in (0, 1)]
    together = start.correlation * drift[0] * drift[1] / (spread[0] * spread[1])
    total = np.zeros((28, 28, 22, 22))  # first and last depression, first and last anxiety
    for one, other in product(range(number), repeat=2):
        own = np.sqrt(1 - start.correlation**2) * points[other]
        z = (points[one], start.correlation * points[one] + own)
        level = [start.means[i] + start.level_spread(i) * z[i] for i in (0, 1)]
        for point, weight in zip(*common, strict=True):
            pairs = []
            for i, scale in enumerate(SCALES):
                shift = acting.shift * start.spreads[i]
                if REGRESSION in players:
                    first = steps(level[i], start.error_spread(i), scale, weeks)
                    mean = start.means[i] + end.stability * (level[i] - start.means[i]) - shift
                    mean += spread[i] * np.sqrt(together) * point
                    last = steps(mean, spread[i] * np.sqrt(1 - together), scale)
                    pairs.append(np.outer(first, last))
                else:
                    pairs.append(carried(level[i], start.error_spread(i), scale, weeks, shift))
            here = weight * weights[one] * weights[other]
            well = [
                pair @ remitting(acting.remitted_means[i], acting.remitted_spread, SCALES[i])
                for i, pair in enumerate(pairs)
            ]
            for share, (depression, anxiety) in (
                (1 - acting.remitted, pairs), (acting.remitted, well)
            ):  # fmt: skip
                total += here * share * np.multiply.outer(depression, anxiety)
    if start.selection is Selection.SOFT:
        total[:10, :, :8] *= start.strength
    return total / total.sum()


def carried(level, spread, scale, weeks, shift):
    """Both scores of one value and of the same less a shift, by the interval between edges."""
    edges = np.array([-np.inf, *np.arange(0.5, scale.highest), np.inf])
    low = np.maximum.outer(edges[:-1], edges[:-1] + shift)
    high = np.maximum(low, np.minimum.outer(edges[1:], edges[1:] + shift))
    return ndtr((high - level) / spread) ** weeks - ndtr((low - level) / spread) ** weeks


def remitting(mean, spread, scale):
    """By the score without remission, shares of the lower of it and the score in remission."""
    found = np.zeros((scale.highest + 1, scale.highest + 1))
    for score, (value, share) in product(
        range(scale.highest + 1), enumerate(steps(mean, spread, scale))
    ):
        found[score, min(score, value)] += share
    return found


@pytest.mark.parametrize("players", [NOBODY, frozenset([EFFECT, REMISSION]), NULL, ALL])
@pytest.mark.parametrize("selection", [("none", 1.0), ("soft", 0.7), ("peak", 2.0)])
def test_ranges_of_first_scores_lose_nothing(selection, players):
    start = replace(START, selection=Selection(selection[0]), strength=selection[1])
    shares = pair_by_pair(start, END, players, number=3)
    scores = np.indices(shares.shape, dtype=np.int8)
    flags = judge_scores(
        [
            Scores(first=first, last=last, cut_off=scale.cut_off, change=scale.change)
            for scale, first, last in zip(SCALES, scores[::2], scores[1::2], strict=True)
        ]
    )
    found = outcomes(both_scores(start, END, SCALES, players, levels=3), SCALES)
    of_all = {name: shares[flags[name]].sum() for name in flags}
    for name in ("recovery", "reliable_recovery"):
        assert found[name] == pytest.approx(of_all[name] / of_all["at_caseness"], abs=1e-12)
    for name in ("not_at_caseness", "reliable_improvement", "no_reliable_change",
                 "reliable_deterioration"):  # fmt: skip
        assert found[name] == pytest.approx(of_all[name], abs=1e-12)
    for axis, name in enumerate(
        ("depression_start", "depression_end", "anxiety_start", "anxiety_end")
    ):
        mean = (shares * scores[axis]).sum()
        assert found[f"mean_{name}"] == pytest.approx(mean)
        spread = np.sqrt((shares * (scores[axis] - mean) ** 2).sum())
        assert found[f"sd_{name}"] == pytest.approx(spread)
    remitted = shares[10:, :10].sum() / shares[10:].sum()
    assert found["depression_remitted"] == pytest.approx(remitted)


@settings(max_examples=15, deadline=None)
@given(start=STARTS, end=ENDS)
def test_if_nobody_acts_nobody_changes(start, end):
    shares = both_scores(start, end, SCALES, NOBODY)
    found = outcomes(shares, SCALES)
    assert found["recovery"] == 0
    assert found["no_reliable_change"] == pytest.approx(1)
    assert found["mean_depression_end"] == pytest.approx(found["mean_depression_start"])


@pytest.mark.parametrize("cut_off", [40, 60, 75])
@pytest.mark.parametrize("reliability", [0.6, 0.85])
def test_regression_to_the_mean_has_its_textbook_size(cut_off, reliability):
    # Gardner and Heady (1973), Davis (1976): the fall of those at or above a cut-off, on a scale so
    # fine that rounding hardly matters; the level does not drift.
    fine = Scale(name="fine", highest=120, cut_off=cut_off, change=6)
    other = Scale(name="other", highest=1, cut_off=2, change=1)  # nobody is a case on it
    start = Start(means=(60.0, 0.5), spreads=(15.0, 0.5), correlation=0.0,
                  reliability=(reliability, 0.8), selection=Selection.SOFT, strength=0.0)  # fmt: skip
    end = replace(END, stability=1.0, by_itself=0.0, by_treatment=0.0, shift=0.0)
    shares = both_scores(start, end, (fine, other), frozenset([REGRESSION]), levels=40)
    found = outcomes(shares, (fine, other))
    fall = found["mean_depression_start"] - found["mean_depression_end"]
    z = (cut_off - 0.5 - 60) / 15
    expected = 15 * (1 - reliability) * norm.pdf(z) / norm.sf(z)
    assert fall == pytest.approx(expected, rel=0.005)


def test_the_lattice_is_judged_by_the_code_for_records():
    flags = judgements(SCALES)
    generator = np.random.default_rng(5)
    for first_d, first_a, last_d, last_a in generator.integers(0, (28, 22, 28, 22), (300, 4)):
        case = first_d >= 10 or first_a >= 8
        fell = first_d - last_d >= 6 or first_a - last_a >= 4
        rose = last_d - first_d >= 6 or last_a - first_a >= 4
        range_d, range_a = (
            np.searchsorted(ranges(scale)[:, last], first, side="right") - 1
            for scale, first, last in zip(SCALES, (first_d, first_a), (last_d, last_a), strict=True)
        )
        at = (range_d, last_d, range_a, last_a)
        assert flags["at_caseness"][at] == case
        assert flags["recovery"][at] == (case and last_d < 10 and last_a < 8)
        assert flags["reliable_improvement"][at] == (fell and not rose)


def test_more_points_of_the_grid_change_nothing_that_is_printed():
    coarse, fine = (
        outcomes(both_scores(START, END, SCALES, ALL, levels=number), SCALES)
        for number in (LEVELS, 40)
    )
    for name, value in fine.items():
        assert coarse[name] == pytest.approx(value, abs=5e-6)


# --- lattice against simulation -----------------------------------------------------------------

STARTS_BY_SELECTION = {
    "none": START,
    "soft": replace(START, selection=Selection.SOFT, strength=0.7),
    "peak": replace(START, selection=Selection.PEAK, strength=3.0),
}


@pytest.mark.parametrize(
    "players", list(coalitions(PLAYERS)), ids=lambda who: "+".join(sorted(who))
)
@pytest.mark.parametrize("selection", list(STARTS_BY_SELECTION))
def test_simulation_and_lattice_agree_within_four_standard_errors(selection, players):
    start = STARTS_BY_SELECTION[selection]
    counts = simulate(start, END, SCALES, players, Chunk(0, 2**18, 7))
    exact = outcomes(both_scores(start, END, SCALES, players), SCALES)
    simulated = outcomes_of(counts)
    assert set(simulated) == set(exact)
    for name, (value, error) in simulated.items():
        assert abs(value - exact[name]) <= 4 * error + 1e-12, name


def test_counts_do_not_depend_on_the_order_or_the_number_of_chunks():
    def draw(chunk):
        return simulate(START, END, SCALES, ALL, Chunk(chunk, 40_000, 3))

    forwards = [draw(chunk) for chunk in range(4)]
    backwards = [draw(chunk) for chunk in reversed(range(4))]
    assert forwards == backwards[::-1]
    assert add_up(forwards) == add_up(backwards)
    assert len({json.dumps(counts) for counts in forwards}) == 4
    assert forwards[0]["present"] == 40_000
    assert forwards[0] != simulate(START, END, SCALES, ALL, Chunk(0, 40_000, 4))


def test_patients_are_the_same_whoever_else_is_counted():
    sets, chunk = list(coalitions(PLAYERS)), Chunk(0, 40_000, 3)
    for players, counts in zip(sets, simulate_each(START, END, SCALES, sets, chunk), strict=True):
        assert counts == simulate(START, END, SCALES, players, chunk)


@pytest.mark.parametrize("patients", [1, 2**15, 2**15 + 1])
def test_any_number_of_patients_can_be_drawn(patients):
    counts = simulate(START, END, SCALES, NULL, Chunk(0, patients, 3))
    assert counts["present"] == counts["at_caseness"] + counts["not_at_caseness"] == patients


# --- calibration --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def choices(typed):
    """The configuration with two settings only: whoever comes, and the worst of two weeks."""
    found = deepcopy(typed["config"]["counterfactual"])
    for name in ("phq9", "gad7"):
        found["reliability"][name]["values"] = found["reliability"][name]["values"][-2:]
    found["selection"]["values"] = found["selection"]["values"][::3]
    found["remitted_spread"]["values"] = found["remitted_spread"]["values"][:1]
    return found


@pytest.fixture(scope="module")
def world(typed, audited):
    """The tables that the counterfactual reads."""
    from pathlib import Path

    from recovery_audit import io

    root = Path(__file__).parents[2]
    schema = root / "workflow/schemas/instruments.schema.yaml"
    instruments = io.read_table(root / "data/instruments.csv", schema)
    return audited | {"instruments": instruments}


@pytest.fixture(scope="module")
def calibrated(world, choices):
    return calibrations(world, choices)


@pytest.fixture(scope="module")
def targets(world, choices):
    return targets_of(row_of(world["therapy_outcomes"], choices["row"]))


def test_the_start_meets_its_targets(calibrated, choices, targets):
    table, fitted = calibrated
    model = fitted[default_of(choices)]
    assert model.standing == "fitted"
    found = outcomes(both_scores(model.start, model.end, SCALES, ALL), SCALES)
    for name in START_TARGETS:
        assert found[name] == pytest.approx(targets[name], abs=0.01), name
    assert scales_of_matches(table)


def scales_of_matches(table):
    """Each printed residual is model less table."""
    known = table[table["residual"] != ""]
    gaps = known["model"].astype(float) - known["table"].astype(float)
    return (gaps - known["residual"].astype(float)).abs().max() < 2e-6


def test_recovery_is_held_back_and_met_within_five_points_where_people_remit(calibrated):
    table, _ = calibrated
    held = table[(table["kind"] == "held back") & (table["standing"] == "fitted")]
    full = held[held["variant"] == "full"]["residual"].astype(float).abs()
    additive = held[held["variant"] == "additive only"]["residual"].astype(float).abs()
    assert len(full) >= 4
    assert full.max() < 0.05
    assert additive.min() > 0.1  # the usual picture, a shift alone, misses by far: a warning


def test_what_cannot_be_calibrated_says_so(targets):
    start, why = fit_start(targets, SCALES, (0.3, 0.3))
    assert why.startswith("calibration infeasible: ")
    assert start.correlation > 0.85 or "off by" in why
    _, fine = fit_start(targets, SCALES, (0.84, 0.85))
    assert fine == ""
    assert CLOSE == 0.05


def test_net_remission_makes_the_untreated_remit_as_published(calibrated, choices):
    _, fitted = calibrated
    model = fitted[default_of(choices)]
    end, note = with_natural_remission(model, SCALES, 0.23, net=True)
    assert note == ""
    found = outcomes(both_scores(model.start, end, SCALES, NULL), SCALES)
    assert found["depression_remitted"] == pytest.approx(0.23, abs=1e-6)
    assert end.remitted == pytest.approx(model.end.remitted)


def test_regression_alone_may_exceed_what_is_published(calibrated, choices):
    _, fitted = calibrated
    model = fitted[default_of(choices)]
    end, note = with_natural_remission(model, SCALES, 0.001, net=True)
    assert note == "regression alone exceeds the published remission"
    assert end.by_itself == 0
    end, note = with_natural_remission(model, SCALES, 0.9, net=False)
    assert "leave room for" in note
    assert end.by_treatment == pytest.approx(0)


def test_published_remission_between_its_horizons():
    published = {3.0: 0.23, 6.0: 0.32, 12.0: 0.53}
    assert remission_until(3, published) == pytest.approx(0.23)
    assert remission_until(12, published) == pytest.approx(0.53)
    # The hazard is level in between: after one of three months a third of the log survival.
    assert 1 - remission_until(1, published) == pytest.approx(0.77 ** (1 / 3))
    halfway = 1 - remission_until(9, published)
    assert halfway == pytest.approx((0.68 * 0.47) ** 0.5)
    with pytest.raises(AuditError, match="no remission is published beyond 12 months"):
        remission_until(13, published)


def test_a_row_that_is_not_in_the_table_is_named(world, choices):
    with pytest.raises(AuditError, match="1999-00, Total, Cognitive"):
        row_of(world["therapy_outcomes"], choices["row"] | {"year": "1999-00"})


def test_models_survive_being_written(calibrated):
    _, fitted = calibrated
    again = from_json(json.loads(json.dumps(as_json(fitted))))
    assert list(again) == list(fitted)
    for setting, model in fitted.items():
        assert (again[setting].start, again[setting].end) == (model.start, model.end)


# --- scenarios ----------------------------------------------------------------------------------


def test_rates_of_a_mixture_are_those_of_the_lattice(calibrated, choices):
    _, fitted = calibrated
    for model in fitted.values():
        responses = Responses(model, SCALES)
        end, _ = with_natural_remission(model, SCALES, 0.2, net=False)
        for players in coalitions(PLAYERS):
            exact = outcomes(both_scores(model.start, end, SCALES, players), SCALES)
            for name in ("recovery", "reliable_recovery", "depression_remitted"):
                assert responses.rate(name, end, players) == pytest.approx(exact[name], abs=1e-9)


def test_contributions_add_up_to_the_last_digit(calibrated):
    _, fitted = calibrated
    for model in fitted.values():
        responses = Responses(model, SCALES)
        end, _ = with_natural_remission(model, SCALES, 0.2, net=True)

        def value(players, responses=responses, end=end):
            return Fraction(responses.rate("recovery", end, players))

        assert sum(shapley_values(PLAYERS, value).values()) == value(ALL) - value(NOBODY)
        assert value(NOBODY) == 0


def test_scenarios_say_what_the_lattice_says(world, choices, calibrated, targets):
    _, fitted = calibrated
    table = run_scenarios(world, choices, fitted)
    months = choices["months"]["values"]
    assert len(table) == len(fitted) * (2 * len(months) + 1)
    for row in table.to_dict("records"):
        parts = sum(float(row[f"part_{name.replace(' ', '_')}"]) for name in PLAYERS)
        assert parts == pytest.approx(float(row["model_recovery"]), abs=3e-6)
        assert float(row["published_recovery"]) == pytest.approx(targets["recovery"], abs=1e-6)
        share = float(row["null_recovery"]) / targets["recovery"]
        assert float(row["share_of_published"]) == pytest.approx(share, abs=1e-5)
        if row["rule"] == "none":
            assert float(row["by_itself"]) == float(row["part_natural_remission"]) == 0
    default = default_of(choices)
    (row,) = [
        row
        for row in table.to_dict("records")
        if {**row, **default.row} == row and row["rule"] == "net" and row["months"] == "3"
    ]
    end, _ = with_natural_remission(fitted[default], SCALES, 0.23, net=True)
    shares = both_scores(fitted[default].start, end, SCALES, frozenset([REGRESSION, REMISSION]))
    exact = outcomes(shares, SCALES)["recovery"]
    assert float(row["null_recovery"]) == pytest.approx(exact, abs=1e-6)


def test_chunks_gathered_stand_beside_the_lattice(world, choices, calibrated):
    _, fitted = calibrated
    small = deepcopy(choices)
    small["patients"]["values"] = ["65536"]
    chunks = [
        simulate_chunk(world, small, fitted, Chunk(number, 65_536, 11)) for number in range(2)
    ]
    table = gather_chunks(world, small, fitted, chunks)
    again = gather_chunks(world, small, fitted, chunks[::-1])
    assert table.equals(again)
    assert set(table["patients"]) == {2 * 65536}
    assert table["errors_apart"].astype(float).abs().max() <= 4
    assert set(table["players"]) >= {"none", "regression + natural remission"}


# --- Sobol indices ------------------------------------------------------------------------------


def test_indices_agree_with_a_direct_decomposition(world, choices, calibrated):
    _, fitted = calibrated
    table = sobol_indices(world, choices, fitted, points=512, seed=2)
    surface = _Surface(world, choices, fitted)
    months = [float(value) for value in choices["months"]["values"]]
    grids = [np.linspace(low, high, 7) for low, high in surface.ends]
    rates = np.array(
        [
            [[surface.null_rate(numbers, rule, month) for month in months] for rule in RULES]
            for selection, one, other in product(surface.selections, *grids)
            for numbers in [surface.at(selection, (one, other))]
        ]
    )
    by_rule, by_month = rates.mean((0, 2)), rates.mean((0, 1))
    for name, means in (("rule", by_rule), ("months", by_month)):
        (row,) = table[(table["kind"] == "first order") & (table["input"] == name)].to_dict(
            "records"
        )
        direct = means.var() / rates.var()
        reach = float(row["upper"]) - float(row["value"])
        assert float(row["value"]) == pytest.approx(direct, abs=2 * reach + 0.01)
    for row in table.to_dict("records"):
        holds_zero = float(row["lower"]) <= 0 <= float(row["upper"])
        assert (row["standing"] == "zero within error") == holds_zero


def test_the_scales_are_those_of_the_registry(world):
    assert scales_of(world["instruments"]) == SCALES
    assert EFFECT in PLAYERS
