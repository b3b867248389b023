"""Whether the number of people jumps at a cut-off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evaluation.disclosure.smallest import SMALLEST
from almpo_kit.evaluation.discontinuity.sides import Sides
from almpo_kit.evaluation.protocol.quiet import quiet

Array = np.ndarray[Any, np.dtype[Any]]
_BINS = 15


@dataclass(frozen=True, eq=False, repr=False)
class Crowd:
    """The density test. ``table``: side, density, se; ``bins``: side, x, n, none of 1 to 9 people."""

    p_value: float
    more_above: bool
    table: pd.DataFrame
    bins: pd.DataFrame


def density_jump(two: Sides) -> Crowd:
    """Test whether the density of the running variable jumps.

    Two tests, the smaller p doubled: local polynomial densities (robust bias-corrected), and whether the people nearest
    the cut-off fall on either side like a fair coin. The second sees what the first does not: an empty stretch next to
    the cut-off, whose edge the polynomial takes for a bend.

    References
    ----------
    Cattaneo, Jansson and Ma (2020) J. Am. Stat. Assoc. 115, 1449-1455, as ``diff_diff.RDDensityTest``, which follows
    rddensity 3.0; Cattaneo, Titiunik and Vazquez-Bare (2017) J. Policy Anal. Manag. 36, 643-681.
    """
    x = two.x[np.isfinite(two.x)]
    empty = pd.DataFrame(columns=["side", "density", "se"])
    found = _test(x)
    if found is None:
        return Crowd(float("nan"), False, empty, _counted(two, x))
    lower, upper = ("above", "below") if two.mirrored else ("below", "above")
    table = pd.DataFrame(
        {
            "side": [lower, upper],
            "density": [found.f_left, found.f_right],
            "se": [found.se_left, found.se_right],
        }
    )
    coin, coin_upper = nearest_as_a_coin(x)
    more_upper = coin_upper if coin < found.p_value else bool(found.f_right > found.f_left)
    p = min(1.0, 2 * min(float(found.p_value), coin))
    return Crowd(p, more_upper != two.mirrored, table, _counted(two, x))


def nearest_as_a_coin(x: Array) -> tuple[float, bool]:
    """p-value that the nearest people (5% of all, 20 to 200) lie on either side alike, and whether more lie above.

    The window reaches from -w, included, to w, left out, so that on a grid both sides have as many values.
    """
    from scipy import stats

    many = int(np.clip(0.05 * len(x), 20, 200))
    distance = np.sort(np.abs(x))
    wanted = distance[min(many, len(x)) - 1]
    below = -x[x < 0]
    ends = below[below >= wanted]
    width = float(ends.min()) if len(ends) else float(wanted)
    # Steps of a grid are not exact in binary.
    slack = 1e-9 * width
    lower = int(np.sum((x < 0) & (x >= -width - slack)))
    upper = int(np.sum((x >= 0) & (x < width - slack)))
    if lower + upper == 0:
        return 1.0, True
    return float(stats.binomtest(upper, lower + upper).pvalue), upper > lower


def _test(x: Array) -> Any:
    from diff_diff import RDDensityTest

    try:
        with quiet(), np.errstate(all="ignore"):
            found = RDDensityTest(cutoff=0.0).fit(pd.DataFrame({"x": x}), running="x")
    except (ValueError, np.linalg.LinAlgError):  # too few people or values; said in a check
        return None
    return found if np.isfinite(found.p_value) else None


def _counted(two: Sides, x: Array) -> pd.DataFrame:
    """People by bins of the running variable on each side; bins of fewer than ten are joined to their neighbour."""
    rows: list[dict[str, Any]] = []
    turn = -1.0 if two.mirrored else 1.0
    step = _grid(x)
    for upper in (False, True):
        mine = np.abs(x[(x >= 0) == upper])
        named = "above" if upper != two.mirrored else "below"
        edges, counts = _histogram(mine, step, upper)
        start = 0
        made: list[list[float]] = []
        for k in range(len(counts)):
            total = int(counts[start : k + 1].sum())
            if total >= SMALLEST:
                made.append([edges[start], edges[k + 1], total])
                start = k + 1
        left = int(counts[start:].sum())
        if left and made:
            made[-1] = [made[-1][0], edges[-1], made[-1][2] + left]
        side = (1.0 if upper else -1.0) * turn
        rows += [{"side": named, "x": side * (a + b) / 2, "width": b - a, "n": int(n)} for a, b, n in made]
    return pd.DataFrame(rows, columns=["side", "x", "width", "n"])


def _grid(x: Array) -> float:
    """Step of a running variable that has few values in even steps (age in months, points of a score), else 0."""
    values = np.unique(x)
    if not 3 <= len(values) <= 20 * _BINS:
        return 0.0
    gaps = np.diff(values)
    step = float(gaps.min())
    return step if np.allclose(gaps / step, np.round(gaps / step), atol=1e-6) else 0.0


def _histogram(distance: Array, step: float, upper: bool) -> tuple[Array, Array]:
    """Edges and counts of people by distance from the cut-off.

    On a grid every bin holds as many values: one that holds a value less than its neighbours would look like a hole in
    the number of people. The value at the cut-off itself stands on the upper side only.
    """
    if not step:
        edges = np.linspace(0, float(distance.max()) or 1.0, _BINS + 1)
        return edges, np.histogram(distance, edges)[0]
    place = np.round(distance / step).astype(int) - (0 if upper else 1)
    values = int(place.max()) + 1
    each = -(-values // _BINS)
    counts = np.bincount(place // each)
    edges = step * np.minimum(np.arange(len(counts) + 1) * each, values)
    return edges, counts
