"""Published worked examples and reference software."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pymcdm.weights.subjective import AHP

from almpo_kit.codesign import ahp, best_worst, repair
from almpo_kit.codesign.weighing.kernels.best_worst_consistency import consistency_index, threshold
from almpo_kit.codesign.weighing.kernels.random_index import RANDOM_INDEX, random_index

#: Random indices in ahpy 2.1.
AHPY_TABLE = {3: 0.52, 4: 0.89, 5: 1.11, 6: 1.25, 7: 1.35, 8: 1.40, 9: 1.45, 10: 1.49}
REFERENCE = Path(__file__).parents[2] / "reference"
PINS = json.loads((REFERENCE / "criteria_weights_pins.json").read_text())
INDEX = json.loads((REFERENCE / "random_index.json").read_text())


def matrix(n: int, pairs: dict[str, float]) -> np.ndarray:
    made = np.full((n, n), np.nan)
    for key, value in pairs.items():
        i, j = map(int, key.split(","))
        made[i, j] = value
    return made


def upper(rows: list[list[float]]) -> np.ndarray:
    n = len(rows) + 1
    return matrix(n, {f"{i},{i + 1 + k}": v for i, row in enumerate(rows) for k, v in enumerate(row)})


#: Saaty (2003) Eur. J. Oper. Res. 145, 85-91: eight criteria of a house (size, transport, neighbourhood, age, yard, modern
#: facilities, condition, financing). Entered from memory, together with the printed results; they belong together to the digit.
HOUSE = [
    [5, 3, 7, 6, 6, 1 / 3, 1 / 4],
    [1 / 3, 5, 3, 3, 1 / 5, 1 / 7],
    [6, 3, 4, 6, 1 / 5],
    [1 / 3, 1 / 4, 1 / 7, 1 / 8],
    [1 / 2, 1 / 5, 1 / 6],
    [1 / 5, 1 / 6],
    [1 / 2],
]
#: Saaty (2008) Int. J. Services Sci. 1, 83-98: what Americans drink (coffee, wine, tea, beer, soda, milk, water); the comparisons
#: as in the documentation of ahpy.
DRINKS = [
    [9, 5, 2, 1, 1, 1 / 2],
    [1 / 3, 1 / 9, 1 / 9, 1 / 9, 1 / 9],
    [1 / 3, 1 / 4, 1 / 3, 1 / 9],
    [1 / 2, 1, 1 / 3],
    [2, 1 / 2],
    [1 / 3],
]


def test_drinks() -> None:
    found = ahp(upper(DRINKS), random="saaty")
    printed = [0.177, 0.019, 0.042, 0.116, 0.190, 0.129, 0.327]
    assert np.round(list(found.weights.values()), 3).tolist() == printed
    assert round(found.ratio, 3) == 0.022


def test_house_before_and_after_its_repair() -> None:
    found = ahp(upper(HOUSE), random="saaty")
    printed = [0.173, 0.054, 0.188, 0.018, 0.031, 0.036, 0.167, 0.333]
    assert np.round(list(found.weights.values()), 3).tolist() == printed
    assert round(found.largest, 3) == 9.669
    assert round(found.ratio, 2) == 0.17
    told = repair(upper(HOUSE), random="saaty")
    first = told.table.iloc[0]
    # Neighbourhood against condition, 6; Saaty changes it to 1/2.
    assert (first["a"], first["b"], first["given"], first["on_scale"]) == ("c3", "c7", 6, 0.5)
    assert abs(told.table["log_error"]).idxmax() == 0
    changed = upper(HOUSE)
    changed[2, 6] = 1 / 2
    after = ahp(changed, random="saaty")
    assert np.round(list(after.weights.values()), 3).tolist() == [
        0.175,
        0.062,
        0.103,
        0.019,
        0.034,
        0.041,
        0.221,
        0.345,
    ]
    assert after.ratio == pytest.approx(first["ratio_after"])
    assert round(after.ratio, 2) == 0.08


@pytest.mark.parametrize("case", PINS["pairs"], ids=lambda c: f"{c['n']}-{c['missing']}")
def test_ahpy_pydecision_and_pymcdm(case: dict[str, Any]) -> None:
    n, given = case["n"], matrix(case["n"], case["pairs"])
    found = ahp(given, random="saaty")
    # ahpy fills gaps by a search that stops at 1e-5; complete matrices agree to all its digits.
    near = 1e-9 if not case["missing"] else 1e-5
    assert list(found.weights.values()) == pytest.approx(case["ahpy"], abs=near)
    if not case["missing"]:
        # What ahpy calls Saaty's table is a later one of his.
        assert found.index == pytest.approx(case["ahpy_ratio_saaty"] * AHPY_TABLE[n], abs=1e-6)
        geometric = ahp(given, method="geometric_mean")
        assert list(geometric.weights.values()) == pytest.approx(case["pydecision_geometric"], abs=1e-9)
        other = AHP(matrix=found.matrix.to_numpy())
        assert list(found.weights.values()) == pytest.approx(other(), abs=1e-9)
        assert found.ratio * RANDOM_INDEX["saaty"][n] == pytest.approx(
            other.get_cr() * AHP.RI_M[n - 1], abs=1e-9
        )


@pytest.mark.parametrize("case", PINS["best_worst"], ids=lambda c: "-".join(f"{v:g}" for v in c["best_to"]))
def test_best_worst_by_general_solvers(case: dict[str, Any]) -> None:
    names = [f"c{k}" for k in range(len(case["best_to"]))]
    given = {
        "best": dict(zip(names, case["best_to"], strict=True)),
        "worst": dict(zip(names, case["to_worst"], strict=True)),
    }
    found = best_worst(**given)
    assert list(found.weights.values()) == pytest.approx(case["linear"], abs=1e-6)
    assert found.deviation == pytest.approx(case["linear_deviation"], abs=1e-6)
    # The linear model has one solution.
    assert (found.table["high"] - found.table["low"]).max() < 1e-6
    free = best_worst(**given, method="nonlinear")
    table = free.table.set_index("criterion").loc[names]
    assert free.deviation == pytest.approx(case["nonlinear"]["deviation"], abs=1e-6)
    assert table["low"].to_numpy() == pytest.approx(case["nonlinear"]["low"], abs=1e-6)
    assert table["high"].to_numpy() == pytest.approx(case["nonlinear"]["high"], abs=1e-6)


def test_the_car_of_rezaei() -> None:
    # Rezaei (2015), example of three criteria; the printed digits also stand in the tests of JMcDM (Julia).
    found = best_worst(
        best={"price": 1, "quality": 2, "style": 8},
        worst={"price": 8, "quality": 5, "style": 1},
        method="nonlinear",
    )
    assert found.weights == pytest.approx({"price": 0.589, "quality": 0.338, "style": 0.071}, abs=1e-3)
    assert round(found.deviation, 2) == 0.26
    # His table of consistency indices.
    assert [round(consistency_index(a), 2) for a in range(1, 10)] == [
        0,
        0.44,
        1,
        1.63,
        2.3,
        3,
        3.73,
        4.47,
        5.23,
    ]
    assert round(found.output_ratio, 3) == round(0.26 / 4.47, 3)


def test_thresholds_go_by_the_scale_first() -> None:
    # Liang, Brunelli & Rezaei (2020) Table 3: rows are the comparison of best with worst, columns the number of criteria.
    assert threshold(5, 8) == 0.2958
    assert threshold(8, 5) == 0.2844
    assert {threshold(n, 3) for n in range(3, 10)} == {0.1667}
    assert threshold(5, 2) == 0
    assert threshold(12, 9) == 0.3662


def test_random_index_drawn_again() -> None:
    for n, (mean, error) in INDEX["complete"].items():
        assert abs(mean - RANDOM_INDEX["alonso_lamata"][int(n)]) < 3.5 * error
    for key, (mean, _) in INDEX["gaps"].items():
        n, missing = map(int, key.split(","))
        # The published formula is an approximation.
        assert random_index(n, missing) == pytest.approx(mean, rel=0.05)
