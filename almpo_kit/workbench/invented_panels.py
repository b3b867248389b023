"""SYNTHETIC participants of a consultation: two camps that differ on some questions, answer, reconsider, and leave.

What the camps hold is fixed here, so that a test can say what an analysis has to find.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from almpo_kit.vocabulary.consultation_items import QUANTILES, Item
from almpo_kit.vocabulary.consultations import Plan

Array = np.ndarray[Any, np.dtype[Any]]
#: Role -> share of it that belongs to the second camp.
SECOND_CAMP: Final = {
    "jobseekers": 0.8,
    "trade_unions": 0.8,
    "employment_service": 0.4,
    "training_providers": 0.5,
    "regional_authority": 0.4,
    "employers": 0.1,
}
#: Where the camps stand on a scale from 0 to 1, statement after statement: together, apart, apart, together, open.
_STANDS: Final = ((0.85, 0.8), (0.45, 0.55), (0.12, 0.92), (0.75, 0.85), (0.6, 0.6))
_SPREAD = 0.09
#: How far a person moves towards the middle of the panel that she was shown.
_MOVES = 0.35
_LEAVES: Final = (0.06, 0.14)
_SAATY: Final = np.array([1 / 9, 1 / 8, 1 / 7, 1 / 6, 1 / 5, 1 / 4, 1 / 3, 1 / 2, *range(1, 10)])
_MEDIAN, _BETWEEN = (12.0, 5.0), 5.0
#: What was given as a reason, by side.
REASONS: Final = {
    True: (
        "It is the only time when people are free.",
        "Without it the course helps nobody on the small islands.",
    ),
    False: ("Firms cannot plan so far ahead.", "The money would be missing elsewhere."),
}


@dataclass(frozen=True)
class InventedPerson:
    """One SYNTHETIC participant: who she is, where she stands on each item, and the round after which she leaves."""

    role: str
    geo: str
    sector: str
    language: str
    camp: int
    leaves_after: int
    stands: Mapping[str, Any]


def invented_panel(plan: Plan, n: int, *, seed: int = 20260101) -> list[InventedPerson]:
    """Participants by lot.

    Parameters
    ----------
    plan : Plan
    n : int
    seed : int
    """
    rng = np.random.default_rng(np.random.SeedSequence([seed, 9]))
    return [_person(plan, k, rng) for k in range(n)]


def answers_in(
    plan: Plan, person: InventedPerson, number: int, middles: Mapping[str, float], rng: np.random.Generator
) -> tuple[dict[str, dict[str, float]], dict[str, str]]:
    """What a person answers in a round, and why.

    Parameters
    ----------
    plan : Plan
    person : InventedPerson
    number : int
        Round, from 1.
    middles : mapping
        Statement -> median rating of the round before; empty in the first.
    rng : Generator

    Returns
    -------
    answers, reasons : mapping
    """
    answers: dict[str, dict[str, float]] = {}
    reasons: dict[str, str] = {}
    for item in plan.items:
        stand = person.stands[item.id]
        if item.kind == "statement":
            answers[item.id] = {"": _rating(item, stand, middles.get(item.id), number, rng)}
            if number < plan.rounds and rng.random() < 0.08:
                reasons[item.id] = str(rng.choice(REASONS[stand > 0.5]))
        else:
            answers[item.id] = dict(stand)
    return answers, reasons


def _person(plan: Plan, k: int, rng: np.random.Generator) -> InventedPerson:
    role = plan.roles[k % len(plan.roles)]
    camp = int(rng.random() < SECOND_CAMP.get(role, 0.5))
    statement = 0
    stands: dict[str, Any] = {}
    for item in plan.items:
        if item.kind == "statement":
            at = _STANDS[statement % len(_STANDS)][camp]
            stands[item.id] = float(np.clip(at + _SPREAD * rng.standard_normal(), 0, 1))
            statement += 1
        else:
            stands[item.id] = _other(item, camp, rng)
    draws = rng.random(plan.rounds)
    # After round 0: some never open their link.
    leaving = [r for r in range(plan.rounds) if draws[r] < _LEAVES[camp]]
    return InventedPerson(
        role=role,
        geo=plan.places[int(rng.random() < 0.7) % len(plan.places)],
        sector=plan.sectors[k % len(plan.sectors)] if plan.sectors else "",
        language=plan.languages[-1],
        camp=camp,
        leaves_after=leaving[0] if leaving else plan.rounds,
        stands=stands,
    )


def _rating(item: Item, stand: float, middle: float | None, number: int, rng: np.random.Generator) -> float:
    low, high = item.scale
    own = low + stand * (high - low) + 0.5 * rng.standard_normal()
    if middle is not None:
        # Some go on moving; nobody crosses to the other side for the sake of the middle alone.
        own += _MOVES * (number - 1) / number * (middle - own) * (abs(middle - own) < 0.3 * (high - low))
    return float(np.clip(round(own), low, high))


def _other(item: Item, camp: int, rng: np.random.Generator) -> dict[str, float]:
    if item.kind == "quantity":
        return _quantiles(item, camp, rng)
    names = list(item.options)
    liked = np.linspace(1.6, 0.4, len(names))
    # The camps share one leaning and differ in the rest.
    liked = (liked if camp == 0 else np.roll(liked, 1)) * np.exp(0.35 * rng.standard_normal(len(names)))
    weights = liked / liked.sum()
    if item.kind == "points":
        points = np.floor(100 * weights)
        points[int(np.argmax(weights))] += 100 - points.sum()
        return dict(zip(names, points.tolist(), strict=True))
    if item.kind == "swing":
        return dict(zip(names, np.round(100 * weights / weights.max()).tolist(), strict=True))
    if item.kind == "pairwise":
        value = dict(zip(names, weights, strict=True))
        return {
            part: _saaty(
                value[part.split(">")[0]] / value[part.split(">")[1]] * np.exp(0.2 * rng.standard_normal())
            )
            for part in item.parts()
        }
    if item.kind == "best_worst":
        return _best_worst(names, weights)
    return _bundle(item, weights)


def _saaty(ratio: float) -> float:
    return float(_SAATY[int(np.argmin(np.abs(np.log(_SAATY) - np.log(ratio))))])


def _best_worst(names: list[str], weights: Array) -> dict[str, float]:
    best, worst = names[int(np.argmax(weights))], names[int(np.argmin(weights))]
    value = dict(zip(names, weights, strict=True))
    found = {f"best:{best}>{n}": value[best] / value[n] for n in names if n != best}
    found |= {f"worst:{n}>{worst}": value[n] / value[worst] for n in names if n != worst}
    return {part: float(np.clip(round(ratio), 1, 9)) for part, ratio in found.items()}


def _quantiles(item: Item, camp: int, rng: np.random.Generator) -> dict[str, float]:
    low, high = float(item.quantity["low"]), float(item.quantity["high"])
    middle = _MEDIAN[camp] + _BETWEEN * rng.standard_normal()
    down, up = 3 + 4 * rng.random(2)
    given = np.clip(np.round([middle - down, middle, middle + up]), low, high)
    return dict(zip((str(q) for q in QUANTILES), np.maximum.accumulate(given).tolist(), strict=True))


def _bundle(item: Item, weights: Array) -> dict[str, float]:
    """Proposals by liking until the money is spent."""
    names, left, chosen = list(item.options), float(item.budget), dict.fromkeys(item.options, 0.0)
    for k in np.argsort(-weights):
        if item.cost[names[int(k)]] <= left and weights[k] > 0.6 / len(names):
            chosen[names[int(k)]] = 1.0
            left -= item.cost[names[int(k)]]
    return chosen
