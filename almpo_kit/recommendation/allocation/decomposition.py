"""Many people: prices sort all but those on the margin; these are placed by HiGHS; the gap is proven by weak duality."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from almpo_kit.recommendation.allocation.dual import no_prices, solve_dual, upper_bound
from almpo_kit.recommendation.allocation.exact import differs_by_office
from almpo_kit.recommendation.allocation.problem import Prices, Problem, Solution, total_of
from almpo_kit.recommendation.allocation.program import prices_of, program
from almpo_kit.recommendation.allocation.solving import relax, seat, undecided, whole

Array = np.ndarray[Any, np.dtype[Any]]
_STAGES = 3
#: People on the margin whom HiGHS places at first; more where they do not suffice.
_CORE = 2_000
#: People up to whom the relaxed programme over everybody is quicker than the dual.
_AT_ONCE = 5_000
#: People beside those of whom only a part takes a programme.
_NEAR = (20, 100, 500)


def solve_large(
    problem: Problem,
    *,
    tolerance: float = 3e-3,
    seconds: float = 10.0,
    core: int = _CORE,
    at_once: int = _AT_ONCE,
    progress: Callable[[int, int], None] | None = None,
) -> Solution | None:
    """Prices from the smoothed dual, the people on the margin by HiGHS, prices once more from there.

    Parameters
    ----------
    tolerance : float
        Gap, as a share of the bound, at which to stop.
    seconds : float
        For each whole-number programme.
    core : int
        People on the margin placed at first.
    at_once : int
        Up to so many people everybody is on the margin, and prices come from the relaxed programme.

    Returns
    -------
    Solution or None
        None where no allocation was found that keeps all limits.
    """
    steps = _STAGES + 4

    def tell(done: int) -> None:
        if progress is not None:
            progress(done, steps)

    best: Solution | None = None
    if len(problem.gain) <= at_once:
        size, prices = len(problem.gain), no_prices(problem)
        bound = upper_bound(problem, prices)[0]
    else:
        size = core
        prices, bound = solve_dual(problem, stages=_STAGES, iterations=80, progress=tell)
    for turn in range(4):
        tried = _place(problem, prices, min(size, len(problem.gain)), seconds, min(tolerance / 4, 1e-4))
        tell(_STAGES + turn + 1)
        if tried is not None:
            offered, office, fresh = tried
            better = upper_bound(problem, fresh)[0]
            if better < bound:
                prices, bound = fresh, better
            total = total_of(problem, offered, office)
            if best is None or total > best.total:
                best = Solution(offered, office, total, bound, fresh, "")
            if bound - best.total <= tolerance * max(abs(bound), 1e-12):
                break
        if size >= len(problem.gain):
            break
        size *= 3
    if best is None:
        return None
    tell(steps)
    words = "prices, then whole numbers for people on the margin (HiGHS)"
    return Solution(best.offered, best.office, best.total, max(bound, best.total), prices, words)


def _place(
    problem: Problem, prices: Prices, size: int, seconds: float, tolerance: float
) -> tuple[Array, Array, Prices] | None:
    """Place the ``size`` people with the thinnest margins; everybody else takes the best at these prices."""
    _, choice, margin = upper_bound(problem, prices)
    core = np.sort(np.argsort(margin, kind="stable")[:size])
    made = program(problem, core, choice)
    relaxed = relax(made)
    if relaxed.value is None:
        return None
    fresh = prices_of(problem, made, relaxed.marginals)
    thin = upper_bound(problem, fresh)[2][core]
    near = core[np.argsort(thin, kind="stable")]
    parts, flows = undecided(made, relaxed.value), differs_by_office(problem)
    # Parts of persons first; where they cannot be made whole within the bounds, more and more people near them.
    for more in dict.fromkeys(min(m, size) for m in _NEAR):
        open_ = np.isin(made.person, np.union1d(parts, near[:more]))
        found = whole(
            made, seconds=seconds, settled=~open_, value=relaxed.value, whole_flows=flows, tolerance=tolerance
        )
        seats = None if found.value is None else seat(problem, made, found.value, choice)
        if seats is not None:
            return (*seats, fresh)
    return None
