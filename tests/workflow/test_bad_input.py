"""Input that the pipeline must refuse, or take up, before it has built anything."""

import duckdb
import pandas as pd
import pytest

from recovery_audit.providers import COUNTS, PERCENTAGES
from tests.workflow.project import copy_project, planned, replace, snakemake

CLAIMS = "data/claims/geraghty-scott-2020.csv"

DAMAGE = {
    "missing column": (
        lambda text: text.replace("hedge,hedge_against", "hedging,hedge_against", 1),
        [f"{CLAIMS}, row 1, column `hedge`: got ''; this column is missing"],
    ),
    "percentage over 100": (
        replace("45.25,2", "145.25,2"),
        [f"{CLAIMS}, row 15, column `printed`: got '145.25'; a percentage of a part lies"],
    ),
    "comma for a point": (
        replace("33.70,2,percent", '"33,70",2,percent'),
        [f"{CLAIMS}, row 28, column `printed`: got '33,70'; expected digits with an optional"],
    ),
    "lost trailing zero": (
        lambda text: text.replace("33.70,2,percent", "33.7,2,percent"),
        [f"{CLAIMS}, row 28, column `decimals`: got '2'; `printed` is '33.7' with 1 decimals"],
    ),
    "unknown base": (
        replace("kellett-mus-treated", "kellett-mus-healed"),
        [f"{CLAIMS}, row 15, column `base`: got 'kellett-mus-healed'; expected a base of"],
    ),
    "duplicate id": (
        lambda text: text + text.splitlines()[4] + "\n",
        [f"{CLAIMS}, row 70, column `claim_id`: got 'gs2020-mus-treated'; each claim and reading"],
    ),
    "two at once": (
        lambda text: text.replace("45.25,2", "145.25,2").replace("mus-dropped-step-1", "Oops!", 1),
        [
            "4 problems in the tables",  # the second typing disagrees with both
            "row 10, column `claim_id`: got 'gs2020-Oops!'; expected: Kebab-case id",
            "row 15, column `printed`: got '145.25'; a percentage of a part lies",
        ],
    ),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_bad_input_stops_the_run_and_leaves_nothing(damage, tmp_path):
    folder = copy_project(tmp_path)
    edit, messages = DAMAGE[damage]
    text = (folder / CLAIMS).read_text(encoding="utf-8")
    assert edit(text) != text
    (folder / CLAIMS).write_text(edit(text), encoding="utf-8")
    run = snakemake(folder, "results/clean/claims.csv")
    said = run.stdout + run.stderr
    assert run.returncode != 0
    assert [message for message in messages if message not in said] == [], said[-2000:]
    assert "Traceback" not in said
    assert not (folder / "results/clean/claims.csv").exists()


def test_a_circular_relation_stops_the_run(tmp_path):
    folder = copy_project(tmp_path)
    with (folder / "data/relations.yaml").open("a", encoding="utf-8") as file:
        file.write(
            "- id: circle\n  kind: sum\n  claim: gs2020-mus-dropped-step-1\n"
            "  parts: [gs2020-mus-dropped-during]\n  asserted: implied\n  reason: none\n"
        )
    run = snakemake(folder, "results/clean/relations.json")
    assert run.returncode != 0
    assert "no figure may be derived from itself" in run.stderr
    assert "gs2020-mus-dropped-step-1 <- gs2020-mus-dropped-during" in run.stderr
    assert not (folder / "results/clean/relations.json").exists()


PROVIDERS = "data/national/external/measures_annual.parquet"
OF_PROVIDERS = {
    "tabulate_providers",
    "bound_providers",
    "sum_providers",
    "place_providers",
    "draw_provider_funnel",
}


def write_providers(folder, of_the_first=()):
    """Put made-up figures of providers where a reader would put the published ones."""
    counts = dict.fromkeys(COUNTS, "100") | {"finished_course_treatment": "200"}
    rows = []
    for provider in range(12):
        cells = {(name, "count"): count for name, count in counts.items()}
        cells |= {(name, "percentage"): "50" for name in PERCENTAGES}
        cells["not_at_caseness", "count"] = "*"
        cells["recovery", "count"] = str(80 + 5 * (provider % 8))
        cells |= {} if provider else dict(of_the_first)
        for (measure, statistic), value in cells.items():
            rows.append(
                {
                    "reporting_period": "2024-25",
                    "org_type": "Provider",
                    "org_code": f"P{provider}",
                    "org_name": f"Provider {provider}",
                    "variable_type": "Total",
                    "measure_name": measure,
                    "measure_statistic": statistic,
                    "value": value,
                }
            )
    duckdb.from_df(pd.DataFrame(rows)).write_parquet(str(folder / PROVIDERS))


def test_providers_are_scheduled_only_if_their_figures_are_there(tmp_path):
    folder = copy_project(tmp_path)
    assert not OF_PROVIDERS & planned(folder)
    write_providers(folder)
    assert planned(folder) >= OF_PROVIDERS
    run = snakemake(
        folder,
        "results/figures/provider_funnel.png",
        "results/recompute/provider_sums.csv",
    )
    assert run.returncode == 0, run.stderr[-3000:]
    sums = (folder / "results/recompute/provider_sums.csv").read_text(encoding="utf-8")
    # Twelve made-up providers are not England.
    assert "2024-25,finished,12,2376,2424,670419,inconsistent\n" in sums
    places = (folder / "results/recompute/provider_places.csv").read_text(encoding="utf-8")
    assert places.count("\n") == 1 + 2 * 12


def test_a_bad_figure_of_a_provider_stops_the_run(tmp_path):
    folder = copy_project(tmp_path)
    write_providers(folder, {("recovery", "count"): "83"})
    run = snakemake(folder, "results/clean/providers.csv")
    assert run.returncode != 0
    assert (
        f"{PROVIDERS}, column `recovery`: got '83'; expected `*` or a count from 5 on, rounded to "
        "5 (provider P0 in 2024-25)" in run.stdout + run.stderr
    )
    assert not (folder / "results/clean/providers.csv").exists()
