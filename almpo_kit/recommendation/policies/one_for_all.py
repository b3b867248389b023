"""One programme for everybody: the one with the highest mean gain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from almpo_kit.recommendation.caseloads.caseload import Caseload
from almpo_kit.recommendation.policies.limits import Limits
from almpo_kit.recommendation.policies.policy import Policy
from almpo_kit.recommendation.policies.priced import priced

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class OneForAll:
    """Learner: the arm with the highest mean for everybody; with limits, a lot within them.

    Parameters
    ----------
    limits : Limits
        Where not all can have the best programme, a lot decides who does, and the next best follows.
    prices : mapping of str to float, optional
        Programme -> what a place is worth elsewhere, in the unit of scores; gains are taken net of it.
    """

    limits: Limits = field(default_factory=Limits)
    prices: Mapping[str, float] | None = None

    @property
    def name(self) -> str:
        """Short, for tables."""
        return "one for all"

    def learn(self, people: Caseload, *, seed: int = 0) -> Policy:
        """The policy learned from some people."""
        people = priced(people, self.prices)
        mean = people.weight @ (people.scores - people.scores[:, :1]) / people.weight.sum()
        uses, most = self.limits.whole(people.menu) or (None, np.inf)
        share = best_shares(mean, self.limits.caps(people.menu), uses, most)
        given = ", ".join(
            f"{name} to {s:.0%}" if s < 1 else f"{name} to everybody"
            for name, s in zip(people.arms, share, strict=True)
            if s > 0
        )
        return Policy(
            name=self.name,
            arms=people.arms,
            names=people.names,
            rule=lambda x: np.tile(share, (len(x), 1)),
            words=f"Offers {given}, whoever they are.",
            details={
                "shares": dict(zip(people.arms, share.tolist(), strict=True)),
                "best": people.arms[int(share.argmax())],
            },
        )


def best_shares(mean: Array, caps: Array, uses: Array | None, most: float) -> Array:
    """Shares of people for each arm with the highest total gain, shape (k,).

    Parameters
    ----------
    mean : Array, shape (k,)
        Mean gain of each arm; 0 for the offer of none, which takes what is left.
    caps : Array, shape (k,)
    uses : Array, shape (k,), or None
        What an offer uses of the whole.
    most : float
        How much may be used a person.

    Notes
    -----
    Shares sum to 1, and what is used is limited: a linear programme in k numbers.
    """
    if uses is None and np.isinf(caps).all():
        return np.where(np.arange(len(mean)) == mean.argmax(), 1.0, 0.0)
    from scipy.optimize import linprog

    found = linprog(
        -mean,
        A_ub=None if uses is None else uses[None, :],
        b_ub=None if uses is None else [most],
        A_eq=np.ones((1, len(mean))),
        b_eq=[1.0],
        bounds=[(0.0, min(c, 1.0)) for c in caps],
        method="highs",
    )
    share = np.where(found.x < 1e-12, 0.0, found.x)
    return np.asarray(share / share.sum())
