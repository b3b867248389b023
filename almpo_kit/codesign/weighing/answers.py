"""Answers of one round to one item that asks for weights: a row a participant, a column a part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.vocabulary.consultation_items import WEIGHING, Item
from almpo_kit.vocabulary.consultations import Plan
from almpo_kit.vocabulary.errors import DesignError, FrameError, ParameterError
from almpo_kit.vocabulary.frames import check

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Answers:
    """What participants answered, and who they are.

    Parameters
    ----------
    item : Item
    round : int
    people : DataFrame, shape (n_participants, 3)
        Index ``participant``; columns ``role, geo, sector``.
    parts : tuple of str
    values : array, shape (n_participants, n_parts)
        NaN where a part was not answered.
    earlier : int
        People who answered the item in an earlier round and not in this one.
    """

    item: Item
    round: int
    people: pd.DataFrame
    parts: tuple[str, ...]
    values: Array
    earlier: int = 0

    @property
    def criteria(self) -> tuple[str, ...]:
        """Ids of the criteria, in the order of the item."""
        return tuple(self.item.options)


def answers(judged: pd.DataFrame, plan: Plan, item: str, round: int | None = None) -> Answers:
    """The answers to an item in one round, by default the last in which anybody answered it.

    Raises
    ------
    ParameterError
        The item asks for no weights, or there is none of that id.
    DesignError
        Nobody answered it, or not in that round.
    FrameError
        ``judged`` breaks its schema, or holds parts that the item does not have.
    """
    asked = plan.item(item)
    if asked.kind not in WEIGHING:
        known = ", ".join(i.id for i in plan.items if i.kind in WEIGHING) or "none in this plan"
        raise ParameterError(
            f"item {item!r} is a {asked.kind} and gives no weights; items that do: {known} (kinds {', '.join(WEIGHING)})."
        )
    held = check(judged.reset_index(drop=True), "judgements")
    held = held[held["item"] == item]
    rounds = sorted(held["round"].unique())
    if not rounds:
        raise DesignError(
            f"nobody answered {item!r} yet; give the judgements of a round in which it was asked."
        )
    chosen = rounds[-1] if round is None else round
    if chosen not in rounds:
        told = ", ".join(str(r) for r in rounds)
        raise DesignError(f"nobody answered {item!r} in round {round}; it was answered in round {told}.")
    before = set(held.loc[held["round"] < chosen, "participant"])
    held = held[held["round"] == chosen]
    if strange := sorted(set(held["part"]) - set(asked.parts())):
        raise FrameError(
            f"item {item!r} has no part {strange[0]!r}; its parts are e.g. {asked.parts()[0]!r}."
        )
    wide = held.pivot(index="participant", columns="part", values="value").sort_index()
    wide = wide.reindex(columns=list(asked.parts()))
    people = held.drop_duplicates("participant").set_index("participant")[["role", "geo", "sector"]]
    return Answers(
        item=asked,
        round=int(chosen),
        people=people.loc[wide.index],
        parts=tuple(asked.parts()),
        values=wide.to_numpy(dtype=float),
        earlier=len(before - set(wide.index)),
    )
