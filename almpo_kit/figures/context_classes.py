"""How the classes of a labour market are called and marked, the same in every figure."""

from __future__ import annotations

from dataclasses import dataclass

from almpo_kit.figures.theme import BAD, GOOD, NEUTRAL


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
