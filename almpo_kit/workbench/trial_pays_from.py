"""From which worth of one more job on a proposed trial pays, where nobody knows what a job is worth."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from almpo_kit.experiments import Decision, ProposedTrial
from almpo_kit.experiments.valuing.beliefs import beliefs
from almpo_kit.experiments.valuing.worth_of_results import of_results, situation

Array = np.ndarray[Any, np.dtype[Any]]
#: Euro for one more job (or month) between which the price is looked for; as first_trial() has it.
_LEAST, _MOST, _HALVINGS = 1.0, 1e9, 40


def pays_from(
    trials: Sequence[ProposedTrial],
    decision: Callable[[float], Decision],
    means: Mapping[str, float],
    covariance: Array,
    *,
    discount: float,
    states: int,
    seed: int,
) -> list[float]:
    """Least worth of one at which each trial is worth its cost, by halving; infinite where no worth is enough.

    Parameters
    ----------
    trials : sequence of ProposedTrial
    decision : callable
        From the worth of one to the decision: what a euro is worth that is not spent may depend on it.
    means, covariance
        Beliefs.
    discount, states, seed
        As in :func:`almpo_kit.experiments.value`.
    """
    held = beliefs(means, covariance, None)

    def pays(trial: ProposedTrial, price: float) -> bool:
        found = of_results(situation(held, decision(price), states, seed), [trial])
        return found.value * trial.counted_years(discount) * price > trial.cost_at()

    return [_least(lambda price, t=trial: pays(t, price)) for trial in trials]  # type: ignore[misc]


def _least(pays: Callable[[float], bool]) -> float:
    if not pays(_MOST):
        return math.inf
    low, high = math.log(_LEAST), math.log(_MOST)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if pays(math.exp(middle)) else (middle, high)
        if high - low < 1e-3:
            break
    return math.exp(high)
