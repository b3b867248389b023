"""A rule of a few questions as an outline, and below it what each group gains among people held out."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.lettering import text_width, wrap
from almpo_kit.figures.panels import IntervalRow, interval_rows
from almpo_kit.figures.theme import ACCENT, MUTED, PROGRAMME_COLOURS
from almpo_kit.figures.wording import column, text, words
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.vocabulary.finding import Finding

_INDENT, _LINE = 22.0, 17.0


def policy_tree(finding: Finding, width: int) -> Any:
    """Draw a PolicyTree."""
    nodes = getattr(finding, "nodes", None)
    if nodes is None or not len(nodes):
        return empty(
            finding,
            width,
            title="Who should be offered what?",
            why="There is no tree to show.",
            way_out="Learn one from people with scores: policy_tree(people, depth=2).",
        )
    sheet = Canvas(width)
    letters = _letters(nodes)
    end = _outline(sheet, nodes, letters)
    rows = _gains(nodes, letters)
    if any(math.isfinite(r.value) for r in rows):
        sheet.text("What each group gains against no programme", x=0, y=end + 14, size=12, bold=True)
        end = interval_rows(sheet, rows, end + 22, unit=text(getattr(finding, "unit", "")))
    return sheet.finish(
        finding,
        title=_title(finding),
        subtitle=_subtitle(finding),
        height=end,
        notes=["Gains are those of people from whom the questions were not learned. The caseworker decides."],
        plot=(0, 0, width, end),
    )


def _title(finding: Finding) -> str:
    if text(getattr(finding, "advice", "")) == "tree":
        return "Who is offered what, by a few questions"
    return "These questions are not advised: they are not shown to beat the same for all"


def _subtitle(finding: Finding) -> str:
    value, low, high = (float(getattr(finding, f"advantage{e}", math.nan)) for e in ("", "_low", "_high"))
    n = float(getattr(finding, "n_people", math.nan))
    parts = [f"{number(n, 0)} people"] if math.isfinite(n) else []
    if math.isfinite(value) and math.isfinite(low) and math.isfinite(high):
        unit = text(getattr(finding, "unit", ""))
        one = text(getattr(finding, "one_for_all", "")) or "one programme"
        ends = f"({number(low, 2)} to {number(high, 2)})"
        parts.append(f"against {one} for all: {number(value, 2)} {unit} {ends} per person")
    return " · ".join(parts) or text(finding.question)


def _letters(nodes: pd.DataFrame) -> dict[int, str]:
    leaves = [i for i, question in enumerate(words(nodes, "question")) if not question]
    return {i: chr(65 + at % 26) for at, i in enumerate(leaves)}


def _ink(kind: str) -> str:
    return PROGRAMME_COLOURS.get(kind, MUTED)


def _outline(sheet: Canvas, nodes: pd.DataFrame, letters: dict[int, str]) -> float:
    """Nodes below each other, each a step to the right of the question that it answers; where they end."""
    questions, programmes = words(nodes, "question"), words(nodes, "programme")
    kinds, layers = words(nodes, "programme_type"), column(nodes, "layer").fillna(0)
    answers = _answers(nodes)
    y = 6.0
    tops: dict[int, float] = {}
    for i, question in enumerate(questions):
        x = _INDENT * float(layers.iloc[i])
        answer = answers.get(i, ("", -1))
        leaf = i in letters
        said = f"{letters[i]} · {programmes[i] or 'not named'}" if leaf else question
        lead = f"{answer[0]}: " if answer[0] else ""
        if answer[1] in tops:
            corner = x - _INDENT + 6
            sheet.line(x=corner, y=tops[answer[1]], y2=y + 8, width=1.2)
            sheet.line(x=corner, x2=x - 2, y=y + 8, width=1.2)
        if lead:
            sheet.text(lead, x=x, y=y + 8, color=MUTED)
        start = x + text_width(lead, 12)
        lines = wrap(said, 12, sheet.width - start - 8, bold=leaf) or [" "]
        for line in lines:
            sheet.text(line, x=start, y=y + 8, bold=leaf, color=_ink(kinds[i]) if leaf else ACCENT)
            y += _LINE
        tops[i] = y
        y += 6
    return y


def _answers(nodes: pd.DataFrame) -> dict[int, tuple[str, int]]:
    """Row -> the answer that leads there, and the row of the question."""
    at = {int(v): i for i, v in enumerate(column(nodes, "node")) if math.isfinite(v)}
    out: dict[int, tuple[str, int]] = {}
    for side in ("yes", "no"):
        for i, below in enumerate(column(nodes, side)):
            if math.isfinite(below) and int(below) in at and below >= 0:
                out[at[int(below)]] = (side, i)
    return out


def _gains(nodes: pd.DataFrame, letters: dict[int, str]) -> list[IntervalRow]:
    programmes, kinds = words(nodes, "programme"), words(nodes, "programme_type")
    numbers = [column(nodes, c) for c in ("gain", "low", "high", "share")]
    rows = []
    for i, letter in letters.items():
        gain, low, high, share = (float(v.iloc[i]) for v in numbers)
        of = f", {number(100 * share, 0)}% of people" if math.isfinite(share) else ""
        told = math.isfinite(gain)
        ends = (
            f" ({number(low, 2)} to {number(high, 2)})" if math.isfinite(low) and math.isfinite(high) else ""
        )
        none = told and gain == low == high == 0
        said = "none" if none else f"{number(gain, 2)}{ends}" if told else "too little to say"
        name = f"{letter} {programmes[i]}{of}"
        rows.append(IntervalRow(name, gain, low, high, said, color=_ink(kinds[i]), faint=none))
    return rows
