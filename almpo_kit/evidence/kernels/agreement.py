"""How far two coders agree beyond chance."""

from __future__ import annotations

import numpy as np

from almpo_kit.evidence.kernels.blocks import Ints


def weighted_kappa(first: Ints, second: Ints, n_categories: int) -> float:
    """Cohen's kappa with linear weights: a neighbouring category is a smaller disagreement.

    Parameters
    ----------
    first, second : ndarray of int, shape (n,)
        Category of each item by each coder, 0 … n_categories − 1, in their order.

    Returns
    -------
    float
        1 for full agreement, 0 for what chance alone would give; NaN where both coders used one and the
        same category throughout, so that chance alone agrees fully, or there is no item.

    References
    ----------
    Cohen (1968) Psychol. Bull. 70, 213-220.
    """
    if len(first) == 0:
        return float("nan")
    seen = np.zeros((n_categories, n_categories))
    np.add.at(seen, (first, second), 1.0)
    seen /= seen.sum()
    place = np.arange(n_categories)
    distance = np.abs(place[:, None] - place[None, :])
    expected = float((distance * np.outer(seen.sum(1), seen.sum(0))).sum())
    return float("nan") if expected == 0 else 1.0 - float((distance * seen).sum()) / expected
