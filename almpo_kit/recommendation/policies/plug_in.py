"""Plug-in: predict what each person gains, and offer the programme with the highest prediction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from almpo_kit.recommendation.caseloads.caseload import Caseload
from almpo_kit.recommendation.policies.boosted_gains import boosted_gains
from almpo_kit.recommendation.policies.capped_choice import capped_prices, choose
from almpo_kit.recommendation.policies.limits import Limits
from almpo_kit.recommendation.policies.linear_gains import linear_gains
from almpo_kit.recommendation.policies.policy import Policy
from almpo_kit.recommendation.policies.priced import priced
from almpo_kit.vocabulary.errors import ParameterError

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class PlugIn:
    """Learner: gains predicted from doubly robust scores, then the best one within the limits.

    Parameters
    ----------
    model : {"ridge", "boosting"}
        Straight lines shrunk towards the same for all, or boosted trees.
    limits : Limits
        Kept by a price on each programme that is learned with the rule: on other people shares may differ a little.
    prices : mapping of str to float, optional
        Programme -> what a place is worth elsewhere, in the unit of scores; gains are taken net of it.

    Notes
    -----
    The DR-learner (Kennedy 2023, Electron. J. Statist. 17, 3008-3049) as a rule. It predicts well what it need not, and
    nothing says which features make the difference: compare it with a tree.
    """

    model: Literal["ridge", "boosting"] = "ridge"
    limits: Limits = field(default_factory=Limits)
    prices: Mapping[str, float] | None = None

    @property
    def name(self) -> str:
        """Short, for tables."""
        return {"ridge": "predicted gain", "boosting": "predicted gain, boosted"}[self.model]

    def __post_init__(self) -> None:
        if self.model not in ("ridge", "boosting"):
            raise ParameterError(
                f"there is no model {self.model!r}; choose PlugIn('ridge') or PlugIn('boosting')."
            )

    def learn(self, people: Caseload, *, seed: int = 0) -> Policy:
        """The policy learned from some people."""
        people = priced(people, self.prices)
        x = people.features.to_numpy()
        gains = people.scores - people.scores[:, :1]
        predict: Callable[[Array], Array]
        if self.model == "ridge":
            predict = linear_gains(x, gains, people.weight, people.cluster).predict
        else:
            predict = boosted_gains(x, gains, people.weight, seed=seed)
        return best_within(self.name, people, predict, self.limits)


def best_within(
    name: str, people: Caseload, predict: Callable[[Array], Array], limits: Limits, *, words: str = ""
) -> Policy:
    """The policy that offers each person the arm with the highest of what ``predict`` gives, within limits.

    Parameters
    ----------
    name : str
    people : Caseload
        Whom prices of places are set with.
    predict : callable
        Features, shape (m, p) -> what each arm is worth to each person, shape (m, k).
    limits : Limits
    words : str
        What is highest.

    Returns
    -------
    Policy
        ``details["prices"]`` holds what a place costs in the unit of gains.
    """
    prices = np.zeros(len(people.menu))
    if limits.any:
        uses, most = limits.whole(people.menu) or (None, np.inf)
        prices = capped_prices(
            predict(people.features.to_numpy()),
            limits.caps(people.menu),
            people.weight,
            uses=uses,
            most=most,
        )
    inside = f", {limits.words()}" if limits.any else ""
    return Policy(
        name=name,
        arms=people.arms,
        names=people.names,
        rule=lambda x: choose(predict(x), prices),
        words=f"Offers each person the programme with {words or 'the highest predicted gain'}, or none where none gains{inside}.",
        details={"prices": dict(zip(people.arms, prices.tolist(), strict=True))},
    )
