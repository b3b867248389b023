"""The lists of NUTS codes by vintage."""

from __future__ import annotations

from functools import lru_cache

from almpo_kit.sources.vintages import nuts
from almpo_kit.vocabulary.places import NUTS_VERSIONS


@lru_cache(maxsize=1)
def code_lists() -> dict[str, frozenset[str]]:
    """Vintage → its codes, oldest first, with those of partner countries as far as a list of them is here."""
    return {v: frozenset(nuts(v, partners=True)["code"]) for v in NUTS_VERSIONS}
