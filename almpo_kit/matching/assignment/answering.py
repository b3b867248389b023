"""From a solution to what is handed back: lists, posts, congestion beside plain lists."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.matching.assignment import lists, telling
from almpo_kit.matching.assignment.crowding import MEASURES, crowding, lorenz, top_percent
from almpo_kit.matching.assignment.problem import Problem
from almpo_kit.matching.assignment.result import Assignment
from almpo_kit.matching.assignment.solving import Settings, Solution
from almpo_kit.matching.assignment.unserved import reasons_without
from almpo_kit.vocabulary.provenance import Provenance


def answer(
    p: Problem,
    s: Solution,
    how: Settings,
    max_km: float | None,
    said: str,
    *,
    by_table: bool,
    source: Provenance,
) -> Assignment:
    q, room = lists.pairs(p, s), s.capacity
    load = np.bincount(q.vacancy, weights=q.persons, minlength=p.offers.code.size)
    kind_count = np.bincount(p.kind, weights=p.count, minlength=p.kinds.code.size)
    shown = s.plain >= 0
    plain = np.bincount(
        s.plain[shown],
        weights=np.broadcast_to(kind_count[:, None], s.plain.shape)[shown],
        minlength=load.size,
    )
    reach = p.located[1].copy()
    if s.complete:
        reach[:] = False
        reach[s.item[s.item >= 0]] = True
    # Of a row that counts several persons some may have a list and others none.
    alone = np.bincount(s.person, weights=~s.held.any(axis=1), minlength=p.count.size).astype(np.int64)
    lost = np.flatnonzero((alone > 0) | (p.count == 0))
    gone = pd.DataFrame(
        {
            "seeker": p.seekers["id"].iloc[lost].to_numpy(),
            "persons": alone[lost],
            "reason": pd.Series(reasons_without(p, lost, max_km), dtype="str"),
        }
    )
    comparison = _comparison(p, s, q, how, room, load, plain, kind_count, reach)
    posts = _posts(p, s, how, room, load, plain, reach)
    n = int(p.count.sum())
    fields: dict[str, Any] = {
        "posts": posts,
        "comparison": comparison,
        "lorenz": _lorenz(posts),
        "unserved": gone,
        "congestion": how.congestion,
        "top": how.top,
        "max_km": max_km,
        "capacity_from": said,
        "n_persons": n,
        "n_vacancies": load.size,
        "n_unserved": int(alone.sum()),
        "mean_score": _measure(comparison, "ours"),
        "plain_score": _measure(comparison, "plain"),
        "gap": s.gap / max(1.0, float(load.sum())),
        "converged": s.converged,
    }
    return Assignment(
        question=telling.question(fields),
        sentence=telling.sentence(fields | {"priced": bool((s.price[q.vacancy] > 0).any())}),
        table=lists.with_unserved(lists.table(p, s, q, by_table=by_table), gone, p),
        checks=telling.checks(p, s, how, room, fields),
        provenance=source,
        figure="assignment",
        rests_on=telling.rests_on(p, fields),
        **fields,
    )


def _measure(comparison: pd.DataFrame, column: str) -> float:
    return float(comparison.loc[comparison["measure"] == "mean_score", column].iloc[0])


def _comparison(
    p: Problem,
    s: Solution,
    q: lists.Pairs,
    how: Settings,
    room: np.ndarray,
    load: np.ndarray,
    plain: np.ndarray,
    many: np.ndarray,
    reach: np.ndarray,
) -> pd.DataFrame:
    """Congestion of ours and of plain lists."""
    first = s.plain >= 0
    ours = crowding(load, p.posts, room, reach)
    theirs = crowding(plain, p.posts, room, reach)
    persons = max(1.0, float(p.count.sum()))
    use = np.flatnonzero((p.posts > 0) & reach)
    ours["reached_by_top"] = _reached(q, load, use, p) / persons
    heavy = np.zeros(load.size + 1, bool)
    heavy[use[np.argsort(-plain[use], kind="stable")[: top_percent(use.size)]]] = use.size > 0
    theirs["reached_by_top"] = float(many[(heavy[s.plain] & first).any(axis=1)].sum()) / persons
    top_score = s.plain_score.astype(float)
    theirs["mean_score"] = float((many[:, None] * top_score * first).sum() / max(1.0, plain.sum()))
    theirs["mean_best"] = float(
        (many * top_score[:, 0] * first[:, 0]).sum() / max(1.0, many[first[:, 0]].sum())
    )
    ours["mean_score"] = float((q.score.astype(float) * q.persons).sum() / max(1.0, load.sum()))
    best = q.rank == 1
    ours["mean_best"] = float(q.score[best].mean(dtype=float)) if best.any() else float("nan")
    length = np.bincount(q.seeker, weights=q.persons, minlength=p.count.size)
    ours["full_lists"] = float(p.count[length >= how.top * np.maximum(p.count, 1)].sum()) / persons
    theirs["full_lists"] = float(many[first.sum(axis=1) == how.top].sum()) / persons
    return pd.DataFrame(
        {
            "measure": list(MEASURES),
            "meaning": list(MEASURES.values()),
            "ours": [ours[m] for m in MEASURES],
            "plain": [theirs[m] for m in MEASURES],
        }
    )


def _reached(q: lists.Pairs, load: np.ndarray, use: np.ndarray, p: Problem) -> float:
    heavy = np.zeros(load.size, bool)
    if use.size:
        heavy[use[np.argsort(-load[use], kind="stable")[: top_percent(use.size)]]] = True
    # Of a row with several persons the largest number shown one of them: the least that is true.
    most = np.zeros(p.count.size)
    np.maximum.at(most, q.seeker, q.persons * heavy[q.vacancy])
    return float(most.sum())


def _posts(
    p: Problem,
    s: Solution,
    how: Settings,
    room: np.ndarray,
    load: np.ndarray,
    plain: np.ndarray,
    reach: np.ndarray,
) -> pd.DataFrame:
    price = np.where(np.isfinite(s.price), s.price, 0.0)
    # One more post brings its share of capacity; beyond capacity it also thins the overload (envelope theorem).
    each = np.divide(room, p.posts, out=np.zeros(load.size), where=p.posts > 0)
    shadow = each * (price if how.overload == math.inf else price + price**2 / (2 * how.overload))
    return pd.DataFrame(
        {
            "vacancy": p.vacancies["id"].to_numpy(),
            "posts": p.posts,
            "capacity": room,
            "load": load,
            "ratio": np.divide(load, room, out=np.full(load.size, np.nan), where=room > 0),
            "price": price,
            "shadow_price": shadow,
            "plain_load": plain,
            "reachable": reach,
        }
    )


def _lorenz(posts: pd.DataFrame) -> pd.DataFrame:
    use = posts[(posts["posts"] > 0) & posts["reachable"]]
    if use.empty:
        return pd.DataFrame({"posts": pd.Series(dtype=float), "ours": [], "plain": []})
    ours, plain = (
        lorenz(use[c].to_numpy(float), use["posts"].to_numpy(float)) for c in ("load", "plain_load")
    )
    return pd.DataFrame({"posts": ours["posts"], "ours": ours["places"], "plain": plain["places"]})
