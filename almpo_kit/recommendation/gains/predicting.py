"""Gains of people in contexts, from what is known: means, intervals, weights of the sources and reasons to abstain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.recommendation.gains.abstention import (
    distance_reason,
    support_reason,
    thin_reason,
    width_reason,
)
from almpo_kit.recommendation.gains.gains import Gains
from almpo_kit.recommendation.gains.known import Known
from almpo_kit.recommendation.gains.latent import INTERACTION, PLACE, SIGNS, SKILL, UNEMPLOYMENT
from almpo_kit.recommendation.gains.published import classes_of
from almpo_kit.recommendation.gains.support import context_part
from almpo_kit.vocabulary.errors import FrameError

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Market:
    """A labour market: classes, and whether it is the one that local people live in."""

    unemployment: str
    skill: str
    here: bool

    @property
    def classes(self) -> tuple[str, str]:
        """Unemployment and skill class."""
        return self.unemployment, self.skill


def markets(known: Known, context: pd.DataFrame) -> list[Market]:
    """The labour market of each row.

    Raises
    ------
    FrameError
        A class that is none.
    """
    if not isinstance(context, pd.DataFrame):
        raise FrameError(
            f"context is a {type(context).__name__}; give a table with geo, unemployment_class and skill_class, one row a person."
        )
    u, s = (classes_of(context, c) for c in ("unemployment_class", "skill_class"))
    geo = (
        context["geo"].astype("string").fillna("unknown") if "geo" in context else ["unknown"] * len(context)
    )
    return [Market(a, b, _here(known, str(g))) for a, b, g in zip(u, s, geo, strict=True)]


def _here(known: Known, geo: str) -> bool:
    if known.local is None:
        return False
    return geo in known.local.places or geo == "unknown" or known.local.places == {"unknown"}


def base_row(known: Known, arm: int, market: Market) -> Array:
    """How the gain of an average person from a programme adds up, shape (d,); ``arm`` counts from 0."""
    u, s = np.array([SIGNS[market.unemployment]]), np.array([SIGNS[market.skill]])
    if market.here:
        row: Array = known.layout.local(arm, u, s)[0]
        return row
    return known.layout.contexts(np.array([known.layout.arm_types[arm]]), u, s)[0]


def unlearned_variance(known: Known, market: Market) -> float:
    """Variance that nothing could have lowered: another place than the local one, and unknown classes."""
    variance, extra = known.posterior.variance, 0.0
    if not market.here:
        extra += variance[PLACE]
    if market.here and known.local is not None and market.classes in known.local.cells:
        return float(extra)
    if market.unemployment == "unknown":
        extra += variance[UNEMPLOYMENT]
    if market.skill == "unknown":
        extra += variance[SKILL]
    if "unknown" in market.classes:
        extra += variance[INTERACTION]
    return float(extra)


def studied(known: Known, arm: int, market: Market) -> list[tuple[str, str]]:
    """Labour markets in which a programme, or its type, was studied."""
    found = list(known.evidence.markets(known.menu.programme_types[arm + 1]))
    if known.local is not None and arm + 1 in known.local.arms:
        found += list(known.local.cells)
    return list(dict.fromkeys(found))


def predict(
    known: Known, features: pd.DataFrame | None, where: list[Market], unit: str, target_words: str
) -> Gains:
    """Gains of m people (of average people where ``features`` is None)."""
    m, k = len(where), len(known.menu)
    z = None
    if known.local is not None and features is not None:
        if len(features) != m:
            raise FrameError(
                f"there are {len(features)} rows of characteristics and {m} of context; give one each."
            )
        z = known.local.standardised(features)
    columns: dict[str, Any] = {
        name: np.zeros((m, k)) for name in ("mean", "se", "weight_evidence", "weight_local", "distance")
    }
    reasons = np.full((m, k), "", dtype=object)
    rows: dict[Market, list[int]] = {}
    for i, market in enumerate(where):
        rows.setdefault(market, []).append(i)
    for market, at in rows.items():
        for arm in range(k - 1):
            part = _cell(known, arm, market, None if z is None else z[at])
            for name, values in part.items():
                (reasons if name == "reason" else columns[name])[at, arm + 1] = values
    reach = _reach(known)
    low, high = columns["mean"] - reach * columns["se"], columns["mean"] + reach * columns["se"]
    return Gains(
        arms=known.menu.names,
        low=low,
        high=high,
        abstains=reasons != "",
        reasons=reasons,
        unit=unit,
        target_words=target_words,
        level=known.settings.level,
        **columns,
    )


def _reach(known: Known) -> float:
    """Standard errors that an interval reaches to either side.

    Of Student's t with as many degrees of freedom as there are observations less one: with few of them the variances are
    learned from few groups, and the normal quantile held the truth less often than it should.
    """
    from scipy.special import stdtrit

    df = max(known.posterior.pull.shape[1] - 1, 4)
    return float(stdtrit(df, 0.5 + known.settings.level / 2))


def _cell(known: Known, arm: int, market: Market, z: Array | None) -> dict[str, Array]:
    """One programme for the people of one labour market."""
    m = 1 if z is None else len(z)
    base, slopes = base_row(known, arm, market), known.layout.slopes_at(arm)
    post = known.posterior
    spread = post.covariance @ base
    mean = np.full(m, base @ post.mean)
    variance = np.full(m, base @ spread + unlearned_variance(known, market))
    weights = [np.full(m, base @ w) for w in (known.from_evidence, known.from_local)]
    person = np.zeros(m)
    learned_here = known.local is not None and arm + 1 in known.local.arms
    if z is not None and known.local is not None:
        mean = mean + z @ post.mean[slopes]
        variance = variance + 2 * z @ spread[slopes]
        variance = variance + np.einsum("ip,pq,iq->i", z, post.covariance[slopes, slopes], z)
        weights = [
            w + z @ f[slopes] for w, f in zip(weights, (known.from_evidence, known.from_local), strict=True)
        ]
        if learned_here:
            position = int(np.flatnonzero(known.local.arms == arm + 1)[0])
            variance = variance + known.local.missed[position]
            person = known.local.support[position].part(z)
    parts = [np.full(m, p) for p in context_part(market.classes, studied(known, arm, market))]
    distance = np.mean([*parts, person] if z is not None and learned_here else parts, axis=0)
    evidence, of_local = _shares(*weights)
    se = np.sqrt(np.maximum(variance, 0))
    reason = _reasons(known, arm, distance, person, mean, se)
    if not learned_here and not known.evidence.markets(known.menu.programme_types[arm + 1]):
        # Borrowed from other types alone: no number at all.
        mean, se = np.full(m, np.nan), np.full(m, np.nan)
        evidence, of_local = np.zeros(m), np.zeros(m)
    return {
        "mean": mean,
        "se": se,
        "weight_evidence": evidence,
        "weight_local": of_local,
        "distance": distance,
        "reason": reason,
    }


def _shares(evidence: Array, of_local: Array) -> tuple[Array, Array]:
    """Responses to the two sources as shares of one; the rest is the prior's.

    Borrowing between correlated estimates can make a response slightly negative or the sum slightly above one.
    """
    evidence, of_local = np.maximum(evidence, 0), np.maximum(of_local, 0)
    whole = np.maximum(evidence + of_local, 1.0)
    return evidence / whole, of_local / whole


def _reasons(known: Known, arm: int, distance: Array, person: Array, mean: Array, se: Array) -> Array:
    reasons = np.full(len(se), "", dtype=object)
    settings = known.settings
    half = _reach(known) * se
    # However wide, an interval that leaves no doubt of the sign says something.
    reasons[(2 * half > settings.widest) & (np.abs(mean) <= half)] = width_reason(settings.widest)
    reasons[distance > settings.furthest + 1e-9] = distance_reason(settings.furthest)
    reasons[person >= 1] = support_reason()
    if thin := thin_reason(known, arm):
        reasons[:] = thin
    return reasons


def joint(known: Known, z: Array | None, market: Market) -> tuple[Array, Array]:
    """Mean (J,) and covariance (J, J) of one person's gains from all programmes together."""
    rows = np.array([base_row(known, arm, market) for arm in range(len(known.menu) - 1)])
    count = len(rows)
    extra = unlearned_variance(known, market)
    # As everywhere, half of what a place or an unknown class does is shared by all programmes.
    shared = extra * (0.5 + 0.5 * np.eye(count))
    if z is not None and known.local is not None:
        for arm in range(count):
            rows[arm, known.layout.slopes_at(arm)] = z
        shared[known.local.arms - 1, known.local.arms - 1] += known.local.missed
    return rows @ known.posterior.mean, rows @ known.posterior.covariance @ rows.T + shared
