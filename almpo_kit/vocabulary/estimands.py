"""Whose effect an estimate is: of being offered, of taking part, or of taking part because of an offer.

Estimates of different estimands answer different questions and are averaged apart. Where take-up is
partial, an effect of the offer is smaller than the effect on those who took part by just that share.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Estimand:
    """One estimand: its key in frames, its label, and ``whom`` it is an effect for, inside a sentence."""

    key: str
    label: str
    whom: str


#: In the order in which screens and tables show them, which also breaks ties between them.
ESTIMANDS: dict[str, Estimand] = {
    e.key: e
    for e in (
        Estimand("itt", "ITT", "for all who were offered it (ITT)"),
        Estimand("att", "ATT", "for those who took part (ATT)"),
        Estimand("ate", "ATE", "for everybody who could have taken part (ATE)"),
        Estimand("late", "LATE", "for those whom an offer or a rule moved to take part (LATE)"),
        Estimand("not_stated", "not stated", "for whom is not stated"),
    )
}
NOT_STATED = "not_stated"
ESTIMAND_SOURCES = ("stated", "implied_by_design")

#: What a design estimates where the study does not say otherwise; a design not listed implies nothing.
IMPLIED_BY_DESIGN: dict[str, str] = {
    "rct": "itt",
    "matching": "att",
    "did": "att",
    "timing_of_events": "att",
    "iv": "late",
    "rd": "late",
}
