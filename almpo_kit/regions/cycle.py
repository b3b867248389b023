"""The phase of the cycle of each member state, from the trend of its national unemployment rate.

It stands beside the context until a dated business cycle is given instead: programmes are found to work
differently in slack and in tight labour markets, so a reader must see which one a figure comes from.
"""

from __future__ import annotations

import itertools
import numbers
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from almpo_kit.regions.cells import text_periods
from almpo_kit.regions.changes import DIFFERENCE_DIGITS
from almpo_kit.regions.panel import require
from almpo_kit.regions.phases import PHASES, phases
from almpo_kit.regions.reference_values import EU, national_rows, table_of
from almpo_kit.regions.wording import country_name, listed, valued
from almpo_kit.vocabulary.errors import DesignError, FrameError
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.indicators import INDICATORS
from almpo_kit.vocabulary.places import EU27, member_state, normalise
from almpo_kit.vocabulary.provenance import provenance

Frequency = Literal["annual", "quarterly"]

INDICATOR = "unemployment_rate"
#: Points that a move must have to count. Quarterly: half a point, the size that Sahm (2019, "Direct stimulus
#: payments to individuals", Hamilton Project) uses for the start of a recession. Annual averages smooth a
#: recession over two years, so less is asked of them. Both are conventions.
SIZE: dict[Frequency, float] = {"annual": 0.3, "quarterly": 0.5}
#: Periods in a row, from one table, below which no phase is given.
MINIMUM: dict[Frequency, int] = {"annual": 4, "quarterly": 8}

WORDS = {
    "rising": "rising",
    "falling": "falling",
    "peak": "at a peak",
    "trough": "at a trough",
    "stable": "stable",
}


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Cycle(Finding):
    """Phases of national unemployment.

    Parameters
    ----------
    country : str
        Empty for all member states.
    frequency : {"annual", "quarterly"}
    size : float
        Points that a move must have to count.
    """

    country: str
    frequency: Frequency
    size: float


def cycle(
    national: pd.DataFrame,
    *,
    country: str | None = None,
    frequency: Frequency = "annual",
    size: float | None = None,
) -> Cycle:
    """Say in which phase national unemployment is, and was.

    The rule is that of :mod:`almpo_kit.regions.phases`: a turning point is an extreme between two moves of at
    least ``size`` points. It is applied to runs of consecutive periods from one table and edition; a run of fewer
    than four years (eight quarters) is ``"unknown"``. Peaks and troughs are dated in hindsight.

    Parameters
    ----------
    national : DataFrame
        An ``indicators`` frame with country rows of ``unemployment_rate``.
    country : str, optional
        All member states and the EU-27 where left out.
    frequency : {"annual", "quarterly"}
        Quarterly values should be seasonally adjusted.
    size : float, optional
        See :data:`SIZE` for the default.

    Returns
    -------
    Cycle
        ``table``, one row for each place and period with a value: ``geo, name, period, unemployment_rate, phase, since,
        source``; ``since`` is the first period of the phase.

    Raises
    ------
    PlaceError
        Not a member state.
    DesignError
        Unknown frequency, or a size that is no number above 0.
    """
    country = None if country is None else member_state(country)
    if frequency not in SIZE:
        raise DesignError(f"frequency={frequency!r}: choose 'annual' or 'quarterly'.")
    size = SIZE[frequency] if size is None else _size(size)
    rows = national_rows(national, INDICATORS[INDICATOR], country)
    table = _table(rows, frequency, size)
    shown = table[table["geo"] == country] if country else table
    return Cycle(
        question=f"In which phase is unemployment {'in ' + country_name(country) if country else 'in the member states'}?",
        sentence=_sentence(shown, country),
        table=shown.reset_index(drop=True),
        checks=_checks(shown, country, frequency, size),
        provenance=provenance(
            rows,
            method="regions.cycle",
            options={"country": country or "", "frequency": frequency, "size": size},
        ),
        rests_on=_rests_on(shown),
        country=country or "",
        frequency=frequency,
        size=size,
    )


def annual_phases(rows: pd.DataFrame) -> dict[tuple[str, str], str]:
    """Phase by (country, year), of rows from :func:`almpo_kit.regions.reference_values.national_rows`."""
    table = _table(rows, "annual", SIZE["annual"])
    return dict(zip(zip(table["geo"], table["period"], strict=True), table["phase"], strict=True))


def given_phases(frame: pd.DataFrame) -> dict[tuple[str, str], str]:
    """Phase by (country, period), of a frame that the caller has dated.

    Raises
    ------
    FrameError
        A column is missing, a phase is none of :data:`almpo_kit.regions.phases.PHASES`, or a place has two.
    """
    require(frame, ("geo", "period", "phase"), "cycle")
    wrong = sorted(set(frame["phase"].astype(str)) - set(PHASES))
    if wrong:
        raise FrameError(f"`cycle` holds the phase(s) {', '.join(wrong)}; choose from {', '.join(PHASES)}.")
    keys = list(zip(frame["geo"].map(normalise), text_periods(frame["period"], "cycle"), strict=True))
    if len(set(keys)) < len(keys):
        raise FrameError("`cycle` has more than one phase for a place and period; keep one row for each.")
    return dict(zip(keys, frame["phase"].astype(str), strict=True))


def _size(size: object) -> float:
    real = isinstance(size, numbers.Real) and not isinstance(size, bool)
    if not real or not 0 < float(size) < 100:  # type: ignore[arg-type]
        raise DesignError(f"size={size!r}: give a number of points above 0, e.g. {SIZE['annual']}.")
    return float(size)  # type: ignore[arg-type]


def _table(rows: pd.DataFrame, frequency: Frequency, size: float) -> pd.DataFrame:
    length = 4 if frequency == "annual" else 7
    right = [len(p) == length for p in rows["period"].to_numpy(dtype=object)]
    own = rows.iloc[np.flatnonzero(right)].sort_values(["geo", "period"])
    found: list[str] = []
    since: list[str] = []
    values = own["value"].to_numpy(dtype=float)
    periods = own["period"].to_numpy(dtype=object)
    for a, b in _runs(own):
        short = b - a < MINIMUM[frequency]
        phase = ["unknown"] * (b - a) if short else phases(values[a:b].tolist(), size)
        found += phase
        for _, group in itertools.groupby(range(a, b), key=lambda k: phase[k - a]):
            members = list(group)
            since += [str(periods[members[0]])] * len(members)
    return pd.DataFrame(
        {
            "geo": own["geo"].to_numpy(),
            "name": ["EU-27" if g == EU else EU27[g] for g in own["geo"].to_numpy(dtype=object)],
            "period": own["period"].to_numpy(),
            "unemployment_rate": values.round(DIFFERENCE_DIGITS),
            "phase": pd.Series(found, dtype="str"),
            "since": pd.Series(since, dtype="str"),
            "source": own["source"].to_numpy(),
        }
    )


def _runs(own: pd.DataFrame) -> Iterator[tuple[int, int]]:
    """Stretches of one place, one table and consecutive periods, as (start, end) positions."""
    if own.empty:
        return
    table = np.array([table_of(str(s)) for s in own["source"].to_numpy(dtype=object)], dtype=object)
    at = np.array([_number(p) for p in own["period"].to_numpy(dtype=object)])
    geo = own["geo"].to_numpy(dtype=object)
    cut = (geo[1:] != geo[:-1]) | (table[1:] != table[:-1]) | (np.diff(at) != 1)
    edges = [0, *(np.flatnonzero(cut) + 1).tolist(), len(own)]
    yield from itertools.pairwise(edges)


def _number(period: str) -> int:
    """A number that grows by one from a year, or a quarter, to the next."""
    return int(period) if len(period) == 4 else 4 * int(period[:4]) + int(period[-1])


def _sentence(table: pd.DataFrame, country: str | None) -> str:
    if table.empty:
        where = country_name(country) if country else "any member state"
        return f"No series of unemployment is held for {where}, so the phase is unknown."
    last = table.groupby("geo", sort=True).tail(1)
    if country:
        return _one(last.iloc[0], country)
    states = last[last["geo"] != EU]
    counts = states["phase"].value_counts()
    parts = [f"{int(counts[p])} {p}" for p in PHASES if counts.get(p)]
    return f"At the end of each series, unemployment in {len(states)} member states was: {listed(parts)}."


def _one(row: pd.Series, country: str) -> str:
    head = f"In {row['period']} unemployment in {country_name(country)}"
    at = valued(INDICATORS[INDICATOR], row["unemployment_rate"])
    if row["phase"] == "unknown":
        return f"{head} was {at}; the phase is unknown, because the series is too short or mixes editions."
    phase, began = WORDS[row["phase"]], row["since"]
    told = f"was {phase}" if began == row["period"] else f"had been {phase} since {began}"
    return f"{head} {told} and stood at {at}."


def _checks(table: pd.DataFrame, country: str | None, frequency: Frequency, size: float) -> tuple[Check, ...]:
    unit = "years" if frequency == "annual" else "quarters"
    rule = (
        f"A turn is an extreme between two moves of at least {size:g} points, in a run of at least "
        f"{MINIMUM[frequency]} {unit} from one table. A peak or trough is known only in hindsight. The size is a convention."
    )
    checks = [Check("phase_rule", "informational", rule)]
    unknown = table[table["phase"] == "unknown"]
    last = set(table.groupby("geo").tail(1).index)
    ends = sorted(unknown.loc[unknown.index.isin(list(last)), "geo"])
    if table.empty or ends:
        text = f"The phase at the end of the series is unknown for {listed(ends) if ends else 'want of a series'}."
        checks.append(Check("phase_known", "failed", text))
    elif country:
        checks.append(Check("phase_known", "passed", "The series is long enough and comes from one table."))
    return tuple(checks)


def _rests_on(table: pd.DataFrame) -> str:
    if table.empty:
        return ""
    sources = sorted(set(table["source"].astype(str).map(table_of)))
    return f"{len(table)} values, {table['period'].min()} to {table['period'].max()}; {listed(sources)}"
