# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Counterfactual: what would a treatment without effect report?
#
# People come for help when they feel worst, so their next score is lower whatever is done. Some
# remit by themselves. Under rules that count who falls below a cut-off, both look like recovery.
# How much of it? That depends on assumptions, and here they are moved.
#
# What comes in: one row of the official table of questionnaire scores, the published remission of
# untreated depression, and reliabilities of the two questionnaires. The chapter before is
# [Bridge](04_bridge.py); the reading order is in [How a verdict is
# made](00_how_a_verdict_is_made.py).

# %%
import pandas as pd

from recovery_audit import io
from recovery_audit.counterfactual.lattice import both_scores, outcomes
from recovery_audit.counterfactual.model import ALL, NOBODY, NULL, REGRESSION
from recovery_audit.counterfactual.scenarios import default_model, from_json, scales_of
from recovery_audit.counterfactual.simulation import Chunk, outcomes_of, simulate
from recovery_audit.figures import null_treatment
from recovery_audit.reading import decimals, holds, percent, picture, places, prose, say, show, table
from recovery_audit.rendering.tables import start_in_words

choices = io.read_yaml("config/config.yaml")["counterfactual"]
claims = table("clean/claims")
places(
    claims,
    "whiteford2013-remission-3-months",
    "whiteford2013-remission-6-months",
    "whiteford2013-remission-12-months",
    "saether2020-reliable-recovery-usual",
)

# %% [markdown]
# ## Does the model meet what is published?
#
# A patient has a true level and a score, which is the level plus error. It is fitted to one row of
# the official table: means, spreads (*sd*) and shares at the start and at the end. Recovery is held
# back: nothing was tuned to it.

# %%
calibration = table("counterfactual/null_calibration")
at_default = (
    calibration["reliability_depression"] == choices["default"]["reliability"][0]
) & (calibration["selection"] == choices["default"]["selection"])
met = {
    "kind": "Kind",
    "name": "Quantity",
    "table": ("Published", decimals(2)),
    "model": ("Model", decimals(2)),
    "residual": ("Difference", decimals(2)),
}
full = calibration[at_default & (calibration["variant"] == "full")]
show(full, met, "The fitted model beside the table")

# %% [markdown]
# A warning. In a simpler picture the treatment shifts everybody's score and nobody remits.

# %%
additive = calibration[at_default & (calibration["variant"] == "additive only")]
show(additive[additive["kind"] != "parameter"], met, "The simpler picture beside the table")

# %% tags=["prose"]
prose(f"""
That picture misses the published recovery, {say("null-published")}, by
{say("null-misfit-additive-only")} points; the fitted model misses it by {say("null-misfit-full")}.
What it misses stays missed in what follows: these are the model's rates, not the service's.
""")

# %% [markdown]
# How reliable the scores are, and who comes for help (*selection*), is assumed. Where the
# published start cannot be met under an assumption, the table says so.


# %%
def in_words(settings):
    """Say who comes for help in a setting, and whether the published start can be met."""
    pairs = settings[["selection", "strength"]].itertuples(index=False)
    standing = settings["standing"].replace("fitted", "met")
    return settings.assign(
        who=[start_in_words(*pair) for pair in pairs],
        standing=standing.str.replace("calibration infeasible:", "cannot be met:"),
    )


setting = {
    "reliability_depression": "Reliability, depression",
    "reliability_anxiety": "Reliability, anxiety",
    "who": "Who comes for help",
    "standing": "Published start",
}
assumed = ["reliability_depression", "reliability_anxiety", "selection", "strength"]
tried = calibration[calibration["variant"] == "full"].drop_duplicates(assumed)
show(in_words(tried), setting, "The settings tried")

# %% tags=["prose"]
prose(f"""
Of {say("null-settings", computed=len(tried))} combinations of reliability and selection, the start can be
met under {say("null-settings-fitted", computed=int((tried["standing"] == "fitted").sum()))}.
""")

# %% [markdown]
# ## Who acts?
#
# Three players: regression to the mean, natural remission, the effect. If nobody acts, nobody
# recovers. The rates are exact: sums over every pair of first and last scores.

# %%
tables = {"instruments": table("clean/instruments"), "claims": claims}
fitted = from_json(io.read_json("results/counterfactual/models.json"))
model, end = default_model(tables, choices, fitted)
scales = scales_of(tables["instruments"])
players = {
    "nobody": NOBODY,
    "regression to the mean": frozenset([REGRESSION]),
    "regression and remission: a treatment without effect": NULL,
    "all three": ALL,
}
exact = {
    name: outcomes(both_scores(model.start, end, scales, acting), scales)["recovery"]
    for name, acting in players.items()
}
show(
    pd.DataFrame(exact.items(), columns=["who", "rate"]),
    {"who": "Who acts", "rate": ("Recovery reported", percent)},
    "What would be reported, by who acts",
)

# %% tags=["prose"]
null = exact["regression and remission: a treatment without effect"]
prose(f"""
A treatment without effect would report {say("null-net-3", computed=100 * float(null))},
{say("null-share")} of what is published, if remission is read as including the regression to the
mean, and the last score comes after three months. Shared out over the orders in which the players
may act, {say("null-part-regression")} points go to regression, {say("null-part-remission")} to
remission and {say("null-part-effect")} to the effect.
""")

# %% [markdown]
# The same by drawing patients one by one: the two agree within what chance allows.

# %%
counts = simulate(model.start, end, scales, NULL, Chunk(0, 200_000, 1))
recovery, error = outcomes_of(counts)["recovery"]
print(f"simulated {recovery:.1%}, standard error {100 * error:.2f} points")

# %% [markdown]
# ## Over everything that is assumed
#
# The same rate, by how published remission is read and when the last score is taken. A bar goes over
# the settings of reliability and selection.

# %% alt="Null rates by rule and horizon beside the published rate, and the parts of recovery"
scenarios = table("counterfactual/null_scenarios")
picture(null_treatment, scenarios, choices["default"])

# %% [markdown]
# Which assumption decides? A *first order* index is the share of the variance that an assumption
# brings alone, a *total* index what it brings together with the others.

# %%
indices = table("counterfactual/null_indices")
words = {
    "rule": "how published remission is read",
    "months": "months until the last score",
    "selection": "who comes for help",
}
show(
    indices.assign(input=indices["input"].replace(words)),
    {
        "kind": "Index",
        "input": "Assumption",
        "value": ("Share of variance", decimals(3)),
        "lower": ("Lower", decimals(3)),
        "upper": ("Upper", decimals(3)),
        "standing": "Standing",
    },
    "How much each assumption moves the rate of a treatment without effect",
)

# %% tags=["prose"]
total = indices[indices["kind"] == "total"].set_index("input")["value"]
prose(f"""
**How published remission is read, and when the last score is taken, decide**
({say("null-total-index-rule", computed=total["rule"])} and
{say("null-total-index-months", computed=total["months"])} of the variance, shares that overlap); selection
{holds("selection-matters-little", "matters less")}
({say("null-total-index-selection", computed=total["selection"])}). After two months of remission
the rate is {say("null-net-2")}, after six {say("null-net-6")}; with published remission on top of
regression, {say("null-gross-3")} after three.
""")

# %% [markdown]
# ## Beside a trial
#
# Twelve months on, the null rate of reliable recovery can be set beside the usual-care arm of the one
# trial, to which nothing was fitted. But by then the model's last scores leave no room for all
# of the published remission, so its rate is a ceiling.

# %%
later = scenarios[(scenarios["months"].astype(int) == 12) & (scenarios["rule"] == "net")]
usual = claims.set_index("claim_id").loc["saether2020-reliable-recovery-usual", "printed"]
show(
    in_words(later),
    setting
    | {
        "by_itself": ("Room for remission", percent),
        "null_reliable_recovery": ("Reliable recovery, no effect", percent),
    },
    f"Twelve months on, by setting; under usual care in the trial, reliable recovery was {usual}%",
)

# %% tags=["prose"]
prose(f"""
{say("null-reliable-12")} in the model, {say("saether2020-reliable-recovery-usual")} in the trial. The
nearness confirms nothing: published remission is {say("whiteford2013-remission-12-months")}, the model
has room for {say("null-room-12")}.

**What was learned, and what remains open.** What the model leaves to *treatment* is no
estimate of an effect: whoever remits for a reason that is not modelled counts in it, and usual care
is a treatment too. It shows how much of a rate without a comparison group needs no treatment to
explain it, under assumptions that are named. Which of them are true takes people who were not
treated, measured as the service measures.

Next: [the national rates](06_national.py).
""")
