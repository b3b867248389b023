"""The way from one occupation to another: at once, or over one or two occupations in between."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from almpo_kit.matching.transitions.local_demand import local_demand
from almpo_kit.matching.transitions.move_checks import demand_checks, origin_checks, standing_checks
from almpo_kit.matching.transitions.moves import warned
from almpo_kit.matching.transitions.occupation_names import find_target, occupations_of
from almpo_kit.matching.transitions.origins import find_origin
from almpo_kit.matching.transitions.pathway_words import path_checks, path_sentence
from almpo_kit.matching.transitions.skill_space import SkillSpace, skill_space
from almpo_kit.matching.transitions.training import TrainingAssumptions
from almpo_kit.matching.transitions.viability import Rule
from almpo_kit.matching.transitions.way_finding import DIRECT, STOPS, Journey, average, find_way, legs_table
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.finding import Finding
from almpo_kit.vocabulary.provenance import provenance

#: A leg may be a step to skill level 4, which takes longer than what is put before a jobseeker as within reach.
LEG_RULE = Rule(most_months=36.0)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Pathway(Finding):
    """A way to an occupation beside the direct move.

    Parameters
    ----------
    origin, target, target_code : str
    chosen : {"direct", "with stops", ""}
        The cheaper of the two among those that the rule allows; empty where it allows none.
    stops : tuple of str
        Labels of the occupations in between on the way with stops; empty where there is no such way.
    direct_allowed : bool
    direct_months, months : float
        Typical months of training of the direct move, and of the way with stops in all (NaN without one).
    longest : float
        The longest single training on the way with stops; NaN without one.
    penalty : float
        Months counted for each move.
    rule : Rule
    training : TrainingAssumptions
    geo, period : str
    """

    origin: str
    target: str
    target_code: str
    chosen: str
    stops: tuple[str, ...]
    direct_allowed: bool
    direct_months: float
    months: float
    longest: float
    penalty: float
    rule: Rule
    training: TrainingAssumptions
    geo: str
    period: str

    def metrics(self) -> dict[str, float]:
        """Months of both ways, and how many stops."""
        return {
            "direct_months": self.direct_months,
            "months": self.months,
            "longest": self.longest,
            "n_stops": float(len(self.stops)),
        }


def pathway(
    origin: str | None,
    target: str,
    relations: pd.DataFrame | SkillSpace,
    occupations: pd.DataFrame,
    *,
    skills: pd.DataFrame | None = None,
    held: Collection[str] | str | None = None,
    skill_level: int | None = None,
    balance: pd.DataFrame | None = None,
    geo: str | None = None,
    stops: int = 2,
    penalty: float = 3.0,
    avoid_over_supplied: bool = True,
    rule: Rule | None = None,
    training: TrainingAssumptions | None = None,
) -> Pathway:
    """Find the cheapest reskilling path to an occupation.

    Every leg must meet the rule: enough covered, not too much training in one go, not too many skill levels up; the direct
    move may start from nothing, which is retraining. Among ways of one or two stops the one with the fewest
    months of training is taken, each move counted as `penalty` months (search, waiting, starting over), by Dijkstra's
    algorithm. Skills a person brought stay; those of a stop are carried to the next leg only. A way with stops is
    hardly ever shorter in all than a direct move; what it gains is shorter trainings with a wage in between. Where
    the direct move is allowed, only ways are told on which every training is at most two thirds of it.

    Parameters
    ----------
    origin : str or None
        As `occupation` in :func:`reachable`; an ISCO-08 group counts as the average of its occupations.
    target : str
        One ESCO occupation: code, address or English label.
    relations, occupations, skills, held, skill_level, balance, geo, training
        As in :func:`reachable`.
    stops : {0, 1, 2}
        Occupations in between, at most.
    penalty : float
        Months for each move.
    avoid_over_supplied : bool
        No stop in an occupation that is over-supplied or declining in `geo`.
    rule : Rule, optional
        What one leg may ask; :class:`Rule` with at most 36 months when left out.

    Returns
    -------
    Pathway
        ``table``, one row for each leg: ``route`` ("direct" or "with stops")``, step, start, start_label,`` then the columns
        of :func:`reachable` for the occupation it leads to.

    Raises
    ------
    ParameterError, DataError, FrameError
        As :func:`skill_gap`; target and origin are the same; stops other than 0, 1, 2.
    """
    if stops not in (0, 1, 2) or not 0 <= penalty < np.inf:
        raise ParameterError("stops must be 0, 1 or 2 and penalty 0 or more months, e.g. stops=2, penalty=3.")
    rule, assumed = rule or LEG_RULE, training or TrainingAssumptions()
    space = relations if isinstance(relations, SkillSpace) else skill_space(relations, skills)
    names = occupations_of(space, occupations)
    person = average(find_origin(origin, held, space, names, skill_level), space)
    end = find_target(target, space, names)
    if end in person.rows:
        raise ParameterError(
            f"{names.label[end]} is where the person comes from already; choose another target."
        )
    demand = local_demand(balance, geo) if balance is not None else None
    shunned = warned(names.unit, demand if avoid_over_supplied else None)
    journey = Journey(person, end, space, names, assumed, rule)
    table = legs_table(journey, find_way(journey, stops=stops, penalty=penalty, shunned=shunned), demand)
    direct, around = table.iloc[0], table.iloc[1:]
    chosen = _chosen(direct, around, penalty)
    label = str(names.label[end])
    return Pathway(
        question=f"How does {person.name} become {label}?"
        + (f" · {demand.geo} {demand.period}".rstrip() if demand else ""),
        sentence=path_sentence(person.name, label, direct, around, chosen=chosen, rule=rule, stops=stops),
        table=table,
        checks=(
            *origin_checks(person, space),
            *path_checks(direct, around, penalty=penalty, shunned=int(shunned.sum())),
            *demand_checks(table.drop_duplicates("occupation"), demand),
            *standing_checks(),
        ),
        provenance=provenance(
            space.relations,
            space.taxonomy,
            occupations,
            balance,
            method="matching.pathway: cheapest path over weighted skill coverage (Dijkstra)",
            options={
                "origin": origin,
                "target": str(space.occupations[end]),
                "held": [held] if isinstance(held, str) else list(held or ()),
                "geo": geo,
                "stops": stops,
                "penalty": penalty,
                "avoid_over_supplied": avoid_over_supplied,
                "rule": vars(rule),
                "training": dict(assumed.as_options()),
            },
        ),
        figure="pathway",
        rests_on=f"{len(space.need)} ESCO relations of {len(space.occupations)} occupations",
        origin=person.name,
        target=label,
        target_code=str(space.occupations[end]),
        chosen=chosen,
        stops=tuple(around["label"].iloc[:-1]),
        direct_allowed=bool(direct["viable"]),
        direct_months=float(direct["months"]),
        months=float(around["months"].sum()) if len(around) else float("nan"),
        longest=float(around["months"].max()) if len(around) else float("nan"),
        penalty=float(penalty),
        rule=rule,
        training=assumed,
        geo=demand.geo if demand else "",
        period=demand.period if demand else "",
    )


def _chosen(direct: pd.Series, around: pd.DataFrame, penalty: float) -> str:
    """The cheaper way of those allowed; the direct one where they tie."""
    if not len(around):
        return DIRECT if direct["viable"] else ""
    longer = around["months"].sum() + penalty * (len(around) - 1) >= direct["months"]
    return DIRECT if direct["viable"] and longer else STOPS
