"""Small stand-ins of the Findings of the cycle."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from .stand_ins import StandIn, quarters, stand_in

SERIES = ("unemployment_rate", "job_vacancy_rate", "tightness")


def cycle(n: int, **more: Any) -> StandIn:
    """A LabourCycle of ``n`` quarters ahead; vacancies from the second on are naive."""
    rows = [
        {
            "geo": "EL",
            "series": s,
            "period": f"{2024 + h // 4}-Q{h % 4 + 1}",
            "horizon": h + 1,
            "model": "combination" if s == SERIES[0] else "naive",
            "forecast": value,
            **{
                f"{e}_{k}": value * (1 + sign * w * math.sqrt(h + 1))
                for e, sign in (("low", -1), ("high", 1))
                for k, w in widths
            },
            "naive": value,
            "last": value,
        }
        for s, value in zip(SERIES, (8.0, 1.2, 0.09), strict=True)
        for h in range(n)
        for widths in [((50, 0.03), (80, 0.06), (95, 0.1))]
    ]
    columns = ["series", "period", "horizon", "model", "forecast", "low_95", "high_95", "naive", "last"]
    history = quarters(20).rename(
        columns={"unemployment_used": "unemployment_rate", "vacancies_adjusted": "job_vacancy_rate"}
    )
    history["tightness"] = history["job_vacancy_rate"] / history["unemployment_rate"]
    history["phase"] = (
        ["recovery"] * 4 + ["expansion"] * 5 + ["slowdown"] * 2 + ["contraction"] * 6 + ["steady"] * 3
    )
    fields = {"country": "EL", "frequency": 4, "horizon": 4, "phase": "steady", "phase_since": "2023-Q2"}
    fields |= {"phase_basis": "tightness", "history": history, "refused": {}}
    synthetic = more.pop("synthetic", False)
    return stand_in(
        pd.DataFrame(rows, columns=None if rows else columns), "cycle", synthetic=synthetic, **(fields | more)
    )


def backtest(n: int, **more: Any) -> StandIn:
    """The backtest of a LabourCycle up to ``n`` quarters ahead; the autoregression runs off the scale."""
    rows = [
        {
            "series": s,
            "model": m,
            "horizon": h + 1,
            "n": 40 - h,
            "relative": r + 0.02 * h,
            "relative_low": r - 0.1,
            "relative_high": r + 0.1,
        }
        for s in SERIES
        for m, r in (("naive", 1.0), ("ar", 1.9), ("combination", 0.85), ("rule", 0.9))
        for h in range(n)
    ]
    columns = ["series", "model", "horizon", "n", "relative"]
    table = pd.DataFrame(rows, columns=None if rows else columns)
    fields = {"country": "EL", "frequency": 4, "backtest": table}
    synthetic = more.pop("synthetic", False)
    return stand_in(table, "backtest", synthetic=synthetic, **(fields | more))


def scenarios(n: int, **more: Any) -> StandIn:
    """Scenarios: today's balance and ``n`` − 1 shocks."""
    summary = pd.DataFrame(
        {
            "scenario": pd.Series(["today", *(f"s{i}" for i in range(1, n))][:n], dtype="str"),
            "label": pd.Series(
                ["today", *(f"a shock of some length, number {i}" for i in range(1, n))][:n], dtype="str"
            ),
            "unemployed": pd.Series([1000.0 + 90 * i for i in range(n)], dtype=float),
            "vacancies": pd.Series([400.0 - 9 * i for i in range(n)], dtype=float),
            "tightness": pd.Series([0.4 - 0.009 * i for i in range(n)], dtype=float),
            "mismatch": pd.Series([0.05 + 0.01 * i for i in range(n)], dtype=float),
        }
    )
    synthetic = more.pop("synthetic", False)
    return stand_in(
        summary, "scenarios", synthetic=synthetic, **({"summary": summary, "period": "2024-Q4"} | more)
    )


CYCLE_MAKERS = {"cycle": cycle, "backtest": backtest, "scenarios": scenarios}
