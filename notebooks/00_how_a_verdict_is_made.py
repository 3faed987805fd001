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
# # How a verdict is made
#
# When does a printed percentage agree with a number of people? When some whole count of them
# prints so. How much that says depends on how many other figures would have passed as well.
#
# This is the first of seven short chapters. Each asks a question, says which figures come in and
# where they were printed, and computes its results where it shows them. A linked number leads to
# its entry in the appendix of the paper: formula, table, and the claims it comes from.
#
# 1. [How a verdict is made](00_how_a_verdict_is_made.py), this one
# 2. [Scott](01_scott.py): what can the interview study's rate be a percentage of?
# 3. [Kellett and colleagues](02_kellett.py): outcomes, drop-outs and denominators, as quoted
# 4. [Sensitivity](03_sensitivity.py): what moves each headline rate, and how far
# 5. [Bridge](04_bridge.py): what differences of definition explain
# 6. [Counterfactual](05_counterfactual.py): what a treatment without effect would report
# 7. [National rates](06_national.py): whether they follow from their counts
#
# The chapters on a study can be read alone; all of them use the words of this one.
#
# What comes in: the table of published figures, each typed from its source with the place where
# it stands. The cases called invented are ours.

# %%
from dataclasses import asdict

import pandas as pd
from matplotlib import pyplot as plt

from recovery_audit.claims import claims_by_id
from recovery_audit.grim import (
    common_denominators,
    coverage,
    denominators_up_to,
    nearest_fits,
    witnesses,
)
from recovery_audit.reading import count, decimals, places, prose, say, show, table
from recovery_audit.rounding import RoundingRule, admissible, print_percent, read_figure
from recovery_audit.shared_denominators import search
from recovery_audit.verdicts import Case, judge

claims = table("clean/claims")
published = claims_by_id(claims)
places(
    claims,
    "scott2018-overall-recovery",
    "scott2018-clients",
    "gs2020-mus-treated",
    "gs2020-mus-recovery-depression",
    "gs2020-mus-improvement-depression",
)

# %% [markdown]
# ## The figure is text
#
# A trailing zero tells how exactly a figure is printed. So a figure is read from its text, as
# digits and decimals, never as a floating-point number.

# %%
headline = published["scott2018-overall-recovery"].figure
clients = published["scott2018-clients"].figure.digits
longer = read_figure(f"{headline}0")
show(
    pd.DataFrame({"text": str(one), **one._asdict()} for one in (headline, longer)),
    {"text": "Printed [%]", "digits": "Digits", "decimals": "Decimals"},
    "The headline, and the same printed a decimal longer",
)


# %% [markdown]
# ## It stands for an interval
#
# Many values print as the figure. Which ones depends on the rounding rule, and the ends matter:
# under rounding half up the lower end belongs to the interval and the upper one does not.
#
#

# %%
def end(is_open):
    """Whether an end belongs to the interval, in words."""
    return "left out" if is_open else "included"


rules = pd.DataFrame({"rule": rule} | asdict(admissible(headline, rule)) for rule in RoundingRule)
show(
    rules,
    {
        "rule": "Rounding",
        "low": ("From", decimals(2)),
        "high": ("To", decimals(2)),
        "open_low": ("Lower end", end),
        "open_high": ("Upper end", end),
    },
    "What the figure may stand for, in per cent, by rounding rule",
)

# %% [markdown]
# ## A witness is a count inside it
#
# A count of people fits if its percentage lies in the interval. Which counts of the clients assessed
# fit, under whatever rule? An empty list says that there is none.

# %%
[k for rule in RoundingRule for k in witnesses(headline, clients, [rule])]

# %% [markdown]
# The nearest sizes of group that have a witness are these.

# %%
nearest = pd.DataFrame(nearest_fits(headline, clients), columns=["k", "n"])
nearest["prints"] = [print_percent(k, n, decimals=1) for k, n in nearest.to_numpy().tolist()]
show(
    nearest,
    {"k": "Count", "n": "Of", "prints": "Prints as [%]"},
    "The nearest groups that can print the figure",
)

# %% [markdown]
# No witness under any rule means *inconsistent*: inconsistent with that base, and with nothing
# said about why. The base may be another one, a digit may be misprinted, or a mean of several
# values may have been printed.
#
# ## One that passes, one that fails, one that cannot be told


# %%
def verdict_on(text, nobs):
    """The verdict on a percentage of a known number of people, and the reason in words."""
    found = judge(Case(figure=read_figure(text), printed=f"{text}%", n_known=nobs))
    size = nobs or "not printed"
    return {"printed": text, "of": size, "verdict": found.verdict, "why": found.explanation}


show(
    pd.DataFrame([verdict_on("25.0", 8), verdict_on("26.0", 8), verdict_on("26.0", None)]),
    {"printed": "Printed [%]", "of": "Of", "verdict": "Verdict", "why": "Why"},
    "Three invented percentages",
)

# %% [markdown]
# ## What the check can catch
#
# Passing says little where most figures pass. Of all the figures of so many decimals, only some
# are printed by a count of people; the others would be caught if they stood there by mistake. The
# share of figures that would be caught is the *power* of the check.

# %% alt="Share of wrong figures that the arithmetic catches, falling with the size of the group, for figures without decimals, with one and with two"
sizes = range(1, 1001)
figure, axes = plt.subplots(figsize=(7, 3))
for digits, label in enumerate(("no decimals", "one decimal", "two decimals")):
    caught = [100 * float(1 - coverage(nobs, digits)) for nobs in sizes]
    axes.plot(sizes, caught, label=label)
axes.set(xscale="log", xlabel="people in the group", ylabel="wrong figures caught [%]")
axes.xaxis.set_major_formatter("{x:,.0f}")
_ = axes.legend(frameon=False)

# %% tags=["prose"]
power = 1 - coverage(clients, headline.decimals)
prose(f"""
**Power falls with the size of the group; another decimal restores it.** Of
{say("scott2018-clients")} people, a random figure with one decimal is caught with probability
{say("scott2018-overall-recovery-all-clients-power", computed=power)}. If any size up to that
would do, the search is generous, and the probability is
{say("scott2018-overall-recovery-some-clients-power")}. A rate of hundreds of thousands of courses
always has a witness: the verdict is then *uninformative*, and no praise.
""")

# %% [markdown]
# The same for every reading of known size in this audit: how many wrong figures it could have
# caught, were the figures random. A figure misread by a digit is not quite random, so this is a
# yardstick and no error rate.

# %%
verdicts = table("recompute/verdicts")
judged = verdicts[(verdicts["n_known"].notna()) & (verdicts["power_ordinary"] != "")]
shares = ["less than a tenth", "a tenth to half", "half to nine in ten", "at least nine in ten"]
power = judged["power_ordinary"].astype(float)
caught = pd.cut(power, [0, 0.1, 0.5, 0.9, 1.01], right=False, labels=shares)
sizes = judged["n_known"].astype(int).groupby(caught, observed=False)
show(
    sizes.agg(["size", "min", "max"]).rename_axis("caught").reset_index(),
    {
        "caught": "Wrong figures caught",
        "size": "Readings",
        "min": ("Smallest group", count),
        "max": ("Largest group", count),
    },
    "Readings of known size, by what the check can catch",
)

# %% tags=["prose"]
prose(f"""
So a verdict of *consistent* is worth as much as its power. Of {say("readings-judged")} readings
judged, {say("readings-uninformative")} are of groups so large that nothing could have failed, and
{say("readings-undetermined")} have no printed size. Among the {say("readings-of-known-size")} that
could be caught, random figures would have raised {say("readings-flagged-by-chance")} flags.

This power is about arithmetic. Whether a *sample* of this size could have told one true rate from
another is a different question, of chance, and is asked in [Sensitivity](03_sensitivity.py).
""")

# %% [markdown]
# ## Two figures of one group
#
# Where no size is printed, figures of the same people must share one. A size is worth something
# only if random figures would seldom have shared one: that is the chance of a fit.

# %%
treated = published["gs2020-mus-treated"].figure.digits
rates = {
    "moving to recovery": published["gs2020-mus-recovery-depression"].figure,
    "reliably improved": published["gs2020-mus-improvement-depression"].figure,
}
bound = denominators_up_to(treated)
common_denominators(list(rates.values()), bound).tolist()  # the sizes that fit both

# %% tags=["prose"]
found = search(rates, bound)
chance = say("kellett-mus-depression-chance", computed=found.chance_fit.value)
limit = say("chance-fit-limit")
prose(f"""
Of the sizes up to the {say("gs2020-mus-treated")} treated,
{say("kellett-mus-depression-solutions", computed=len(found.found))} fits both
{say("gs2020-mus-recovery-depression")} and {say("gs2020-mus-improvement-depression")}:
{say("mus-depression-group")}. Random figures would share some size with probability {chance}; above
{limit}, by our convention, a fit counts for nothing.

**What was learned, and what remains open.** A verdict is about arithmetic: whether the printed
numbers can all be true at once. It judges neither the care nor the study, and names no cause. What
a figure is a percentage of, where that is not printed, arithmetic can narrow down; whether it can
settle it depends on the figure.

Next: [the interview study](01_scott.py).
""")
