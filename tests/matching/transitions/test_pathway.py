"""Ways to an occupation: the cheapest one by brute force, the rule kept, and what is said."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit import matching
from almpo_kit.matching.transitions.moves import moves_from
from almpo_kit.matching.transitions.occupation_names import occupations_of
from almpo_kit.matching.transitions.origins import find_origin
from almpo_kit.matching.transitions.stepping_stones import Ground, cheapest, legs
from almpo_kit.matching.transitions.training import TrainingAssumptions, months_per_skill
from almpo_kit.matching.transitions.way_finding import Journey, _arrived, find_way
from almpo_kit.vocabulary.errors import ParameterError

from .worlds import PLACE, occupations, relations, skills, space

#: A ladder: each job shares most of its skills with the next one, little with those further on.
LADDER: PLACE = {
    f"{5120 + i}.1": (f"job {i}", [f"skill {j}" for j in range(3 * i, 3 * i + 6)], [f"skill {3 * i + 6}"])
    for i in range(4)
}
#: One skill of the ladder takes long, so that the long way pays.
SLOW = TrainingAssumptions(sector_specific=(2.0, 4.0, 8.0))


def way(origin: str = "job 0", target: str = "job 3", **options: object) -> matching.Pathway:
    world = matching.skill_space(relations(LADDER), skills(LADDER))
    return matching.pathway(origin, target, world, occupations(LADDER), training=SLOW, **options)  # type: ignore[arg-type]


def test_stops_where_the_direct_move_is_too_long() -> None:
    rule = matching.Rule(least_coverage=0.2, most_months=14)
    finding = way(rule=rule)
    assert finding.chosen == "with stops" and not finding.direct_allowed
    assert finding.stops == ("job 1", "job 2")
    around = finding.table[finding.table["route"].eq("with stops")]
    assert around["viable"].all() and (around["months"] <= 14).all()
    assert around["start_label"].tolist() == ["job 0", "job 1", "job 2"]
    assert finding.months == pytest.approx(around["months"].sum())
    assert "leads over job 1 and job 2" in finding.sentence


def test_no_way_is_said_and_the_way_out_named() -> None:
    finding = way(rule=matching.Rule(least_coverage=0.2, most_months=14), stops=1)
    assert finding.chosen == "" and finding.stops == ()
    assert "No way from job 0 to job 3" in finding.sentence and "rule=matching.Rule(" in finding.sentence
    assert np.isnan(finding.months)


def test_the_direct_move_where_it_is_cheapest() -> None:
    finding = way(target="job 1")
    assert finding.chosen == "direct" and finding.direct_allowed
    assert "the direct move" in finding.sentence
    retrained = way(rule=matching.Rule(most_months=60), stops=0)
    assert retrained.chosen == "direct" and "retraining" in retrained.sentence


def test_a_detour_is_told_only_where_every_training_is_clearly_shorter() -> None:
    finding = way(rule=matching.Rule(least_coverage=0.2, most_months=60))
    assert finding.direct_allowed
    assert finding.stops and finding.longest <= 2 / 3 * finding.direct_months + 1e-9


def test_a_stop_that_saves_nothing_is_not_told() -> None:
    place: PLACE = {
        "5120.1": ("here", ["a", "b", "c", "d", "e", "f"], []),
        "5121.1": ("aside", ["a", "b", "c", "d", "e", "g"], []),
        "5122.1": ("there", ["a", "b", "c", "d", "x", "y", "z"], []),
    }
    world = matching.skill_space(relations(place), skills(place))
    rule = matching.Rule(least_coverage=0.1)
    finding = matching.pathway("here", "there", world, occupations(place), training=SLOW, rule=rule)
    assert finding.chosen == "direct" and finding.stops == ()
    assert "No stop in between" in finding.sentence


def test_no_stop_where_there_are_too_many_already() -> None:
    rows = [("EL30", code[:4], 1000, 1000.0, "register") for code in LADDER]
    balance = pd.DataFrame(rows, columns=["geo", "occupation", "unemployed", "vacancies", "source"])
    balance.loc[balance["occupation"].eq("5121"), "vacancies"] = 10.0
    rule = matching.Rule(least_coverage=0.2, most_months=14)
    assert "job 1" not in way(rule=rule, balance=balance).stops
    assert "job 1" in way(rule=rule, balance=balance, avoid_over_supplied=False).stops


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(0, 5), st.floats(0, 6))
def test_the_cheapest_way_is_that_of_brute_force(seed: int, n: int, penalty: float) -> None:
    rng = np.random.default_rng(seed)

    def months(*shape: int) -> np.ndarray:
        return np.where(rng.random(shape) < 0.4, np.inf, rng.integers(0, 20, shape).astype(float))

    first, middle, last = months(n), months(n, n), months(n)
    np.fill_diagonal(middle, np.inf)
    direct = float(months(1)[0])
    ways = {(): direct + penalty}
    ways |= {(i,): first[i] + last[i] + 2 * penalty for i in range(n)}
    ways |= {(i, j): first[i] + middle[i, j] + last[j] + 3 * penalty for i, j in permutations(range(n), 2)}
    length, stops = cheapest(direct, first, middle, last, penalty=penalty)
    best = min(ways.values())
    assert length == pytest.approx(best, abs=1e-6) or (np.isinf(length) and np.isinf(best))
    if np.isfinite(best):
        assert ways[tuple(stops)] == pytest.approx(best, abs=1e-6)


def test_legs_are_the_moves_one_at_a_time() -> None:
    """The matrix of legs and the table of a single move are computed in different ways and must agree."""
    world, assumed = space(), TrainingAssumptions()
    names = occupations_of(world, occupations())
    person = find_origin("kitchen porter", ["chop"], world, names)
    end = world.row_of["2611.1"]
    journey = Journey(person, end, world, names, assumed, matching.Rule())
    ground = Ground(
        world,
        person.direct[0],
        names.level,
        person.level,
        names.unit,
        person.rows,
        months_per_skill(world, assumed)[:, 1],
        assumed,
    )
    every = np.arange(len(world.occupations))
    table = legs(ground, every, every)
    for row in every:
        moves = moves_from(_arrived(journey, int(row)), world, names, assumed, 0.25)
        np.testing.assert_allclose(table.months[row], moves.months[:, 1], rtol=1e-5)
        np.testing.assert_allclose(table.covered[row], moves.coverage, rtol=1e-5)


def test_the_way_found_is_the_shortest_of_all() -> None:
    """Dijkstra on the layers against every pair of stops, each leg asked one at a time."""
    world, assumed = space(), TrainingAssumptions()
    names = occupations_of(world, occupations())
    person = find_origin("kitchen porter", None, world, names)
    end = world.row_of["3434.1"]
    # The direct move is allowed; only ways with much shorter trainings count then, so it is taken out of the rule.
    strict = matching.Rule(least_coverage=0.1, least_essential=2, most_months=23, most_steps=3)
    journey = Journey(person, end, world, names, assumed, strict)
    found = find_way(journey, stops=2, penalty=1.0, shunned=np.zeros(len(world.occupations), bool))
    assert found == _brute(journey, penalty=1.0)


def _brute(journey: Journey, penalty: float) -> list[int]:
    from almpo_kit.matching.transitions.moves import passes

    j = journey
    every = [i for i in range(len(j.space.occupations)) if i not in (*j.person.rows, j.end)]
    best, found = np.inf, []
    for stops in [*((i,) for i in every), *permutations(every, 2)]:
        at, total = j.person, 0.0
        for row in (*stops, j.end):
            moves = moves_from(at, j.space, j.names, j.assumed, j.rule.least_coverage)
            total += moves.months[row, 1] + penalty if passes(moves, j.rule)[row] else np.inf
            at = _arrived(j, row)
        if total < best - 1e-9:
            best, found = total, list(stops)
    return found


def test_wrong_requests_are_refused() -> None:
    with pytest.raises(ParameterError, match="already"):
        way(target="job 0")
    with pytest.raises(ParameterError, match="stops must be"):
        way(stops=3)
    with pytest.raises(ParameterError, match="penalty"):
        way(penalty=float("nan"))
    with pytest.raises(ParameterError, match=r"2 occupations: 5120\.1 cook; 5120\.2 grill cook"):
        matching.pathway("waiter", "5120", space(), occupations())
