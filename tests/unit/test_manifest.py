"""The list of figures and tables says what the manuscript holds, in its order."""

import pytest

from recovery_audit.deposit.manifest import manifest
from recovery_audit.errors import AuditError

MANUSCRIPT = """# Results

![Rates [by year]. Two lines.](figures/rates){#fig-rates alt="Two lines (a, b)."}

| Rate | Value |
|:--|--:|
| Ours | [[9.2%](#num-ours)]{#use-ours-1} |

: Rates. {#tbl-rates}

![Flow.](figures/flow){#fig-flow alt="A bar."}
"""
RULES = {
    "draw_rates": {
        "inputs": ["results/recompute/rates.csv", "src/x.py"],
        "outputs": ["results/figures/rates.svg"],
    },
    "draw_flow": {"inputs": ["data/flow.csv"], "outputs": ["results/figures/flow.svg"]},
}
NUMBERS = {"ours": {"table": "figures"}, "theirs": {"table": "rates"}}
RESULTS = [
    "results/clean/claims.csv",
    "results/figures/flow.svg",
    "results/figures/rates.png",
    "results/figures/rates.svg",
]


def test_figures_and_tables_come_with_number_caption_files_rule_and_inputs():
    listed = manifest(MANUSCRIPT, RULES, NUMBERS, RESULTS)
    assert listed.to_numpy().tolist() == [
        [
            "Figure 1",
            "fig-rates",
            "Rates [by year]. Two lines.",
            "results/figures/rates.png results/figures/rates.svg",
            "draw_rates",
            "results/recompute/rates.csv",
        ],
        [
            "Figure 2",
            "fig-flow",
            "Flow.",
            "results/figures/flow.svg",
            "draw_flow",
            "data/flow.csv",
        ],
        [
            "Table 1",
            "tbl-rates",
            "Rates.",
            "results/paper/manuscript.md",
            "write_manuscript",
            "results/clean/claims.csv",
        ],
    ]


def test_a_figure_that_no_rule_makes_is_an_error():
    with pytest.raises(AuditError) as caught:
        manifest(MANUSCRIPT.replace("figures/flow", "figures/flood"), RULES, NUMBERS, RESULTS)
    assert str(caught.value) == (
        "results/paper/manuscript.md: no rule makes the figure results/figures/flood.*"
    )
