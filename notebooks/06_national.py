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
# Does each published national rate follow from the counts published beside it? The verdicts below
# say so for each; what a rate means still depends on whom it is taken of.

# %%
import pandas as pd
from matplotlib import pyplot as plt

from recovery_audit import io
from recovery_audit.figures import national_ladder, national_series


def results(name, stage="recompute"):
    """A table of the pipeline, checked against its schema."""
    return io.read_table(f"results/{stage}/{name}.csv", f"workflow/schemas/{name}.schema.yaml")


national = results("national")
ladder = results("national_ladder", "sensitivity")

# %% [markdown]
# ## Every rate beside its counts
#
# How many rates of each series were recomputed, by verdict. Where no rate is printed, there is
# nothing to compare.

# %%
national.groupby(["series", "rate", "verdict"]).size().unstack("verdict", fill_value=0)

# %% [markdown]
# The yearly recovery rates. `count` recovered; `nobs` finished a course and were not known to be
# below caseness at the start; `unclassified` finished without a category of change.

# %%
yearly = national[(national["series"] == "annual") & (national["rate"] == "recovery")]
yearly[["period", "count", "finished", "nobs", "unclassified", "printed", "recomputed", "verdict"]]

# %% [markdown]
# ## The series and its breaks
#
# Figures on either side of a break are not counted alike.

# %%
breaks = national.loc[national["series_break"] != "", ["period", "series_break"]].drop_duplicates()
pd.set_option("display.max_colwidth", None)
breaks

# %% alt="National rates by year and month, recomputed from their counts, with breaks in the series"
figure = plt.figure()
_ = national_series.draw(national_series.layout(national), figure)

# %% [markdown]
# ## The ladder of denominators
#
# The same recovered people, over wider groups. A rung marked a lower bound counts everybody
# outside the group before it as not recovered; it does not show that they were not.

# %%
recovery = ladder[ladder["rate"] == "recovery"]
recovery.pivot_table(index="year", columns="rung", values="percent", aggfunc="first").fillna("")

# %%
ladder[["rung", "bound", "meaning"]].drop_duplicates()

# %% alt="National recovery over each denominator of the ladder, by year"
figure = plt.figure()
_ = national_ladder.draw(national_ladder.layout(ladder), figure)
