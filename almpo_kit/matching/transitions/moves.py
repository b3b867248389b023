"""Every move from one origin: coverage, training, cost, level. Arrays in, a table out; nothing is validated here."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from almpo_kit.matching.transitions.coverage import coverage, shares, sums, weights
from almpo_kit.matching.transitions.local_demand import OVER, UNKNOWN, Demand
from almpo_kit.matching.transitions.occupation_names import Occupations
from almpo_kit.matching.transitions.origins import Origin
from almpo_kit.matching.transitions.skill_space import SkillSpace
from almpo_kit.matching.transitions.training import (
    TrainingAssumptions,
    formal_months,
    learning_months,
    months_per_skill,
    other_field,
    with_qualification,
)
from almpo_kit.matching.transitions.viability import Rule, viable

_DEMAND = ("unemployed", "vacancies", "tightness", "tightness_low", "tightness_high", "demand", "declining")


@dataclass(frozen=True, eq=False)
class Moves:
    """Moves from one origin to every occupation.

    Parameters
    ----------
    share : ndarray, shape (n_relations,)
        Share of each requirement met, related skills included; the mean over the occupations one may come from.
    direct : ndarray, shape (n_relations,)
        Share met by the skill itself.
    coverage, low, high : ndarray, shape (n_occupations,)
        Mean, least and most over the occupations one may come from.
    months : ndarray, shape (n_occupations, 3)
    own : ndarray of bool, shape (n_occupations,)
        Where a qualification of its own is usually asked for: level 3 or 4 in another unit group.
    within : ndarray of int, shape (n_occupations,)
        From how many of the occupations one may come from enough is covered.
    change : ndarray, shape (n_occupations,)
        Steps between ISCO-08 skill levels; NaN where the origin's is not known.
    essential, missing : ndarray of int, shape (n_occupations,)
        Essential skills, and how many of them fewer than half of the people at the origin hold.
    """

    share: np.ndarray
    direct: np.ndarray
    coverage: np.ndarray
    low: np.ndarray
    high: np.ndarray
    months: np.ndarray
    own: np.ndarray
    within: np.ndarray
    change: np.ndarray
    essential: np.ndarray
    missing: np.ndarray


def moves_from(
    origin: Origin,
    space: SkillSpace,
    occupations: Occupations,
    assumed: TrainingAssumptions,
    least_coverage: float,
) -> Moves:
    """Compute every move from an origin."""
    weight = weights(space)
    share, direct = np.zeros(len(space.need)), np.zeros(len(space.need))
    low = np.full(len(space.occupations), np.inf)
    high = np.full(len(space.occupations), -np.inf)
    within = np.zeros(len(space.occupations), dtype=np.int64)
    # One occupation at a time: everything shown is linear in the shares, so their mean gives exact means, and an
    # ISCO group of a hundred occupations needs no more memory than one.
    for held, itself in zip(origin.held, origin.direct, strict=True):
        one = shares(space, held)
        covered = coverage(space, one, weight)
        low, high = np.minimum(low, covered), np.maximum(high, covered)
        within += covered >= least_coverage
        share += one / len(origin.held)
        direct += shares(space, itself) / len(origin.held)
    covered = np.clip(coverage(space, share, weight), 0.0, 1.0)
    months = learning_months(space, share, months_per_skill(space, assumed))
    months = np.maximum(months, formal_months(origin.level, occupations.level, assumed))
    origin_units = occupations.unit[origin.rows]
    own = other_field(occupations.unit, occupations.level, origin_units, 4)
    far = other_field(occupations.unit, occupations.level, origin_units, 2)
    months = with_qualification(
        months, covered, occupations.level, unit_differs=own, field_differs=far, assumed=assumed
    )
    essential, missing = _counts(space, direct)
    return Moves(
        share=share,
        direct=direct,
        coverage=covered,
        low=np.clip(low, 0.0, 1.0),
        high=np.clip(high, 0.0, 1.0),
        months=months,
        own=own,
        within=within,
        change=occupations.level - origin.level,
        essential=essential,
        missing=missing,
    )


def _counts(space: SkillSpace, direct: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    essential = space.essential.astype(float)
    lacking = essential * (direct < 0.5)
    return sums(space, essential).astype(int), sums(space, lacking).astype(int)


def passes(moves: Moves, rule: Rule) -> np.ndarray:
    """Which moves the rule lets through, shape (n_occupations,)."""
    return viable(moves.coverage, moves.months[:, 1], moves.change, moves.essential, rule)


def most_specific_missing(space: SkillSpace, moves: Moves, row: int, at_most: int) -> np.ndarray:
    """Positions of the missing essential skills of one occupation, most specific first."""
    part = space.requirements(row)
    lacking = space.essential[part] & (moves.direct[part] < 0.5)
    skills = space.needed[part][lacking]
    worth = space.specificity[skills] * (1 - moves.share[part][lacking])
    return np.asarray(skills[np.lexsort((skills, -worth))][:at_most])


def moves_table(
    moves: Moves,
    rows: np.ndarray,
    space: SkillSpace,
    occupations: Occupations,
    assumed: TrainingAssumptions,
    demand: Demand | None,
) -> pd.DataFrame:
    """The moves to some occupations, one row each, in the order given."""
    months = moves.months[rows]
    price = float("nan") if assumed.cost_per_month is None else assumed.cost_per_month
    table = pd.DataFrame(
        {
            "occupation": space.occupations[rows].astype(str),
            "label": occupations.label[rows].astype(str),
            "unit": occupations.unit[rows].astype(str),
            "unit_label": _unit_labels(occupations, rows),
            "coverage": moves.coverage[rows],
            "coverage_low": moves.low[rows],
            "coverage_high": moves.high[rows],
            "origins_within": moves.within[rows],
            "essential": moves.essential[rows],
            "missing_essential": moves.missing[rows],
            **dict(zip(("months_low", "months", "months_high"), months.T, strict=True)),
            **dict(zip(("cost_low", "cost", "cost_high"), price * months.T, strict=True)),
            "skill_level": occupations.level[rows].astype(int),
            "level_change": moves.change[rows],
            "own_qualification": moves.own[rows],
        }
    )
    return pd.concat([table, demand_columns(table["unit"], demand)], axis=1)


def _unit_labels(occupations: Occupations, rows: np.ndarray) -> list[str]:
    labels = occupations.table["label"].reindex(occupations.unit[rows])
    return [str(u) if pd.isna(v) else str(v) for u, v in zip(occupations.unit[rows], labels, strict=True)]


def demand_columns(units: pd.Series, demand: Demand | None) -> pd.DataFrame:
    """``matched, unemployed, vacancies, tightness (low, high), demand, declining`` of ISCO unit groups."""
    nothing = dict.fromkeys(_DEMAND, float("nan")) | {"demand": UNKNOWN, "declining": False}
    cells = {}
    for unit in set(units):
        code, row = demand.of(unit) if demand is not None else ("", {})
        cells[unit] = {"matched": code} | nothing | row
    out = pd.DataFrame([cells[u] for u in units], columns=["matched", *_DEMAND], index=units.index)
    return out.astype({"declining": bool})


def warned(units: np.ndarray, demand: Demand | None) -> np.ndarray:
    """True where a unit group is over-supplied or declining, shape of `units`."""
    if demand is None:
        return np.zeros(len(units), dtype=bool)
    told = {u: demand.of(u)[1] for u in set(units)}
    return np.array(
        [bool(told[u]) and (told[u]["demand"] == OVER or told[u]["declining"]) for u in units], dtype=bool
    )
