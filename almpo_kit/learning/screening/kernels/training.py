"""What the model is trained on: what was read, a description of what is sought, and unread documents presumed irrelevant.

That nearly all unread documents are irrelevant is itself something known: Cormack and Grossman (2015, "Autonomy and
reliability of continuous active learning", arXiv 1504.06868) train on a hundred of them, drawn anew each time. It lets
a search start from relevant documents alone, and it keeps documents that were read because they looked relevant from
being the only example of what is not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from almpo_kit.learning.screening.kernels.blocks import Blocks, stacked
from almpo_kit.learning.screening.kernels.logistic import Linear, balanced, fit

Whole = NDArray[np.int64]


@dataclass(frozen=True)
class Recipe:
    """How a model is trained.

    Parameters
    ----------
    penalty : float
        Shrinks the coefficients; the inverse of scikit-learn's ``C``.
    presumed : int
        Unread documents that are presumed irrelevant.
    presumed_weight : float
        What one of them counts beside one that was read.
    """

    penalty: float = 2.0
    presumed: int = 100
    presumed_weight: float = 0.25


#: Chosen on groups of occupations and skills that are not reported (``benchmarks/screening.py``).
OURS = Recipe()
#: scikit-learn's default, without presumed documents: the peer.
PLAIN = Recipe(penalty=1.0, presumed=0)


def train(
    features: Blocks,
    read: Whole,
    relevant: NDArray[np.bool_],
    unread: Whole,
    rng: np.random.Generator,
    recipe: Recipe,
    *,
    sought: Blocks | None = None,
    start: Linear | None = None,
    tolerance: float = 1e-2,
) -> Linear | None:
    """A model from what was read; None where one of the two classes is missing.

    Parameters
    ----------
    read, unread : ndarray of int
        Rows of ``features``.
    relevant : ndarray of bool, shape (n_read,)
    sought : Blocks, optional
        Descriptions of what is sought, as relevant documents.
    """
    presumed = unread[rng.permutation(len(unread))[: recipe.presumed]] if recipe.presumed else unread[:0]
    held = features.rows(np.concatenate([read, presumed]))
    target = np.concatenate([relevant, np.zeros(len(presumed), bool)]).astype(np.float64)
    weight = np.concatenate([np.ones(len(read)), np.full(len(presumed), recipe.presumed_weight)])
    if sought is not None and len(sought):
        held = stacked(held, sought.rows(np.arange(len(sought))))
        target = np.append(target, np.ones(len(sought)))
        weight = np.append(weight, np.ones(len(sought)))
    if not target.any() or target.all():
        return None
    return fit(
        held, target, _both_alike(target, weight), penalty=recipe.penalty, start=start, tolerance=tolerance
    )


def _both_alike(target: NDArray[np.float64], weight: NDArray[np.float64]) -> NDArray[Any]:
    """Weights under which both classes count alike, half of the documents each."""
    if (weight == 1.0).all():
        return balanced(target)
    yes, no = weight @ target, weight @ (1 - target)
    half = (yes + no) / 2
    return weight * np.where(target > 0.5, half / yes, half / no)
