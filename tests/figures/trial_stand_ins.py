"""Stand-ins of what is said of trials."""

from __future__ import annotations

from typing import Any

import pandas as pd

from .stand_ins import NAN, StandIn, stand_in


def trial_proposal(n: int, **more: Any) -> StandIn:
    """A TrialProposal of ``n`` designs, every third of which cannot be run, the last of which cannot be sized."""
    table = pd.DataFrame(
        {
            "design": pd.Series([f"draw offices in way number {i}" for i in range(n)], dtype="str"),
            "kind": pd.Series(["cluster"] * n, dtype="str"),
            "can_be_run": [i % 3 != 2 for i in range(n)],
            "power": [NAN if i == n - 1 and n > 1 else 0.9 - 0.13 * (i % 7) for i in range(n)],
            "why": pd.Series(["carried to be made nasty"] * n, dtype="str"),
        }
    )
    return stand_in(table, "trial_proposal", **more)


def assignment_balance(n: int, **more: Any) -> StandIn:
    """A Balance of ``n`` covariates in two arms; every fifth is not shown, some lie beyond what is usual."""
    rows = [
        {
            "covariate": f"covariate number {i}",
            "arm": arm,
            "difference": NAN if i % 5 == 4 else 0.3 - 0.07 * (i % 9),
            "usual": 0.12 + 0.01 * (i % 4),
            "name": "carried to be made nasty",
        }
        for arm in ("course", "wage subsidy")
        for i in range(n)
    ]
    columns = ["covariate", "arm", "difference", "usual"]
    table = pd.DataFrame(rows) if rows else pd.DataFrame(columns=columns)
    return stand_in(table, "assignment_balance", **more)


def monitoring(n: int, **more: Any) -> StandIn:
    """A Monitoring of ``n`` looks at two arms; the first has no interval yet, from the fifth on one arm may stop."""
    rows = [
        {
            "look": i + 1,
            "arm": arm,
            "effect": 0.08 - 0.05 * k,
            "low": NAN if i == 0 and n > 1 else 0.08 - 0.05 * k - 0.4 / (i + 1),
            "high": NAN if i == 0 and n > 1 else 0.08 - 0.05 * k + 0.4 / (i + 1),
            "advice": "may stop: better" if k == 0 and i > 4 else "go on",
            "name": "carried to be made nasty",
        }
        for i in range(n)
        for k, arm in enumerate(("course", "wage subsidy"))
    ]
    table = (
        pd.DataFrame(rows)
        if rows
        else pd.DataFrame(columns=["look", "arm", "effect", "low", "high", "advice"])
    )
    fields = {
        "advice": "may stop: better" if n > 5 else "go on",
        "since": 6.0 if n > 5 else NAN,
        "matters": 0.05,
        "scale_factor": 100.0,
        "unit": "points",
    }
    return stand_in(table, "monitoring", synthetic=more.pop("synthetic", False), **(fields | more))


def spillovers(n: int, **more: Any) -> StandIn:
    """A Spillovers with ``n`` rows of its table at most, and means at four saturations."""
    pooled = [("offered", 0.08), ("others", -0.03), ("net", 0.05), ("direct", 0.1)]
    rows = [
        {"estimand": name, "saturation": NAN, "effect": e, "low": e - 0.04, "high": e + 0.04}
        for name, e in pooled
    ]
    rows += [{"estimand": "net", "saturation": 0.5, "effect": 0.05, "low": 0.0, "high": 0.1}] * max(n - 4, 0)
    table = pd.DataFrame(rows[:n], columns=["estimand", "saturation", "effect", "low", "high"])
    table["name"] = "carried to be made nasty"
    means = pd.DataFrame(
        [
            {"saturation": s, "offered": o, "mean": m, "low": m - 0.03, "high": m + 0.03}
            for s in (0.0, 0.25, 0.5, 1.0)
            for o, m in ((False, 0.3 - 0.05 * s), (True, 0.4 - 0.02 * s))
            if (s > 0 or not o) and (s < 1 or o)
        ]
    )
    fields = {
        "displaced": 0.37,
        "displaced_low": 0.05,
        "displaced_high": 0.8,
        "means": means,
        "scale_factor": 100.0,
        "unit": "points",
    }
    return stand_in(table, "spillovers", synthetic=more.pop("synthetic", False), **(fields | more))


def trial_values(n: int, **more: Any) -> StandIn:
    """A TrialValues of ``n`` trials, the later ones not worth their cost; the last could not be valued."""
    every = range(n)
    table = pd.DataFrame(
        {
            "trial": pd.Series([f"Trial number {i}" for i in every], dtype="str"),
            "value_eur": [NAN if i == n - 1 and n > 1 else 9e5 / (i + 1) for i in every],
            "cost_eur": [NAN if i == n - 1 and n > 1 else 2e5 for i in every],
            "reason": pd.Series(["carried to be made nasty"] * n, dtype="str"),
        }
    )
    synthetic = more.pop("synthetic", False)
    return stand_in(table, "trial_values", synthetic=synthetic, **({"first": "Trial number 0"} | more))


def trial_result(n: int, **more: Any) -> StandIn:
    """A TrialResult of ``n`` rows: two arms on the primary outcome, one on another, the others groups shown apart."""
    rows = [
        {
            "outcome": "wage" if i == 2 else "in_work",
            "role": "primary" if i < 2 else "secondary" if i == 2 else "subgroup",
            "group": f"age: group number {i}" if i > 2 else "",
            "arm": "wage subsidy" if i == 1 else "course",
            "effect": 60.0 if i == 2 else 6.0 - i % 5,
            "low": NAN if i == 4 else -20.0 if i == 2 else 2.0 - i % 5,
            "high": NAN if i == 4 else 140.0 if i == 2 else 10.0 - i % 5,
            "unit": "eur_per_month" if i == 2 else "percentage_points",
            "months": 12.0,
            "name": "carried to be made nasty",
        }
        for i in range(n)
    ]
    columns = ["outcome", "role", "group", "arm", "effect", "low", "high", "unit", "months"]
    bounds = pd.DataFrame(
        {"arm": ["course"] * 2, "bound": ["Lee", "worst case"], "low": [1.0, -9.0], "high": [9.0, 19.0]}
    )
    table = pd.DataFrame(rows) if rows else pd.DataFrame(columns=columns)
    synthetic = more.pop("synthetic", False)
    return stand_in(table, "trial_result", synthetic=synthetic, **({"matters": 5.0, "bounds": bounds} | more))


def power_curve(n: int, **more: Any) -> StandIn:
    """A Power of ``n`` points: three sizes of trial, the middle one asked about."""
    table = pd.DataFrame(
        {
            "size": [12 * (1 + i % 3) for i in range(n)],
            "people": [480 * (1 + i % 3) for i in range(n)],
            "effect": [0.02 + 0.015 * (i // 3) for i in range(n)],
            "power": [min(0.05 + 0.03 * (i // 3) * (1 + i % 3), 1.0) for i in range(n)],
            "asked": [i % 3 == 1 for i in range(n)],
        }
    )
    fields = {
        "effect": 0.08,
        "power": 0.35,
        "target": 0.8,
        "kind": "binary",
        "outcome_unit": "percentage_points",
    }
    fields |= {"unit_drawn": "offices", "outcome_name": "employed", "of_taking_part": False}
    synthetic = more.pop("synthetic", False)
    return stand_in(table, "power_curve", synthetic=synthetic, **(fields | more))


def adaptive_shares(n: int, **more: Any) -> StandIn:
    """Shares of ``n`` arms in two strata, of which every fifth is closed for harm."""
    weights = [0.5 ** (i % 6 + 1) for i in range(n)]
    table = pd.DataFrame(
        {
            "stratum": ["under thirty"] * n + ["thirty and over"] * n,
            "arm": [f"arm with a name of number {i}" for i in range(n)] * 2,
            "share": [w / sum(weights) for w in weights] * 2,
            "chance_best": ([w / sum(weights) for w in weights] * 2) if n != 1 else [0.9995, NAN],
            "open": [i % 5 != 4 for i in range(n)] * 2,
            "name": ["carried to be made nasty"] * (2 * n),
        }
    )
    return stand_in(table, "adaptive_shares", **({"batch": 4, "drift": "levels", "stop": False} | more))


def adaptive_effects(n: int, **more: Any) -> StandIn:
    """An AdaptiveEffects of ``n`` arms, every fifth without an interval, and one more row of a stratum."""
    rows = [
        {
            "arm": f"arm with a name of number {i}",
            "stratum": "all",
            "effect": 0.09 - 0.03 * (i % 7),
            "all_low": NAN if i % 5 == 4 else 0.04 - 0.03 * (i % 7),
            "all_high": NAN if i % 5 == 4 else 0.14 - 0.03 * (i % 7),
            "naive": NAN if i % 6 == 5 else 0.07 - 0.03 * (i % 7),
            "name": "carried to be made nasty",
        }
        for i in range(n)
    ]
    rows += [dict(rows[0], stratum="under thirty", effect=0.9)] if rows else []
    columns = ["arm", "stratum", "effect", "all_low", "all_high", "naive"]
    table = pd.DataFrame(rows) if rows else pd.DataFrame(columns=columns)
    fields = {"comparison": "no programme", "scale_factor": 100.0, "unit": "points"}
    return stand_in(table, "adaptive_effects", synthetic=more.pop("synthetic", False), **(fields | more))


def rule_simulation(n: int, **more: Any) -> StandIn:
    """A RuleSimulation of ``n`` rules; the last has no choice after the trial."""
    table = pd.DataFrame(
        {
            "rule": pd.Series([f"rule_of_number_{i}" for i in range(n)], dtype="str"),
            "in_trial_regret": [0.05 - 0.001 * i for i in range(n)],
            "in_trial_regret_se": [0.0004] * n,
            "policy_regret": [NAN if i == n - 1 and n > 1 else 0.008 + 0.0002 * i for i in range(n)],
            "policy_regret_se": [0.0005] * n,
            "best_chosen": [0.8 - 0.01 * i for i in range(n)],
            "to_best": [0.4 + 0.01 * i for i in range(n)],
            "naive_coverage": [0.91] * n,
        }
    )
    return stand_in(table, "rule_simulation", **({"rule": "rule_of_number_0"} | more))


def design_comparison(n: int, **more: Any) -> StandIn:
    """A DesignComparison of ``n`` designs, every fourth of which cannot be trusted."""
    table = pd.DataFrame(
        {
            "name": pd.Series([f"offices drawn in way number {i}" for i in range(n)], dtype="str"),
            "power": [0.95 - 0.11 * (i % 8) for i in range(n)],
            "cost": [60_000.0 + 5_000 * i for i in range(n)],
            "people": [400 + 20 * i for i in range(n)],
            "trusted": [i % 4 != 3 for i in range(n)],
        }
    )
    fields = {"cheapest": "offices drawn in way number 0" if n else "", "target": 0.8}
    return stand_in(table, "design_comparison", **(fields | more))


def sweep(n: int, **more: Any) -> StandIn:
    """A Sweep of ``n`` combinations, the last of which cannot be run."""
    table = pd.DataFrame(
        {
            "design.clusters": [8 + 4 * (i // 3) for i in range(n)],
            "outcome.icc": [0.01 * (1 + i % 3) for i in range(n)],
            "estimator": pd.Series(["cluster"] * n, dtype="str"),
            "power": [NAN if i == n - 1 and n > 1 else min(0.2 + 0.05 * i, 0.99) for i in range(n)],
        }
    )
    fields = {"over": ("design.clusters", "outcome.icc", "estimator"), "target": 0.8}
    return stand_in(table, "sweep", **(fields | more))


TRIAL_MAKERS = {
    "design_comparison": design_comparison,
    "sweep": sweep,
    "adaptive_effects": adaptive_effects,
    "adaptive_shares": adaptive_shares,
    "rule_simulation": rule_simulation,
    "power_curve": power_curve,
    "trial_result": trial_result,
    "monitoring": monitoring,
    "spillovers": spillovers,
    "assignment_balance": assignment_balance,
    "trial_proposal": trial_proposal,
    "trial_values": trial_values,
}
