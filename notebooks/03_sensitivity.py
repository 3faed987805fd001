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
# # Sensitivity: how far can 9.2%, 29%, 17% and 50% be trusted?
#
# Four rates carry the debate. Each rests on something that nobody printed. Here every such
# assumption is varied, one after the other and then all together. Nothing is drawn in at 0% or
# 100%: what cannot be is said in words.

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

pd.set_option("display.max_colwidth", 90)


def table(name, schema=None):
    """A table of the pipeline, checked against its schema."""
    schema = schema or name.rpartition("/")[2]
    return io.read_table(f"results/{name}.csv", f"workflow/schemas/{schema}.schema.yaml")


def percent(frame, *columns):
    """The same frame with proportions as percentages of one decimal, for reading."""
    shown = frame.copy()
    for column in columns:
        shown[column] = [f"{100 * float(cell):.1f}" if cell else "" for cell in shown[column]]
    return shown


# %% [markdown]
# ## The result first
#
# For each headline rate: the range over the specifications that somebody could defend, first of
# what the figure is of, then of anything; and the choice that moves it most.

# %%
summary = table("sensitivity/summary")
ranges = ["lowest", "highest", "lowest_any", "highest_any"]
percent(summary, *ranges)[["label", "printed", "verdict", *ranges, "moved_most", "moved_most_any"]]

# %% [markdown]
# ## Missing outcomes
#
# About half of the MUS patients treated stand behind the depression rates. What became of the others
# nobody printed. The rates if none of them recovered, and if all did, are the bounds.

# %%
missing = table("sensitivity/missing_outcomes").set_index("ladder")
mus = missing.loc["mus-recovery-depression"]
arm = SingleArm(recovered=int(mus["k"]), observed=int(mus["n"]), missing=int(mus["missing"]))
arm

# %%
[f"{float(bound):.1%}" for bound in manski_bounds(arm)]

# %% [markdown]
# The interval of Imbens and Manski adds chance to that. Between the bounds lies every assumption on
# the missing; one way to order them is by the odds of the missing over those of the observed.

# %%
interval = imbens_manski(arm)
f"{interval.lower:.1%} to {interval.upper:.1%}"

# %%
{odds: f"{float(imor_adjusted(arm, Fraction(odds)).rate):.1%}" for odds in ("0", "0.5", "1", "2")}

# %% [markdown]
# What would have to be true for half of them to have recovered?

# %%
needed = tipping_point(arm, Fraction(1, 2))
f"{needed.standing}: {needed.count} of {arm.missing}, odds {float(needed.imor):.1f} times as high"

# %% [markdown]
# The same for every rung of every ladder. For Scott's rate the publicised one is out of reach: too
# few clients are left who could have recovered.

# %%
tipping = table("sensitivity/tipping_points")
full = tipping[(tipping["case_share"] == "1.000000") & (tipping["threshold"] == "publicised")]
full[["label", "rung", "standing", "count", "imor"]]

# %% [markdown]
# ## Chance, rounding and the pair of counts
#
# How much the interval method and the rounding rule decide. A blank says that no whole number of
# people prints as the figure under that rule.

# %%
methods = table("sensitivity/interval_methods")
scott = methods[(methods["claim_id"] == "scott2018-overall-recovery")]
percent(scott, "lower", "upper")[["reading", "method", "witnesses", "lower", "upper", "inside"]]

# %%
pairs = table("sensitivity/witness_choice")
alone = pairs[pairs["choice"] == "every size that fits the figure"]
percent(alone, "lower", "upper")[
    ["label", "rounding_rule", "pairs", "k", "n", "k_largest", "n_largest", "lower", "upper"]
]

# %% [markdown]
# Which true rates would a sample of this size have told from a rate of reference, four times in
# five? Those below `rate_below` and above `rate_above`.

# %%
told = table("sensitivity/detectability")
first = told[told["witness"] == 1]
percent(first, "value", "reference_value", "rate_below", "rate_above")[
    ["label", "reference_label", "value", "reference_value", "p_value", "rate_below", "rate_above"]
]

# %% [markdown]
# ## Questionnaire and condition
#
# A questionnaire errs both ways. With everybody truly depressed at the start, the corrected rate is
# somewhat lower where few recover and hardly moves where half do. With fewer true cases it falls
# quickly, until the assumptions cannot all be true.

# %%
accuracy = table("sensitivity/test_accuracy")
plain = (accuracy["falsely_ill"] == "0.000000") & (accuracy["dependence"] == "0.000000")
percent(accuracy[plain], "value", "true_rate")[
    ["label", "test", "true_case", "value", "true_rate", "standing"]
]

# %% [markdown]
# Some of those treated may not have the condition. Shares published by specialist clinics are not
# this service's; they show how wide the bounds become.

# %%
misdiagnosed = table("sensitivity/misdiagnosis")
elsewhere = misdiagnosed[(misdiagnosed["reference"] != "") & (misdiagnosed["witness"] == 1)]
percent(elsewhere, "value", "misdiagnosed", "lower", "upper")[
    ["label", "value", "misdiagnosed", "reference", "lower", "upper"]
]

# %% [markdown]
# How recovery on the questionnaire and recovery by interview go together is not published. The
# bounds are Fréchet's, at the worst corner of both intervals.

# %%
construct = table("sensitivity/construct_gap")
bounds = construct[(construct["correlation"] == "") & (construct["witness"] == 1)]
percent(bounds, "scale_value", "condition_value", "given_lower", "given_upper")[
    ["label", "scale_value", "condition_value", "given_lower", "given_upper"]
]

# %% [markdown]
# ## With and without treatment
#
# Rates of different people, each with its horizon. The last row alone compares like with like.

# %%
untreated = table("sensitivity/untreated_remission")
percent(untreated, "value")[["label", "role", "horizon", "value", "note"]]

# %% [markdown]
# The rates at a later day, if all relapse as in one cohort, and of persons instead of referrals.

# %%
later = table("sensitivity/horizon_and_unit")
percent(later, "value", "lower", "upper")[["question", "label", "value", "lower", "upper"]]

# %% [markdown]
# ## Blinding
#
# Each effect on its own scale. An uncontrolled rate is not adjusted: the evidence is on differences
# between groups.

# %%
table("sensitivity/blinding")[
    ["label", "scale", "value", "adjustment", "adjusted", "lower", "upper", "standing"]
]

# %% [markdown]
# ## How often the audit itself is wrong
#
# The flags that random figures would raise, beside those raised; and the sizes that would fit by
# chance, beside those that do.

# %%
errors = table("sensitivity/audit_error_rates")
errors.loc[errors["kind"] != "claim left out", ["kind", "name", "checked", "expected", "found"]]

# %% [markdown]
# ## Every specification
#
# All choices at once. Each combination has an id, and can be computed alone, here and on the
# command line (`recovery-audit specification`).

# %%
specifications = table("sensitivity/multiverse")
study = specifications[specifications["study"] == "mus-recovery"]
halved = study[(study["missing"] == "half the odds") & (study["estimand"] == "same")]
halved[["spec_id", "rounding", "pair", "case_share", "estimate", "lower", "upper"]]

# %%
inputs = {
    "analytic_choices": table("clean/analytic_choices"),
    "rates": table("clean/rates"),
    "claims": table("clean/claims", "clean_claims"),
    "bases": table("clean/bases"),
    "intervals": table("recompute/intervals"),
    "annual_totals": table("clean/annual_totals"),
}
found = Multiverse(inputs, level=0.95).find(halved["spec_id"].iloc[0])
{option.dimension: option.option for option in found.options}, f"{found.estimate:.1%}"

# %% [markdown]
# All plausible ones in order, with the choices below. Those left of the gap are of what the figure
# is of, those right of it are of something else.

# %% alt="Specification curve of the recovery rate of MUS patients, with the choices below"
config = io.read_yaml("config/config.yaml")
rates = {**inputs, "annual_groups": table("clean/annual_groups"), "multiverse": specifications}
figure = plt.figure()
_ = draw(layout(rates, "mus-recovery", config["other_side"]), figure)

# %% [markdown]
# Which choice moves the rate most? Shapley effects share the variance among the choices. They are
# about the options listed, and no probability.

# %%
shapley = table("sensitivity/multiverse_shapley")
shown = shapley[
    (shapley["scope"] == "plausible") & (shapley["weighting"] == "each choice in turn")
]
shares = shown.assign(share=[f"{100 * float(share):.0f}%" for share in shown["share"]])
shares.pivot_table(index="dimension", columns="study", values="share", aggfunc="first").fillna("")
