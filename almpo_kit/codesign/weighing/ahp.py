"""Weights of one person, or of a group that speaks as one, from comparisons in pairs (analytic hierarchy process)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from almpo_kit.codesign.weighing.comparison_matrix import comparison_matrix
from almpo_kit.codesign.weighing.from_pairs import ACCEPTABLE
from almpo_kit.codesign.weighing.kernels.completion import completed
from almpo_kit.codesign.weighing.kernels.eigenvector import principal
from almpo_kit.codesign.weighing.kernels.geometric_mean import logarithmic_least_squares
from almpo_kit.codesign.weighing.kernels.inconsistency import circular_triads, geometric_index, ratio
from almpo_kit.codesign.weighing.kernels.random_index import RANDOM_INDEX, random_index
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.provenance import provenance
from almpo_kit.vocabulary.rendering import number

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class PairWeights(Finding):
    """How much each criterion counts for one person who compared them in pairs.

    ``table``: ``criterion, weight, rank``.

    Parameters
    ----------
    weights : mapping
        Criterion -> share.
    matrix : DataFrame
        The comparisons; gaps filled by what the others say.
    largest : float
        Principal eigenvalue (λ max).
    index, ratio, random : float
        Consistency index, consistency ratio and the random index it is counted by.
    geometric_index : float
        Geometric consistency index.
    missing : int
        Pairs not compared.
    circles : tuple of (str, str, str)
        Triples in which a counts more than b, b than c and c than a.
    """

    weights: Mapping[str, float]
    matrix: pd.DataFrame
    largest: float
    index: float
    ratio: float
    random: float
    geometric_index: float
    missing: int
    circles: tuple[tuple[str, str, str], ...]

    def metrics(self) -> dict[str, float]:
        """Weights, consistency ratio and principal eigenvalue."""
        return {f"weight_{c}": w for c, w in self.weights.items()} | {
            "ratio": self.ratio,
            "largest": self.largest,
        }


def ahp(
    matrix: pd.DataFrame | Sequence[Sequence[float]] | Array,
    *,
    method: Literal["eigenvector", "geometric_mean"] = "eigenvector",
    random: Literal["alonso_lamata", "saaty"] = "alonso_lamata",
    acceptable: float = ACCEPTABLE,
) -> PairWeights:
    """Weigh criteria by comparisons in pairs, and say how far they contradict themselves.

    Parameters
    ----------
    matrix : DataFrame or sequence, shape (n_criteria, n_criteria)
        Row against column on Saaty's scale from 1/9 to 9; missing where nothing was compared. One half is enough.
    method : {"eigenvector", "geometric_mean"}
    random : {"alonso_lamata", "saaty"}
        Table of random indices: 100,000 matrices of each size, or the one most textbooks count by.
    acceptable : float
        Largest consistency ratio taken as fine.

    Returns
    -------
    PairWeights

    Raises
    ------
    ParameterError
        The matrix is not square, positive and reciprocal.
    DesignError
        Comparisons leave a criterion unconnected.

    References
    ----------
    Saaty (1980) The Analytic Hierarchy Process. Crawford & Williams (1985) J. Math. Psychol. 29, 387-405. Alonso & Lamata (2006)
    Int. J. Uncertain. Fuzz. 14, 445-459. Bozóki, Fülöp & Rónyai (2010) Math. Comput. Model. 52, 318-333. Ágoston & Csató (2022)
    Omega 108, 102576.
    """
    given = comparison_matrix(matrix, "ahp")
    values, n = given.to_numpy(), len(given)
    _options(method, random, acceptable, n)
    missing = int(np.isnan(values).sum()) // 2
    whole = completed(values)
    eigenweights, largest = principal(whole)
    weights = eigenweights if method == "eigenvector" else logarithmic_least_squares(values)
    found = ratio(float(largest), n, missing, random)
    names = list(given.index)
    circles = tuple((names[a], names[b], names[c]) for a, b, c in circular_triads(whole))
    table = pd.DataFrame({"criterion": names, "weight": weights})
    table["rank"] = table["weight"].rank(ascending=False, method="min").astype(int)
    return PairWeights(
        question="How much does each criterion count, by comparisons in pairs?",
        sentence=_sentence(table, found, acceptable),
        table=table.sort_values("weight", ascending=False, kind="stable", ignore_index=True),
        checks=_checks(found, acceptable, missing, circles, n, random),
        provenance=provenance(
            given,
            method="codesign.ahp",
            options={"method": method, "random": random, "acceptable": acceptable},
        ),
        rests_on=f"{n * (n - 1) // 2 - missing} comparisons in pairs of {n} criteria",
        weights=dict(zip(names, map(float, weights), strict=True)),
        matrix=pd.DataFrame(whole, index=names, columns=names),
        largest=float(largest),
        index=float((largest - n) / (n - 1)),
        ratio=found,
        random=random_index(n, missing, random),
        geometric_index=float(geometric_index(values, weights)),
        missing=missing,
        circles=circles,
    )


def _options(method: str, random: str, acceptable: float, n: int) -> None:
    if method not in ("eigenvector", "geometric_mean"):
        raise ParameterError(f"ahp() got method={method!r}; it can be 'eigenvector' or 'geometric_mean'.")
    if random not in RANDOM_INDEX:
        raise ParameterError(f"ahp() got random={random!r}; it can be {', '.join(RANDOM_INDEX)}.")
    if n > max(RANDOM_INDEX[random]):
        raise ParameterError(
            f"Saaty’s table ends at {max(RANDOM_INDEX[random])} criteria; use random='alonso_lamata'."
        )
    if not isinstance(acceptable, int | float) or not 0 < acceptable < 1:
        raise ParameterError(f"ahp() got acceptable={acceptable!r}; give e.g. 0.1.")


def _sentence(table: pd.DataFrame, found: float, acceptable: float) -> str:
    ranked = table.sort_values("weight", ascending=False, kind="stable")
    parts = ", ".join(
        f"{c} {number(100 * w, 0)}%" for c, w in zip(ranked["criterion"], ranked["weight"], strict=True)
    )
    held = "consistent enough" if found <= acceptable else "too inconsistent to rely on"
    return f"Weights: {parts}. The comparisons are {held} (consistency ratio {found:.2f}; {acceptable:g} or less is taken as fine)."


def _checks(
    found: float,
    acceptable: float,
    missing: int,
    circles: tuple[tuple[str, str, str], ...],
    n: int,
    random: str,
) -> tuple[Check, ...]:
    out = []
    told = f"Consistency ratio {found:.3f}, of comparisons drawn at random 1 (table {random}); {acceptable:g} or less is taken as fine."
    if found > acceptable:
        out.append(Check("consistency", "failed", f"{told} repair() says which comparison to look at again."))
    else:
        out.append(Check("consistency", "passed", told))
    if circles:
        a, b, c = circles[0]
        more = f", and {len(circles) - 1} more circles" if len(circles) > 1 else ""
        told = f"{a} counts more than {b}, {b} more than {c}, and {c} more than {a}{more}."
        out.append(Check("circles", "failed", told))
    if missing:
        told = f"{missing} of {n * (n - 1) // 2} pairs were not compared; they are taken as the others imply."
        out.append(Check("gaps", "informational", told))
    return tuple(out)
