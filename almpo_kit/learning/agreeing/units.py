"""Answers arranged by unit and expert."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

import numpy as np
import pandas as pd

from almpo_kit.learning.agreeing.kernels import distances
from almpo_kit.vocabulary.documents import FIELDS, answers
from almpo_kit.vocabulary.errors import DesignError, ParameterError

Array = np.ndarray[Any, np.dtype[Any]]
Level = Literal["nominal", "ordinal", "interval", "set"]
LEVELS: Final = get_args(Level)


@dataclass(frozen=True)
class Units:
    """The answers to one field.

    ``codes`` has one row a unit and one column an expert, with the position of the answer in ``values`` or -1.
    """

    field: str
    level: Level
    codes: Array
    values: tuple[str, ...]
    coders: tuple[str, ...]

    @property
    def counts(self) -> Array:
        """How many experts gave which answer, units with two or more."""
        if not len(self.values):
            return np.zeros((0, 0))
        every = np.stack([(self.codes == k).sum(axis=1) for k in range(len(self.values))], axis=1)
        twice: Array = every[every.sum(axis=1) >= 2].astype(float)
        return twice

    def distances(self, counts: Array) -> Array:
        """Between every two values; ordinal ones depend on how frequent values are."""
        if self.level == "set":
            return distances.masi([frozenset(answers(v)) for v in self.values])
        if self.level == "nominal":
            return distances.nominal(self.values)
        if self.level == "ordinal":
            return distances.ordinal(counts.sum(axis=0))
        return distances.interval(np.array([float(v) for v in self.values]))


def level_of(field: str, level: str | None) -> Level:
    """Sets for fields that may have several answers, names for others, unless something else is asked for."""
    if level is None:
        return "set" if FIELDS.get(field, False) else "nominal"
    if level not in LEVELS:
        raise ParameterError(
            f"agreement() got level={level!r}; choose one of {', '.join(LEVELS)}, e.g. level='nominal'."
        )
    return level  # type: ignore[return-value]


def arranged(held: pd.DataFrame, field: str, unit: tuple[str, ...], level: str | None) -> Units:
    """The answers to a field by unit and expert.

    Raises
    ------
    DesignError
        An ordinal or interval field holds words.
    """
    mine = held[held["field"] == field]
    scale = level_of(field, level)
    values = sorted(mine["value"].unique(), key=_order(field, scale))
    coders = sorted(mine["key"].unique())
    names = dict(zip(mine["key"], mine["coder"], strict=True))
    rows = mine.groupby(list(unit), sort=True).ngroup().to_numpy()
    codes = np.full((rows.max() + 1 if len(rows) else 0, len(coders)), -1)
    where = {v: k for k, v in enumerate(values)}
    place = {c: k for k, c in enumerate(coders)}
    codes[rows, [place[c] for c in mine["key"]]] = [where[v] for v in mine["value"]]
    return Units(field, scale, codes, tuple(values), tuple(names[c] for c in coders))


def _order(field: str, level: Level) -> Any:
    if level in ("nominal", "set"):
        return str

    def numbered(value: str) -> float:
        try:
            return float(value)
        except ValueError:
            raise DesignError(
                f"agreement() cannot put {value!r} of the field {field} on a scale; give numbers, or leave level out."
            ) from None

    return numbered
