"""What a panel should look like, and to which part of it each participant belongs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import numpy as np
import pandas as pd

from almpo_kit.vocabulary.consultations import ROLES
from almpo_kit.vocabulary.errors import FrameError, ParameterError
from almpo_kit.vocabulary.places import normalise
from almpo_kit.vocabulary.sectors import NACE_SECTIONS, sector_code

DIMENSIONS: Final = ("role", "geo", "sector")
#: Where nothing is known of a participant, and where she belongs to no part that was named.
UNKNOWN, ELSEWHERE = "not known", "elsewhere"
_NUTS: Final = re.compile(r"[A-Z]{2}[0-9A-Z]{0,3}")
_EXAMPLE = "e.g. DataFrame({'dimension': ['role', 'role'], 'value': ['employers', 'trade_unions'], 'share': [0.5, 0.5]})"


def wanted_structure(structure: pd.DataFrame, verb: str) -> pd.DataFrame:
    """``dimension, value, share``, checked; shares of a dimension add up to exactly 1.

    Raises
    ------
    FrameError
        Columns are missing, a value stands twice or is no code, or shares do not add up to 1.
    """
    if not isinstance(structure, pd.DataFrame) or not {"dimension", "value", "share"} <= set(
        structure.columns
    ):
        raise FrameError(
            f"{verb}() needs the structure with the columns dimension, value, share, {_EXAMPLE}."
        )
    table = structure[["dimension", "value", "share"]].reset_index(drop=True)
    if table.empty:
        raise FrameError(f"{verb}() got an empty structure; {_EXAMPLE}.")
    if odd := sorted(set(table["dimension"].astype(str)) - set(DIMENSIONS)):
        raise FrameError(f"{verb}(): dimension {odd[0]!r} is none of {', '.join(DIMENSIONS)}.")
    table["value"] = [_code(d, v, verb) for d, v in zip(table["dimension"], table["value"], strict=True)]
    table["share"] = pd.to_numeric(table["share"], errors="coerce").astype(float)
    if not (np.isfinite(table["share"]) & (table["share"] >= 0)).all():
        raise FrameError(f"{verb}(): a share of the structure is no number of 0 or more.")
    if (twice := table.duplicated(["dimension", "value"])).any():
        raise FrameError(f"{verb}(): {table.loc[twice, 'value'].iloc[0]!r} stands twice in the structure.")
    total = table.groupby("dimension")["share"].transform("sum")
    if (off := (total - 1).abs() > 0.011).any():
        name, sum_ = table.loc[off, "dimension"].iloc[0], total[off].iloc[0]
        raise FrameError(
            f"{verb}(): the shares of {name!r} add up to {sum_:g} instead of 1; give shares, not per cent, and all parts."
        )
    # Printed shares are rounded; what is left over is spread over them.
    table["share"] /= total
    return table


def _code(dimension: str, value: object, verb: str) -> str:
    try:
        if dimension == "geo":
            return _place(normalise(str(value)))
        if dimension == "sector":
            return sector_code(str(value))
    except ParameterError as error:
        raise FrameError(f"{verb}(): {error}") from None
    if value not in ROLES:
        raise FrameError(f"{verb}(): role {value!r} is none of {', '.join(ROLES)}.")
    return str(value)


def _place(code: str) -> str:
    if not _NUTS.fullmatch(code):
        raise ParameterError(f"{code!r} is no NUTS code; give one such as 'EL42'.")
    return code


def part_of(dimension: str, codes: Iterable[str], values: Iterable[str]) -> list[str]:
    """For each code the value of the structure it lies in: itself, or the longest that it is a part of.

    Parameters
    ----------
    dimension : {"role", "geo", "sector"}
    codes : iterable of str
        Of participants; empty where not known.
    values : iterable of str
        Of the structure.

    Returns
    -------
    list of str
        ``UNKNOWN`` where the code is empty, ``ELSEWHERE`` where no value holds it.
    """
    there = sorted(values, key=len, reverse=True)

    def found(code: str) -> str:
        if not code:
            return UNKNOWN
        if dimension == "role":
            return code if code in there else ELSEWHERE
        return next((v for v in there if code.startswith(v)), ELSEWHERE)

    return [found(c) for c in codes]


def named(dimension: str, value: str) -> str:
    """A value in words."""
    what = {"role": "role", "geo": "place", "sector": "sector"}[dimension]
    if value in (ELSEWHERE, UNKNOWN):
        return f"another {what}" if value == ELSEWHERE else f"{what} not known"
    if dimension == "role":
        return ROLES.get(value, value)
    if dimension == "sector" and value in NACE_SECTIONS:
        return f"{NACE_SECTIONS[value]} ({value})"
    return value
