"""Weights of one person who names the best and the worst criterion and compares the others with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from almpo_kit.codesign.weighing.kernels.best_worst_consistency import input_errors, output_ratio, threshold
from almpo_kit.codesign.weighing.kernels.linear_best_worst import linear_ranges, linear_weights
from almpo_kit.codesign.weighing.kernels.nonlinear_best_worst import nonlinear_ranges
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.provenance import provenance
from almpo_kit.vocabulary.rendering import number

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class BestWorstWeights(Finding):
    """How much each criterion counts for one person who compared them with the best and the worst.

    ``table``: ``criterion, weight, low, high, rank, contradiction``. ``low`` and ``high`` are the ends of the weights that fit the
    comparisons equally well; ``contradiction`` is the criterion's part in the input-based ratio.

    Parameters
    ----------
    weights : mapping
        Criterion -> share.
    best, worst : str
    deviation : float
        ξ: of the linear model in shares, of the non-linear one in steps of the scale.
    ratio : float
        Input-based consistency ratio, 0 to 1.
    limit : float
        Largest acceptable one.
    output_ratio : float
        Output-based consistency ratio of Rezaei (2015).
    """

    weights: Mapping[str, float]
    best: str
    worst: str
    deviation: float
    ratio: float
    limit: float
    output_ratio: float

    def metrics(self) -> dict[str, float]:
        """Weights, ξ and consistency ratios."""
        return {f"weight_{c}": w for c, w in self.weights.items()} | {
            "deviation": self.deviation,
            "ratio": self.ratio,
            "output_ratio": self.output_ratio,
        }


def best_worst(
    *,
    best: Mapping[str, float],
    worst: Mapping[str, float],
    method: Literal["linear", "nonlinear"] = "linear",
) -> BestWorstWeights:
    """Weigh criteria by how much more the best counts than each, and each than the worst.

    Parameters
    ----------
    best : mapping
        Every criterion -> how much more the best counts than it, 1 to 9; the best itself with 1.
    worst : mapping
        Every criterion -> how much more it counts than the worst, 1 to 9; the worst itself with 1.
    method : {"linear", "nonlinear"}
        The linear model has one solution. The non-linear one may have many; weights are then the middles of their ranges,
        divided by their sum.

    Returns
    -------
    BestWorstWeights

    Raises
    ------
    ParameterError
        Criteria differ, values leave the scale, or the best and the worst cannot be told.

    References
    ----------
    Rezaei (2015) Omega 53, 49-57; (2016) Omega 64, 126-130. Liang, Brunelli & Rezaei (2020) Omega 96, 102175.
    """
    if method not in ("linear", "nonlinear"):
        raise ParameterError(f"best_worst() got method={method!r}; it can be 'linear' or 'nonlinear'.")
    names, b, w, best_to, to_worst = _checked(best, worst)
    if method == "linear":
        weights, deviation = linear_weights(b, w, best_to, to_worst)
        low, high = linear_ranges(b, w, best_to, to_worst, deviation)
    else:
        low, high, deviation = nonlinear_ranges(b, w, best_to, to_worst)
        weights = (low + high) / (low + high).sum()
    errors = input_errors(b, w, best_to, to_worst)
    limit = threshold(len(names), float(best_to[w]))
    table = pd.DataFrame(
        {"criterion": names, "weight": weights, "low": low, "high": high, "contradiction": errors}
    )
    table["rank"] = table["weight"].rank(ascending=False, method="min").astype(int)
    return BestWorstWeights(
        question="How much does each criterion count, by comparisons with the best and the worst?",
        sentence=_sentence(table, float(errors.max()), limit),
        table=table.sort_values("weight", ascending=False, kind="stable", ignore_index=True),
        checks=_checks(table, float(errors.max()), limit),
        provenance=provenance(method="codesign.best_worst", options={"method": method}),
        rests_on=f"{2 * len(names) - 3} comparisons of {len(names)} criteria",
        weights=dict(zip(names, map(float, weights), strict=True)),
        best=names[b],
        worst=names[w],
        deviation=deviation,
        ratio=float(errors.max()),
        limit=limit,
        output_ratio=output_ratio(b, w, best_to, to_worst),
    )


def _checked(
    best: Mapping[str, float], worst: Mapping[str, float]
) -> tuple[list[str], int, int, Array, Array]:
    if (
        not isinstance(best, Mapping)
        or not isinstance(worst, Mapping)
        or set(best) != set(worst)
        or len(best) < 2
    ):
        raise ParameterError(
            "best_worst() needs best and worst to name the same criteria, two or more, e.g. best={'jobs': 1, 'equity': 4}, "
            "worst={'jobs': 4, 'equity': 1}."
        )
    names = [str(c) for c in best]
    try:
        best_to = np.array([float(best[c]) for c in best])
        to_worst = np.array([float(worst[c]) for c in best])
    except (TypeError, ValueError):
        raise ParameterError("best_worst() needs numbers from 1 to 9.") from None
    every = np.r_[best_to, to_worst]
    if not ((every >= 1) & (every <= 9)).all():
        raise ParameterError("best_worst() needs numbers from 1 (counts the same) to 9 (nine times as much).")
    b, w = _ends(best_to, to_worst, names)
    return names, b, w, best_to, to_worst


def _ends(best_to: Array, to_worst: Array, names: list[str]) -> tuple[int, int]:
    """The best and the worst: those with a 1 whose comparison with each other stands the same in both lists."""
    tops, bottoms = np.flatnonzero(best_to == 1), np.flatnonzero(to_worst == 1)
    if not len(tops) or not len(bottoms):
        side = "worst" if len(tops) else "best"
        raise ParameterError(
            f"best_worst() needs the {side} criterion with 1, e.g. {side}={{{names[0]!r}: 1, …}}."
        )
    told = [(int(b), int(w)) for b in tops for w in bottoms if b != w and best_to[w] == to_worst[b]]
    if not told:
        b, w = tops[0], bottoms[0]
        raise ParameterError(
            f"best_worst() was told that {names[b]} counts {best_to[w]:g} and {to_worst[b]:g} times as much as {names[w]}; give the same "
            "number in best and worst."
        )
    # Where several count as much as the best (or the worst), the pair farthest apart is meant.
    return max(told, key=lambda pair: best_to[pair[1]])


def _sentence(table: pd.DataFrame, found: float, limit: float) -> str:
    ranked = table.sort_values("weight", ascending=False, kind="stable")
    parts = ", ".join(
        f"{c} {number(100 * v, 0)}%" for c, v in zip(ranked["criterion"], ranked["weight"], strict=True)
    )
    held = "consistent enough" if found <= limit + 1e-12 else "too inconsistent to rely on"
    return f"Weights: {parts}. The comparisons are {held} (input-based ratio {found:.2f}; {limit:.2f} or less is taken as fine)."


def _checks(table: pd.DataFrame, found: float, limit: float) -> tuple[Check, ...]:
    out = []
    if found > limit + 1e-12:
        at = table.loc[table["contradiction"] == found, "criterion"].iloc[0]
        told = (
            f"Input-based consistency ratio {found:.3f}, above {limit:.3f}. Look again at {at}: its comparisons with the best and the "
            "worst contradict the one between these two most."
        )
        out.append(Check("consistency", "failed", told))
    else:
        told = f"Input-based consistency ratio {found:.3f}; {limit:.3f} or less is taken as fine."
        out.append(Check("consistency", "passed", told))
    wide = float((table["high"] - table["low"]).max())
    if wide > 1e-6:
        told = (
            f"Other weights fit the comparisons as well; they differ by up to {number(100 * wide, 1)} points."
        )
        out.append(Check("one solution", "informational", told))
    return tuple(out)
