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
# # The national rates, from their counts
#
# Does each published national rate follow from the counts published beside it? And whom is it taken
# of?
#
# What comes in: the official annual and monthly tables of NHS England, by problem and by therapy
# (data/national holds them, with their addresses). This is the last chapter; the first is [How a
# verdict is made](00_how_a_verdict_is_made.py).

# %%
from fractions import Fraction

from recovery_audit.figures import national_ladder, national_series
from recovery_audit.reading import count, decimals, holds, picture, prose, say, show, table

national = table("recompute/national")
ladder = table("sensitivity/national_ladder")

# %% [markdown]
# ## Every rate beside its counts
#
# How many rates of each kind were recomputed, by series: recovery, reliable recovery, and change. Where no rate is printed, there is nothing to compare, and the verdict is *undetermined*.

# %%
series = {"annual": "by year", "group": "by problem", "month": "by month", "therapy": "by therapy"}
named = national.assign(series=national["series"].map(series))
tally = named.groupby(["rate", "series"]).size().unstack("series", fill_value=0)
show(
    tally.reset_index(),
    {"rate": "Rate"} | {name: (name.capitalize(), count) for name in series.values()},
    "Rates recomputed, by series",
)

# %%
by_verdict = named["verdict"].value_counts().rename_axis("verdict").reset_index(name="rates")
show(by_verdict, {"verdict": "Verdict", "rates": ("Rates", count)}, "The verdicts on them")

# %% tags=["prose"]
printed = national[national["printed"] != ""]
consistent = int((printed["verdict"] == "consistent").sum())
prose(f"""
{say("national-consistent", computed=consistent)} of {say("national-rates", computed=len(printed))}
published rates are reproduced from their counts, digit for digit:
{holds("national-all", "the arithmetic is sound")}. Here both counts of a rate are published, so the
check is strict, unlike a search for a witness. It does not show that the counts are right, nor what
a rate should be of.
""")

# %% [markdown]
# The yearly recovery rates. Those *without a category* finished without a category of change.

# %%
yearly = national[(national["series"] == "annual") & (national["rate"] == "recovery")]
show(
    yearly,
    {
        "period": "Year",
        "count": ("Recovered", count),
        "finished": ("Finished a course", count),
        "nobs": ("Less those not at caseness", count),
        "unclassified": ("Without a category", count),
        "printed": "Printed [%]",
        "exact": ("Recomputed [%]", decimals(2)),
        "verdict": "Verdict",
    },
    "Recovery by year, printed and recomputed",
)

# %% tags=["prose"]
study_year = yearly.set_index("period").loc["2017-18"]
rate = Fraction(100 * int(study_year["count"]), int(study_year["nobs"]))
prose(f"""
In the year before the interview study was published,
{say("national-2017-18-nobs", computed=int(study_year["nobs"]))} courses give
{say("national-2017-18-recovery", computed=rate)}. The publicised {say("gs2020-iapt-recovery")} is a
fair round figure for it. Asking also for a reliable change gives
{say("national-2017-18-reliable-recovery")}.
""")

# %% [markdown]
# ## The series and its breaks
#
# Figures on either side of a break are not counted alike.

# %%
breaks = national[national["series_break"] != ""].drop_duplicates(["period", "series_break"])
show(breaks, {"period": "From", "series_break": "What changed"}, "Breaks in the series")

# %% alt="National rates by year and month, recomputed from their counts, with breaks in the series"
picture(national_series, national)

# %% [markdown]
# **Compare within the breaks, not across them.** A step at a break may be a change of counting.
#
# ## The ladder of denominators
#
# The same recovered people, over wider groups. A rung marked a lower bound counts everybody
# outside the group before it as not recovered; it does not show that they were not.

# %%
rungs = ladder.drop_duplicates("rung")
show(rungs, {"rung": "Of those", "bound": "What it is", "meaning": "Meaning"}, "The rungs")

# %% [markdown]
# Each rate is rounded once, from its counts: the table also keeps it with two decimals, and what is
# rounded again can end a step off.

# %%
recovery = ladder[ladder["rate"] == "recovery"].copy()
recovery["exact"] = [
    Fraction(100 * k, n) for k, n in recovery[["k", "n"]].to_numpy(dtype=object).tolist()
]
wide = recovery.pivot(index=["year", "source"], columns="rung", values="exact")
show(
    wide.reset_index(),
    {"year": "Year", "source": "Counts from"}
    | {rung: (rung, decimals(1)) for rung in rungs["rung"]},
    "Recovered, in per cent of each group; blank where the group is not published",
)

# %% alt="National recovery over each denominator of the ladder, by year"
picture(national_ladder, ladder)

# %% tags=["prose"]
finished = wide.loc[("2024-25", "annual"), "finished"]
ended = wide.loc[("2024-25", "months"), "ended"]
prose(f"""
**One count of recovered people gives a rate for each group it is taken of.** In {say("national-2024-25-year")} it was
{say("national-2024-25-of-finished", computed=finished)} of those who finished a course and, by the
months, at least {say("national-2024-25-of-ended", computed=ended)} of all referrals that ended. If
everybody who ended without finishing had recovered, it would be
{say("national-2024-25-recovery-ended-if-all")}: the official tables do not follow them up.

**What was learned, and what remains open.** The service's rates are computed as the service says.
Neither the first rung nor the last is *the* rate: the one describes those who stayed, the other
counts whoever left as not recovered. What became of those who left is not published. The paper sets
both [beside the studies' figures](../paper/paper.html).
""")
