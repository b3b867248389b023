"""The quantiles that a panel gave for one quantity: complete, in order, one answer a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.codesign.rounds.answers_given import given_answers
from almpo_kit.vocabulary.consultation_items import QUANTILES, Item
from almpo_kit.vocabulary.consultations import Plan
from almpo_kit.vocabulary.errors import DesignError, ParameterError

Array = np.ndarray[Any, np.dtype[Any]]
_PARTS = [str(q) for q in QUANTILES]


@dataclass(frozen=True)
class BeliefsGiven:
    """Answers to one quantity.

    Parameters
    ----------
    item : Item
    people : DataFrame
        ``participant, role, round, low, median, high``, one row a person.
    incomplete, disordered, earlier : int
        Left out for a missing quantile; left out because the quantiles are not in order; kept from an earlier round.
    round : int
        The last round that is counted.
    """

    item: Item
    people: pd.DataFrame
    incomplete: int
    disordered: int
    earlier: int
    round: int

    @property
    def quantiles(self) -> Array:
        """10th, 50th, 90th percentile, shape (n, 3)."""
        return self.people[["low", "median", "high"]].to_numpy(dtype=float)

    @property
    def ends(self) -> tuple[float, float]:
        """Of the range that could be entered."""
        return float(self.item.quantity["low"]), float(self.item.quantity["high"])


def beliefs_given(judged: pd.DataFrame, plan: Plan, name: str, last: int | None) -> BeliefsGiven:
    """The latest complete answer of each person up to a round.

    Raises
    ------
    FrameError, ParameterError
    DesignError
        The item is no quantity, or nobody answered it.
    """
    rows = given_answers(judged, plan, "beliefs")
    item = plan.item(name)
    if item.kind != "quantity":
        known = ", ".join(i.id for i in plan.items if i.kind == "quantity") or "none in this plan"
        raise DesignError(
            f"item {name!r} asks for a {item.kind}, not for a quantity; quantities are: {known}."
        )
    last = _round(last, plan)
    rows = rows[(rows["item"] == name) & (rows["round"] <= last)]
    latest = rows[rows["round"] == rows.groupby("participant")["round"].transform("max")]
    if latest.empty:
        raise DesignError(
            f"nobody answered {name!r} up to round {last}; close a round in which it was answered."
        )
    wide = latest.pivot(index="participant", columns="part", values="value").reindex(columns=_PARTS)
    about = latest.drop_duplicates("participant").set_index("participant")[["role", "round"]]
    people = wide.set_axis(["low", "median", "high"], axis=1).join(about)
    missing = people[["low", "median", "high"]].isna().any(axis=1)
    wrong = ~missing & ((people["low"] > people["median"]) | (people["median"] > people["high"]))
    kept = people[~missing & ~wrong].rename_axis("participant").reset_index()
    counted = int(latest["round"].max())
    return BeliefsGiven(
        item=item,
        people=kept[["participant", "role", "round", "low", "median", "high"]],
        incomplete=int(missing.sum()),
        disordered=int(wrong.sum()),
        earlier=int((kept["round"] < counted).sum()),
        round=counted,
    )


def _round(last: Any, plan: Plan) -> int:
    if last is None:
        return plan.rounds
    if isinstance(last, bool) or not isinstance(last, int | np.integer) or not 1 <= last <= plan.rounds:
        raise ParameterError(f"beliefs(): round={last!r} must be a whole number from 1 to {plan.rounds}.")
    return int(last)


def shares_of_people(weights: pd.Series | None, people: pd.DataFrame) -> Array:
    """Weights of these people, adding up to 1; equal ones where none are given.

    Raises
    ------
    ParameterError
        A person has no weight, or one that is none.
    """
    if weights is None:
        return np.full(len(people), 1 / len(people))
    if not isinstance(weights, pd.Series) or weights.index.duplicated().any():
        raise ParameterError(
            "beliefs(): weights must be a Series from participant to weight, each once, e.g. codesign.panel_weights(…).weights."
        )
    found = weights.reindex(people["participant"]).to_numpy(dtype=float)
    if absent := people["participant"][np.isnan(found)].tolist():
        raise ParameterError(
            f"beliefs(): {len(absent)} of {len(people)} participants have no weight; give one to each, or leave weights out."
        )
    if (found < 0).any() or not np.isfinite(found).all() or not found.sum() > 0:
        raise ParameterError("beliefs(): weights must be numbers of 0 or more, some of them above 0.")
    return found / found.sum()
