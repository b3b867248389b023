"""Our estimate in the form that DoWhy's refuters ask for, so that they attack it and not a stand-in.

DoWhy's refuters change a data frame and estimate again. Here the frame carries taking part, the outcome and the
position of each person; what else is known of them stays in the Sample, so that clusters, blocks and weights are as
they were.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evaluation.designs.sample import Sample
from almpo_kit.evaluation.inference.fit import Fit
from almpo_kit.evaluation.refutation.again import Again, beside, large_enough, measuring, two_arms
from almpo_kit.evaluation.refutation.clock import OutOfTime
from almpo_kit.evaluation.refutation.target import Conclusion, Target, concluded, ends
from almpo_kit.vocabulary.errors import AlmpoError

Array = np.ndarray[Any, np.dtype[Any]]
#: Column of the frame: position of the person; taking part (0/1); the outcome; a covariate that stands for all.
_ROW, _PART, _OUTCOME, _COVARIATES = "row", "taking_part", "outcome", "covariates"
#: Persons of two arms that these attempts use at most: each estimates scores of times.
_MOST = 5_000


@dataclass(eq=False, repr=False)
class Attacked:
    """One effect as DoWhy's refuters see it.

    Parameters
    ----------
    frame : DataFrame
    estimand, estimate : object
        Of DoWhy.
    value : float
        The effect on exactly these persons without any change.
    se : float
        Its standard error.
    conclusion : str
        What its interval says about the direction: on fewer persons than the estimate it may say less.
    drawn : list of float
        Effects estimated so far, one a change.
    """

    frame: pd.DataFrame
    estimand: Any
    estimate: Any
    value: float
    se: float
    conclusion: Conclusion = "open"
    drawn: list[float] = field(default_factory=list)

    def run(self, refuter: Callable[..., Any], seed: int, **options: Any) -> Array:
        """Effects under a refuter's changes: as many as time allows.

        Returns
        -------
        Array of float, shape (at most the draws asked for,)
        """
        self.drawn.clear()
        with quiet(seed), suppress(OutOfTime):
            refuter(self.frame, self.estimand, self.estimate, **options)
        return np.array(self.drawn)


def attacked(again: Again, target: Target) -> Attacked | None:
    """The effect on the persons of two arms, ready to be attacked; None where an arm is too small to tell about."""
    sample, _ = two_arms(again.estimate.sample, target.arm, target.comparison)
    sample = sample.rows(_some(np.flatnonzero(np.isfinite(sample.outcome[:, target.h])), again.seed))
    sample = measuring(sample, sample.outcome[:, [target.h]], sample.measures.iloc[[target.h]])
    if not large_enough(sample):
        return None
    # Estimated anew also where nothing differs: chances of the arms may have come from another step.
    fit = again(sample, ((target.arm, target.comparison),))
    frame = pd.DataFrame(
        {
            _ROW: np.arange(len(sample)),
            _PART: sample.arm.astype(int),
            _OUTCOME: sample.outcome[:, 0],
            _COVARIATES: 0.0,
        }
    )
    return _as_dowhy_sees_it(again, sample, target, frame, fit)


def _some(rows: Array, seed: int) -> Array:
    """At most ``_MOST`` rows, drawn at random."""
    if len(rows) <= _MOST:
        return rows
    draw = np.random.default_rng(np.random.SeedSequence([seed, _MOST]))
    return np.sort(draw.choice(rows, _MOST, replace=False))


def _as_dowhy_sees_it(
    again: Again, sample: Sample, target: Target, frame: pd.DataFrame, fit: Fit
) -> Attacked:
    with quiet(0):
        from dowhy.causal_estimator import CausalEstimate, CausalEstimator
        from dowhy.causal_identifier.identified_estimand import IdentifiedEstimand

    estimand = IdentifiedEstimand(
        None,
        [_PART],
        [_OUTCOME],
        backdoor_variables={"backdoor": [_COVARIATES]},
        default_backdoor_id="backdoor",
        identifier_method="backdoor",
    )
    value = float(fit.estimate[0, 0])
    low, high = (float(e[0, 0]) for e in ends(fit))
    found = Attacked(frame, estimand, None, value, float(fit.se[0, 0]), concluded(low, high))

    class OurEstimator(CausalEstimator):  # type: ignore[misc, unused-ignore]
        """Estimates by the method under attack whatever a refuter changed."""

        def get_new_estimator_object(self, identified_estimand: Any, **_: Any) -> Any:
            # Copied deeply by default, with all persons; only the names of the columns differ.
            new = OurEstimator(identified_estimand)
            new._effect_modifier_names, new._target_units = [], "ate"
            return new

        def fit(self, data: pd.DataFrame, **_: Any) -> Any:
            return self

        def estimate_effect(self, data: pd.DataFrame, **_: Any) -> Any:
            treatment = self._target_estimand.treatment_variable[0]
            more = [c for c in self._target_estimand.get_adjustment_set() if c != _COVARIATES]
            effect = _effect(again, sample, target, data, treatment, more)
            found.drawn.append(effect)
            return CausalEstimate(data, [treatment], [_OUTCOME], effect, self._target_estimand, None, 0, 1)

    estimator = OurEstimator(estimand)
    estimator._effect_modifier_names, estimator._target_units = [], "ate"
    found.estimate = CausalEstimate(frame, [_PART], [_OUTCOME], value, estimand, None, 0, 1)
    found.estimate.add_estimator(estimator)
    return found


def _effect(
    again: Again, sample: Sample, target: Target, data: pd.DataFrame, treatment: str, more: list[str]
) -> float:
    """The effect on a changed frame; NaN where the change left nothing to estimate on."""
    again.clock.check()
    changed = sample.rows(data[_ROW].to_numpy())
    outcome = data[[_OUTCOME]].to_numpy(dtype=float)
    changed = replace(changed, arm=data[treatment].to_numpy(dtype=np.int64), outcome=outcome)
    for name in more:
        changed = beside(changed, data[name].to_numpy(dtype=float), name)
    if not large_enough(changed):
        return float("nan")
    try:
        return float(again(changed, ((target.arm, target.comparison),)).estimate[0, 0])
    except AlmpoError:
        return float("nan")


def refuter(module: str, name: str) -> Any:
    """Something of DoWhy's refuters; the warnings that importing them gives stay here."""
    with quiet(0):
        return getattr(import_module(f"dowhy.causal_refuters.{module}"), name)


def load_dowhy() -> None:
    """Load DoWhy now, which takes seconds, and keep its warnings."""
    # Being quiet about it begins with importing it.
    with quiet(0):
        return


@contextmanager
def quiet(seed: int) -> Iterator[None]:
    """Keep DoWhy's warnings, bars and log lines from the person, and its draws from the shared random state."""
    state = np.random.get_state()
    np.random.seed(seed % 2**32)
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            import dowhy.causal_refuter as judged

            # It would print that it takes few draws to be normal; its p-values are not used here.
            before, judged.logger.disabled = judged.logger.disabled, True
            try:
                yield
            finally:
                judged.logger.disabled = before
    finally:
        np.random.set_state(state)
