"""What the coefficients would be without each sample.

References
----------
Viechtbauer and Cheung (2010) Res. Synth. Methods 1, 112-125.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from almpo_kit.evidence.kernels.blocks import Blocks, Floats
from almpo_kit.evidence.kernels.three_level import Fit


@dataclass(frozen=True)
class Deletion:
    """Leaving out one sample at a time, the variances fixed; rows in the order of the sorted sample labels.

    ``beta`` (m, p): coefficients without the sample. ``se`` (m, p): their model-based standard errors.
    ``dfbetas`` (m, p): change of each coefficient in those standard errors. ``cook`` (m,): change of all
    coefficients together, as a squared distance in units of their covariance. ``leverage`` (m,): how many
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

    ``beta`` (m, p), ``se`` (m, p) model-based, ``between`` (m,), ``within`` (m,), ``converged`` (m,).
    """

    beta: Floats
    se: Floats
    between: Floats
    within: Floats
    converged: NDArray[np.bool_]


def delete(b: Blocks, fitted: Fit) -> Deletion:
    """Coefficients without each sample at the variances of ``fitted``, by closed-form downdates."""
    raise NotImplementedError


def refit(
    b: Blocks, fitted: Fit, *, restricted: bool = True, free: tuple[bool, bool] = (True, True)
) -> Refits:
    """Fit again without each sample, beginning at the variances of ``fitted``."""
    raise NotImplementedError
