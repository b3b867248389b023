"""Plans and answers written by hand or drawn, for the tests of panels and rounds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from almpo_kit.vocabulary.consensus_rules import ConsensusRules
from almpo_kit.vocabulary.consultation_items import Item
from almpo_kit.vocabulary.consultations import Plan

OPTIONS = {o: {"en": o} for o in ("jobs", "months", "saving")}
QUANTITY = {
    "programme_type": "training",
    "outcome": "employment_probability",
    "unit": "percentage_points",
    "horizon_months": 24,
    "low": -20,
    "high": 40,
}
ITEMS = (
    Item(id="courses", kind="statement", text={"en": "More courses off season"}),
    Item(id="housing", kind="statement", text={"en": "Housing for seasonal workers"}, scale=(1, 5)),
    Item(id="goals", kind="points", text={"en": "What counts"}, options=OPTIONS),
    Item(id="swings", kind="swing", text={"en": "Swings"}, options=OPTIONS),
    Item(id="pairs", kind="pairwise", text={"en": "Pairs"}, options=OPTIONS),
    Item(id="ends", kind="best_worst", text={"en": "Best and worst"}, options=OPTIONS),
    Item(id="guess", kind="quantity", text={"en": "Effect"}, quantity=QUANTITY),
    Item(
        id="money",
        kind="budget",
        text={"en": "Budget"},
        options=OPTIONS,
        cost=dict.fromkeys(OPTIONS, 10.0),
        budget=20.0,
    ),
)


def made_plan(**given: Any) -> Plan:
    """A plan of every kind of item."""
    words: dict[str, Any] = {
        "title": {"en": "Tourism"},
        "question": {"en": "What next"},
        "consent": {"en": "Kept for a year"},
    }
    made: dict[str, Any] = {"places": ("EL42", "EL43"), "items": ITEMS, "rules": ConsensusRules()}
    return Plan(**(words | made | given))


def answers(
    values: Sequence[float] | Mapping[str, float],
    *,
    item: str = "courses",
    part: str = "",
    round: int = 1,
    source: str = "by hand",
    role: str | Sequence[str] = "employers",
    geo: str | Sequence[str] = "EL42",
) -> pd.DataFrame:
    """Answers of p0, p1, …, or of the participants named."""
    named = values if isinstance(values, Mapping) else {f"p{k:03d}": v for k, v in enumerate(values)}
    return pd.DataFrame(
        {
            "participant": list(named),
            "role": role,
            "geo": geo,
            "sector": "I",
            "item": item,
            "part": part,
            "round": round,
            "value": [float(v) for v in named.values()],
            "source": source,
        }
    )
