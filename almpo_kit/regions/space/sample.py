"""The regions that have a value and a neighbour: what a spatial statistic is computed on, and who is left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from almpo_kit.regions.breaks import LFS_BREAK_SENTENCE, crossing
from almpo_kit.regions.cells import usable
from almpo_kit.regions.panel import COVERAGE, age_band, one_unit, require, unique_cells
from almpo_kit.regions.space.neighbour_words import some
from almpo_kit.regions.space.neighbours import Neighbours
from almpo_kit.regions.space.weights import Weights
from almpo_kit.regions.wording import listed
from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.indicators import INDICATORS, Indicator

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Fewer regions than this carry no statement about a map.
FEWEST = 20

Period = str | int | Sequence[str | int] | None

_COLUMNS = ("geo", "nuts_version", "indicator", "unit", "period", "value", "source")


@dataclass(frozen=True, eq=False)
class Sample:
    """Values of one or more indicators for the regions of some weights.

    Parameters
    ----------
    weights : Weights
        Of the regions kept: each has every value and at least one neighbour that has too.
    values : DataFrame, shape (n_kept, n_indicators)
        Index geo, in the order of the weights.
    periods : tuple of str
        The year, or the years whose mean was taken.
    missing : tuple of str
        Regions of the weights left out because a value is missing.
    alone : tuple of str
        Regions left out because they have no neighbour, or none with a value.
    lost_links : int
        Links that went with them.
    rows : DataFrame
        The rows used, for provenance.
    """

    weights: Weights
    values: pd.DataFrame
    periods: tuple[str, ...]
    missing: tuple[str, ...]
    alone: tuple[str, ...]
    lost_links: int
    rows: pd.DataFrame

    @property
    def opening(self) -> str:
        """Start of a sentence: ``In 2025``, or ``Over the mean of 2023, 2024 and 2025``."""
        return f"{'In' if len(self.periods) == 1 else 'Over'} {self.when}"

    @property
    def when(self) -> str:
        """``2025``, or ``the mean of 2023, 2024 and 2025``."""
        return self.periods[0] if len(self.periods) == 1 else f"the mean of {listed(self.periods)}"


def weights_of(neighbours: Neighbours | Weights) -> Weights:
    """The weights of either."""
    return neighbours.weights if isinstance(neighbours, Neighbours) else neighbours


def sample(
    indicators: pd.DataFrame, neighbours: Neighbours | Weights, keys: Sequence[str], period: Period
) -> Sample:
    """Match values with weights, leaving out regions without a value and then those left without a neighbour.

    Parameters
    ----------
    indicators : DataFrame
        An ``indicators`` frame.
    keys : sequence of str
        Indicators, all for the same period.
    period : str, int, a sequence of them, or None
        Several: a region's mean over them, where it has them all. None: the latest year in which every indicator has
        at least 90% as many regions as in its best year.

    Raises
    ------
    DesignError
        An indicator, a period or every value is absent, units or age bands are mixed, or too few regions remain.
    """
    require(indicators, _COLUMNS, "indicators")
    whole = weights_of(neighbours)
    wide, rows = _by_region(indicators, whole.ids, keys)
    periods = _periods(wide, period)
    values = pd.concat({key: wide[key][list(periods)].mean(axis=1, skipna=False) for key in keys}, axis=1)
    missing = tuple(values.index[values.isna().any(axis=1)])
    kept, alone = _with_neighbours(whole, set(missing))
    if len(kept) < FEWEST:
        raise DesignError(
            f"only {len(kept)} regions have both a value ({', '.join(keys)}, {listed(periods)}) and a neighbour with one; "
            f"a spatial statistic needs {FEWEST}. Choose another period, or neighbours of more regions, e.g. "
            'regions.neighbours(..., rule="nearest").'
        )
    weights = whole.subset(kept)
    return Sample(
        weights=weights,
        values=values.loc[list(kept)],
        periods=periods,
        missing=missing,
        alone=alone,
        lost_links=int(whole.base.nnz - weights.base.nnz),
        rows=rows[rows["period"].isin(periods)],
    )


def _by_region(
    indicators: pd.DataFrame, ids: tuple[str, ...], keys: Sequence[str]
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """For each indicator, regions by years; and all the rows."""
    wide, used = {}, []
    for key in keys:
        every = indicators[indicators["indicator"] == key]
        if key not in INDICATORS or every.empty:
            held = [k for k in INDICATORS if (indicators["indicator"] == k).any()]
            raise DesignError(
                f"there is no indicator {key!r} here; choose from {', '.join(held) or 'another frame'}."
            )
        rows = usable(every[every["geo"].isin(ids)], "indicators")
        rows = rows[~rows["period"].str.contains("-", regex=False)]
        if rows.empty:
            raise DesignError(
                f"no region of the neighbours has an annual value of {key!r}: are both of one NUTS level and vintage? "
                f"The neighbours hold e.g. {', '.join(ids[:3])}, the frame e.g. {', '.join(sorted(set(every['geo']))[:3])}."
            )
        unique_cells(rows, "indicators")
        one_unit(rows, key)
        age_band(rows)
        wide[key] = rows.pivot(index="geo", columns="period", values="value").reindex(list(ids))
        used.append(rows)
    return wide, pd.concat(used)


def _periods(wide: dict[str, pd.DataFrame], period: Period) -> tuple[str, ...]:
    common = sorted(set.intersection(*(set(f.columns) for f in wide.values())))
    if not common:
        raise DesignError(f"{', '.join(wide)} have no year in common; name indicators that do.")
    if period is None:
        full = [
            y
            for y in common
            if all(f[y].notna().sum() >= COVERAGE * f.notna().sum().max() for f in wide.values())
        ]
        if full:
            return (full[-1],)
        return (max(common, key=lambda y: (min(f[y].notna().sum() for f in wide.values()), y)),)
    several = period if isinstance(period, Sequence) and not isinstance(period, str) else [period]
    asked = tuple(
        dict.fromkeys(str(int(p)) if isinstance(p, float) and p.is_integer() else str(p) for p in several)
    )
    absent = [p for p in asked if p not in common]
    if absent or not asked:
        raise DesignError(
            f"there are no regional values for {listed(absent) if absent else 'an empty list of periods'}; choose from "
            f"{', '.join(common)}."
        )
    return asked


def _with_neighbours(weights: Weights, missing: set[str]) -> tuple[list[str], tuple[str, ...]]:
    """Codes kept, and those left without a neighbour; leaving one out may strand another, so until none is."""
    kept = [g for g in weights.ids if g not in missing]
    alone: list[str] = []
    while kept and (stranded := weights.subset(kept).islands):
        alone += stranded
        kept = [g for g in kept if g not in set(stranded)]
    return kept, tuple(sorted(alone))


def highlighted(codes: str | Sequence[str], found: Sample) -> tuple[str, ...]:
    """Codes to name in a figure; each must be on the map."""
    asked = (codes,) if isinstance(codes, str) else tuple(codes)
    unknown = sorted(set(asked) - set(found.weights.ids) - set(found.missing) - set(found.alone))
    if unknown:
        raise DesignError(f"highlight names {', '.join(unknown[:5])}, which the neighbours do not hold.")
    return asked


def varying(found: Sample, indicator: str) -> np.ndarray:
    """The values; refuses a constant, of which no pattern can be asked."""
    values: np.ndarray = found.values[indicator].to_numpy(dtype=float)
    if np.ptp(values) <= 1e-12 * max(1.0, float(np.abs(values).max())):
        raise DesignError(
            f"{indicator!r} has the same value in all {len(values)} regions ({found.when}); there is no pattern to measure. "
            "Choose another indicator or period."
        )
    return values


def sample_checks(
    found: Sample, names: dict[str, str], meanings: Sequence[Indicator], nuts_version: str | None
) -> tuple[Check, ...]:
    """Who is left out, what was taken over from the values, and whether the map hangs together."""
    checks = []
    n, total = found.weights.n, found.weights.n + len(found.missing) + len(found.alone)
    if found.missing:
        verb = "has" if len(found.missing) == 1 else "have"
        text = (
            f"{len(found.missing)} of {total} regions {verb} no value for {found.when} and {'is' if verb == 'has' else 'are'} "
            f"left out with {'its' if verb == 'has' else 'their'} links: {some(found.missing, names)}."
        )
        status = "failed" if len(found.missing) > (1 - COVERAGE) * total else "informational"
        checks.append(Check("missing", status, text))  # type: ignore[arg-type]
    else:
        checks.append(
            Check("missing", "passed", f"Every one of the {total} regions has a value for {found.when}.")
        )
    if found.alone:
        text = (
            f"Left out, because they have no neighbour with a value: {some(found.alone, names)}. They count neither in the "
            "mean nor in the test."
        )
        checks.append(Check("no_neighbour", "informational", text))
    parts = len(np.unique(found.weights.parts))
    if parts > 1:
        largest = int(np.bincount(found.weights.parts).max())
        text = f"The neighbourhoods form {parts} separate parts; the largest holds {largest} of {n} regions."
        checks.append(Check("connected", "informational", text))
    checks += _about_values(found, meanings, nuts_version)
    return tuple(checks)


def _about_values(found: Sample, meanings: Sequence[Indicator], nuts_version: str | None) -> Iterable[Check]:
    if nuts_version:
        yield from _vintage(found, nuts_version)
    yield from _break_in_mean(found, meanings)
    if any(m.survey for m in meanings):
        text = (
            "Regional rates come from a sample survey, whose error is larger in small regions. It hides some clusters and, "
            "where neighbouring regions were sampled or estimated together, can suggest others."
        )
        yield Check("sampling_error", "informational", text)
    for m in meanings:
        if m.note:
            yield Check(f"definition_{m.key}", "informational", m.note)


def _vintage(found: Sample, nuts_version: str) -> Iterable[Check]:
    """Values of kept regions that are of another vintage than the map; many of them make it another map."""
    rows = found.rows[found.rows["geo"].isin(found.weights.ids)]
    stated = rows["nuts_version"].astype("object").where(rows["nuts_version"].notna(), "unknown")
    strange = sorted(set(rows["geo"][(stated != nuts_version).to_numpy()]))
    if not strange:
        return
    n, one = found.weights.n, len(strange) == 1
    text = (
        f"The value{'' if one else 's'} of {len(strange)} of the {n} regions {'is' if one else 'are'} not stated to be in NUTS "
        f"{nuts_version} ({', '.join(strange[:6])}{', …' if len(strange) > 6 else ''}); {'its' if one else 'their'} territory "
        "may differ from the neighbours' map."
    )
    if n - len(strange) < COVERAGE * n:
        yield Check(
            "vintage_of_values", "failed", f"{text} Carry the values over with regions.convert first."
        )
    else:
        yield Check("vintage_of_values", "informational", text)


def _break_in_mean(found: Sample, meanings: Sequence[Indicator]) -> Iterable[Check]:
    """A mean over years of both sides of the survey's break is of two statistics."""
    surveys = [m.subject for m in meanings if m.survey]
    if not surveys or len(found.periods) == 1:
        return
    if crossing([min(found.periods)], [max(found.periods)]).any():
        text = (
            f"{LFS_BREAK_SENTENCE} {found.when[:1].upper()}{found.when[1:]} of {listed(surveys)} is therefore of two definitions; "
            "take years from one side of the break."
        )
        yield Check("break_2021", "failed", text)
    else:
        yield Check(
            "break_2021", "passed", "The years of the mean lie on one side of the 2021 break in the survey."
        )
