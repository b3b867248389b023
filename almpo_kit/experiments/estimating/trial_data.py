"""What estimators read: a trial's people as arrays."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from almpo_kit.vocabulary.errors import ParameterError

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, eq=False)
class TrialData:
    """A trial's people as arrays, one entry a person (in a stepped wedge: a person and period).

    Parameters
    ----------
    y : array, shape (n,)
        Outcome; NaN where it is not known. For a duration the time until it ended or was last seen.
    arm : array of int, shape (n,)
        Index into ``arms``; 0 is the comparison. In a stepped wedge 1 from the group's first treated period on; in a
        saturation design 1 where the person was offered it.
    arms : tuple of str
    event : array of bool, shape (n,), optional
        Durations: whether it ended (True) or was only last seen (False). Its presence makes ``y`` a duration.
    block, cluster, pair : array of int, shape (n,), optional
        Any integers, the same within a block, group or pair.
    step : array of int, shape (n,), optional
        Stepped wedge: the first treated period of the person's group.
    period : array of int, shape (n,), optional
    saturation : array, shape (n,), optional
        Share of the person's place that is offered it.
    chance : array, shape (n,), optional
        Probability of the arm that was drawn.
    covariates : array, shape (n, p), optional
        Known before the draw, no NaN.

    Raises
    ------
    ParameterError
        Lengths differ, or an arm has no name.
    """

    y: Array
    arm: Array
    arms: tuple[str, ...]
    event: Array | None = None
    block: Array | None = None
    cluster: Array | None = None
    pair: Array | None = None
    step: Array | None = None
    period: Array | None = None
    saturation: Array | None = None
    chance: Array | None = None
    covariates: Array | None = None

    def __post_init__(self) -> None:
        n = len(self.y)
        for name, values in self._arrays().items():
            if len(values) != n:
                raise ParameterError(f"trial data: {name} has {len(values)} entries, y has {n}.")
        if self.covariates is not None and self.covariates.ndim != 2:
            raise ParameterError("trial data: covariates must have two dimensions, people and covariates.")
        if n and (self.arm.min() < 0 or self.arm.max() >= len(self.arms)):
            raise ParameterError(f"trial data: arm must be an index from 0 to {len(self.arms) - 1}.")

    def _arrays(self) -> dict[str, Array]:
        found = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "arms"}
        return {k: v for k, v in found.items() if v is not None}

    @property
    def known(self) -> Array:
        """Which outcomes are known, shape (n,)."""
        return np.asarray(np.isfinite(self.y))

    def only(self, chosen: Array) -> TrialData:
        """The people chosen by a mask or by positions."""
        return TrialData(arms=self.arms, **{k: v[chosen] for k, v in self._arrays().items()})
