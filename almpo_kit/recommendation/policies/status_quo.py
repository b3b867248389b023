"""What is done now: everybody is left to the caseworker."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from almpo_kit.recommendation.caseloads.caseload import Caseload
from almpo_kit.recommendation.policies.policy import ABSTAINS, Policy


@dataclass(frozen=True)
class StatusQuo:
    """Learner: says nothing about anybody, so that everybody gets what she got."""

    @property
    def name(self) -> str:
        """Short, for tables."""
        return "what is done now"

    def learn(self, people: Caseload, *, seed: int = 0) -> Policy:
        """The policy that leaves everybody to the caseworker."""
        return Policy(
            name=self.name,
            arms=people.arms,
            names=people.names,
            rule=lambda x: np.full(len(x), ABSTAINS),
            words="Leaves everybody to the caseworker, as now.",
        )
