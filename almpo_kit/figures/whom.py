"""Whose effect an average is, in the few words that a figure has room for."""

from __future__ import annotations

from collections.abc import Iterable

from almpo_kit.vocabulary.estimands import ESTIMANDS


def estimand_label(estimand: str) -> str:
    """``ATT``; "" where the frame does not speak of it."""
    return ESTIMANDS[estimand].label if estimand in ESTIMANDS else ""


def whom_notes(estimands: Iterable[str]) -> list[str]:
    """A note on whose effects the averages of a figure are, and a warning where they are of several kinds."""
    found = {*estimands}
    kinds = [e.whom for e in ESTIMANDS.values() if e.key in found]
    if not kinds:
        return []
    said = f"Whose effect an average is: {'; '.join(kinds)}."
    return [f"{said} Those of different kinds cannot be compared."] if len(kinds) > 1 else [said]
