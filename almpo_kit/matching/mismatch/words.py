"""What is said of mismatch."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from almpo_kit.matching.mismatch.directions import TOO_FEW_SEEKERS, TOO_FEW_VACANCIES
from almpo_kit.matching.mismatch.names import both, noun
from almpo_kit.matching.mismatch.unemployment import How
from almpo_kit.vocabulary.finding import Headline
from almpo_kit.vocabulary.rendering import number


def percent(x: float) -> str:
    """``7.2%``; two digits below one per cent, where one would say nothing."""
    return f"{number(100 * x, 2 if abs(x) < 0.01 else 1)}%"


def index_words(row: Mapping[Any, Any], confidence: float) -> str:
    """``7.2% of hires (95%: 6.1% to 8.4%)``."""
    text = f"{percent(row['corrected'])} of hires"
    if math.isnan(row["low"]):
        return text
    return f"{text} ({confidence:.0%}: {percent(row['low'])} to {percent(row['high'])})"


def sentence(
    row: Mapping[Any, Any],
    by: tuple[str, ...],
    cells: pd.DataFrame,
    share: tuple[float, float, float],
    span: tuple[float, float],
    how: How,
    confidence: float,
    *,
    thin: bool,
    worth: bool,
) -> str:
    """The answer in plain language."""
    when = f"In {row['period']}, " if row["period"] else ""
    where = f"the same {both(by)}"
    if thin:
        kept = row["highest"] - row["lowest"] > 0.05
        why = "so many numbers are suppressed" if kept else "the cells are so thin"
        text = (
            f"{when}it is too little to say how many hires are lost because unemployed people and vacancies are not in "
            f"{where}: {why} that it may be {percent(row['low'])} or {percent(row['high'])}. Take coarser "
            f"{both(by)}."
        )
        return text[0].upper() + text[1:]
    weighed = "beside a planner who weighs what a match is worth, " if worth else ""
    lost = index_words(row, confidence)
    text = (
        f"{when}{weighed}{lost} were lost because unemployed people and vacancies were not in {where}, "
        f"counted in {number(float(row['n_cells']), 0)} cells."
    )
    if not math.isnan(share[0]):
        text += f" {_unemployment(share, span, how, confidence)}"
    biggest = _biggest(cells)
    return f"{text[0].upper()}{text[1:]}{f' {biggest}' if biggest else ''}"


def _unemployment(
    share: tuple[float, float, float], span: tuple[float, float], how: How, level: float
) -> str:
    words = {"path": "", "steady state": ", once flows balance", "limit": " at most, once flows balance"}[how]
    ends = [f"{level:.0%}: {percent(share[1])} to {percent(share[2])}"] if not math.isnan(share[1]) else []
    # The range is always that of flows in balance, also beside a path.
    balance = ", once flows balance" if how == "path" else ""
    ends.append(
        f"{percent(span[0])} to {percent(span[1])} with exponents of vacancies from 0.3 to 0.7{balance}"
    )
    return f"Without it unemployment would be {percent(share[0])} lower{words} ({'; '.join(ends)})."


def _biggest(cells: pd.DataFrame) -> str:
    """The largest gap in each direction, of cells that are not small."""
    shown = cells[~cells["small"]]
    parts = []
    for direction, words in (
        (TOO_FEW_VACANCIES, "most short of vacancies"),
        (TOO_FEW_SEEKERS, "most short of seekers"),
    ):
        rows = shown[shown["direction"] == direction]
        if len(rows):
            first = rows.iloc[0]
            people = number(abs(float(first["surplus"])), 0)
            more = "more" if direction == TOO_FEW_VACANCIES else "fewer"
            parts.append(f"{words}: {first['name']} ({people} {more} unemployed people than would be best)")
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}." if text else ""


def question(periods: tuple[str, ...], by: tuple[str, ...]) -> str:
    """As a person would ask it."""
    when = (
        f" · {periods[0]} to {periods[-1]}" if len(periods) > 1 else f" · {periods[0]}" if periods[0] else ""
    )
    return f"How much unemployment is due to mismatch between {both(by)}?{when}"


def rests_on(row: Mapping[Any, Any], groups: Mapping[str, int], sources: list[str]) -> str:
    """Cells, people and posts of the latest period, and the sources."""
    people, posts = (number(float(row[k]), 0) for k in ("unemployed", "vacancies"))
    sides = " × ".join(f"{number(n, 0)} {noun(c, n)}" for c, n in groups.items())
    when = f" in {row['period']}" if row["period"] else ""
    named = f"; {'; '.join(sources[:4])}" if sources else ""
    return f"{people} unemployed people and {posts} vacancies{when}, {sides}{named}"


def headline(row: Mapping[Any, Any], confidence: float) -> Headline | None:
    """The corrected index in per cent of hires; none without an interval."""
    if math.isnan(row["low"]):
        return None
    value, low, high = (100 * float(row[k]) for k in ("corrected", "low", "high"))
    return Headline(value, low, high, "% of hires", (0, 100) if low >= 0 else (-100, 100), confidence)
