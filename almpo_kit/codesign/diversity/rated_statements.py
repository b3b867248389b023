"""Who rated which statement how, as a table of people by statements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from almpo_kit.codesign.rounds.answers_given import given_answers
from almpo_kit.vocabulary.consultation_items import Item
from almpo_kit.vocabulary.consultations import Plan
from almpo_kit.vocabulary.errors import DesignError, ParameterError

Array = np.ndarray[Any, np.dtype[Any]]
#: Who answered less than this part of the statements cannot be placed.
LEAST_ANSWERED: Final = 0.5


@dataclass(frozen=True)
class Rated:
    """Ratings of one round.

    Parameters
    ----------
    people : DataFrame
        ``participant, role, geo, sector``, one row a person who can be placed.
    items : tuple of Item
    ratings : array, shape (n_people, n_items)
        Steps counted from 0; NaN where there is no answer.
    round : int
    left_out : int
        People who answered less than half of the statements.
    without_answers : tuple of str
        Statements that nobody rated.
    """

    people: pd.DataFrame
    items: tuple[Item, ...]
    ratings: Array
    round: int
    left_out: int
    without_answers: tuple[str, ...]

    @property
    def steps(self) -> tuple[int, ...]:
        """How many steps each scale has."""
        return tuple(i.scale[1] - i.scale[0] + 1 for i in self.items)

    @property
    def shares(self) -> Array:
        """Ratings as shares of the scale from its low end."""
        return np.asarray(self.ratings / (np.asarray(self.steps, dtype=float) - 1))


def rated_statements(
    judged: pd.DataFrame, plan: Plan, items: list[str] | None, round: int | None, verb: str
) -> Rated:
    """The ratings of one round, checked.

    Parameters
    ----------
    judged : DataFrame
        ``judgements``.
    plan : Plan
    items : list of str, optional
        Statements; all of the plan when left out.
    round : int, optional
        The last with ratings when left out.
    verb : str
        Who asks, for the errors.

    Raises
    ------
    FrameError
    ParameterError
        An item that is no statement of the plan.
    DesignError
        Nobody rated a statement in that round.
    """
    table = given_answers(judged, plan, verb)
    asked = {i.id: i for i in plan.items if i.kind == "statement"}
    wanted = list(asked) if items is None else list(dict.fromkeys(items))
    if odd := [i for i in wanted if i not in asked]:
        told = ", ".join(asked) or "none"
        raise ParameterError(f"{verb}(): {odd[0]!r} is no statement of the plan; its statements are {told}.")
    table = table[table["item"].isin(wanted)]
    when = int(table["round"].max()) if round is None and len(table) else round
    table = table[table["round"] == when]
    if not len(table):
        raise DesignError(
            f"{verb}() needs ratings of statements{'' if when is None else f' in round {when}'}, and there are none; ask at least one statement that people rate, or name a round that was answered."
        )
    wide = table.pivot(index="participant", columns="item", values="value")
    silent = tuple(i for i in wanted if i not in wide)
    kept = tuple(asked[i] for i in wanted if i in wide)
    ratings = wide[[i.id for i in kept]].to_numpy(float) - [i.scale[0] for i in kept]
    enough = np.isfinite(ratings).mean(axis=1) >= LEAST_ANSWERED
    people = table.drop_duplicates("participant").set_index("participant").loc[wide.index[enough]]
    return Rated(
        people=people[["role", "geo", "sector"]].reset_index(),
        items=kept,
        ratings=ratings[enough],
        round=int(when or 1),
        left_out=int((~enough).sum()),
        without_answers=silent,
    )
