"""Few people: the whole-number programme itself."""

from __future__ import annotations

from typing import Any

import numpy as np

from almpo_kit.recommendation.allocation.problem import Problem, Solution, total_of
from almpo_kit.recommendation.allocation.program import Program, prices_of, program
from almpo_kit.recommendation.allocation.solving import relax, seat, whole

Array = np.ndarray[Any, np.dtype[Any]]


def differs_by_office(problem: Problem) -> bool:
    """Whether a programme costs more at one office than at another."""
    return any(np.ptp(c[s]) > 0 for c, s in zip(problem.cost, problem.listed, strict=True) if s.any())


def solve_exactly(problem: Problem, *, seconds: float = 60.0, tolerance: float = 1e-9) -> Solution | None:
    """The best allocation, with prices from the relaxed programme.

    Returns
    -------
    Solution or None
        None where no allocation keeps all limits.
    """
    n = len(problem.gain)
    everybody, nothing = np.arange(n), np.full(n, -1, dtype=np.int64)
    made = program(problem, everybody, nothing)
    relaxed = relax(made)
    if relaxed.value is None:
        return None
    return _in_persons(problem, made, relaxed.marginals, nothing, seconds, tolerance)


def _in_persons(
    problem: Problem, made: Program, marginals: Array, nothing: Array, seconds: float, tolerance: float
) -> Solution | None:
    for flows in dict.fromkeys((differs_by_office(problem), True)):
        found = whole(made, seconds=seconds, whole_flows=flows, tolerance=tolerance)
        if found.value is None:
            return None
        seats = seat(problem, made, found.value, nothing)
        if seats is not None:
            total = total_of(problem, *seats)
            return Solution(
                *seats,
                total,
                max(total, -found.least),
                prices_of(problem, made, marginals),
                "whole numbers (HiGHS)",
            )
    return None
