"""The rules of `verdicts`, as data for the page's own check of a percentage."""

from __future__ import annotations

from typing import Any

from recovery_audit.rendering.tables import verdict_words
from recovery_audit.rounding import (
    ANY,
    ENDS,
    FIGURE_PATTERN,
    FIGURE_RULE,
    MOST_DECIMALS,
    ORDINARY,
)
from recovery_audit.verdicts import CHECKS, LONGEST_LIST, RULE_WORDS


def percent_rules() -> dict[str, Any]:
    """
    Return what the browser needs to say the same of a percentage as the command does.

    The sentences and the rounding rules are those of the package, so that they cannot differ; the
    arithmetic (in whole numbers of any size) is `paper/dossier/percent.js`, and tests compare it.

    Returns
    -------
    dict
        Figures' pattern, the ends of each rounding rule in half steps, and each check in order with
        its verdict, the words for it and its sentence.

    Examples
    --------
    >>> percent_rules()["ordinary"]
    ['half_up', 'half_even']
    """
    return {
        "pattern": FIGURE_PATTERN,
        "figure_rule": FIGURE_RULE,
        "most_decimals": MOST_DECIMALS,
        "longest_list": LONGEST_LIST,
        "ends": {str(rule): list(ends) for rule, ends in ENDS.items()},
        "ordinary": list(map(str, ORDINARY)),
        "any": list(map(str, ANY)),
        "words": {str(rule): words for rule, words in RULE_WORDS.items()},
        "checks": [
            {
                "name": check.__name__,
                "verdict": str(check.verdict),
                "said": verdict_words(str(check.verdict)),
                "sentence": check.__doc__,
            }
            for check in CHECKS
        ],
    }
