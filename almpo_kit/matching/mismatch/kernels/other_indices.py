"""Older measures of mismatch.

Jackman and Roper (1987, Oxf. Bull. Econ. Stat. 49, 9-36) give two: 1 − Σ √(uᵢ/u · vᵢ/v), which is the planner's
index with equal elasticities, and ½ Σ |uᵢ/u − vᵢ/v|, the share of the unemployed who would have to move, which is
the dissimilarity index of Duncan and Duncan (1955, Am. Sociol. Rev. 20, 210-217) between unemployed and vacancies.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def dissimilarity(unemployed: Array, vacancies: Array) -> Array:
    """½ Σ |uᵢ/u − vᵢ/v| along the first axis."""
    with np.errstate(invalid="ignore", divide="ignore"):
        gap = unemployed / unemployed.sum(axis=0) - vacancies / vacancies.sum(axis=0)
    return 0.5 * np.abs(gap).sum(axis=0)


def relative_rate_variance(unemployed: Array, employed: Array) -> Array:
    """½ var(uᵢ/u) of unemployment rates, weighted by labour force, along the first axis.

    Lipsey (1960, Economica 27, 1-31) argued that dispersion of rates shifts the wage curve; ½ var is the form of
    Layard, Nickell and Jackman (1991, Unemployment, ch. 6). Vacancies do not enter.
    """
    force = unemployed + employed
    with np.errstate(invalid="ignore", divide="ignore"):
        rate = unemployed.sum(axis=0) / force.sum(axis=0)
        relative = np.where(force > 0, unemployed / np.where(force > 0, force, 1), 0.0) / rate
        return 0.5 * (force / force.sum(axis=0) * (relative - 1) ** 2).sum(axis=0)
