"""Made-up answers of a panel to the four kinds of item that give weights."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.vocabulary.consultation_items import Item
from almpo_kit.vocabulary.consultations import Plan

KINDS = ("points", "swing", "pairwise", "best_worst")
CRITERIA = ("jobs", "months", "equity", "saving")
ROLES = ("employers", "trade_unions", "employment_service", "research")


def plan(**more: Any) -> Plan:
    options = {c: c for c in CRITERIA}
    items = tuple(Item(id=k, kind=k, text="What counts?", options=options) for k in KINDS)
    return Plan(title="T", question="Q", consent="C", places=("EL42",), items=items, **more)


def parts(kind: str, w: np.ndarray) -> dict[str, float]:
    """An answer that says exactly what ``w`` says, as far as the scale goes."""
    named = dict(zip(CRITERIA, w, strict=True))
    if kind in ("points", "swing"):
        return {c: 100 * v / (1 if kind == "points" else w.max()) for c, v in named.items()}
    if kind == "pairwise":
        return {
            f"{a}>{b}": float(np.clip(named[a] / named[b], 1 / 9, 9)) for a, b in combinations(CRITERIA, 2)
        }
    best, worst = CRITERIA[int(w.argmax())], CRITERIA[int(w.argmin())]
    told = {f"best:{best}>{c}": named[best] / v for c, v in named.items() if c != best}
    told |= {f"worst:{c}>{worst}": v / named[worst] for c, v in named.items() if c != worst}
    return {p: float(np.clip(v, 1, 9)) for p, v in told.items()}


def rows(
    person: str,
    kind: str,
    w: np.ndarray,
    *,
    role: str = "employers",
    geo: str = "EL42",
    round: int = 1,
    source: str = "a panel",
) -> list[dict[str, Any]]:
    fixed = {"participant": person, "role": role, "geo": geo, "sector": "I", "item": kind, "round": round}
    return [fixed | {"part": p, "value": v, "source": source} for p, v in parts(kind, w).items()]


def judged(kind: str, shares: np.ndarray, **more: Any) -> pd.DataFrame:
    """People with the given shares; roles and places in turn."""
    told = [
        rows(f"p{k:03d}", kind, w, **({"role": ROLES[k % 4], "geo": f"EL4{2 + k % 2}"} | more))
        for k, w in enumerate(shares)
    ]
    return pd.DataFrame([r for person in told for r in person])


def drawn(n: int, seed: int = 1, concentration: float = 20) -> np.ndarray:
    """Shares around 0.34, 0.28, 0.22, 0.16, none below 0.1 so that no ratio leaves the scale."""
    shares = np.random.default_rng(seed).dirichlet(concentration * np.array([0.4, 0.3, 0.2, 0.1]), n)
    return 0.6 * shares + 0.1
