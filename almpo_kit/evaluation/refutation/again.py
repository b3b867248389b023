"""The same estimate once more, on a sample in which one thing was changed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evaluation.designs.sample import Sample
from almpo_kit.evaluation.disclosure.smallest import SMALLEST
from almpo_kit.evaluation.inference.fit import Fit
from almpo_kit.evaluation.protocol.methods import METHODS, load
from almpo_kit.evaluation.protocol.results import Estimate, Overlap
from almpo_kit.evaluation.refutation.clock import Clock
from almpo_kit.evaluation.refutation.supported_chances import supported_chances
from almpo_kit.vocabulary.errors import AlmpoError, DesignError

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, eq=False, repr=False)
class Again:
    """How to estimate once more.

    Parameters
    ----------
    estimate : Estimate
        The one under attack; asked again with its own method and options.
    clock : Clock
        Methods report their progress to it, so that a long one ends when time is over.
    seed, workers : int
    """

    estimate: Estimate
    clock: Clock
    seed: int
    workers: int = 1

    def __call__(
        self,
        sample: Sample,
        contrasts: tuple[tuple[str, str], ...] | None = None,
        *,
        method: str = "",
        drop: tuple[str, ...] = (),
    ) -> Fit:
        """Fit ``sample`` by the method under attack, or another.

        Parameters
        ----------
        sample : Sample
            Rows inside common support already.
        contrasts : tuple of (str, str), optional
            All of the estimate's when left out.
        method : str, optional
        drop : tuple of str, optional
            Covariates that are no longer in ``sample``.

        Raises
        ------
        OutOfTime
        DesignError
            The method, or a library under it, cannot work with the changed sample.
        """
        self.clock.check()
        asked = self.estimate.options
        chosen = method or self.estimate.method
        function = load(METHODS[self.estimate.design.plan.assignment][chosen])
        around = surrounding(self.estimate.overlap, sample, drop)
        try:
            if chosen == "doubly_robust":
                around = replace(around, propensity=self._chances(sample))
            fit: Fit = function(
                around,
                sample,
                estimand=str(asked.get("estimand") or self.estimate.fit.estimand),
                contrasts=contrasts or self.estimate.fit.contrasts,
                folds=int(asked.get("folds") or 5),
                learner=str(asked.get("learner") or "auto"),
                seed=int(asked.get("seed") or 0),
                workers=self.workers,
                progress=self.clock.check,
            )
        except AlmpoError:
            raise
        except (ValueError, np.linalg.LinAlgError) as error:
            # Changed samples may be what no library can work with (one class left, a singular matrix): that ends the
            # attempt, which is told as not made, and not the refutation.
            raise DesignError(
                f"{chosen.replace('_', ' ')} cannot work with the changed persons: {error}"
            ) from error
        return fit

    def _chances(self, sample: Sample) -> Array | None:
        asked = self.estimate.options
        return supported_chances(
            self.estimate.overlap,
            sample,
            count=int(asked.get("folds") or 5),
            learner=str(asked.get("learner") or "auto"),
            seed=int(asked.get("seed") or 0),
            workers=self.workers,
        )


def surrounding(overlap: Overlap, sample: Sample, drop: tuple[str, ...] = ()) -> Overlap:
    """The overlap as if ``sample`` had been all there ever was; chances of each arm have to be estimated anew."""
    plan = overlap.design.plan
    left = tuple((c, r) for c, r in plan.covariates if c not in drop)
    design = replace(overlap.design, sample=sample, plan=replace(plan, arms=sample.arms, covariates=left))
    return replace(overlap, design=design, kept=np.ones(len(sample), dtype=bool), propensity=None)


def two_arms(sample: Sample, arm: str, comparison: str) -> tuple[Sample, Array]:
    """The rows of two arms, the comparison first, and which rows those are."""
    codes = np.array([sample.arms.index(comparison), sample.arms.index(arm)])
    rows = np.flatnonzero(np.isin(sample.arm, codes))
    cut = sample.rows(rows)
    return replace(cut, arms=(comparison, arm), arm=(cut.arm == codes[1]).astype(np.int64)), rows


def without(sample: Sample, dropped: tuple[str, ...]) -> Sample:
    """The sample without some covariates."""
    kept = [c for c in sample.parts if c not in dropped]
    where = [np.arange(sample.parts[c].start, sample.parts[c].stop) for c in kept]
    at = np.concatenate(where) if where else np.array([], dtype=int)
    parts, start = {}, 0
    for c, w in zip(kept, where, strict=True):
        parts[c] = slice(start, start + len(w))
        start += len(w)
    names = tuple(sample.names[i] for i in at)
    return replace(sample, covariates=sample.covariates[:, at], names=names, parts=parts)


def beside(sample: Sample, column: Array, name: str) -> Sample:
    """The sample with one more covariate."""
    p = sample.covariates.shape[1]
    return replace(
        sample,
        covariates=np.column_stack([sample.covariates, column]),
        names=(*sample.names, name),
        parts={**sample.parts, name: slice(p, p + 1)},
    )


def measuring(sample: Sample, outcome: Array, measures: pd.DataFrame) -> Sample:
    """The sample with other outcomes."""
    return replace(sample, outcome=outcome, measures=measures.reset_index(drop=True))


def large_enough(sample: Sample) -> bool:
    """True when every arm has so many persons that a result on them may be told."""
    return bool(np.bincount(sample.arm, minlength=len(sample.arms)).min() >= SMALLEST)
