"""Places of a file: spelling, level, and what is left out and counted instead of guessed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from almpo_kit.sources.services.formats.areas import EUROSTAT_OF_ISO3
from almpo_kit.vocabulary.places import AGGREGATES, PLACE_NAMES, is_extra_regio, normalise

_REGION = re.compile(r"[A-Z]{2}[0-9A-Z]{1,3}")


@dataclass(frozen=True)
class Places:
    """Published codes of places and what they are here.

    Parameters
    ----------
    codes : dict of str to str
        Published → ours, for the places that are kept.
    levels : dict of str to int
        Ours → NUTS level.
    notices : tuple of str
    """

    codes: dict[str, str]
    levels: dict[str, int]
    notices: tuple[str, ...]


def sort(published: Iterable[str], levels: tuple[int, ...]) -> Places:
    """Sort published codes into kept and left out.

    Parameters
    ----------
    published : iterable of str
        NUTS codes, country codes of two or three letters, codes of groups of countries.
    levels : tuple of int
        NUTS levels that the series keeps.
    """
    every = sorted(set(published))
    ours = {code: spelled(code) for code in every}
    renamed = [c for c in every if len(c) < 6 and c[:2] in ("GR", "GB") and ours[c] != c]
    kept: dict[str, str] = {}
    depth: dict[str, int] = {}
    extra: list[str] = []
    elsewhere: dict[int, int] = {}
    unknown: list[str] = []
    for code in every:
        level = level_of(ours[code])
        if level is None:
            unknown.append(code)
        elif level > 0 and is_extra_regio(ours[code]):
            extra.append(code)
        elif level not in levels:
            elsewhere[level] = elsewhere.get(level, 0) + 1
        else:
            kept[code], depth[ours[code]] = ours[code], level
    return Places(kept, depth, tuple(_notices(renamed, extra, elsewhere, unknown)))


def spelled(code: str) -> str:
    """Eurostat's spelling of a place: ``GR30`` → ``EL30``, ``AUT`` → ``AT``."""
    bare = code.strip().upper()
    return EUROSTAT_OF_ISO3.get(bare) or (bare if bare in AGGREGATES else normalise(bare))


def level_of(code: str) -> int | None:
    """NUTS level of a place as spelled here; None for what is neither a place nor a group that we know."""
    if code in PLACE_NAMES:
        return 0
    # "EU15" has the form of a region and is a group of countries that is not kept.
    region = _REGION.fullmatch(code) and code[:2] in PLACE_NAMES and code[:2] not in AGGREGATES
    return len(code) - 2 if region else None


def _notices(
    renamed: list[str], extra: list[str], elsewhere: dict[int, int], unknown: list[str]
) -> Iterable[str]:
    if renamed:
        yield (
            f"{_count(renamed, 'code')} written in ISO's way ({_shown(renamed)}) became Eurostat's: Greece is EL, the "
            "United Kingdom UK."
        )
    if extra:
        yield f"{_count(extra, 'extra-regio code')} (ZZ: {_shown(extra)}) belong to no region and were left out."
    if elsewhere:
        which = ", ".join(f"{n} of level {level}" for level, n in sorted(elsewhere.items()))
        yield f"Places of levels that this series does not keep were left out: {which}."
    if unknown:
        yield f"{_count(unknown, 'place')} unknown here ({_shown(unknown)}): left out, nothing was guessed."


def _count(codes: list[str], noun: str) -> str:
    return f"{len(codes)} {noun}{'s' if len(codes) != 1 else ''}"


def _shown(codes: list[str]) -> str:
    return ", ".join(codes[:8]) + (", …" if len(codes) > 8 else "")
