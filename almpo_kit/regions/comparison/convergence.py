"""Whether regions draw together: their dispersion over the years, and whether those behind catch up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from almpo_kit.regions.comparison.catching_up import ALL, slopes
from almpo_kit.regions.comparison.convergence_words import convergence_checks, convergence_sentence
from almpo_kit.regions.comparison.kernels.dispersion import (
    ratio_by_group,
    ratio_of_paired,
    split,
    spread,
    theil,
)
from almpo_kit.regions.comparison.measures import SAMPLING_ERROR
from almpo_kit.regions.comparison.peer_requests import points
from almpo_kit.regions.comparison.stretches import Followed, follow
from almpo_kit.regions.panel import VINTAGE
from almpo_kit.regions.wording import listed
from almpo_kit.vocabulary.finding import Finding
from almpo_kit.vocabulary.provenance import provenance


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Convergence(Finding):
    """How far apart regions are over the years, and whether those behind catch up.

    Parameters
    ----------
    indicator, unit : str
    logged : bool
        Dispersion and slopes are in logarithms (amounts), else in points (rates).
    first, last : str
    n_regions, n_listed : int
        Followed in every year; regions of the EU.
    weighted_by : str
        Empty where every region counts the same.
    spans : DataFrame
        One row a stretch: ``stretch, first, last, before, after`` (dispersion), ``ratio, low, high, p`` (of
        after to before, when the regions of a country move together), ``verdict``, and ``alone_low,
        alone_high, alone_p`` as if each region moved alone (Pitman-Morgan).
    slopes : DataFrame
        One row for each stretch and kind (all regions; within countries); see
        :func:`almpo_kit.regions.comparison.catching_up.slopes`.
    regions : DataFrame
        ``geo, name, country, stretch, initial, final`` (natural units), ``start`` (as compared), ``change``
        (a year: points, or per cent).
    """

    indicator: str
    unit: str
    logged: bool
    first: str
    last: str
    n_regions: int
    n_listed: int
    weighted_by: str
    spans: pd.DataFrame
    slopes: pd.DataFrame
    regions: pd.DataFrame

    def metrics(self) -> Mapping[str, float]:
        """Change of the dispersion and slope of the last stretch."""
        found = {"ratio": float(self.spans["ratio"].iloc[-1])}
        rows = self.slopes[self.slopes["kind"] == ALL]
        return found | ({"slope": float(rows["slope"].iloc[-1])} if len(rows) else {})


def convergence(
    indicators: pd.DataFrame,
    places: pd.DataFrame,
    *,
    indicator: str = "unemployment_rate",
    first: str | int | None = None,
    last: str | int | None = None,
    weights: pd.DataFrame | None = None,
    weight_by: str = "population",
    across_break: bool = False,
    sampling_error: float = SAMPLING_ERROR,
) -> Convergence:
    """Measure σ- and β-convergence of the EU's regions.

    One set of regions on NUTS 2024 territories is followed throughout. Survey rates are not followed over
    the break of 2021: a span that crosses it is looked at in two stretches.

    Parameters
    ----------
    indicators, places : DataFrame
        As in :func:`almpo_kit.regions.comparison.peers.peers`.
    first, last : str or int, optional
        Years; by default the longest well-covered run up to the latest, on one side of the break.
    weights : DataFrame, optional
        An ``indicators`` frame with `weight_by` for NUTS-2 regions: dispersion is then also weighted by its
        values in the first year, held fixed. Slopes are not weighted: one region, one observation.
    across_break : bool
        Follow survey rates over 2021 in one stretch; a failed check says so.
    sampling_error : float
        Standard error of survey rates in points: what of the slope it explains is told.

    Returns
    -------
    Convergence
        ``table``, one row a year: ``period, stretch, n, mean, dispersion`` (standard deviation in points, or
        of logarithms), ``cv`` (in natural units), ``between, within`` (variance between and within
        countries), ``between_share``; for amounts Theil's ``theil_between, theil_within``; ``weighted_…``
        with weights.

    Raises
    ------
    DesignError
        Unknown indicator or years, or too few regions with a value in every year.

    References
    ----------
    Barro and Sala-i-Martin (1992) J. Polit. Econ. 100, 223-251; Quah (1993) Scand. J. Econ. 95, 427-443
    (Galton's fallacy); Carree and Klomp (1997) Rev. Econ. Stat. 79, 683-686.
    """
    sampling_error = points(sampling_error, "sampling_error")
    followed = follow(
        indicators,
        places,
        indicator,
        first,
        last,
        across_break=across_break,
        weights=weights,
        weight_by=weight_by,
    )
    meaning, years = followed.panel.indicator, followed.years
    table = pd.DataFrame([_year(followed, y) for y in years])
    spans = pd.DataFrame([_span(followed, s) for s in followed.stretches if len(s) > 1])
    error = 0.0 if followed.logged or not meaning.survey else sampling_error
    found = slopes(followed, error)
    source = sorted(followed.panel.rows["source"].dropna().astype(str).unique())
    return Convergence(
        question=f"Do the EU's regions draw together on {meaning.subject}? · {years[0]}–{years[-1]}",
        sentence=convergence_sentence(followed, spans, found),
        table=table,
        checks=convergence_checks(followed, table, spans, found, error, across_break=across_break),
        provenance=provenance(
            followed.panel.rows,
            places,
            followed.weight_rows,
            method="regions.convergence",
            options={
                "indicator": indicator,
                "first": years[0],
                "last": years[-1],
                "weight_by": weight_by if weights is not None else None,
                "across_break": across_break,
                "sampling_error": error,
            },
        ),
        figure="convergence",
        rests_on=(
            f"{len(followed.scaled)} of {len(followed.panel.regions)} regions (NUTS {VINTAGE}) in every year, "
            f"{years[0]}–{years[-1]}; {listed(source) if source else 'source not stated'}"
        ),
        indicator=indicator,
        unit=meaning.unit,
        logged=followed.logged,
        first=years[0],
        last=years[-1],
        n_regions=len(followed.scaled),
        n_listed=len(followed.panel.regions),
        weighted_by=followed.weighted_by,
        spans=spans,
        slopes=found,
        regions=_regions(followed),
    )


def _stretch(years: list[str]) -> str:
    return years[0] if len(years) == 1 else f"{years[0]}–{years[-1]}"


def _year(followed: Followed, year: str) -> dict[str, object]:
    x = followed.scaled[year].to_numpy(dtype=float)
    raw = followed.natural[year].to_numpy(dtype=float)
    equal = np.full(len(x), 1 / len(x))
    country = followed.countries
    between, within = split(x, equal, country)
    (stretch,) = [s for s in followed.stretches if year in s]
    row: dict[str, object] = {"period": year, "stretch": _stretch(stretch), "n": len(x), "mean": raw.mean()}
    row |= {"dispersion": spread(x, equal), "cv": raw.std() / raw.mean()}
    row |= {"between": between, "within": within, "between_share": between / (between + within)}
    if followed.logged:
        row["theil_between"], row["theil_within"] = theil(raw, equal, country)
    if followed.weights is not None:
        w = followed.weights
        between, within = split(x, w, country)
        row |= {"weighted_mean": float(w @ raw), "weighted_dispersion": spread(x, w)}
        row |= {"weighted_between": between, "weighted_within": within}
        if followed.logged:
            pair = theil(raw, w, country)
            row |= {"weighted_theil_between": pair[0], "weighted_theil_within": pair[1]}
    return row


def _span(followed: Followed, years: list[str]) -> dict[str, object]:
    before, after = (followed.scaled[y].to_numpy(dtype=float) for y in (years[0], years[-1]))
    ratio, alone_low, alone_high, alone_p = ratio_of_paired(before, after)
    low, high, p = ratio_by_group(before, after, followed.countries)
    row: dict[str, object] = {"stretch": _stretch(years), "first": years[0], "last": years[-1]}
    row |= {"before": float(before.std()), "after": float(after.std())}
    row |= {"ratio": ratio, "low": low, "high": high, "p": p}
    row["verdict"] = "drew together" if high < 1 else "drew apart" if low > 1 else "no clear change"
    return row | {"alone_low": alone_low, "alone_high": alone_high, "alone_p": alone_p}


def _regions(followed: Followed) -> pd.DataFrame:
    listed_regions = followed.panel.regions.loc[followed.scaled.index]
    frames = []
    for years in followed.stretches:
        if len(years) < 2:
            continue
        length = int(years[-1]) - int(years[0])
        start, end = followed.scaled[years[0]], followed.scaled[years[-1]]
        frames.append(
            listed_regions.assign(
                stretch=_stretch(years),
                initial=followed.natural[years[0]],
                final=followed.natural[years[-1]],
                start=start,
                change=(100 if followed.logged else 1) * (end - start) / length,
            ).reset_index()
        )
    return pd.concat(frames, ignore_index=True)
