"""Which cases a person wants to see at all: by place, sector, programme and people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from almpo_kit.vocabulary.case_studies import GROUNDS, MECHANISMS, RESULTS, parts
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.places import AGGREGATES, normalise, nuts_level
from almpo_kit.vocabulary.programmes import PROGRAMME_TYPES, TARGET_GROUPS
from almpo_kit.vocabulary.sectors import sector_code

if TYPE_CHECKING:
    import pandas as pd

_KEYS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "programmes": ("programme_type", PROGRAMME_TYPES),
    "target_groups": ("target_group", TARGET_GROUPS),
    "mechanisms": ("mechanism", MECHANISMS),
    "results": ("result", RESULTS),
    "grounds": ("grounds", GROUNDS),
}


def wanted_codes(name: str, values: str | Sequence[str]) -> tuple[str, ...]:
    """The values of a filter, checked and spelled as in the library.

    Raises
    ------
    ParameterError
        Something that is no place, no sector or no key of its vocabulary.
    """
    given = (values,) if isinstance(values, str) else tuple(values)
    if name == "places":
        return tuple(_place(v) for v in given)
    if name == "sectors":
        return tuple(sector_code(v) for v in given)
    _, words = _KEYS[name]
    for value in given:
        if value not in words:
            raise ParameterError(f"find_cases() got {name}={value!r}; choose from {', '.join(words)}.")
    return given


def _place(value: str) -> str:
    code = normalise(value)
    if code not in AGGREGATES:
        nuts_level(code)
    return code


def fits(cases: pd.DataFrame, name: str, wanted: Sequence[str]) -> list[bool]:
    """True for the cases that pass one filter.

    A place fits where it lies in the other or holds it: a case of all Greece is about Crete too. Sectors likewise; a
    case of no particular sector fits none.
    """
    if name == "places":
        held = [parts(n) or [c] for n, c in zip(cases["nuts"], cases["country"], strict=True)]
    elif name == "sectors":
        held = [parts(s) for s in cases["sector"]]
    else:
        return [bool(set(parts(v)) & set(wanted)) for v in cases[_KEYS[name][0]]]
    return [any(_nested(a, b) for a in have for b in wanted) for have in held]


def _nested(a: str, b: str) -> bool:
    return a.startswith(b) or b.startswith(a)


def told(name: str, wanted: Iterable[str]) -> str:
    """A filter in words."""
    words = {"places": "place", "sectors": "sector", "target_groups": "people"}
    return f"{words.get(name, name.removesuffix('s'))} {', '.join(w.replace('_', ' ') for w in wanted)}"
