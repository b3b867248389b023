"""Effects by group, with intervals that hold for all groups at once, around the effect for everybody."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.lettering import wrap
from almpo_kit.figures.panels import IntervalRow, interval_rows
from almpo_kit.figures.theme import ACCENT, INK
from almpo_kit.figures.wording import column, listed, text, words
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.vocabulary.finding import Finding

#: Rows drawn of one contrast; the table has all.
_MOST = 24


def group_effects(finding: Finding, width: int) -> Any:
    """Draw a Heterogeneity: its groups, contrast by contrast."""
    table = finding.table
    if not len(table) or not column(table, "effect").notna().any():
        return empty(
            finding,
            width,
            title="For whom does it work?",
            why="No group is large enough to tell an effect of it.",
            way_out="Name modifiers with fewer and larger groups.",
        )
    sheet = Canvas(width)
    end, left = 0.0, 0
    for contrast in dict.fromkeys(words(table, "contrast")):
        mine = table[table["contrast"] == contrast]
        known = mine[column(mine, "effect").notna()]
        left += len(mine) - len(known) + max(len(known) - _MOST, 0)
        known = _shortened(known)
        if not len(known):
            continue
        claims = text_map(finding, "claims")
        claimed = bool(claims.get(contrast, False))
        found = (
            (": effects differ" if claimed else ": no evidence that effects differ")
            if len(claims) > 1
            else ""
        )
        for line in wrap(f"{contrast[:1].upper()}{contrast[1:]}{found}", 12, width, bold=True):
            sheet.text(line, x=0, y=end + 10, size=12, bold=True)
            end += 16
        end -= 16
        end = interval_rows(sheet, _rows(known, claimed), end + 18, unit=_unit(table)) + 12
    return sheet.finish(
        finding,
        title=_title(finding),
        subtitle=_subtitle(finding),
        height=end,
        notes=_notes(left),
        plot=(0, 0, width, end),
    )


def text_map(finding: Finding, name: str) -> dict[str, Any]:
    """A mapping of the Finding, empty where it has none."""
    found = getattr(finding, name, None)
    return dict(found) if found else {}


def _shortened(rows: pd.DataFrame) -> pd.DataFrame:
    if len(rows) <= _MOST:
        return rows
    # The fifths of the predictions are what the test is about: they stay.
    fifths = rows[rows["kind"] == "predicted"]
    named = rows[rows["kind"] != "predicted"].head(_MOST - len(fifths))
    return rows.loc[[*named.index, *fifths.index]]


def _rows(table: pd.DataFrame, claimed: bool) -> list[IntervalRow]:
    rows = []
    for record in table.to_dict("records"):
        value, low, high = (float(record[c]) for c in ("effect", "low", "high"))
        whole = record["kind"] == "everybody"
        name = "Everybody" if whole else f"{record['by']}: {record['group']}"
        rows.append(
            IntervalRow(
                str(name),
                value,
                low,
                high,
                _said(value, low, high),
                color=INK if whole else ACCENT,
                faint=record["kind"] == "predicted" and not claimed,
            )
        )
    return rows


def _said(value: float, low: float, high: float) -> str:
    if not (math.isfinite(low) and math.isfinite(high)):
        return "no interval"
    digits = 0 if (high - low) / 2 >= 10 else 1
    return f"{number(value, digits)} ({number(low, digits)} to {number(high, digits)})"


def _unit(table: pd.DataFrame) -> str:
    from almpo_kit.vocabulary.outcomes import UNITS

    key = str(table["unit"].iloc[0])
    return UNITS[key][0] if key in UNITS else key.replace("_", " ")


def _title(finding: Finding) -> str:
    claims = text_map(finding, "claims")
    differ = [contrast for contrast, claimed in claims.items() if claimed]
    if differ and len(differ) == len(claims):
        return "Effects differ between people"
    if differ:
        # What was found of one programme is not to be read as found of all.
        return f"Effects differ between people: only in {listed(differ)}"
    return "No evidence that effects differ between people"


def _subtitle(finding: Finding) -> str:
    about = text(getattr(finding, "target_words", ""))
    what = f"Effect on {about}" if about else "Effect by group"
    return f"{what}, in {_unit(finding.table)}; lines are 95% intervals that hold for all groups at once"


def _notes(left: int) -> list[str]:
    notes = [
        "Hollow dots: fifths of predicted effects where no difference is claimed; their order is no finding."
    ]
    if left:
        notes.append(f"{left} groups are not drawn: too few people, or too many rows.")
    return notes
