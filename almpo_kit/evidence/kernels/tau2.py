"""Estimators of the variance between studies when each study gives one estimate.

Kernels: plain arrays in, plain numbers out, nothing validated.

References
----------
DerSimonian and Laird (1986) Control. Clin. Trials 7, 177-188. Paule and Mandel (1982) J. Res. Natl.
Bur. Stand. 87, 377-385. Sidik and Jonkman (2005) Appl. Stat. 54, 367-384. Viechtbauer (2005)
J. Educ. Behav. Stat. 30, 261-293.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from almpo_kit.evidence.kernels.blocks import Floats, blocks
from almpo_kit.evidence.kernels.three_level import fit

Tau2 = Literal["REML", "DL", "PM", "ML", "HE", "SJ", "EB", "FE"]
#: metafor's default: the step at which its Fisher scoring stops, in the square of the effects' unit.
METAFOR_STOP = 1e-5
#: How far short of the top (relative) such a stop may be before it is not taken.
_SHORT = 1e-3
METHODS: tuple[str, ...] = get_args(Tau2)


@dataclass(frozen=True)
class Between:
    """``tau2``, the variance between studies, and whether its search ended at a solution."""

    tau2: float
    converged: bool = True


def weighted_mean(y: Floats, w: Floats) -> float:
    """Mean of ``y`` with weights ``w``."""
    return float(w @ y / w.sum())


def excess(y: Floats, v: Floats, tau2: float) -> float:
    """Generalised Q: weighted squared distances to the weighted mean, at a given ``tau2``."""
    w = 1.0 / (v + tau2)
    return float(w @ (y - weighted_mean(y, w)) ** 2)


def between(y: Floats, v: Floats, method: str, threshold: float | None = None) -> Between:
    """Estimate the variance between studies.

    Parameters
    ----------
    y, v : ndarray, shape (k,)
        Effects and sampling variances.
    method : {"REML", "DL", "PM", "ML", "HE", "SJ", "EB", "FE"}
        ``EB`` is another derivation of ``PM`` and gives the same number. ``FE`` takes it to be zero.
    threshold : float, optional
        ``REML`` and ``ML`` climb to the top of the likelihood. With a threshold they stop where Fisher
        scoring first changes ``tau2`` by no more (in the square of the unit), if that is near the top.
    """
    top = _ESTIMATORS[method](y, v)
    if threshold is None or method not in ("REML", "ML"):
        return top
    stopped = _scoring(y, v, threshold, restricted=method == "REML")
    near = stopped.converged and abs(stopped.tau2 - top.tau2) <= _SHORT * top.tau2
    return stopped if near else top


def _scoring(y: Floats, v: Floats, threshold: float, *, restricted: bool) -> Between:
    """Fisher scoring from the HE estimate, stopped early: what much published software reports."""
    tau2 = _he(y, v).tau2
    for _ in range(1000):
        w = 1.0 / (v + tau2)
        lost = (w**2).sum() / w.sum()
        pull = float((w * (y - weighted_mean(y, w))) @ (w * (y - weighted_mean(y, w))))
        if restricted:
            step = (pull - (w.sum() - lost)) / ((w**2).sum() - 2 * (w**3).sum() / w.sum() + lost**2)
        else:
            step = (pull - w.sum()) / (w**2).sum()
        # Halving, not cutting at zero, so that a first step too far can come back.
        while tau2 + step < 0:
            step /= 2
        tau2 += float(step)
        if abs(step) <= threshold:
            return Between(tau2)
    return Between(tau2, converged=False)


def _dl(y: Floats, v: Floats) -> Between:
    w = 1.0 / v
    spread = w.sum() - (w**2).sum() / w.sum()
    return Between(max(0.0, (excess(y, v, 0.0) - (len(y) - 1)) / float(spread)))


def _fe(y: Floats, v: Floats) -> Between:
    return Between(0.0)


def _he(y: Floats, v: Floats) -> Between:
    return Between(max(0.0, float(y.var(ddof=1) - v.mean())))


def _sj(y: Floats, v: Floats) -> Between:
    crude = float(y.var())
    return Between(crude * excess(y, v, crude) / (len(y) - 1) if crude > 0 else 0.0)


def _pm(y: Floats, v: Floats) -> Between:
    """Newton's method on Q(tau2) = k − 1; Q falls and is convex, so the steps never overshoot."""
    tau2, target = 0.0, len(y) - 1
    for _ in range(200):
        w = 1.0 / (v + tau2)
        residual = y - weighted_mean(y, w)
        gap = float(w @ residual**2) - target
        if gap <= 1e-12 * target:
            return Between(tau2)
        tau2 += gap / float(w**2 @ residual**2)
    return Between(tau2, converged=False)


def _likelihood(restricted: bool) -> Callable[[Floats, Floats], Between]:
    def estimate(y: Floats, v: Floats) -> Between:
        alone = blocks(y, v, np.ones((len(y), 1)), np.arange(len(y)))
        fitted = fit(alone, restricted=restricted, free=(False, True))
        return Between(fitted.within, fitted.converged)

    return estimate


_ESTIMATORS: dict[str, Callable[[Floats, Floats], Between]] = {
    "REML": _likelihood(restricted=True),
    "ML": _likelihood(restricted=False),
    "DL": _dl,
    "PM": _pm,
    "EB": _pm,
    "HE": _he,
    "SJ": _sj,
    "FE": _fe,
}
