"""Programmes beside goals: what evidence says of each, as the rows that a ranking by several goals is made from."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from almpo_kit.vocabulary.horizons import HORIZON_BANDS
from almpo_kit.vocabulary.programmes import PROGRAMME_TYPES
from almpo_kit.vocabulary.provenance import SYNTHETIC, data_versions, is_synthetic, stamp

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.evidence import Answer

#: Months that each span of horizons stands for when months in work are added up over three years.
_MONTHS: Final = {"short": 12.0, "medium": 12.0, "long": 12.0}
#: The tenth of outcomes that turns out worst, as the portfolio counts certainty.
_WORST: Final = 0.1
#: Standard deviations between the ends of a 95% interval of a normal distribution.
_NORMAL_95: Final = 2 * 1.959963984540054
_UNITS: Final = {
    "jobs": "more in work of 100 participants, 1 to 2 years after entry",
    "months": "more months in work over three years",
    "certainty": "more in work of 100 participants, at the low end (one place in ten is worse)",
    "equity": "% of places that reach those furthest from work",
}


def programme_options(
    effects: pd.DataFrame,
    *,
    programme_types: Sequence[str],
    reach: Mapping[str, float] | None = None,
    reach_source: str = "",
) -> pd.DataFrame:
    """Programme types and goals, one row a pair; nothing stands where the evidence is too thin.

    Parameters
    ----------
    effects : DataFrame
        An ``effects`` frame.
    programme_types : sequence of str
    reach : mapping, optional
        Programme type -> share of its places (0 to 1) that reach those furthest from work; no study says it.
    reach_source : str
        Who says so.

    Returns
    -------
    DataFrame
        ``option, criterion, value, se, direction, unit, abstains, reason, source``.

    Notes
    -----
    Months are the effects of three spans of a year each, added; their errors are taken to move together, which makes
    them as large as they can be.

    Certainty is the value of a programme where it turns out worst in one of ten places: the lower tenth of the
    distribution whose 95% are the prediction interval of its pooled effect. That is Student's t with the degrees of freedom
    of the interval itself (number of studies less one where each has one estimate, Satterthwaite's where some have more);
    effects of places are taken as symmetric around their average. Its error is that of the average: how well the spread
    between places is known is not counted.

    Values are ranked by normal draws, so each standard error is that of the normal distribution with the same 95% interval;
    of few studies it is larger than the average's own, as Student's t is wider.
    """
    import pandas as pd

    rows: list[dict[str, Any]] = []
    for key in programme_types:
        rows += _of_programme(effects, key, reach, reach_source)
    table = pd.DataFrame(rows)
    made = SYNTHETIC if is_synthetic(effects) else "evidence"
    table["source"] = table["source"].where(table["source"].ne(""), f"{made}: pooled effects")
    return stamp(table, *data_versions(effects))


def _of_programme(
    effects: pd.DataFrame, key: str, reach: Mapping[str, float] | None, reach_source: str
) -> list[dict[str, Any]]:
    found = {band: _answer(effects, key, band) for band in HORIZON_BANDS}
    medium = found["medium"]
    rows = [_row(key, "jobs", *_mean(medium), why=medium.refusal)]
    spans = [(_mean(a), _MONTHS[band]) for band, a in found.items()]
    thin = next((a.refusal for a in found.values() if a.refusal), None)
    months = sum(m * span for (m, _), span in spans) / 100
    rows.append(_row(key, "months", months, sum(s * span for (_, s), span in spans) / 100, why=thin))
    low, se = _low_end(medium)
    rows.append(_row(key, "certainty", low, se, why=medium.refusal))
    if reach is not None:
        share = 100 * reach.get(key, math.nan)
        why = None if math.isfinite(share) else "nobody said which share of its places reaches them"
        rows.append(_row(key, "equity", share, 0.0, why=why, source=reach_source))
    return rows


def _answer(effects: pd.DataFrame, key: str, band: str) -> Answer:
    from almpo_kit import evidence

    rows = evidence.select(effects, programme_type=key, band=band)
    return evidence.answer(rows, question=f"{PROGRAMME_TYPES[key].label}, {HORIZON_BANDS[band][0]}")


def _mean(answer: Answer) -> tuple[float, float]:
    p = answer.pooled
    return (math.nan, math.nan) if p is None else (p.mean, (p.high - p.low) / _NORMAL_95)


def _low_end(answer: Answer) -> tuple[float, float]:
    from almpo_kit.evidence.kernels.intervals import critical

    p = answer.pooled
    if p is None:
        return math.nan, math.nan
    # Both by the same degrees of freedom: normal quantiles put the low end of five studies 18% too far out.
    reach = critical(1 - 2 * _WORST, p.df) / critical(p.level, p.df)
    return p.mean - reach * (p.prediction_high - p.prediction_low) / 2, _mean(answer)[1]


def _row(
    key: str, goal: str, value: float, se: float, *, why: str | None, source: str = ""
) -> dict[str, Any]:
    return {
        "option": PROGRAMME_TYPES[key].label,
        "criterion": goal,
        "value": value,
        "se": se,
        "direction": "more",
        "unit": _UNITS[goal],
        "abstains": why is not None,
        "reason": why or "",
        "source": source,
    }
