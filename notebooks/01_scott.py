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
# # Scott (2018): what can 9.2% be?
#
# One number carries this study: of the people interviewed after treatment, 9.2% had fully
# recovered. The abstract prints one count, the 90 clients assessed. It does not say that the
# percentage is of them. This notebook asks which whole numbers of people can stand behind it.
#
# Read it from top to bottom. Every cell is short, every number is computed where it is shown.

# %%
import pandas as pd

from recovery_audit import io
from recovery_audit.claims import claims_by_id
from recovery_audit.grim import coverage, witnesses
from recovery_audit.proportions import IntervalMethod, interval
from recovery_audit.rounding import RoundingRule, admissible, print_percent
from recovery_audit.verdicts import Case, judge

pd.set_option("display.max_colwidth", 90)


def results(name, stage="recompute"):
    """A table of the pipeline, checked against its schema."""
    return io.read_table(f"results/{stage}/{name}.csv", f"workflow/schemas/{name}.schema.yaml")


# %% [markdown]
# ## The figure, as printed
#
# Figures are kept as text. What a printed 9.2 stands for is a whole interval: everything that
# rounds to it.

# %%
claims = io.read_table("results/clean/claims.csv", "workflow/schemas/clean_claims.schema.yaml")
abstract = claims[claims["document"] == "scott-2018"]
abstract[["claim_id", "printed", "unit", "reading", "base", "note"]]

# %%
published = claims_by_id(claims)
headline = published["scott2018-overall-recovery"].figure
clients = published["scott2018-clients"].figure.digits
values = admissible(headline, RoundingRule.HALF_UP)
f"from {float(values.low)} up to, but not including, {float(values.high)}"

# %% [markdown]
# ## Of all 90 clients?
#
# If 9.2% were of 90 people, some whole number of them would have to be 9.2%, rounded. Eight are
# too few and nine too many, under every way of rounding that we know.

# %%
[(count, print_percent(count, clients, decimals=1)) for count in range(7, 11)]

# %%
{str(rule): witnesses(headline, clients, [rule]) for rule in RoundingRule}

# %%
print(judge(Case(figure=headline, printed=f"{headline}%", n_known=clients)).explanation)

# %% [markdown]
# How surprising is that? With 90 people and one decimal only one figure in eleven is attainable,
# so the test is strict: ten random figures in eleven would have been caught.

# %%
1 - coverage(clients, headline.decimals)

# %% [markdown]
# ## Of fewer?
#
# Perhaps recovery could not be judged for everybody. These sizes up to 90 fit.

# %%
fitting = [(count, n) for n in range(1, clients + 1) for count in witnesses(headline, n)]
fitting

# %% [markdown]
# That something fits is no confirmation. The search over 90 sizes is generous: for a random figure
# with one decimal, `expected_fits` sizes would fit on average, and at least one nearly always
# (`chance_fit`).

# %%
shared = results("shared_denominators")
columns = ["n", "counts", "n_solutions", "expected_fits", "chance_fit", "near_misses"]
shared.loc[shared["base"] == "scott-some-clients", columns]

# %% [markdown]
# ## Of diagnoses?
#
# A client can have several disorders, and the press release gives a rate for each of three groups.
# If those rates are of clients, these sizes fit each of them.

# %%
groups = ["scott-ptsd", "scott-depression", "scott-other"]
shared[shared["base"].isin(groups)].groupby("base")["n"].agg(list)

# %% [markdown]
# Adding them up gives many possible totals, and some fit 9.2% too, about as many as luck would
# give. So this road leads nowhere as long as the group sizes are not published.

# %%
pooled = shared[shared["base"] == "scott-diagnoses"]
pooled[["n", "hypothesis", "n_solutions", "candidates_tried", "expected_fits", "chance_fit"]].head()

# %% [markdown]
# ## Does it matter?
#
# Here is the interval for each of the three pairs, by four methods. The publicised rate of the
# service, 50%, is far outside all of them. Which pair is true decides nothing; whether the people,
# the interview and the group are comparable with the service's does, and no interval can tell that.

# %%
pd.DataFrame(
    {
        str(method): {
            f"{count} of {n}": " to ".join(
                f"{100 * limit:.1f}%" for limit in interval(count, n, method)
            )
            for count, n in fitting
        }
        for method in IntervalMethod
    }
)

# %% [markdown]
# ## All verdicts on this study

# %%
verdicts = results("verdicts")
of_scott = verdicts["study"] == "scott-2018"
verdicts.loc[of_scott, ["printed", "claim_id", "reading", "verdict", "explanation"]]
