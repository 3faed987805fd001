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
# # From 50% to 9.2%: what differences of definition explain
#
# The service's rate and the interview study's are of different things. Three differences can be
# computed: whether improvement must be reliable, whom the rate is of, and the mix of problems. What
# remains is a remainder, not a finding.

# %%
from fractions import Fraction

import pandas as pd

from recovery_audit import io
from recovery_audit.bridge import Alignment, Group, mixtures
from recovery_audit.shapley import marginal_orders, shapley_values

pd.set_option("display.max_colwidth", 90)


def table(name, schema=None):
    """A table of the pipeline, checked against its schema."""
    schema = schema or name.rpartition("/")[2]
    return io.read_table(f"results/{name}.csv", f"workflow/schemas/{schema}.schema.yaml")


# %% [markdown]
# ## A small example first
#
# An invented service with two problems. Of the first, 100 were referred and 50 finished as cases,
# of whom 30 recovered, 27 reliably; of the second, 100, 40, 16 and 12.

# %%
first = Group(
    referrals=Fraction(100), eligible=Fraction(50), recovered=Fraction(30), reliably=Fraction(27)
)
second = Group(
    referrals=Fraction(100), eligible=Fraction(40), recovered=Fraction(16), reliably=Fraction(12)
)
example = Alignment(groups=(first, second), mixture=(Fraction(1, 4), Fraction(3, 4)), engaged=None)
steps = ("reliable", "denominator", "mix")
published, aligned = example.rate(frozenset()), example.rate(frozenset(steps))
f"{float(published):.1%} as published, {float(aligned):.1%} aligned"

# %% [markdown]
# What a step contributes depends on which came before. In each of the six orders:

# %%
orders = {
    " → ".join(order): dict(zip(order, (f"{100 * float(gain):.1f}" for gain in gains), strict=True))
    for order, gains in marginal_orders(steps, example.rate)
}
pd.DataFrame(orders).T[list(steps)]

# %% [markdown]
# Averaged over the orders, the contributions add up to the whole difference.

# %%
{step: f"{100 * float(part):.1f}" for step, part in shapley_values(steps, example.rate).items()}

# %% [markdown]
# ## The mix is not known
#
# The study prints rates for three groups of problems and one for everybody. Many mixes of the groups
# give that overall rate: a whole segment, of which these are the ends.

# %%
claims = table("clean/claims", "clean_claims").drop_duplicates("claim_id").set_index("claim_id")
names = ["cbtwatch-ptsd-recovery", "cbtwatch-depression-recovery", "cbtwatch-other-recovery"]
printed = [Fraction(claims.loc[name, "figure"]) for name in names]
overall = Fraction(claims.loc["scott2018-overall-recovery", "figure"])
ends = mixtures(printed, overall)
pd.DataFrame([[f"{float(share):.0%}" for share in mix] for mix in ends], columns=names)

# %% [markdown]
# ## Both readings of the denominator, side by side
#
# *All referrals*: the study's clients are like everybody referred, of whom few finish a course. *More
# than 2 sessions* and *any treatment session*: they engaged as the study's own table says. The
# aligned rate is what the official rate becomes; `inside` says whether it lies within what chance
# allows for the study's rate.

# %%
bridge = table("sensitivity/bridge")
aligned = bridge[(bridge["step"] == "official") & (bridge["year"] == "2017-18")]
aligned[["reading", "spread", "omega_id", "aligned", "unexplained", "inside"]]

# %% [markdown]
# The steps, for the mix that goes with the counts found for the study. `lower` and `upper` are over
# the six orders.

# %%
chosen = bridge[
    (bridge["year"] == "2017-18")
    & (bridge["spread"] == "spread")
    & (bridge["omega_id"] == "witness")
]
chosen.pivot_table(index="step", columns="reading", values="contribution", aggfunc="first").loc[
    ["official", "reliable", "denominator", "mix", "unexplained"]
]

# %% [markdown]
# Aligning the denominator *counts* those who did not finish as not recovered. It does not show that
# they were not. By the first reading chance may cover what is left; by the others a remainder of many
# points stays that chance does not cover.
#
# ## What may explain the rest
#
# Each of these has a direction, and none has a size.

# %%
table("clean/biases")[["label", "rate", "direction", "why"]]
