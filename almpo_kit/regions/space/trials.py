"""What may be asked of a permutation test."""

from __future__ import annotations

from almpo_kit.vocabulary.errors import DesignError


def trials(permutations: int, seed: int, level: float) -> None:
    """Refuse numbers of permutations, seeds and levels that make no test."""
    if isinstance(permutations, bool) or not isinstance(permutations, int) or permutations < 99:
        raise DesignError(f"permutations={permutations!r}; give a whole number of 99 or more, e.g. 9999.")
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        raise DesignError(f"seed={seed!r} must be a whole number, zero or more.")
    if not 0 < level < 0.5:
        raise DesignError(f"{level!r} is no level of a test or rate of false discoveries; choose e.g. 0.05.")
