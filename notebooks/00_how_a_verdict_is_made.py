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
# prints so; whether that says much depends on how many other figures would have passed as well.
#
# The cases below are small and invented, unless they are read from the claims. Every
# result is computed where it is shown, by the functions that the audit itself uses.

# %%
from dataclasses import asdict

import pandas as pd

from recovery_audit import io
from recovery_audit.claims import claims_by_id
from recovery_audit.grim import (
    common_denominators,
    coverage,
    denominators_up_to,
    nearest_fits,
    witnesses,
)
from recovery_audit.rounding import RoundingRule, admissible, print_percent, read_figure
from recovery_audit.shared_denominators import search
from recovery_audit.verdicts import Case, judge

claims = io.read_table("results/clean/claims.csv", "workflow/schemas/clean_claims.schema.yaml")
published = claims_by_id(claims)

# %% [markdown]
# ## The figure is text
#
# A trailing zero tells how exactly a figure is printed, so a figure is read from its text: digits
# and decimals, never a floating-point number.

# %%
headline = published["scott2018-overall-recovery"].figure
clients = published["scott2018-clients"].figure.digits
headline, read_figure(f"{headline}0")

# %% [markdown]
# ## It stands for an interval
#
# Many values print as the figure. Which ones depends on the rounding rule, and the ends matter:
# under rounding half up the lower end belongs to the interval and the upper one does not.

# %%
pd.DataFrame({str(rule): asdict(admissible(headline, rule)) for rule in RoundingRule}).T

# %% [markdown]
# ## A witness is a count inside it
#
# The counts of all the clients that fit, by rule; then the nearest sizes of group that have one.

# %%
{str(rule): witnesses(headline, clients, [rule]) for rule in RoundingRule}

# %%
[
    (count, nobs, print_percent(count, nobs, decimals=headline.decimals))
    for count, nobs in nearest_fits(headline, clients)
]

# %% [markdown]
# ## One that passes, one that fails, one that cannot be told


# %%
def verdict_on(text, nobs):
    """The verdict on a percentage of a known number of people, and the reason in words."""
    found = judge(Case(figure=read_figure(text), printed=f"{text}%", n_known=nobs))
    size = nobs or "not printed"
    return {
        "printed": text,
        "of": size,
        "verdict": str(found.verdict),
        "why": found.explanation,
    }


pd.set_option("display.max_colwidth", None)
pd.DataFrame([verdict_on("25.0", 8), verdict_on("26.0", 8), verdict_on("26.0", None)])

# %% [markdown]
# ## Passing says little where most figures pass
#
# The share of all figures that some count prints. Its complement is the chance of catching a random
# figure: high in small groups, none in large ones.

# %%
pd.Series(
    {nobs: f"{float(1 - coverage(nobs, headline.decimals)):.0%}" for nobs in (8, 90, 400, 1200)},
    name="random figures caught",
).rename_axis("people").to_frame()

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
common_denominators(list(rates.values()), bound).tolist()

# %%
f"chance of a fit: {float(search(rates, bound).chance_fit.value):.2%}"
