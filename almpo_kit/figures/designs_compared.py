"""How often trials that differ would find the effect: designs side by side, and one design with other numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.named_bars import NamedBar, named_bars
from almpo_kit.figures.theme import ACCENT, CONTEXT
from almpo_kit.figures.wording import column, text, words
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.vocabulary.finding import Finding

_ASKS = "How often would each trial find the effect?"
_HEADING = "Trials of 100 that find it"
_MOST_ROWS = 40


def design_comparison(finding: Finding, width: int) -> Any:
    """Draw a DesignComparison: a bar a design, what it costs, the cheapest that reaches the target in front."""
    table = finding.table
    power, cost, people = (column(table, c) for c in ("power", "cost", "people"))
    trusted = [bool(t) for t in table["trusted"]] if "trusted" in table else [True] * len(table)
    names, cheapest = words(table, "name"), text(getattr(finding, "cheapest", ""))
    bars = [
        NamedBar(name, 100 * p, _priced(p, c, n, held), ACCENT if held and _enough(finding, p) else CONTEXT)
        for name, p, c, n, held in zip(names, power, cost, people, trusted, strict=True)
    ]
    title = (
        f"“{cheapest}” finds it often enough at the least cost"
        if cheapest
        else "No design surely finds it often enough"
    )
    notes = ["Grey: finds it too seldom, or its intervals do not hold what they promise."]
    return _bars(finding, width, bars, title, notes)


def sweep(finding: Finding, width: int) -> Any:
    """Draw a Sweep: a bar a combination of numbers."""
    table = finding.table
    over = [c for c in getattr(finding, "over", ()) if c in table]
    bars = [
        NamedBar(name, 100 * p, _found(p), ACCENT if _enough(finding, p) else CONTEXT)
        for name, p in zip(_combinations(table, over), column(table, "power"), strict=True)
    ]
    reach = sum(_enough(finding, b.value / 100) for b in bars)
    title = f"{reach or 'None'} of {len(bars)} trials would find the effect often enough"
    return _bars(finding, width, bars, title, ["Grey: too seldom. Without a bar: cannot be run."])


def _bars(finding: Finding, width: int, bars: list[NamedBar], title: str, notes: list[str]) -> Any:
    if not any(math.isfinite(b.value) for b in bars):
        return empty(
            finding,
            width,
            title=_ASKS,
            why="None of the trials can be run.",
            way_out="Take more people or groups.",
        )
    sheet = Canvas(width)
    if len(bars) > _MOST_ROWS:
        notes = [*notes, f"The first {_MOST_ROWS} of {len(bars)}; the table has all."]
    end = named_bars(sheet, bars[:_MOST_ROWS], 0.0, _HEADING)
    target = float(getattr(finding, "target", math.nan))
    asked = f"{number(100 * target, 0)} of 100 are asked for" if math.isfinite(target) else "By simulation"
    return sheet.finish(
        finding, title=title, subtitle=asked, height=end, notes=notes, plot=(0, 0, width, end)
    )


def _enough(finding: Finding, power: float) -> bool:
    target = float(getattr(finding, "target", math.nan))
    return math.isfinite(power) and (power >= target or not math.isfinite(target))


def _found(power: float) -> str:
    return number(100 * power, 0) if math.isfinite(power) else "cannot be run"


def _priced(power: float, cost: float, people: float, trusted: bool) -> str:
    price = f"€{number(cost, 0)}" if math.isfinite(cost) and cost > 0 else f"{number(people, 0)} people"
    return f"{_found(power)} · {price}{'' if trusted else ' · not to be trusted'}"


def _combinations(table: pd.DataFrame, over: list[str]) -> list[str]:
    def word(name: str, value: object) -> str:
        told = f"{value:g}" if isinstance(value, int | float) else str(value)
        return f"{name.rpartition('.')[2].replace('_', ' ')} {told}"

    values = table[over].to_numpy(dtype=object).tolist() if over else [[] for _ in range(len(table))]
    return [
        " · ".join(word(c, v) for c, v in zip(over, row, strict=True)) or f"trial {i + 1}"
        for i, row in enumerate(values)
    ]
