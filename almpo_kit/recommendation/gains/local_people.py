"""Local people as observations of the hierarchical model, and what is kept of them: sums, never rows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.recommendation.caseloads.caseload import Caseload
from almpo_kit.recommendation.gains.latent import SIGNS, Layout
from almpo_kit.recommendation.gains.local_estimates import least_squares, unexplained_variance
from almpo_kit.recommendation.gains.published import classes_of
from almpo_kit.recommendation.gains.support import Support, supports
from almpo_kit.vocabulary.errors import FrameError

Array = np.ndarray[Any, np.dtype[Any]]
#: Fewer participants than so many (effectively) say nothing of a programme.
FEWEST = 30
#: Nothing is estimated for a class of labour market with fewer people.
_SMALLEST = 10


@dataclass(frozen=True, eq=False)
class Local:
    """What local people tell.

    Parameters
    ----------
    names : tuple of str
        Characteristics with slopes.
    centre, spread : Array, shape (p,)
    cells : tuple of (str, str)
        Unemployment and skill class of the labour markets that people live in, in which the design has a mean.
    places : frozenset of str
    arms : Array of int
        Positions in the menu of programmes with enough participants.
    effective : Array, shape (k,)
        Participants of each arm, as so many equally weighted ones.
    taken : Array of int, shape (k,)
        Participants of each arm.
    estimate, covariance : Array
        Of :class:`LeastSquares`, for ``arms``.
    directions : Array, shape (len(cells) + p, r)
    missed : Array, shape (len(arms),)
        Variance of gains that straight lines in the characteristics miss.
    support : tuple of Support, one an arm of ``arms``
    differ : tuple of float
        F, its degrees of freedom and p-value of "the gain of each programme is the same for all".
    n_clusters : int
    main : (str, str)
        The cell in which most people live.
    """

    names: tuple[str, ...]
    centre: Array
    spread: Array
    cells: tuple[tuple[str, str], ...]
    places: frozenset[str]
    arms: Array
    effective: Array
    taken: Array
    estimate: Array
    covariance: Array
    directions: Array
    missed: Array
    support: tuple[Support, ...]
    differ: tuple[float, float, float, float]
    n_clusters: int
    main: tuple[str, str]

    def standardised(self, features: pd.DataFrame) -> Array:
        """Characteristics of further people on the scale of these, shape (m, p)."""
        return standardise(features, self.names, self.centre, self.spread)

    def observations(self, layout: Layout) -> tuple[Array, Array, Array, Array]:
        """Values (m,), rows (m, d), covariance (m, m), and the response of the values to one more gain for all (m,)."""
        u = np.array([SIGNS[c[0]] for c in self.cells])
        s = np.array([SIGNS[c[1]] for c in self.cells])
        rows, lifted = [], []
        for arm in self.arms - 1:
            full = np.zeros((len(self.cells) + len(self.names), layout.size))
            full[: len(self.cells)] = layout.local(arm, u, s)
            full[len(self.cells) :, layout.slopes_at(arm)] = np.eye(len(self.names))
            rows.append(self.directions.T @ full)
            lifted.append(self.directions.T @ np.r_[np.ones(len(self.cells)), np.zeros(len(self.names))])
        return self.estimate, np.concatenate(rows), self.covariance, np.concatenate(lifted)


def standardise(features: pd.DataFrame, names: tuple[str, ...], centre: Array, spread: Array) -> Array:
    """Characteristics with the centre and spread of local people.

    Raises
    ------
    FrameError
        Missing columns, text or gaps.
    """
    if missing := [n for n in names if n not in features]:
        raise FrameError(
            f"the person's characteristics lack {', '.join(missing[:5])}; the gains were learned with {', '.join(names[:12])}."
        )
    try:
        values = features[list(names)].astype(float).to_numpy()
    except (TypeError, ValueError) as error:
        raise FrameError(f"characteristics must be numbers (categories as 0 and 1): {error}.") from error
    if not np.isfinite(values).all():
        gaps = [n for n, v in zip(names, values.T, strict=True) if not np.isfinite(v).all()]
        raise FrameError(f"gaps in {', '.join(gaps[:5])}; fill them in, gains need every characteristic.")
    return (values - centre) / spread


def local(people: Caseload) -> Local | None:
    """What local people tell; None where no programme has enough participants."""
    taken = np.bincount(people.received, minlength=len(people.menu))
    effective = effective_participants(people)
    arms = np.flatnonzero(effective >= FEWEST)
    if 0 not in arms or len(arms) < 2:
        return None
    arms = arms[arms > 0]
    weight = people.weight / people.weight.sum()
    raw = people.features.to_numpy(dtype=float)
    centre = weight @ raw
    spread = np.sqrt(weight @ (raw - centre) ** 2)
    # A characteristic in which people do not differ has no slope.
    varies = spread > 1e-9 * np.maximum(np.abs(centre), 1e-9)
    names = tuple(np.array(people.names, dtype=object)[varies])
    centre, spread = centre[varies], spread[varies]
    z = (raw[:, varies] - centre) / spread
    pairs = _cells(people)
    cells = tuple(sorted(set(pairs)))
    dummies = np.array([[pair == cell for cell in cells] for pair in pairs], dtype=float)
    gap = people.scores[:, arms] - people.scores[:, [0]]
    fit = least_squares(np.column_stack([dummies, z]), gap, people.weight, people.cluster)
    return Local(
        names=names,
        centre=centre,
        spread=spread,
        cells=cells,
        places=frozenset(people.context["geo"].astype(str).unique()),
        arms=arms,
        effective=effective,
        taken=taken,
        estimate=fit.estimate,
        covariance=fit.covariance,
        directions=fit.directions,
        missed=unexplained_variance(z, fit.residual, people.weight, people.cluster),
        support=tuple(supports(z, people.received, arms, people.weight)),
        differ=_differ(fit.estimate, fit.covariance, fit.directions, len(cells), len(arms), fit.n_clusters),
        n_clusters=fit.n_clusters,
        main=max(cells, key=lambda cell: pairs.count(cell)),
    )


def _cells(people: Caseload) -> list[tuple[str, str]]:
    """Unemployment and skill class of each person; classes of fewer than ten people lose their name."""
    classes = [classes_of(people.context, c) for c in ("unemployment_class", "skill_class")]
    pairs = list(zip(*classes, strict=True))
    count = Counter(pairs)
    named = [p if count[p] >= _SMALLEST else ("unknown", "unknown") for p in pairs]
    if Counter(named)["unknown", "unknown"] >= _SMALLEST:
        return named
    largest = max(sorted(count), key=lambda c: count[c])
    return [largest if p == ("unknown", "unknown") else p for p in named]


def effective_participants(people: Caseload) -> Array:
    """Participants of each arm as so many equally weighted ones (Kish 1965), by inverse chances, shape (k,)."""
    at = np.arange(len(people))
    own = people.weight / np.maximum(people.propensity[at, people.received], 1e-6)
    k = len(people.menu)
    first = np.bincount(people.received, own, minlength=k)
    second = np.bincount(people.received, own**2, minlength=k)
    return np.divide(first**2, second, out=np.zeros(k), where=second > 0)


def _differ(
    estimate: Array, covariance: Array, directions: Array, n_cells: int, n_arms: int, clusters: int
) -> tuple[float, float, float, float]:
    """Robust joint test that cells and characteristics change no programme's gain (Hotelling's F)."""
    from scipy.stats import f

    lifted = directions.T @ np.r_[np.ones(n_cells), np.zeros(len(directions) - n_cells)]
    # Orthogonal complement of "one gain for all": what is left must be 0.
    rest = np.linalg.svd(lifted[:, None])[0][:, 1:]
    q = rest.shape[1] * n_arms
    df = clusters - 1 - q + 1
    if q == 0 or df < 1:
        return np.nan, float(q), float(df), np.nan
    block = np.kron(np.eye(n_arms), rest)
    value, spread = block.T @ estimate, block.T @ covariance @ block
    wald = float(value @ np.linalg.lstsq(spread, value, rcond=None)[0])
    statistic = wald * df / (q * (clusters - 1))
    return statistic, float(q), float(df), float(f.sf(statistic, q, df))
