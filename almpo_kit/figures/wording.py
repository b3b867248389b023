"""How a figure words places, indicators and values."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from almpo_kit.vocabulary.indicators import INDICATORS, Indicator
from almpo_kit.vocabulary.places import PLACE_NAMES
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.vocabulary.finding import Finding

_THE = {"NL"}


def country_name(code: object) -> str:
    """``EL`` -> ``Greece``; a code that is no country stays as it is."""
    return PLACE_NAMES.get(str(code), str(code))


def in_country(code: object) -> str:
    """``in Greece``, ``in the Netherlands``."""
    return f"in {'the ' if str(code) in _THE else ''}{country_name(code)}"


@dataclass(frozen=True)
class Measure:
    """How values of one indicator are written in a figure.

    ``divisor`` brings large numbers down to what fits on a tile: PPS are written in thousands.
    """

    key: str
    label: str
    unit: str
    sign: str
    points: str
    digits: int
    divisor: float = 1.0
    favourable: int = 0

    def value(self, x: object) -> str:
        """With its sign, for sentences and labels."""
        text = self.bare(x)
        return text if text == "–" else f"{text}{self.sign}"

    def bare(self, x: object) -> str:
        """Without its sign, for tiles and columns."""
        v = _real(x)
        return number(v / self.divisor, self.digits)

    def gap(self, x: object) -> str:
        """A signed difference, e.g. ``+2.4``."""
        v = _real(x)
        text = number(v / self.divisor, self.digits)
        return f"+{text}" if v > 0 and text != number(0, self.digits) else text


def _real(x: object) -> float:
    try:
        return float(x)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return math.nan


def measure(finding: Finding, indicator: str | None = None) -> Measure:
    """The measure of a regional Finding, from its indicator or, failing that, from its unit."""
    key = str(indicator or getattr(finding, "indicator", None) or "")
    known = INDICATORS.get(key)
    if known is None:
        unit = str(getattr(finding, "unit", "") or "")
        sign = "%" if unit.startswith(("%", "PC", "per cent")) else ""
        label = key.replace("_", " ").capitalize() or "Value"
        return Measure(key, label, unit or "unit not stated", sign, "points", 1)
    return measure_of(known)


def measure_of(known: Indicator) -> Measure:
    """The measure of a known indicator."""
    if known.key == "gdp_per_head_pps":
        unit = "thousand purchasing power standards (PPS) per inhabitant"
        return Measure(
            known.key, known.label, unit, "k PPS", "k PPS", 1, divisor=1000.0, favourable=known.favourable
        )
    return Measure(
        known.key,
        known.label,
        known.unit,
        known.sign,
        known.points,
        known.digits,
        favourable=known.favourable,
    )


def names(finding: Finding) -> dict[str, str]:
    """Region code -> name, from the Finding's table."""
    table = finding.table
    if "geo" not in table or "name" not in table:
        return {}
    return {str(g): text(n) or str(g) for g, n in zip(table["geo"], table["name"], strict=True)}


def text(value: Any) -> str:
    """One line of text; empty where there is none."""
    if (
        value is None
        or (isinstance(value, float) and math.isnan(value))
        or str(value) in ("nan", "<NA>", "None")
    ):
        return ""
    return " ".join(str(value).split())


def column(table: pd.DataFrame, name: str) -> pd.Series:
    """A numeric column, all missing where the table has none."""
    import pandas as pd

    if name not in table:
        return pd.Series(float("nan"), index=table.index, dtype=float)
    return pd.to_numeric(table[name], errors="coerce").astype(float)


def words(table: pd.DataFrame, name: str) -> list[str]:
    """A text column as clean strings, empty where the table has none."""
    return [text(v) for v in table[name]] if name in table else [""] * len(table)


def plural(n: int, one: str, many: str = "") -> str:
    """``1 region``, ``3 regions``."""
    return f"{n} {one if n == 1 else many or one + 's'}"


def listed(items: list[str], at_most: int = 6) -> str:
    """``a, b and c``; ``a, b and 9 more`` where there are many."""
    if len(items) > at_most:
        return f"{', '.join(items[: at_most - 1])} and {len(items) - at_most + 1} more"
    return " and ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)
