"""Pairs: one group (or person) of each pair in each arm."""

from __future__ import annotations

from typing import Any

import numpy as np

from almpo_kit.experiments.estimating.asked import codes, needed, net
from almpo_kit.experiments.estimating.durations import ended
from almpo_kit.experiments.estimating.kernels.contrasts import Contrasts
from almpo_kit.experiments.estimating.kernels.hazards import log_rates
from almpo_kit.experiments.estimating.kernels.pairs import weighted_differences
from almpo_kit.experiments.estimating.trial_data import TrialData
from almpo_kit.vocabulary.errors import DesignError

Array = np.ndarray[Any, np.dtype[Any]]


def pair_differences(data: TrialData, weights: str) -> Contrasts:
    """Mean difference within pairs, pairs alike (``weights="groups"``) or weighed by their people (``"people"``)."""
    if len(data.arms) != 2:
        raise DesignError(
            f"pairs: a pair has two arms, not {len(data.arms)}; use 'blocked' with the pairs as blocks."
        )
    pair = codes(needed(data, "pair", "pairs"))
    side = pair * 2 + data.arm
    people = np.bincount(side, minlength=2 * (int(pair.max()) + 1)).reshape(-1, 2).astype(float)
    whole = (people > 0).all(axis=1)
    if whole.sum() < 2:
        raise DesignError(
            f"pairs: {int(whole.sum())} pairs have an outcome on both sides, and two are needed at least; use 'cluster'."
        )
    gaps = _gaps(data, side, people, whole)
    weight = people[whole].sum(axis=1) if weights == "people" else np.ones(int(whole.sum()))
    if (weight / weight.sum()).max() >= 0.5 and not np.allclose(weight, weight[0]):
        raise DesignError(
            "pairs: one pair holds half of all people or more, so that nothing tells its luck from the effect; use "
            "weights='groups'."
        )
    effect, variance, df = weighted_differences(gaps, weight)
    counted = np.array([2 * int(whole.sum())])
    return Contrasts(
        np.array([effect]), np.array([[variance]]), np.array([df]), counted, _notes(data, whole, weights)
    )


def _gaps(data: TrialData, side: Array, people: Array, whole: Array) -> Array:
    size = people.size
    if data.event is None:
        y, _ = net(data, side, "pairs")
        level = np.bincount(side, y, minlength=size) / np.maximum(people.ravel(), 1)
    else:
        ended(data)
        level = np.zeros(size)
        seen = np.unique(side)
        level[seen] = log_rates(data.y, np.asarray(data.event, dtype=bool), codes(side))
    level = level.reshape(-1, 2)
    return np.asarray((level[:, 1] - level[:, 0])[whole])


def _notes(data: TrialData, whole: Array, weights: str) -> tuple[str, ...]:
    alike = "Each pair counts alike." if weights == "groups" else "Pairs count by their people."
    notes = [alike]
    if not whole.all():
        notes.append(
            f"{int((~whole).sum())} pairs have lost one side and say nothing; the others stay comparable."
        )
    if data.event is not None:
        notes.append("Rates (ends per time) are compared, which takes the hazard to be constant over time.")
    return tuple(notes)
