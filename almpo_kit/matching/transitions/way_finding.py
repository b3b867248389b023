"""Looking for the way over other occupations, and laying its legs out in a table."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
import pandas as pd

from almpo_kit.matching.transitions.coverage import with_related
from almpo_kit.matching.transitions.local_demand import Demand
from almpo_kit.matching.transitions.moves import most_specific_missing, moves_from, moves_table, passes
from almpo_kit.matching.transitions.occupation_names import Occupations
from almpo_kit.matching.transitions.origins import Origin
from almpo_kit.matching.transitions.skill_space import SkillSpace
from almpo_kit.matching.transitions.stepping_stones import Ground, carried, cheapest, legs
from almpo_kit.matching.transitions.training import TrainingAssumptions, months_per_skill
from almpo_kit.matching.transitions.viability import Rule, viable, why_not

DIRECT, STOPS = "direct", "with stops"


@dataclass(frozen=True, eq=False)
class Journey:
    """Who goes where on which terms."""

    person: Origin
    end: int
    space: SkillSpace
    names: Occupations
    assumed: TrainingAssumptions
    rule: Rule


def at_once(rule: Rule) -> Rule:
    """What the direct move may ask: as much training as a leg, but nothing need be covered; then it is retraining."""
    return dataclasses.replace(rule, least_coverage=0.0)


def _ground(j: Journey) -> Ground:
    return Ground(
        space=j.space,
        start=j.person.direct[0],
        level=j.names.level,
        start_level=j.person.level,
        unit=j.names.unit,
        start_rows=j.person.rows,
        per_skill=months_per_skill(j.space, j.assumed)[:, 1],
        assumed=j.assumed,
    )


def average(origin: Origin, space: SkillSpace) -> Origin:
    """One person with the mean skills of the occupations they may come from."""
    direct = origin.direct.mean(axis=0, keepdims=True)
    return dataclasses.replace(origin, direct=direct, held=with_related(space, direct))


#: Where the direct move is allowed, stops are worth telling only if no training is longer than this share of it.
WORTHWHILE = 2 / 3


def find_way(journey: Journey, *, stops: int, penalty: float, shunned: np.ndarray) -> list[int]:
    """Rows of the stops on the cheapest way with at least one; empty where there is none.

    Where the rule allows the direct move, only ways count on which every training is clearly shorter than it.

    Parameters
    ----------
    shunned : ndarray of bool, shape (n_occupations,)
        Where nobody is to stop.
    """
    j, space = journey, journey.space
    ground = _ground(j)
    out = moves_from(j.person, space, j.names, j.assumed, j.rule.least_coverage)
    free = ~shunned
    free[[*j.person.rows, j.end]] = False
    first_months = out.months[:, 1]
    if passes(out, at_once(j.rule))[j.end]:
        shorter = min(j.rule.most_months, WORTHWHILE * float(first_months[j.end]))
        j = dataclasses.replace(j, rule=dataclasses.replace(j.rule, most_months=shorter))
    first = free & passes(out, j.rule)
    if not stops or not first.any():
        return []
    every = np.flatnonzero(free if stops == 2 else first)
    arrival = legs(ground, every, np.array([j.end]))
    rise = j.names.level[j.end] - np.fmax(j.person.level, j.names.level[every])
    named = np.full(len(every), out.essential[j.end])
    ends = viable(arrival.covered[:, 0], arrival.months[:, 0], rise, named, j.rule)
    last = dict(zip(every[ends].tolist(), arrival.months[ends, 0].tolist(), strict=True))
    nodes = np.union1d(np.flatnonzero(first), np.array(list(last), dtype=np.int64))
    named = out.essential[nodes]
    middle = _between(j, ground, nodes, named, first[nodes], np.isin(nodes, list(last)), stops)
    _, way = cheapest(
        np.inf,
        np.where(first[nodes], first_months[nodes], np.inf),
        middle,
        # A stop that cannot be reached at once may still be the second one.
        np.array([last.get(int(n), np.inf) for n in nodes]),
        penalty=penalty,
    )
    return [int(nodes[i]) for i in way]


def _between(
    j: Journey,
    ground: Ground,
    nodes: np.ndarray,
    named: np.ndarray,
    starts: np.ndarray,
    ends: np.ndarray,
    stops: int,
) -> np.ndarray:
    """Months from each first stop to each second one; infinite where the rule does not allow it."""
    out = np.full((len(nodes), len(nodes)), np.inf)
    if stops < 2 or not starts.any() or not ends.any():
        return out
    a, b = np.flatnonzero(starts), np.flatnonzero(ends)
    leg = legs(ground, nodes[a], nodes[b])
    have = np.fmax(j.person.level, j.names.level[nodes[a]])
    rise = j.names.level[nodes[b]][None, :] - have[:, None]
    allowed = viable(leg.covered, leg.months, rise, named[b][None, :], j.rule) & (a[:, None] != b[None, :])
    out[np.ix_(a, b)] = np.where(allowed, leg.months, np.inf)
    return out


def legs_table(journey: Journey, stops: list[int], demand: Demand | None) -> pd.DataFrame:
    """The direct move and the legs of the way with stops, as :func:`pathway` lists them."""
    ways = [(DIRECT, [journey.end])] + ([(STOPS, [*stops, journey.end])] if stops else [])
    rows = []
    for route, places in ways:
        at = journey.person
        for step, row in enumerate(places, start=1):
            rule = at_once(journey.rule) if route == DIRECT else journey.rule
            leg = _leg(journey, at, row, rule, demand)
            leg.insert(0, "route", route)
            leg.insert(1, "step", step)
            rows.append(leg)
            at = _arrived(journey, row)
    return pd.concat(rows, ignore_index=True)


def _leg(journey: Journey, at: Origin, row: int, rule: Rule, demand: Demand | None) -> pd.DataFrame:
    j = journey
    moves = moves_from(at, j.space, j.names, j.assumed, j.rule.least_coverage)
    rows = np.array([row])
    table = moves_table(moves, rows, j.space, j.names, j.assumed, demand)
    table["viable"] = passes(moves, rule)[rows]
    table["why_not"] = why_not(table, rule)
    missing = most_specific_missing(j.space, moves, row, 5)
    table["missing"] = " | ".join(j.space.told["label"][missing])
    start = str(j.space.occupations[at.rows[-1]]) if len(at.rows) == 1 or at is not j.person else ""
    table.insert(0, "start", start)
    table.insert(1, "start_label", at.name)
    return table


def _arrived(journey: Journey, row: int) -> Origin:
    """The person once they work in an occupation on the way."""
    j = journey
    direct = carried(_ground(j), row)[None, :]
    level = float(np.fmax(j.person.level, j.names.level[row]))
    rows = np.append(j.person.rows, row)
    return Origin(str(j.names.label[row]), rows, level, direct, with_related(j.space, direct))
