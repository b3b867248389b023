"""What a hand-written sentence says: the estimates in it, by somebody who read it.

Sentences are invented, in the manner of abstracts and result sections; they stand for no publication. The open half was
at hand while the rules were written; the blind half was written before the rules and not looked at while they were made.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Said:
    """One estimate; only what is given is compared. ``clash``: its figures contradict each other."""

    effect: float | None
    unit: str
    more: dict[str, Any]
    clash: bool = False


@dataclass(frozen=True)
class Sentence:
    text: str
    said: tuple[Said, ...]
    language: str = "en"


def e(effect: float | None, unit: str = "", *, clash: bool = False, **more: Any) -> Said:
    return Said(effect, unit, more, clash)


def s(text: str, *said: Said, language: str = "en") -> Sentence:
    return Sentence(text, said, language)
