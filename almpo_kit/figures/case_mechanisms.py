"""Which mechanisms the cases of a library name, and how many of those cases were compared with anything."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.named_bars import NamedBar, named_bars
from almpo_kit.figures.theme import ACCENT, BAD
from almpo_kit.figures.wording import column, words
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    from almpo_kit.vocabulary.finding import Finding

#: Mechanisms that are drawn.
_MOST = 24
_HARMS = " (harms)"


def case_mechanisms(finding: Finding, width: int) -> Any:
    """Draw a CaseMechanisms."""
    bars = _bars(finding) if len(finding.table) else []
    if not bars:
        return empty(
            finding,
            width,
            title="Which mechanisms do the cases name?",
            why="There is no case to show.",
            way_out="Search more widely.",
        )
    sheet = Canvas(width)
    # One scale for those that help and those that harm, so that lengths can be compared.
    end = named_bars(
        sheet,
        bars[:_MOST],
        0.0,
        "Number of cases that name it; results of those compared with what would have been",
    )
    return sheet.finish(
        finding,
        title=_title(finding),
        subtitle="A reading of each case, not a measurement · a case stands under every mechanism it names",
        height=end,
        notes=_notes(len(bars) - _MOST),
        plot=(0, 0, width, end),
    )


def _bars(finding: Finding) -> list[NamedBar]:
    """Those that help, then those that harm, each from the most cases to the fewest."""
    table = finding.table
    rows = []
    for name, works, *counts in zip(
        words(table, "label"),
        words(table, "works"),
        *(column(table, c) for c in ("n_cases", "n_compared", "better", "worse")),
        strict=True,
    ):
        n, compared, better, worse = counts
        if math.isfinite(n):
            # Nobody who was not compared can be better or worse: without that, nought would read as no effect.
            told = f"{number(better, 0)} better, {number(worse, 0)} worse of {number(compared, 0)}"
            said = told if compared else "none compared"
            harms = works == "against"
            rows.append(
                (harms, NamedBar(f"{name}{_HARMS if harms else ''}", n, said, BAD if harms else ACCENT))
            )
    return [bar for _, bar in sorted(rows, key=lambda r: (r[0], -r[1].value))]


def _title(finding: Finding) -> str:
    n = getattr(finding, "n_cases", math.nan)
    if not math.isfinite(n):
        return "What is thought to have made the difference"
    return f"What is thought to have made the difference in {number(n, 0)} case{'' if n == 1 else 's'}"


def _notes(left: int) -> list[str]:
    notes = [
        "Better, worse: the whole programme, against what would have been without it; no bar is the effect of a mechanism. The "
        "rest of those compared: mixed, no difference or unclear."
    ]
    return [*notes, f"{left} more mechanisms are not drawn."] if left > 0 else notes
