"""Joint test of several contrasts with cluster-robust errors in few samples (AHT, clubSandwich's "HTZ").

References
----------
Tipton and Pustejovsky (2015) J. Educ. Behav. Stat. 40, 604-634.
"""

from __future__ import annotations

from dataclasses import dataclass

from almpo_kit.evidence.kernels.blocks import Blocks, Floats
from almpo_kit.evidence.kernels.robust import Kind
from almpo_kit.evidence.kernels.three_level import Fit


@dataclass(frozen=True)
class Joint:
    """``f`` with ``df_num`` and ``df_den`` (infinite for the model-based test), and ``p``.

    Where the samples are too few for the test (``df_den`` not positive) ``f`` and ``p`` are not numbers.
    """

    f: float
    df_num: int
    df_den: float
    p: float


def joint(b: Blocks, fitted: Fit, contrasts: Floats, kind: Kind = "CR2") -> Joint:
    """Test that all ``contrasts`` (q, p) of the coefficients are zero."""
    raise NotImplementedError
