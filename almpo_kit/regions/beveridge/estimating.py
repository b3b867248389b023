"""From pairs to a fitted curve, a jump, a split, and the answer under other choices."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from almpo_kit.regions.beveridge import periods
from almpo_kit.regions.beveridge.hac import Array
from almpo_kit.regions.beveridge.level_shift import Jump, find
from almpo_kit.regions.beveridge.line import DRAWS, Line, assume, fit
from almpo_kit.regions.beveridge.pairs import Pairs
from almpo_kit.regions.beveridge.split import Split, split
from almpo_kit.vocabulary.errors import DesignError

#: Pairs below which no curve is fitted: five years of quarters.
MINIMUM = 20
#: A jump is allowed for where it would come from chance more rarely than this.
ALPHA = 0.05
#: Years between the spans compared where a series ends before the pandemic.
DECADE = 10


@dataclass(frozen=True)
class Request:
    """What was asked of the estimate; the arguments of :func:`beveridge`."""

    start: str | int | None
    end: str | int | None
    jump: str
    slope: float | None
    level: float
    seed: int


@dataclass(frozen=True)
class Estimate:
    """A curve and what follows from it.

    ``drift`` is the curve with a straight drift allowed for; ``found`` the jump looked for, whether allowed
    for or not; ``first`` and ``last`` the positions compared.
    """

    line: Line | None
    drift: Line | None
    found: Jump | None
    parts: Split | None
    start: str
    end: str
    first: Array
    last: Array
    off_curve: Array
    regime: Array
    sensitivity: pd.DataFrame
    tested: bool = False


_COLUMNS = ["variant", "slope", "slope_low", "slope_high", "along", "shift", "shift_low", "shift_high"]


def estimate(data: Pairs, log_u: Array, log_v: Array, sample: Array, asked: Request) -> Estimate:
    """Fit, look for a jump, split, and try other choices.

    Parameters
    ----------
    log_u, log_v : array, shape (n_periods,)
        NaN where missing.
    sample : array of int
        Positions that the curve is fitted on.
    """
    n = len(log_u)
    u, v = (np.where(np.isin(np.arange(n), sample), x, np.nan) for x in (log_u, log_v))
    first, last, start, end = _spans(data, u, v, asked)
    blank = np.full(n, np.nan)
    regime = np.zeros(n, dtype=int)
    none = pd.DataFrame(columns=_COLUMNS)
    seen = np.isfinite(u) & np.isfinite(v)
    if int(seen.sum()) < MINIMUM or min(np.ptp(u[seen]), np.ptp(v[seen])) < 1e-9:
        return Estimate(None, None, None, None, start, end, first, last, blank, regime, none)
    own, lu, lv = slice(int(sample[0]), int(sample[-1]) + 1), u[sample], v[sample]
    found, jumps = _jump(data, lu, lv, int(sample[0]), asked)
    line = _fit(lu, lv, jumps, asked)
    drift = _drifting(lu, lv, jumps, asked)
    a = np.array(line.levels)[np.searchsorted(jumps, np.arange(len(lu)), side="right")]
    blank[own] = 100 * np.expm1(lv - a + line.slope * lu)
    regime[own] = np.searchsorted(jumps, np.arange(len(lu)), side="right")
    at = (first - own.start, last - own.start) if len(first) else None
    parts = split(np.exp(lu), np.exp(lv), line, *at) if at and line.told else None
    table = _sensitivity(data, lu, lv, own.start, jumps, at, asked)
    tested = asked.jump == "auto"
    return Estimate(line, drift, found, parts, start, end, first, last, blank, regime, table, tested)


def _fit(lu: Array, lv: Array, jumps: tuple[int, ...], asked: Request) -> Line:
    if asked.slope is not None:
        return assume(lu, lv, asked.slope, jumps=jumps, level=asked.level)
    return _estimated(lu, lv, jumps, asked)


def _estimated(lu: Array, lv: Array, jumps: tuple[int, ...], asked: Request) -> Line:
    return fit(lu, lv, jumps=jumps, level=asked.level, seed=asked.seed)


def _drifting(lu: Array, lv: Array, jumps: tuple[int, ...], asked: Request) -> Line:
    """The curve with a straight drift allowed for."""
    straight = np.linspace(-0.5, 0.5, len(lu))[:, None]
    return fit(lu, lv, jumps=jumps, extra=straight, level=asked.level, seed=asked.seed)


def _jump(
    data: Pairs, lu: Array, lv: Array, offset: int, asked: Request
) -> tuple[Jump | None, tuple[int, ...]]:
    """The likeliest jump, and the jumps allowed for."""
    named = None
    if asked.jump not in ("auto", "none"):
        named = periods.positions(asked.jump, data.first, len(data.names), data.frequency)[0] - offset
        if not 3 <= named <= len(lu) - 3:
            raise DesignError(
                f"jump={asked.jump!r} leaves fewer than three periods on one side; choose another."
            )
    seen = np.isfinite(lu) & np.isfinite(lv)
    ones = np.ones((len(lu), 1))
    y, x = (lv, np.column_stack([lu, ones])) if asked.slope is None else (lv + asked.slope * lu, ones)
    found = find(y, np.where(seen[:, None], x, 0.0), seen, draws=DRAWS, seed=asked.seed)
    if named is not None:
        return found, (named,)
    allowed = asked.jump == "auto" and found is not None and found.p_value < ALPHA
    return found, (found.at,) if allowed and found is not None else ()


def _spans(data: Pairs, u: Array, v: Array, asked: Request) -> tuple[Array, Array, str, str]:
    """Positions and names of the two spans; empty where no two full years are held."""
    f, n = data.frequency, len(u)
    seen = np.isfinite(u) & np.isfinite(v)
    years = [
        y
        for y in range(data.first // f, (data.first + n) // f + 1)
        if 0 <= y * f - data.first <= n - f and seen[y * f - data.first : y * f - data.first + f].all()
    ]
    end = asked.end if asked.end is not None else (years[-1] if years else None)
    start = asked.start if asked.start is not None else _before(years)
    nothing = np.array([], dtype=int)
    if start is None or end is None:
        return nothing, nothing, "", ""
    first, last = (np.array(periods.positions(s, data.first, n, f)) for s in (start, end))
    for name, at in ((start, first), (end, last)):
        if not seen[at].all():
            raise DesignError(
                f"{name} has periods without both rates in the sample; choose a span that is complete"
                f"{f', e.g. one of the years {years[0]} to {years[-1]}' if years else ''}."
            )
    if first[-1] >= last[0]:
        raise DesignError(f"start={start} does not come before end={end}; choose two spans in order.")
    return first, last, str(start), str(end)


def _before(years: list[int]) -> int | None:
    """The year to compare the last one with."""
    if len(years) < 2:
        return None
    before = [y for y in years[:-1] if y < int(periods.PANDEMIC[0][:4])]
    if years[-1] >= int(periods.PANDEMIC[0][:4]):
        return before[-1] if before else years[0]
    return years[-1] - DECADE if years[-1] - DECADE in years else years[0]


def _sensitivity(
    data: Pairs,
    lu: Array,
    lv: Array,
    offset: int,
    jumps: tuple[int, ...],
    at: tuple[Array, Array] | None,
    asked: Request,
) -> pd.DataFrame:
    """The answer under other choices, one row each; a split only where its slope is positive."""
    calm = np.array([not periods.pandemic(data.names[offset + i]) for i in range(len(lu))])
    variants: list[tuple[str, Line]] = [("as answered", _fit(lu, lv, jumps, asked))]
    if asked.slope is None:
        if jumps:
            variants.append(("without the jump", _estimated(lu, lv, (), asked)))
        if not calm.all() and np.isfinite((lu + lv)[calm]).sum() >= MINIMUM:
            quiet = _estimated(np.where(calm, lu, np.nan), lv, jumps, asked)
            variants.append(("without the pandemic", quiet))
        variants.append(("with a straight drift", _drifting(lu, lv, jumps, asked)))
        reverse = fit(lv, lu, jumps=jumps, draws=99, level=asked.level).slope
        # With errors in both rates the slope lies between the two regressions (Frisch 1934).
        if abs(reverse) > 1e-9:
            other = assume(lu, lv, 1 / reverse, jumps=jumps, level=asked.level)
            variants.append(("regression the other way round", other))
    if asked.slope != 1.0:
        variants.append(("slope assumed to be 1", assume(lu, lv, 1.0, jumps=jumps, level=asked.level)))
    return pd.DataFrame([_row(name, line, lu, lv, at) for name, line in variants], columns=_COLUMNS)


def _row(name: str, line: Line, lu: Array, lv: Array, at: tuple[Array, Array] | None) -> dict[str, object]:
    low, high = (np.nan, np.nan) if line.assumed else (line.low, line.high)
    row: dict[str, object] = {"variant": name, "slope": line.slope, "slope_low": low, "slope_high": high}
    if at is None or line.slope <= 0:
        return row
    parts = split(np.exp(lu), np.exp(lv), line, *at)
    row |= {"along": parts.along, "shift": parts.shift}
    # The ends mean something only where the whole interval of the slope is positive.
    return row | (
        {"shift_low": parts.shift_low, "shift_high": parts.shift_high}
        if line.low > 0 and not line.assumed
        else {}
    )
