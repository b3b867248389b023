"""What may be asked of a portfolio."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.vocabulary.errors import DesignError, ParameterError

Array = np.ndarray[Any, np.dtype[Any]]


def number(name: str, value: Any, low: float, high: float, example: str) -> float:
    """A number within bounds.

    Raises
    ------
    ParameterError
    """
    real = isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
    if not real or not low <= value <= high:
        raise ParameterError(
            f"{name}={value!r}: give a number from {low:g} to {high:g}, e.g. {name}={example}."
        )
    return float(value)


def whole(name: str, value: Any, least: int, most: int) -> int:
    """A whole number within bounds.

    Raises
    ------
    ParameterError
    """
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or not least <= value <= most:
        raise ParameterError(f"{name}={value!r}: give a whole number from {least} to {most}.")
    return int(value)


def displaced(names: Sequence[str], displacement: Any, everything: Sequence[str]) -> Array:
    """Least, likeliest and largest share displaced for each programme, shape (k, 3).

    Raises
    ------
    ParameterError
    """
    if not isinstance(displacement, Mapping):
        return np.tile(_range(displacement), (len(names), 1))
    if unknown := [n for n in displacement if n not in everything]:
        raise ParameterError(
            f"displacement names unknown programme(s) {unknown}; there are {', '.join(everything)}."
        )
    if missing := [n for n in names if n not in displacement]:
        raise ParameterError(
            f"displacement says nothing of {', '.join(missing)}; give one number for all, e.g. displacement=(0, 0.3, 1), or "
            "one for each programme."
        )
    return np.array([_range(displacement[n]) for n in names]).reshape(-1, 3)


def _range(value: Any) -> Array:
    ends = list(value) if isinstance(value, tuple | list | np.ndarray) else [value]
    good = all(
        isinstance(v, int | float | np.integer | np.floating) and not isinstance(v, bool) and 0 <= v <= 1
        for v in ends
    )
    if not good or len(ends) not in (1, 2, 3) or sorted(ends) != ends:
        raise ParameterError(
            f"displacement={value!r}: the share of the gain that others lose is a number from 0 to 1, a range (least, largest) "
            "or (least, likeliest, largest), e.g. (0, 0.3, 1)."
        )
    if len(ends) == 2:
        ends = [ends[0], (ends[0] + ends[1]) / 2, ends[1]]
    return np.array(ends * 3 if len(ends) == 1 else ends, dtype=float)


def places(
    name: str, given: Mapping[str, Any] | None, kept: pd.DataFrame, table: pd.DataFrame, otherwise: Array
) -> Array:
    """Bounds on places for each programme that may be funded, shape (k,).

    Raises
    ------
    ParameterError
        Unknown programmes, numbers that are none.
    DesignError
        A least number of places for a programme that is not in the mix.
    """
    out = np.array(otherwise, dtype=float)
    for programme, value in (given or {}).items():
        if programme not in set(table["programme"]):
            raise ParameterError(
                f"{name}: unknown programme {programme!r}; there are {', '.join(table['programme'])}."
            )
        number(f"{name}[{programme!r}]", value, 0, 1e9, "100")
        at = np.flatnonzero(kept["programme"] == programme)
        if not len(at) and name == "at_least" and value > 0:
            why = table.loc[table["programme"] == programme, "excluded"].iloc[0]
            raise DesignError(
                f"at_least asks for {value:g} places in {programme}, which is not in the mix: {why}. Give forced="
                f"{{{programme!r}: 'your reason'}} if it is too little to say, or leave it out."
            )
        out[at] = value
    return out


def fits(least: Array, most: Array, cost: Array, budget: float, people: float, names: Sequence[str]) -> None:
    """Refuse least places that cannot be had, naming what to relax and by how much.

    Raises
    ------
    DesignError
    """
    for name, low, high in zip(names, least, most, strict=True):
        if low > high:
            raise DesignError(
                f"at_least asks for {low:g} places in {name}, which has room for {high:g}; lower at_least to {high:g}, or raise "
                "its capacity (or at_most)."
            )
    needed = float(least @ cost)
    if needed > budget * (1 + 1e-9):
        raise DesignError(
            f"the least places cost {needed:,.0f} euro, {needed - budget:,.0f} more than the budget of {budget:,.0f}; raise the "
            "budget by that much, or lower at_least."
        )
    if least.sum() > people:
        raise DesignError(
            f"at_least asks for {least.sum():,.0f} places for {people:,.0f} eligible people; lower it by "
            f"{least.sum() - people:,.0f}."
        )
