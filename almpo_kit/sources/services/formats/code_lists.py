"""The lists of NUTS codes by vintage, as far as they are here."""

from __future__ import annotations

from functools import lru_cache

from almpo_kit.sources.packages import nuts


@lru_cache(maxsize=1)
def code_lists() -> dict[str, frozenset[str]]:
    """Vintage → its codes of levels 1 to 3, oldest first; 2024 with the statistical regions of partner countries."""
    return {
        "2021": frozenset(nuts("2021")["code"]),
        "2024": frozenset(nuts("2024", partners=True)["code"]),
    }
