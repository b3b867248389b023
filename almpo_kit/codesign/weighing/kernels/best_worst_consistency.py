"""How far comparisons with the best and the worst criterion contradict each other."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from almpo_kit.codesign.weighing.kernels.nonlinear_best_worst import least_deviation

Array = np.ndarray[Any, np.dtype[Any]]


def input_ratio(best: int, worst: int, best_to: Array, to_worst: Array) -> float:
    """Input-based consistency ratio: largest \\|a_Bj a_jW − a_BW\\| over a_BW² − a_BW.

    Liang, Brunelli & Rezaei (2020) Omega 96, 102175. Unlike ξ it needs no weights and names the criterion to look at.
    """
    errors = input_errors(best, worst, best_to, to_worst)
    return float(errors.max(initial=0.0))


def input_errors(best: int, worst: int, best_to: Array, to_worst: Array) -> Array:
    """Of each criterion, its part in :func:`input_ratio`; shape (n,)."""
    whole = float(best_to[worst])
    errors = np.abs(best_to * to_worst - whole)
    errors[[best, worst]] = 0.0
    if whole <= 1:
        # Best and worst count the same, so all must: any difference is as wrong as can be.
        return np.where(errors > 0, 1.0, 0.0)
    return errors / (whole * whole - whole)


def consistency_index(best_to_worst: float) -> float:
    """Largest possible ξ of the non-linear model when the best counts ``best_to_worst`` times the worst.

    Rezaei (2015): the smaller root of ξ² − (1 + 2a)ξ + a² − a = 0; his table has 0.44, 1.00, 1.63, 2.30, 3.00, 3.73, 4.47, 5.23
    from 2 to 9.
    """
    a = best_to_worst
    return float(((1 + 2 * a) - np.sqrt(1 + 8 * a)) / 2)


def output_ratio(best: int, worst: int, best_to: Array, to_worst: Array) -> float:
    """Output-based consistency ratio: ξ of the non-linear model over :func:`consistency_index` (Rezaei 2015)."""
    middle = [j for j in range(len(best_to)) if j not in (best, worst)]
    whole = float(best_to[worst])
    deviation, _ = least_deviation(whole, best_to[middle], to_worst[middle])
    index = consistency_index(whole)
    return deviation / index if index > 0 else float(deviation > 0)


#: How many times the best counts the worst -> largest acceptable :func:`input_ratio` with 3, 4, … 9 criteria.
THRESHOLDS: Final[dict[int, tuple[float, ...]]] = {
    3: (0.1667, 0.1667, 0.1667, 0.1667, 0.1667, 0.1667, 0.1667),
    4: (0.1121, 0.1529, 0.1898, 0.2206, 0.2527, 0.2577, 0.2683),
    5: (0.1354, 0.1994, 0.2306, 0.2546, 0.2716, 0.2844, 0.2960),
    6: (0.1330, 0.1990, 0.2643, 0.3044, 0.3144, 0.3221, 0.3262),
    7: (0.1294, 0.2457, 0.2819, 0.3029, 0.3144, 0.3251, 0.3403),
    8: (0.1309, 0.2521, 0.2958, 0.3154, 0.3408, 0.3620, 0.3657),
    9: (0.1359, 0.2681, 0.3062, 0.3337, 0.3517, 0.3620, 0.3662),
}


def threshold(n: int, best_to_worst: float) -> float:
    """Largest acceptable :func:`input_ratio` (Liang, Brunelli & Rezaei 2020, Table 3).

    Up to 2 times nothing but consistent comparisons is acceptable. For more than 9 criteria, of which the table does not tell,
    those of 9 are taken.
    """
    if n < 3 or best_to_worst < 2.5:
        return 0.0
    row = THRESHOLDS[int(min(round(best_to_worst), 9))]
    return row[min(n, 9) - 3]
