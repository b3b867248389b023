"""Shocks to stocks: which cells they reach and what they leave. The arithmetic is a kernel; reading tables is not."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from almpo_kit.matching.assignment.likeness import occupation_code
from almpo_kit.vocabulary.errors import DesignError, FrameError, ParameterError
from almpo_kit.vocabulary.places import normalise

Array = NDArray[np.float64]
KINDS = ("relative", "absolute")
CHANGES = ("unemployed_change", "vacancies_change")
OWN = "own shocks"
_CODE = re.compile(r"[0-9]+(\.[0-9]+)*")


@dataclass(frozen=True)
class Shock:
    """One change of unemployed and vacancies in the cells whose codes begin as given.

    Parameters
    ----------
    geo, occupation : str
        Beginnings of codes; empty for all.
    unemployed, vacancies : float
        Shares (0.5 is half as many again), or persons and posts where ``absolute``.
    """

    geo: str
    occupation: str
    unemployed: float
    vacancies: float
    absolute: bool = False


@dataclass(frozen=True)
class Scenario:
    """A name, what it stands for, and its shocks."""

    name: str
    label: str
    shocks: tuple[Shock, ...]


def shocked(
    stock: Array, masks: Sequence[NDArray[np.bool_]], changes: Sequence[tuple[float, bool]]
) -> tuple[Array, float]:
    """Stocks after shocks, and by how much absolute ones would have gone below nothing.

    Relative changes multiply, so that their order does not matter; absolute ones come after them, shared out in proportion
    to the cells' stocks before any shock (equally where these are all zero).

    Parameters
    ----------
    stock : array, shape (n_cells,)
        NaN where suppressed; stays so.
    masks : sequence of bool array, shape (n_cells,)
    changes : sequence of (change, absolute)
    """
    out = stock.copy()
    for mask, (change, absolute) in zip(masks, changes, strict=True):
        if not absolute:
            out[mask] *= 1 + change
    for mask, (change, absolute) in zip(masks, changes, strict=True):
        if absolute:
            reached = mask & np.isfinite(stock)
            total = stock[reached].sum()
            shares = (
                stock[reached] / total
                if total > 0
                else np.full(int(reached.sum()), 1 / max(int(reached.sum()), 1))
            )
            out[reached] += change * shares
    below = float(-np.minimum(np.nan_to_num(out), 0).sum())
    return np.where(out < 0, 0.0, out), below


def reached(cells: pd.DataFrame, shock: Shock) -> NDArray[np.bool_]:
    """True for the cells that a shock reaches."""
    by_place = cells["geo"].astype(str).str.startswith(shock.geo).to_numpy(bool)
    within = {code: inside(str(code), shock.occupation) for code in cells["digits"].unique()}
    return by_place & cells["digits"].map(within).to_numpy(bool)


def inside(code: str, group: str) -> bool:
    """True where an occupation lies in a group or is it: 2512 in 25, 2512.4.1 in 2512.4, but not 2512.10 in 2512.1.

    A code of another list lies in itself only.
    """
    if not group or code == group:
        return True
    if not _CODE.fullmatch(group) or not _CODE.fullmatch(code):
        return False
    return code.startswith(f"{group}." if "." in group else group)


def digits(code: object) -> str:
    """ISCO digits of an occupation, ESCO's further ones after a point; a code of another list as it stands."""
    try:
        return occupation_code(code)
    except ParameterError:
        return str(code).strip()


def read(shocks: pd.DataFrame) -> tuple[Scenario, ...]:
    """Scenarios from a table of shocks.

    Parameters
    ----------
    shocks : DataFrame
        One row a shock: ``unemployed_change`` and/or ``vacancies_change``; optional ``scenario`` (a name), ``geo`` and
        ``occupation`` (beginnings of codes), ``kind`` ("relative", the default, or "absolute").

    Raises
    ------
    FrameError
        No change is given, one is no finite number, or makes less than nothing of a stock.
    """
    example = (
        'e.g. pd.DataFrame({"occupation": ["71"], "unemployed_change": [0.5], "vacancies_change": [-0.4]})'
    )
    if not isinstance(shocks, pd.DataFrame) or not any(c in shocks for c in CHANGES):
        raise FrameError(f"`shocks` must be a table with {' or '.join(CHANGES)}, {example}.")
    if shocks.empty:
        raise FrameError(f"`shocks` has no row; give one for each shock, {example}.")
    named: dict[str, list[Shock]] = {}
    for i, row in enumerate(shocks.to_dict("records")):
        named.setdefault(_text(row.get("scenario")) or OWN, []).append(_shock(row, i + 2))
    return tuple(
        Scenario(n, f"“{n}”" if n != OWN else "the shocks given", tuple(s)) for n, s in named.items()
    )


def check_reach(cells: pd.DataFrame, scenarios: Sequence[Scenario]) -> None:
    """Raise DesignError for a shock that reaches no cell, or hidden ones only: it would pass for one that does nothing."""
    for scenario in scenarios:
        for s in scenario.shocks:
            at = reached(cells, s)
            hidden = [
                c for c in ("unemployed", "vacancies") if getattr(s, c) and cells.loc[at, c].isna().all()
            ]
            if at.any() and hidden:
                raise DesignError(
                    f"scenario {scenario.name!r}: the {' and '.join(hidden)} of all cells under {s.geo or 'any region'} × "
                    f"{s.occupation or 'any occupation'} are suppressed, so what the shock does cannot be told; use a coarser "
                    "group, or leave the scenario out."
                )
            if not at.any():
                raise DesignError(
                    f"scenario {scenario.name!r}: no cell has a region that begins with {s.geo!r} and an occupation that begins "
                    f"with {s.occupation!r}. `stocks` has regions {_some(cells['geo'])} and occupations "
                    f"{_some(cells['digits'])}; choose among them, or leave the scenario out."
                )


def _shock(row: Mapping[Any, object], line: int) -> Shock:
    kind = _text(row.get("kind")) or "relative"
    if kind not in KINDS:
        raise FrameError(f"`shocks`, row {line}: kind is {kind!r}; choose from {', '.join(KINDS)}.")
    u, v = (_change(row.get(c), c, kind, line) for c in CHANGES)
    if not (u or v):
        raise FrameError(f"`shocks`, row {line}: nothing changes; give {' or '.join(CHANGES)}.")
    place, occupation = _text(row.get("geo")), row.get("occupation")
    group = digits(occupation) if _text(occupation) else ""
    return Shock(normalise(place) if place else "", group, u, v, kind == "absolute")


def _change(value: object, column: str, kind: str, line: int) -> float:
    if value is None or (isinstance(value, float) and math.isnan(value)) or value is pd.NA:
        return 0.0
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number):
        raise FrameError(f"`shocks`, row {line}: {column} is {str(value)[:40]!r}, which is no finite number.")
    if kind == "relative" and number < -1:
        raise FrameError(
            f"`shocks`, row {line}: {column} is {number:g}, a fall by more than all there is. Relative changes are shares: "
            "−40% is -0.4. For persons or posts write kind='absolute'."
        )
    if kind == "relative" and number > 20:
        raise FrameError(
            f"`shocks`, row {line}: {column} is {number:g}, more than twentyfold. Relative changes are shares: +40% is 0.4. "
            "For persons or posts write kind='absolute'."
        )
    return number


def _text(value: object) -> str:
    return (
        ""
        if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value))
        else str(value).strip()
    )


def _some(codes: pd.Series) -> str:
    found = sorted(codes.astype(str).unique())
    return ", ".join(found[:6]) + (", …" if len(found) > 6 else "")
