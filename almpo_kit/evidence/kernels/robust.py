"""Cluster-robust covariances CR0, CR1 and CR2 with Satterthwaite degrees of freedom.

References
----------
Bell and McCaffrey (2002) Survey Methodology 28, 169-181. Pustejovsky and Tipton (2018)
J. Bus. Econ. Stat. 36, 672-683.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from almpo_kit.evidence.kernels.adjustment import LARGEST, Pieces, pieces
from almpo_kit.evidence.kernels.blocks import Blocks, Floats
from almpo_kit.evidence.kernels.three_level import Fit

__all__ = ["KINDS", "LARGEST", "Kind", "Robust", "cr2", "inflation", "sandwich"]

Kind = Literal["model", "CR0", "CR1", "CR2"]
KINDS: tuple[str, ...] = get_args(Kind)


@dataclass(frozen=True)
class Robust:
    """``covariance`` (p, p) of the coefficients, ``df`` (p,) for each, ``collapsed`` how many blocks were
    too large and too uneven for the exact adjustment. ``pieces``: what it was made of, for joint tests."""

    covariance: Floats
    df: Floats
    collapsed: int
    pieces: Pieces | None = None


def sandwich(b: Blocks, fitted: Fit, kind: Kind = "CR2") -> Robust:
    """Covariance of the coefficients and degrees of freedom, in the caller's units, clustered by samples.

    At least two samples are the caller's business.

    Parameters
    ----------
    kind : {"model", "CR0", "CR1", "CR2"}
        ``CR2`` adjusts residuals so that the covariance is unbiased if the working model is right; ``CR0``
        takes them as they are; ``CR1`` is CR0 times m / (m − 1). Degrees of freedom by Satterthwaite under
        the working model. ``model`` trusts that model altogether: its degrees of freedom are infinite, the
        normal, as in metafor.
    """
    if kind == "model":
        return Robust(fitted.bread, np.full(len(fitted.beta), np.inf), 0)
    found = pieces(b, fitted, adjust=kind == "CR2")
    lifted = found.score @ found.bread
    covariance = (lifted.T @ lifted) * (b.scale**2 * inflation(len(b.starts), kind))
    return Robust(covariance, _satterthwaite(found), found.collapsed, found)


def cr2(b: Blocks, fitted: Fit) -> Robust:
    """The ``CR2`` :func:`sandwich`."""
    return sandwich(b, fitted, "CR2")


def inflation(m: int, kind: Kind) -> float:
    """What the plain sandwich of ``m`` samples is multiplied by."""
    return m / (m - 1) if kind == "CR1" else 1.0


def _satterthwaite(found: Pieces) -> Floats:
    """Match the first two moments of each variance; the m × m matrix is never formed.

    Not a number where the residuals of all samples say nothing about a coefficient's variance.
    """
    bread = found.bread
    spread = np.diagonal(bread @ found.spread @ bread, axis1=1, axis2=2)
    lean = bread @ found.lean @ np.linalg.cholesky(bread)
    lean2 = (lean**2).sum(axis=2)
    trace = (spread - lean2).sum(axis=0)
    rows = lean.transpose(1, 2, 0)
    gram = rows @ rows.transpose(0, 2, 1)
    squares = (spread**2 - 2.0 * spread * lean2).sum(axis=0) + (gram**2).sum(axis=(1, 2))
    silent = trace <= 1e-12 * spread.sum(axis=0)
    return np.where(silent, np.nan, trace**2 / np.where(silent, 1.0, squares))
