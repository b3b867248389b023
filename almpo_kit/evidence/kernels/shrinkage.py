"""Empirical-Bayes effects of samples: what each shows, pulled towards what the model expects of it.

References
----------
Raudenbush and Bryk (1985) J. Educ. Stat. 10, 75-98. Robinson (1991) Stat. Sci. 6, 15-32 (best linear
unbiased prediction and its error).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from almpo_kit.evidence.kernels.blocks import Blocks, Floats, weights
from almpo_kit.evidence.kernels.three_level import Fit


@dataclass(frozen=True)
class Shrunken:
    """Samples in the order of the blocks, all arrays (m,), in the caller's units.

    ``own``: a sample's weighted mean; ``own_se``: its error, sampling and within the sample. ``expected``:
    what the moderators predict for it. ``effect``, ``se``: the shrunken effect and its error at these
    variances, coefficients estimated. ``pull``: how far from ``own`` towards ``expected``, 0 to 1.
    ``deviation``, ``deviation_se``: the sample's random effect alone.
    """

    own: Floats
    own_se: Floats
    expected: Floats
    effect: Floats
    se: Floats
    pull: Floats
    deviation: Floats
    deviation_se: Floats


def shrink(b: Blocks, fitted: Fit) -> Shrunken:
    """Best linear unbiased prediction of each sample's effect."""
    carrier, between, within = fitted.working(b)
    w = weights(carrier, between, within)
    bread, beta = fitted.bread / b.scale**2, fitted.beta / b.scale
    own, x = w.mean(b, b.y), w.mean(b, b.x.T)
    expected, trusted = beta @ x, between * w.mass
    deviation = trusted * (own - expected)
    # The random effect given the coefficients, and what not knowing them adds to each prediction.
    left = between * w.shrink
    whole, alone = x - trusted * x, -trusted * x
    errors = [np.sqrt(left + np.einsum("am,ab,bm->m", d, bread, d)) for d in (whole, alone)]
    return Shrunken(
        own=own * b.scale,
        own_se=b.scale / np.sqrt(w.mass_beneath),
        expected=expected * b.scale,
        effect=(expected + deviation) * b.scale,
        se=errors[0] * b.scale,
        pull=w.shrink,
        deviation=deviation * b.scale,
        deviation_se=errors[1] * b.scale,
    )
