"""How people (or regions) came into a programme, and what must be true for a comparison to mean something."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

AssignmentName = Literal["rct", "matching", "iv", "rd", "did", "timing_of_events", "synthetic_control"]


@dataclass(frozen=True)
class Assignment:
    """One way of assignment: its key, its label, the assumption, in a sentence, and the estimand it implies.

    ``design`` is the key under which the evidence base files it.
    """

    key: str
    label: str
    assumes: str
    estimand: str
    design: str


#: The keys are those of the evidence base, and the one design it files under "other".
ASSIGNMENTS: dict[str, Assignment] = {
    a.key: a
    for a in (
        Assignment(
            "rct",
            "randomised trial",
            "Chance alone decided who was offered what.",
            "itt",
            "rct",
        ),
        Assignment(
            "matching",
            "selection on observed characteristics",
            "Nothing that was not observed moved both who took part and what became of them.",
            "att",
            "matching",
        ),
        Assignment(
            "iv",
            "instrumental variable",
            "The instrument moves taking part, moves nobody the other way, and matters for outcomes only through it.",
            "late",
            "iv",
        ),
        Assignment(
            "rd",
            "regression discontinuity",
            "People just above and just below the cut-off are alike, and nobody could choose the side.",
            "late",
            "rd",
        ),
        Assignment(
            "did",
            "difference-in-differences",
            "Without the programme the groups would have moved in parallel, and nobody acted before it began.",
            "att",
            "did",
        ),
        Assignment(
            "timing_of_events",
            "timing of events",
            "Nobody knew the exact moment of entry beforehand, and hazards are proportional.",
            "att",
            "timing_of_events",
        ),
        Assignment(
            "synthetic_control",
            "synthetic control",
            "A weighted mean of other regions would have gone on moving as this one, and none of them was affected.",
            "att",
            "other",
        ),
    )
}
