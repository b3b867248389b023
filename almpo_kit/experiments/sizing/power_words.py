"""What a trial can see, said plainly."""

from __future__ import annotations

import math

import pandas as pd

from almpo_kit.experiments.sizing.closed_form import Setting
from almpo_kit.experiments.sizing.spread import size_of
from almpo_kit.vocabulary.outcomes import UNITS
from almpo_kit.vocabulary.rendering import number
from almpo_kit.vocabulary.trial_designs import TrialDesign
from almpo_kit.vocabulary.trial_outcomes import TrialOutcome

#: Share of the smallest effect that is left, from which on a change helps little.
_HARDLY = 0.85


def effect_words(outcome: TrialOutcome, effect: float) -> str:
    """An effect as a person says it: points, the outcome's unit, or per cent faster."""
    if not math.isfinite(effect):
        return "no size"
    if outcome.kind == "binary":
        return f"{number(100 * effect, 1)} points"
    if outcome.kind == "duration":
        return f"leaving {number(100 * abs(effect - 1), 0)}% {'faster' if effect >= 1 else 'slower'}"
    size = abs(effect)
    digits = 0 if size >= 20 else 1 if size >= 2 else 2 if size >= 0.1 else 4
    unit = UNITS[outcome.unit][0] if outcome.unit else ""
    sign = "" if unit.startswith("%") else " "
    return f"{number(effect, digits)}{sign}{unit}".strip()


def numbers_words(design: TrialDesign, called: str) -> str:
    """The numbers of a design: ``12 offices of 40 people``."""
    if not design.of_clusters:
        return f"{number(design.people, 0)} people"
    size = f"{number(design.cluster_size, 0 if float(design.cluster_size).is_integer() else 1)}"
    people = f"{size} {'person' if size == '1' else 'people'}"
    groups = f"{number(design.clusters, 0)} {called}"
    if design.kind == "matched_pair":
        return f"{groups} of {people} in {number(design.clusters // 2, 0)} pairs"
    if design.kind == "stepped_wedge":
        return f"{groups} that begin in {design.steps} steps, {people} measured in each of them and period"
    return f"{groups} of {people}"


def of_hundred(chance: float) -> str:
    """A chance as trials of a hundred; never all or none of them."""
    if chance > 0.995:
        return "more than 99"
    return "fewer than 1" if chance < 0.005 else number(100 * chance, 0)


def question_words(setting: Setting, effect: float | None, called: str) -> str:
    """The question that was asked."""
    name = setting.outcome.name
    if not setting.units:
        return f"How many {called if setting.design.of_clusters else 'people'} does it take to learn about ‘{name}’?"
    return f"Can a trial with {numbers_words(setting.design, called)} show an effect on ‘{name}’?"


def sentence(
    setting: Setting,
    *,
    effect: float | None,
    power: float,
    smallest: float,
    needed: float,
    target: float,
    helped: str,
    called: str,
    whose: str,
) -> str:
    """The answer: yes or no, how often, from which effect on, how many it takes, and what helps most.

    Parameters
    ----------
    effect, smallest : float
        As they are spoken of.
    helped : str
        From :func:`helped_words`.
    whose : str
        " of taking part", or "" for the offer.
    """
    outcome, asked = setting.outcome, of_hundred(target)
    if effect is None:
        return _seen(setting, smallest, asked, called, whose) + helped
    aim = f"an effect{whose} of {effect_words(outcome, effect)}"
    if not setting.units:
        return f"{_takes(setting, needed, called)} to find {aim} in {asked} of 100 such trials."
    have = f"With {numbers_words(setting.design, called)}, {aim} would be found in"
    if power >= target:
        least = f" The smallest effect found in {asked} of 100 is {effect_words(outcome, smallest)}."
        return (
            f"Yes. {have} {of_hundred(power)} of 100 such trials.{least if math.isfinite(smallest) else ''}"
        )
    reach = f"not even the largest effect that can be would be found in {asked} of 100"
    if math.isfinite(smallest):
        reach = f"to be found in {asked} of 100 it would have to be {_or_more(outcome, smallest)}"
    takes = f"{_takes(setting, needed, called)}, not {number(setting.units, 0)}"
    if not math.isfinite(needed):
        takes = _takes(setting, needed, called)
    return f"Not with these numbers. {have} only {of_hundred(power)} of 100 such trials; {reach}. {takes}.{helped}"


def _or_more(outcome: TrialOutcome, effect: float) -> str:
    falls = effect < (1 if outcome.kind == "duration" else 0)
    return f"{effect_words(outcome, effect)} or {'a larger fall' if falls else 'more'}"


def _seen(setting: Setting, smallest: float, asked: str, called: str, whose: str) -> str:
    have = f"With {numbers_words(setting.design, called)}"
    if not math.isfinite(smallest):
        return f"{have}, not even the largest effect would be found in {asked} of 100 such trials."
    return (
        f"{have}, an effect{whose} of {_or_more(setting.outcome, smallest)} would be found in {asked} of 100 such trials; one "
        "of half that size would be missed more often than found."
    )


def _takes(setting: Setting, needed: float, called: str) -> str:
    drawn = called if setting.design.of_clusters else "people"
    if not math.isfinite(needed):
        return f"No number of {drawn} that anybody could find is enough"
    size = f" of {number(setting.design.cluster_size, 0)} people" if setting.design.of_clusters else ""
    return f"It takes {number(needed, 0)} {drawn}{size}"


def helped_words(
    setting: Setting, levers: pd.DataFrame, needed_size: float, smallest: float, called: str
) -> str:
    """What would bring the smallest effect down most, and what would not.

    Parameters
    ----------
    levers : DataFrame
        The most helpful first, effects as they are spoken of.
    needed_size : float
        People in each group that would be enough; infinite where none are.
    smallest : float
        Effect seen as things are.
    """
    outcome, text = setting.outcome, ""
    if math.isinf(needed_size):
        text = f" With {number(setting.units, 0)} {called}, no number of people in each is enough."
    known = levers[levers["smallest_effect"].map(math.isfinite)]
    if known.empty:
        return text
    shown = zip(known["change"].head(3), known["smallest_effect"].head(3), strict=True)
    said = "; ".join(f"{change}: {effect_words(outcome, float(least))}" for change, least in shown)
    text += f" What would help most, and the smallest effect it would show: {said}."
    more = known.loc[known["lever"] == "size", "smallest_effect"]
    if len(more) and math.isfinite(smallest) and math.isfinite(needed_size):
        left = size_of(outcome, float(more.iloc[0])) / size_of(outcome, smallest)
        if left > _HARDLY:
            text += f" Twice as many people in each of the same {called} would help little: {effect_words(outcome, float(more.iloc[0]))}."
    return text
