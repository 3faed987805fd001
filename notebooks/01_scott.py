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
# # Scott (2018): what is the interview study's rate a percentage of?
#
# One number carries this study: the share of the people interviewed after treatment who had fully
# recovered. The abstract prints one count, the clients assessed. It does not say that the
# percentage is of them. Which whole numbers of people can stand behind it?
#
# What comes in: the abstract, and the posts in which the author gives rates by diagnosis. The
# full text was not at hand. The words are those of [How a verdict is
# made](00_how_a_verdict_is_made.py), the first chapter, which also gives the reading order.

# %%
from fractions import Fraction

import pandas as pd

from recovery_audit.claims import claims_by_id
from recovery_audit.figures import witness_plane
from recovery_audit.grim import coverage, witnesses
from recovery_audit.proportions import IntervalMethod, interval
from recovery_audit.reading import holds, picture, places, prose, say, show, table, verdicts_on
from recovery_audit.rounding import RoundingRule, admissible, print_percent
from recovery_audit.verdicts import Case, judge

claims, shared = table("clean/claims"), table("recompute/shared_denominators")
groups = ["cbtwatch-ptsd-recovery", "cbtwatch-depression-recovery", "cbtwatch-other-recovery"]
places(claims, "scott2018-overall-recovery", "scott2018-clients", *groups, "gs2020-iapt-recovery")

# %% [markdown]
# ## The figure, as printed
#
# What a printed figure stands for is a whole interval: everything that rounds to it.

# %%
published = claims_by_id(claims)
headline = published["scott2018-overall-recovery"].figure
clients = published["scott2018-clients"].figure.digits
values = admissible(headline, RoundingRule.HALF_UP)
print(f"from {float(values.low)} up to, but not including, {float(values.high)}")

# %% [markdown]
# ## Of all the clients?
#
# Then some whole number of them would have to print so. These are the counts around it.

# %%
below = int(headline.digits * clients / 1000)
around = pd.DataFrame({"k": range(below - 1, below + 3)})
around["prints"] = [print_percent(k, clients, decimals=1) for k in around["k"]]
show(around, {"k": "Recovered", "prints": "Prints as [%]"}, "Counts of the clients assessed")

# %% [markdown]
# Does one of them print as the headline, rounded in whatever way?

# %%
print(judge(Case(figure=headline, printed=f"{headline}%", n_known=clients)).explanation)

# %% tags=["prose"]
power = 1 - coverage(clients, headline.decimals)
prose(f"""
So, of all {say("scott2018-clients", computed=clients)} clients, {say("scott2018-overall-recovery")}
{holds("scott-not-of-all", "is not attainable")}:
{say("scott2018-overall-recovery-all-clients-below-count", computed=below)} would be
{say("scott2018-overall-recovery-all-clients-below", computed=Fraction(100 * below, clients))} and
{say("scott2018-overall-recovery-all-clients-above-count", computed=below + 1)} would be
{say("scott2018-overall-recovery-all-clients-above", computed=Fraction(100 * (below + 1), clients))}. The
test is strict here: a random figure would have been caught with probability
{say("scott2018-overall-recovery-all-clients-power", computed=power)}. What it refutes is the
reading, not the study: the abstract never says *of all clients*.
""")

# %% [markdown]
# ## Of fewer?
#
# Perhaps recovery could not be judged for everybody. The figure tries the sizes up to the
# number of clients. A point is a count of people; those in the strip print as the headline.

# %% alt="Percentages of whole numbers of people against the size of the group, with the strip of those that print as the headline, the counts in it, and the nearest counts of the clients assessed"
picture(witness_plane, table("recompute/verdicts"), claims, witness_plane.PANELS[:1])

# %%
fitting = [(k, n) for n in range(1, clients + 1) for k in witnesses(headline, n)]
show(
    pd.DataFrame(fitting, columns=["k", "n"]),
    {"k": "Recovered", "n": "Of"},
    "Counts that print as the headline, of any size up to the number of clients",
)

# %% tags=["prose"]
fewer = shared[shared["base"] == "scott-some-clients"].iloc[0]
(k_1, n_1), (k_2, n_2), (k_3, n_3) = fitting
prose(f"""
{say("scott2018-overall-recovery-some-clients-65-k", computed=k_1)} of
{say("scott-some-clients-65", computed=n_1)},
{say("scott2018-overall-recovery-some-clients-76-k", computed=k_2)} of
{say("scott-some-clients-76", computed=n_2)} or
{say("scott2018-overall-recovery-some-clients-87-k", computed=k_3)} of
{say("scott-some-clients-87", computed=n_3)}.

That something fits is no confirmation, because the search is generous. For a random figure with one
decimal, {say("scott-some-clients-expected", computed=fewer["expected_fits"])} sizes would fit on
average, and at least one with probability
{say("scott-some-clients-chance", computed=fewer["chance_fit"])}.
""")

# %% [markdown]
# ## Of diagnoses?
#
# The posts give a rate for each of three groups. So the
# headline may be a percentage of diagnoses, of which a client can have several. If the rates of the groups
# are of clients, these sizes fit each of them.

# %%
labels = {"scott-ptsd": "PTSD", "scott-depression": "depression", "scott-other": "other"}
sizes = shared[shared["base"].isin(labels)].groupby("base")["n"].agg(
    lambda found: ", ".join(map(str, found))
)
show(
    pd.DataFrame({"group": list(labels.values()), "n": [sizes[base] for base in labels]}),
    {"group": "Group", "n": "Sizes that fit its rate"},
    "Each rate alone leaves many sizes",
)

# %% tags=["prose"]
pooled = shared[shared["base"] == "scott-diagnoses"].iloc[0]
prose(f"""
Adding them up gives {say("scott-diagnoses-tried", computed=pooled["candidates_tried"])} totals to
try. {say("scott-diagnoses-solutions", computed=pooled["n_solutions"])} fit the overall rate, where
{say("scott-diagnoses-expected", computed=pooled["expected_fits"])} were to be expected by luck. This
road leads nowhere as long as the sizes of the groups are not published. One thing can be said:
solved together, the rates {holds("scott-partition-excluded", "exclude")} that each client belongs
to one group alone.
""")

# %% [markdown]
# ## Does it matter?
#
# Here is the interval for each pair that fits, by four methods.

# %%
intervals = pd.DataFrame(
    [
        {"pair": f"{k} of {n}"}
        | {
            method: " to ".join(f"{100 * limit:.1f}%" for limit in interval(k, n, method))
            for method in IntervalMethod
        }
        for k, n in fitting
    ]
)
show(
    intervals,
    {"pair": "Recovered"}
    | {method: str(method).replace("_", "-").title() for method in IntervalMethod},
    "What chance allows, for each pair and method",
)

# %% tags=["prose"]
exact = [interval(k, n, IntervalMethod.CLOPPER_PEARSON) for k, n in fitting]
prose(f"""
The method that reaches furthest goes from
{say("scott2018-overall-recovery-some-clients-clopper-pearson-lower", computed=100 * min(low for low, _ in exact))}
to
{say("scott2018-overall-recovery-some-clients-clopper-pearson-upper", computed=100 * max(high for _, high in exact))},
{holds("scott-far-below", "far below")} the publicised {say("gs2020-iapt-recovery")}. So which pair
is true decides little. What decides is whether the people, the interview and the group are
comparable with the service's. The study's people were assessed in litigation, by interview, and not
sampled from all who were treated; the service's rate is by questionnaire, and of those who finished
a course. No interval can settle that, for either side; [Bridge](04_bridge.py) sets out which
differences have a size.
""")

# %% tags=["prose"]
prose(f"""
**What was learned, and what remains open.** As printed, the headline
{holds("scott-not-of-all", "cannot be a percentage of all the clients assessed")}, and the abstract
does not say that it is. What it is of cannot be told from what was read, so the rate stands neither
confirmed nor refuted. One sentence by the author, the two whole numbers, would settle it.

Next: [the rates that were quoted from Kellett and colleagues](02_kellett.py).
""")

# %% [markdown]
# ## Appendix: all verdicts on this study
#
# Each published percentage, by reading of what it may be of. Where the source does not name the group,
# each plausible one is judged by itself.

# %%
verdicts_on("scott-2018")
