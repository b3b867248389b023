"""What was seen when a design was checked, and whether the protocol stops there."""

from __future__ import annotations

from dataclasses import dataclass

from almpo_kit.evaluation.disclosure.smallest import SMALLEST
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number


@dataclass(frozen=True)
class Remark:
    """A check, and whether the next step refuses because of it."""

    check: Check
    stops: bool = False


def stop(name: str, sentence: str) -> Remark:
    """A failed check because of which the next step refuses."""
    return Remark(Check(name, "failed", sentence), True)


def caution(name: str, sentence: str) -> Remark:
    """A failed check with which one may go on."""
    return Remark(Check(name, "failed", sentence))


def holds(name: str, sentence: str) -> Remark:
    """A check that passed."""
    return Remark(Check(name, "passed", sentence))


def note(name: str, sentence: str) -> Remark:
    """Something to know."""
    return Remark(Check(name, "informational", sentence))


def people(count: int, noun: str = "persons") -> str:
    """A number of people in a sentence; small ones are not told.

    >>> people(7), people(12345), people(0)
    ('fewer than 10 persons', '12\\u202f345 persons', 'nobody')
    """
    if count == 0:
        return "nobody" if noun == "persons" else f"no {noun}"
    if count < SMALLEST:
        return f"fewer than {SMALLEST} {noun}"
    return f"{number(count, 0)} {noun}"


def share(part: int, whole: int) -> str:
    """A share in a sentence, coarse where it would tell a small number.

    >>> share(3, 1000), share(0, 50), share(120, 1000), share(997, 1000)
    ('under 1%', '0%', '12%', 'over 99%')
    """
    if whole == 0:
        return "–"
    edge = max(1, round(100 * SMALLEST / whole + 0.5))
    if 0 < part < SMALLEST:
        return f"under {edge}%"
    if 0 < whole - part < SMALLEST:
        return f"over {100 - edge}%"
    percent = 100 * part / whole
    return f"{number(percent, 1 if percent < 10 and percent != round(percent) else 0)}%"


def listed(names: list[str] | tuple[str, ...], most: int = 6) -> str:
    """Names in a sentence, the first ``most`` of them."""
    shown = [f"“{n}”" for n in names[:most]]
    if len(names) > most:
        return f"{', '.join(shown)} and {len(names) - most} more"
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
