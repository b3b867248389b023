"""Invented persons who were selected into a programme, and estimates of them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from almpo_kit import evaluation
from almpo_kit.evaluation import Design, Estimate

HISTORY = {"earnings_2018": "history", "earnings_2019": "history"}
ROLES = {"age": "confounder", "education": "confounder", **HISTORY}
WHY = "a test that goes on whatever the checks say"


def invented(
    n: int = 800,
    *,
    effect: float = 300.0,
    hidden: float = 0.0,
    falling: float = 0.0,
    arms: tuple[str, ...] = ("training",),
    lots: bool = False,
    seed: int = 0,
) -> pd.DataFrame:
    """Persons with earnings in two years before entry and one after.

    Parameters
    ----------
    hidden : float
        How much something not recorded raises both taking part and earnings after entry and in 2019.
    falling : float
        Earnings that those who took part lost in 2019.
    """
    draw = np.random.default_rng(seed)
    age, u = draw.normal(40, 8, n), draw.normal(size=n)
    education = draw.choice(["low", "middle", "high"], n)
    first = 1000 + 10 * (age - 40) + 100 * (education == "high") + draw.normal(0, 150, n)
    pull = np.zeros(n) if lots else 0.02 * (age - 40) + 0.002 * (first - 1000) + hidden * u
    chosen = np.argmax(
        np.outer(pull, [0, *([1.0] * len(arms))]) + draw.gumbel(size=(n, len(arms) + 1)), axis=1
    )
    second = first + 120 * hidden * u - falling * (chosen > 0) + draw.normal(0, 80, n)
    after = 0.7 * second + 120 * hidden * u + 4 * (age - 40) + effect * (chosen > 0) + draw.normal(0, 150, n)
    return pd.DataFrame(
        {
            "id": np.arange(n),
            "treatment": np.array(["no programme", *arms])[chosen],
            "age": age,
            "education": education,
            "earnings_2018": first,
            "earnings_2019": second,
            "earnings": after,
            "source": "SYNTHETIC by hand",
        }
    )


def planned(
    persons: pd.DataFrame, assignment: str = "matching", roles: dict[str, str] | None = None
) -> Design:
    """A design of invented persons."""
    return evaluation.design(
        persons,
        assignment=assignment,  # type: ignore[arg-type]
        comparison="no programme",
        outcomes=evaluation.measured("earnings", outcome="earnings", unit="eur_per_month", months=24),
        covariates=ROLES if roles is None else roles,  # type: ignore[arg-type]
    )


def estimated(
    persons: pd.DataFrame, assignment: str = "matching", method: str = "", roles: dict[str, str] | None = None
) -> Estimate:
    """An estimate of invented persons, by linear regression where nothing else is said (it is the fastest)."""
    plan = planned(persons, assignment, roles)
    shared = evaluation.overlap(plan, override=WHY)
    chosen = method or ("regression" if assignment == "matching" else "")
    return evaluation.estimate(shared, method=chosen, learner="linear", override=WHY)
