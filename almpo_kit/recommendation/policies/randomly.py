"""By lot: the same places as now, whoever gets them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from almpo_kit.recommendation.caseloads.caseload import Caseload
from almpo_kit.recommendation.policies.highest_risk_first import told_share, wanted_shares
from almpo_kit.recommendation.policies.limits import Limits
from almpo_kit.recommendation.policies.policy import Policy


@dataclass(frozen=True)
class Randomly:
    """Learner: everybody has the same chance of each arm.

    Parameters
    ----------
    shares : mapping of str to float, optional
        Programme -> share of people; what is done now where left out.
    limits : Limits
        Shares are cut to them.
    """

    shares: Mapping[str, float] | None = None
    limits: Limits = field(default_factory=Limits)

    @property
    def name(self) -> str:
        """Short, for tables."""
        return "by lot"

    def learn(self, people: Caseload, *, seed: int = 0) -> Policy:
        """The policy learned from some people."""
        share = wanted_shares(people, self.shares, self.limits)
        return Policy(
            name=self.name,
            arms=people.arms,
            names=people.names,
            rule=lambda x: np.tile(share, (len(x), 1)),
            words="Draws by lot: "
            + ", ".join(
                f"{n} to {told_share(s, len(people))}"
                for n, s in zip(people.arms, share, strict=True)
                if s > 0
            )
            + ".",
            details={"shares": dict(zip(people.arms, share.tolist(), strict=True))},
        )
