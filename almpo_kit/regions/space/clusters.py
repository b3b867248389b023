"""Where like values lie together, and where a region differs from those around it: local Moran statistics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from almpo_kit.regions.space import cluster_words
from almpo_kit.regions.space.cluster_words import QUADRANTS
from almpo_kit.regions.space.discoveries import Control, adjusted
from almpo_kit.regions.space.local_moran import local_moran, local_p
from almpo_kit.regions.space.neighbour_words import labels
from almpo_kit.regions.space.neighbours import Neighbours
from almpo_kit.regions.space.sample import (
    Period,
    Sample,
    highlighted,
    sample,
    sample_checks,
    varying,
    weights_of,
)
from almpo_kit.regions.space.territory import named
from almpo_kit.regions.space.tracing import grounds_of, traced, vintage
from almpo_kit.regions.space.trials import trials
from almpo_kit.regions.space.weights import Weights
from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.finding import Finding
from almpo_kit.vocabulary.indicators import INDICATORS

#: The other classes of ``cluster``.
UNREMARKABLE, NO_VALUE, NO_NEIGHBOUR = "not significant", "no value", "no neighbour"


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Clusters(Finding):
    """Local clusters and outliers of one indicator in one period.

    Parameters
    ----------
    indicator, period : str
    fdr : float
        Rate of false discoveries allowed.
    control : {"bh", "by", "none"}
    n, permutations : int
    counts : dict of str to int
        Regions in each class ``HH``, ``LL``, ``HL``, ``LH``.
    unadjusted : int
        Regions that would be called significant if every p-value were read alone.
    slope : float
        As of :class:`almpo_kit.regions.Autocorrelation`.
    highlight : tuple of str
    """

    indicator: str
    period: str
    fdr: float
    control: Control
    n: int
    permutations: int
    counts: dict[str, int]
    unadjusted: int
    slope: float
    highlight: tuple[str, ...] = ()

    def metrics(self) -> dict[str, float]:
        """Number of regions in each class, and what it would be without control."""
        return {f"n_{q.lower()}": float(c) for q, c in self.counts.items()} | {
            "n_unadjusted": float(self.unadjusted)
        }


def clusters(
    indicators: pd.DataFrame,
    places: pd.DataFrame | None,
    neighbours: Neighbours | Weights,
    *,
    indicator: str,
    period: Period = None,
    fdr: float = 0.05,
    control: Control = "bh",
    permutations: int = 99_999,
    seed: int = 20260101,
    highlight: str | Sequence[str] = (),
) -> Clusters:
    """Find the regions whose neighbourhood is more alike, or more unlike, than chance explains (LISA).

    Parameters
    ----------
    indicators, places, neighbours, indicator, period
        As for :func:`almpo_kit.regions.autocorrelation`.
    fdr : float
        Expected share of false discoveries among the regions named (at most).
    control : {"bh", "by", "none"}
        Benjamini–Hochberg; Benjamini–Yekutieli, valid under any dependence; or every region read alone.
    permutations : int
        Hands dealt to each region's neighbours.
    seed : int
        The same seed gives the same bytes, whatever the number of threads.
    highlight : str or sequence of str
        Regions that the figure names.

    Returns
    -------
    Clusters
        ``table``, one row for every region of ``neighbours``: ``geo, name, period, value, z, lag, local_i, expected, p,
        q, quadrant, cluster, cluster_unadjusted, n_neighbours``. ``p`` is the two-sided conditional permutation value, ``q``
        the adjusted one; ``cluster`` is the quadrant where ``q ≤ fdr``, else ``not significant``, ``no value`` or
        ``no neighbour``.

    Raises
    ------
    DesignError
        As for :func:`almpo_kit.regions.autocorrelation`.

    References
    ----------
    Anselin (1995) Geographical Analysis 27, 93-115. Caldas de Castro and Singer (2006) Geographical Analysis 38, 180-208
    (false discoveries among local statistics).
    """
    trials(permutations, seed, fdr)
    if control not in ("bh", "by", "none"):
        raise DesignError(f'control={control!r}; choose "bh", "by" or "none".')
    found = sample(indicators, neighbours, [indicator], period)
    values = varying(found, indicator)
    names, meaning = labels(places), INDICATORS[indicator]
    table = _table(found, values, control, fdr, permutations, seed)
    table = _everyone(table, found, weights_of(neighbours).ids, indicators, indicator, names)
    counts = {q: int((table["cluster"] == q).sum()) for q in QUADRANTS}
    unadjusted = int(table["cluster_unadjusted"].isin(list(QUADRANTS)).sum())
    return Clusters(
        question=f"Where do regions of high or low {meaning.subject} lie together? · {found.when}",
        sentence=cluster_words.sentence(meaning, found, table, counts, unadjusted, fdr, control, names),
        table=table,
        checks=(
            *cluster_words.checks(table, found, fdr, control, permutations),
            *sample_checks(found, names, [meaning], vintage(neighbours)),
        ),
        provenance=traced(
            "regions.clusters",
            found,
            places,
            neighbours,
            seed,
            indicator=indicator,
            permutations=permutations,
            fdr=fdr,
            control=control,
        ),
        figure="moran",
        rests_on=grounds_of(found),
        indicator=indicator,
        period=found.when,
        fdr=fdr,
        control=control,
        n=found.weights.n,
        permutations=permutations,
        counts=counts,
        unadjusted=unadjusted,
        slope=_slope(table),
        highlight=highlighted(highlight, found),
    )


def _table(
    found: Sample, values: np.ndarray, control: Control, fdr: float, permutations: int, seed: int
) -> pd.DataFrame:
    matrix = found.weights.matrix
    local = local_moran(values, matrix)
    p = local_p(values, matrix, permutations, seed)
    q = adjusted(p, control)
    z = (values - values.mean()) / values.std()
    quadrant = np.char.add(np.where(z > 0, "H", "L"), np.where(local.lag > 0, "H", "L"))
    return pd.DataFrame(
        {
            "geo": found.weights.ids,
            "value": values,
            "z": z,
            "lag": local.lag / values.std(),
            "local_i": local.i,
            "expected": local.expected,
            "p": p,
            "q": q,
            "quadrant": quadrant,
            "cluster": np.where(q <= fdr, quadrant, UNREMARKABLE),
            "cluster_unadjusted": np.where(p <= fdr, quadrant, UNREMARKABLE),
            "n_neighbours": found.weights.cardinalities,
        }
    )


def _slope(table: pd.DataFrame) -> float:
    """Slope of the neighbours' standardised values on a region's own."""
    z, lag = (table.loc[table["lag"].notna(), c].to_numpy(dtype=float) for c in ("z", "lag"))
    return float(z @ lag / (z @ z))


def _everyone(
    table: pd.DataFrame,
    found: Sample,
    ids: tuple[str, ...],
    indicators: pd.DataFrame,
    indicator: str,
    names: dict[str, str],
) -> pd.DataFrame:
    """One row for every region of the map; those left out say why, and keep their value where they have one."""
    whole = table.set_index("geo").reindex(list(ids))
    held = found.rows.groupby("geo")["value"].agg(
        lambda v: v.mean() if len(v) == len(found.periods) else np.nan
    )
    whole["value"] = whole["value"].fillna(held.reindex(whole.index))
    for left_out, why in ((found.missing, NO_VALUE), (found.alone, NO_NEIGHBOUR)):
        whole.loc[list(left_out), ["cluster", "cluster_unadjusted"]] = why
    whole["n_neighbours"] = whole["n_neighbours"].astype("Int64")
    whole.insert(0, "name", [named(g, names) for g in ids])
    whole.insert(1, "period", "–".join(dict.fromkeys((min(found.periods), max(found.periods)))))
    text = ["name", "period", "quadrant", "cluster", "cluster_unadjusted"]
    return whole.rename_axis("geo").reset_index().astype({"geo": "str"} | dict.fromkeys(text, "str"))
