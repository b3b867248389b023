"""A declared trial: everything that is needed to run it a thousand times before it is run once."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np

from almpo_kit.experiments.declaring.saturation_fit import saturation_fit, saturation_truth
from almpo_kit.experiments.declaring.world import world_of
from almpo_kit.experiments.estimating.contrast_fit import ContrastFit
from almpo_kit.experiments.estimating.fit_contrasts import fit_contrasts
from almpo_kit.experiments.estimating.trial_data import TrialData
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.trial_designs import TrialDesign
from almpo_kit.vocabulary.trial_outcomes import Losses, TrialOutcome

#: Parts of a declaration that are plain values of their own.
_PARTS: Final = ("design", "outcome", "losses")
_PEOPLE_A_BLOCK = 20


@dataclass(frozen=True)
class Declaration:
    """A trial declared: who is drawn, what is measured, what is true, how it is analysed, what it costs.

    Parameters
    ----------
    design : TrialDesign
    outcome : TrialOutcome
    effects : mapping of str to float
        Arm (but the comparison) -> effect of the offer, in the outcome's own scale.
    losses : Losses
    estimator : str
        A key of ``vocabulary.trial_plans.ESTIMATORS``.
    alpha : float
    effect_spread : float
        Standard deviation of the effect between groups (where groups are drawn) or people; of a duration on the log scale.
    spillover : float
        Saturation design: effect on those not offered where everybody else is, falling in step with the share offered.
    blocks : int
        Blocked design: how many; 0 for about 20 people each.
    population_size : int
        People about whom the trial is to speak; 0 where they are very many.
    cost_fixed, cost_per_group, cost_per_person : float
        Per person in the trial, in a stepped wedge per person and period.
    synthetic : bool
    """

    design: TrialDesign
    outcome: TrialOutcome
    effects: Mapping[str, float]
    losses: Losses = field(default_factory=Losses)
    estimator: str = "difference"
    alpha: float = 0.05
    effect_spread: float = 0.0
    spillover: float = 0.0
    blocks: int = 0
    population_size: int = 0
    cost_fixed: float = 0.0
    cost_per_group: float = 0.0
    cost_per_person: float = 0.0
    synthetic: bool = False

    def world(self, rng: np.random.Generator) -> TrialData:
        """One simulated trial, drawn, measured and partly lost.

        Parameters
        ----------
        rng : numpy.random.Generator
        """
        return world_of(self, rng)

    def fit(self, data: TrialData) -> tuple[ContrastFit, ...]:
        """What the declared estimator finds in a trial.

        Parameters
        ----------
        data : TrialData
        """
        if self.estimator == "saturation" and data.event is None:
            return saturation_fit(data, self.alpha)
        return fit_contrasts(self.estimator, data, alpha=self.alpha, familywise=self.design.familywise)

    @property
    def truth(self) -> tuple[float, ...]:
        """What the estimator is to find, arm by arm; of a duration the logarithm of the ratio of hazards."""
        if self.outcome.kind == "duration":
            return tuple(math.log(e) for e in self.effects.values())
        if self.estimator == "saturation":
            (effect,) = self.effects.values()
            return (saturation_truth(self.design, effect, self.spillover),)
        return tuple(self.effects.values())

    @property
    def blocks_made(self) -> int:
        """Blocks that people are drawn in; 0 in other designs."""
        if self.design.kind != "blocked":
            return 0
        return self.blocks or max(self.design.people // _PEOPLE_A_BLOCK, 1)

    @property
    def people(self) -> int:
        """Whose outcome is asked for, on average; in a stepped wedge people and periods."""
        return self.design.total * (self.design.steps + 1 if self.design.kind == "stepped_wedge" else 1)

    @property
    def cost(self) -> float:
        """Of the trial as declared."""
        return (
            self.cost_fixed + self.cost_per_group * self.design.clusters + self.cost_per_person * self.people
        )

    def with_value(self, path: str, value: Any) -> Declaration:
        """The same with one value changed.

        Parameters
        ----------
        path : str
            "design.clusters", "outcome.icc", "losses.attrition", or a field of the declaration; "effect" changes all arms'.
        value : object

        Raises
        ------
        ParameterError
            No such value.
        """
        part, _, name = path.partition(".")
        if path == "effect":
            return replace(self, effects=dict.fromkeys(self.effects, float(value)))
        owner = getattr(self, part) if part in _PARTS and name else self
        wanted = name or path
        if wanted not in getattr(owner, "__dataclass_fields__", {}) or wanted in (*_PARTS, "effects"):
            raise ParameterError(
                f"{path!r} is no value of a declaration; name one such as 'design.clusters', 'outcome.icc', "
                "'losses.attrition', 'effect' or 'estimator'."
            )
        given: dict[str, Any] = {wanted: value}
        if owner is not self:
            given = {part: replace(owner, **given)}
        return replace(self, **given)

    def to_plain(self) -> dict[str, Any]:
        """Plain JSON values, for provenance."""
        return {
            "design": self.design.to_plain(),
            "outcome": self.outcome.to_plain(),
            "effects": dict(self.effects),
            "losses": vars(self.losses).copy(),
            "estimator": self.estimator,
            "alpha": self.alpha,
            "effect_spread": self.effect_spread,
            "spillover": self.spillover,
            "blocks": self.blocks,
            "population_size": self.population_size,
            "cost": [self.cost_fixed, self.cost_per_group, self.cost_per_person],
        }
