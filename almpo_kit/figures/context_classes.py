"""How the classes of a labour market are called and marked, the same in every figure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from almpo_kit.figures.theme import BAD, GOOD, NEUTRAL
from almpo_kit.figures.wording import text, words

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.vocabulary.finding import Finding


@dataclass(frozen=True)
class ClassMark:
    """Words, colour, shape and letter of a class; it is never told by colour alone."""

    label: str
    colour: str
    shape: str
    letter: str


#: From high to low, then what is neither.
CLASSES: dict[str, ClassMark] = {
    "high": ClassMark("high unemployment", BAD, "triangle-up", "H"),
    "mixed": ClassMark("mixed (EU and nation differ)", "#7B5EA7", "diamond", "M"),
    "near the threshold": ClassMark("near the threshold", NEUTRAL, "circle", "N"),
    "low": ClassMark("low unemployment", GOOD, "square", "L"),
}
BAND = "#E9EDF1"
SKILL_UNKNOWN = "Skilled jobs: unknown (no measure of jobs is held)"
KEPT = "hollow: within the margin, class kept from an earlier year"


def latest(finding: Finding) -> Finding:
    """The Finding with the rows of its last year only: a picture of one year never mixes several."""
    table = finding.table
    if "period" not in table or table["period"].nunique() < 2:
        return finding
    return replace(finding, table=table[table["period"] == table["period"].max()].reset_index(drop=True))


def year_of(finding: Finding) -> str:
    """The year of a Finding of one year."""
    table = finding.table
    one = table["period"].iloc[0] if "period" in table and len(table) else getattr(finding, "period", "")
    return text(one)


def counted(table: pd.DataFrame) -> dict[str, int]:
    """Regions in each class by this year's rate: one that keeps an earlier class is near the threshold."""
    kept = [bool(k) for k in words(table, "kept_from")]
    sides = [
        "near the threshold" if k else str(c) for c, k in zip(table["unemployment_class"], kept, strict=True)
    ]
    return {k: sides.count(k) for k in CLASSES if k in sides}
