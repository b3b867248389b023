"""Who was lost, who took part, and who was where the lot did not put him or her: by arm, in shares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from almpo_kit.experiments.planning.design_words import percent
from almpo_kit.experiments.planning.deviation import Deviation
from almpo_kit.experiments.planning.joined_rows import JoinedRows
from almpo_kit.vocabulary.errors import FrameError
from almpo_kit.vocabulary.rendering import number
from almpo_kit.vocabulary.trial_plans import TrialPlan

#: Fewest people of whom a share is told.
SMALLEST: Final = 10
#: More attrition than planned, differences between arms, and take-up, that are called a deviation (shares).
_MORE_LOST, _APART, _MUCH_LOST, _LESS_TAKEN, _MORE_ANYWAY = 0.05, 0.05, 0.2, 0.1, 0.05
#: Fewer units than planned (share).
_FEWER: Final = 0.9


def by_arm(plan: TrialPlan, joined: JoinedRows, y: np.ndarray[Any, Any], received: str) -> pd.DataFrame:
    """People, lost and taking part by arm.

    Returns
    -------
    DataFrame
        ``arm, drawn, lost, took_part``: people drawn, share whose primary outcome is unknown, share who took part in the
        arm's programme (in the comparison: in any programme). Shares that would tell of fewer than ten are missing.
    """
    rows = joined.rows
    taken = _took_part(plan, rows, received)
    out = []
    for arm in plan.design.arms:
        inside = (rows["arm"] == arm).to_numpy()
        out.append(
            {
                "arm": arm,
                "drawn": int(inside.sum()),
                "lost": _share(np.isnan(y[inside])),
                "took_part": _share(taken[inside][~np.isnan(taken[inside])]),
            }
        )
    return pd.DataFrame(out)


def _share(marks: np.ndarray[Any, Any]) -> float:
    count = int(np.sum(marks))
    if not len(marks) or any(0 < c < SMALLEST for c in (count, len(marks) - count)):
        return float("nan")
    return count / len(marks)


def _took_part(plan: TrialPlan, rows: pd.DataFrame, received: str) -> np.ndarray[Any, Any]:
    """1 where somebody took part in her arm's programme (the comparison: in any), 0 where not, NaN where not known."""
    if received not in rows:
        return np.full(len(rows), np.nan)
    said = rows[received].astype("string").str.strip().fillna("")
    odd = sorted(set(said) - set(plan.design.arms) - {""})
    if odd:
        raise FrameError(
            f"data: {received!r} holds {odd[0]!r}; it must be the arm that was received: {', '.join(map(repr, plan.design.arms))}."
        )
    arm = rows["arm"].astype("string")
    of_programme = np.where(arm == plan.design.comparison, said != plan.design.comparison, said == arm)
    return np.where(said == "", np.nan, of_programme.astype(float))


def raw_losses(
    plan: TrialPlan, joined: JoinedRows, y: np.ndarray[Any, Any], received: str
) -> Mapping[str, Any]:
    """Exact shares, to be compared with limits and never shown where few stand behind them."""
    rows = joined.rows
    arm = rows["arm"].to_numpy()
    taken = _took_part(plan, rows, received)
    lost = {a: float(np.isnan(y[arm == a]).mean()) if (arm == a).any() else np.nan for a in plan.design.arms}
    inside = arm != plan.design.comparison
    counts = [int((arm == a).sum()) for a in plan.design.arms]
    return {
        "lost": float(np.isnan(y).mean()),
        "luck": _luck(list(lost.values()), counts),
        "apart": max(lost.values()) - min(lost.values()),
        "taken": _mean(taken[inside]),
        "anyway": _mean(taken[~inside]),
        "known": bool((~np.isnan(taken)).any()),
    }


def _luck(shares: list[float], counts: list[int]) -> float:
    """p-value of the same share lost in every arm (Pearson's test of homogeneity)."""
    from scipy.stats import chi2

    n, p = np.array(counts, dtype=float), np.array(shares)
    n, p = n[n > 0], p[n > 0]
    common = float((n * p).sum() / n.sum())
    if not 0 < common < 1:
        return 1.0
    return float(chi2.sf((n * (p - common) ** 2).sum() / (common * (1 - common)), len(n) - 1))


def _mean(x: np.ndarray[Any, Any]) -> float:
    known = x[~np.isnan(x)]
    return float(known.mean()) if len(known) else float("nan")


def found_in_data(
    plan: TrialPlan, joined: JoinedRows, raw: Mapping[str, Any], reasons: Mapping[str, str]
) -> Iterator[Deviation]:
    """What the data show to be otherwise than planned.

    Yields
    ------
    Deviation
    """

    def made(what: str, planned: str, done: str, serious: bool) -> Deviation:
        return Deviation(what, planned, done, " ".join(reasons.get(what, "").split()), serious)

    yield from _lost(plan, raw, made)
    yield from _taking_part(plan, raw, made)
    yield from _elsewhere(joined, made)
    planned, there, unit = _units(plan, joined)
    if planned and there < _FEWER * planned:
        done = f"{number(there, 0)} {unit} drawn"
        yield made("size", f"{number(planned, 0)} {unit}", done, there < 0.75 * planned)


def _lost(plan: TrialPlan, raw: Mapping[str, Any], made: Any) -> Iterator[Deviation]:
    planned = plan.losses.attrition
    if raw["lost"] > planned + _MORE_LOST:
        done = f"unknown for {_about(raw['lost'])}"
        yield made("attrition", f"unknown for {percent(planned)}", done, raw["lost"] > _MUCH_LOST)
    if raw["apart"] > _APART:
        done = f"{number(100 * raw['apart'], 0)} points between the arms that lost most and least"
        # In a small trial five points apart are often luck; ten never pass for it.
        yield made(
            "attrition",
            "the same share lost in every arm",
            done,
            raw["luck"] < 0.05 or raw["apart"] > 2 * _APART,
        )


def _taking_part(plan: TrialPlan, raw: Mapping[str, Any], made: Any) -> Iterator[Deviation]:
    losses = plan.losses
    if not raw["known"] or plan.design.kind == "stepped_wedge":
        return
    if raw["taken"] < losses.take_up - _LESS_TAKEN:
        done = f"{_about(raw['taken'])} of those offered took part"
        yield made("take_up", percent(losses.take_up), done, raw["taken"] < losses.take_up / 2)
    if raw["anyway"] > losses.taken_anyway + _MORE_ANYWAY:
        done = f"{_about(raw['anyway'])} of the comparison took part"
        serious = raw["taken"] - raw["anyway"] < losses.moved / 2
        yield made("contamination", percent(losses.taken_anyway), done, serious)


def _elsewhere(joined: JoinedRows, made: Any) -> Iterator[Deviation]:
    if joined.unknown:
        done = f"{_count(joined.unknown)} rows of others in the data; they are left out"
        yield made("units", "only those who were drawn", done, True)
    if joined.by_group and joined.without_data:
        done = f"of {number(joined.without_data, 0)} groups that were drawn the data say nothing"
        yield made("attrition", "outcomes from every group", done, True)
    if joined.other_arm:
        done = f"{_count(joined.other_arm)} rows say another arm than was drawn; all are analysed as drawn"
        yield made("arms", "everybody in the arm that the lot gave", done, True)
    if joined.other_group:
        done = f"{_count(joined.other_group)} people are in another group now; they are analysed in theirs of the draw"
        yield made("groups", "people stay in the group in which they were drawn", done, True)
    late = int((joined.drawn["entered"] == "late").sum())
    if late:
        done = f"{_count(late)} of {number(len(joined.drawn), 0)} entered later, by lots of their own"
        yield made("late", "everybody on the list before the draw", done, False)


def _units(plan: TrialPlan, joined: JoinedRows) -> tuple[int, int, str]:
    design = plan.design
    if not design.of_clusters:
        return design.people, len(joined.drawn), "people"
    named = joined.drawn["id"] if joined.by_group else joined.drawn["cluster"]
    return design.clusters, int(named.nunique()), "groups"


def _about(share: float) -> str:
    """A share in whole per cent: no count can be had back from it where there are few."""
    return f"{number(100 * share, 0)}%"


def _count(n: int) -> str:
    return f"fewer than {SMALLEST}" if n < SMALLEST else number(n, 0)
