"""Invented programmes, gains and money."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.recommendation import Menu, menu

NAMES = ("Search help", "Training", "Subsidy", "Supported", "Public works", "Start-up")
TYPES = (
    *("services", "training", "employment_incentives", "supported_employment"),
    *("direct_job_creation", "start_up_incentives"),
)


@cache
def _plain() -> Menu:
    return programmes(cost_source="invented")


def programmes(**columns: Any) -> Menu:
    """Six programmes with costs and places."""
    if not columns:
        return _plain()
    table = pd.DataFrame(
        {
            "programme": NAMES,
            "programme_type": TYPES,
            "unit_cost_eur": [600.0, 4000, 7000, 8000, 9000, 6500],
            "capacity": [2000.0, 800, 600, 200, 500, 150],
            "cost_source": "invented",
        }
    )
    return menu(table.assign(**columns))


def gains(**columns: Any) -> pd.DataFrame:
    """Gains in jobs (points) and months; public works lose."""
    table = pd.DataFrame(
        {
            "programme": NAMES,
            "job_gain": [2.0, 5, 9, 8, -2, 6],
            "job_se": [1.0, 2, 4, 3, 2, 4],
            "months_gain": [0.3, 0.6, 2, 1.2, -0.6, 1],
            "months_se": [0.2, 0.4, 0.9, 0.6, 0.5, 0.8],
            "abstains": False,
            "reason": "",
        }
    )
    return table.assign(**columns)


def two(mean: tuple[float, float], se: tuple[float, float]) -> tuple[Menu, pd.DataFrame]:
    """Two programmes of one price and no limit of places: a choice between two normals."""
    table = pd.DataFrame(
        {
            "programme": ["A", "B"],
            "programme_type": "training",
            "unit_cost_eur": 1000.0,
            "cost_source": "invented",
        }
    )
    return menu(table), pd.DataFrame({"programme": ["A", "B"], "job_gain": mean, "job_se": np.array(se)})


ASKED: dict[str, Any] = {"people": 3000, "budget": 6e6, "displacement": (0.0, 0.3, 1.0), "draws": 400}
