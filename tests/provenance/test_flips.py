"""Which figure would have to be misprinted for a verdict to be another one."""

from recovery_audit import audit
from recovery_audit.provenance.misprints import moved
from recovery_audit.provenance.perturbation import changed_claim
from recovery_audit.verdicts import Verdict


def test_the_mistyped_digit_is_found(flips):
    found = flips[flips["name"] == "mus-not-completed-percent"]
    (row,) = found.to_dict("records")
    assert (row["cell"], row["printed"], row["becomes"]) == (
        "gs2020-mus-not-completed", "45.35", "consistent",
    )  # fmt: skip


def test_only_inconsistent_verdicts_are_asked_and_all_become_others(flips):
    assert set(flips["verdict"]) == {Verdict.INCONSISTENT}
    assert Verdict.INCONSISTENT not in set(flips["becomes"])


def test_a_changed_figure_is_one_that_the_verdict_rests_on(flips):
    for row in flips.to_dict("records"):
        assert row["cell"] in row["inputs"].split()


def test_a_whole_run_with_the_misprint_gives_the_verdict_it_is_said_to_become(typed, flips):
    (row,) = flips[flips["name"] == "mus-not-completed-percent"].to_dict("records")
    known = audit.renamed(typed)
    changed = changed_claim(known, row["cell"], moved("45.25", row["units"]))
    found = audit.run_ledger(
        typed | {"claims": changed["typed_claims"], "second_keys": changed["second_keys"]}
    )
    relations = found["relations"].set_index("relation_id")
    assert relations.loc["mus-not-completed-percent", "verdict"] == row["becomes"]


def test_no_smaller_distance_would_do(typed, flips):
    """The mistyped digit is the second: one unit of the last decimal is not enough."""
    (row,) = flips[flips["name"] == "mus-not-completed-percent"].to_dict("records")
    assert row["units"] == 10
    known = audit.renamed(typed)
    changed = changed_claim(known, row["cell"], moved("45.25", 1))
    found = audit.run_ledger(
        typed | {"claims": changed["typed_claims"], "second_keys": changed["second_keys"]}
    )
    relations = found["relations"].set_index("relation_id")
    assert relations.loc["mus-not-completed-percent", "verdict"] == Verdict.INCONSISTENT
