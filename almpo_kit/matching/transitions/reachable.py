"""Which occupations are within reach of a person, what they lack for each, and whether anyone is hiring there."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.matching.transitions.local_demand import OVER, local_demand
from almpo_kit.matching.transitions.move_checks import (
    FEW_SKILLS,
    demand_checks,
    origin_checks,
    robustness_check,
    several_check,
    standing_checks,
)
from almpo_kit.matching.transitions.move_words import months_words, percent, skills_words, steps_words
from almpo_kit.matching.transitions.moves import (
    Moves,
    most_specific_missing,
    moves_from,
    moves_table,
    passes,
    warned,
)
from almpo_kit.matching.transitions.occupation_names import occupations_of
from almpo_kit.matching.transitions.origins import Origin, find_origin
from almpo_kit.matching.transitions.skill_space import SkillSpace, skill_space
from almpo_kit.matching.transitions.training import TrainingAssumptions
from almpo_kit.matching.transitions.viability import Rule, chosen, why_not
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.finding import Finding
from almpo_kit.vocabulary.provenance import provenance
from almpo_kit.vocabulary.rendering import number


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Reachable(Finding):
    """Occupations within reach.

    Parameters
    ----------
    origin : str
        Where the person comes from, in words.
    n_viable, n_compared : int
        Occupations that meet the rule, and all that were compared.
    rule : Rule
    training : TrainingAssumptions
    geo, period : str
        Of local demand; empty where it was not given.
    overall_tightness : float
        Vacancies per unemployed person in the place; NaN where not given.
    """

    origin: str
    n_viable: int
    n_compared: int
    rule: Rule
    training: TrainingAssumptions
    geo: str
    period: str
    overall_tightness: float

    def metrics(self) -> dict[str, float]:
        """How many are within reach, and the best of them."""
        best = self.table.iloc[0] if len(self.table) else {"coverage": float("nan"), "months": float("nan")}
        return {
            "n_viable": float(self.n_viable),
            "best_coverage": float(best["coverage"]),
            "best_months": float(best["months"]),
        }


def reachable(
    occupation: str | None,
    relations: pd.DataFrame | SkillSpace,
    occupations: pd.DataFrame,
    *,
    skills: pd.DataFrame | None = None,
    held: Collection[str] | str | None = None,
    skill_level: int | None = None,
    balance: pd.DataFrame | None = None,
    geo: str | None = None,
    top: int = 10,
    per_unit: int = 2,
    rule: Rule | None = None,
    training: TrainingAssumptions | None = None,
) -> Reachable:
    """Find the occupations within reach of an occupation, of a list of skills, or of both together.

    Parameters
    ----------
    occupation : str or None
        ESCO code, address or English label, or an ISCO-08 code of two to four digits, which stands for all ESCO
        occupations under it. None where only skills are known.
    relations : DataFrame or SkillSpace
        ``sources.occupation_skills()``, or what :func:`skill_space` made of it (much faster when asked again).
    occupations : DataFrame
        ``sources.occupations()``.
    skills : DataFrame, optional
        ``sources.skills()``; not needed with a SkillSpace.
    held : collection of str, optional
        ESCO skills the person holds, identifiers or labels; they add to those of `occupation`.
    skill_level : {1, 2, 3, 4}, optional
        ISCO-08 skill level the person is trained for, where it is not that of `occupation`.
    balance : DataFrame, optional
        ``stocks`` frame: ``geo, occupation, unemployed, vacancies``, and ``period`` to see decline.
    geo : str, optional
        Place whose demand counts.
    top, per_unit : int
        Moves shown, and how many of them at most in one ISCO-08 unit group.
    rule : Rule, optional
        What counts as viable; :class:`Rule` says the default.
    training : TrainingAssumptions, optional

    Returns
    -------
    Reachable
        ``table``, best first: ``occupation, label, unit, unit_label, coverage, coverage_low, coverage_high,
        origins_within, essential, missing_essential, months_low, months, months_high, cost_low, cost, cost_high, skill_level,
        level_change, own_qualification, matched, unemployed, vacancies, tightness, tightness_low, tightness_high, demand, declining,
        viable, why_not, missing`` (the most specific missing essential skills, joined by " | ").

    Raises
    ------
    ParameterError, DataError, FrameError
        As :func:`skill_space`; an occupation, skill or place that is not known; an occupation that the relations do
        not cover.
    """
    if top < 1 or per_unit < 1:
        raise ParameterError("top and per_unit must be 1 or more, e.g. top=10, per_unit=2.")
    rule, assumed = rule or Rule(), training or TrainingAssumptions()
    space = relations if isinstance(relations, SkillSpace) else skill_space(relations, skills)
    names = occupations_of(space, occupations)
    origin = find_origin(occupation, held, space, names, skill_level)
    demand = local_demand(balance, geo) if balance is not None else None
    moves = moves_from(origin, space, names, assumed, rule.least_coverage)
    others = np.isfinite(moves.coverage)
    others[origin.rows] = False
    allowed = passes(moves, rule) & others
    asked = np.where(others, moves.coverage, np.nan)
    rows = chosen(asked, allowed, warned(names.unit, demand), names.unit, top=top, per_unit=per_unit)
    table = moves_table(moves, rows, space, names, assumed, demand)
    table["viable"] = allowed[rows]
    table["why_not"] = why_not(table, rule)
    table["missing"] = _missing(rows, moves, space)
    n_viable, n_compared = int(allowed.sum()), int(others.sum())
    return Reachable(
        question=f"Which occupations are within reach of {origin.name}?"
        + (f" · {demand.geo} {demand.period}".rstrip() if demand else ""),
        sentence=_sentence(origin, table, n_viable, n_compared, rule),
        table=table,
        checks=(
            *origin_checks(origin, space),
            *several_check(origin, table),
            *demand_checks(table, demand),
            robustness_check(origin, moves, space, others, top),
            *standing_checks(),
        ),
        provenance=provenance(
            space.relations,
            space.taxonomy,
            occupations,
            balance,
            method="matching.reachable: weighted skill coverage",
            options=_options(occupation, held, geo, rule, assumed, space),
        ),
        figure="reachable",
        certainty="too little to say" if _thin(origin) else None,
        rests_on=f"{number(len(space.need), 0)} ESCO relations of {number(len(space.occupations), 0)} occupations",
        origin=origin.name,
        n_viable=n_viable,
        n_compared=n_compared,
        rule=rule,
        training=assumed,
        geo=demand.geo if demand else "",
        period=demand.period if demand else "",
        overall_tightness=demand.overall if demand else float("nan"),
    )


def _missing(rows: np.ndarray, moves: Moves, space: SkillSpace, at_most: int = 5) -> list[str]:
    labels = space.told["label"]
    return [" | ".join(labels[most_specific_missing(space, moves, row, at_most)]) for row in rows]


def _thin(origin: Origin) -> bool:
    return not len(origin.rows) and int((origin.direct > 0).sum()) < FEW_SKILLS


def _options(
    occupation: str | None,
    held: Collection[str] | str | None,
    geo: str | None,
    rule: Rule,
    assumed: TrainingAssumptions,
    space: SkillSpace,
) -> dict[str, object]:
    skills = [held] if isinstance(held, str) else list(held or ())
    return {
        "occupation": occupation,
        "held": skills,
        "geo": geo,
        "optional": space.optional,
        "related": space.related,
        "rule": vars(rule),
        "training": dict(assumed.as_options()),
    }


def _sentence(origin: Origin, table: pd.DataFrame, n: int, compared: int, rule: Rule) -> str:
    if _thin(origin):
        return f"Too little to say: of {origin.name} nothing else is known. Add the last occupation or more skills."
    asked = (
        f"at least {percent(rule.least_coverage)} of what they need is covered, with at most "
        f"{number(rule.most_months, 0)} months of training and {rule.most_steps} skill "
        f"{'level' if rule.most_steps == 1 else 'levels'} up"
    )
    if not n:
        return (
            f"From {origin.name} no other occupation of {number(compared, 0)} is within reach in the sense that {asked}. "
            f"{_nearest(table)}"
        )
    best = table[table["viable"]].head(3)
    told = "; ".join(_move(row) for row in best.to_dict("records"))
    many = (
        f"{number(n, 0)} of {number(compared, 0)} other occupations are"
        if n > 1
        else "one other occupation is"
    )
    return f"From {origin.name} {many} within reach ({asked}). First: {told}."


def _nearest(table: pd.DataFrame) -> str:
    if table.empty:
        return "There is nothing to compare it with."
    row = table.sort_values("coverage", ascending=False, kind="stable").iloc[0]
    return f"Nearest is {row['label']}, of which {percent(row['coverage'])} is covered."


def _move(row: dict[Any, Any]) -> str:
    parts = [
        f"{percent(row['coverage'])} covered",
        skills_words(int(row["missing_essential"])),
        months_words(row["months"], row["months_low"], row["months_high"]),
    ]
    parts += [steps_words(row["level_change"])] if row["level_change"] else []
    parts += ["over-supplied here"] if row["demand"] == OVER else []
    return f"{row['label']} ({', '.join(parts)})"
