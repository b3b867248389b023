"""Which comparison in pairs to look at again, and what the others say of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Literal

import numpy as np
import pandas as pd

from almpo_kit.codesign.weighing.comparison_matrix import comparison_matrix
from almpo_kit.codesign.weighing.from_pairs import ACCEPTABLE
from almpo_kit.codesign.weighing.kernels.completion import completed
from almpo_kit.codesign.weighing.kernels.eigenvector import principal
from almpo_kit.codesign.weighing.kernels.geometric_mean import connected
from almpo_kit.codesign.weighing.kernels.inconsistency import ratio
from almpo_kit.codesign.weighing.kernels.random_index import RANDOM_INDEX, SCALE
from almpo_kit.codesign.weighing.kernels.repairs import induced_bias, log_errors, moderated, without
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.provenance import provenance

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Repair(Finding):
    """Which comparison to look at again.

    ``table``, one row a comparison, the one that helps most first: ``a, b, given, by_weights, suggested, on_scale, ratio_after,
    log_error, induced_bias``. ``by_weights`` is the ratio of weights; ``suggested`` what the other comparisons say;
    ``on_scale`` the step of Saaty's scale next to it; ``ratio_after`` the consistency ratio with that step.

    Parameters
    ----------
    ratio : float
        Consistency ratio of the comparisons as they are.
    acceptable : float
    needed : bool
        Whether it is above.
    moderated : DataFrame
        All comparisons drawn towards the ratios of weights, just as far as needed: a picture of what would do, never an answer
        that anybody gave.
    kept : float
        How much of each comparison, on the scale of logarithms, is left in ``moderated``; 1 where nothing is needed.
    """

    ratio: float
    acceptable: float
    needed: bool
    moderated: pd.DataFrame
    kept: float

    def metrics(self) -> dict[str, float]:
        """Consistency ratio before and after the first suggestion."""
        after = float(self.table["ratio_after"].iloc[0]) if len(self.table) else self.ratio
        return {"ratio": self.ratio, "ratio_after": after, "kept": self.kept}


def repair(
    matrix: pd.DataFrame | Sequence[Sequence[float]] | Array,
    *,
    random: Literal["alonso_lamata", "saaty"] = "alonso_lamata",
    acceptable: float = ACCEPTABLE,
) -> Repair:
    """Say which single comparison to look at again, and what value the others suggest; change nothing.

    The person who compared decides: a suggestion is what her other answers imply, and she may have meant the odd one.

    Parameters
    ----------
    matrix : DataFrame or sequence, shape (n_criteria, n_criteria)
        As of :func:`ahp`.
    random : {"alonso_lamata", "saaty"}
    acceptable : float

    Returns
    -------
    Repair

    Raises
    ------
    ParameterError, DesignError
        As of :func:`ahp`.

    References
    ----------
    Harker (1987) Math. Model. 9, 353-360. Saaty (2003) Eur. J. Oper. Res. 145, 85-91. Ergu, Kou, Peng & Shi (2011) Eur. J. Oper.
    Res. 213, 246-259. Xu & Wei (1999) Eur. J. Oper. Res. 116, 443-449.
    """
    given = comparison_matrix(matrix, "repair")
    names, n = list(given.index), len(given)
    if random not in RANDOM_INDEX or n > max(RANDOM_INDEX[random]):
        raise ParameterError(f"repair() got random={random!r}; with {n} criteria use 'alonso_lamata'.")
    if not isinstance(acceptable, int | float) or not 0 < acceptable < 1:
        raise ParameterError(f"repair() got acceptable={acceptable!r}; give e.g. 0.1.")
    values = given.to_numpy()
    whole = completed(values)
    missing = int(np.isnan(values).sum()) // 2
    weights, largest = principal(whole)
    now = ratio(float(largest), n, missing, random)
    table = _table(values, whole, weights, names, missing, random)
    kept, softer = _moderation(whole, weights, missing, random, acceptable)
    needed = now > acceptable
    return Repair(
        question="Which comparison should be looked at again?",
        sentence=_sentence(table, now, acceptable, needed),
        table=table,
        checks=_checks(table, now, acceptable, needed, kept),
        provenance=provenance(
            given, method="codesign.repair", options={"random": random, "acceptable": acceptable}
        ),
        rests_on=f"{n * (n - 1) // 2 - missing} comparisons in pairs of {n} criteria",
        ratio=now,
        acceptable=acceptable,
        needed=needed,
        moderated=pd.DataFrame(softer, index=names, columns=names),
        kept=kept,
    )


def _table(
    values: Array, whole: Array, weights: Array, names: list[str], missing: int, random: str
) -> pd.DataFrame:
    errors, bias = log_errors(whole, weights), induced_bias(whole)
    rows = []
    for i, j in combinations(range(len(names)), 2):
        if np.isnan(values[i, j]):
            continue
        # A pair is told from the side on which it counts more.
        a, b = (i, j) if values[i, j] >= 1 else (j, i)
        row = {"a": names[a], "b": names[b], "given": values[a, b], "by_weights": weights[a] / weights[b]}
        row |= _suggestion(values, a, b, missing, random)
        rows.append(row | {"log_error": errors[a, b], "induced_bias": bias[a, b]})
    table = pd.DataFrame(rows)
    size = table["log_error"].abs()
    return table.iloc[np.lexsort((-size, table["ratio_after"].round(12)))].reset_index(drop=True)


def _suggestion(values: Array, a: int, b: int, missing: int, random: str) -> dict[str, float]:
    """What the others say of a pair, and the consistency ratio if the person said so too."""
    n = len(values)
    open_matrix = np.array(values)
    open_matrix[a, b] = open_matrix[b, a] = np.nan
    if not connected(open_matrix):
        # Nothing else connects the two: nothing contradicts this comparison.
        now = ratio(float(principal(completed(values))[1]), n, missing, random)
        return {"suggested": values[a, b], "on_scale": values[a, b], "ratio_after": now}
    suggested, _ = without(values, a, b)
    steps = np.array(SCALE)
    step = float(steps[np.abs(np.log(steps / suggested)).argmin()])
    changed = np.array(values)
    changed[a, b], changed[b, a] = step, 1 / step
    after = ratio(float(principal(completed(changed))[1]), n, missing, random)
    return {"suggested": suggested, "on_scale": step, "ratio_after": after}


def _moderation(
    whole: Array, weights: Array, missing: int, random: str, acceptable: float
) -> tuple[float, Array]:
    """The largest share of the comparisons that can be kept, and what they become."""

    def fine(share: float) -> bool:
        made = moderated(whole, weights, share)
        return ratio(float(principal(made)[1]), len(made), missing, random) <= acceptable

    if fine(1.0):
        return 1.0, whole
    low, high = 0.0, 1.0
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if fine(middle) else (low, middle)
    return low, moderated(whole, weights, low)


def comparison_words(value: float) -> str:
    """``3``, ``1/4``, ``2.6``."""
    for step in SCALE:
        if abs(value - step) < 1e-9:
            return f"{step:g}" if step >= 1 else f"1/{1 / step:g}"
    return f"{value:.1f}" if value >= 1 else f"1/{1 / value:.1f}"


def _sentence(table: pd.DataFrame, now: float, acceptable: float, needed: bool) -> str:
    if not needed:
        return f"No comparison needs another look: the consistency ratio is {now:.2f}, and {acceptable:g} or less is taken as fine."
    row: Any = next(table.itertuples(index=False))
    return (
        f"Look again at {row.a} against {row.b}: the answer was {comparison_words(row.given)}, the other answers imply about "
        f"{comparison_words(row.on_scale)}. With that the consistency ratio falls from {now:.2f} to {row.ratio_after:.2f}."
    )


def _checks(
    table: pd.DataFrame, now: float, acceptable: float, needed: bool, kept: float
) -> tuple[Check, ...]:
    told = f"The consistency ratio is {now:.3f}; {acceptable:g} or less is taken as fine."
    out = [Check("consistency", "failed" if needed else "passed", told)]
    if needed and float(table["ratio_after"].iloc[0]) > acceptable:
        told = f"No single change is enough: the best one leaves {table['ratio_after'].iloc[0]:.3f}. Look at several again."
        out.append(Check("one change", "failed", told))
    if needed:
        told = (
            f"Drawn towards the weights until it is fine, {100 * kept:.0f}% of each comparison (in logarithms) is left. That is a "
            "picture of what would do; nobody gave those answers."
        )
        out.append(Check("all at once", "informational", told))
    told = "A suggestion is what the other answers imply. Whoever compared may have meant the odd one; nothing is changed here."
    return (*out, Check("who decides", "informational", told))
