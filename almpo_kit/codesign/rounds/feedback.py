"""What participants see of the group before they answer again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from almpo_kit.codesign.rounds.answers_given import given_answers, made_by, steps
from almpo_kit.codesign.rounds.kernels.weighted_quantiles import weighted_quantiles
from almpo_kit.vocabulary.consultation_items import Item, said
from almpo_kit.vocabulary.consultations import Plan
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.outcomes import UNITS
from almpo_kit.vocabulary.rendering import number

_COLUMNS: Final = ("part", "step", "low", "high", "count", "share")
_SUMMARY: Final = ("part", "n", "median", "q25", "q75")
_BINS: Final = 10
#: How much more the first of a pair counts: much less, less, the same, more, much more.
_PAIR_ENDS: Final = ((1 / 9, 1 / 4), (1 / 4, 1.0), (1.0, 1.0), (1.0, 4.0), (4.0, 9.0))


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Feedback(Finding):
    """Where the group stands on one item, without names, roles or reasons.

    ``table``, one row a bar: ``part, step, low, high, count, share``. ``share`` is of those who answered that part; the
    shares of a part add up to 1, but for "budget" (one bar a proposal: who would fund it) and "best_worst" (one bar a
    criterion and question; ``part`` is ``"best:jobs"`` or ``"worst:jobs"``; the shares of each question add up to 1).
    ``step`` is the step of a statement; −2 … 2 of a pair (the first counts much less … much more); the number of the
    bar, from 0, of points, swings and quantities (of which the middle guess is counted); 1 otherwise. A bar holds
    ``low <= value < high``, the last one its end too; of a statement both are the step.

    Parameters
    ----------
    item, kind : str
    round : int
    n : int
        Participants who answered.
    shown : bool
        False: too few answered to show anything; ``table`` and ``summary`` are empty.
    summary : DataFrame
        ``part, n, median, q25, q75``; empty for "best_worst" and "budget".
    """

    item: str
    kind: str
    round: int
    n: int
    shown: bool
    summary: pd.DataFrame


def feedback(judged: pd.DataFrame, plan: Plan, item: str, round: int = 1) -> Feedback:
    """Say where the group stands on an item, as participants see it before they answer again.

    Everybody counts once, everybody sees the same, and nobody's own answer is marked: the page that knows the
    participant adds it, and the reasons. A part that fewer than ``plan.least_group`` answered is left out. Close the
    round before showing it: two pictures, one answer apart, tell that answer.

    Parameters
    ----------
    judged : DataFrame
        A ``judgements`` frame.
    plan : Plan
    item : str
    round : int
        The round whose answers are shown.

    Returns
    -------
    Feedback

    Raises
    ------
    ParameterError
        There is no such item or round.
    FrameError
        The answers do not fit the plan.
    """
    table = given_answers(judged, plan, "feedback")
    asked = plan.item(item)
    if isinstance(round, bool) or not isinstance(round, int) or not 1 <= round <= plan.rounds:
        raise ParameterError(f"feedback() got round={round!r}; the plan has rounds 1 to {plan.rounds}.")
    rows = table[(table["item"] == item) & (table["round"] == round)]
    n = int(rows["participant"].nunique())
    bars, summary = _pictured(rows, asked, plan.least_group)
    shown = len(bars) > 0
    return Feedback(
        question=f"{said(asked.text, 'en')} · where the group stands after round {round}",
        sentence=_sentence(asked, n, bars, summary, plan),
        table=bars,
        checks=_checks(rows, bars, plan, asked),
        provenance=made_by(
            judged, plan=plan, method="codesign.feedback", options={"item": item, "round": round}
        ),
        rests_on=f"{n} participants of this consultation" if shown else "",
        item=item,
        kind=asked.kind,
        round=round,
        n=n,
        shown=shown,
        summary=summary,
    )


def _pictured(rows: pd.DataFrame, item: Item, least: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    bars: list[dict[str, Any]] = []
    summary: list[dict[str, Any]] = []
    for part, value in _counted(rows, item):
        if len(value) < least:
            continue
        bars += _bars(part, value, item)
        if item.kind not in ("best_worst", "budget"):
            low, middle, high = weighted_quantiles(value, np.ones(len(value)), (0.25, 0.5, 0.75))
            summary.append({"part": part, "n": len(value), "median": middle, "q25": low, "q75": high})
    return pd.DataFrame(bars, columns=list(_COLUMNS)), pd.DataFrame(summary, columns=list(_SUMMARY))


def _counted(rows: pd.DataFrame, item: Item) -> list[tuple[str, np.ndarray[Any, np.dtype[Any]]]]:
    """Parts that are shown, in the order asked, with their values."""
    if item.kind == "best_worst":
        return [(q, _chosen(rows, q, item)) for q in ("best", "worst")]
    if item.kind == "pairwise":
        rows = _one_way(rows, item)
    held = {str(p): g["value"].to_numpy() for p, g in rows.groupby("part")}
    return [(p, held[p]) for p in item.parts() if p in held]


def _one_way(rows: pd.DataFrame, item: Item) -> pd.DataFrame:
    """Pairs in the order of the plan."""
    turned = ~rows["part"].isin(item.parts())
    part = rows["part"].where(~turned, rows["part"].str.split(">").str[::-1].str.join(">"))
    return rows.assign(part=part, value=rows["value"].where(~turned, 1 / rows["value"]))


def _chosen(rows: pd.DataFrame, question: str, item: Item) -> np.ndarray[Any, np.dtype[Any]]:
    """Index of the criterion that each named best (or worst)."""
    mine = rows[rows["part"].str.startswith(f"{question}:")].drop_duplicates("participant")
    pair = mine["part"].str.split(":").str[1].str.split(">")
    named = pair.str[0 if question == "best" else 1]
    return named.map({o: k for k, o in enumerate(item.options)}).to_numpy(dtype=float)


def _bars(part: str, value: np.ndarray[Any, np.dtype[Any]], item: Item) -> list[dict[str, Any]]:
    n = len(value)
    if item.kind == "statement":
        cells = [(float(s), float(s), float(s), int((value == s).sum())) for s in steps(item)]
    elif item.kind == "budget":
        cells = [(1.0, 1.0, 1.0, int((value == 1).sum()))]
    elif item.kind == "pairwise":
        cells = _pairs(value)
    elif item.kind == "best_worst":
        counts = [int((value == k).sum()) for k in range(len(item.options))]
        names = [f"{part}:{o}" for o in item.options]
        return [_row(name, (1.0, 1.0, 1.0, c), n) for name, c in zip(names, counts, strict=True)]
    else:
        low, high = (
            (float(item.quantity["low"]), float(item.quantity["high"]))
            if item.kind == "quantity"
            else (0.0, 100.0)
        )
        ends = np.linspace(low, high, _BINS + 1)
        if item.kind == "quantity" and part != "0.5":
            return []
        counts = np.histogram(np.clip(value, low, high), ends)[0].tolist()
        cells = [(float(k), float(ends[k]), float(ends[k + 1]), c) for k, c in enumerate(counts)]
    return [_row(part, cell, n) for cell in cells]


def _pairs(value: np.ndarray[Any, np.dtype[Any]]) -> list[tuple[float, float, float, int]]:
    same = np.isclose(value, 1.0, atol=1e-6)
    inside = [
        value <= 0.25 + 1e-9,
        (value > 0.25 + 1e-9) & (value < 1) & ~same,
        same,
        (value > 1) & (value < 4 - 1e-9) & ~same,
        value >= 4 - 1e-9,
    ]
    return [
        (float(k - 2), low, high, int(here.sum()))
        for k, ((low, high), here) in enumerate(zip(_PAIR_ENDS, inside, strict=True))
    ]


def _row(part: str, cell: tuple[float, float, float, int], n: int) -> dict[str, Any]:
    step, low, high, count = cell
    return {"part": part, "step": step, "low": low, "high": high, "count": count, "share": count / n}


def _sentence(item: Item, n: int, bars: pd.DataFrame, summary: pd.DataFrame, plan: Plan) -> str:
    if not len(bars):
        return f"Fewer than {plan.least_group} participants answered, so nothing is shown of the group."
    if item.kind == "statement":
        row = summary.iloc[0]
        low, high = item.scale
        return (
            f"{n} participants answered; half of them between {number(row['q25'], _digits(row['q25']))} and "
            f"{number(row['q75'], _digits(row['q75']))}, middle answer {number(row['median'], _digits(row['median']))}, on a scale from {low} to {high}."
        )
    if item.kind == "quantity":
        row = summary[summary["part"] == "0.5"].iloc[0]
        unit = UNITS[str(item.quantity["unit"])][1]
        return (
            f"{n} participants answered; half of their middle guesses lie between {number(row['q25'], 1)} and "
            f"{number(row['q75'], 1)} ({unit}), the middle one is {number(row['median'], 1)}."
        )
    return f"{n} participants answered; the bars count them."


def _digits(value: float) -> int:
    return 0 if float(value).is_integer() else 1


def _checks(rows: pd.DataFrame, bars: pd.DataFrame, plan: Plan, item: Item) -> tuple[Check, ...]:
    out = []
    if not len(bars):
        told = f"At least {plan.least_group} answers are needed before anything is shown."
        out.append(Check("least group", "failed", told))
    elif item.kind in ("points", "swing", "pairwise", "budget"):
        there = rows["part"].nunique() if item.kind != "pairwise" else _one_way(rows, item)["part"].nunique()
        if hidden := there - bars["part"].nunique():
            told = f"Parts that fewer than {plan.least_group} answered are left out: {hidden}."
            out.append(Check("least group", "informational", told))
    told = "Answers of this panel; it says nothing about how many people in the region think so."
    return (*out, Check("a panel", "informational", told))
