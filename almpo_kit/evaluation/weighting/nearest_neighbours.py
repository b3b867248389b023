"""Matching on the covariates themselves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from almpo_kit.evaluation.designs.sample import Sample
from almpo_kit.evaluation.inference.fit import Fit
from almpo_kit.evaluation.learners.basis import scaled
from almpo_kit.evaluation.protocol.results import Overlap
from almpo_kit.evaluation.weighting.matches import Matches, in_space
from almpo_kit.evaluation.weighting.matching_fit import matching_fit
from almpo_kit.vocabulary.errors import DesignError

Array = np.ndarray[Any, np.dtype[Any]]
#: Distances that are measured at most: some minutes of work.
_MOST = 5e9


def nearest_neighbours(
    overlap: Overlap,
    sample: Sample,
    *,
    estimand: str = "att",
    contrasts: Sequence[tuple[str, str]],
    matches: int = 4,
    progress: Callable[[int, int], None] | None = None,
    **unused: Any,
) -> Fit:
    """Match everybody to the nearest people of the other arm; see :func:`estimate` for the parameters.

    Distance is Euclidean in covariates scaled to a variance of one, within strata where there are any; matching is
    with replacement, all ties count, and what distance is left is corrected by regression among the matched.

    Parameters
    ----------
    matches : int
        People each is matched to.

    Raises
    ------
    DesignError
        So many people that all distances cannot be measured, or no covariate.

    References
    ----------
    Abadie and Imbens (2006) Econometrica 74, 235-267; (2011) J. Bus. Econ. Stat. 29, 1-11.
    """
    x = scaled(sample.covariates)
    _refuse(sample, x, contrasts)
    strata = np.zeros(len(sample), dtype=np.int64) if sample.block is None else sample.block

    def finder(arms: tuple[int, int]) -> Callable[[Array, Array, int, bool, int], Matches]:
        def find(targets: Array, donors: Array, m: int, own: bool, arm: int) -> Matches:
            return in_space(x[targets], x[donors], (strata[targets], strata[donors]), m, own=own)

        return find

    return matching_fit(
        sample, contrasts, "ate" if estimand == "ate" else "att", finder, matches, progress=progress
    )


def _refuse(sample: Sample, x: Array, contrasts: Sequence[tuple[str, str]]) -> None:
    if x.shape[1] == 0:
        raise DesignError(
            'there is no covariate to match on; name some in the design, or use method="difference".'
        )
    sizes = np.bincount(sample.arm, minlength=len(sample.arms)).astype(float)
    most = max(sizes[sample.arms.index(b)] for _, b in contrasts)
    if most * len(sample) > _MOST:
        raise DesignError(
            f'{len(sample)} people are too many to measure all distances; use method="propensity_matching", which '
            'matches on one number, or method="doubly_robust".'
        )
