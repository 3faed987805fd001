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
# assumption after the other, and then all together? *MUS* stands for patients with medically
# unexplained symptoms, the ones in the study of the chapter before.
#
# What comes in: the counts deduced in [Scott](01_scott.py) and [Kellett](02_kellett.py), the national
# counts of [National rates](06_national.py), and from other studies the rates of remission,
# misdiagnosis, relapse and errors of questionnaires, each typed with its place. The reading order
# begins with [How a verdict is made](00_how_a_verdict_is_made.py).
#
# No result is cut off at nought or at one whole: what cannot be is said in words.

# %%
from dataclasses import asdict
from fractions import Fraction

import pandas as pd

from recovery_audit import io
from recovery_audit.figures import specification_curve
from recovery_audit.figures.sensitivity import (
    audit_error_rates,
    blinding,
    construct_gap,
    detectability,
    horizon_and_unit,
    interval_choices,
    misdiagnosis,
    missing_outcomes,
    summary,
    test_accuracy,
    untreated_remission,
)
from recovery_audit.missing_outcomes import (
    SingleArm,
    imbens_manski,
    imor_adjusted,
    manski_bounds,
    tipping_point,
)
from recovery_audit.multiverse.specifications import Multiverse
from recovery_audit.reading import holds, percent, picture, places, prose, say, show, table

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
# For each headline rate: the range over the *specifications*, which are the ways to compute it that
# somebody could defend. First of the same thing as the printed figure, then of anything, such as
# other people or a later day. The ring is the rate of the other side of the debate.

# %% alt="For each of the headline rates the printed figure, the range over specifications of the same thing and of anything plausible, and the rate set against it"
ranges = table("sensitivity/summary")
picture(summary, ranges)

# %%
choice = specification_curve.CHOICES.get  # the name of a choice, in words
show(
    ranges,
    {
        "label": "Rate",
        "printed": "Printed [%]",
        "verdict": "Verdict",
        "moved_most": ("Of the same thing, moved most by", choice),
        "moved_most_any": ("Of anything, moved most by", choice),
    },
    "What moves each headline rate",
)

# %% tags=["prose"]
by_rate = ranges.set_index("rate")
low, high = by_rate.loc["mus-recovery", ["lowest", "highest"]]
prose(f"""
The MUS patients' recovery rate, printed as {say("gs2020-mus-recovery-depression")}, comes out
between {say("mus-recovery-lowest", computed=100 * Fraction(low))} and
{say("mus-recovery-highest", computed=100 * Fraction(high))}. What is assumed of those without an
outcome {holds("missing-matters-most", "moves the study rates most")}. As long as it is of the same
thing, the national rate stays between {say("national-lowest")} and {say("national-highest")}; taken
of other people or at another time, between {say("national-lowest-any")} and
{say("national-highest-any")}. The following sections take the assumptions one by one.
""")

# %% [markdown]
# ## Missing outcomes
#
# What became of the MUS patients without an outcome nobody printed. The rates if none of them
# recovered, and if all did, are bounds that need no assumption.

# %%
missing = table("sensitivity/missing_outcomes")
mus = missing.set_index("ladder").loc["mus-recovery-depression"]
arm = SingleArm(recovered=int(mus["k"]), observed=int(mus["n"]), missing=int(mus["missing"]))
show(
    pd.DataFrame([asdict(arm)]),
    {
        "recovered": "Recovered",
        "observed": "Of those with an outcome",
        "missing": "Without an outcome",
    },
    "The MUS patients treated, by what is known of them",
)

# %%
lower, upper = manski_bounds(arm)
interval = imbens_manski(arm)
odds = {
    f"their odds are {times} times those of the others": imor_adjusted(arm, Fraction(times)).rate
    for times in ("0.5", "1", "2")
}
needed = tipping_point(arm, Fraction(1, 2))
rates = {"none of the missing recovered": lower} | odds | {"all of the missing did": upper}
show(
    pd.DataFrame(rates.items(), columns=["if", "rate"]),
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
odds {say("mus-recovery-depression-treated-to-publicised-odds", computed=needed.imor)} times
those of the others. It can be so; the reader may judge whether it is.
""")

# %% [markdown]
# The same bounds for each rate, each pair of counts that fits, and each group. Where a bar
# ends before the line, too few people are left who could have recovered.

# %% alt="Rates of those with an outcome and the range of what they can be for the group named, whatever became of the others, with a line at the publicised rate"
picture(missing_outcomes, missing, table("sensitivity/tipping_points"))

# %% [markdown]
# ## Chance, rounding and the pair of counts
#
# Had the study been done again on another sample of the same size, its rate would have been another,
# by chance. What chance covers depends on the method of the interval, and on which counts stand
# behind the figure.

# %% alt="Intervals of the studies' headline rates by method, and by rounding rule over the pairs of counts that fit"
methods, pairs = table("sensitivity/interval_methods"), table("sensitivity/witness_choice")
picture(interval_choices, methods, pairs, table("clean/rates"))

# %% tags=["prose"]
prose(f"""
Of {say("recovery-intervals-beside-publicised")} intervals of the studies' recovery rates, by reading
and method, {say("recovery-intervals-off-publicised")} leave the publicised rate out:
{holds("intervals-all-off", "chance alone does not explain the gap")}. Definitions, people and missing
outcomes may.
""")

# %% [markdown]
# Which true rates would a sample of this size have told from a rate of reference, four times in
# five? This is the power of a *sample*, not of the arithmetic. The rates of reference are the one
# publicised, the official one, and the official one as [Bridge](04_bridge.py) brings it nearer to
# the interview study's definitions.

# %% alt="Each study rate beside rates of reference, with the true rates that a sample of this size would not have told from the reference, and the p-value"
picture(detectability, table("sensitivity/detectability"))

# %% [markdown]
# ## Questionnaire and condition
#
# A questionnaire errs both ways. What is the rate, given how often it errs and how many were truly
# depressed at the start? The line is the corrected rate by one study of the questionnaire, the dashed
# one by another; the hatched values cannot be.

# %% alt="Recovery from depression behind recovery on the questionnaire, by the share truly depressed at the start, for the MUS patients and for England; values that cannot be are hatched"
picture(test_accuracy, table("sensitivity/test_accuracy"))

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

# %% alt="Bounds of recovery among true cases against the share of those treated without the condition, for each headline rate: they widen as that share grows"
picture(misdiagnosis, table("sensitivity/misdiagnosis"))

# %% [markdown]
# How recovery on the questionnaire and recovery by interview go together is not published. Suppose
# the official rate and the interview study's were of the same people: which share of
# those recovered on the questionnaire would be recovered by interview? The shaded range is what is
# possible (bounds of Fréchet); the line supposes how closely both go together.

# %% alt="Share of those recovered on the questionnaire who would be recovered by interview too, against the correlation of both, overall, for PTSD and for depression"
picture(construct_gap, table("sensitivity/construct_gap"))

# %% [markdown]
# ## With and without treatment
#
# Rates of different people, each with its horizon. The contrast within the trial alone compares
# like with like.

# %% alt="Rates without treatment, under usual care, treated in a trial, official and headline, each with its horizon, and the difference within one trial"
picture(untreated_remission, table("sensitivity/untreated_remission"))

# %% [markdown]
# The rates at a later day, if all relapse as in one cohort, and of persons instead of referrals.

# %% alt="Headline and official rates without those who would have relapsed a year on, and the national rate of persons instead of referrals"
picture(horizon_and_unit, table("sensitivity/horizon_and_unit"), ranges)

# %% [markdown]
# ## Blinding
#
# Assessors who know who was treated may report other effects than blinded ones. What would be left of
# the one trial's effects, if what reviews found between them was added there? The evidence is on assessors, not on questionnaires
# that people fill in themselves, so this illustrates. A rate without a comparison group is not
# adjusted: the evidence is on differences between groups.

# %% alt="Effects as reported and as blinded assessors might have found, odds ratio and standardised differences; changes within one group are not adjusted"
picture(blinding, table("sensitivity/blinding"))

# %% [markdown]
# ## What chance alone would flag
#
# The readings flagged, since the counts do not fit, beside the number of flags if the figures were
# random.

# %% alt="By document the readings flagged beside the flags that random figures would raise"
errors = table("sensitivity/audit_error_rates")
picture(audit_error_rates, errors[errors["kind"] == "document"])

# %% tags=["prose"]
whole = errors[errors["name"] == "all-documents"].iloc[0]
prose(f"""
Of {say("readings-of-known-size", computed=whole["checked"])} readings that could be flagged,
{say("readings-inconsistent", computed=whole["found"])} are; of random figures
{say("readings-flagged-by-chance", computed=whole["expected"])} would be. A flag does not tell a slip
from a percentage of another group.
""")

# %% [markdown]
# ## Every specification
#
# All choices at once: a combination of options is a specification. Each has an id, and can be
# computed alone, here and on the command line (`recovery-audit specification`).

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
options = pd.DataFrame([(one.dimension, one.option) for one in found.options])
show(
    options[options[0].isin(specification_curve.CHOICES)],
    {0: ("Choice", choice), 1: "Option"},
    f"One specification, which gives {found.estimate:.1%}",
)

# %% [markdown]
# All plausible ones in order, with the choices below. Those left of the gap are of what the figure
# is of, those right of it are of something else.

# %% alt="Specification curve of the recovery rate of MUS patients, with the choices below"
curve = {**inputs, "annual_groups": table("clean/annual_groups"), "multiverse": specifications}
name = "specification_curve-mus-recovery"
picture(specification_curve, curve, "mus-recovery", config["other_side"], name=name)

# %% tags=["prose"]
same, anything = map(choice, by_rate.loc["mus-recovery", ["moved_most", "moved_most_any"]])
prose(f"""
**Of the same thing, the choice *{same}* moves the rate most; of anything, *{anything}*.** There
are {say("mus-recovery-specifications")} specifications of the former kind, left of the gap, and
{say("mus-recovery-specifications-any")} in all.
""")

# %% [markdown]
# Which choice moves the rate most? Shapley effects share the spread of the results among the choices,
# in shares that add up to the whole. They are about the options listed, and no probability.

# %%
shapley = table("sensitivity/multiverse_shapley")
chosen = shapley[
    (shapley["scope"] == "plausible") & (shapley["weighting"] == "each choice in turn")
]
shares = chosen.pivot_table(index="dimension", columns="study", values="share", aggfunc="first")
labels = ranges.set_index("rate")["label"]
show(
    shares.reset_index(),
    {"dimension": ("Choice", choice)}
    | {study: (labels[study], percent) for study in shares.columns},
    "Each choice's share of the variance over anything plausible",
)

# %% tags=["prose"]
share = say("mus-recovery-share-any", computed=100 * Fraction(by_rate.loc["mus-recovery", "share_any"]))
prose(f"""
For the MUS patients' recovery the choice *{anything}* takes {share}.
{holds("horizon-matters-most", "Three of the four rates are moved most by when recovery is counted")}.

**What was learned, and what remains open.** A range over assumptions is no interval of chance and no
probability: it says what each assumption would imply, and which is worth settling first. That takes
data that were not printed in what was read, above all the outcomes of those who left.

Next: [what differences of definition explain](04_bridge.py).
""")
