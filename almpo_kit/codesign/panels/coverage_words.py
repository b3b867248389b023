"""What is said about who sits on the panel."""

from __future__ import annotations

import pandas as pd

from almpo_kit.vocabulary.consultations import Plan
from almpo_kit.vocabulary.finding import Check

#: Below this share of the invited, who answers is much a matter of who cares.
_LOW_RESPONSE = 0.5


def sentence(table: pd.DataFrame, invited: int, answered: int, missing: tuple[str, ...]) -> str:
    """How many answered, and who is missing."""
    text = f"Of {invited} people invited, {answered} answered."
    if not answered:
        return text
    if missing:
        return f"{text} Nobody answered from: {_listed(missing)}."
    few = table[table["standing"] == "too few"]
    if len(few):
        return f"{text} Fewer than wanted: {_listed(_told(few))}."
    off = (table["answered_share"] - table["wanted"]).abs()
    (far,) = _told(table.loc[[off.idxmax()]])
    return f"{text} Every part that was wanted answered; the largest gap is {far}."


def _told(rows: pd.DataFrame) -> list[str]:
    shares = zip(rows["name"], 100 * rows["answered_share"], 100 * rows["wanted"], strict=True)
    return [f"{name} ({a:.0f}% instead of {w:.0f}%)" for name, a, w in shares]


def _listed(names: tuple[str, ...] | list[str], most: int = 4) -> str:
    more = len(names) - most
    return "; ".join(names[:most]) + (f"; and {more} more" if more > 0 else "")


def checks(table: pd.DataFrame, answered: int, plan: Plan) -> tuple[Check, ...]:
    """What speaks against taking the panel for what it should be."""
    out = []
    least = plan.rules.least_answers
    if answered < least:
        out.append(
            Check(
                "answers",
                "failed",
                f"{answered} people answered; below {least} nothing is said of the panel.",
            )
        )
    if len(gone := table[table["standing"] == "missing"]):
        told = f"Nobody answered from: {_listed(tuple(gone['name']))}. Weights cannot stand in for people who are not there."
        out.append(Check("who is missing", "failed", told))
    uninvited = table[(table["wanted"] > 0) & (table["invited"] == 0)]
    if len(uninvited):
        told = f"Nobody was invited from: {_listed(tuple(uninvited['name']))}."
        out.append(Check("who was not invited", "failed", told))
    if len(few := table[table["standing"] == "too few"]):
        told = f"Fewer than wanted, by more than chance: {_listed(tuple(few['name']))}."
        out.append(Check("too few", "failed", told))
    if len(odd := table[(table["standing"] == "not wanted") & (table["answered"] > 0)]):
        told = f"{int(odd['answered'].sum())} answers are from parts of which the structure says nothing ({_listed(tuple(odd['name']))})."
        out.append(Check("outside the structure", "informational", told))
    slow = table[
        (table["wanted"] > 0) & (table["invited"] >= plan.least_group) & (table["response"] < _LOW_RESPONSE)
    ]
    if len(slow):
        told = f"Fewer than half of the invited answered from: {_listed(tuple(slow['name']))}. Who answers there may think otherwise than who does not."
        out.append(Check("response", "informational", told))
    if not any(c.status == "failed" for c in out):
        out.append(Check("who is missing", "passed", "Every part that was wanted was invited and answered."))
    told = "Equal shares of roles do not make the panel a sample: nobody was drawn by lot, so it does not speak for the people of the region."
    return (*out, Check("a panel", "informational", told))
