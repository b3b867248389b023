"""What a budget vote funds with equal shares, and what the usual way would."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.lettering import fit, text_width
from almpo_kit.figures.theme import ACCENT, CONTEXT, INK, MUTED
from almpo_kit.figures.wording import column, listed, text, words
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    from almpo_kit.vocabulary.finding import Finding

_MOST = 15


def budget_vote(finding: Finding, width: int) -> Any:
    """Draw EqualShares."""
    rows = _rows(finding)
    if not rows:
        return empty(
            finding,
            width,
            title="What should the budget fund?",
            why="Nobody has voted yet.",
            way_out="Look again once people have answered.",
        )
    sheet = Canvas(width)
    end = _bars(sheet, rows)
    return sheet.finish(
        finding,
        title=_title(finding, rows),
        subtitle="Share of people who would fund it, and its cost · blue: funded with equal shares",
        height=end,
        notes=_notes(finding),
        plot=(0, 0, width, end),
    )


def _rows(finding: Finding) -> list[tuple[str, float, float, bool, bool]]:
    table = finding.table
    told = zip(
        words(table, "name"),
        column(table, "share"),
        column(table, "cost"),
        column(table, "funded"),
        column(table, "most_votes_funds"),
        strict=True,
    )
    held = [(n, s, c, f == 1, u == 1) for n, s, c, f, u in told if math.isfinite(s) and math.isfinite(c)]
    return held[:_MOST]


def _title(finding: Finding, rows: list[tuple[str, float, float, bool, bool]]) -> str:
    funded = sum(r[3] for r in rows)
    spent, budget = (float(getattr(finding, k, math.nan)) for k in ("spent", "budget"))
    if not math.isfinite(spent) or not math.isfinite(budget):
        return "What should the budget fund?"
    return f"{funded} of {len(rows)} proposals funded, for {_money(spent)} of {_money(budget)}"


def _money(value: float) -> str:
    if abs(value) >= 1e6:
        return f"€{number(value / 1e6, 2 if value % 1e5 else 1)} million"
    return f"€{number(value / 1e3, 0)} thousand" if abs(value) >= 1e4 else f"€{number(value, 0)}"


def _notes(finding: Finding) -> list[str]:
    notes = []
    left = getattr(finding, "left_out", None)
    if left is not None and len(left):
        own, usual = (float(column(left, c).iloc[0]) for c in ("nothing", "nothing_most_votes"))
        n = float(column(left, "n").iloc[0])
        if all(math.isfinite(v) for v in (own, usual, n)):
            notes.append(
                f"Nothing they voted for is funded: {number(own, 0)} of {number(n, 0)} people; {number(usual, 0)} if most votes decided."
            )
    usual_way = getattr(finding, "by_most_votes", ())
    if usual_way:
        table = finding.table
        called = dict(zip(words(table, "proposal"), words(table, "name"), strict=True))
        notes.append(
            f"Ringed: funded if most votes decided ({listed([text(called.get(p, p)) for p in usual_way])})."
        )
    return notes


def _short(value: float) -> str:
    if abs(value) >= 1e6:
        return f"€{number(value / 1e6, 2 if value % 1e5 else 1)}m"
    return f"€{number(value / 1e3, 0)}k" if abs(value) >= 1e4 else f"€{number(value, 0)}"


def _bars(sheet: Canvas, rows: list[tuple[str, float, float, bool, bool]]) -> float:
    # Not by colour alone: what is funded says so.
    labels = [f"{number(100 * s, 0)}% · {_short(c)}{' · funded' if f else ''}" for _, s, c, f, _ in rows]
    wide = max(text_width(label, 12, bold=True) for label in labels) + 14
    names = max(text_width(r[0], 12, bold=True) for r in rows)
    room = 0.0 if sheet.phone else min(names + 34, 0.42 * sheet.width)
    x0, x1 = (20.0, sheet.width - 6.0) if sheet.phone else (room, sheet.width - wide)
    pitch = 44.0 if sheet.phone else 28.0
    for k, ((name, share, _, funded, usual), label) in enumerate(zip(rows, labels, strict=True)):
        y = 8 + pitch * (k + (0.72 if sheet.phone else 0.5))
        word_y = y - 20 if sheet.phone else y
        space = sheet.width - wide - 8 if sheet.phone else room - 28
        sheet.text(
            fit(name, 12, space, bold=True),
            x=0 if sheet.phone else room - 22,
            y=word_y,
            bold=funded,
            align="left" if sheet.phone else "right",
            color=INK if funded else MUTED,
        )
        sheet.text(label, x=sheet.width, y=word_y, align="right", bold=funded)
        end = x0 + min(max(share, 0.0), 1.0) * (x1 - x0)
        sheet.line(x=x0, y=y - 11, y2=y + 11, color=MUTED, width=1.2)
        sheet.box(x=x0, x2=end, y=y - 8, y2=y + 8, color=ACCENT if funded else CONTEXT)
        if usual:
            sheet.dot(x=x0 - 11, y=y, size=56, color=INK, hollow=True)
    return 8 + pitch * len(rows) + 6
