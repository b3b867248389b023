"""The best mix in every state of the world: ours beside HiGHS, one linear programme a state, and the whole verb.

Run: .venv/bin/python benchmarks/portfolio_draws.py

Programmes, gains and costs are SYNTHETIC. Ratios are of one run in one process; seconds are those of this machine.
"""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
from scipy.optimize import linprog

from almpo_kit.recommendation import menu, portfolio, value_of_information
from almpo_kit.recommendation.portfolios.knapsack import Room, best_value


def case(k: int, states: int, people: float) -> tuple[np.ndarray, Room]:
    """k programmes under one budget; ``people`` as a share of all places."""
    r = np.random.default_rng(k)
    cost, places = r.uniform(500, 9000, k), r.uniform(100, 900, k)
    worth = r.normal(0.05, 0.03, (states, k)) / cost
    cap = cost * places
    return worth, Room(np.zeros(k), cap, 1 / cost, 0.5 * float(cap.sum()), people * float(places.sum()))


def beside_highs(k: int, people: float) -> None:
    worth, room = case(k, 2000, people)
    best_value(worth[:2], room)
    start = time.perf_counter()
    ours = best_value(worth, room)
    middle = time.perf_counter()
    few = 100
    limits, right = np.vstack([np.ones(k), room.places]), [room.budget, room.people]
    theirs = [
        -linprog(-w, A_ub=limits, b_ub=right, bounds=list(zip(room.low, room.cap, strict=True))).fun
        for w in worth[:few]
    ]
    end = time.perf_counter()
    ratio = (end - middle) / few * len(worth) / (middle - start)
    gap = float(np.abs(ours[:few] - theirs).max())
    print(
        f"{k:3d} programmes, people {people:.0%}: {middle - start:6.3f} s, HiGHS takes {ratio:7.0f} times as long, gap {gap:.1e}"
    )


def verb(k: int, draws: int) -> None:
    r = np.random.default_rng(k)
    names = [f"P{j}" for j in range(k)]
    offered = menu(
        pd.DataFrame(
            {
                "programme": names,
                "programme_type": "training",
                "unit_cost_eur": r.uniform(500, 9000, k),
                "capacity": r.uniform(100, 900, k),
                "cost_source": "SYNTHETIC",
            }
        )
    )
    gains = pd.DataFrame({"programme": names, "job_gain": r.normal(5, 3, k), "job_se": r.uniform(1, 3, k)})
    start = time.perf_counter()
    mix = portfolio(
        offered, gains, people=2000, budget=5e6, displacement=(0, 0.3, 1), congestion=0.3, draws=draws
    )
    middle = time.perf_counter()
    value_of_information(mix)
    end = time.perf_counter()
    print(
        f"{k:3d} programmes, {draws:6d} draws: portfolio {middle - start:5.2f} s, value of information {end - middle:5.2f} s"
    )


def main() -> None:
    for k in (4, 8, 30):
        for people in (1.0, 0.3):
            beside_highs(k, people)
    for k, draws in ((8, 2000), (8, 2000), (8, 20000), (16, 2000)):
        verb(k, draws)


if __name__ == "__main__":
    main()
