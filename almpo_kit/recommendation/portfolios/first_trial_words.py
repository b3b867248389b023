"""What is said of the trial to run first where nothing is known well enough."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd

from almpo_kit.recommendation.portfolios.telling import euro
from almpo_kit.recommendation.portfolios.trials import Trial
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number


def _assumed(spread: Mapping[str, float], one: str) -> str:
    low, high = min(spread.values()), max(spread.values())
    unit = "points" if one == "job" else "months in work"
    ends = [number(x, 0 if x == round(x) else 1) for x in (low, high)]
    size = ends[0] if low == high else " to ".join(ends)
    return f"effects lie about zero, two thirds of them within {size} {unit} either way"


def sentence(
    table: pd.DataFrame, first: str, trial: Trial, spread: Mapping[str, float], one: str, years: int
) -> str:
    """The trial that comes first, from which value of a job on it pays, and that it rests on no evidence."""
    start = f"This rests on an assumption and on no evidence: {_assumed(spread, one)}. "
    valued = table[table["reason"] == ""]
    if valued.empty:
        return f"{start}Even so no trial can be valued: {table['reason'].iloc[0]}."
    size = f"{number(trial.per_arm, 0)} people in each arm"
    if not first:
        if math.isfinite(trial.price):
            return f"{start}Under it no trial with {size} is worth what it costs at {euro(trial.price)} for an additional {one}."
        return f"{start}Under it no trial with {size} is worth what it costs, whatever an additional {one} is worth."
    top = valued.iloc[0]
    among = f", the lowest such value of {len(valued)} programmes" if len(valued) > 1 else ""
    out = (
        f"{start}Under it the trial to run first is one of {first} with {size}, at {euro(float(top['trial_cost_eur']))}"
        f"{'' if trial.overhead > 0 else ' for its places'}: it is worth its cost over {trial.budgets(years)} if an additional "
        f"{one} is worth {euro(float(top['pays_from_eur']))} or more{among}"
    )
    return f"{out}. What the programme would cost if the result speaks for it is taken off."


def checks(
    trial: Trial, spread: Mapping[str, float], one: str, months_spread: float | None
) -> tuple[Check, ...]:
    """The assumption first; then what else the values rest on."""
    words = (
        f"Nothing was estimated here: that {_assumed(spread, one)}, is assumed. It says which trial would teach most for its "
        "money, not which programme works."
    )
    found = [Check("assumption in place of evidence", "failed", words)]
    if min(spread.values()) == max(spread.values()):
        words = "Every programme is given the same spread, so what they cost, their places and displacement decide the order."
        found.append(Check("order", "informational", words))
    if trial.overhead <= 0:
        words = "What it costs to run a study is not counted, only its places; give trial_overhead."
        found.append(Check("cost of a study", "failed", words))
    if not math.isfinite(trial.price):
        words = f"Nobody said what an additional {one} is worth, so the table says from which value on a trial pays."
        found.append(Check("value of a job", "informational", words))
    measured = (
        f"a chance of {number(100 * trial.chance, 0)}% of being in work without a programme"
        if one == "job"
        else f"a standard deviation of {number(trial.spread, 1)} months between people"
        + (" (a third of the horizon; nobody said)" if months_spread is None else "")
    )
    found.append(
        Check(
            "precision", "informational", f"What a trial can tell assumes {measured} and nobody lost to it."
        )
    )
    words = "A trial among people does not show displacement; that takes trials among regions or markets."
    found.append(Check("displacement", "informational", words))
    words = "Each trial is valued by itself, in jobs alone; the next budgets are taken to be of the same size, for the same people."
    return (
        *found,
        Check(
            "same choice", "informational", words.replace("jobs", "months in work") if one != "job" else words
        ),
    )
