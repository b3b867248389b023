"""Effects by group: groups named beforehand, and fifths of what was predicted; all intervals hold at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evaluation.disclosure.smallest import SMALLEST
from almpo_kit.evaluation.disclosure.suppress import suppress
from almpo_kit.evaluation.effect_differences.deciding import Decided
from almpo_kit.evaluation.effect_differences.group_effect import GroupEffect, group_effect, less
from almpo_kit.evaluation.effect_differences.groups import named_groups
from almpo_kit.evaluation.effect_differences.scored import Scored
from almpo_kit.evaluation.effect_differences.sequential import Pass
from almpo_kit.evaluation.effect_differences.simultaneous import critical_value

Array = np.ndarray[Any, np.dtype[Any]]

PREDICTED = "predicted effect"
FIFTHS = ("lowest fifth", "second fifth", "middle fifth", "fourth fifth", "highest fifth")
COLUMNS = (
    *("contrast", "arm", "comparison", "outcome", "unit", "months", "by", "group", "kind"),
    *("effect", "se", "df", "low", "high", "difference", "difference_low", "difference_high"),
    *("n_arm", "n_comparison", "estimand"),
)


@dataclass(frozen=True, eq=False, repr=False)
class _Row:
    contrast: str
    by: str
    group: str
    kind: str
    effect: GroupEffect
    others: GroupEffect | None
    n: tuple[int, int]


def group_table(
    data: Scored,
    arms: Mapping[str, tuple[int, int]],
    decided: Sequence[Decided],
    columns: Sequence[str],
    estimand: str,
    seed: int,
) -> pd.DataFrame:
    """Effects in every group, with intervals that hold for all of them at once.

    Parameters
    ----------
    data : Scored
    arms : mapping of contrast to (int, int)
    decided : sequence of Decided
        One a contrast.
    columns : sequence of str
        To cut groups by.
    estimand : {"ate", "att"}
    seed : int

    Returns
    -------
    DataFrame
        ``COLUMNS``; ``difference`` is a group's effect less that of all others. A group with fewer than ten people in
        an arm has no numbers.
    """
    hidden = hidden_groups(data, columns)
    rows: list[_Row] = []
    for (contrast, pair), found in zip(arms.items(), decided, strict=True):
        rows += _named(data, contrast, pair, columns, hidden, estimand)
        rows += _fifths(data, contrast, pair, found.passes, estimand)
    return _told(rows, data, arms, hidden, estimand, seed)


def hidden_groups(data: Scored, columns: Sequence[str]) -> set[tuple[str, str]]:
    """Groups of which no number is told: fewer than ten people in an arm, or what would tell such a number.

    A group that is hidden for one arm is hidden for all: its people in the comparison stand in every contrast.
    """
    k, away = len(data.sample.arms), set()
    names = [f"arm {a}" for a in range(k)]
    for column in dict.fromkeys(columns):
        counted = [
            {"group": g, **dict(zip(names, np.bincount(data.sample.arm[rows], minlength=k), strict=True))}
            for _, g, rows in named_groups(data.sample, [column])
        ]
        if not counted:
            continue
        shown = suppress(pd.DataFrame(counted), names, ["group"])
        # Nobody in an arm: there is no effect either.
        lacking = shown[names].isna().any(axis=1) | (shown[names] == 0).any(axis=1)
        away |= {(column, str(g)) for g in shown.loc[lacking, "group"]}
    return away


def _count(data: Scored, pair: tuple[int, int], rows: Array) -> tuple[int, int]:
    found = [int((rows & (data.sample.arm == a)).sum()) for a in pair]
    return found[0], found[1]


def _named(
    data: Scored,
    contrast: str,
    pair: tuple[int, int],
    columns: Sequence[str],
    hidden: set[tuple[str, str]],
    estimand: str,
) -> list[_Row]:
    everybody = np.ones(len(data.sample), dtype=bool)
    given = (data.sample, data.chance, data.expected, pair)
    found = [
        _Row(
            contrast,
            "everybody",
            "everybody",
            "everybody",
            group_effect(*given, everybody, estimand),
            None,
            _count(data, pair, everybody),
        )
    ]
    for by, group, rows in named_groups(data.sample, columns):
        if (by, group) in hidden:
            continue
        rest = min(_count(data, pair, ~rows)) >= SMALLEST
        others = group_effect(*given, ~rows, estimand) if rest else None
        effect = group_effect(*given, rows, estimand)
        found.append(_Row(contrast, by, group, _kind(data), effect, others, _count(data, pair, rows)))
    return found


def _kind(data: Scored) -> str:
    """Groups that were looked at because nobody had named any are no plan kept."""
    return "named beforehand" if data.named else "searched"


def _fifths(
    data: Scored, contrast: str, pair: tuple[int, int], passes: Sequence[Pass], estimand: str
) -> list[_Row]:
    """Fifths of the predictions within each fold, averaged over passes."""
    given = (data.sample, data.chance, data.expected, pair)
    cut = [(p.tested, fifths_of(p, data.fold)) for p in passes]
    rows = []
    for g, label in enumerate(FIFTHS):
        here = [fifth == g for _, fifth in cut]
        rest = [tested & (fifth != g) for tested, fifth in cut]
        n = [_count(data, pair, h) for h in here]
        if min(min(c) for c in n) < SMALLEST:
            return []
        effect = _mean([group_effect(*given, h, estimand) for h in here])
        others = _mean([group_effect(*given, r, estimand) for r in rest])
        size = (min(c[0] for c in n), min(c[1] for c in n))
        rows.append(_Row(contrast, PREDICTED, label, "predicted", effect, others, size))
    return rows


def fifths_of(one: Pass, fold: Array) -> Array:
    """Fifth of each row's prediction within its fold, 0 (lowest) to 4; -1 where there is none."""
    found = np.full(len(fold), -1)
    for j in np.unique(fold[one.tested]):
        rows = np.flatnonzero(one.tested & (fold == j))
        order = np.argsort(one.predicted[rows], kind="stable")
        found[rows[order]] = np.arange(len(rows)) * 5 // len(rows)
    return found


def _mean(effects: Sequence[GroupEffect]) -> GroupEffect:
    """The mean over passes, its error as large as theirs are on average."""
    scores = np.mean([e.scores for e in effects], axis=0)
    wanted = float(np.mean([e.se for e in effects]))
    size = float(np.sqrt(np.sum(scores**2)))
    scaled = scores * (wanted / size) if size > 0 else scores
    return GroupEffect(float(np.mean([e.effect for e in effects])), scaled, min(e.df for e in effects))


def top_less_bottom(data: Scored, found: Decided, estimand: str) -> GroupEffect | None:
    """Effect of the highest fifth less that of the lowest; None where a fifth has too few people."""
    rows = _fifths(data, "", found.arms, found.passes, estimand)
    return less(rows[-1].effect, rows[0].effect) if rows else None


def _told(
    rows: Sequence[_Row],
    data: Scored,
    arms: Mapping[str, tuple[int, int]],
    hidden: set[tuple[str, str]],
    estimand: str,
    seed: int,
) -> pd.DataFrame:
    reach = _critical([r.effect for r in rows if r.by != "everybody"], seed)
    apart = [less(r.effect, r.others) if r.others is not None else None for r in rows]
    reach_apart = _critical([a for a in apart if a is not None], seed + 1)
    months = [m for m in data.target.months if m == m]
    shared: dict[str, Any] = {
        "outcome": data.target.outcome,
        "unit": data.target.unit,
        "months": months[0] if len(months) == 1 else float("nan"),
        "estimand": estimand,
    }
    records: list[dict[str, Any]] = []
    for row, gap in zip(rows, apart, strict=True):
        wide = _single(row.effect.df) if row.by == "everybody" else reach
        records.append(
            {"contrast": row.contrast, "by": row.by, "group": row.group, "kind": row.kind}
            | {"effect": row.effect.effect, "se": row.effect.se, "df": row.effect.df}
            | dict(zip(("low", "high"), _interval(row.effect, wide), strict=True))
            | {"difference": np.nan if gap is None else gap.effect}
            | dict(zip(("difference_low", "difference_high"), _interval(gap, reach_apart), strict=True))
            | {"n_arm": row.n[0], "n_comparison": row.n[1]}
        )
    records += [
        {"contrast": c, "by": by, "group": group, "kind": _kind(data)}
        for c in arms
        for by, group in sorted(hidden)
    ]
    table = pd.DataFrame(records).assign(**shared)
    names = {c: (data.sample.arms[a], data.sample.arms[b]) for c, (a, b) in arms.items()}
    table["arm"] = [names[c][0] for c in table["contrast"]]
    table["comparison"] = [names[c][1] for c in table["contrast"]]
    return table.reindex(columns=list(COLUMNS))


def _critical(effects: Sequence[GroupEffect], seed: int) -> float:
    if not effects:
        return float("nan")
    return critical_value(np.column_stack([e.scores for e in effects]), min(e.df for e in effects), seed)


def _single(df: float) -> float:
    from scipy.stats import t

    return float(t.ppf(0.975, max(df, 1.0)))


def _interval(effect: GroupEffect | None, reach: float) -> tuple[float, float]:
    if effect is None or effect.df <= 0:
        return float("nan"), float("nan")
    return effect.effect - reach * effect.se, effect.effect + reach * effect.se
