"""What a time profile draws: tracks (one group of people through time, or a lone estimate), in order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.forest_rows import Estimate, estimates, listed
from almpo_kit.figures.wording import column, words
from almpo_kit.vocabulary.horizons import HORIZON_BANDS
from almpo_kit.vocabulary.programmes import PROGRAMME_TYPES
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.vocabulary.finding import Finding
_BAND_ENDS = {until for _, _, until in HORIZON_BANDS.values()}


@dataclass(frozen=True)
class Point:
    """An estimate at its month, moved ``aside`` by so many pixels where several share the month."""

    month: float
    estimate: Estimate
    aside: float = 0.0


@dataclass(frozen=True)
class Track:
    """Estimates of one group of people, by month."""

    number: int
    label: str
    programme_type: str
    points: tuple[Point, ...]


def timed(table: pd.DataFrame) -> pd.DataFrame:
    """The rows with a month since entry."""
    months = column(table, "horizon_months")
    known = table["from_entry"].eq(True) if "from_entry" in table else months.notna()
    return table[(known & months.notna()).to_numpy()]


def tracks(table: pd.DataFrame, reach: float = 30.0) -> list[Track]:
    """Tracks by programme type, then first month, then the first effect (largest first).

    ``reach``: within how many pixels those of one month stand side by side.
    """
    found: dict[object, list[Point]] = {}
    series, months = words(table, "series"), column(table, "horizon_months").tolist()
    for i, e in enumerate(listed(table)):
        if e.effect == e.effect:
            found.setdefault(series[i] or i, []).append(Point(months[i], e))
    order = {k: n for n, k in enumerate(PROGRAMME_TYPES)}
    ranked = [sorted(points, key=lambda p: p.month) for points in found.values()]
    ranked.sort(
        key=lambda ps: (order.get(ps[0].estimate.programme_type, 99), ps[0].month, -ps[0].estimate.effect)
    )
    made = [
        Track(n, _label(points[0].estimate), points[0].estimate.programme_type, tuple(points))
        for n, points in enumerate(ranked, 1)
    ]
    return _apart(made, reach)


def _label(e: Estimate) -> str:
    where = f", {e.place}" if e.place else ""
    return f"{e.label}{where}{f' · {e.what}' if e.what else ''}"


def _apart(made: list[Track], reach: float) -> list[Track]:
    """Points of one month side by side, so that none hides another."""
    sharing: dict[int, list[int]] = {}
    for t in made:
        for p in t.points:
            sharing.setdefault(round(p.month), []).append(t.number)
    out = []
    for t in made:
        moved = []
        for p in t.points:
            who = sharing[round(p.month)]
            step = min(6.0, reach / len(who))
            # At the end of a band all stand before it, for that is where they belong.
            last = len(who) - 1
            before = last if p.month in _BAND_ENDS else last / 2
            moved.append(replace(p, aside=step * (who.index(t.number) - before)))
        out.append(replace(t, points=tuple(moved)))
    return out


def apart_words(table: pd.DataFrame, digits: int) -> str:
    """``Abebe et al. 2021, ET −5.8 to 3.7 (4); …``: the estimates that have no place on the axis."""
    rest = table.drop(index=timed(table).index)
    by_study: dict[str, list[float]] = {}
    for e in estimates(rest):
        by_study.setdefault(f"{e.label}, {e.place}" if e.place else e.label, []).append(e.effect)
    told = []
    for label, values in by_study.items():
        low, high = number(min(values), digits), number(max(values), digits)
        told.append(f"{label} {low}" if len(values) == 1 else f"{label} {low} to {high} ({len(values)})")
    return "; ".join(told)


def bands_of(finding: Finding) -> list[dict[str, Any]]:
    """The averages of a time profile by horizon, with what they rest on."""
    table = getattr(finding, "bands", None)
    if table is None or "band" not in table:
        return []
    numbers = {name: column(table, name).tolist() for name in ("mean", "low", "high")}
    whose = words(table, "estimand")
    whole = {
        name: [int(v) if v == v else 0 for v in column(table, name)]
        for name in ("n_samples", "n_usable", "minimum")
    }
    return [
        {"band": key, "estimand": whose[i], **{name: values[i] for name, values in numbers.items()}}
        | {"samples": whole["n_samples"][i], "usable": whole["n_usable"][i], "minimum": whole["minimum"][i]}
        for i, key in enumerate(words(table, "band"))
    ]
