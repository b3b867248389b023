"""Estimates of one effect from several designs or methods beside each other, and beside what is known."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from almpo_kit.evaluation.protocol.results import Estimate
from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.finding import Check, Finding, Status
from almpo_kit.vocabulary.outcomes import UNITS
from almpo_kit.vocabulary.provenance import Provenance
from almpo_kit.vocabulary.rendering import number

_COLUMNS = (
    "group",
    "name",
    "contrast",
    "outcome",
    "unit",
    "months",
    "effect",
    "se",
    "low",
    "high",
    "standing",
    "why",
)
#: How an estimate came about, in words that tables and figures show.
HELD, DOUBTED, OVERRIDDEN, REFUSED = "checks held", "with failed checks", "against the checks", "refused"


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class SideBySide(Finding):
    """Estimates beside each other. ``table``: one row an estimate (see ``_COLUMNS`` there).

    Parameters
    ----------
    known : float
        The effect that they are held against; NaN where none is known.
    known_name : str
    """

    known: float = math.nan
    known_name: str = ""

    def metrics(self) -> Mapping[str, float]:
        """Every estimate by group and name, and what is known."""
        told = self.table.dropna(subset=["effect"])
        named = {
            f"{group}.{name}".replace(" ", "_"): float(effect)
            for group, name, effect in zip(told["group"], told["name"], told["effect"], strict=True)
        }
        return named if math.isnan(self.known) else named | {"known": self.known}


def side_by_side(
    estimates: Mapping[tuple[str, str], Finding],
    *,
    known: float = math.nan,
    known_name: str = "the trial",
    arm: str | None = None,
    months: float | None = None,
    question: str = "How much does the answer depend on whom one compares with, and how?",
) -> SideBySide:
    """Put estimates of one effect beside each other.

    Parameters
    ----------
    estimates : mapping of (group, name) to Finding
        What each is called; an Estimate, or the Finding of a refused one (``workbench.attempt``), which keeps its
        place with the reason.
    known : float
        What the effect is held to be, e.g. that of a trial.
    known_name : str
    arm : str, optional
        Which arm, where there are several; the first otherwise.
    months : float, optional
        Which month; the last otherwise.
    question : str

    Raises
    ------
    DesignError
        Nothing to compare, or effects in several units.
    """
    if not estimates:
        raise DesignError(
            "side_by_side() got no estimate; give e.g. {('trial', 'difference'): evaluation.estimate(…)}."
        )
    rows = [_row(group, name, found, arm, months) for (group, name), found in estimates.items()]
    table = pd.DataFrame(rows, columns=list(_COLUMNS))
    units = sorted(table["unit"].dropna().unique())
    if len(units) > 1:
        raise DesignError(
            f"the estimates are in {len(units)} units ({', '.join(units)}); compare those of one."
        )
    made = [f for f in estimates.values() if isinstance(f, Estimate)]
    data = sorted({d for f in estimates.values() for d in f.provenance.data})
    return SideBySide(
        question=question,
        sentence=_sentence(table, known, known_name),
        table=table,
        checks=_checks(table, known, known_name),
        provenance=Provenance(
            data=tuple(data),
            method="evaluation.side_by_side",
            options={
                "known": None if math.isnan(known) else known,
                "methods": sorted({f.method for f in made}),
            },
            synthetic=any(f.provenance.synthetic for f in estimates.values()),
        ),
        figure="side_by_side",
        known=known,
        known_name=known_name,
    )


def _row(group: str, name: str, found: Finding, arm: str | None, months: float | None) -> dict[str, Any]:
    if not isinstance(found, Estimate):
        return {"group": group, "name": name, "standing": REFUSED, "why": found.sentence}
    table = found.table
    table = table[table["outcome"] == table["outcome"].iloc[0]]
    table = table[table["arm"] == (arm or table["arm"].iloc[0])]
    if months is not None:
        table = table[table["months"] == months]
    if table.empty:
        raise DesignError(
            f"{name!r} of {group!r} has no effect of arm {arm!r} at month {months!r}; choose among those in its table."
        )
    row = table.iloc[-1]
    taken = {c: row[c] for c in ("contrast", "outcome", "unit", "months", "effect", "se", "low", "high")}
    doubted = DOUBTED if found.failed or found.overlap.failed or found.design.failed else HELD
    against = OVERRIDDEN if found.overrides else doubted
    why = "; ".join(o.reason for o in found.overrides)
    return {"group": group, "name": name, "standing": against, "why": why} | taken


def _unit(table: pd.DataFrame) -> str:
    units = table["unit"].dropna()
    return UNITS[units.iloc[0]][0] if len(units) else ""


def _sentence(table: pd.DataFrame, known: float, known_name: str) -> str:
    told = table.dropna(subset=["effect"])
    refused = len(table) - len(told)
    tail = f" {refused} of {len(table)} were refused." if refused else ""
    if told.empty:
        return f"None of {len(table)} estimates could be made."
    low, high = told["effect"].min(), told["effect"].max()
    unit = _unit(table)
    spread = (
        f"{len(told)} estimates of one effect lie between {number(low, 0)} and {number(high, 0)} {unit}."
        if len(told) > 1
        else f"One estimate: {number(low, 0)} {unit}."
    )
    if math.isnan(known):
        return spread + tail
    holding = int(((told["low"] <= known) & (known <= told["high"])).sum())
    return (
        f"{spread} {known_name[:1].upper()}{known_name[1:]} says {number(known, 0)}; the 95% intervals of {holding} of "
        f"{len(told)} hold it.{tail}"
    )


def _checks(table: pd.DataFrame, known: float, known_name: str) -> tuple[Check, ...]:
    checks = []
    told = table.dropna(subset=["effect"])
    against = told[told["standing"] == OVERRIDDEN]
    if len(against):
        checks.append(
            Check(
                "against_the_checks",
                "failed",
                f"{len(against)} of {len(told)} estimates were made although their groups are not comparable; they are shown "
                "to tell how far off such numbers can be, and not as effects.",
            )
        )
    if not math.isnan(known) and len(told):
        wrong = told[(told["effect"] > 0) != (known > 0)]
        status: Status = "failed" if len(wrong) else "passed"
        names = ", ".join(
            f"{r.group}: {r.name}" for r in wrong[["group", "name"]].itertuples(index=False, name="R")
        )
        said = f"{len(wrong)} of {len(told)} have the wrong sign beside {known_name}" + (
            f" ({names})." if names else "."
        )
        checks.append(Check("sign", status, said))
    return tuple(checks)
