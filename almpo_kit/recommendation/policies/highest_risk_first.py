"""Highest risk first: programmes go to those with the worst prospects without one, as profiling by risk does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from almpo_kit.recommendation.caseloads.caseload import Caseload
from almpo_kit.recommendation.policies.limits import Limits
from almpo_kit.recommendation.policies.linear_gains import linear_gains
from almpo_kit.recommendation.policies.policy import Policy
from almpo_kit.vocabulary.errors import ParameterError

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class HighestRiskFirst:
    """Learner: the same places as now, or other shares, filled from the worst prospects up.

    Parameters
    ----------
    shares : mapping of str to float, optional
        Programme -> share of people; what is done now where left out.
    limits : Limits
        Shares are cut to them.

    Notes
    -----
    Risk says who will stay out of work, not whom a programme helps (Athey 2017, Science 355, 483-485): it is a rule to compare with, not to follow. Those with the worst prospects get the programme with the
    highest mean gain, and so on.
    """

    shares: Mapping[str, float] | None = None
    limits: Limits = field(default_factory=Limits)

    @property
    def name(self) -> str:
        """Short, for tables."""
        return "highest risk first"

    def learn(self, people: Caseload, *, seed: int = 0) -> Policy:
        """The policy learned from some people."""
        x, weight = people.features.to_numpy(), people.weight
        model = linear_gains(x, people.scores[:, :1], weight, people.cluster)
        share = wanted_shares(people, self.shares, self.limits)
        mean = weight @ people.scores / weight.sum()
        order = sorted(range(1, len(share)), key=lambda a: (-mean[a], people.arms[a]))
        prospects = model.predict(x)[:, 0]
        cuts = _cuts(prospects, weight, np.cumsum(share[order]))
        arms = np.array([*order, 0])
        return Policy(
            name=self.name,
            arms=people.arms,
            names=people.names,
            # People at a cut-off are on its better side: it is never exceeded by many who are alike.
            rule=lambda new: arms[np.searchsorted(cuts, model.predict(new)[:, 0], side="right")],
            words="Offers programmes to those with the worst prospects without one: "
            + ", ".join(f"{people.arms[a]} to {told_share(share[a], len(people))}" for a in order)
            + ".",
            details={"shares": dict(zip(people.arms, share.tolist(), strict=True))},
        )


def _cuts(prospects: Array, weight: Array, upto: Array) -> Array:
    """Prospects below which a share ``upto`` of people lies."""
    order = np.argsort(prospects, kind="stable")
    below = np.cumsum(weight[order]) / weight.sum()
    at = np.searchsorted(below, upto + 1e-12, side="right")
    ranked = np.r_[prospects[order], np.inf]
    return np.asarray(ranked[at])


def wanted_shares(people: Caseload, shares: Mapping[str, float] | None, limits: Limits) -> Array:
    """Share of people for each arm, shape (k,): those asked for, or what is done now, cut to the limits.

    Raises
    ------
    FrameError
        A programme that is not on the menu.
    ParameterError
        Shares that sum to more than 1, or a limit in euro without prices.
    """
    k = len(people.menu)
    if shares is None:
        wanted = np.bincount(people.received, people.weight, k) / people.weight.sum()
    else:
        wanted = np.zeros(k)
        for name, share in shares.items():
            wanted[people.menu.position(name)] = share
    wanted[0] = 0.0
    if (wanted < 0).any() or wanted.sum() > 1 + 1e-9:
        raise ParameterError(
            f"the shares sum to {wanted.sum():.2f}; give shares of people from 0 to 1 that sum to 1 at most, e.g. "
            "{'training': 0.2}."
        )
    wanted = np.minimum(wanted, limits.caps(people.menu))
    whole = limits.whole(people.menu)
    if whole is not None and wanted @ whole[0] > whole[1]:
        wanted *= whole[1] / (wanted @ whole[0])
    wanted[0] = 1 - wanted.sum()
    return wanted


def told_share(share: float, n: int) -> str:
    """A share of people in words that do not give one to nine of them away."""
    return "few" if 0 < share * n < 10 else f"{share:.0%}"
