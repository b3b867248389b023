"""Belief and evidence side by side: how far apart, and in one table."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.codesign.beliefs.beliefs import Belief
from almpo_kit.codesign.beliefs.evidence_given import Bell, EvidenceGiven
from almpo_kit.codesign.beliefs.kernels.conflict import (
    chance_above,
    chances_above,
    conflict,
    difference_quantiles,
    overlap,
)
from almpo_kit.codesign.beliefs.kernels.mixing import mixed_quantiles
from almpo_kit.vocabulary.errors import DesignError, ParameterError

_TENTHS = np.array([0.1, 0.5, 0.9])
_SHOWN = 0.8


def compare(belief: Belief, evidence: EvidenceGiven, alpha: float) -> dict[str, Any]:
    """Difference, conflict scores and overlap; NaN without evidence."""
    none = {"difference": math.nan, "difference_low": math.nan, "difference_high": math.nan}
    none |= {"conflict_place": math.nan, "conflict_average": math.nan, "overlap": math.nan}
    if evidence.average is None:
        return {**none, "belief_wider": False, "people_above": 0, "people_below": 0}
    against = evidence.place or evidence.average
    low, middle, high = difference_quantiles(belief.pool, *_of(against), _TENTHS)
    place = math.nan if evidence.place is None else conflict(chance_above(belief.pool, *_of(evidence.place)))
    own = chances_above(belief.pool.curves, *_of(against))
    ends = against.interval(_SHOWN)
    return {
        "difference": float(middle),
        "difference_low": float(low),
        "difference_high": float(high),
        "conflict_place": place,
        "conflict_average": conflict(chance_above(belief.pool, *_of(evidence.average))),
        "overlap": overlap(belief.pool, *_of(against)),
        "people_above": int((2 * (1 - own) < alpha).sum()),
        "people_below": int((2 * own < alpha).sum()),
        "belief_wider": bool(belief.high - belief.low > ends[1] - ends[0]),
    }


def _of(bell: Bell) -> tuple[float, float, float]:
    return bell.centre, bell.scale, bell.df


def combined(belief: Belief, evidence: EvidenceGiven, asked: Mapping[str, float]) -> dict[str, float]:
    """Both in one distribution, with weights that the person named.

    Raises
    ------
    ParameterError
        No two weights that add up to 1.
    DesignError
        One side is too thin.
    """
    parts = dict(asked) if isinstance(asked, Mapping) else {}
    real = all(isinstance(v, int | float) and not isinstance(v, bool) and 0 <= v <= 1 for v in parts.values())
    if set(parts) != {"belief", "evidence"} or not real or abs(sum(parts.values()) - 1) > 1e-9:
        raise ParameterError(
            f"belief_against_evidence(): combine={asked!r}; name both weights, adding up to 1, e.g. {{'belief': 0.3, 'evidence': 0.7}}."
        )
    against = evidence.place or evidence.average
    if evidence.thin or against is None or belief.thin:
        raise DesignError(
            "belief_against_evidence(): one side is too thin to be combined with the other; leave combine out and show both."
        )
    low, middle, high = mixed_quantiles(belief.pool, parts["belief"], *_of(against), _TENTHS)
    return {"median": float(middle), "low": float(low), "high": float(high), **parts}


def conflict_table(
    belief: Belief, evidence: EvidenceGiven, mixed: Mapping[str, float] | None
) -> pd.DataFrame:
    """One row a view, see :class:`BeliefAgainstEvidence`."""
    rows: list[tuple[Any, ...]] = [
        (
            "belief",
            "What the panel believes",
            belief.median,
            belief.low,
            belief.high,
            belief.low,
            belief.high,
            _SHOWN,
        )
    ]
    for row in belief.by_role.itertuples():
        name = f"… {row.called}"
        rows.append((f"role: {row.role}", name, row.median, row.low, row.high, row.low, row.high, _SHOWN))
    if evidence.average is not None:
        ends = (evidence.low, evidence.high)
        rows.append(
            (
                "average",
                "Average of studies",
                evidence.estimate,
                *evidence.average.interval(_SHOWN),
                *ends,
                evidence.level,
            )
        )
    if evidence.place is not None and evidence.prediction is not None:
        rows.append(
            (
                "place",
                "Studies: one more place",
                evidence.estimate,
                *evidence.place.interval(_SHOWN),
                *evidence.prediction,
                evidence.level,
            )
        )
    if mixed is not None:
        ends = (mixed["low"], mixed["high"])
        name = f"Combined on request: {mixed['belief']:.0%} belief"
        rows.append(("combined", name, mixed["median"], *ends, *ends, _SHOWN))
    columns = ["view", "called", "value", "low", "high", "given_low", "given_high", "given_level"]
    table = pd.DataFrame(rows, columns=columns)
    table.insert(5, "level", _SHOWN)
    return table
