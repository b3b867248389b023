"""Regressions with a spatial lag or spatially correlated errors, fitted by spreg, and the tests that lead to them.

References
----------
Anselin (1988) Spatial Econometrics (maximum likelihood). Anselin, Bera, Florax and Yoon (1996) Regional Science and Urban
Economics 26, 77-104 (Lagrange multiplier tests). Kelejian and Prucha (1998) Journal of Real Estate Finance and Economics
17, 99-121 (two-stage least squares). Anselin and Kelejian (1997) International Regional Science Review 20, 153-182 (Moran
test of residuals after two stages).
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from almpo_kit.regions.space.moran import moran

if TYPE_CHECKING:
    from almpo_kit.regions.space.weights import Weights

Kind = Literal["ols", "lag", "error"]
Estimator = Literal["ml", "two_stage"]
#: How closely the spatial parameter is searched for.
_EPSILON = 1e-10
#: Regions from which determinants are taken of sparse factors. spreg's third way, eigenvalues (``"ord"``), is not used:
#: it puts the symmetric matrix that has W's eigenvalues in W's place in the information matrix too, where tr(G'G) is not
#: the same, and its standard errors are off by up to 1% (spreg 1.9; spatialreg agrees with the other two).
_SPARSE_FROM = 500


@dataclass(frozen=True, eq=False)
class Fit:
    """One fitted regression of n regions on a constant and k regressors.

    Parameters
    ----------
    b, se : array, shape (k + 1,)
        Constant first.
    covariance : array, shape (k + 2, k + 2)
        Of ``b`` and the spatial parameter, in this order; (k + 1, k + 1) for ``"ols"``.
    spatial, spatial_se : float
        ρ of a lag model, λ of an error model; NaN for ``"ols"``.
    innovations : array, shape (n,)
        Residuals, in which nothing spatial should be left.
    loglik : float
        NaN for two stages.
    left : Diagnostic or None
        Test of what is left in the innovations; None for ``"ols"`` (see :func:`diagnose`).
    """

    kind: Kind
    b: np.ndarray
    se: np.ndarray
    covariance: np.ndarray
    spatial: float
    spatial_se: float
    innovations: np.ndarray
    loglik: float
    sigma2: float
    left: Diagnostic | None = None

    @property
    def aic(self) -> float:
        """Akaike's criterion, the error variance counted."""
        parameters = len(self.b) + 1 + (self.kind != "ols")
        return 2 * parameters - 2 * self.loglik


@dataclass(frozen=True)
class Diagnostic:
    """A Lagrange multiplier test of a regression, or Moran's I of its residuals."""

    name: str
    statistic: float
    df: int
    p: float


def least_squares(y: np.ndarray, x: np.ndarray) -> Fit:
    """Ordinary least squares; ``x`` of shape (n, k) has no constant."""
    full = np.column_stack([np.ones(len(y)), x])
    n, p = full.shape
    b = np.linalg.lstsq(full, y, rcond=None)[0]
    u = y - full @ b
    covariance = np.linalg.inv(full.T @ full) * float(u @ u) / (n - p)
    s2 = float(u @ u) / n
    loglik = -n / 2 * (np.log(2 * np.pi * s2) + 1)
    return Fit("ols", b, np.sqrt(np.diag(covariance)), covariance, np.nan, np.nan, u, float(loglik), s2)


def fit(y: np.ndarray, x: np.ndarray, weights: Weights, kind: Kind, estimator: Estimator = "ml") -> Fit:
    """Fit a lag or an error model.

    Parameters
    ----------
    y : array, shape (n,)
    x : array, shape (n, k)
        Without a constant, of full rank, on comparable scales.
    weights : Weights
        Row-standardised; no islands.
    """
    column, w = y.reshape(-1, 1), _pysal(weights)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if kind == "error":
            return _error(column, x, w)
        return _lag(column, x, w) if estimator == "ml" else _two_stage(column, x, w)


def _lag(y: np.ndarray, x: np.ndarray, w: Any) -> Fit:
    from spreg.ml_lag import BaseML_Lag

    m = BaseML_Lag(y, _constant(x), w, method=_determinant(len(y)), epsilon=_EPSILON)
    found = _taken("lag", m.betas, m.vm, m.u, float(m.logll), float(np.mean(m.u**2)))
    return replace(found, left=_left_beside_lag(found, w))


def _determinant(n: int) -> str:
    return "full" if n < _SPARSE_FROM else "LU"


def _error(y: np.ndarray, x: np.ndarray, w: Any) -> Fit:
    from spreg.ml_error import BaseML_Error

    m = BaseML_Error(y, _constant(x), w, method=_determinant(len(y)), epsilon=_EPSILON)
    # spreg keeps the variances of β and λ in two blocks; they are independent in the information matrix.
    vm = np.zeros((len(m.betas),) * 2)
    vm[:-1, :-1] = m.vm[:-1, :-1]
    vm[-1, -1] = m.vm1[0, 0]
    found = _taken("error", m.betas, vm, m.e_filtered, float(m.logll), float(np.mean(m.e_filtered**2)))
    return replace(found, left=_left_beside_error(found, w))


def _two_stage(y: np.ndarray, x: np.ndarray, w: Any) -> Fit:
    from spreg.diagnostics_sp import akTest, spDcache
    from spreg.twosls_sp import BaseGM_Lag

    m = BaseGM_Lag(y, _constant(x), w=w, w_lags=2, sig2n_k=True)
    _, statistic, p = akTest(m, w, spDcache(m, w))
    found = _taken("lag", m.betas, m.vm, m.u, np.nan, float(np.mean(m.u**2)))
    return replace(found, left=Diagnostic("Anselin–Kelejian test", float(statistic), 1, float(p)))


def _taken(kind: Kind, betas: np.ndarray, vm: np.ndarray, u: np.ndarray, loglik: float, sigma2: float) -> Fit:
    b, se = np.asarray(betas).ravel(), np.sqrt(np.diag(vm))
    return Fit(
        kind, b[:-1], se[:-1], np.asarray(vm), float(b[-1]), float(se[-1]), np.ravel(u), loglik, sigma2
    )


def _left_beside_lag(lag: Fit, w: Any) -> Diagnostic:
    """Lagrange multiplier test of correlated errors in a lag model fitted by maximum likelihood (Anselin 1988, 8.1.3).

    It allows for ρ having been fitted to the same values, which Moran's test of the residuals does not.
    """
    from scipy.stats import chi2

    matrix, e = w.sparse.toarray(), lag.innovations
    both = matrix @ matrix + matrix.T @ matrix
    crossed = float(np.trace(np.linalg.solve((np.eye(len(e)) - lag.spatial * matrix).T, both.T)))
    score = float(e @ matrix @ e) / lag.sigma2
    variance = float(np.trace(both)) - crossed**2 * lag.spatial_se**2
    # Nothing can be told from values of which the fitted ρ takes all the information.
    statistic = score**2 / variance if variance > 0 else np.nan
    return Diagnostic(
        "Lagrange multiplier test of correlated errors", statistic, 1, float(chi2.sf(statistic, 1))
    )


def _left_beside_error(error: Fit, w: Any) -> Diagnostic:
    """Moran's I of the innovations against its moments under randomisation.

    Those take no account of λ having been fitted to the same values, which draws I towards zero: it rejects too rarely.
    """
    tested = moran(error.innovations, w.sparse)
    return Diagnostic("Moran's I, z", tested.z_random, 0, tested.p_random)


def diagnose(y: np.ndarray, x: np.ndarray, weights: Weights) -> tuple[Diagnostic, ...]:
    """Five Lagrange multiplier tests and Moran's I of the residuals of the ordinary regression."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from spreg.diagnostics_sp import LMtests, MoranRes
        from spreg.ols import BaseOLS

        w = _pysal(weights)
        ols = BaseOLS(y.reshape(-1, 1), _constant(x))
        lm, moran = LMtests(ols, w, tests=["lml", "lme", "rlml", "rlme", "sarma"]), MoranRes(ols, w, z=True)
    rows = (
        ("LM lag", lm.lml, 1),
        ("LM error", lm.lme, 1),
        ("robust LM lag", lm.rlml, 1),
        ("robust LM error", lm.rlme, 1),
        ("LM lag and error", lm.sarma, 2),
    )
    found = [Diagnostic(name, float(np.squeeze(t[0])), df, float(np.squeeze(t[1]))) for name, t, df in rows]
    score, p = float(np.squeeze(moran.zI)), float(np.squeeze(moran.p_norm))
    return (*found, Diagnostic("Moran's I of residuals, z", score, 0, p))


def _constant(x: np.ndarray) -> np.ndarray:
    return np.column_stack([np.ones(len(x)), x])


def _pysal(weights: Weights) -> Any:
    from libpysal.weights import WSP, WSP2W
    from scipy import sparse

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        w = WSP2W(WSP(sparse.csr_matrix(weights.base)), silence_warnings=True)
        w.transform = "r"
    return w
