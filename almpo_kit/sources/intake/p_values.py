"""p values as papers print them: exact ones, bounds, stars. Only an exact one can carry a standard error."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

from almpo_kit.sources.intake.numerals import LONGEST_NUMBER, read_cell

_PRINTED = re.compile(r"(?:p\s*+)?+(?P<sign><=|>=|[<>≤≥=])?\s*+(?P<number>[\d.,eE+-]++)", re.I)
_NOT_SIGNIFICANT = frozenset({"ns", "n.s.", "n.s", "not significant"})
#: Significant means at 5%, whatever the p is given as.
LEVEL = 0.05
#: One star stands for 10% in some papers and for 5% in others; two or more for 5% or less in all usual legends.
_ONE_STAR, _MORE_STARS = 0.10, 0.05


@dataclass(frozen=True)
class PValue:
    """``exact`` p with the decimals it was printed with; or ``below`` or ``above`` a bound."""

    value: float
    sense: Literal["exact", "below", "above"]
    decimals: int = 15

    @property
    def significant(self) -> bool | None:
        """At 5%: True, False, or None where the bound leaves it open (p < 0.10, one star, p > 0.01)."""
        if self.sense == "exact":
            return self.value <= LEVEL
        if self.sense == "below":
            return True if self.value <= LEVEL else None
        return False if self.value >= LEVEL else None


def read_p(cell: Any, mark: str) -> tuple[PValue | None, str]:
    """A p value, or what is wrong with the cell."""
    text = str(cell).strip()
    if len(text) > LONGEST_NUMBER:
        return None, f"it has {len(text):,} characters, more than any p value"
    if text.lower() in _NOT_SIGNIFICANT:
        return PValue(LEVEL, "above"), ""
    if re.fullmatch(r"\*{1,4}", text):
        return PValue(_ONE_STAR if text == "*" else _MORE_STARS, "below"), ""
    found = _PRINTED.fullmatch(text)
    if not isinstance(cell, str):
        sign, reading = "", read_cell(cell, mark)
    elif found:
        sign, reading = (
            found["sign"] or "",
            read_cell(_leading_zero(found["number"]), mark or _own_mark(text)),
        )
    else:
        return None, "it is no p value"
    if reading.fault or reading.missing:
        return None, "it is no p value"
    if not 0 <= reading.value <= 1:
        return None, "a p value lies between 0 and 1"
    if sign in ("<", "<=", "≤"):
        return PValue(reading.value, "below"), ""
    if sign in (">", ">=", "≥"):
        return PValue(reading.value, "above"), ""
    if reading.value == 0:
        # Printed 0.000: smaller than what three decimals can show.
        return PValue(10.0 ** -max(reading.decimals, 1), "below"), ""
    return PValue(reading.value, "exact", reading.decimals), ""


def _leading_zero(number: str) -> str:
    return f"0{number}" if number[:1] in ".," else number


def _own_mark(text: str) -> str:
    # A p value is at most 1, so whatever separates its digits is the decimal mark.
    return "," if "," in text else "."
