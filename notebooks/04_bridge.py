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
# # Bridge: what differences of definition explain
#
# The service's rate and the interview study's are of different things. How much of the distance
# between them do their definitions explain? Three differences can be computed: whether improvement
# must be reliable, whom the rate is of, and the mix of problems. What remains is a remainder, not a
# finding.
#
# What comes in: the national counts by problem, from the official tables; the study's overall rate,
# its rates by diagnosis and its table on engagement, from the abstract and the author's posts. The
# chapter before is [Sensitivity](03_sensitivity.py); the reading order is in [How a verdict is
# made](00_how_a_verdict_is_made.py).

# %%
from fractions import Fraction

import pandas as pd

from recovery_audit.bridge import Alignment, Group, mixtures
from recovery_audit.figures.sensitivity import bridge
from recovery_audit.reading import decimals, holds, percent, picture, places, prose, say, show, table
from recovery_audit.shapley import marginal_orders, shapley_values

claims = table("clean/claims")
names = ["cbtwatch-ptsd-recovery", "cbtwatch-depression-recovery", "cbtwatch-other-recovery"]
places(
    claims,
    "scott2018-overall-recovery",
    *names,
    "cbtwatch-sessions-up-to-2",
    "cbtwatch-not-reached",
    "cbtwatch-assessment-only",
)

# %% [markdown]
# ## A small example first
#
# An invented service with two problems, to see what a step is. Of each problem it counts
# the people referred, those who finish a course and were cases at the start (*eligible*), those of
# them who recover, and those who recover with a reliable change.

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
print(f"{percent(published)} as published, {percent(aligned)} aligned")

# %% [markdown]
# *Aligned* asks for a reliable change, counts those referred, and takes the problems in another
# mix. What a step contributes depends on which came before. Averaged over the orders, the
# contributions add up to the whole difference.

# %%
orders = [
    {"order": ", then ".join(order)} | dict(zip(order, gains, strict=True))
    for order, gains in marginal_orders(steps, example.rate)
]
orders.append({"order": "averaged over the orders"} | shapley_values(steps, example.rate))
points = decimals(1)
headings = {step: (step.capitalize(), lambda part: points(100 * part)) for step in steps}
show(pd.DataFrame(orders), {"order": "Order"} | headings, "What each step adds, in points")

# %% [markdown]
# ## The mix is not known
#
# The study prints rates for three groups of problems and one for everybody. Many mixes of the groups
# give that overall rate: a whole segment, of which these are the ends.

# %%
figures = claims.drop_duplicates("claim_id").set_index("claim_id")["figure"]
ends = mixtures(
    [Fraction(figures[name]) for name in names], Fraction(figures["scott2018-overall-recovery"])
)
mixes = pd.DataFrame(ends, columns=names).assign(end=["one end", "the other"])
show(
    mixes,
    {
        "end": "Mix",
        "cbtwatch-ptsd-recovery": ("PTSD", percent),
        "cbtwatch-depression-recovery": ("Depression", percent),
        "cbtwatch-other-recovery": ("Other", percent),
    },
    "Two mixes that both give the study's overall rate",
)

# %% [markdown]
# ## Both readings of the denominator, side by side
#
# *All referrals*: the study's clients are like everybody referred, of whom many do not finish a
# course. *More than two sessions* and *any treatment session*: they engaged as the study's own table
# says. The referrals without a recorded problem can be *spread* over the problems in proportion, or
# left out, so that the problem counts as *stated*.

# %%
alignments = table("sensitivity/bridge")
year = alignments[alignments["year"] == "2017-18"]
numbers = year[["aligned", "unexplained"]].astype(float)
ways = year.assign(**numbers).groupby(["reading", "spread"], sort=False)
found = ways.agg(
    aligned_low=("aligned", "min"),
    aligned_high=("aligned", "max"),
    left_low=("unexplained", "min"),
    left_high=("unexplained", "max"),
    inside=("inside", lambda answers: " or ".join(sorted(set(answers)))),
)
show(
    found.reset_index(),
    {
        "reading": "Clients are like",
        "spread": "Problem not recorded",
        "aligned_low": ("Official rate, aligned [%], from", points),
        "aligned_high": ("to", points),
        "left_low": ("Left over [points], from", points),
        "left_high": ("to", points),
        "inside": "Within chance",
    },
    "What the official rate becomes under the study's definitions, over the mixes that fit",
)

# %% [markdown]
# The steps, for the mix that goes with the counts found for the study.

# %% alt="From the official rate to the interview study's in steps, under both readings of the denominator: reliable improvement, denominator, mix of problems, and what is not explained"
picture(bridge, alignments)

# %%
chosen = year[(year["spread"] == "spread") & (year["omega_id"] == "witness")]
parts = chosen.pivot_table(index="step", columns="reading", values="contribution", aggfunc="first")
parts = parts.loc[["official", "reliable", "denominator", "mix", "unexplained"]].reset_index()
show(
    parts,
    {"step": "Step"} | {reading: (reading, points) for reading in parts.columns[1:]},
    "From the official rate to the study's, in points of percentage",
)

# %% tags=["prose"]
without = year[(year["reading"] == "all referrals") & (year["spread"] == "stated")]
assert set(without["inside"]) == {"no"}  # said below
by_step = parts.set_index("step")
everybody, stayed = by_step["all referrals"], by_step["more than 2 sessions, of all"]
prose(f"""
If the clients are like all referrals, the denominator moves
the rate by {say("bridge-all-referrals-denominator", computed=everybody["denominator"])} points, reliable
improvement {say("bridge-all-referrals-reliable", computed=everybody["reliable"])} and the mix
{say("bridge-all-referrals-mix", computed=everybody["mix"])};
{say("bridge-all-referrals-unexplained")} points are left, which
{holds("chance-allows", "chance alone may cover")}. If they engaged as the study's table says, the
denominator moves it by {say("bridge-more-than-2-sessions-of-all-denominator", computed=stayed["denominator"])}
points and {say("bridge-more-than-2-sessions-of-all-unexplained")} are left,
{holds("more-than-chance", "more than chance covers")}. The table above also shows the first reading
with the unrecorded problems left out: there the remainder exceeds what chance covers as well.

Aligning the denominator *counts* those who did not finish as not recovered. It does not show that
they were not.
""")

# %% [markdown]
# ## What may explain the rest
#
# Each of these has a direction, and none has a size.

# %%
show(
    table("clean/biases"),
    {"label": "What", "rate": "Moves the rate of", "direction": "Towards", "why": "Why"},
    "Differences between study and service that nobody has measured",
)

# %% [markdown]
# **What was learned, and what remains open.** How much of the distance definitions explain depends on
# whom the study saw, and which reading is right is not printed in what was read. What is left over is
# neither the service's failure nor the study's error.
#
# Next: [what a treatment without effect would report](05_counterfactual.py).
