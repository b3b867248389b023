"""What is said of sequences, and what is to be doubted about them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from almpo_kit.recommendation.sequences.effect_paths import EffectPaths
from almpo_kit.vocabulary.finding import Certainty, Headline
from almpo_kit.vocabulary.rendering import interval, number

#: Months in work that the bar of every answer shows.
_SCALE = (-6.0, 12.0)


def question(menu_comparison: str, horizon: int, person: bool) -> str:
    """As a person would ask it."""
    whom = "this person" if person else "people out of work"
    return f"Which sequence of programmes adds most months in work for {whom}? · {horizon} months, against {menu_comparison}"


def sentence(
    table: pd.DataFrame, left_out: pd.DataFrame, *, comparison: str, horizon: int, level: float, whom: str
) -> str:
    """The answer in plain language."""
    if not len(table):
        reasons = "; ".join(f"{r.pathway}: {r.reason}" for r in left_out.head(3).itertuples())
        more = f" and {len(left_out) - 3} more" if len(left_out) > 3 else ""
        return f"No sequence can be told about. {reasons[:1].upper()}{reasons[1:]}{more}."
    best = table.iloc[0]
    told = interval(best["gain"], best["low"], best["high"], _months(best["gain"]), level)
    if best["low"] <= 0 <= best["high"] or best["gain"] <= 0:
        return (
            f"No sequence is shown to add months in work {whom}within {horizon} months against {comparison}: the highest "
            f"expected is {best['pathway']} with {told}."
        )
    head = f"{told} {whom}within {horizon} months against {comparison}{_even(best)}."
    simple = simplest(table)
    if simple == best["pathway"]:
        return f"Offer first: {best['pathway']}. It adds {head}{_alike(table)}{_basis(best)}"
    row = table[table["pathway"] == simple].iloc[0]
    short = interval(row["gain"], row["low"], row["high"], _months(row["gain"]), level)
    return (
        f"The highest expected is {best['pathway']}: it adds {head}{_basis(best)} {simple[:1].upper()}{simple[1:]}, the "
        f"shortest that cannot be told apart from it, adds {short}."
    )


def simplest(table: pd.DataFrame) -> str:
    """Of the best sequence and those that cannot be told from it, the one with the fewest steps (the best of those)."""
    like = table[table["like_best"].astype(bool)]
    return str(like.sort_values(["n_steps", "rank"], kind="stable")["pathway"].iloc[0]) if len(like) else ""


def _months(value: float) -> str:
    return "month in work" if number(value, 1) == "1.0" else "months in work"


def _even(best: pd.Series) -> str:
    month = best["break_even_month"]
    if not best["lock_in_months"] or not np.isfinite(month):
        return ""
    return (
        f", after {_counted(best['lock_in_months'])} in which fewer are in work than without it; it has made up for them "
        f"in month {int(month)}"
    )


def _counted(months: float) -> str:
    return f"{int(months)} month{'' if int(months) == 1 else 's'}"


def _alike(table: pd.DataFrame) -> str:
    like = list(table.iloc[1:].loc[table["like_best"].iloc[1:], "pathway"])
    if not like:
        return ""
    shown = ", ".join(like[:2]) + (f" and {len(like) - 2} more" if len(like) > 2 else "")
    return f" It cannot be told apart from {shown}."


def _basis(best: pd.Series) -> str:
    if best["n_steps"] == 1:
        return " It rests on the effect of one programme."
    return " It rests on an assumption about how steps combine: what a later step adds after an earlier one was not measured."


def certainty(table: pd.DataFrame, assumed: Mapping[str, str]) -> Certainty:
    """High is never reached: the sequence chosen is the best-looking of several."""
    if not len(table):
        return "too little to say"
    best = table.iloc[0]
    if best["low"] <= 0 <= best["high"]:
        return "too little to say" if best["high"] - best["low"] > 6 else "low"
    plain = best["n_steps"] == 1 and best["pathway"] not in assumed
    return "moderate" if plain else "low"


def headline(table: pd.DataFrame, level: float) -> Headline | None:
    """Months in work that the best sequence adds."""
    if not len(table):
        return None
    best = table.iloc[0]
    return Headline(
        float(best["gain"]), float(best["low"]), float(best["high"]), _months(best["gain"]), _SCALE, level
    )


def rests_on(known: EffectPaths, months: int) -> str:
    """How many programmes' paths it is made from."""
    n, assumed = len(known.drawn), sum(p in known.drawn for p in known.assumed)
    text = f"effects of {n} programme{'' if n == 1 else 's'} month by month, followed for {months} months"
    return text + (f", {assumed} of them partly assumed" if assumed else "")
