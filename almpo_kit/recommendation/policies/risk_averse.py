"""Risk-averse: offer a programme only as far as its gain is sure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from almpo_kit.recommendation.caseloads.caseload import Caseload
from almpo_kit.recommendation.policies.limits import Limits
from almpo_kit.recommendation.policies.linear_gains import LinearGains, linear_gains
from almpo_kit.recommendation.policies.plug_in import best_within
from almpo_kit.recommendation.policies.policy import Policy
from almpo_kit.recommendation.policies.priced import priced
from almpo_kit.vocabulary.errors import ParameterError

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class RiskAverse:
    """Learner: the best arm in the worse case that the data leave open.

    Parameters
    ----------
    rule : {"lower_bound", "minimax_regret"}
        The highest lower end of the interval of the gain (none is 0, and sure); or the least that one could come to
        regret, each gain lying anywhere in its interval (Manski 2004, Econometrica 72, 1221-1246).
    level : float
        Of the intervals, 0 to 1. The lower it is, the nearer to the plug-in rule.
    limits : Limits
    prices : mapping of str to float, optional
        Programme -> what a place is worth elsewhere, in the unit of scores; gains are taken net of it.
    """

    rule: Literal["lower_bound", "minimax_regret"] = "lower_bound"
    level: float = 0.8
    limits: Limits = field(default_factory=Limits)
    prices: Mapping[str, float] | None = None

    def __post_init__(self) -> None:
        if self.rule not in ("lower_bound", "minimax_regret"):
            raise ParameterError(
                f"there is no rule {self.rule!r}; choose RiskAverse('lower_bound') or RiskAverse('minimax_regret')."
            )
        if not 0 <= self.level < 1:
            raise ParameterError(
                f"level={self.level!r}; give the level of the intervals, e.g. RiskAverse(level=0.8)."
            )

    @property
    def name(self) -> str:
        """Short, for tables."""
        return {"lower_bound": "sure gain", "minimax_regret": "least regret"}[self.rule]

    def learn(self, people: Caseload, *, seed: int = 0) -> Policy:
        """The policy learned from some people."""
        people = priced(people, self.prices)
        from scipy.stats import norm

        gains = people.scores - people.scores[:, :1]
        model = linear_gains(people.features.to_numpy(), gains, people.weight, people.cluster)
        z = float(norm.ppf(0.5 + self.level / 2))
        worth = lower_bounds if self.rule == "lower_bound" else least_regret
        words = {
            "lower_bound": f"the highest lower end of its {self.level:.0%} interval",
            "minimax_regret": f"the least regret within {self.level:.0%} intervals",
        }[self.rule]
        return best_within(self.name, people, lambda x: worth(model, x, z), self.limits, words=words)


def lower_bounds(model: LinearGains, x: Array, z: float) -> Array:
    """Lower end of the interval of each arm's gain, shape (m, k); 0 for the offer of none."""
    out = model.predict(x)
    for a in range(1, out.shape[1]):
        out[:, a] -= z * model.error_of_difference(x, a, 0)
    return out


def least_regret(model: LinearGains, x: Array, z: float) -> Array:
    """Less the largest regret of each arm, shape (m, k), shifted so that it is 0 for the offer of none."""
    gains = model.predict(x)
    k = gains.shape[1]
    regret = np.zeros_like(gains)
    for a in range(k):
        for b in range(k):
            if a != b:
                beyond = gains[:, b] - gains[:, a] + z * model.error_of_difference(x, a, b)
                regret[:, a] = np.maximum(regret[:, a], beyond)
    return regret[:, :1] - regret
