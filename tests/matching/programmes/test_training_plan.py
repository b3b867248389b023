"""The plan is the best there is, its duals are true prices, and thin evidence is said first."""

from __future__ import annotations

import dataclasses
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit.matching.balance.local_balance import balance
from almpo_kit.matching.programmes.linear_plan import solve_plan, whole_places
from almpo_kit.matching.programmes.plan_problem import PlanProblem, local_gaps, place_values, plan_problem
from almpo_kit.matching.programmes.programme_table import programme_table
from almpo_kit.matching.programmes.training_plan import TrainingPlan, training_plan
from almpo_kit.matching.programmes.unit_values import unit_values
from almpo_kit.vocabulary.errors import DesignError, FrameError, ParameterError

STOCKS = pd.DataFrame(
    {
        "geo": ["EL30"] * 4 + ["EL52"] * 4,
        "occupation": ["25", "53", "72", "93"] * 2,
        "unemployed": [60, 90, 50, 900, 30, 60, 40, 400],
        "vacancies": [70, 60, 20, 40, 10, 40, 30, 10],
        "source": "register",
    }
)
PROGRAMMES = pd.DataFrame(
    {
        "programme": ["coding", "care", "welding"],
        "field": ["06", "09", "07"],
        "occupation": ["25", "53", "7212"],
        "cost": [6000, 3000, 4000],
        "effect": [8.0, 6.0, 5.0],
        "effect_low": [1.0, 2.0, -1.0],
        "effect_high": [15.0, 10.0, 11.0],
        "lock_in_months": [6, 4, 4],
        "capacity": [30, 40, None],
        "certainty": ["low", "moderate", "low"],
    }
)


FOUND = balance(STOCKS, minimum=1)


def plan(budget: float = 300_000, programmes: pd.DataFrame = PROGRAMMES, **options: object) -> TrainingPlan:
    return training_plan(FOUND, programmes, budget=budget, **({"draws": 20} | options))  # type: ignore[arg-type]


def small(rng: np.random.Generator) -> tuple[PlanProblem, np.ndarray]:
    """Two programmes, two cells, one region: few enough to try every plan."""
    cells = pd.DataFrame(
        {
            "geo": "EL30",
            "occupation": ["25", "53"],
            "unemployed": 100.0,
            "vacancies": rng.integers(2, 6, 2).astype(float),
            "gap": rng.integers(0, 3, 2).astype(float),
            "people": rng.integers(2, 5, 2).astype(float),
        }
    )
    table = programme_table(
        pd.DataFrame(
            {
                "programme": ["a", "b"],
                "field": "x",
                "occupation": ["25", "25|53"],
                "cost": rng.integers(2, 9, 2),
                "effect": 5.0,
                "capacity": rng.integers(1, 6, 2),
            }
        ),
        None,
    )
    values = np.column_stack([rng.uniform(1, 3, 2), rng.uniform(0.1, 1, 2)])
    return plan_problem(cells, table, 1.0), values


def keeps_limits(problem: PlanProblem, x: np.ndarray, budget: float) -> bool:
    def total(groups: np.ndarray, weights: np.ndarray, size: int) -> np.ndarray:
        return np.bincount(groups, weights=weights, minlength=size)

    into, over = x * (problem.segment == 0), x * (problem.segment == 1)
    return bool(
        (x >= -1e-9).all()
        and problem.cost @ x <= budget + 1e-6
        and (total(problem.programme, x, len(problem.capacity)) <= problem.capacity + 1e-6).all()
        and (total(problem.cell, into, len(problem.gap)) <= problem.gap + 1e-6).all()
        and (total(problem.cell, over, len(problem.gap)) <= problem.beyond + 1e-6).all()
        and (total(problem.region, x, len(problem.intake)) <= problem.intake + 1e-6).all()
    )


def milp_value(problem: PlanProblem, values: np.ndarray, budget: float) -> float:
    from scipy.optimize import LinearConstraint, milp

    n = len(problem.programme)
    rows = [problem.cost]
    limits = [budget]
    for groups, bounds in ((problem.programme, problem.capacity), (problem.region, problem.intake)):
        for k, bound in enumerate(bounds):
            rows.append((groups == k).astype(float))
            limits.append(bound)
    for s, bounds in ((0, problem.gap), (1, problem.beyond)):
        for k, bound in enumerate(bounds):
            rows.append(((problem.cell == k) & (problem.segment == s)).astype(float))
            limits.append(bound)
    worth = values[problem.programme, problem.segment]
    found = milp(
        -worth, constraints=LinearConstraint(np.array(rows), -np.inf, limits), integrality=np.ones(n)
    )
    return float(-found.fun)


@pytest.mark.parametrize("seed", range(6))
def test_the_best_whole_plan_lies_between_ours_and_the_linear_one(seed: int) -> None:
    rng = np.random.default_rng(seed)
    problem, values = small(rng)
    budget = float(rng.integers(8, 30))
    best = solve_plan(problem, values, budget)
    ours = whole_places(problem, values, budget, best.places)
    worth = values[problem.programme, problem.segment]
    assert keeps_limits(problem, best.places, budget) and keeps_limits(problem, ours, budget)
    assert (ours == np.rint(ours)).all()
    # Every plan of whole places, tried one by one.
    room = [
        int(min(problem.capacity[p], budget // c))
        for p, c in zip(problem.programme, problem.cost, strict=True)
    ]
    every = max(
        float(worth @ x)
        for x in (np.array(t, dtype=float) for t in product(*(range(min(r, 4) + 1) for r in room)))
        if keeps_limits(problem, x, budget)
    )
    exact = milp_value(problem, values, budget)
    assert exact == pytest.approx(max(every, exact)) and every <= exact + 1e-9
    assert float(worth @ ours) <= exact + 1e-9 <= best.value + 2e-9


def test_the_duals_are_what_one_more_unit_adds() -> None:
    found = balance(STOCKS, minimum=1)
    table = programme_table(PROGRAMMES, None)
    problem = plan_problem(local_gaps(found.full, found.overall, False), table, 1.0)
    values = place_values(
        table["effect"].to_numpy(), table["lock_in_months"].to_numpy(), np.full(3, 5.0), 24.0, 1.0, 0.25
    )
    budget, h = 290_000.0, 1e-3
    best = solve_plan(problem, values, budget)

    def moved(**changes: np.ndarray) -> float:
        return solve_plan(dataclasses.replace(problem, **changes), values, budget).value

    assert best.budget == pytest.approx(
        (solve_plan(problem, values, budget + 10).value - best.value) / 10, rel=1e-6
    )
    for name in ("capacity", "gap", "beyond", "intake"):
        limits, duals = getattr(problem, name), getattr(best, name)
        for k in range(len(limits)):
            step = np.zeros(len(limits))
            step[k] = h
            gain = (moved(**{name: limits + step}) - best.value) / h
            assert duals[k] == pytest.approx(gain, abs=1e-6), (name, k)


def test_strong_duality_holds() -> None:
    found = balance(STOCKS, minimum=1)
    table = programme_table(PROGRAMMES.assign(capacity=[30, 40, 25]), None)
    problem = plan_problem(local_gaps(found.full, found.overall, False), table, 1.0)
    values = np.array([[1.2, 0.2], [1.0, 0.3], [0.6, 0.1]])
    best = solve_plan(problem, values, 2e5)
    prices = best.budget * 2e5 + sum(
        float(getattr(best, n) @ getattr(problem, n)) for n in ("capacity", "gap", "beyond", "intake")
    )
    assert prices == pytest.approx(best.value, rel=1e-9)


def planned() -> tuple[PlanProblem, np.ndarray]:
    found = balance(STOCKS, minimum=1)
    table = programme_table(PROGRAMMES, None)
    problem = plan_problem(local_gaps(found.full, found.overall, False), table, 1.0)
    return problem, np.array([[1.14, 0.06], [1.0, 0.1], [0.8, 0.05]])


PLANNED = planned()


@given(st.floats(3_000, 900_000), st.floats(1.01, 3.0))
@settings(max_examples=15, deadline=None)
def test_more_money_never_hurts_and_is_worth_less_and_less(budget: float, factor: float) -> None:
    budgets = (budget, budget * factor, budget * (2 * factor - 1))
    found = [solve_plan(*PLANNED, b) for b in budgets]
    gains = found[1].value - found[0].value, found[2].value - found[1].value
    assert gains[0] >= -1e-9 and gains[1] <= gains[0] + 1e-6
    for best, money in zip(found, budgets, strict=True):
        ours = whole_places(*PLANNED, money, best.places)
        assert keeps_limits(PLANNED[0], ours, money) and (ours == np.rint(ours)).all()


def test_a_place_by_hand() -> None:
    # 8 points x 18 months less 5 points x 6 months: 1.44 - 0.30.
    values = place_values(np.array([8.0, -2.0]), np.array([6.0, 6.0]), np.array([5.0, 5.0]), 24.0, 1.0, 0.25)
    assert values[0] == pytest.approx([1.14, 0.06]) and values[1] == pytest.approx([-0.66, -0.66])
    assert place_values(np.array([8.0]), np.array([36.0]), np.array([5.0]), 24.0, 1.0, 0.25)[
        0, 0
    ] == pytest.approx(-1.2)
    one = plan(6000, PROGRAMMES.head(1))
    assert one.n_places == 1 and one.job_months == pytest.approx(1.14)


def test_gaps_by_hand() -> None:
    found = balance(STOCKS, minimum=1)
    gaps = local_gaps(found.full, found.overall, False).set_index(["geo", "occupation"])
    tight = 280 / 1630
    assert gaps.loc[("EL30", "25"), "gap"] == pytest.approx(70 - tight * 60)
    assert gaps.loc[("EL30", "93"), "gap"] == 0
    assert gaps.loc[("EL30", "93"), "people"] == pytest.approx(900 - 40 / tight)
    # What is too little in some cells is what is too much in the others.
    u, v = (STOCKS[c].to_numpy() for c in ("unemployed", "vacancies"))
    assert gaps["gap"].sum() == pytest.approx(np.maximum(tight * u - v, 0).sum())


def test_limits_hold_in_the_tables() -> None:
    found = plan(2_000_000)
    by_programme = found.places.groupby("programme")["places"].sum()
    assert by_programme["coding"] <= 30 and by_programme["care"] <= 40
    assert (found.cells["places"] <= found.cells["vacancies"] + 1e-9).all()
    assert found.table["places"].sum() == found.places["places"].sum() == found.n_places
    assert found.table["cost"].sum() == pytest.approx(found.spent)
    local = plan(2_000_000, PROGRAMMES.assign(geo=["GR5", "", "EL52"]))
    assert set(local.places.loc[local.places["programme"] == "coding", "geo"]) == {"EL52"}


def test_thin_evidence_is_the_first_thing_said() -> None:
    found = plan(programmes=PROGRAMMES.assign(certainty="too little to say"))
    assert found.sentence.startswith("Too little to say whether these places help")
    assert found.certainty == "too little to say" and found.checks[0].status == "failed"
    some = plan(
        programmes=PROGRAMMES.assign(certainty=["too little to say", "moderate", "low"]), budget=500_000
    )
    assert "Too little to say whether 30 of" in some.sentence and some.certainty == "too little to say"
    nobody = plan(programmes=PROGRAMMES.drop(columns="certainty"))
    assert nobody.certainty is None and any("Nobody said how sure" in c.sentence for c in nobody.checks)
    bare = plan(programmes=PROGRAMMES.drop(columns=["effect_low", "effect_high"]))
    assert "no interval: the effects have none" in bare.sentence and bare.draws == 0


def test_effects_come_from_the_evidence() -> None:
    bare = PROGRAMMES.drop(columns=["effect", "effect_low", "effect_high", "certainty"]).assign(
        programme_type=["training", "training", "job_creation"]
    )
    evidence = pd.DataFrame(
        {"programme_type": ["training"], "effect": [4.0], "low": [-1.0], "high": [9.0], "certainty": ["too little to say"], "n_studies": [3]}
    )  # fmt: skip
    found = plan(programmes=bare, effects=evidence)
    assert (
        found.left_out["programme"].tolist() == ["welding"]
        and "no effect is known" in found.left_out["reason"][0]
    )
    assert found.certainty == "too little to say" and "Too little to say" in found.sentence
    own = plan(programmes=PROGRAMMES.assign(programme_type="training"), effects=evidence)
    assert own.certainty == "low"
    with pytest.raises(DesignError, match="no programme can be planned with"):
        plan(programmes=bare)


def test_harmful_programmes_get_no_place() -> None:
    found = plan(programmes=PROGRAMMES.assign(effect=-3.0, effect_low=-5.0, effect_high=-1.0))
    assert found.n_places == 0 and found.spent == 0 and found.sentence.startswith("No place is worth buying")


def test_the_seed_decides_and_progress_is_told() -> None:
    told: list[tuple[int, int]] = []
    one = plan(seed=4, progress=lambda done, of: told.append((done, of)))
    assert told == [(i, 20) for i in range(1, 21)]
    assert one.table.to_csv() == plan(seed=4).table.to_csv()
    assert one.job_months_low != plan(seed=5).job_months_low
    assert one.job_months_if_low < one.linear_job_months < one.job_months_if_high


def test_displacement_and_deadweight_take_their_share() -> None:
    full, less = plan(), plan(displacement=0.5)
    assert less.job_months < 0.6 * full.job_months
    assert not [c for c in less.failed if c.name == "displacement"] and [
        c for c in full.failed if c.name == "displacement"
    ]


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"budget": 0}, ParameterError, "budget=0"),
        ({"budget": 2999}, DesignError, "cheapest costs €3"),
        ({"budget": float("nan")}, ParameterError, "budget"),
        ({"programmes": PROGRAMMES.assign(occupation="61")}, DesignError, "no cell of the stocks"),
        ({"programmes": PROGRAMMES.drop(columns="cost")}, FrameError, "lacks the column"),
        ({"programmes": PROGRAMMES.head(0)}, FrameError, "no row"),
        ({"programmes": PROGRAMMES.assign(cost=[-1, 2, 3])}, FrameError, "row 2, column 'cost': '-1'"),
        (
            {"programmes": PROGRAMMES.assign(occupation=["25", "cook", "72"])},
            FrameError,
            "row 3, column 'occupation'",
        ),
        ({"programmes": PROGRAMMES.assign(effect_low=9.0)}, FrameError, "not in order"),
        ({"programmes": PROGRAMMES.assign(programme="a")}, FrameError, "stands twice"),
        ({"displacement": 1.5}, ParameterError, "displacement=1.5"),
        ({"draws": 3}, ParameterError, "draws=3"),
    ],
)
def test_nonsense_is_refused_with_a_way_out(
    change: dict[str, object], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        plan(**change)  # type: ignore[arg-type]


def test_synthetic_stocks_make_a_synthetic_plan() -> None:
    found = training_plan(STOCKS.assign(source="SYNTHETIC world"), PROGRAMMES, budget=1e5, draws=20)
    assert found.sentence.startswith("SYNTHETIC")
    again = training_plan(balance(STOCKS.assign(source="SYNTHETIC world")), PROGRAMMES, budget=1e5, draws=20)
    assert again.provenance.synthetic and again.job_months == found.job_months


def test_more_money_adds_nothing_where_places_run_out_at_the_same_time() -> None:
    """A round budget that buys exactly the places there are: the solver's dual of the budget is a gain that is not there."""
    stocks = STOCKS[STOCKS["occupation"].isin(["53", "93"])]
    care = PROGRAMMES.iloc[1:2].assign(capacity=10)
    m = training_plan(stocks, care, budget=30_000, draws=20)
    assert m.n_places == 10 and m.value_of_1000_euro == pytest.approx(0, abs=1e-6)
    assert "More money would add nothing" in m.sentence
    values = m.duals.set_index("limit")["value"]
    # Nor would one more place without money for it.
    assert values["budget"] == 0 and values["capacity"] == 0 and m.table["value_of_one_more"].max() == 0


def test_what_one_more_unit_adds_is_what_it_adds() -> None:
    rng = np.random.default_rng(4)
    for _ in range(8):
        problem, values = small(rng)
        budget = float(rng.integers(8, 30))
        told = unit_values(problem, values, budget, solve_plan(problem, values, budget))
        assert solve_plan(problem, values, budget + 1000).value - told.value == pytest.approx(
            1000 * told.budget, abs=1e-6
        )
        for k in range(2):
            more = problem.capacity + np.eye(2)[k]
            gain = solve_plan(dataclasses.replace(problem, capacity=more), values, budget).value - told.value
            assert told.capacity[k] == pytest.approx(gain, abs=1e-6)


def test_few_people_cannot_be_had_from_the_gap_they_leave() -> None:
    """A gap is vacancies less a multiple of the unemployed: with the vacancies known, it is their number."""
    stocks = STOCKS.assign(unemployed=[60, 90, 50, 900, 4, 60, 40, 400])
    bounds = []
    for d in (stocks, STOCKS):
        duals = training_plan(d, PROGRAMMES, budget=3e5, draws=20).duals
        posts = duals[duals["limit"].isin(["gap", "beyond the gap"])]
        assert "EL52 25" in posts["name"].to_list() and posts["value"].notna().all()
        bounds.append(posts.loc[posts["name"] == "EL52 25", ["bound", "used"]])
    assert bounds[0].isna().all().all() and bounds[1].notna().all().all()
