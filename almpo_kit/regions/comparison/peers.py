"""Which regions are truly comparable with a region, why, and how surely."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from almpo_kit.regions.comparison.done_differently import (
    evaluations,
    evidence_checks,
    spending,
    spending_checks,
)
from almpo_kit.regions.comparison.measures import (
    ON,
    SAMPLING_ERROR,
    Aspect,
    assemble,
    whole_number,
)
from almpo_kit.regions.comparison.peer_requests import fraction, points, usable_measures
from almpo_kit.regions.comparison.peer_search import peer_table, profile, search_peers
from almpo_kit.regions.comparison.peer_words import peer_checks, rests_on, sentence
from almpo_kit.regions.region_codes import region_code
from almpo_kit.vocabulary.finding import Finding
from almpo_kit.vocabulary.provenance import provenance

#: Closer than this share of regions are to their own nearest one: beyond it nobody is called comparable.
CUTOFF = 0.9


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Peers(Finding):
    """The regions nearest to a region, and whether they are near enough to be called comparable.

    Parameters
    ----------
    region, name, country, period : str
    aspects : tuple of Aspect
        What was compared, in which years.
    k : int
        Neighbours asked for; ``table`` has as many rows, fewer where there are not so many regions.
    cutoff : float
        Distance beyond which nobody is comparable; ``cutoff_share`` is the share of regions whose own
        nearest region lies within it.
    n_close : int
        Neighbours within the cut-off.
    n_compared, n_listed : int
        Regions with every figure; regions of the EU.
    shrinkage : float
        Weight of the target in the covariance (Ledoit-Wolf).
    noise : float
        Distance within which sampling error alone keeps two equal regions (95 of 100).
    reasons : DataFrame
        Every peer on every aspect; see :func:`almpo_kit.regions.comparison.peer_reasons.reasons`.
    stability : DataFrame
        ``change, kept, of``: how many of the neighbours stay when an indicator is left out, and (mean) when
        sampling error is added once more.
    profile : DataFrame, shape (n_compared, ...)
        ``geo, name, country, distance`` and each aspect in natural units, of every region compared.
    spending, evaluations : DataFrame or None
        What the close peers' countries spend and what was evaluated there; None where not asked.
    """

    region: str
    name: str
    country: str
    period: str
    aspects: tuple[Aspect, ...]
    k: int
    cutoff: float
    cutoff_share: float
    n_close: int
    n_compared: int
    n_listed: int
    shrinkage: float
    noise: float
    reasons: pd.DataFrame
    stability: pd.DataFrame
    profile: pd.DataFrame
    spending: pd.DataFrame | None = None
    evaluations: pd.DataFrame | None = None

    def metrics(self) -> Mapping[str, float]:
        """How many are comparable, the nearest, the limit, and how many stay whatever is left out."""
        found = {"n_close": self.n_close, "cutoff": self.cutoff, "n_compared": self.n_compared}
        if len(self.table):
            found["nearest"] = float(self.table["distance"].iloc[0])
            found["least_kept"] = float(self.stability["kept"].min())
        return {k: float(v) for k, v in found.items()}


def peers(
    indicators: pd.DataFrame,
    places: pd.DataFrame,
    *,
    region: str,
    on: Sequence[str] = ON,
    period: str | int | None = None,
    years: int = 1,
    change: int | None = None,
    k: int = 10,
    exclude_country: bool = False,
    missing: Literal["refuse", "drop"] = "refuse",
    cutoff: float = CUTOFF,
    sampling_error: float = SAMPLING_ERROR,
    draws: int = 200,
    seed: int = 0,
    expenditure: pd.DataFrame | None = None,
    effects: pd.DataFrame | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Peers:
    """Find the regions that are most like a region.

    Indicators are standardised over the regions (amounts in logarithms first) and regions compared by their
    Mahalanobis distance, so that two indicators which move together do not count twice; the covariance is
    shrunk (Ledoit and Wolf). Neither units nor the order of rows matter.

    Parameters
    ----------
    indicators : DataFrame, shape (n_rows, ...)
        An ``indicators`` frame of NUTS-2 regions, annual. National values are never used.
    places : DataFrame
        A ``taxonomy`` frame with the NUTS-2 regions of vintage 2024.
    region : str
        A NUTS-2 code (vintage 2024) of a member state, or the region's name.
    on : sequence of str
        At least two indicators.
    period : str or int, optional
        The year; by default the latest that is well covered in every indicator.
    years : int
        Levels are means of this many years up to `period`.
    change : int, optional
        Compare also each indicator's change over this many years up to `period`.
    k : int
        How many neighbours.
    exclude_country : bool
        Look only in other countries.
    missing : {"refuse", "drop"}
        What to do where the region itself lacks an indicator: refuse, or leave that indicator out for all
        (and say so). Other regions that lack one are never peers, and are counted.
    cutoff : float
        Between 0 and 1: a neighbour is comparable when it is as near as this share of all regions are to
        their own nearest one (in any country).
    sampling_error : float
        Standard error of survey rates, in points, for the stability of the list.
    draws, seed : int
        Of the stability under sampling error.
    expenditure, effects : DataFrame, optional
        ``sources.expenditure()`` and an ``effects`` frame: what the close peers' countries spend, and what
        was evaluated there.

    Returns
    -------
    Peers
        ``table``, one row a neighbour, nearest first: ``rank, geo, name, country, distance, close, stays``
        (share of draws in which it stays among them), each aspect in natural units, ``alike``,
        ``differs_most``.

    Raises
    ------
    PlaceError
        No such region in NUTS 2024.
    DesignError
        The region lacks an indicator, too few regions have all, or an option makes no sense.

    References
    ----------
    Mahalanobis (1936) Proc. Natl. Inst. Sci. India 2, 49-55; Ledoit and Wolf (2004) J. Multivar. Anal. 88,
    365-411.
    """
    k, draws, years = whole_number(k, "k"), whole_number(draws, "draws"), whole_number(years, "years")
    cutoff, sampling_error = fraction(cutoff, "cutoff"), points(sampling_error, "sampling_error")
    measures = assemble(indicators, places, on=on, period=period, years=years, change=change)
    code = region_code(region, measures.regions)
    measures, dropped = usable_measures(measures, code, missing)
    z = measures.standardised()
    search = search_peers(
        measures, z, code, k, exclude_country, cutoff, sampling_error, draws, seed, progress
    )
    table, why = peer_table(measures, z, code, search)
    own = code[:2]
    close = table[table["close"]]
    countries = sorted({own, *close["country"].astype(str)})
    theirs = {c: close.loc[close["country"] == c, "geo"].tolist() for c in countries if c != own}
    spent = None if expenditure is None else spending(expenditure, own, theirs)
    studied = None if effects is None else evaluations(effects, own, theirs)
    name = str(measures.regions.at[code, "name"])
    result: dict[str, Any] = {
        "region": code,
        "name": name,
        "country": own,
        "period": measures.period,
        "aspects": measures.aspects,
        "k": k,
        "cutoff": search.cutoff,
        "cutoff_share": cutoff,
        "n_close": len(close),
        "n_compared": len(z),
        "n_listed": len(measures.regions),
        "shrinkage": search.shrinkage,
        "noise": search.noise,
        "reasons": why,
        "stability": search.stability,
        "profile": profile(measures, z, search.distance),
        "spending": spent,
        "evaluations": studied,
    }
    return Peers(
        question=f"Which regions are comparable with {name} ({code})? · {measures.period}",
        sentence=sentence(table, result, dropped, exclude_country),
        table=table,
        checks=(
            *peer_checks(measures, table, result, dropped, sampling_error),
            *(() if spent is None else spending_checks(spent, countries, measures.period)),
            *(() if studied is None else evidence_checks(studied, countries)),
        ),
        provenance=provenance(
            *(p.rows for p in measures.panels.values()),
            places,
            expenditure,
            effects,
            method="regions.peers",
            options={
                "region": code,
                "on": [a.key for a in measures.aspects],
                "period": measures.period,
                "years": years,
                "change": None if change is None else int(change),
                "k": k,
                "exclude_country": bool(exclude_country),
                "missing": missing,
                "cutoff": cutoff,
                "sampling_error": sampling_error,
                "draws": draws,
            },
            seed=seed,
        ),
        figure="peers",
        rests_on=rests_on(measures, len(z)),
        **result,
    )
