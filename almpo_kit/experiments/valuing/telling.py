"""What is said of trials beside what they cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from almpo_kit.experiments.valuing.beliefs import Beliefs
from almpo_kit.experiments.valuing.proposed_trial import ProposedTrial
from almpo_kit.experiments.valuing.worth_of_results import Worth
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number


def euro(amount: float) -> str:
    """``€1.2 million``, ``€84 000``."""
    size = abs(amount)
    if size >= 999_500:
        return f"{'−' if amount < 0 else ''}€{number(size / 1e6, 1 if size < 99.5e6 else 0)} million"
    digits = 3 if size >= 9_950 else 2 if size >= 995 else 0
    rounded = round(size / 10**digits) * 10**digits
    return f"{'−' if amount < 0 and rounded else ''}€{number(rounded, 0)}"


def without_price(proposed: Sequence[ProposedTrial]) -> tuple[str, ...]:
    """Trials that cost the same whatever their size, of which the largest always looks best."""
    return tuple(t.name for t in proposed if t.size and t.cost_at(1000.0) <= t.cost_at(0.001))


def sentence(
    table: pd.DataFrame, pairs: pd.DataFrame, first: str, every: Worth, without_price: Sequence[str]
) -> str:
    """The trial to run first, its worth and cost, and whether a second one adds to it."""
    top = table.iloc[0]
    if not first:
        least = (
            f"No trial of these is expected to be worth what it costs; the nearest is {top['trial']}, worth {euro(top['value_eur'])} "
            f"against {euro(top['cost_eur'])}."
        )
        if every.value <= 0:
            return "No trial of these can improve the decision: whatever it found, the same would be decided."
        better = table[
            (table["best_net_eur"] > 0) & (table["best_per_arm"] > 0) & ~table["trial"].isin(without_price)
        ]
        if len(better):
            row = better.nlargest(1, "best_net_eur").iloc[0]
            least += (
                f" With {number(row['best_per_arm'], 0)} people in an arm, {row['trial']} would be worth it."
            )
        return least
    text = (
        f"Run {first} first: its result is expected to be worth {euro(top['value_eur'])} to the next decisions, against "
        f"{euro(top['cost_eur'])} that it costs; the chance that it changes the decision is {number(100 * top['chance_of_change'], 0)}%."
    )
    if top["best_per_arm"] not in (0, top["per_arm"]) and first not in without_price:
        text += f" Of the sizes looked at, {number(top['best_per_arm'], 0)} people in an arm would be best."
    return text + _second(pairs, first, top)


def _second(pairs: pd.DataFrame, first: str, alone: pd.Series) -> str:
    if pairs.empty:
        return ""
    beside = pairs[(pairs["first"] == first) | (pairs["second"] == first)]
    clear = beside[(beside["adds_eur"] > 0) & (beside["adds_eur"] > 2 * beside["value_se"])]
    if len(clear):
        best = clear.iloc[0]
        other = best["second"] if best["first"] == first else best["first"]
        return f" Together with {other} it is worth {euro(best['adds_eur'])} more, costs taken off."
    best = pairs.iloc[0]
    if (
        first not in (best["first"], best["second"])
        and best["net_eur"] - alone["net_eur"] > 2 * best["value_se"]
    ):
        return f" {best['first']} and {best['second']} together would be worth {euro(best['net_eur'])}, costs taken off."
    if (beside["adds_eur"] > -2 * beside["value_se"]).any() and (beside["value_se"] > 0).any():
        return " Whether a second trial beside it would be worth its cost is within simulation error."
    return " A second trial beside it would not be worth its cost."


def checks(
    table: pd.DataFrame,
    first: str,
    others: Mapping[float, str],
    proposed: Sequence[ProposedTrial],
    held: Beliefs,
    every: Worth,
) -> tuple[Check, ...]:
    """Whether the order is more than simulation and assumption, and what is not counted."""
    found = [_order(table), _spreads(first, others)]
    if free := [t.name for t in proposed if t.cost_at() <= 0]:
        words = f"Nothing was said of what {', '.join(free[:3])} would cost, so it counts as free; give cost."
        found.append(Check("costs", "failed", words))
    elif flat := without_price(proposed):
        words = (
            f"Nothing was said of what a further person in {', '.join(flat[:3])} costs, so the largest size looked at looks best; "
            "give cost_per_person."
        )
        found.append(Check("costs", "failed", words))
    if held.skew > 1:
        words = (
            "Beliefs are far from symmetric, and here they are taken as normal with the same mean and spread."
        )
        found.append(Check("shape of beliefs", "failed", words))
    words = (
        "Counted is what better decisions bring once the result is there, not what people in the trial gain or lose meanwhile, nor "
        "what others learn from it."
    )
    found.append(Check("what counts", "informational", words))
    words = "The next decisions are taken to be of the same size, for the same people, with the same costs, and to follow the result."
    found.append(Check("same decision", "informational", words))
    words = "A trial is taken to measure the effect that decisions are about, in the same people, with nothing but chance in its error."
    return (*found, Check("same effect", "informational", words))


def _order(table: pd.DataFrame) -> Check:
    if not (table["value_se"].head(2) > 0).any():
        return Check(
            "order", "passed", "The values are computed, not simulated: chance plays no part in their order."
        )
    top = table.iloc[0]
    if abs(top["net_eur"]) < 2 * top["value_se"]:
        words = f"Whether {top['trial']} is worth its cost cannot be told apart from simulation error; ask for more states."
        return Check("order", "failed", words)
    if len(table) > 1:
        second = table.iloc[1]
        # The states are the same for both, so this overstates the error of the difference.
        error = (top["value_se"] ** 2 + second["value_se"] ** 2) ** 0.5
        if top["net_eur"] - second["net_eur"] < 2 * error:
            words = f"{top['trial']} and {second['trial']} are too close for the simulation to say which comes first."
            return Check("order", "failed", words)
    return Check("order", "passed", "Which trial comes first is clear beyond simulation error.")


def _spreads(first: str, others: Mapping[float, str]) -> Check:
    said = {0.5: "half as uncertain", 2.0: "twice as uncertain"}
    if changed := {said[k]: v for k, v in others.items() if v != first}:
        parts = "; ".join(f"{k}, {v or 'no trial'} would come first" for k, v in changed.items())
        return Check(
            "other beliefs", "failed", f"The answer rests on how uncertain effects are. If they were {parts}."
        )
    words = "With effects half or twice as uncertain the same trial would come first."
    if not first:
        words = "With effects half or twice as uncertain no trial would be worth its cost either."
    return Check("other beliefs", "passed", words)
