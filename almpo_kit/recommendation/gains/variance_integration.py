"""Components of variance of a hierarchical normal model, integrated over instead of fixed.

With few groups a variance that is estimated by its most likely value is often zero, and everything after it too certain.
Each standard deviation here has a half-t prior (4 degrees of freedom) with a stated scale; predictions are averaged over its
posterior by importance sampling around the mode (a t distribution in logarithms), with quasi-random points.

References
----------
Gelman (2006) Bayesian Anal. 1, 515-534 (half-t priors). Geweke (1989) Econometrica 57, 1317-1339 (importance sampling).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
_DF_PRIOR, _DF_PROPOSAL = 4.0, 5.0
_LOWEST, _HIGHEST = -12.0, 8.0


@dataclass(frozen=True, eq=False)
class Model:
    """Normal observations whose covariance is ``fixed`` plus a sum of known matrices times unknown variances.

    Parameters
    ----------
    y : Array, shape (m,)
    fixed : Array, shape (m, m)
    parts : Array, shape (c, m, m)
        One matrix a component.
    scale : Array, shape (c,)
        Scale of the half-t prior of each standard deviation.
    centre, spread : Array, shape (c,)
        Where ``spread`` is finite, log standard deviation is normal around ``centre`` with it instead.
    """

    y: Array
    fixed: Array
    parts: Array
    scale: Array
    centre: Array
    spread: Array

    def covariance(self, log_sd: Array) -> Array:
        """Covariance of the observations, shape (m, m)."""
        variance = np.exp(2 * log_sd)
        return self.fixed + np.tensordot(variance, self.parts, axes=1)

    def log_prior(self, log_sd: Array) -> tuple[float, Array]:
        """Log density of log standard deviations, and its gradient."""
        r2 = np.exp(2 * (log_sd - np.log(self.scale))) / _DF_PRIOR
        heavy = log_sd - 0.5 * (_DF_PRIOR + 1) * np.log1p(r2)
        slope = 1.0 - (_DF_PRIOR + 1) * r2 / (1 + r2)
        told = np.isfinite(self.spread)
        with np.errstate(invalid="ignore"):
            z = np.where(told, (log_sd - self.centre) / np.where(told, self.spread, 1.0), 0.0)
        density = np.where(told, -0.5 * z**2, heavy)
        return float(density.sum()), np.where(told, -z / np.where(told, self.spread, 1.0), slope)

    def log_posterior(self, log_sd: Array, *, gradient: bool = True) -> tuple[float, Array]:
        """Unnormalised log density of log standard deviations, and its gradient (zeros where it is not asked for)."""
        from scipy.linalg import lapack

        value, slope = self.log_prior(log_sd)
        if len(self.y) == 0:
            return value, slope
        lower, info = lapack.dpotrf(self.covariance(log_sd), lower=1)
        if info != 0:
            return -1e12, np.zeros_like(log_sd)
        alpha, _ = lapack.dpotrs(lower, self.y, lower=1)
        value -= float(np.log(np.diag(lower)).sum()) + 0.5 * float(self.y @ alpha)
        if not gradient:
            return value, np.zeros_like(log_sd)
        inverse, _ = lapack.dpotri(lower, lower=1)
        inverse = np.tril(inverse) + np.tril(inverse, -1).T
        pull = np.outer(alpha, alpha) - inverse
        data = np.exp(2 * log_sd) * np.tensordot(self.parts, pull, axes=([1, 2], [0, 1]))
        return value, slope + data


@dataclass(frozen=True, eq=False)
class Integrated:
    """Points of the posterior of log standard deviations.

    Parameters
    ----------
    log_sd : Array, shape (k, c)
    weight : Array, shape (k,)
        Sums to 1.
    effective : float
        Number of equally weighted points that they are worth.
    """

    log_sd: Array
    weight: Array
    effective: float


def integrate(model: Model, *, points: int = 256, seed: int = 0) -> Integrated:
    """Points and weights over which predictions are averaged.

    Parameters
    ----------
    model : Model
    points : int
        A power of 2.
    seed : int
        Scrambles the quasi-random points.
    """
    mode, covariance = _mode(model)
    found = _sampled(model, mode, covariance, points, seed)
    if found.effective < 0.25 * points:
        centre = found.weight @ found.log_sd
        gap = found.log_sd - centre
        again = 1.3 * (found.weight[:, None] * gap).T @ gap + 0.05 * covariance
        better = _sampled(model, centre, again, points, seed)
        found = max(found, better, key=lambda f: f.effective)
    kept = found.weight > 1e-4 / points
    weight = found.weight[kept] / found.weight[kept].sum()
    return Integrated(found.log_sd[kept], weight, found.effective)


def _mode(model: Model) -> tuple[Array, Array]:
    from scipy.optimize import minimize

    def negative(x: Array) -> tuple[float, Array]:
        value, slope = model.log_posterior(x)
        return -value, -slope

    told = np.isfinite(model.spread)
    start = np.where(told, model.centre, np.log(model.scale) - 0.5)
    bounds = [(_LOWEST, _HIGHEST)] * len(start)
    fit = minimize(
        negative, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 100, "ftol": 1e-8}
    )
    mode, step = fit.x, 1e-3
    hessian = np.empty((len(mode), len(mode)))
    for c in range(len(mode)):
        move = np.zeros(len(mode))
        move[c] = step
        hessian[c] = (negative(mode + move)[1] - negative(mode - move)[1]) / (2 * step)
    values, vectors = np.linalg.eigh((hessian + hessian.T) / 2)
    # A direction that says nothing has no curvature; a standard deviation known within a factor of e^1.5 is wide enough.
    spread = 1.0 / np.clip(values, 1 / 1.5**2, None)
    return mode, (vectors * spread) @ vectors.T


def _sampled(model: Model, centre: Array, covariance: Array, points: int, seed: int) -> Integrated:
    from scipy.special import ndtri
    from scipy.stats import chi2, qmc

    c = len(centre)
    unit = qmc.Sobol(c + 1, scramble=True, rng=np.random.default_rng(seed)).random(points)
    unit = np.clip(unit, 1e-9, 1 - 1e-9)
    root = np.linalg.cholesky(covariance + 1e-9 * np.eye(c))
    stretch = np.sqrt(_DF_PROPOSAL / chi2.ppf(unit[:, -1], _DF_PROPOSAL))
    standard = ndtri(unit[:, :-1]) * stretch[:, None]
    x = np.clip(centre + standard @ root.T, _LOWEST, _HIGHEST)
    log_q = -0.5 * (_DF_PROPOSAL + c) * np.log1p((standard**2).sum(axis=1) / _DF_PROPOSAL)
    log_p = np.array([model.log_posterior(row, gradient=False)[0] for row in x])
    log_w = log_p - log_q
    weight = np.exp(log_w - log_w.max())
    weight /= weight.sum()
    return Integrated(x, weight, float(1 / (weight**2).sum()))
