"""Small stand-ins of estimated effects."""

from __future__ import annotations

from typing import Any

import pandas as pd

from .stand_ins import NAN, StandIn, stand_in

_COLUMNS = ("effect", "low", "high", "band_low", "band_high")


def _table(n: int, names: list[str], months: list[float]) -> pd.DataFrame:
    effect = [(-6.0 if m <= 4 else 4.0) + 0.1 * m for m in months]
    wide = [1.0 + 0.05 * i for i in range(n)]
    return pd.DataFrame(
        {
            "contrast": pd.Series(names, dtype="str"),
            "arm": "training",
            "comparison": "no programme",
            "outcome": "employment_probability",
            "unit": "percentage_points",
            "months": pd.Series(months, dtype=float),
            "effect": pd.Series(effect, dtype=float),
            "low": [e - w for e, w in zip(effect, wide, strict=True)],
            "high": [NAN if i == 3 else e + w for i, (e, w) in enumerate(zip(effect, wide, strict=True))],
            "band_low": [e - 1.5 * w for e, w in zip(effect, wide, strict=True)],
            "band_high": [e + 1.5 * w for e, w in zip(effect, wide, strict=True)],
            "estimand": "att",
            "name": "carried to be made nasty",
        }
    )


def effects(n: int, **more: Any) -> StandIn:
    """An Estimate of ``n`` contrasts at one month; the fourth is too thin."""
    table = _table(n, [f"programme number {i} against no programme" for i in range(n)], [12.0] * n)
    synthetic = more.pop("synthetic", False)
    return stand_in(table, "effects", synthetic=synthetic, **({"cumulative": pd.DataFrame()} | more))


def effect_path(n: int, **more: Any) -> StandIn:
    """An Estimate of ``n`` months, two of them before entry."""
    table = _table(n, ["training against no programme"] * n, [float(i - 1) for i in range(n)])
    sums = table[table["months"] > 0].assign(unit="months")
    sums = sums.assign(**{c: sums[c].cumsum() / 100 for c in ("effect", "low", "high")})
    synthetic = more.pop("synthetic", False)
    return stand_in(table, "effect_path", synthetic=synthetic, **({"cumulative": sums} | more))


EFFECT_MAKERS = {"effects": effects, "effect_path": effect_path}
