"""Each covariate left out in turn: how much hangs on one thing having been recorded."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from almpo_kit.evaluation.refutation.again import Again, without
from almpo_kit.evaluation.refutation.attempt import Attempt
from almpo_kit.evaluation.refutation.clock import OutOfTime
from almpo_kit.evaluation.refutation.judging import turned
from almpo_kit.evaluation.refutation.target import Target, concluded, ends
from almpo_kit.evaluation.refutation.words import listed
from almpo_kit.vocabulary.errors import AlmpoError

KEY = "leave_out"
#: Covariates, the strongest first, that are an answer where time did not suffice for all.
_ENOUGH = 5
#: Name of the block of all covariates on work and earnings before entry.
HISTORY = "all history"
COLUMNS = ("contrast", "outcome", "months", "left_out", "estimate", "se", "low", "high", "turned")


def leave_out(
    again: Again, targets: tuple[Target, ...], order: tuple[str, ...]
) -> tuple[list[Attempt], pd.DataFrame]:
    """Estimate without each covariate, and without the whole history.

    Parameters
    ----------
    order : tuple of str
        Covariates, the strongest first, so that they come first where time is short.

    Returns
    -------
    (list of Attempt, DataFrame)
        One attempt a target; one row a target and covariate.
    """
    plan = again.estimate.design.plan
    history = tuple(c for c in plan.with_role("history") if c in again.estimate.sample.parts)
    blocks: dict[str, tuple[str, ...]] = {HISTORY: history} if len(history) > 1 else {}
    blocks |= {c: (c,) for c in order}
    rows: list[dict[str, Any]] = []
    done = []
    for name, dropped in blocks.items():
        try:
            rows += _without(again, targets, name, dropped)
        except OutOfTime:
            break
        except AlmpoError:
            continue
        done.append(name)
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    left = [c for c in order if c not in done]
    return [_attempt(t, _of(table, t), history, left) for t in targets], table


def _without(
    again: Again, targets: tuple[Target, ...], name: str, dropped: tuple[str, ...]
) -> list[dict[str, Any]]:
    fit = again(without(again.estimate.sample, dropped), drop=dropped)
    low, high = ends(fit)
    rows = []
    for t in targets:
        value, after = float(fit.estimate[t.c, t.h]), concluded(low[t.c, t.h], high[t.c, t.h])
        values = (
            *(t.contrast, t.outcome, t.months, name, value, float(fit.se[t.c, t.h])),
            *(
                float(low[t.c, t.h]),
                float(high[t.c, t.h]),
                turned(t.conclusion, after, value - t.estimate, t.se),
            ),
        )
        rows.append(dict(zip(COLUMNS, values, strict=True)))
    return rows


def _of(table: pd.DataFrame, target: Target) -> pd.DataFrame:
    month = table["months"].isna() if math.isnan(target.months) else table["months"] == target.months
    return table[(table["contrast"] == target.contrast) & (table["outcome"] == target.outcome) & month]


def _attempt(target: Target, rows: pd.DataFrame, history: tuple[str, ...], left: list[str]) -> Attempt:
    single = rows[rows["left_out"] != HISTORY]
    if single.empty:
        sentence = (
            "no covariate could be left out in turn: there are none, or the time allowed was used up. It counts as not "
            "tried; allow more time with whole_seconds."
        )
        return target.attempt(KEY, "not tried", "informs", sentence)
    ordered = single.sort_values("estimate", kind="stable")
    least, most = ordered.iloc[0], ordered.iloc[-1]
    sentence = (
        f"each of {len(single)} covariates was left out in turn. The estimate of {target.amount(target.estimate)} then lay "
        f"between {target.amount(least['estimate'])} (without “{least['left_out']}”) and {target.amount(most['estimate'])} "
        f"(without “{most['left_out']}”). "
    )
    whole = rows[rows["left_out"] == HISTORY]
    if len(whole):
        sentence += (
            f"Without any of {listed(list(history))} it would be {target.amount(whole['estimate'].iloc[0])}. "
        )
    if left:
        sentence += f"Not finished in the time allowed: {listed(left)}. "
    gone = single.loc[single["turned"], "left_out"].tolist()
    sentence += (
        f"Without {listed([f'“{g}”' for g in gone])} alone another conclusion would be drawn: a hidden cause as strong "
        "could change it too."
        if gone
        else "No single covariate decides the conclusion. That says nothing about what was not recorded."
    )
    return target.attempt(
        KEY,
        "broken" if gone else "not tried" if left and len(single) < _ENOUGH else "held",
        "doubts",
        sentence,
        about=listed(gone) if gone else "",
        value=float(max(least["estimate"], most["estimate"], key=lambda v: abs(v - target.estimate))),
        low=float(least["estimate"]),
        high=float(most["estimate"]),
        draws=len(single),
    )
