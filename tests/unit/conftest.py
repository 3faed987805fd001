"""A small invented service, for tests of the sensitivity analyses.

Its rates are such as the published ones are not: high enough for bounds to be above 0, small enough
to be counted one by one.
"""

import pandas as pd
import pytest

from recovery_audit.sensitivity.assumptions import Assumptions

QUESTIONNAIRE, INTERVIEW = "questionnaire", "diagnostic interview"
RATE = ("rate", "claim", "reading", "year", "group", "official", "criterion", "role", "months")
RATES = [
    ("clinic", "clinic-recovered", "seen", "", "", "", QUESTIONNAIRE, "headline", ""),
    ("interview", "interview-recovered", "", "", "", "", INTERVIEW, "headline", ""),
    ("nation", "", "", "2030-31", "", "recovery", QUESTIONNAIRE, "official", ""),
    ("low-mood", "", "", "2030-31", "Low mood", "recovery", QUESTIONNAIRE, "official", ""),
    ("trial", "trial-recovered", "", "", "", "", QUESTIONNAIRE, "treated in a trial", "12"),
    ("usual", "usual-recovered", "", "", "", "", QUESTIONNAIRE, "usual care", "12"),
    ("untreated", "untreated-recovered", "", "", "", "", QUESTIONNAIRE, "untreated", "3"),
    ("publicised", "publicised-recovered", "", "", "", "", QUESTIONNAIRE, "official", ""),
]
CLAIM = ("claim_id", "figure", "upper", "unit", "reading", "base")
CLAIMS = [
    ("clinic-recovered", "30", "", "percent", "seen", "clinic-seen"),
    ("interview-recovered", "80.0", "", "percent", "", "interviewed"),
    ("trial-recovered", "60", "", "percent", "", ""),
    ("usual-recovered", "40", "", "percent", "", ""),
    ("untreated-recovered", "25", "", "percent", "", ""),
    ("publicised-recovered", "50", "", "percent", "", ""),
    ("clinic-most", "20", "", "persons", "", ""),
    ("interviewed-all", "50", "", "persons", "", ""),
    ("relapsed", "40", "", "percent", "", ""),
    ("referred-once", "0.002", "", "million-persons", "", ""),
    ("referred-again", "0.001", "", "million-persons", "", ""),
    ("misdiagnosed-elsewhere", "40", "", "percent", "", ""),
    ("test-sensitivity", "0.9", "", "proportion", "", ""),
    ("test-specificity", "80", "", "percent", "", ""),
    ("test-sensitivity-interval", "0.85", "0.94", "proportion", "", ""),
    ("test-specificity-interval", "0.7", "0.87", "proportion", "", ""),
    ("ratio-bias", "0.5", "", "ratio", "", ""),
    ("ratio-bias-interval", "0.4", "0.8", "ratio", "", ""),
    ("difference-bias", "-0.2", "", "standard-deviations", "", ""),
    ("difference-bias-interval", "-0.3", "-0.1", "standard-deviations", "", ""),
    ("exaggeration", "25", "", "percent-change", "", ""),
    ("exaggeration-interval", "0", "100", "percent-change", "", ""),
    ("symptoms-less", "-0.6", "", "standard-deviations", "", ""),
    ("wellbeing-more", "0.15", "", "standard-deviations", "", ""),
    ("ptsd-recovered", "16", "", "percent", "", "ptsd"),
    ("mood-recovered", "14", "", "percent", "", "mood"),
    ("rest-recovered", "2", "", "percent", "", "rest"),
    ("study-recovered", "9", "", "percent", "", "study"),
    ("left-early", "20", "", "percent", "", "study"),
]
PAIRS = [
    ("clinic-recovered", "seen", 3, 10),
    ("clinic-recovered", "seen", 6, 20),
    ("interview-recovered", "", 40, 50),
]
COUNTS = ("referrals", "finished", "not_at_caseness", "recovery", "reliable_recovery")
NATION = {
    "2029-30": (4000, 2400, 400, 900, 700),
    "2030-31": (5000, 3100, 500, 1820, 1560),
    "2031-32": (9000, 5000, 1000, 2000, 1000),
}
GROUPS = {
    "Trauma": (500, 230, 30, 80, 60),
    "Low mood": (2000, 1300, 200, 770, 660),
    "Not stated/Not known/Invalid": (700, 170, 20, 90, 80),
}


def table(columns, rows):
    return pd.DataFrame(list(rows), columns=list(columns), dtype=object)


@pytest.fixture
def invented():
    """The clean tables of the invented service, fresh for each test."""
    rates = table(RATE, RATES)
    rates["label"] = rates["rate"].str.capitalize()
    rates["horizon"] = "last session"
    rates.index = range(2, len(rates) + 2)  # as lines of the file
    claims = table(CLAIM, CLAIMS)
    claims["printed"] = claims["figure"]
    claims["hedge"] = ["range" if upper else "none" for upper in claims["upper"]]
    for column in ("study", "document", "table", "hedge_against"):
        claims[column] = ""
    return {
        "rates": rates,
        "claims": claims,
        "intervals": table(("claim_id", "reading", "k", "n"), PAIRS).assign(
            method="wilson", inputs=lambda frame: frame["claim_id"]
        ),
        "annual_totals": table(
            ("year", *COUNTS), [(year, *map(str, counts)) for year, counts in NATION.items()]
        ),
        "annual_groups": table(
            ("year", "breakdown", "group", *COUNTS),
            [("2030-31", "problem", group, *map(str, counts)) for group, counts in GROUPS.items()],
        ),
    }


@pytest.fixture
def assumptions():
    """Short ranges that include their ends."""
    return Assumptions(
        imor=(0, 1, 2), case_share=(1,), true_case=(0.5, 1), falsely_ill=(0, 1),
        dependence=(0,), draw_correlation=(0, -0.5), misdiagnosed=(0, 0.5),
        latent_correlation=(0,), rejection=0.05, power=0.8, draws=4000, seed=7,
    )  # fmt: skip
