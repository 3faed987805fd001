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
# # Kellett et al. (2016), as quoted: outcomes, drop-outs, denominators
#
# Geraghty and Scott (2020) quote this study's outcomes, and its counts of patients. How many people
# stand behind the rates? Do the counts add up? And what do the rates become when they are taken of
# everybody treated?
#
# What comes in: figures as that review prints them; the study's own full text was not at hand, so
# a slip found here may be the review's or the study's. Patients had medically unexplained symptoms
# (MUS) or long-term conditions (LTC). The reading order is in [How a verdict is
# made](00_how_a_verdict_is_made.py).

# %%
from fractions import Fraction

import pandas as pd

from recovery_audit.claims import claims_by_id
from recovery_audit.figures import denominator_ladder, patient_flow
from recovery_audit.grim import common_denominators, denominators_up_to, witnesses
from recovery_audit.reading import (
    count,
    decimals,
    holds,
    picture,
    places,
    prose,
    say,
    show,
    table,
    verdicts_on,
)
from recovery_audit.shared_denominators import search

claims = table("clean/claims")
places(
    claims,
    "gs2020-mus-treated",
    "gs2020-mus-recovery-depression",
    "gs2020-mus-improvement-depression",
    "gs2020-mus-recovery-anxiety",
    "gs2020-mus-improvement-anxiety",
    "gs2020-mus-reliable-recovery",
    "gs2020-mus-deterioration",
    "gs2020-mus-dropped-during",
    "gs2020-mus-not-completed",
)

# %% [markdown]
# ## Two rates, one group
#
# Two depression outcomes of the MUS patients are printed with two decimals. If both are of the same
# group, and that group is among those treated, which sizes are possible?

# %%
published = claims_by_id(claims)
treated = published["gs2020-mus-treated"].figure.digits
rates = {
    "moving to recovery": published["gs2020-mus-recovery-depression"].figure,
    "reliably improved": published["gs2020-mus-improvement-depression"].figure,
}
sizes = common_denominators(list(rates.values()), denominators_up_to(treated)).tolist()
fits = [(name, k, n) for n in sizes for name, rate in rates.items() for k in witnesses(rate, n)]
show(
    pd.DataFrame(fits, columns=["name", "k", "n"]),
    {"name": "Outcome", "k": "Patients", "n": "Of"},
    "What fits both rates",
)

# %% tags=["prose"]
found = search(rates, denominators_up_to(treated))
prose(f"""
{holds("mus-depression-one-size", "One size")} fits: {say("mus-depression-group", computed=sizes[0])},
{holds("mus-half-of-treated", "about half")} of the {say("gs2020-mus-treated", computed=treated)}
treated. Luck would seldom give that: random figures share any size with probability
{say("kellett-mus-depression-chance", computed=found.chance_fit.value)}. The size is *deduced*,
provided that the two rates do share a group: the review does not say so.
""")

# %% [markdown]
# ## The other groups
#
# The same search for each group of figures, of the patients with MUS and of those with LTC. A blank
# size means that none explains them together.

# %%
shared = table("recompute/shared_denominators")
labels = {
    "kellett-mus-depression": "MUS, depression",
    "kellett-mus-anxiety": "MUS, anxiety",
    "kellett-mus-overall": "MUS, overall",
    "kellett-ltc-depression": "LTC, depression",
    "kellett-ltc-anxiety": "LTC, anxiety",
}
known = shared[shared["base"].isin(labels) & (shared["rounding_rule"].isin(["half_up", ""]))]
show(
    known.assign(group=known["base"].map(labels)),
    {
        "group": "Group",
        "n_max": ("Sizes tried, up to", count),
        "n": ("Size that fits", count),
        "expected_fits": ("Expected by chance", decimals(2)),
        "chance_fit": ("Chance of one or more", decimals(3)),
        "deduced": "Deduced",
    },
    "A size that fits counts only where chance would seldom give one",
)

# %% tags=["prose"]
ltc = known[known["base"] == "kellett-ltc-depression"].iloc[0]
anxiety = known[known["base"] == "kellett-mus-anxiety"]
prose(f"""
Three lessons stand in that table. For the anxiety outcomes
{say("kellett-mus-anxiety-solutions", computed=len(anxiety))} sizes fit,
{holds("mus-anxiety-multiples", "whole multiples")} of
{say("kellett-mus-anxiety-31", computed=int(anxiety["n"].min()))}, and nothing printed decides
between them. The deterioration rate and the reliable recovery rate that are called *overall*
{holds("mus-overall-no-size", "cannot be of the same people")}. And for LTC patients a size fits the
depression rates, {say("kellett-ltc-depression-430", computed=int(ltc["n"]))}, but among
{say("gs2020-ltc-recovery-depression-one-base-up-to", computed=int(ltc["n_max"]))} candidates a fit
{holds("ltc-fit-expected", "was to be expected anyway")}
({say("kellett-ltc-depression-chance", computed=ltc["chance_fit"])}): a size that fits is
not thereby the true one.
""")

# %% [markdown]
# ## The counts
#
# A sentence lists the drop-outs at each step, the next one gives a total and a percentage.

# %%
relations = table("recompute/relations")
about_counts = relations[relations["relation_id"].str.startswith("mus-")]
outcomes = claims.drop_duplicates("claim_id").set_index("claim_id")["outcome"]
show(
    about_counts.assign(outcome=about_counts["claim_id"].map(outcomes)),
    {
        "outcome": "Figure",
        "printed": "Printed",
        "verdict": "Verdict",
        "explanation": "Why",
    },
    "What the review prints, beside what its own counts give",
)

# %% tags=["prose"]
surplus = about_counts.set_index("relation_id").loc["mus-drop-outs-by-step", "difference"]
prose(f"""
The percentage is a digit off: {say("gs2020-mus-not-completed")} is printed,
{say("mus-not-completed-percent-recomputed")} follows. The total exceeds its parts by
{say("mus-drop-outs-by-step-difference", computed=surplus)},
{holds("mus-dropouts-as-step-two", "as many as dropped out at step two")}. And yet the total, the
second total and those given further care
{holds("mus-fates-everybody", "make up everybody treated")}. Each way to read the paragraph is a
flow of its own; what it does not account for is kept as a remainder.
""")

# %% alt="The patients of the paragraph as bars, once for each way to read it, with those not accounted for hatched, the drop-outs of each reading, and a line at the printed percentage"
picture(patient_flow, table("recompute/flow"), claims)

# %% [markdown]
# ## The denominator ladder
#
# The same recovered people, over wider groups. Above the first rung these are lower bounds: they
# say what follows if nobody outside the analysed group recovered.

# %% alt="Each outcome as a share of those with an outcome and of those treated or referred, with the counts that fit beside it and a line at the recovery rate that the service publicises"
ladder = table("sensitivity/denominator_ladder")
picture(denominator_ladder, ladder, claims)

# %% tags=["prose"]
rungs = ladder[ladder["ladder"] == "mus-recovery-depression"].set_index("rung")
recovered, everybody = (int(rungs.loc["treated", column]) for column in ("k", "n"))
prose(f"""
{say("gs2020-mus-recovery-depression")} of those with an outcome becomes at least
{say("mus-recovery-depression-treated", computed=Fraction(100 * recovered, everybody))}, that is
{say("mus-recovery-depression-count", computed=recovered)} of {say("gs2020-mus-treated", computed=everybody)}.
If everybody without an outcome recovered it would be
{say("mus-recovery-depression-treated-if-all")}. Both ends are extremes; nobody printed what became
of the {say("mus-recovery-depression-treated-missing", computed=everybody - int(rungs.loc["with outcome", "n"]))}.
""")

# %% [markdown]
# **What was learned, and what remains open.** Slips of arithmetic are in a paragraph that quotes, and
# whose they are is open. The depression rates agree with one group, the anxiety rates with several.
# The lower rungs show how much rests on those without an outcome, not that they failed to recover;
# what became of them is not printed.
#
# Next: [what moves each headline rate](03_sensitivity.py).

# %% [markdown]
# ## Appendix: all verdicts on this study
#
# Each published percentage, by reading of what it may be of.

# %%
verdicts_on("kellett-2016")
