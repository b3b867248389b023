"""Registers whose truth is known, taken through the whole protocol."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from almpo_kit import evaluation
from almpo_kit.evaluation.designs.roles import RoleName
from almpo_kit.sources.synthetic.register import SyntheticRegister, synthetic_register

#: What people are told apart by in the invented register, beside what the groups hold themselves.
CONFOUNDERS: dict[str, RoleName] = {
    **dict.fromkeys(
        ["age", "female", "education", "migrant", "health_limitation", "local_unemployment"], "confounder"
    ),
    **dict.fromkeys(["months_employed_24", "months_registered_24", "earnings_year_before"], "history"),
}
MONTHS = (3, 6, 12)


def register(seed: int, n: int = 4_000, **options: Any) -> SyntheticRegister:
    """A register of one country without waves, so that elapsed months and people are all there is."""
    made: dict[str, Any] = {
        "country": "DE",
        "months": 30,
        "roll_out": None,
        "arms": ("training", "wage subsidy"),
    }
    return synthetic_register(n, seed=seed, **(made | options))


def effects(held: SyntheticRegister, *, method: str = "doubly_robust") -> pd.DataFrame:
    """Estimated and true effects of entering now against waiting: ``arm, months, effect, se, low, high, truth, naive``."""
    groups = evaluation.entering_or_waiting(
        held.persons, held.entries, held.months, horizon=max(MONTHS), longest=12
    )
    plan = evaluation.design(
        groups.persons,
        assignment="matching",
        comparison="waiting",
        outcomes=evaluation.measured(
            "employed_{month}", outcome="employment_probability", unit="percentage_points", months=MONTHS
        ),
        covariates={"elapsed_months": "confounder", "quarter": "confounder", **CONFOUNDERS},
        cluster="cluster",
        block="stratum",
    )
    shared = evaluation.overlap(plan, learner="linear")
    found = evaluation.estimate(
        shared, method=method, learner="linear", override="a simulated world, whose truth is known"
    )
    table = found.table[["arm", "months", "effect", "se", "low", "high"]].copy()
    kept = groups.persons[shared.kept]
    table["truth"] = [
        truth(held, kept, arm, int(m)) for arm, m in zip(table["arm"], table["months"], strict=True)
    ]
    naive = evaluation.immortal_time(held.persons, held.entries, held.months, at=MONTHS, longest=12).table
    naive = naive[["arm", "months", "ever_against_never"]].rename(columns={"ever_against_never": "naive"})
    return table.merge(naive.astype({"months": float}), on=["arm", "months"])


def truth(held: SyntheticRegister, kept: pd.DataFrame, arm: str, month: int) -> float:
    """Mean true effect, in points, on those of an arm who are compared."""
    known = held.truth.effects(arm, against="waiting", horizon=max(MONTHS))
    who = kept.loc[kept["treatment"] == arm, "id"].str.split("@").str[0]
    at = pd.Index(held.persons["id"].to_numpy()[known.rows]).get_indexer(pd.Index(who.to_numpy()))
    assert (at >= 0).all()
    return float(100 * known.employed[at, month].mean())


def coverage(seeds: range, **options: Any) -> pd.DataFrame:
    """Bias, RMSE and coverage over seeds, one row an arm and month."""
    runs = pd.concat([effects(register(s, **options)).assign(seed=s) for s in seeds])
    runs["error"] = runs["effect"] - runs["truth"]
    runs["covered"] = (runs["low"] <= runs["truth"]) & (runs["truth"] <= runs["high"])
    runs["naive_error"] = runs["naive"] - runs["truth"]
    by = runs.groupby(["arm", "months"])
    return pd.DataFrame(
        {
            "bias": by["error"].mean(),
            "rmse": by["error"].apply(lambda e: float(np.sqrt((e**2).mean()))),
            "se": by["se"].mean(),
            "coverage": by["covered"].mean(),
            "naive_bias": by["naive_error"].mean(),
        }
    )
