"""Specifications against a second route: the published counts and the functions for one arm."""

import json
from fractions import Fraction

import pytest
from typer.testing import CliRunner

from recovery_audit.cli import app
from recovery_audit.errors import AuditError, TableError
from recovery_audit.missing_outcomes import SingleArm, imor_adjusted, manski_bounds
from recovery_audit.multiverse.specifications import Multiverse
from recovery_audit.multiverse.summaries import LISTED, PLAUSIBLE, SAME, SCOPES
from recovery_audit.proportions import wilson
from recovery_audit.rounding import RoundingRule, print_fraction

ODDS = {
    "none recovered": 0,
    "half the odds": Fraction(1, 2),
    "the same odds": 1,
    "twice the odds": 2,
}
CASES = {"all missing were cases": 1, "three in four were": Fraction(3, 4), "half were": Fraction(1, 2), "": 1}  # fmt: skip


def rows_of(audited, study, **chosen):
    frame = audited["multiverse"]
    frame = frame[frame["study"] == study]
    for column, value in chosen.items():
        frame = frame[frame[column] == value]
    return frame.to_dict("records")


def by_counts(row):
    """The rate among everybody in the group, from the counts alone."""
    arm = SingleArm(recovered=row["k"], observed=row["n"], missing=row["group_size"] - row["n"])
    arm = arm.with_cases(Fraction(CASES[row["case_share"]]))
    if row["missing"] == "all recovered":
        return manski_bounds(arm)[1]
    return imor_adjusted(arm, Fraction(ODDS[row["missing"]])).rate


@pytest.mark.parametrize("study", ["scott", "mus-recovery", "mus-reliable", "national"])
def test_a_rate_over_a_wider_group_is_that_of_its_counts(audited, study):
    rows = [
        row
        for row in rows_of(audited, study)
        if set(row["estimand"].removeprefix("changed: ").split(", "))
        <= {"same", "group", "reading"}
    ]
    assert {row["missing"] for row in rows} == {"left out", "all recovered", *ODDS}
    for row in rows:
        alone = row["missing"] == "left out"
        expected = Fraction(row["k"], row["n"]) if alone else by_counts(row)
        assert row["estimate"] == f"{float(expected):.6f}", row


def test_a_later_day_keeps_those_who_do_not_relapse(audited):
    relapsed = Fraction(53, 100)  # Ali et al. 2017, as data/claims has it
    claims = audited["claims"]
    (printed,) = claims.loc[claims["claim_id"] == "ali2017-relapse", "printed"].unique()
    assert Fraction(printed) / 100 == relapsed
    chosen = {"group": "cases who finished", "estimand": "changed: horizon"}
    for row in rows_of(audited, "national", **chosen):
        expected = Fraction(row["k"], row["n"]) * (1 - relapsed)
        assert row["estimate"] == f"{float(expected):.6f}"


def test_a_perfect_questionnaire_would_change_nothing_and_levis_takes_something(audited):
    chosen = {
        "group": "those with an outcome",
        "estimand": "changed: accuracy",
        "standing": "possible",
    }
    (row, *_) = rows_of(audited, "mus-recovery", **chosen)
    claims = audited["claims"].drop_duplicates("claim_id").set_index("claim_id")["figure"]
    sensitivity, specificity = (
        float(claims[claim]) / (100 if float(claims[claim]) > 1 else 1)
        for claim in ("levis2019-sensitivity", "levis2019-specificity")
    )
    # Forwards: what share would the test call recovered, if the estimate were the truth?
    true = float(row["estimate"])
    seen = true * specificity + (1 - true) * (1 - sensitivity)
    assert seen == pytest.approx(row["k"] / row["n"], abs=2e-6)


def test_each_pair_prints_as_the_figure_under_its_rule(audited):
    rules = {"half up": "half_up", "half to even": "half_even", "cut": "truncated"}
    printed = {"scott": "9.2", "mus-recovery": "29.35", "mus-reliable": "17.39"}
    for study, figure in printed.items():
        decimals = len(figure.partition(".")[2])
        for row in rows_of(audited, study):
            exact = Fraction(100 * row["k"], row["n"])
            rule = rules[row["rounding"]]
            if rule == "truncated":
                shown = f"{int(exact * 10**decimals) / 10**decimals:.{decimals}f}"
            else:
                shown = print_fraction(exact, decimals)
            assert rule in {str(known) for known in RoundingRule}
            assert shown == figure, row


def test_intervals_are_those_of_the_counts_where_nothing_else_was_done(audited):
    for row in rows_of(audited, "national", group="cases who finished", horizon="last session"):
        lower, upper = wilson(row["k"], row["n"])
        assert (row["lower"], row["upper"]) == (f"{lower:.6f}", f"{upper:.6f}")


def test_every_possible_rate_lies_in_its_interval_and_every_other_says_so(audited):
    for row in audited["multiverse"].to_dict("records"):
        estimate = float(row["estimate"])
        if row["standing"] == "possible":
            assert 0 <= estimate <= 1
            if row["lower"]:
                assert float(row["lower"]) <= estimate + 1e-6
                assert estimate <= float(row["upper"]) + 1e-6
        else:
            assert not 0 <= estimate <= 1
            assert row["lower"] == ""


def test_the_counts_account_for_every_combination(audited):
    counts, found = audited["multiverse_counts"], audited["multiverse"]
    for study, rows in counts.groupby("study"):
        listed = rows[rows["scope"] == LISTED]
        number = dict(zip(listed["name"], listed["count"], strict=True))
        options = listed.loc[listed["kind"] == "options", "count"].prod()
        excluded = listed.loc[listed["kind"].isin(["cannot be", "impossible"]), "count"].sum()
        assert number["listed"] == options == number["with a result"] + excluded
        mine = found[(found["study"] == study) & (found["standing"] == "possible")]
        assert number["with a result"] == len(mine)
        below = {Fraction(name): count for name, count in number.items() if name[:2] == "0."}
        for threshold, count in below.items():
            assert count == sum(Fraction(value) < threshold for value in mine["estimate"])


def test_the_scopes_lie_in_each_other(audited):
    counts = audited["multiverse_counts"]
    with_result = counts[counts["name"] == "with a result"]
    for _, rows in with_result.groupby("study"):
        number = dict(zip(rows["scope"], rows["count"], strict=True))
        assert number[SAME] <= number[PLAUSIBLE] <= number[LISTED]
        assert list(number) == list(SCOPES)


def test_shares_add_up_to_one(audited):
    shares = audited["multiverse_shapley"]
    for _, rows in shares.groupby(["study", "scope", "weighting"]):
        assert sum(Fraction(share) for share in rows["share"]) == pytest.approx(1, abs=1e-5)
        assert all(Fraction(effect) >= 0 for effect in rows["effect"])


# --- one at a time ------------------------------------------------------------------------------


def test_a_specification_found_by_its_id_is_the_one_in_the_table(audited, typed):
    world = Multiverse(audited | {"claims": audited["claims"]}, typed["config"]["interval_level"])
    for row in audited["multiverse"].iloc[::701].to_dict("records"):
        found = world.find(row["spec_id"])
        assert f"{found.estimate:.6f}" == row["estimate"]
        assert (found.start.recovered, found.start.nobs) == (row["k"], row["n"])
        assert {option.dimension: option.option for option in found.options}.items() <= row.items()


def test_an_id_that_does_not_exist_is_named(audited):
    world = Multiverse(audited, 0.95)
    with pytest.raises(
        AuditError, match=r"'scott-nothing' does not exist.*beginning with scott or"
    ):
        world.find("scott-nothing")


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        ("study", "nobody", "`study`: got 'nobody'; expected a rate of data/rates.csv"),
        (
            "claims",
            "no-such-claim",
            "`claims`: got 'no-such-claim'; expected claims of data/claims",
        ),
        ("requires", "missing=never", "`requires`: got 'never'; expected a choice of the study"),
        ("value", "quarter_up", "`value`: got 'quarter_up'; expected one that matches half_up|"),
    ],
)
def test_an_option_that_names_nothing_is_refused(audited, column, value, expected):
    options = audited["analytic_choices"].copy()
    place = options.index[(options["dimension"] == "rounding").to_numpy()][0]
    options.loc[place, column] = value
    with pytest.raises(TableError) as raised:
        Multiverse(audited | {"analytic_choices": options}, 0.95)
    assert expected in str(raised.value)
    assert "data/analytic_choices.csv" in str(raised.value)


# --- the command --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(built_folder):
    return built_folder


def run(*arguments):
    return CliRunner().invoke(app, ["specification", *map(str, arguments)])


def test_the_command_prints_choices_counts_and_result(audited, folder):
    (row,) = rows_of(
        audited, "mus-recovery", reading="one group for depression", rounding="half up",
        accuracy="as the questionnaire says", missing="half the odds",
        case_share="all missing were cases", misdiagnosis="as diagnosed", horizon="last session",
    )  # fmt: skip
    said = run(row["spec_id"], "--folder", folder).output
    assert said.startswith(f"{row['spec_id']}: MUS: recovery, depression\n")
    assert "  missing       half the odds\n" in said
    assert "Counts: 27 of 92, in a group of 172.\nResult: 23.70% (" in said
    content = json.loads(run(row["spec_id"], "--folder", folder, "--json").output)
    assert (content["recovered"], content["of"]) == (27, 92)
    assert f"{content['estimate']:.6f}" == row["estimate"]
    assert content["choices"]["group"] == "everybody treated"


def test_the_command_says_where_to_run_it(tmp_path):
    found = run("scott-12345678", "--folder", tmp_path)
    assert "expected the project's folder after a run of `snakemake`" in str(found.exception)
