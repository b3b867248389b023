"""What is said of a regression: which moderators effects differ with, by how much, and of which nothing is said."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from math import ceil, log10
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evidence.regression.fitted_models import FittedModel
from almpo_kit.evidence.regression.moderator_words import level_words
from almpo_kit.evidence.regression.verdicts import flag_words
from almpo_kit.evidence.telling import too_thin
from almpo_kit.evidence.words import count, digits, listed, only, outcome_words, sign_of
from almpo_kit.vocabulary.outcomes import OUTCOMES
from almpo_kit.vocabulary.rendering import interval, number

#: A slope that needs more decimals is told per standard deviation.
_MOST_PLACES = 3
Row = Mapping[Hashable, Any]


def regression_sentence(m: FittedModel, table: pd.DataFrame, tests: pd.DataFrame, unit: str) -> str:
    """``Across 40 independent samples (120 estimates), effects differ with horizon (p = 0.01); …``."""
    n = len(m.samples)
    thin = too_thin(n, np.inf)
    if thin:
        return f"Too little to say: {thin}. The coefficients below are a computation, not a conclusion."
    rows = tests.to_dict("records")
    # The coefficient of one alone holds at the reference, or at zero, of the other: a matter for the table.
    told = [row for row in rows if not row["flag"] and not _in_interaction(m, str(row["term"]))]
    sizes = {str(row["term"]): _size(m, table, row, unit) for row in told if _clear(m, row)}
    found = _clauses(m, told, sizes)
    rest = [_silent(rows)]
    if not found:
        return (
            rest[0]
            or "No moderator stands alone; what the coefficients of an interaction say is in the table."
        )
    outcome = only(m.effects, "outcome")
    on = f" on {outcome_words(outcome)}" if outcome else ""
    if any(sizes.values()) and outcome in OUTCOMES and OUTCOMES[outcome].favourable < 0:
        rest.insert(0, f"Of {outcome_words(outcome)}, less is better for the person.")
    across = f"Across {count(n, 'independent sample')} ({count(len(m.effects), 'estimate')})"
    return " ".join(filter(None, [f"{across}, effects{on} {'; they '.join(found)}.", *rest]))


def _clauses(m: FittedModel, told: list[dict[Hashable, Any]], sizes: Mapping[str, str]) -> list[str]:
    clear = [row for row in told if _clear(m, row)]
    unclear = [row for row in told if not _clear(m, row)]
    means = of_averages(m)
    apart = [_tested(r) for r in clear if not sizes[r["term"]] and r["term"] not in means]
    level = [_tested(r) for r in clear if r["term"] in means]
    sized = [size for term, size in sizes.items() if size and term not in means]
    same = [_tested(r) for r in unclear if r["term"] not in means]
    zero = [_tested(r) for r in unclear if r["term"] in means]
    return [
        *([f"differ with {listed(apart)}"] if apart else []),
        *([f"are not zero for every {listed(level)}, which does not say that they differ"] if level else []),
        *([f"are {listed(sized)}"] if sized else []),
        *([f"show no clear difference with {listed(same)}"] if same else []),
        *([f"are not clearly other than zero for any {listed(zero)}"] if zero else []),
    ]


def _clear(m: FittedModel, row: Row) -> bool:
    return bool(row["p"] < 1 - m.assumed.level)


def _tested(row: Row) -> str:
    return f"{row['label']} ({p_words(row['p'])})"


def of_averages(m: FittedModel) -> dict[str, slice]:
    """Terms whose coefficients are averages of categories and not differences from a reference: without a
    constant, the first category's."""
    return {
        term: columns
        for term, columns in m.moderators.terms.items()
        if term in m.moderators.levels and not any("[T." in name for name in m.moderators.names[columns])
    }


def _in_interaction(m: FittedModel, term: str) -> bool:
    parts = set(term.split(":"))
    return any(parts < set(other.split(":")) for other in m.moderators.terms)


def _silent(rows: list[dict[Hashable, Any]]) -> str:
    """``Too little to say of x: fewer than 4 degrees of freedom; of y: rests on one sample (s0).``"""
    why: dict[str, list[str]] = {}
    for row in rows:
        if row["flag"]:
            why.setdefault(flag_words(str(row["flag"])), []).append(str(row["label"]))
    if not why:
        return ""
    return f"Too little to say of {'; of '.join(f'{listed(labels)}: {reason}' for reason, labels in why.items())}."


def _size(m: FittedModel, table: pd.DataFrame, row: Row, unit: str) -> str:
    """``higher by 0.2 points (95%: 0.1 to 0.3) for months since entry, per 1``, where one coefficient says it
    all; otherwise nothing."""
    rows = table[table["term"] == row["term"]]
    if len(rows) > 1 or rows["flag"].iloc[0] or ":" in str(row["term"]):
        return ""
    one = rows.iloc[0]
    size, low, high, way = one["estimate"], one["low"], one["high"], "higher"
    if size < 0:
        size, low, high, way = -size, -high, -low, "lower"
    # Per one month or year an effect moves little: one more decimal than an effect deserves.
    least = digits(unit) + (one["term"] not in m.moderators.levels)
    label, places = _compared(m, str(one["term"]), str(one["label"])), _places(size, least)
    if places > _MOST_PLACES and str(one["coefficient"]) in m.moderators.variables:
        per = float(m.moderators.x[:, rows.index[0]].std())
        size, low, high = size * per, low * per, high * per
        label = label.replace(", per 1", f", per standard deviation ({_rounded(per)})")
        places = _places(size, least)
    return f"{way} by {interval(size, low, high, sign_of(unit), m.assumed.level, places)} for {label}"


def _places(size: float, least: int) -> int:
    """Decimals that leave a size two digits."""
    return max(least, 2 - ceil(log10(size))) if size > 0 else least


def _rounded(x: float) -> str:
    return number(x, 0) if x >= 100 else f"{x:.2g}"


def _compared(m: FittedModel, term: str, label: str) -> str:
    """The label, and with which category it is compared."""
    levels = m.moderators.levels.get(term)
    return f"{label} than for {level_words(term, levels[0])}" if levels else label


def p_words(p: float) -> str:
    """``p below 0.001``, ``p 0.012``, ``p 0.45``."""
    return "p below 0.001" if p < 0.001 else f"p {p:.3f}" if p < 0.1 else f"p {p:.2f}"
