"""Candidate learners beside each other: what each gains over one effect for all."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.panels import IntervalRow, interval_rows
from almpo_kit.figures.theme import ACCENT, MUTED
from almpo_kit.figures.wording import column, text, words
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.vocabulary.finding import Finding


def learners(finding: Finding, width: int) -> Any:
    """Draw a LearnerComparison, or the learners of a Heterogeneity: Qini of each, the chosen one marked."""
    held = getattr(finding, "learners", None)
    table = finding.table if held is None else held
    ran = table[table["status"] == "ran"] if len(table) and "status" in table else table.head(0)
    ran = ran[ran["learner"] != "constant"] if len(ran) else ran
    if not len(ran) or not column(ran, "qini").notna().any():
        return empty(
            finding,
            width,
            title="Which learner predicts best who gains most?",
            why="No learner was compared.",
            way_out="Ask for them, e.g. evaluation.compare_learners(estimate).",
        )
    sheet = Canvas(width)
    end = 0.0
    for contrast in dict.fromkeys(words(ran, "contrast")):
        sheet.text(f"{contrast[:1].upper()}{contrast[1:]}", x=0, y=end + 10, size=12, bold=True)
        end = interval_rows(sheet, _rows(ran[ran["contrast"] == contrast]), end + 18, unit="Qini") + 12
    late = table[table["status"] == "no time left"]
    return sheet.finish(
        finding,
        title="Which learner predicts best who gains most?",
        subtitle=_subtitle(finding),
        height=end,
        notes=_notes(late),
        plot=(0, 0, width, end),
    )


def _rows(table: pd.DataFrame) -> list[IntervalRow]:
    rows = []
    for record in table.to_dict("records"):
        value, low, high = (float(record[c]) for c in ("qini", "qini_low", "qini_high"))
        chosen = record.get("chosen") is True
        library = str(record["library"])
        rows.append(
            IntervalRow(
                f"{record['label']} ({library}){' · chosen' if chosen else ''}",
                value,
                low,
                high,
                _said(record),
                color=ACCENT if chosen else MUTED,
            )
        )
    return rows


def _said(record: Mapping[Any, Any]) -> str:
    slope, seconds = float(record["calibration"]), float(record["seconds"])
    told = number(slope, 1) if math.isfinite(slope) else "–"
    took = f"{number(seconds, 1)} s" if math.isfinite(seconds) else "–"
    return f"slope {told}, {took}"


def _subtitle(finding: Finding) -> str:
    about = text(getattr(finding, "target_words", ""))
    lead = f"{about[:1].upper()}{about[1:]}: " if about else ""
    return (
        f"{lead}Qini on people whom the learner had not seen, with 95% intervals; zero: no better than chance. Slope 1: "
        "predicted differences are as large as actual ones"
    )


def _notes(late: pd.DataFrame) -> list[str]:
    notes = [
        "The chosen learner has the least doubly robust loss. Being best here is no evidence that effects differ."
    ]
    if len(late):
        notes.append(f"No time was left for {', '.join(dict.fromkeys(words(late, 'label')))}.")
    return notes
