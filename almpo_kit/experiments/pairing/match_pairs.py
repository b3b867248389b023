"""Pairs of groups that are most alike, so that one of each can be drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.experiments.pairing import asking, telling
from almpo_kit.experiments.pairing.pairs import Pairs
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.provenance import provenance

Array = np.ndarray[Any, np.dtype[Any]]


def match_pairs(
    groups: pd.DataFrame,
    *,
    covariates: Sequence[str],
    id: str = "id",
    weights: Mapping[str, float] | None = None,
    within: Sequence[str] = (),
    distance: str = "mahalanobis",
    progress: Callable[[int, int], None] | None = None,
) -> Pairs:
    """Put groups into pairs so that the distances in pairs add up to as little as any pairs can have.

    Parameters
    ----------
    groups : DataFrame, shape (n, ...)
        One row a group (an employment office, a district), 2 to 20,000. The order of the rows does not matter.
    covariates : sequence of str
        Columns of numbers, known before the draw: the outcome of earlier years first of all.
    id : str
        Column with a name for each.
    weights : mapping of str to float, optional
        Covariate -> how much its squared difference counts after differences are made comparable; 1 where nobody says.
    within : sequence of str
        Columns in which both of a pair must be the same, e.g. ``["country"]``.
    distance : {"mahalanobis", "rank_mahalanobis"}
        The second takes ranks: far values and rare zeros and ones then count no more than others.
    progress : callable, optional
        Called with (strata done, strata).

    Returns
    -------
    Pairs

    Raises
    ------
    FrameError
        A group twice, without a name, or without a number.
    DesignError
        All groups alike, or more covariates than groups can tell apart.
    ParameterError

    Notes
    -----
    Of an odd number the group stays out without which the sum is least. The matching is exact (Edmonds): made on each group's
    nearest others, and made again with more of them until the dual prices prove that no pair among **all** pairs can improve
    it; ``bound`` is the proof's own number. Distances are rounded to 2⁻³⁸ of the largest for it.

    References
    ----------
    Greevy, Lu, Silber and Rosenbaum (2004) Biostatistics 5, 263-275. Imai, King and Nall (2009) Statist. Sci. 24, 29-53. Edmonds
    (1965) J. Res. Natl. Bur. Stand. B 69, 125-130. Cook and Rohe (1999) INFORMS J. Comput. 11, 138-148.
    """
    names, strata = asking.names_of("covariates", covariates), asking.names_of("within", within)
    if not names:
        raise ParameterError(
            "covariates is empty; name at least one, e.g. covariates=['employed_last_year']."
        )
    if distance not in asking.DISTANCES:
        raise ParameterError(f"distance={distance!r} is none of {', '.join(asking.DISTANCES)}.")
    held = asking.listed(groups, id, (*names, *strata))
    values, weight = asking.numbers(held, names), asking.weighed(names, weights)
    used = asking.varying(values, names)
    from almpo_kit.experiments.pairing.kernels.distances import turned

    rows, rank = turned(values[:, used], weight[used], distance == "rank_mahalanobis")
    asking.enough(len(held), rank)
    partner, sums, sizes = _by_stratum(rows, _strata(held, strata), progress)
    if (partner < 0).all():
        raise DesignError(
            f"no two groups are the same in {', '.join(strata)}, so there are no pairs; name fewer columns in within."
        )
    table = _table(values, names, partner)
    one = int((partner >= 0).sum() // 2)
    made = provenance(
        groups,
        method="experiments.match_pairs",
        options={
            "covariates": list(names),
            "weights": dict(weights or {}),
            "within": list(strata),
            "distance": distance,
        },
    )
    return Pairs(
        question=f"Which of {len(held)} groups are most alike, so that one of each pair can be drawn?",
        sentence=telling.sentence(one, sums, int((partner < 0).sum())),
        table=table,
        checks=telling.checks(table, sums, sizes, names, used, rank, one),
        provenance=made,
        rests_on=f"{len(names)} characteristic{'s' if len(names) > 1 else ''} of {len(held)} groups",
        pairs=_named(groups, id, held[id].to_numpy(), partner),
        left_out=tuple(held.loc[partner < 0, id]),
        total=sums["total"],
        at_random=sums["at_random"],
        greedy=sums["greedy"],
        bound=sums["bound"],
    )


def _strata(held: pd.DataFrame, strata: tuple[str, ...]) -> list[Array]:
    if not strata:
        return [np.arange(len(held))]
    # A missing value is a stratum of its own: dropping those groups silently would shorten the list.
    found = held.groupby(list(strata), dropna=False, sort=False).indices
    return [np.sort(rows) for rows in found.values()]


def _by_stratum(
    rows: Array, strata: list[Array], progress: Callable[[int, int], None] | None
) -> tuple[Array, dict[str, float], list[int]]:
    from almpo_kit.experiments.pairing.kernels.distances import mean_length
    from almpo_kit.experiments.pairing.kernels.optimal_pairs import optimal_partner

    partner = np.full(len(rows), -1)
    sums = dict.fromkeys(("total", "at_random", "greedy", "bound"), 0.0)
    for done, own in enumerate(strata):
        if len(own) > 1:
            found = optimal_partner(rows[own])
            partner[own] = np.where(found.partner >= 0, own[found.partner], -1)
            random = mean_length(rows[own]) * (len(own) // 2)
            new = {
                "total": found.total,
                "at_random": random,
                "greedy": found.greedy,
                "bound": found.bound,
            }
            sums = {k: sums[k] + v for k, v in new.items()}
        if progress is not None:
            progress(done + 1, len(strata))
    return partner, sums, [len(own) for own in strata]


def _table(values: Array, names: tuple[str, ...], partner: Array) -> pd.DataFrame:
    from almpo_kit.experiments.pairing.kernels.random_pairs import mean_difference

    one = np.flatnonzero(partner > np.arange(len(partner)))
    spread = values.std(axis=0, ddof=1)
    spread = np.where(spread > 0, spread, np.nan)
    apart = values[one] - values[partner[one]]
    return pd.DataFrame(
        {
            "covariate": list(names),
            "apart": np.abs(apart).mean(axis=0) / spread,
            "apart_at_random": mean_difference(values) / spread,
            "explained": 1 - (apart**2).mean(axis=0) / (2 * spread**2),
        }
    )


def _named(groups: pd.DataFrame, id: str, names: Array, partner: Array) -> pd.DataFrame:
    """Pairs numbered by the name of the one that comes first in the alphabet, in the order of the list."""
    one = np.flatnonzero(partner > np.arange(len(partner)))
    width = len(str(len(one)))
    label = {}
    for number, i in enumerate(one, start=1):
        label[names[i]] = label[names[partner[i]]] = f"pair {number:0{width}d}"
    listed = groups[id].astype(str)
    out = pd.DataFrame({"id": listed.to_numpy(), "pair": listed.map(label).to_numpy()})
    return out[out["pair"].notna()].reset_index(drop=True)
