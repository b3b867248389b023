"""What a series runs over: ``country=EU27``, ``place=NUTS2``, ``place=EL*``, ``budget=1000,2000``."""

from __future__ import annotations

import re
from collections.abc import Iterable

from almpo_kit.vocabulary.errors import ParameterError, PlaceError
from almpo_kit.vocabulary.places import EU27, normalise
from almpo_kit.workbench.sweeps.place_names import regions

_GROUPS = ("EU27", "NUTS2")


def split_each(items: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """``["country=EU27", "year=2023,2024"]`` as names with their values; groups are still groups.

    Raises
    ------
    ParameterError
        An item without ``=`` or without a value, or a name given twice.
    """
    found: dict[str, tuple[str, ...]] = {}
    for item in items:
        name, equals, text = item.partition("=")
        if not equals or not name.strip():
            raise ParameterError(f"{item!r} is not NAME=VALUES, e.g. --each country=EU27.")
        if name.strip() in found:
            raise ParameterError(
                f"--each {name.strip()} is given twice; write all its values into one, e.g. --each {name.strip()}=A,B."
            )
        found[name.strip()] = listed(text)
        if not found[name.strip()]:
            raise ParameterError(f"--each {name.strip()} has no value; write e.g. --each country=EU27.")
    return found


def listed(text: str) -> tuple[str, ...]:
    r"""The values in a list with commas; ``\\,`` is a comma within a value.

    >>> listed(r"a, b\\,c")
    ('a', 'b,c')
    """
    parts = (p.replace("\\,", ",").strip() for p in re.split(r"(?<!\\),", text))
    return tuple(p for p in parts if p)


def expand(text: str, kind: str = "Place") -> tuple[str, ...]:
    """The values that a person means.

    Parameters
    ----------
    text : str
        Values with commas between; of places also ``EU27`` (the member states), ``NUTS2`` (the 244 regions of the EU in
        NUTS 2024) and a beginning with a star (``EL*``, ``DE1*``: the regions whose code begins so). ``NAME=`` before
        them may be left standing.
    kind : str
        Kind of the parameter; only ``MemberState`` and ``Place`` have groups.

    Raises
    ------
    PlaceError
        No region begins so.
    """
    values = re.sub(r"^\s*[A-Za-z_]\w*\s*=", "", text)
    return tuple(code for item in listed(values) for code in group(item, kind))


def group(item: str, kind: str) -> tuple[str, ...]:
    """One value, or the members of the group that it names.

    Raises
    ------
    PlaceError
        As :func:`expand`.
    """
    word = item.strip().upper()
    if kind not in ("MemberState", "Place"):
        return (item,)
    if word == "EU27":
        return tuple(EU27)
    if kind == "Place" and word in ("NUTS2", "NUTS-2", "NUTS 2"):
        return tuple(regions())
    if kind == "Place" and word.endswith("*"):
        return _beginning(item)
    return (item,)


def _beginning(item: str) -> tuple[str, ...]:
    start = normalise(item.strip().rstrip("*"))
    found = tuple(code for code in regions() if code.startswith(start))
    if not found or not start:
        near = [code for code in EU27 if code[:1] == start[:1]][:3]
        hint = f" Did you mean {' or '.join(f'{c}*' for c in near)}?" if near else ""
        raise PlaceError(f"no NUTS-2 region of the EU has a code that begins with {start!r}.{hint}")
    return found
