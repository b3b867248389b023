"""Whether a person is like those whom gains were learned from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, eq=False)
class Support:
    """Centre and spread of the characteristics of one programme's participants; no rows of persons.

    Parameters
    ----------
    centre : Array, shape (p,)
    precision : Array, shape (p, p)
        Inverse covariance of all people.
    usual, furthest : float
        Mahalanobis distance that 95% of participants keep within, and beyond which there is no support.
    null : Array, shape (p, e)
        Directions in which nobody differs.
    """

    centre: Array
    precision: Array
    usual: float
    furthest: float
    null: Array

    def part(self, z: Array) -> Array:
        """0 for usual people to 1 for those without support (beyond 1 is set to 1), shape (m,)."""
        if self.precision.shape[0] == 0:
            return np.zeros(len(z))
        gap = z - self.centre
        far = np.sqrt(np.maximum(np.einsum("ip,pq,iq->i", gap, self.precision, gap), 0))
        part = np.clip((far - self.usual) / max(self.furthest - self.usual, 1e-12), 0, 1)
        # Where nobody differs, nothing is known of one who does.
        odd = np.abs(gap @ self.null).max(axis=1, initial=0.0) > 1e-3
        return np.where(odd, 1.0, part)


def supports(z: Array, received: Array, arms: Array, weight: Array) -> list[Support]:
    """Support of each of some programmes.

    Parameters
    ----------
    z : Array, shape (n, p)
        Standardised characteristics.
    received : Array of int, shape (n,)
    arms : Array of int
        Positions of programmes.
    weight : Array, shape (n,)

    References
    ----------
    Mahalanobis (1936) Proc. Natl. Inst. Sci. India 2, 49-55.
    """
    from scipy.stats import chi2

    p = z.shape[1]
    if p == 0:
        empty = np.zeros((0, 0))
        return [Support(np.zeros(0), empty, 0.0, 1.0, empty) for _ in arms]
    values, vectors = np.linalg.eigh(np.cov(z, rowvar=False, aweights=weight).reshape(p, p))
    told = values > 1e-9 * max(float(np.max(values)), 1e-300)
    precision = (vectors[:, told] / values[told]) @ vectors[:, told].T
    found = []
    for arm in arms:
        own = z[received == arm]
        centre = own.mean(axis=0) if len(own) else np.zeros(p)
        far = np.sqrt(np.maximum(np.einsum("ip,pq,iq->i", own - centre, precision, own - centre), 0))
        normal = np.sqrt(chi2.ppf((0.95, 0.9999), max(int(told.sum()), 1)))
        usual = max(float(np.quantile(far, 0.95)) if len(far) else 0.0, float(normal[0]))
        # Rare categories lie far out although they are known: the participants' own distances count as well.
        furthest = max(1.1 * float(np.quantile(far, 0.995)) if len(far) else 0.0, float(normal[1]))
        found.append(Support(centre, precision, usual, max(furthest, 1.05 * usual), vectors[:, ~told]))
    return found


def context_part(asked: tuple[str, str], studied: list[tuple[str, str]]) -> tuple[float, float]:
    """How far a labour market lies from the nearest one studied, by unemployment and by skill class.

    0 where a class agrees, 1 where it does not, a half where either is unknown; the nearest is that with the least sum
    (Gower 1971 Biometrics 27, 857-871). NaN where nothing was studied.
    """
    if not studied:
        return np.nan, np.nan
    parts = [tuple(_apart(a, b) for a, b in zip(asked, one, strict=True)) for one in studied]
    first, second = min(parts, key=sum)
    return first, second


def _apart(a: str, b: str) -> float:
    if a == "unknown" or b == "unknown":
        return 0.5
    return float(a != b)
