"""Stand-ins of a balance and a training plan, for the tests that draw everything."""

from __future__ import annotations

from typing import Any

import pandas as pd

from .stand_ins import StandIn, grid, stand_in

_VERDICTS = ("scarcer", "too little to say", "more plentiful", "balanced")


def balance(n: int, **more: Any) -> StandIn:
    """A Balance of ``n`` cells in up to seven regions; every fifth is kept back."""
    places = grid(max(1, min(n, 7))).head(min(n, 7))
    cells = [(g, m) for g, m in zip(places["geo"], places["name"], strict=True)]
    rows = []
    for i in range(n):
        geo, name = cells[i % len(cells)]
        hidden = i % 5 == 4
        value = float("nan") if hidden else 0.05 * (i + 1)
        rows.append(
            {
                "geo": geo,
                "name": name,
                "occupation": f"{21 + i // len(cells)}",
                "label": f"Occupation number {i // len(cells)}",
                "unemployed": float("nan") if hidden else 100.0,
                "vacancies": 5.0 * (i + 1),
                "tightness": value,
                "low": value / 2,
                "high": 2 * value if i else float("inf"),
                "verdict": _VERDICTS[i % 4],
                "exceeds": "too little to say",
                "suppressed": hidden,
            }
        )
    columns = ["geo", "name", "occupation", "label", "unemployed", "vacancies", "tightness", "low", "high"]
    table = pd.DataFrame(rows, columns=[*columns, "verdict", "exceeds", "suppressed"])
    fields = {"overall": 0.3, "unemployed": 100.0 * n, "vacancies": 30.0 * n, "period": "2025", "n_cells": n}
    synthetic = more.pop("synthetic", False)
    return stand_in(table, "balance", synthetic=synthetic, **(fields | more))


def training_plan(n: int, **more: Any) -> StandIn:
    """A TrainingPlan of ``n`` fields; the second has thin evidence, the last gets nothing."""
    table = pd.DataFrame(
        {
            "field": [f"{i:02d}" for i in range(n)],
            "label": [f"Field of training number {i}" for i in range(n)],
            "name": "carried to be made nasty",
            "places": [10 * (n - 1 - i) for i in range(n)],
            "job_months": [9.0 * (n - 1 - i) for i in range(n)],
            "low": [-3.0 * (n - 1 - i) for i in range(n)],
            "high": [20.0 * (n - 1 - i) for i in range(n)],
            "in_plan": [1 / (i + 1) for i in range(n)],
            "value_of_one_more": [0.2 if i % 2 else 0.0 for i in range(n)],
            "certainty": ["too little to say" if i == 1 else "low" for i in range(n)],
        }
    )
    fields = {"spent": 1e5, "job_months": 100.0, "job_months_low": -20.0, "job_months_high": 200.0}
    fields |= {"horizon_months": 24.0}
    synthetic = more.pop("synthetic", False)
    return stand_in(table, "training_plan", synthetic=synthetic, **(fields | more))


BALANCE_MAKERS = {"balance": balance, "training_plan": training_plan}
