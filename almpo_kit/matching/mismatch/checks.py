"""Every reason to doubt an index of mismatch."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.matching.mismatch.cells import Cells
from almpo_kit.matching.mismatch.estimating import Plan, Sides
from almpo_kit.matching.mismatch.heterogeneity import Given
from almpo_kit.matching.mismatch.unemployment import How
from almpo_kit.matching.mismatch.words import percent
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number

#: Below so many regions, drawing them again says little.
FEW_REGIONS = 10


def is_thin(row: Any) -> bool:
    """True where the interval says hardly anything: it is very wide, or reaches from none to much.

    In synthetic economies intervals hold the truth from about three people a cell on (COVERAGE.md), so a large correction
    alone is no reason to refuse; it is told.
    """
    if math.isnan(row["low"]) or math.isnan(row["bias"]):
        return False
    open_end = row["low"] <= 0 and row["high"] > 0.05
    return bool(open_end or row["high"] - row["low"] > 0.2)


def checks(
    cells: Cells,
    both: Sides,
    table: pd.DataFrame,
    found: pd.DataFrame,
    plan: Plan,
    alpha: float,
    how: How,
    given: dict[str, Given],
) -> tuple[Check, ...]:
    """All checks, of the latest period unless they say otherwise."""
    row = table.iloc[-1]
    return (
        *_empty(table),
        *_suppressed(both, row),
        *_whole(cells, plan),
        *_bias(row, plan),
        *_regions(cells, plan),
        *_missing(given, both),
        _zeros(both, row),
        _small(found, plan),
        *_listed(cells),
        *_interval(table, plan),
        _level(),
        Check(
            "elasticity",
            "informational",
            f"Hires are taken to rise by {number(alpha, 2)}% with 1% more vacancies and {number(1 - alpha, 2)}% with 1% more "
            "unemployed people, the same everywhere. Stocks do not tell these; the index at others is in by_elasticity.",
        ),
        Check("counterfactual", "informational", _HOW[how] + _HELD),
        Check(
            "vacancies",
            "informational",
            "Vacancies reported to an employment service are not all vacancies, and the share differs by occupation: low "
            "reporting looks like too few vacancies.",
        ),
    )


_HOW: dict[How, str] = {
    "path": "Unemployment without mismatch follows the given finding and separation rates period by period. ",
    "steady state": "Unemployment without mismatch is where flows balance, at the unemployment rate of each period. ",
    "limit": "Without an unemployment rate (`employed`, or `flows`) the share of unemployment is the one for a small rate, "
    "which is the largest. ",
}
_HELD = (
    "Vacancies and separations are held as they are, and people are moved without cost: this is no forecast of what a "
    "programme would do, and firms would open more posts where people come."
)


def _empty(table: pd.DataFrame) -> tuple[Check, ...]:
    gone = table.loc[table["index"].isna(), "period"].tolist()
    if not gone:
        return ()
    text = f"No index for {', '.join(gone[:6])}{' and others' if len(gone) > 6 else ''}: nobody unemployed or no vacancy at all."
    return (Check("both_sides", "failed", text),)


def _suppressed(both: Sides, row: Any) -> tuple[Check, ...]:
    n = int(both.hidden[:, -1].sum())
    if not n:
        return ()
    text = (
        f"{n} of {len(both.u)} cells have suppressed numbers. Depending on what they are, the uncorrected index lies between "
        f"{percent(row['lowest'])} and {percent(row['highest'])}; {percent(row['index'])} takes each at its middle."
    )
    text += (
        " That takes them to be small: give hidden_most where larger numbers were suppressed to protect others, or better "
        "the full counts."
    )
    wide = row["highest"] - row["lowest"] > 0.1 * max(row["index"], 0.01)
    return (Check("suppressed", "failed" if wide else "informational", text),)


def left_out(stocks: pd.DataFrame) -> tuple[Check, ...]:
    """People and posts that are in no cell, where the table was counted from people (``matching.stocks``)."""
    gone = {k: float(n) for k, n in dict(stocks.attrs.get("left_out") or {}).items() if n}
    if not gone:
        return ()
    words = "; ".join(f"{number(n, 0)} {k}" for k, n in gone.items())
    return (Check("left_out", "failed", f"In no cell, and so in no figure here: {words}."),)


def _whole(cells: Cells, plan: Plan) -> tuple[Check, ...]:
    if plan.interval is None:
        return ()
    numbers = [cells.totals[k] for k in ("unemployed", "vacancies")]
    broken = any(bool((np.abs(x - np.rint(x)) > 1e-6).any()) for x in numbers)
    if plan.grossing > 1:
        text = (
            f"Each case counted stands for {number(plan.grossing, 1)} people or posts (`grossing`): the interval is that of "
            "the cases. A design that varies between cells needs its own weights."
        )
        return (Check("sampling", "informational", text),)
    if broken:
        text = (
            "Numbers are not whole: they come from a sample or a model, and the interval, which takes them for a register's "
            "counts, is too narrow. Give `grossing`, how many people one interview stands for times the design effect."
        )
        return (Check("sampling", "failed", text),)
    text = (
        "The interval takes counts as a register's: what varies is who happened to be unemployed or which post happened to "
        "be open. Of a sample survey, give `grossing`."
    )
    return (Check("sampling", "informational", text),)


def _bias(row: Any, plan: Plan) -> tuple[Check, ...]:
    if plan.interval is None:
        text = (
            "No interval was asked for: the index describes these counts, and thin cells raise it by chance."
        )
        return (Check("thin_cells", "informational", text),)
    if math.isnan(row["bias"]):
        return ()
    text = (
        f"Thin cells raise the index by chance: as published it is {percent(row['index'])}, without that "
        f"{percent(row['corrected'])}."
    )
    much = row["bias"] > 0.25 * row["index"] and row["bias"] > 0.005
    return (Check("thin_cells", "failed" if much else "passed", text),)


def _regions(cells: Cells, plan: Plan) -> tuple[Check, ...]:
    if plan.resample != "regions" or plan.interval != "bootstrap":
        return ()
    n = cells.keys["geo"].nunique()
    text = f"The interval draws the {n} regions again: it is about regions like these, not only about their counts."
    if n >= FEW_REGIONS:
        return (Check("regions", "informational", text),)
    return (Check("regions", "failed", f"{text} Below {FEW_REGIONS} regions it is too narrow."),)


def _missing(given: dict[str, Given], both: Sides) -> tuple[Check, ...]:
    out = []
    people = both.u[:, -1]
    for name, g in given.items():
        if g.missing.any():
            share = people[g.missing].sum() / people.sum() if people.sum() else 0.0
            text = (
                f"No {name} is given for {int(g.missing.sum())} of {len(people)} cells ({percent(float(share))} of the unemployed); they "
                "take the middle of the others."
            )
            out.append(Check(name, "failed", text))
    return tuple(out)


def _zeros(both: Sides, row: Any) -> Check:
    u, v = both.u[:, -1], both.v[:, -1]
    alone, vacant = (u > 0) & (v == 0), (v > 0) & (u == 0)
    people, posts = u[alone].sum() / max(u.sum(), 1), v[vacant].sum() / max(v.sum(), 1)
    text = (
        f"{int(alone.sum())} cells have unemployed people and no vacancy ({percent(float(people))} of the unemployed), "
        f"{int(vacant.sum())} have vacancies and nobody unemployed ({percent(float(posts))} of the vacancies). They count in full."
    )
    return Check("zeros", "informational", text)


def _small(found: pd.DataFrame, plan: Plan) -> Check:
    n = int(found["small"].sum())
    text = (
        f"{n} of {len(found)} cells hold fewer than {plan.minimum}, or would give those away by subtraction (`small`): they count, "
        "but are not named, and their numbers of people are not shown."
    )
    return Check("small_cells", "informational" if n else "passed", text)


def _listed(cells: Cells) -> tuple[Check, ...]:
    gaps = int((cells.listed == 0).sum())
    if not gaps:
        return ()
    text = f"{number(float(gaps), 0)} of {number(float(cells.listed.size), 0)} cells × periods are not listed and count as zero on both sides."
    return (Check("listed", "informational", text),)


def _interval(table: pd.DataFrame, plan: Plan) -> tuple[Check, ...]:
    if plan.interval != "bootstrap" or plan.resample != "counts" or not (table["interval"] == "delta").any():
        return ()
    text = "Only the latest period is bootstrapped: the earlier ones are too many cells to draw again and use the delta method."
    return (Check("interval", "informational", text),)


def _level() -> Check:
    text = (
        "The index depends on how finely regions and occupations are cut: coarser cells never raise it. It says nothing of "
        "mismatch inside a cell. See mismatch_by_level."
    )
    return Check("level", "informational", text)
