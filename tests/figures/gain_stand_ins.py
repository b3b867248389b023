"""Small stand-ins of advice to a person and of gains by labour market."""

from __future__ import annotations

from typing import Any

import pandas as pd

from .stand_ins import NAN, StandIn, stand_in

_KINDS = ("training", "services", "employment_incentives")


def gains(n: int, **more: Any) -> StandIn:
    """An Advice on ``n`` programmes, every fourth of them refused."""
    every, silent = range(n), [i % 4 == 3 for i in range(n)]
    reason = "2 independent samples studied such programmes (at least 5 are needed), and fewer than 10 people took it here"
    table = pd.DataFrame(
        {
            "programme": pd.Series([f"Programme number {i}" for i in every], dtype="str"),
            "programme_type": pd.Series([_KINDS[i % 3] for i in every], dtype="str"),
            "gain": [NAN if silent[i] else 5.0 - 0.3 * i for i in every],
            "low": [NAN if silent[i] else 1.0 - 0.3 * i for i in every],
            "high": [NAN if silent[i] else 9.0 - 0.3 * i for i in every],
            "weight_evidence": [0.3] * n,
            "weight_local": [0.6] * n,
            "weight_prior": [0.1] * n,
            "says": pd.Series(
                [
                    "too little to say" if silent[i] else "offer first" if i == 0 else "no gain shown"
                    for i in every
                ],
                dtype="str",
            ),
            "reason": pd.Series([reason if silent[i] else "" for i in every], dtype="str"),
        }
    )
    synthetic = more.pop("synthetic", False)
    return stand_in(table, "gains", synthetic=synthetic, **({"unit": "points", "level": 0.95} | more))


def context_gains(n: int, **more: Any) -> StandIn:
    """A GainModel of ``n`` rows: programmes in four labour markets."""
    cells = [(u, s) for u in ("high", "low") for s in ("high", "low")]
    table = pd.DataFrame(
        {
            "programme": pd.Series([f"Programme number {i // 4}" for i in range(n)], dtype="str"),
            "programme_type": pd.Series([_KINDS[i // 4 % 3] for i in range(n)], dtype="str"),
            "unemployment_class": pd.Series([cells[i % 4][0] for i in range(n)], dtype="str"),
            "skill_class": pd.Series([cells[i % 4][1] for i in range(n)], dtype="str"),
            "gain": [2.0 + 0.2 * i for i in range(n)],
            "low": [-1.0 + 0.2 * i for i in range(n)],
            "high": [5.0 + 0.2 * i for i in range(n)],
            "seen_locally": [i % 4 < 2 for i in range(n)],
            "abstains": [i % 7 == 6 for i in range(n)],
            "reason": pd.Series(["" for _ in range(n)], dtype="str"),
        }
    )
    synthetic = more.pop("synthetic", False)
    return stand_in(table, "context_gains", synthetic=synthetic, **({"unit": "points", "level": 0.95} | more))


GAIN_MAKERS = {"gains": gains, "context_gains": context_gains}
