"""Published rates pooled by denominator: which counts enter, what is left apart, and why."""

import pandas as pd
import pytest

from recovery_audit.errors import TableError
from recovery_audit.sensitivity.pooled_rates import FLAGGED, LOWER_BOUND, NOT_POOLED, pool_rates
from recovery_audit.synthesis import Method, Study, pool

COLUMNS = (
    *("study", "label", "ladder", "rung", "claim", "reading", "national", "year"),
    *("denominator", "criterion", "source_population", "service", "reason"),
)


def typed(study, **cells):
    plain = dict.fromkeys(COLUMNS, "") | {"study": study, "label": study}
    whom = {"denominator": "with outcome", "criterion": "questionnaire"}
    return plain | whom | {"source_population": study} | cells


def rung(ladder, k, n, name="with outcome"):
    return {"ladder": ladder, "rung": name, "k": k, "n": n, "inputs": f"{ladder}-claim"}


def claim(claim_id, printed, base="", unit="percent"):
    names = {"study": "paper", "document": "paper", "table": "abstract", "hedge_against": ""}
    figure = {"printed": printed, "figure": printed, "upper": "", "unit": unit, "hedge": "none"}
    return {"claim_id": claim_id, "reading": "", "base": base} | names | figure


LADDER = pd.DataFrame(
    [
        *(rung("a", 2, 10), rung("a", 4, 20)),
        *(rung("b", 9, 20), rung("c", 4, 40), rung("d", 30, 100)),
        rung("d", 30, 300, "treated"),
    ]
)
NATIONAL = pd.DataFrame(
    [
        {
            "source": source,
            "rate": "recovery",
            "year": "2024-25",
            "rung": "finished",
            "k": k,
            "n": n,
        }
        for source, k, n in (("annual", 50, 100), ("months", 40, 90))
    ]
)
CLAIMS = pd.DataFrame(
    [
        claim("cohort-rate", "40.3", "cohort"),
        claim("cohort-size", "1000", unit="persons"),
        claim("book-rate", "44"),
    ]
)
BASES = pd.DataFrame(
    [{"base": "cohort", "unit": "persons", "n_claim": "cohort-size", "n_max_claim": "",
      "inferred": "no", "pooled_from": ""}]
)  # fmt: skip
FOUR = [
    typed(name, ladder=name, rung="with outcome", service="x" if name in "ab" else "")
    for name in "abcd"
]


def synthesis(rows):
    tables = {
        "synthesis": pd.DataFrame(rows, index=range(2, len(rows) + 2)),
        "claims": CLAIMS,
        "bases": BASES,
        "denominator_ladder": LADDER,
        "national_ladder": NATIONAL,
    }
    return pool_rates(tables, 0.95)


def by(found, method, left_out="", denominator="with outcome"):
    table = found["pooled_rates"]
    (row,) = table[
        (table["method"] == method)
        & (table["left_out"] == left_out)
        & (table["denominator"] == denominator)
    ].to_dict("records")
    return row


def pooled(method, *pairs):
    studies = [Study(study=str(i), events=k, nobs=n) for i, (k, n) in enumerate(pairs)]
    return pool(studies, [method]).by(method)


def test_each_choice_of_counts_enters_in_turn():
    row = by(synthesis(FOUR), "reml")
    each = [pooled(Method.REML, a, (9, 20), (4, 40), (30, 100)) for a in ((2, 10), (4, 20))]
    assert row["choices"] == 2
    assert float(row["rate_low"]) == pytest.approx(min(one.rate for one in each), abs=1e-6)
    assert float(row["rate_high"]) == pytest.approx(max(one.rate for one in each), abs=1e-6)
    assert float(row["lower"]) == pytest.approx(min(one.ci[0] for one in each), abs=1e-6)
    ahead = max(one.prediction[1] for one in each)
    assert float(row["prediction_upper"]) == pytest.approx(ahead, abs=1e-6)
    assert row["inputs"] == "a-claim b-claim c-claim d-claim"


def test_each_study_is_left_out():
    found = synthesis(FOUR)
    assert [*dict.fromkeys(found["pooled_rates"]["left_out"])] == ["", "a", "b", "c", "d"]
    row = by(found, "dl", left_out="a")
    one = pooled(Method.DL, (9, 20), (4, 40), (30, 100))
    assert (row["k"], row["choices"]) == (3, 1)
    assert row["rate_low"] == row["rate_high"] == f"{one.rate:.6f}"


def test_what_to_know_is_said():
    row = by(synthesis(FOUR), "reml")
    assert row["standing"] == FLAGGED
    assert row["notes"].startswith("only 4 studies: ")
    assert row["notes"].endswith("; 2 of the 4 groups are of x")
    unlike = [*FOUR[:3], FOUR[3] | {"criterion": "diagnostic interview"}]
    notes = by(synthesis(unlike), "reml")["notes"]
    assert "recovery is judged in different ways: questionnaire, diagnostic interview" in notes
    treated = [row | {"denominator": "treated or ended"} for row in FOUR]
    notes = by(synthesis(treated), "reml", denominator="treated or ended")["notes"]
    assert notes.endswith(LOWER_BOUND)


def test_too_few_studies_and_one_population_are_refused_in_the_row():
    row = by(synthesis(FOUR[:2]), "reml")
    assert (row["standing"], row["rate_low"]) == (NOT_POOLED, "")
    assert row["notes"] == "2 studies: fewer than 3 are shown side by side, not pooled"
    same = [row | {"source_population": "England"} for row in FOUR]
    assert by(synthesis(same), "dl")["notes"] == (
        "a and b draw on one source population (England): the same people would count twice"
    )


def test_what_has_a_reason_or_no_size_is_shown_and_not_pooled():
    rows = [
        *FOUR,
        typed("england", national="recovery", year="2024-25", rung="finished", reason="national"),
        typed("book", claim="book-rate"),
    ]
    found = synthesis(rows)
    assert by(found, "dl")["k"] == 4
    studies = found["synthesis_studies"].set_index("study")
    assert (studies.loc["england", "k"], studies.loc["england", "n"]) == (50, 100)  # not the months
    assert studies.loc["england", "reason"] == "national"
    assert studies.loc["book", ["rate", "lower", "upper"]].tolist() == ["0.440000", "", ""]
    assert studies.loc["a", "witness"].tolist() == [1, 2]


def test_a_printed_rate_of_a_known_size_enters_with_its_least_and_most_people():
    found = synthesis([*FOUR, typed("cohort", claim="cohort-rate")])
    studies = found["synthesis_studies"]
    assert studies.loc[studies["study"] == "cohort", ["k", "n"]].to_numpy().tolist() == [
        [403, 1000]
    ]
    assert by(found, "dl")["k"] == 5
    assert by(found, "dl")["notes"] == "2 of the 5 groups are of x"


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ({"ladder": "z", "rung": "top"}, "column `rung`: got 'z: top'"),
        ({"national": "recovery", "year": "1999-00", "rung": "top"}, "column `rung`: got '1999-00: top'"),
        ({"claim": "nothing"}, "column `claim`: got 'nothing'"),
    ],
)  # fmt: skip
def test_a_row_that_names_nothing_known_is_an_error(cells, problem):
    with pytest.raises(TableError) as caught:
        synthesis([typed("x", **cells)])
    assert str(caught.value) == (
        f"1 problem in the tables:\n  data/synthesis.csv, row 2, {problem}; "
        "expected a rung of a ladder, or a claim of data/claims"
    )
