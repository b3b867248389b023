"""A small consultation with every kind of item, and people who answer it."""

from __future__ import annotations

import random
from typing import Any

from almpo_kit import records
from almpo_kit.records import Invitation
from almpo_kit.vocabulary.consultation_items import Item
from almpo_kit.vocabulary.consultations import Plan

NAME = "tourism"
CODE = "blue horse"
ROLES = ("jobseekers", "employers", "trade_unions", "training_providers")
PLACES = ("EL42", "EL43")
SECTORS = ("I", "H")
_GOALS = {"jobs": "more jobs", "months": "more months", "saving": "less money"}


def plan(**other: Any) -> Plan:
    """One that asks everything that can be asked."""
    options = {o: {"en": text} for o, text in _GOALS.items()}
    quantity = {
        "programme_type": "training",
        "outcome": "employment_probability",
        "unit": "percentage_points",
        "horizon_months": 24,
        "low": -20,
        "high": 40,
    }
    fund: dict[str, Any] = {
        "options": options,
        "cost": {"jobs": 60, "months": 40, "saving": 30},
        "budget": 100,
    }
    items = (
        Item("agree", "statement", {"en": "Courses help."}, scale=(1, 9)),
        Item("share", "points", {"en": "What counts?"}, options=options),
        Item("swing", "swing", {"en": "What counts?"}, options=options),
        Item("pairs", "pairwise", {"en": "What counts more?"}, options=options),
        Item("ends", "best_worst", {"en": "What counts most?"}, options=options),
        Item("effect", "quantity", {"en": "How many more?"}, quantity=quantity),
        Item("fund", "budget", {"en": "What would you fund?"}, **fund),
    )
    given = {
        "title": {"en": "Tourism"},
        "question": {"en": "What helps?"},
        "consent": {"en": "Kept under a pseudonym."},
        "places": PLACES,
        "sectors": SECTORS,
        "roles": ROLES,
        "items": items,
        "languages": ("en", "el"),
        "synthetic": True,
    }
    return Plan(**(given | other))


def right_answers(seed: int = 0) -> dict[str, dict[str, float]]:
    """One right answer to each item, by lot."""
    lot = random.Random(seed)
    points = lot.randint(0, 50)
    return {
        "agree": {"": lot.randint(1, 9)},
        "share": {"jobs": points, "months": 30, "saving": 70 - points},
        "swing": {"jobs": 100, "months": lot.randint(0, 100), "saving": 50},
        "pairs": {"jobs>months": lot.choice([1 / 9, 0.5, 1, 3, 9]), "jobs>saving": 3, "months>saving": 2},
        "ends": {
            "best:jobs>months": 2,
            "best:jobs>saving": 6,
            "worst:jobs>saving": 6,
            "worst:months>saving": lot.randint(2, 9),
        },
        "effect": {"0.1": -3.5, "0.5": 4, "0.9": lot.randint(5, 40)},
        "fund": {"jobs": 1, "months": lot.randint(0, 1), "saving": 0},
    }


def rows(n: int) -> list[dict[str, str]]:
    """People to invite: roles in turn, two places, two sectors."""
    return [
        {"role": ROLES[k % 4], "geo": PLACES[k // 4 % 2], "sector": SECTORS[k // 8 % 2], "language": "en"}
        for k in range(n)
    ]


def begun(store: records.Store, n: int = 12, name: str = NAME, **other: Any) -> list[Invitation]:
    """A consultation with its first round open."""
    store.keep_consultation(name, plan(**other), author_role="facilitator")
    invited = store.invite(name, rows(n))
    store.open_round(name, 1)
    return invited


def agree(store: records.Store, one: Invitation, name: str = NAME, code: str = CODE) -> None:
    """Agree to the plan, with a code where one is needed."""
    kept = store.consultation(name)
    code = code if kept.plan.disclosure == "anonymous" else ""
    store.consent(one.token, language="en", digest=kept.digest, code=code)


def answered(store: records.Store, invited: list[Invitation], number: int = 1, name: str = NAME) -> None:
    """Let them all answer a round; each his own."""
    code = CODE if store.consultation(name).plan.disclosure == "anonymous" else ""
    for k, one in enumerate(invited):
        if number == 1:
            agree(store, one, name)
        store.answer(
            one.token,
            number,
            right_answers(100 * number + k),
            reasons={"agree": f"Because of reason {'abcdefghijklmnopqrstuvwxyz'[k % 26]}."},
            key=f"round-{number}",
            code=code,
        )
