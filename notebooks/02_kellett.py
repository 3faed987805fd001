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
# The study's full text was not before us. Its outcomes are known as Geraghty and Scott (2020) quote
# them, and the counts of patients likewise. This notebook follows three questions: how many people
# stand behind the rates, whether the counts add up, and what the rates become when they are taken
# of everybody treated.

# %%
import pandas as pd

from recovery_audit import io
from recovery_audit.claims import claims_by_id
from recovery_audit.grim import common_denominators, denominators_up_to, witnesses
from recovery_audit.rounding import print_percent
from recovery_audit.shared_denominators import search

pd.set_option("display.max_colwidth", 100)
pd.set_option("display.max_rows", 100)


def results(name, stage="recompute"):
    """A table of the pipeline, checked against its schema."""
    return io.read_table(f"results/{stage}/{name}.csv", f"workflow/schemas/{name}.schema.yaml")


# %% [markdown]
# ## Two rates, one group
#
# Two depression outcomes of the patients with medically unexplained symptoms (MUS) are printed with
# two decimals. If both are of the same group, and that group is among the 172 treated, which sizes
# are possible?

# %%
claims = io.read_table("results/clean/claims.csv", "workflow/schemas/clean_claims.schema.yaml")
published = claims_by_id(claims)
treated = published["gs2020-mus-treated"].figure.digits
rates = {
    "moving to recovery": published["gs2020-mus-recovery-depression"].figure,
    "reliably improved": published["gs2020-mus-improvement-depression"].figure,
}
sizes = common_denominators(list(rates.values()), denominators_up_to(treated))
{name: str(rate) for name, rate in rates.items()}, sizes.tolist()

# %%
{
    name: [(k, int(n)) for n in sizes for k in witnesses(rate, int(n))]
    for name, rate in rates.items()
}

# %% [markdown]
# One size, and luck would rarely give one: the chance that random figures share any size up to 172
# is small. The size is *deduced*, provided that the two rates do share a group.

# %%
found = search(rates, denominators_up_to(treated))
{"sizes": found.found, "chance of a fit": round(float(found.chance_fit.value), 4)}

# %% [markdown]
# For the anxiety outcomes five sizes fit, multiples of 31, and nothing printed decides between them.

# %%
shared = results("shared_denominators")
columns = ["base", "n", "counts", "forced", "deduced", "expected_fits", "chance_fit"]
bases = ["kellett-mus-depression", "kellett-mus-anxiety", "kellett-mus-overall"]
bases += ["kellett-ltc-depression", "kellett-ltc-anxiety"]
shared.loc[shared["base"].isin(bases), columns]

# %% [markdown]
# Two lessons stand in that table. A blank size means that no group explains the figures together: a
# deterioration rate and a reliable recovery rate called *overall* cannot be of the same people. And
# for patients with long-term conditions (LTC) exactly one size fits the depression rates, but among
# 844 candidates a fit was to be expected anyway. Forced is not the same as established.
#
# ## The counts
#
# A sentence lists the drop-outs at each step, the next one gives a total and a percentage.

# %%
relations = results("relations")
about_counts = relations["relation_id"].str.startswith("mus-")
relations.loc[about_counts, ["relation_id", "printed", "recomputed", "difference", "verdict"]]

# %%
for sentence in relations.loc[about_counts, "explanation"]:
    print(sentence)

# %% [markdown]
# The percentage is a digit off. The total exceeds its parts by 22, which is also the number of
# drop-outs at step 2. And yet the total, the second total and those given further care make up the
# 172 exactly. Each way of reading the paragraph is a flow of its own; what is not accounted for is
# kept as a remainder.

# %%
flow = results("flow")
computed = flow["role"].isin(["remainder", "attrition"])
flow.loc[computed, ["reading", "node", "role", "count", "of", "percent"]]

# %% [markdown]
# ## The denominator ladder
#
# The same recovered people, over wider groups. Above the first rung these are lower bounds: they
# say what follows if nobody outside the analysed group recovered.

# %%
ladder = results("denominator_ladder", "sensitivity")
ladder.loc[ladder["witness"] == 1, ["label", "rung", "k", "n", "percent", "bound", "standing"]]

# %%
rungs = ladder[ladder["ladder"] == "mus-recovery-depression"].set_index("rung")
count, nobs = (int(rungs.loc["treated", column]) for column in ("k", "n"))
f"{count} of {nobs} treated: at least {print_percent(count, nobs, decimals=1)}%"

# %% [markdown]
# ## All verdicts on this study

# %%
verdicts = results("verdicts")
kellett = verdicts[verdicts["study"] == "kellett-2016"]
kellett[["printed", "claim_id", "reading", "verdict", "explanation"]]
