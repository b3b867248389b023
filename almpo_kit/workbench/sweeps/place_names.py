"""Codes and names of the places that series run over, read without pandas: a series that has nothing to do is told so
at once."""

from __future__ import annotations

from functools import lru_cache

from almpo_kit.sources.catalogue import read_bytes, text_rows
from almpo_kit.vocabulary.places import EU27

_POINTS = "data/label_points.csv"
_VINTAGE = "2024"


def regions() -> dict[str, str]:
    """The NUTS-2 regions of the 27 member states (NUTS 2024): code → name, in the order of the codes."""
    return dict(_regions(read_bytes(_POINTS)))


@lru_cache(maxsize=2)
def _regions(data: bytes) -> tuple[tuple[str, str], ...]:
    rows = text_rows(data, _POINTS)
    ours = (r for r in rows if r["geo"][:2] in EU27 and _VINTAGE in r["nuts_version"].split("/"))
    return tuple(sorted((r["geo"], r["name"]) for r in ours))


def name_of(code: str) -> str:
    """Name of a member state or region; the code itself where it is neither."""
    return EU27.get(code) or regions().get(code, code)
