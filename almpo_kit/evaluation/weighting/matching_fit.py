"""A Fit from matched contrasts, with the checks that matching needs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from almpo_kit.evaluation.designs.sample import Sample
from almpo_kit.evaluation.disclosure.smallest import SMALLEST
from almpo_kit.evaluation.estimation.counts import contrast_counts
from almpo_kit.evaluation.inference.fit import Fit
from almpo_kit.evaluation.learners.basis import bent, scaled
from almpo_kit.evaluation.weighting.matched import Find, MatchedContrast, matched_contrast
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number

Array = np.ndarray[Any, np.dtype[Any]]
#: So many people of the smallest arm a column, or the correction is linear.
_PEOPLE_A_COLUMN = 10


def matching_fit(
    sample: Sample,
    contrasts: Sequence[tuple[str, str]],
    target: str,
    finder: Callable[[tuple[int, int]], Find],
    matches: int,
    *,
    progress: Callable[[int, int], None] | None = None,
    checks: tuple[Check, ...] = (),
    propensity: Array | None = None,
) -> Fit:
    """Match every contrast.

    Parameters
    ----------
    finder : callable
        Positions of the two arms -> how donors are found.

    Raises
    ------
    ParameterError
        ``matches`` is not a whole number of at least one.
    """
    if isinstance(matches, bool) or not isinstance(matches, int | np.integer) or matches < 1:
        raise ParameterError(f"matches={matches!r} must be a whole number of at least 1, e.g. matches=4.")
    told: list[MatchedContrast] = []
    shape = _shape(sample, contrasts)
    for done, (a, b) in enumerate(contrasts):
        arms = (sample.arms.index(a), sample.arms.index(b))
        told.append(matched_contrast(sample, arms, target, finder(arms), matches, shape))
        if progress is not None:
            progress(done + 1, len(contrasts))
    return Fit(
        contrasts=tuple(contrasts),
        estimate=np.array([t.estimate for t in told]),
        covariance=np.array([t.covariance for t in told]),
        df=np.array([t.df for t in told]),
        comparison_mean=np.array([t.base for t in told]),
        **contrast_counts(sample, contrasts),
        estimand=target,
        se_kind="matching weights, by cluster" if sample.clustered else "Abadie–Imbens",
        propensity=propensity,
        checks=(*checks, *_said(contrasts, told, matches)),
        details={"matches": matches},
    )


def _shape(sample: Sample, contrasts: Sequence[tuple[str, str]]) -> Array:
    """Covariates, with squares and indicators of zero where people are many enough."""
    smallest = min(np.bincount(sample.arm)[[sample.arms.index(a) for pair in contrasts for a in pair]])
    wide = bent(sample.covariates)
    return wide if smallest >= _PEOPLE_A_COLUMN * wide.shape[1] else scaled(sample.covariates)


def _said(
    contrasts: Sequence[tuple[str, str]], told: list[MatchedContrast], matches: int
) -> tuple[Check, ...]:
    used = "; ".join(
        f"{a} against {b}: {_people(t.donors_used)}" for (a, b), t in zip(contrasts, told, strict=True)
    )
    made = [
        Check(
            "donors",
            "informational",
            f"Each person is matched to {matches} {'person' if matches == 1 else 'people'} of the other group (more "
            f"where several are equally near); people who serve as matches: {used}.",
        )
    ]
    lost = max(t.unmatched for t in told)
    if lost > 0:
        share = "under 1%" if lost < 0.01 else f"{number(100 * lost, 0)}%"
        made.append(
            Check(
                "unmatched",
                "failed",
                f"{share} of the people asked about have nobody to be matched with in their stratum; they are left out.",
            )
        )
    if not all(t.corrected for t in told):
        made.append(
            Check(
                "distance_left",
                "failed",
                "Too few people serve as matches to correct for the distance that matching leaves; expect bias.",
            )
        )
    return tuple(made)


def _people(count: int) -> str:
    return f"fewer than {SMALLEST}" if count < SMALLEST else number(count, 0)
