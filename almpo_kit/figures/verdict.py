"""The walk through the steps to a verdict: what held, what did not, and where the walk ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.lettering import fit, text_width, wrap
from almpo_kit.figures.theme import BAD, CONTEXT, ERROR, GOOD, INK, MUTED, RULE, WARNING
from almpo_kit.figures.wording import plural, text, words

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.vocabulary.finding import Finding

_STEPS = ("design", "overlap", "estimate", "heterogeneity", "refutation")
_COLOURS = {"credible": GOOD, "fragile": WARNING, "not identified": ERROR}
_MEANS = {
    "credible": "Credible: nothing that was checked or tried speaks against it",
    "fragile": "Fragile: there are reasons not to rely on it",
    "not identified": "Not identified: no number from here is an effect",
}
#: Reasons against that are lettered under each step, lines of each at most, pixels between marks.
_TOLD, _LINES, _GAP = 3, 8, 15.0


def verdict(finding: Finding, width: int) -> Any:
    """Draw a Verdict: one band a step, one mark a check, the reasons against it in words."""
    table = finding.table
    if not len(table) or "step" not in table:
        return empty(
            finding,
            width,
            title="How far can it be believed?",
            why="No step of an evaluation was reached.",
            way_out="Write down a design first, e.g. evaluation.design(persons, …).",
        )
    word = text(getattr(finding, "verdict", ""))
    sheet = Canvas(width)
    end = 6.0
    steps = [s for s in _STEPS if s in set(words(table, "step"))]
    for i, step in enumerate(steps):
        end = _step(sheet, i + 1, step, table[[s == step for s in words(table, "step")]], end)
    end = _ending(sheet, len(steps) + 1, word, end)
    return sheet.finish(
        finding,
        title=_MEANS.get(word, "How far can it be believed?"),
        subtitle="One mark a check or attempt, step by step",
        height=end,
        notes=["Dot: held. Cross: speaks against the result. Ring: told, not judged."],
        plot=(0, 0, width, end),
    )


def _step(sheet: Canvas, place: int, step: str, rows: pd.DataFrame, top: float) -> float:
    weighs = words(rows, "weighs")
    against = [w in ("rules it out", "makes it fragile") for w in weighs]
    reached = "not reached" not in words(rows, "status")
    colour = (
        CONTEXT if not reached else BAD if "rules it out" in weighs else WARNING if any(against) else GOOD
    )
    _number(sheet, place, top + 12, colour)
    sheet.text(step.capitalize(), x=34, y=top + 12, size=13, bold=True)
    sheet.text(_summary(weighs, reached), x=sheet.width, y=top + 12, size=12, color=MUTED, align="right")
    end = top + 30
    if reached:
        end = _marks(sheet, rows, weighs, end)
    for sentence in _reasons(rows, against):
        for line in wrap(sentence, 12, sheet.width - 50, lines=_LINES):
            sheet.text(line, x=48, y=end + 8, size=12)
            end += 16
        end += 5
    sheet.line(x=12, y=top + 26, y2=end + 6, color=RULE, width=2)
    return end + 10


def _number(sheet: Canvas, place: int, y: float, colour: str) -> None:
    sheet.dot(x=12, y=y, color=colour, size=420)
    light = colour == CONTEXT
    sheet.text(str(place), x=12, y=y, size=12, bold=True, align="center", color=INK if light else "white")


def _summary(weighs: list[str], reached: bool) -> str:
    if not reached:
        return "not reached"
    gone, doubts, held = (weighs.count(w) for w in ("rules it out", "makes it fragile", "speaks for it"))
    parts = [f"{gone} rule{'s' if gone == 1 else ''} it out"] if gone else []
    parts += [plural(doubts, "doubt")] if doubts else []
    parts += [f"{held} held"] if held else []
    return ", ".join(parts) or "nothing judged"


def _marks(sheet: Canvas, rows: pd.DataFrame, weighs: list[str], top: float) -> float:
    """One mark a check, wrapped to the width."""
    a_line = max(1, int((sheet.width - 54) // _GAP))
    for i, (w, reason) in enumerate(zip(weighs, words(rows, "reason"), strict=True)):
        place = {"x": 54 + _GAP * (i % a_line), "y": top + 8 + _GAP * (i // a_line)}
        row = [place | {"hover": reason.replace("_", " ")}]
        if w in ("rules it out", "makes it fragile"):
            colour = BAD if w == "rules it out" else WARNING
            sheet.dot(row, color=colour, size=80 if w == "rules it out" else 60, shape="cross")
        else:
            sheet.dot(row, color=GOOD if w == "speaks for it" else MUTED, size=46, hollow=w == "is told")
    return top + 10 + _GAP * (1 + (len(weighs) - 1) // a_line)


def _reasons(rows: pd.DataFrame, against: list[bool]) -> list[str]:
    """The gravest reasons against the result, each after its name; the rest are counted."""
    told = [
        f"{reason.replace('_', ' ').capitalize()}: {sentence}" if reason != "not_reached" else sentence
        for reason, sentence, yes in zip(words(rows, "reason"), words(rows, "sentence"), against, strict=True)
        if yes
    ]
    more = len(told) - _TOLD
    return told[:_TOLD] + ([f"And {more} more in the table."] if more > 0 else [])


def _ending(sheet: Canvas, place: int, word: str, top: float) -> float:
    colour = _COLOURS.get(word, MUTED)
    _number(sheet, place, top + 14, colour)
    said = fit(word.capitalize() or "No verdict", 15, sheet.width - 40, bold=True)
    sheet.text(said, x=34, y=top + 14, size=15, bold=True, color=colour)
    sheet.line(
        x=34,
        x2=34 + min(text_width(said, 15, bold=True), sheet.width - 40),
        y=top + 27,
        color=colour,
        width=2,
    )
    return top + 38
