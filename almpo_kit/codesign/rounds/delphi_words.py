"""What is said about the rounds."""

from __future__ import annotations

from typing import Any

import pandas as pd

from almpo_kit.codesign.rounds.delphi_result import VERDICTS
from almpo_kit.vocabulary.consultations import Plan
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number

_FEW = "too few answers"
_LONGEST = 60
_MOST_NAMED = 4


def sentence(verdicts: pd.DataFrame, rounds: int) -> str:
    """How many statements stand where."""
    told = verdicts[verdicts["verdict"] != _FEW]
    total = len(verdicts)
    if told.empty:
        n = int(verdicts["n"].max())
        return f"Too few answers to say whether the panel agrees on any of {total} statements (most on one: {n})."
    counts = [(v, int((verdicts["verdict"] == v).sum())) for v in VERDICTS]
    parts = [f"{v} on {c}" for v, c in counts if c and v != _FEW]
    text = f"Of {total} statement{'' if total == 1 else 's'}, after round {rounds}: {', '.join(parts)}"
    few = total - len(told)
    text += f", too few answers on {few}." if few else "."
    reached = told[told["verdict"].str.startswith("consensus")]
    moving = int((reached["stable"] == False).sum())  # noqa: E712  (missing is neither)
    return f"{text} {moving} of the agreements still moved in the last round." if moving else text


def checks(verdicts: pd.DataFrame, table: pd.DataFrame, plan: Plan, *, weighted: bool) -> tuple[Check, ...]:
    """What speaks against relying on the verdicts."""
    return (
        *_few(verdicts, plan),
        *_leavers(verdicts),
        *_moving(verdicts, plan),
        *(_weighted(verdicts) if weighted else ()),
        *_circle(verdicts, table, plan),
        *_sides(verdicts, table, plan),
        _rules(plan),
        Check("two camps", "informational", _CAMPS),
        Check("a panel", "informational", _PANEL),
    )


_CAMPS = (
    "Two camps are said where both ends hold more than may stand against, and the steps between them are used less than "
    "the steps of either end; at most 5 of 100 statements without camps are called so. Small panels may hide camps."
)
_PANEL = "This is what the panel says. It was not drawn as a sample, so it does not say how many people in the region think so."


def _quoted(statement: str) -> str:
    """A statement as it can stand in a sentence."""
    words = statement.removesuffix(".")
    return f"“{words if len(words) <= _LONGEST else words[: _LONGEST - 1].rstrip() + '…'}”"


def _named(rows: pd.DataFrame) -> str:
    names = [_quoted(str(s)) for s in rows["statement"]]
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _few(verdicts: pd.DataFrame, plan: Plan) -> tuple[Check, ...]:
    rows = verdicts[verdicts["verdict"] == _FEW]
    if rows.empty:
        return ()
    told = f"Fewer than {plan.rules.least_answers} answers (or worth fewer after weighting), so nothing is said: {_named(rows)}."
    return (Check("answers", "failed", told),)


def _leavers(verdicts: pd.DataFrame) -> tuple[Check, ...]:
    rows = verdicts[verdicts["with_leavers"] != verdicts["verdict"]]
    if rows.empty:
        return (
            Check(
                "people who left",
                "passed",
                "Verdicts stay when the last answers of those who left are counted.",
            ),
        )
    told = [
        f"{_quoted(r.statement)} ({r.with_leavers} instead of {r.verdict})"
        for r in _tuples(rows.head(_MOST_NAMED))
    ]
    return (
        Check(
            "people who left",
            "failed",
            f"With the last answers of those who left, the verdict would be another: {', '.join(told)}.",
        ),
    )


def _moving(verdicts: pd.DataFrame, plan: Plan) -> tuple[Check, ...]:
    most = f"{100 * plan.rules.most_change:.0f}%"
    moving = verdicts[verdicts["stable"].fillna(True) == False]  # noqa: E712
    unknown = verdicts[verdicts["stable"].isna() & (verdicts["verdict"] != _FEW)]
    out = []
    if len(moving):
        told = f"More than {most} of those who answered twice still moved to another third of the scale: {_named(moving)}. Another round may change the verdict."
        out.append(Check("stability", "failed", told))
    if len(unknown):
        told = f"Stability is not known, for want of two rounds with {plan.rules.least_answers} of the same people: {_named(unknown)}."
        out.append(Check("stability not known", "informational", told))
    if not out and (verdicts["verdict"] != _FEW).any():
        told = (
            f"At most {most} of those who answered the last two rounds moved to another third of the scale."
        )
        out.append(Check("stability", "passed", told))
    return tuple(out)


def _weighted(verdicts: pd.DataFrame) -> tuple[Check, ...]:
    rows = verdicts[verdicts["unweighted"] != verdicts["verdict"]]
    if rows.empty:
        return (Check("weights", "passed", "Verdicts are the same when everybody counts once."),)
    told = [
        f"{_quoted(r.statement)} ({r.unweighted} when everybody counts once)"
        for r in _tuples(rows.head(_MOST_NAMED))
    ]
    return (Check("weights", "failed", f"The weights of people decide the verdict: {', '.join(told)}."),)


def _circle(verdicts: pd.DataFrame, table: pd.DataFrame, plan: Plan) -> tuple[Check, ...]:
    """Whether another panel of such people would agree too."""
    reached = verdicts[verdicts["verdict"].isin(["consensus to agree", "consensus to disagree"])]
    if reached.empty or "agreement" not in plan.rules.needs:
        return ()
    loose = reached[~reached["firm"].fillna(False).astype(bool)]
    weakest = reached.nlargest(1, "passing_by_chance").iloc[0]
    at = (table["item"] == weakest["item"]) & (table["round"] == weakest["round"])
    # The chance is that of as many answers as the weights leave.
    worth = int(float(table.loc[at, "n_effective"].iloc[0]) + 1e-9)
    weighted = (
        f" (what {int(weakest['n'])} answers are worth after weighting)" if worth < weakest["n"] else ""
    )
    less = 100 * max(plan.rules.agreement - 0.1, 0.0)
    odds = 100 * float(weakest["passing_by_chance"])
    said = "fewer than 1" if odds < 1 else f"about {number(odds, 0)}"
    chance = (
        f"Of 100 panels of {worth}{weighted} drawn from people of whom only {number(less, 0)}% agree, {said} would pass "
        f"the rule of {100 * plan.rules.agreement:.0f}%."
    )
    if loose.empty:
        return (
            Check(
                "another panel",
                "passed",
                f"Had the panel been drawn by lot, those it was drawn from would agree too (95%). {chance}",
            ),
        )
    told = f"The panel agrees, but even drawn by lot it would be too small to say so of more people: {_named(loose)}. {chance}"
    return (Check("another panel", "informational", told),)


def _sides(verdicts: pd.DataFrame, table: pd.DataFrame, plan: Plan) -> tuple[Check, ...]:
    """Minorities inside a consensus."""
    last = table.merge(verdicts[["item", "round"]], on=["item", "round"])
    reached = last[last["verdict"].str.startswith("consensus to")]
    minority = reached[(reached[["agree", "disagree"]].min(axis=1) > 0) & (reached["camps_p"] <= 0.05)]
    if minority.empty:
        return ()
    told = f"A minority stands at the other end with few between, although the rules call it consensus: {_named(minority)}."
    return (Check("minority", "informational", told),)


def _rules(plan: Plan) -> Check:
    r = plan.rules
    spelled = {
        "agreement": f"at least {100 * r.agreement:.0f}% in one third of the scale and at most {100 * r.against:.0f}% in the other",
        "iqr": f"an interquartile range of at most {100 * r.widest_iqr:.0f}% of the scale’s length",
        "cv": f"a coefficient of variation of at most {number(r.widest_cv, 2)}",
    }
    told = f"Consensus was fixed beforehand (plan {plan.digest[:12]}) as {', and '.join(spelled[n] for n in r.needs)}."
    return Check("rules", "informational", told)


def _tuples(rows: pd.DataFrame) -> list[Any]:
    return list(rows.itertuples(index=False))
