"""The tables of a training plan: by field, by place, and what each limit is worth."""

from __future__ import annotations

import numpy as np
import pandas as pd

from almpo_kit.matching.programmes.linear_plan import PlanSolution
from almpo_kit.matching.programmes.plan_draws import PlanDraws
from almpo_kit.matching.programmes.plan_problem import PlanProblem
from almpo_kit.vocabulary.education_fields import field_label

#: From sure to unsure; "" (nobody said) is not among them.
CERTAINTIES = ("high", "moderate", "low", "too little to say")


def by_field(
    problem: PlanProblem,
    table: pd.DataFrame,
    places: np.ndarray,
    worth: np.ndarray,
    tried: PlanDraws,
    best: PlanSolution,
) -> pd.DataFrame:
    """One row a training field, the fields with most places first."""
    n = len(table)

    def summed(weights: np.ndarray) -> np.ndarray:
        return np.bincount(problem.programme, weights=weights, minlength=n)

    each = pd.DataFrame(
        {
            "field": table["field"].astype(str),
            "places": summed(places),
            "into_gap": summed(places * (problem.segment == 0)),
            "cost": summed(places * problem.cost),
            "job_months": summed(worth),
        }
    )
    rows = []
    for field, held in each.groupby("field", sort=True):
        at = held.index.to_numpy()
        drawn = tried.worth[:, at].sum(axis=1)
        known = len(drawn) > 0
        cells = np.unique(problem.cell[np.isin(problem.programme, at)])
        used = at[held["places"].to_numpy() > 0]
        rows.append(
            {"field": field, "label": field_label(str(field)), "programmes": len(at)}
            | held[["places", "into_gap", "cost", "job_months"]].sum().to_dict()
            | {
                "low": float(np.quantile(drawn, 0.025)) if known else np.nan,
                "high": float(np.quantile(drawn, 0.975)) if known else np.nan,
                "in_plan": float(np.mean(tried.in_plan[:, at].sum(axis=1) > 0.5)) if known else np.nan,
                "value_of_one_more": float(best.capacity[at].max()),
                "gap": float(problem.gap[cells].sum()),
                "certainty": _worst(table["certainty"].iloc[used if len(used) else at]),
            }
        )
    out = pd.DataFrame(rows).astype({"places": int, "into_gap": int})
    return out.sort_values(["places", "in_plan"], ascending=False, kind="stable").reset_index(drop=True)


def _worst(certainties: pd.Series) -> str:
    held = [c for c in certainties if c in CERTAINTIES]
    # One programme of which nobody knows how sure it is leaves the field unknown, unless another is worse.
    if "too little to say" in held or len(held) == len(certainties):
        return max(held, key=CERTAINTIES.index) if held else ""
    return ""


def by_place(
    problem: PlanProblem, table: pd.DataFrame, places: np.ndarray, worth: np.ndarray
) -> pd.DataFrame:
    """Whole places by programme, region and occupation."""
    cells = problem.cells.iloc[problem.cell]
    frame = pd.DataFrame(
        {
            "programme": table["programme"].to_numpy()[problem.programme],
            "field": table["field"].astype(str).to_numpy()[problem.programme],
            "geo": cells["geo"].to_numpy(),
            "occupation": cells["occupation"].to_numpy(),
            "places": places,
            "into_gap": places * (problem.segment == 0),
            "cost": places * problem.cost,
            "job_months": worth,
        }
    )
    out = frame.groupby(["programme", "field", "geo", "occupation"], as_index=False).sum()
    out = out[out["places"] > 0].astype({"places": int, "into_gap": int})
    return out.sort_values("places", ascending=False, kind="stable").reset_index(drop=True)


def dual_table(
    problem: PlanProblem, table: pd.DataFrame, best: PlanSolution, budget: float, kept_back: np.ndarray
) -> pd.DataFrame:
    """What one more unit of each limit adds, in job-months; limits that do not bind are worth nothing.

    Parameters
    ----------
    kept_back : ndarray of bool, shape (n_cells,)
        Cells whose number of people is not shown: a gap is their vacancies less a multiple of it.
    """
    x = best.places
    cells = (problem.cells["geo"] + " " + problem.cells["occupation"]).tolist()
    programmes = (table["programme"] + table["geo"].map(lambda g: f" ({g})" if g else "")).tolist()

    def used(groups: np.ndarray, size: int, weights: np.ndarray) -> np.ndarray:
        return np.bincount(groups, weights=weights, minlength=size)

    into, over = x * (problem.segment == 0), x * (problem.segment == 1)
    parts = (
        ("budget", ["budget"], np.array([budget]), np.array([problem.cost @ x]), np.array([best.budget]), "euro"),
        ("capacity", programmes, problem.capacity, used(problem.programme, len(programmes), x), best.capacity, "place"),
        ("people", list(problem.regions), problem.intake, used(problem.region, len(problem.regions), x), best.intake, "person"),
        ("gap", cells, problem.gap, used(problem.cell, len(cells), into), best.gap, "post"),
        ("beyond the gap", cells, problem.beyond, used(problem.cell, len(cells), over), best.beyond, "post"),
    )  # fmt: skip
    frames = [
        pd.DataFrame(
            {"limit": limit, "name": names, "bound": bound, "used": held, "value": value, "unit": unit}
        )
        for limit, names, bound, held, value, unit in parts
    ]
    out = pd.concat(frames, ignore_index=True)
    keep = out["limit"].isin(["budget", "capacity", "people"]) | (out["used"] > 1e-9)
    small = out["limit"].isin(["gap", "beyond the gap"]) & out["name"].isin(np.array(cells)[kept_back])
    out[["bound", "used"]] = out[["bound", "used"]].mask(small)
    return out[keep].reset_index(drop=True)
