"""Where a panel stands on each statement, round after round."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.lettering import text_width, wrap
from almpo_kit.figures.theme import BAD, CONTEXT, GOOD, INK, MUTED, letter_on
from almpo_kit.figures.wording import column, words
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    from almpo_kit.vocabulary.finding import Finding

#: Statements that one sheet holds.
_MOST = 24
_SIDES = (("disagree", BAD), ("between", CONTEXT), ("agree", GOOD))
_BAR = 14.0
Bar = tuple[int, tuple[float, float, float]]


def delphi(finding: Finding, width: int) -> Any:
    """Draw a Delphi."""
    rounds = _rounds(finding)
    verdicts = getattr(finding, "verdicts", None)
    rows = [] if verdicts is None else _statements(verdicts, rounds)
    if not rows:
        return empty(
            finding,
            width,
            title="On what does the panel agree?",
            why="No statement has been answered.",
            way_out="Look again once round 1 is closed.",
        )
    sheet = Canvas(width)
    y = _legend(sheet)
    for name, verdict, bars in rows[:_MOST]:
        y = _statement(sheet, name, verdict, bars, y)
    return sheet.finish(
        finding,
        title=_title([v for _, v, _ in rows]),
        subtitle=f"Share of answers in each third of the scale, round by round · {len(rows)} statement{'s' if len(rows) > 1 else ''}",
        height=y,
        notes=_notes(finding, len(rows)),
        plot=(0, 0, width, y),
    )


def _rounds(finding: Finding) -> dict[str, list[Bar]]:
    table = finding.table
    columns = (column(table, c) for c in ("round", "disagree", "between", "agree"))
    found: dict[str, list[Bar]] = {}
    for item, number_, *shares in zip(words(table, "item"), *columns, strict=True):
        if all(math.isfinite(v) for v in (number_, *shares)):
            found.setdefault(item, []).append((int(number_), (shares[0], shares[1], shares[2])))
    return found


def _statements(verdicts: Any, rounds: dict[str, list[Bar]]) -> list[tuple[str, str, list[Bar]]]:
    named = zip(
        words(verdicts, "item"), words(verdicts, "statement"), words(verdicts, "verdict"), strict=True
    )
    return [(text or item, verdict, rounds[item]) for item, text, verdict in named if item in rounds]


def _title(verdicts: list[str]) -> str:
    if set(verdicts) == {"too few answers"}:
        return "Too few answers to say on what the panel agrees"
    agreed = sum(v.startswith("consensus") for v in verdicts)
    split = verdicts.count("two camps")
    text = f"The panel agrees on {agreed} of {len(verdicts)} statements"
    return f"{text}, and is split on {split}" if split else text


def _notes(finding: Finding, n: int) -> list[str]:
    rules = getattr(finding, "rules", {}) or {}
    share = rules.get("agreement", math.nan)
    notes = []
    if math.isfinite(share):
        notes.append(
            f"Consensus was fixed beforehand: at least {number(100 * share, 0)}% in one third, and the other rules of the plan."
        )
    if n > _MOST:
        notes.append(f"The first {_MOST} of {n} statements are drawn.")
    return [
        *notes,
        "What this panel says; it was not drawn by lot and does not speak for the people of the region.",
    ]


def _legend(sheet: Canvas) -> float:
    x = 0.0
    for name, ink in _SIDES:
        sheet.box(x=x, x2=x + 12, y=4, y2=16, color=ink)
        sheet.text(name, x=x + 17, y=10, size=12)
        x += 17 + text_width(name, 12) + 18
    return 26.0


def _statement(sheet: Canvas, name: str, verdict: str, bars: list[Bar], top: float) -> float:
    wide = text_width(verdict, 12, bold=True) + 12
    lines = wrap(name, 12, sheet.width - wide, lines=4)
    for k, line in enumerate(lines):
        sheet.text(line, x=0, y=top + 10 + 16 * k)
    ink = MUTED if verdict in ("no consensus", "too few answers") else INK
    sheet.text(verdict, x=sheet.width, y=top + 10, bold=True, color=ink, align="right")
    y, left = top + 4 + 16.0 * len(lines), 20.0
    for number_, shares in bars:
        sheet.text(f"{number_}", x=0, y=y + _BAR / 2, size=11, color=MUTED)
        at = left
        for (side, color), share in zip(_SIDES, shares, strict=True):
            end = at + share * (sheet.width - left)
            said = f"{number(100 * share, 0)}%"
            hover = [{"hover": f"{name}, round {number_}: {said} {side}"}]
            if share > 0:
                sheet.box(hover, x=at, x2=end, y=y, y2=y + _BAR, color=color)
            if end - at > text_width(said, 11) + 8:
                sheet.text(
                    said, x=(at + end) / 2, y=y + _BAR / 2, size=11, color=letter_on(color), align="center"
                )
            at = end
        y += _BAR + 2
    return y + 12
