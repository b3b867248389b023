"""Weights of criteria by reference software: ahpy 2.1 (complete and incomplete AHP), pyDecision 5.1.8 (row geometric means),
cvxpy with Clarabel (linear best-worst model), SciPy SLSQP from many starts (non-linear best-worst model and its ranges).

Run in an environment of its own that has these packages: ``python criteria_weights_pins.py``.
"""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path

import ahpy
import cvxpy as cp
import numpy as np
from pyDecision.algorithm.ahp import ahp_method
from scipy.optimize import minimize

SCALE = [1 / 9, 1 / 7, 1 / 5, 1 / 4, 1 / 3, 1 / 2, 1, 2, 3, 4, 5, 7, 9]


def compared(values: dict[tuple[str, str], float], n: int) -> tuple[list[float], float]:
    found = ahpy.Compare("c", values, precision=12, random_index="saaty", tolerance=1e-5)
    return [float(found.target_weights[f"c{i}"]) for i in range(n)], float(found.consistency_ratio)


def pair_cases(rng: np.random.Generator) -> list[dict]:
    cases = []
    for n, gaps in [(3, 0), (4, 0), (5, 0), (6, 0), (8, 0), (10, 0), (4, 1), (4, 2), (5, 2), (6, 4), (7, 5)]:
        weights = rng.dirichlet(np.ones(n) * 2)
        pairs = list(combinations(range(n), 2))
        noisy = [weights[i] / weights[j] * np.exp(rng.normal(0, 0.5)) for i, j in pairs]
        snapped = [SCALE[int(np.abs(np.log(np.array(SCALE) / v)).argmin())] for v in noisy]
        # A cycle through all criteria stays, so that they are connected.
        free = [k for k, (i, j) in enumerate(pairs) if j - i > 1 and (i, j) != (0, n - 1)]
        missing = set(rng.choice(free, size=gaps, replace=False).tolist()) if gaps else set()
        told = {f"{i},{j}": snapped[k] for k, (i, j) in enumerate(pairs) if k not in missing}
        named = {(f"c{k.split(',')[0]}", f"c{k.split(',')[1]}"): v for k, v in told.items()}
        values, ratio = compared(named, n)
        case = {"n": n, "missing": gaps, "pairs": told, "ahpy": values, "ahpy_ratio_saaty": ratio}
        if not gaps:
            matrix = np.eye(n)
            for key, v in told.items():
                i, j = map(int, key.split(","))
                matrix[i, j], matrix[j, i] = v, 1 / v
            case["pydecision_geometric"] = [float(x) for x in ahp_method(matrix, wd="g")[0]]
        cases.append(case)
    return cases


def linear(b: int, w: int, best: np.ndarray, worst: np.ndarray) -> tuple[list[float], float]:
    x, xi = cp.Variable(len(best), nonneg=True), cp.Variable(nonneg=True)
    rules = [cp.sum(x) == 1]
    rules += [cp.abs(x[b] - best[j] * x[j]) <= xi for j in range(len(best)) if j != b]
    rules += [cp.abs(x[j] - worst[j] * x[w]) <= xi for j in range(len(best)) if j != w]
    options = {"tol_gap_abs": 1e-13, "tol_gap_rel": 1e-13, "tol_feas": 1e-13}
    cp.Problem(cp.Minimize(xi), rules).solve(solver="CLARABEL", **options)
    return [float(v) for v in x.value], float(xi.value)


def nonlinear(b: int, w: int, best: np.ndarray, worst: np.ndarray, rng: np.random.Generator) -> dict:
    n = len(best)

    def gaps(x: np.ndarray, xi: float) -> np.ndarray:
        v = np.exp(x)
        errors = [v[b] / v[j] - best[j] for j in range(n) if j != b]
        errors += [v[j] / v[w] - worst[j] for j in range(n) if j not in (b, w)]
        return np.concatenate([xi - np.array(errors), xi + np.array(errors)])

    fixed = {"type": "eq", "fun": lambda z: np.exp(z[:n]).sum() - 1}
    least, at = np.inf, None
    for _ in range(5):
        start = np.r_[np.log(rng.dirichlet(np.ones(n))), 5.0]
        rules = [{"type": "ineq", "fun": lambda z: gaps(z[:n], z[n])}, fixed]
        found = minimize(
            lambda z: z[n], start, constraints=rules, method="SLSQP", options={"ftol": 1e-14, "maxiter": 200}
        )
        if found.success and found.x[n] < least:
            least, at = float(found.x[n]), found.x[:n]
    low, high = [], []
    for j in range(n):
        ends = []
        for sign in (1, -1):
            rules = [{"type": "ineq", "fun": lambda z: gaps(z[:n], least + 1e-9)}, fixed]
            found = minimize(
                lambda z, s=sign, k=j: s * np.exp(z[k]),
                at,
                constraints=rules,
                method="SLSQP",
                options={"ftol": 1e-14, "maxiter": 200},
            )
            ends.append(float(np.exp(found.x[j])))
        low.append(min(ends))
        high.append(max(ends))
    return {"deviation": least, "low": low, "high": high}


def best_worst_cases(rng: np.random.Generator) -> list[dict]:
    # The first is the worked example of Rezaei (2015): price, quality, style.
    given = [(0, 2, [1, 2, 8], [8, 5, 1])]
    for n in (3, 4, 4, 5, 5, 6, 7, 8):
        top = int(rng.integers(4, 10))
        middle = np.sort(rng.integers(2, top, size=n - 2))
        other = np.clip(np.round(top / middle * np.exp(rng.normal(0, 0.4, n - 2))), 1, top)
        given.append((0, n - 1, [1, *middle.tolist(), top], [top, *other.tolist(), 1]))
    cases = []
    for b, w, best, worst in given:
        best_to, to_worst = np.array(best, float), np.array(worst, float)
        weights, deviation = linear(b, w, best_to, to_worst)
        case = {"best": b, "worst": w, "best_to": best_to.tolist(), "to_worst": to_worst.tolist()}
        case |= {"linear": weights, "linear_deviation": deviation}
        cases.append(case | {"nonlinear": nonlinear(b, w, best_to, to_worst, rng)})
    return cases


if __name__ == "__main__":
    rng = np.random.default_rng(9)
    pins = {"pairs": pair_cases(rng), "best_worst": best_worst_cases(rng)}
    Path(__file__).with_suffix(".json").write_text(json.dumps(pins, indent=1) + "\n")
