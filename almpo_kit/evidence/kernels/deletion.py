"""What the coefficients would be without each sample.

References
----------
Viechtbauer and Cheung (2010) Res. Synth. Methods 1, 112-125.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from almpo_kit.evidence.kernels.adjustment import Pieces, pieces
from almpo_kit.evidence.kernels.blocks import Blocks, Floats, Ints, weights
from almpo_kit.evidence.kernels.three_level import Fit, fit

#: A sample that holds all but this share of what is known about some coefficient cannot be left out.
_ALONE = 1e-10


@dataclass(frozen=True)
class Deletion:
    """Leaving out one sample at a time, the variances fixed; rows in the order of the sorted sample labels.

    ``beta`` (m, p): coefficients without the sample. ``se`` (m, p): their model-based standard errors.
    ``dfbetas`` (m, p): what the sample adds to each coefficient, in standard errors of all samples together.
    ``cook`` (m,): what it adds to all of them, as a squared distance in units of their covariance. ``leverage`` (m,): how many
    of the p coefficients the sample pays for; sums to p. ``identified`` (m,): whether the other samples
    still determine the coefficients; the rest of the row is not a number where they do not.
    """

    beta: Floats
    se: Floats
    dfbetas: Floats
    cook: Floats
    leverage: Floats
    identified: NDArray[np.bool_]


@dataclass(frozen=True)
class Refits:
    """Leaving out one sample at a time, the variances estimated anew; rows as in :class:`Deletion`.

    ``beta`` (m, p), ``se`` (m, p) model-based, ``dfbetas`` (m, p), ``cook`` (m,), ``between`` (m,), ``within``
    (m,), ``converged`` (m,). The standard errors in ``dfbetas`` are those of all samples at the new variances.
    """

    beta: Floats
    se: Floats
    dfbetas: Floats
    cook: Floats
    between: Floats
    within: Floats
    converged: NDArray[np.bool_]


def delete(b: Blocks, fitted: Fit) -> Deletion:
    """Coefficients without each sample at the variances of ``fitted``.

    Closed form: without sample j the information is what it was less ``S = X' W X`` of the sample, and the
    coefficients move by its inverse times ``X' W`` times the sample's residuals.
    """
    found = pieces(b, fitted, adjust=False)
    shares = found.bread @ found.spread
    identified = _identified(found)
    moved, variance = _apart(found, identified)
    moved = moved * b.scale
    return Deletion(
        beta=fitted.beta - moved,
        se=np.sqrt(variance) * b.scale,
        dfbetas=moved / np.sqrt(np.diag(fitted.bread)),
        cook=_distance(moved, fitted),
        leverage=np.trace(shares, axis1=1, axis2=2),
        identified=identified,
    )


def sole(b: Blocks, fitted: Fit) -> dict[int, Floats]:
    """Samples that alone determine something: position -> directions (p, r) in which the coefficients could
    move and the estimates of all other samples would not notice.

    A contrast of coefficients rests on sample j alone where it is not zero along one of them. Directions are
    of unit length in the metric of the model's information, so that their product with a contrast is at most
    the contrast's model-based standard error (in units of the blocks).
    """
    found = pieces(b, fitted, adjust=False)
    root = np.linalg.cholesky(found.bread)
    share, vectors = np.linalg.eigh(root.T @ found.spread @ root)
    alone = share >= 1.0 - _ALONE
    return {int(j): root @ vectors[j][:, alone[j]] for j in np.flatnonzero(alone[:, -1])}


def _distance(moved: Floats, fitted: Fit) -> Floats:
    return np.asarray((moved * np.linalg.solve(fitted.bread, moved.T).T).sum(axis=1))


def _identified(found: Pieces) -> NDArray[np.bool_]:
    root = np.linalg.cholesky(found.bread)
    largest = np.linalg.eigvalsh(root.T @ found.spread @ root)[:, -1]
    return np.asarray(largest < 1.0 - _ALONE)


def _apart(found: Pieces, identified: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """By how much the coefficients move (m, p), and their variances afterwards (m, p)."""
    moved, variance = np.full((2, *found.score.shape), np.nan)
    # I − S M before M: the information of all samples may be large, and their shares are not.
    left = np.eye(len(found.bread)) - found.bread @ found.spread[identified]
    bread = np.linalg.solve(left, np.broadcast_to(found.bread, left.shape))
    moved[identified] = (bread @ found.score[identified][..., None])[..., 0]
    variance[identified] = np.diagonal(bread, axis1=1, axis2=2)
    return moved, variance


def refit(
    b: Blocks,
    fitted: Fit,
    *,
    restricted: bool = True,
    free: tuple[bool, bool] = (True, True),
    some: Ints | None = None,
) -> Refits:
    """Fit again without each sample (or without each of ``some``), beginning at the variances of ``fitted``.

    A few likelihood evaluations for each, so that all of them cost O(m k). The climb ends at the top nearest
    to where it began; :func:`three_level.fit` looks for others.
    """
    identified, m = _identified(pieces(b, fitted, adjust=False)), len(b.starts)
    wanted = np.arange(m) if some is None else some
    beta, se, all_se = np.full((3, len(wanted), len(fitted.beta)), np.nan)
    between, within = np.full((2, len(wanted)), np.nan)
    converged = np.zeros(len(wanted), dtype=bool)
    for at in np.flatnonzero(identified[wanted]):
        one = _without(b, int(wanted[at]), fitted, restricted, free)
        beta[at], se[at] = one.beta, np.sqrt(np.diag(one.bread))
        between[at], within[at], converged[at] = one.between, one.within, one.converged
        all_se[at] = _standard_errors(b, one)
    moved = fitted.beta - beta
    return Refits(beta, se, moved / all_se, _distance(moved, fitted), between, within, converged)


def _without(b: Blocks, j: int, fitted: Fit, restricted: bool, free: tuple[bool, bool]) -> Fit:
    rest = b.subset(np.delete(np.arange(len(b.starts)), j))
    # Lone estimates only: the two variances cannot be told apart, all of it is between samples.
    able = free if len(rest.y) > len(rest.starts) else (free[0], free[1] and not free[0])
    return fit(rest, restricted=restricted, free=able, start=(fitted.between, fitted.within))


def _standard_errors(b: Blocks, fitted: Fit) -> Floats:
    information = weights(*fitted.working(b)).apply(b, b.x.T) @ b.x
    return np.asarray(np.sqrt(np.diag(np.linalg.inv(information))) * b.scale)
