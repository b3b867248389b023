"""A p-value in words: never zero, never more digits than it has."""

from __future__ import annotations

from almpo_kit.vocabulary.rendering import number


def p_words(p: float) -> str:
    """``p < 0.001``, ``p = 0.004``, ``p = 0.12``."""
    return "p < 0.001" if p < 0.001 else f"p = {number(p, 2 if p >= 0.01 else 3)}"
