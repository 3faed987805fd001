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
# # Sensitivity: how far can the headline rates be trusted?
#
# Four rates carry the debate: the interview study's, two of the MUS patients, and the national one.
# Each rests on something that nobody printed. What does each become when that is varied, one
# assumption after the other, and then all together?
#
# What comes in: the counts deduced in [Scott](01_scott.py) and [Kellett](02_kellett.py), the national
# counts of [National rates](06_national.py), and from other studies the rates of remission,
# misdiagnosis, relapse and errors of questionnaires, each typed with its place. Where the reading
# order begins: [How a verdict is made](00_how_a_verdict_is_made.py).
#
# No result is cut off at nought or at one whole: what cannot be is said in words.

# %%
from fractions import Fraction

import pandas as pd
from matplotlib import pyplot as plt

from recovery_audit import io
from recovery_audit.figures.specification_curve import draw, layout
from recovery_audit.missing_outcomes import (
    SingleArm,
    imbens_manski,
    imor_adjusted,
    manski_bounds,
    tipping_point,
)
from recovery_audit.multiverse.specifications import Multiverse
from recovery_audit.reading import count, decimals, holds, percent, places, prose, say, show, table

claims = table("clean/claims")
places(
    claims,
    "scott2018-overall-recovery",
    "gs2020-mus-recovery-depression",
    "gs2020-mus-reliable-recovery",
    "gs2020-iapt-recovery",
)

# %% [markdown]
# ## The result first
#
# For each headline rate: the range over the specifications that somebody could defend, first of
# what the figure is of, then of anything; and the choice that moves it most.

# %%
summary = table("sensitivity/summary")
show(
    summary,
    {
        "label": "Rate",
        "printed": "Printed [%]",
        "verdict": "Verdict",
        "lowest": ("Lowest", percent),
        "highest": ("Highest", percent),
        "moved_most": "Moved most by",
        "lowest_any": ("Lowest of anything", percent),
        "highest_any": ("Highest of anything", percent),
        "moved_most_any": "Then by",
    },
    "The range of each headline rate, and what moves it",
)

# %% tags=["prose"]
by_rate = summary.set_index("rate")
low, high = by_rate.loc["mus-recovery", ["lowest", "highest"]]
prose(f"""
The MUS patients' recovery rate, printed as {say("gs2020-mus-recovery-depression")}, can be
anything from {say("mus-recovery-lowest", computed=100 * float(low))} to
{say("mus-recovery-highest", computed=100 * float(high))}, according to what became of those without
an outcome. That choice {holds("missing-matters-most", "moves the study rates most")}. As long
as it is of the same thing, the national rate stays between {say("national-lowest")} and
{say("national-highest")}; taken of other people or at another time, between
{say("national-lowest-any")} and {say("national-highest-any")}.
""")

# %% [markdown]
# ## Missing outcomes
#
# What became of the MUS patients without an outcome nobody printed. The rates if none of them
# recovered, and if all did, are bounds that need no assumption.

# %%
missing = table("sensitivity/missing_outcomes").set_index("ladder")
mus = missing.loc["mus-recovery-depression"]
arm = SingleArm(recovered=int(mus["k"]), observed=int(mus["n"]), missing=int(mus["missing"]))
arm

# %%
lower, upper = manski_bounds(arm)
interval = imbens_manski(arm)
odds = {times: imor_adjusted(arm, Fraction(times)).rate for times in ("0.5", "1", "2")}
needed = tipping_point(arm, Fraction(1, 2))
show(
    pd.DataFrame(
        [("none of the missing recovered", lower), ("all of the missing did", upper)]
        + [(f"their odds are {times} times those of the others", rate) for times, rate in odds.items()],
        columns=["if", "rate"],
    ),
    {"if": "If", "rate": ("Rate of everybody treated", percent)},
    "Every assumption on the missing lies between two bounds",
)

# %% tags=["prose"]
prose(f"""
Of everybody treated, from
{say("mus-recovery-depression-treated-if-none", computed=100 * lower)} to
{say("mus-recovery-depression-treated-if-all", computed=100 * upper)}; with chance added (the
interval of Imbens and Manski),
{say("mus-recovery-depression-treated-lower", computed=100 * interval.lower)} to
{say("mus-recovery-depression-treated-upper", computed=100 * interval.upper)}. For the publicised
{say("gs2020-iapt-recovery")} to be true of them,
{say("mus-recovery-depression-treated-to-publicised", computed=needed.count)} of the
{say("mus-recovery-depression-treated-missing", computed=arm.missing)} would have had to recover, at
odds {say("mus-recovery-depression-treated-to-publicised-odds", computed=float(needed.imor))} times
those of the others. It can be so; the reader may judge whether it is.
""")

# %% [markdown]
# The same for each ladder. Where a rate cannot be reached, too few people are left who could have
# recovered.

# %%
tipping = table("sensitivity/tipping_points")
full = tipping[
    (tipping["case_share"].astype(float) == 1)
    & (tipping["threshold"] == "publicised")
    & (tipping["witness"] == 1)
]
show(
    full,
    {
        "label": "Rate",
        "rung": "Of those",
        "standing": "The publicised rate is",
        "count": ("if so many of the missing recovered", count),
        "imor": ("at odds so many times as high", decimals(1)),
    },
    "What would have to be true of the missing",
)

# %% [markdown]
# ## Chance, rounding and the pair of counts
#
# How much the method of the interval decides, for each way to read the interview study's rate.

# %%
methods = table("sensitivity/interval_methods")
show(
    methods[methods["claim_id"] == "scott2018-overall-recovery"],
    {
        "reading": "Read as of",
        "method": "Method",
        "witnesses": "Pairs",
        "lower": ("Lower", percent),
        "upper": ("Upper", percent),
        "inside": "Publicised rate inside",
    },
    "Intervals of the interview study's rate, over every pair of counts that fits",
)

# %%
pairs = table("sensitivity/witness_choice")
show(
    pairs[pairs["choice"] == "every size that fits the figure"],
    {
        "label": "Rate",
        "rounding_rule": "Rounding",
        "pairs": "Pairs that fit",
        "lower": ("Lower", percent),
        "upper": ("Upper", percent),
    },
    "What each rounding rule allows; a blank says that no whole number prints so",
)

# %% tags=["prose"]
prose(f"""
Of {say("recovery-intervals-beside-publicised")} intervals of the studies' recovery rates, by reading
and method, {say("recovery-intervals-off-publicised")} leave the publicised rate out:
{holds("intervals-all-off", "chance alone does not explain the gap")}. Definitions, people and missing
outcomes may.
""")

# %% [markdown]
# Which true rates would a sample of this size have told from a rate of reference, four times in
# five? This is the power of a *sample*, not of the arithmetic.

# %%
told = table("sensitivity/detectability")
show(
    told[told["witness"] == 1],
    {
        "label": "Rate",
        "value": ("Found", percent),
        "reference_label": "Beside",
        "reference_value": ("Rate", percent),
        "p_value": ("p", decimals(4)),
        "rate_below": ("Told if below", percent),
        "rate_above": ("Told if above", percent),
    },
    "What a sample of this size could have told, and what it did",
)

# %% [markdown]
# ## Questionnaire and condition
#
# A questionnaire errs both ways. What is the rate, given how often it errs and how many were truly
# depressed at the start?

# %%
accuracy = table("sensitivity/test_accuracy")
plain = accuracy[
    (accuracy["falsely_ill"].astype(float) == 0)
    & (accuracy["dependence"].astype(float) == 0)
    & (accuracy["witness"] == 1)
    & accuracy["true_case"].astype(float).isin([0.5, 0.8, 1])
]
show(
    plain,
    {
        "label": "Rate",
        "test": "Questionnaire, study",
        "true_case": ("Truly depressed", percent),
        "value": ("Found", percent),
        "true_rate": ("Corrected", percent),
        "standing": "Standing",
    },
    "The correction depends on how many were depressed; below a point nothing fits",
)

# %% tags=["prose"]
prose(f"""
With everybody truly depressed at the start, the MUS patients' rate becomes
{say("mus-recovery-true-1-000000")}, and a rate near a half
{holds("near-half-moves-little", "moves little")}. With four in five it is
{say("mus-recovery-true-0-800000")}; with fewer,
{holds("no-rate-with-few-cases", "no true rate fits")}: some of the assumptions must then be wrong.
""")

# %% [markdown]
# Some of those treated may not have the condition. Shares published by specialist clinics are not
# this service's; they show how wide the bounds become.

# %%
misdiagnosed = table("sensitivity/misdiagnosis")
show(
    misdiagnosed[(misdiagnosed["reference"] != "") & (misdiagnosed["witness"] == 1)],
    {
        "label": "Rate",
        "value": ("Found", percent),
        "misdiagnosed": ("Without the condition", percent),
        "lower": ("True cases, at least", percent),
        "upper": ("at most", percent),
    },
    "Recovery of true cases, whoever the others are",
)

# %% [markdown]
# How recovery on the questionnaire and recovery by interview go together is not published. The
# bounds are Fréchet's, at the worst corner of both intervals.

# %%
construct = table("sensitivity/construct_gap")
show(
    construct[(construct["correlation"] == "") & (construct["witness"] == 1)],
    {
        "label": "Questionnaire | interview",
        "scale_value": ("By questionnaire", percent),
        "condition_value": ("By interview", percent),
        "given_lower": ("Of the former also the latter, at least", percent),
        "given_upper": ("at most", percent),
    },
    "Were both rates of the same people, so many recovered by both criteria",
)

# %% [markdown]
# ## With and without treatment
#
# Rates of different people, each with its horizon. The contrast within the trial alone compares
# like with like.

# %%
untreated = table("sensitivity/untreated_remission")
show(
    untreated[untreated["witness"] == 1],
    {
        "label": "Rate",
        "role": "Who",
        "horizon": "After",
        "value": ("Rate", percent),
    },
    "Rates with and without treatment, which are not of the same people",
)

# %% [markdown]
# The rates at a later day, if all relapse as in one cohort, and of persons instead of referrals.

# %%
show(
    table("sensitivity/horizon_and_unit"),
    {
        "question": "Question",
        "label": "Rate",
        "value": ("Rate", percent),
        "lower": ("At least", percent),
        "upper": ("At most", percent),
    },
    "Later, and of persons",
)

# %% [markdown]
# ## Blinding
#
# Each effect on its own scale. An uncontrolled rate is not adjusted: the evidence is on differences
# between groups.

# %%
show(
    table("sensitivity/blinding"),
    {
        "label": "Effect",
        "scale": "Scale",
        "value": ("Reported", decimals(2)),
        "adjusted": ("Adjusted", decimals(2)),
        "lower": ("Lower", decimals(2)),
        "upper": ("Upper", decimals(2)),
        "standing": "Standing",
    },
    "What unblinded assessors may add, where the evidence applies",
)

# %% [markdown]
# ## How often the audit itself is wrong
#
# The flags that random figures would raise, beside those raised. The whole table,
# `results/sensitivity/audit_error_rates.csv`, also has the sizes that would fit by chance, beside
# those that do.

# %%
errors = table("sensitivity/audit_error_rates")
show(
    errors[errors["kind"] == "document"],
    {
        "name": "Document",
        "checked": "Readings checked",
        "expected": ("Expected by chance", decimals(1)),
        "found": "Found",
    },
    "Flags, beside those that random figures would raise",
)

# %% [markdown]
# ## Every specification
#
# All choices at once. Each combination has an id, and can be computed alone, here and on the
# command line (`recovery-audit specification`).

# %%
specifications = table("sensitivity/multiverse")
study = specifications[specifications["study"] == "mus-recovery"]
halved = study[(study["missing"] == "half the odds") & (study["estimand"] == "same")]
inputs = {
    "analytic_choices": table("clean/analytic_choices"),
    "rates": table("clean/rates"),
    "claims": claims,
    "bases": table("clean/bases"),
    "intervals": table("recompute/intervals"),
    "annual_totals": table("clean/annual_totals"),
}
config = io.read_yaml("config/config.yaml")
found = Multiverse(inputs, level=config["interval_level"]).find(halved["spec_id"].iloc[0])
{option.dimension: option.option for option in found.options}, f"{found.estimate:.1%}"

# %% [markdown]
# All plausible ones in order, with the choices below. Those left of the gap are of what the figure
# is of, those right of it are of something else.

# %% alt="Specification curve of the recovery rate of MUS patients, with the choices below"
rates = {**inputs, "annual_groups": table("clean/annual_groups"), "multiverse": specifications}
figure = plt.figure()
_ = draw(layout(rates, "mus-recovery", config["other_side"]), figure)

# %% tags=["prose"]
same, anything = by_rate.loc["mus-recovery", ["moved_most", "moved_most_any"]]
prose(f"""
**Of the same thing, the choice of *{same}* moves the rate most; of anything, *{anything}*.** There
are {say("mus-recovery-specifications")} specifications of the former kind, left of the gap, and
{say("mus-recovery-specifications-any")} in all.
""")

# %% [markdown]
# Which choice moves the rate most? Shapley effects share the variance among the choices. They are
# about the options listed, and no probability.

# %%
shapley = table("sensitivity/multiverse_shapley")
chosen = shapley[
    (shapley["scope"] == "plausible") & (shapley["weighting"] == "each choice in turn")
]
shares = chosen.pivot_table(index="dimension", columns="study", values="share", aggfunc="first")
labels = summary.set_index("rate")["label"]
show(
    shares.reset_index(),
    {"dimension": "Choice"} | {study: (labels[study], percent) for study in shares.columns},
    "Each choice's share of the variance over anything plausible",
)

# %% tags=["prose"]
share = say("mus-recovery-share-any", computed=100 * float(by_rate.loc["mus-recovery", "share_any"]))
prose(f"""
For the MUS patients' recovery the choice of *{anything}* takes {share}. By the horizon, when
recovery is counted, {holds("horizon-matters-most", "three of the four rates move most")}.

**What this chapter shows, and what it does not.** A range over assumptions is no interval of chance
and no probability: it says what each assumption would imply, and which is worth settling first. To
settle it takes data that exist and are not printed, above all the outcomes of those who left.

Next: [what differences of definition explain](04_bridge.py).
""")
