"""Units over periods: whether the table is whole, and with whom treated units can be compared."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from almpo_kit.evaluation.designs.checks.remark import Remark, caution, holds, note, share, stop
from almpo_kit.evaluation.designs.panel import Rectangle
from almpo_kit.evaluation.designs.plan import Plan
from almpo_kit.vocabulary.rendering import number


def panel_remarks(plan: Plan, table: Rectangle) -> Iterator[Remark]:
    """Balance, gaps, periods before treatment, never-treated units."""
    panel, cells = table.panel, table.panel.outcome.size
    missing = int(np.isnan(panel.outcome).sum())
    told = f"{number(len(panel.units), 0)} units over {number(len(panel.periods), 0)} periods"
    if missing:
        yield caution(
            "balanced",
            f"{told}; {share(missing, cells)} of the cells have no outcome. Who is missing in which period may hang on the "
            "programme; units without gaps are the safer comparison.",
        )
    else:
        yield holds("balanced", f"{told}, each unit in each period.")
    if table.gaps:
        yield caution(
            "gaps",
            f"{number(table.gaps, 0)} period(s) between the first and the last are missing for everybody; time is counted by the "
            "periods that are there.",
        )
    if table.kind == "step":
        yield note("periods", "Periods are whole numbers; one is taken to be a month.")
    yield from _treated(plan, table)


def _treated(plan: Plan, table: Rectangle) -> Iterator[Remark]:
    start = table.panel.treated_from
    treated = start >= 0
    always = int((start == 0).sum())
    if always:
        yield caution(
            "always_treated",
            f"{number(always, 0)} of {number(int(treated.sum()), 0)} treated units are treated from the first period on; without "
            "a time before they say nothing.",
        )
    if treated.all():
        yield note(
            "never_treated",
            "Every unit is treated in the end: units are compared with those not treated yet, and nothing can be said of the "
            "time from the last start on.",
        )
    first = int(start[start > 0].min(initial=len(table.panel.periods)))
    if plan.assignment == "synthetic_control" and first < 2 * max(1, int(12 / table.panel.months_per_period)):
        yield caution(
            "time_before",
            f"{number(first, 0)} period(s) lie before the first start: too few to see whether other regions move alike.",
        )
    elif first < 3:
        yield caution(
            "time_before",
            f"{number(first, 0)} period(s) lie before the first start: whether the groups moved in parallel can hardly be seen.",
        )
    if plan.assignment == "synthetic_control" and not (~treated).any():
        yield stop("donors", "No region is never treated: there is nothing to build a comparison of.")
