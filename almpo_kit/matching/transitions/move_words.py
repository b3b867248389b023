"""How moves, months and shares are told."""

from __future__ import annotations

from collections.abc import Iterable

from almpo_kit.vocabulary.rendering import number


def months_words(typical: float, low: float, high: float) -> str:
    """``about 4 months of training, between 2 and 9``; whole months, for the assumptions warrant no more."""
    if high != high:
        return "training of unknown length"
    least, most = int(low), max(1, int(-(-high // 1)))
    if high <= 0:
        return "no training"
    if typical < 1:
        return f"under a month of training, at most {most}" if most > 1 else "under a month of training"
    middle = round(typical)
    return f"about {middle} {'month' if middle == 1 else 'months'} of training, between {least} and {most}"


def percent(share: float) -> str:
    """``45%`` of a share."""
    return f"{number(100 * share, 0)}%" if share == share else "an unknown share"


def skills_words(n: int) -> str:
    """``1 essential skill missing``, ``no essential skill missing``."""
    return f"{n or 'no'} essential {'skill' if n <= 1 else 'skills'} missing"


def listed(items: Iterable[str], at_most: int = 6) -> str:
    """``a, b and c``; ``a, b and 9 more``."""
    items = list(items)
    if len(items) > at_most:
        return f"{', '.join(items[: at_most - 1])} and {len(items) - at_most + 1} more"
    return " and ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)


def steps_words(change: float) -> str:
    """How a move changes the ISCO-08 skill level."""
    if change != change:
        return "change of skill level not known"
    steps = int(abs(change))
    if not steps:
        return "same skill level"
    return f"{steps} skill {'level' if steps == 1 else 'levels'} {'up' if change > 0 else 'down'}"
