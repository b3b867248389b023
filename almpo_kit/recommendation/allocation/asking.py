"""What may be asked of :func:`allocate`, checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.recommendation.allocation.offices import Offices
from almpo_kit.recommendation.caseloads.menu import Menu
from almpo_kit.recommendation.gains.gains import Gains
from almpo_kit.vocabulary.errors import DataError, DesignError, FrameError, ParameterError

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, eq=False, repr=False)
class Worth:
    """Gains to tell, without the offer of none: ``mean, low, high`` (n, p), NaN where they abstain (``low`` and ``high`` all NaN
    where gains came without intervals)."""

    mean: Array
    low: Array
    high: Array
    unit: str
    target_words: str
    level: float


@dataclass(frozen=True, eq=False, repr=False)
class Asked:
    """What an answer needs beside the solution: ``may`` and ``promising`` (n, p) who is eligible and gains enough."""

    menu: Menu
    people: pd.DataFrame
    offices: Offices
    worth: Worth
    may: Array
    promising: Array
    by: tuple[str, ...]
    budget: float | None
    risk: str
    seed: int
    source: Any
    frames: tuple[pd.DataFrame | None, ...]
    options: Mapping[str, Any]


def check_options(
    budget: Any, risk: Any, least_gain: Any, method: Any, tolerance: Any, seconds: Any, seed: Any
) -> None:
    """Refuse options that mean nothing.

    Raises
    ------
    ParameterError
    """
    if budget is not None and not _number(budget, 0, np.inf):
        raise ParameterError(f"budget={budget!r}: euro from 0, e.g. 2_000_000, or None: money plays no part.")
    if risk not in ("mean", "low"):
        raise ParameterError(
            f"risk={risk!r}: choose 'mean' (expected gain) or 'low' (lower end of the interval)."
        )
    if method not in ("auto", "exact", "decomposition"):
        raise ParameterError(f"method={method!r}: choose 'auto', 'exact' or 'decomposition'.")
    if not _number(least_gain, 0, np.inf):
        raise ParameterError(f"least_gain={least_gain!r}: a gain from 0; a loss is never offered.")
    if not _number(tolerance, 0, 0.5):
        raise ParameterError(f"tolerance={tolerance!r}: a share below 0.5, e.g. 0.001.")
    if not _number(seconds, 0, np.inf) or seconds == 0:
        raise ParameterError(f"seconds={seconds!r}: a time above 0, e.g. 60.")
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
        raise ParameterError(f"seed={seed!r}: a whole number from 0, e.g. seed=0.")


def _number(value: Any, low: float, high: float) -> bool:
    real = isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
    return bool(real and low <= value < high)


def read_gains(
    gains: Any, menu: Menu, risk: str, unit: str | None, target_words: str | None
) -> tuple[Worth, Array]:
    """Gains to tell and gains to maximise, shape (n, p).

    Raises
    ------
    DesignError, DataError
    """
    if isinstance(gains, Gains):
        if tuple(gains.arms) != menu.names:
            raise DesignError(
                f"gains are about {', '.join(gains.arms)}, the menu about {', '.join(menu.names)}; use the menu that the gains "
                "were made with (same programmes, same order)."
            )
        mean, low, high = (
            np.where(gains.abstains, np.nan, a)[:, 1:] for a in (gains.mean, gains.low, gains.high)
        )
        found = Worth(mean, low, high, gains.unit, target_words or gains.target_words, gains.level)
    else:
        found = _bare(gains, menu, unit, target_words)
        if risk == "low":
            raise DesignError(
                "risk='low' needs intervals: give Gains, e.g. model.for_people(features, context)."
            )
    if not len(found.mean):
        raise DesignError("there is nobody in these gains; give at least one person.")
    if np.isinf(found.mean).any():
        raise DataError(
            "gains are infinite for somebody; leave unknown gains empty (NaN), then the machine abstains."
        )
    return found, found.low if risk == "low" else found.mean


def _bare(gains: Any, menu: Menu, unit: str | None, target_words: str | None) -> Worth:
    values = np.asarray(gains, dtype=float)
    if values.ndim != 2 or values.shape[1] != len(menu):
        raise DesignError(
            f"gains have shape {values.shape}; give one row a person and one column for each of {', '.join(menu.names)}."
        )
    base = values[:, :1]
    if not np.isfinite(base).all():
        raise DataError(
            "the column of no programme has gaps; give outcomes without a programme, or 0 throughout."
        )
    mean = values[:, 1:] - base
    none = np.full(mean.shape, np.nan)
    return Worth(mean, none, none, unit or "units of gain", target_words or "", 0.95)


def read_people(people: pd.DataFrame | None, n: int) -> pd.DataFrame:
    """The table of people, one row for each row of gains.

    Raises
    ------
    FrameError
    """
    if people is None:
        return pd.DataFrame(index=range(n))
    if not isinstance(people, pd.DataFrame) or len(people) != n:
        raise FrameError(
            f"people must be a table with one row for each of the {n} rows of gains, in their order."
        )
    return people.reset_index(drop=True)


def read_eligible(eligible: Mapping[str, str] | None, people: pd.DataFrame, menu: Menu) -> Array:
    """Who may be offered what, shape (n, p).

    Raises
    ------
    FrameError
    """
    may = np.ones((len(people), len(menu) - 1), dtype=bool)
    for programme, column in (eligible or {}).items():
        p = menu.position(str(programme)) - 1
        if p < 0:
            raise FrameError(
                "eligible names the offer of none, which is open to everybody; name a programme."
            )
        if column not in people:
            raise FrameError(
                f"eligible: people have no column {column!r}; they have {', '.join(map(str, people))}."
            )
        values = people[column]
        known = values.dropna()
        if not known.isin([True, False]).all():
            raise FrameError(f"eligible: {column} must hold True and False (empty: not eligible).")
        # Nobody is offered what she may not be eligible for.
        may[:, p] = values.eq(True).fillna(False).to_numpy(dtype=bool)
    return may


def check_groups(people: pd.DataFrame, by: Sequence[str]) -> None:
    """Refuse columns of groups that are not there.

    Raises
    ------
    FrameError
    """
    if missing := [c for c in by if c not in people]:
        raise FrameError(
            f"people have no column {', '.join(missing)} to tell groups by; they have {', '.join(map(str, people))}."
        )
