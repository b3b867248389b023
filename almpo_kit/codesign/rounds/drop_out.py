"""Who left between rounds, and whether they had answered otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from almpo_kit.codesign.panels.participating import given_participation
from almpo_kit.codesign.rounds.answers_given import given_answers, made_by, steps
from almpo_kit.codesign.rounds.drop_out_words import checks, sentence
from almpo_kit.codesign.rounds.kernels.consensus_rule import band_of
from almpo_kit.codesign.rounds.leaving import LEAVER_COLUMNS, compared, with_holm
from almpo_kit.vocabulary.consultation_items import said
from almpo_kit.vocabulary.consultations import Plan
from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.finding import Finding

_COLUMNS: Final = ("round", "answered", "stayed", "left", "came", "left_share")
_BOUND_COLUMNS: Final = ("item", "answered", "missing", "agree", "lowest", "highest")
_PART_COLUMNS: Final = ("dimension", "value", "invited", "answered", "last_round", "not_known")


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class DropOut(Finding):
    """Who left between rounds, and whether they had answered otherwise.

    ``table``, one row a round: ``answered`` people; of those of the round before ``stayed`` and ``left``, with
    ``left_share``; ``came``: answered this round but not the one before.

    Parameters
    ----------
    leavers : DataFrame
        One row a statement and round: ``item, round, n_left, n_stayed, mean_left, mean_stayed, difference, low, high, p,
        p_holm, otherwise``: what those had said in that round who did not answer the next, and those who did, in steps of
        the scale, with Welch's 95% interval; p by Mann and Whitney, corrected for the number of comparisons (Holm).
        Missing where one of the groups has fewer than ``plan.least_group``.
    bounds : DataFrame
        ``item, answered, missing, agree, lowest, highest``: the share that agrees in the last round, and what it would be
        if all who once took part but are missing disagreed, or agreed.
    parts : DataFrame
        ``dimension, value, invited, answered, last_round, not_known``: how many of each role, place and sector answered
        any round, and the last; of ``not_known`` the rounds are not shown.
    started, finished : int
        Who answered any round, and the last one.
    """

    leavers: pd.DataFrame
    bounds: pd.DataFrame
    parts: pd.DataFrame
    started: int
    finished: int

    def metrics(self) -> dict[str, float]:
        """Who started, who finished, and on how many statements leavers had answered otherwise."""
        return {
            "started": float(self.started),
            "finished": float(self.finished),
            "otherwise": float(self.leavers["otherwise"].fillna(False).sum()),
        }


def drop_out(participation: pd.DataFrame, judged: pd.DataFrame, plan: Plan) -> DropOut:
    """Say who left between rounds, whether they had answered otherwise, and how much that could change.

    Agreement may grow because people come closer, or because those who disagree leave; only the first is agreement.

    Parameters
    ----------
    participation : DataFrame
        ``PARTICIPATION_COLUMNS``.
    judged : DataFrame
        A ``judgements`` frame.
    plan : Plan

    Returns
    -------
    DropOut

    Raises
    ------
    DesignError
        Fewer than two rounds were answered.
    FrameError

    References
    ----------
    Manski (1990) Am. Econ. Rev. 80, 319-323 (bounds). Holm (1979) Scand. J. Stat. 6, 65-70.
    """
    people = given_participation(participation, "drop_out")
    table = given_answers(judged, plan, "drop_out")
    who = {int(str(r)): set(g["participant"]) for r, g in table.groupby("round")}
    if len(who) < 2:
        raise DesignError(
            "drop_out() compares rounds, and fewer than two were answered; wait until round 2 is closed."
        )
    rounds = pd.DataFrame(_by_round(who), columns=list(_COLUMNS))
    statements = [i for i in plan.items if i.kind == "statement"]
    pairs = list(zip(sorted(who), sorted(who)[1:], strict=False))
    rows = [
        compared(table[table["item"] == i.id], i.id, a, who[b], plan.least_group)
        for i in statements
        for a, b in pairs
    ]
    leavers = with_holm(pd.DataFrame(rows, columns=list(LEAVER_COLUMNS)))
    last = max(who)
    started, finished = len(set().union(*who.values())), len(who[last])
    bounds = pd.DataFrame(
        [_bounds(table, i, last, started, plan) for i in statements], columns=list(_BOUND_COLUMNS)
    )
    return DropOut(
        question=f"{said(plan.title, plan.languages[0])} · who left between rounds, and had they answered otherwise?",
        sentence=sentence(rounds, leavers, started, finished),
        table=rounds,
        checks=checks(rounds, leavers, bounds, plan),
        provenance=made_by(participation, judged, plan=plan, method="codesign.drop_out"),
        rests_on=f"{started} participants, {len(who)} rounds",
        leavers=leavers,
        bounds=bounds,
        parts=pd.DataFrame(_parts(people, last), columns=list(_PART_COLUMNS)),
        started=started,
        finished=finished,
    )


def _by_round(who: dict[int, set[str]]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    before: set[str] = set()
    for number in sorted(who):
        now = who[number]
        left = len(before - now)
        rows.append(
            {
                "round": number,
                "answered": len(now),
                "stayed": len(before & now),
                "left": left,
                "came": len(now - before),
                "left_share": left / len(before) if before else float("nan"),
            }
        )
        before = now
    return rows


def _bounds(table: pd.DataFrame, item: Any, last: int, started: int, plan: Plan) -> dict[str, Any]:
    rows = table[(table["item"] == item.id) & (table["round"] == last)]
    n = len(rows)
    scale = steps(item)
    agreeing = int((band_of(scale, plan.rules)[scale.searchsorted(rows["value"])] == 1).sum())
    return {
        "item": item.id,
        "answered": n,
        "missing": started - n,
        "agree": agreeing / n if n else float("nan"),
        "lowest": agreeing / started,
        "highest": (agreeing + started - n) / started,
    }


def _parts(people: pd.DataFrame, last: int) -> list[dict[str, Any]]:
    people = people[(people["state"] != "withdrawn") | people["answered"]]
    return [
        {
            "dimension": dimension,
            "value": value,
            "invited": len(group),
            "answered": int(group["answered"].sum()),
            "last_round": sum(r is not None and last in r for r in group["rounds"]),
            "not_known": sum(r is None for r in group["rounds"]),
        }
        for dimension in ("role", "geo", "sector")
        for value, group in people.groupby(dimension)
        if value
    ]
