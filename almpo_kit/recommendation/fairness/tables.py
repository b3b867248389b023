"""The tables of an audit, with what must not be told left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.recommendation.fairness.estimates import Interval
from almpo_kit.recommendation.fairness.flags import Flag
from almpo_kit.recommendation.fairness.groupings import Grouping
from almpo_kit.recommendation.fairness.suppression import hidden_offers, hidden_people

Array = np.ndarray[Any, np.dtype[Any]]
EVERYBODY = "everybody"
#: Measures with an interval: share of people or in the unit of scores.
SHARES = ("offered", "gap", "unexplained", "steered")
VALUES = ("gain", "against_today", "left", "gain_bias", "gain_slope", "score_bias", "score_slope")
PLAIN = (
    *("offered_today", "undecided", "compared", "best_offers"),
    *("gain_predicted", "gain_actual", "gain_error", "score_predicted", "score_actual", "score_error"),
)
TOO_FEW = "too few people to say anything"


def audit_tables(
    groupings: Sequence[Grouping],
    found: Mapping[Any, Interval],
    plain: Mapping[tuple[str, str], Mapping[str, float]],
    flags: Sequence[Flag],
    chance: Array,
    today: Array,
    undecided: Array,
    arms: Sequence[str],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One row a group, and one row a group and programme.

    Parameters
    ----------
    chance, today : Array, shape (n, k)
        Offers under the rule, and what people were in.
    undecided : Array of bool, shape (n,)

    Returns
    -------
    (DataFrame, DataFrame)
        ``by, group, people, share, …`` (see :class:`FairnessAudit`) and ``by, group, programme, share, share_today``.
    """
    whole = Grouping(EVERYBODY, (EVERYBODY,), (EVERYBODY,), np.zeros(len(chance), int), ((EVERYBODY,),))
    warned = {(f.by, f.group) for f in flags}
    rows: list[dict[str, Any]] = []
    offers: list[dict[str, Any]] = []
    for grouping in (whole, *groupings):
        mine = _counts(grouping, chance, today, undecided)
        for g, name in enumerate(grouping.groups):
            key = (grouping.by, name)
            told = bool(plain.get(key))
            row = _row(key, mine, g, found, plain.get(key, {}), len(chance))
            row["flagged"] = key in warned
            row["says"] = "" if told else TOO_FEW
            rows.append(row)
            offers += _programmes(key, mine, g, arms) if told else []
    columns = ["by", "group", "programme", "share", "share_today"]
    return pd.DataFrame(rows), pd.DataFrame(offers, columns=columns)


def _counts(grouping: Grouping, chance: Array, today: Array, undecided: Array) -> dict[str, Array]:
    """Numbers of people, and masks of what is not told of them."""
    groups, k = len(grouping.groups), chance.shape[1]
    people = np.bincount(grouping.members[grouping.members >= 0], minlength=groups)
    away = hidden_people(people, grouping.cells)
    out = {"people": people, "away": away}
    for name, values in (("rule", chance), ("today", today)):
        counts = np.zeros((groups, k))
        for g in range(groups):
            counts[g] = values[grouping.members == g].sum(axis=0)
        out[name] = np.divide(
            counts, people[:, None], out=np.full((groups, k), np.nan), where=people[:, None] > 0
        )
        out[f"{name}_away"] = hidden_offers(np.rint(counts).astype(int), away, grouping.cells)
    silent = np.bincount(grouping.members[undecided & (grouping.members >= 0)], minlength=groups)
    kept = np.column_stack([people - silent, silent])
    out["undecided_away"] = hidden_offers(kept, away, grouping.cells)
    return out


def _row(
    key: tuple[str, str],
    mine: Mapping[str, Array],
    g: int,
    found: Mapping[Any, Interval],
    plain: Mapping[str, float],
    n: int,
) -> dict[str, Any]:
    nothing = bool(mine["away"][g])
    row: dict[str, Any] = {"by": key[0], "group": key[1]}
    row["people"] = np.nan if nothing else float(mine["people"][g])
    row["share"] = np.nan if nothing else 100 * mine["people"][g] / n
    for name in (*SHARES, *VALUES):
        value = found.get((*key, name), Interval()).times(100 if name in SHARES else 1)
        row |= {name: value.value, f"{name}_low": value.low, f"{name}_high": value.high}
    shares = ("offered_today", "undecided", "compared", "best_offers")
    row |= {c: plain.get(c, np.nan) * (100 if c in shares else 1) for c in PLAIN}
    if mine["rule_away"][g, 0]:
        for name in ("offered", "gap"):
            row |= {name: np.nan, f"{name}_low": np.nan, f"{name}_high": np.nan}
    if mine["today_away"][g, 0]:
        row["offered_today"] = np.nan
    if mine["undecided_away"][g, 0]:
        row["undecided"] = np.nan
    return row


def _programmes(
    key: tuple[str, str], mine: Mapping[str, Array], g: int, arms: Sequence[str]
) -> list[dict[str, Any]]:
    def share(name: str, a: int) -> float:
        return np.nan if mine[f"{name}_away"][g, a] else 100 * float(mine[name][g, a])

    return [
        {
            "by": key[0],
            "group": key[1],
            "programme": arm,
            "share": share("rule", a),
            "share_today": share("today", a),
        }
        for a, arm in enumerate(arms)
    ]
