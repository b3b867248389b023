"""A mixture of a belief and the evidence: only for those who ask for it, with weights that they name."""

from __future__ import annotations

from typing import Any

import numpy as np

from almpo_kit.codesign.beliefs.kernels.conflict import evidence_cdf
from almpo_kit.codesign.beliefs.kernels.curves import Pool, turned

Array = np.ndarray[Any, np.dtype[Any]]


def mixed_quantiles(belief: Pool, share: float, centre: float, scale: float, df: float, p: Array) -> Array:
    """Quantiles of ``share`` of the belief and the rest of the evidence."""
    reach = 60 * scale
    low = min(belief.curves.ends[0], centre - reach)
    high = max(belief.curves.ends[1], centre + reach)

    def chance(x: Array) -> Array:
        return share * belief.cdf(x) + (1 - share) * evidence_cdf((x - centre) / scale, df)

    return turned(chance, p, low, high)
