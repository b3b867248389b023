"""Correlated-effects and hierarchical-effects working models, their variances by moments (robumeta).

References
----------
Hedges, Tipton and Johnson (2010) Res. Synth. Methods 1, 39-65. Tipton (2015) Psychol. Methods 20, 375-393.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from almpo_kit.evidence.kernels.blocks import Blocks
from almpo_kit.evidence.kernels.three_level import Fit

Moments = Literal["CORR", "HIER"]
MOMENTS: tuple[str, ...] = get_args(Moments)


@dataclass(frozen=True)
class MomentFit(Fit):
    """A fit whose weights are simple and whose variances come from moments.

    ``between`` is tau2, ``within`` omega2 (zero for CORR), ``loglik`` is not a number.
    """

    model: Moments


def fit_moments(b: Blocks, model: Moments) -> MomentFit:
    """Fit the working model ``CORR`` (uses ``b.rho``) or ``HIER`` as robumeta does."""
    raise NotImplementedError
