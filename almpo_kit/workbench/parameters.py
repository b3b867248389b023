"""Typed parameters of report notebooks, checked before anything starts.

A notebook declares its parameters in the cell tagged ``parameters``, one annotated assignment a line::

    from almpo_kit.workbench.parameters import MemberState, Year

    country: MemberState = "EL"  # Eurostat code or English name of a member state
    year: Year = None  # latest year with data when left out

papermill only warns about a parameter it does not know and passes any text on; here an unknown name or an
ill-typed value is an error that says what would be right, before a kernel is started.
"""

from __future__ import annotations

import ast
import difflib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.places import member_state

MemberState = str
Place = str
Year = int | None
Text = str
File = str
Whole = int
Real = float
Flag = bool

_FIRST_YEAR, _LAST_YEAR = 1990, 2050
#: Signs of a value: the longest path of a file, and of a text in words.
_LONGEST, _LONGEST_TEXT = 4_096, 100_000


def _year(text: str) -> int | None:
    if text.strip().lower() in ("", "none", "latest"):
        return None
    bare = text.strip()
    plain = bare.isascii() and bare.isdigit() and len(bare) == 4
    if not plain or not _FIRST_YEAR <= int(bare) <= _LAST_YEAR:
        raise ParameterError(f"{text!r} is not a year; write e.g. 2024, or `latest`.")
    return int(text)


def _place(text: str) -> str:
    """Code of a member state, or of a NUTS-2 region of one; either by its name too."""
    from almpo_kit import sources
    from almpo_kit.regions.panel import regions
    from almpo_kit.regions.region_codes import region_code

    try:
        return member_state(text)
    except ParameterError:
        return region_code(text, regions(sources.nuts()))


def _flag(text: str) -> bool:
    words = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    if text.strip().lower() not in words:
        raise ParameterError(f"{text!r} is neither true nor false.")
    return words[text.strip().lower()]


def _number(kind: type) -> Callable[[str], Any]:
    def parse(text: str) -> Any:
        try:
            value = kind(text)
            # Python also takes 1_0 and the digits of other scripts; a person who types them means something else.
            finite = math.isfinite(value) and text.isascii() and "_" not in text
        except (ValueError, OverflowError):
            finite = False
        if not finite:
            name = "whole number" if kind is int else "number"
            raise ParameterError(f"{text!r} is not a {name}.")
        return value

    return parse


#: How the text of a command-line value becomes a value, by the name of its annotation.
_PARSERS: dict[str, Callable[[str], Any]] = {
    "MemberState": member_state,
    "Place": _place,
    "Year": _year,
    "Text": str,
    "File": str,
    "Whole": _number(int),
    "Real": _number(float),
    "Flag": _flag,
}


@dataclass(frozen=True)
class Parameter:
    """One declared parameter: name, kind (a key of the parsers), default and the comment behind it."""

    name: str
    kind: str
    default: Any
    help: str


def declared(source: str) -> dict[str, Parameter]:
    """Parameters that the source of a ``parameters`` cell declares, in order.

    Raises
    ------
    ParameterError
        An annotation that is not one of this module's kinds.
    """
    lines = source.splitlines()
    found = {}
    for node in ast.parse(source).body:
        if not isinstance(node, ast.AnnAssign) or not isinstance(node.target, ast.Name):
            continue
        kind = ast.unparse(node.annotation)
        if kind not in _PARSERS:
            raise ParameterError(
                f"parameter {node.target.id!r} has the kind {kind!r}; known kinds: {', '.join(_PARSERS)}."
            )
        default = ast.literal_eval(node.value) if node.value else None
        comment = lines[node.lineno - 1].partition("#")[2].strip()
        found[node.target.id] = Parameter(node.target.id, kind, default, comment)
    return found


def resolve(parameters: Mapping[str, Parameter], given: Mapping[str, str]) -> dict[str, Any]:
    """Values of all parameters: the given ones parsed, the others at their defaults.

    Parameters
    ----------
    parameters : mapping of name to Parameter
    given : mapping of name to text, as typed on the command line

    Raises
    ------
    ParameterError
        A name that is not declared (the nearest is suggested), or a value of the wrong type.
    """
    values = {name: p.default for name, p in parameters.items()}
    for name, text in given.items():
        if name not in parameters:
            near = difflib.get_close_matches(name, list(parameters), n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise ParameterError(
                f"there is no parameter {name!r}.{hint} This report takes: {', '.join(parameters)}."
            )
        try:
            values[name] = _PARSERS[parameters[name].kind](_readable(text, parameters[name].kind))
        except ParameterError as error:
            raise ParameterError(f"parameter {name!r}: {error}") from None
    return values


def _readable(text: str, kind: str) -> str:
    most = _LONGEST_TEXT if kind == "Text" else _LONGEST
    if len(text) > most:
        raise ParameterError(f"{text[:40]!r}… has {len(text):,} characters; at most {most:,} are read.")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ParameterError(f"{text[:40]!r} is not written in UTF-8.") from None
    return text


def files_found(parameters: Mapping[str, Parameter], values: Mapping[str, Any]) -> dict[str, Any]:
    """``values`` with files as absolute paths: they are named from where the command was typed, not from the notebook."""
    files = {n for n, p in parameters.items() if p.kind == "File" and values[n]}
    return {n: str(Path(v).expanduser().absolute()) if n in files else v for n, v in values.items()}


def split(assignments: list[str]) -> dict[str, str]:
    """``["country=IT", "year=2023"]`` as a dictionary.

    Raises
    ------
    ParameterError
        An item without ``=``, or a name given twice.
    """
    given: dict[str, str] = {}
    for item in assignments:
        name, equals, text = item.partition("=")
        if not equals or not name.strip():
            raise ParameterError(f"{item!r} is not NAME=VALUE, e.g. -p country=IT.")
        if name.strip() in given:
            raise ParameterError(f"parameter {name.strip()!r} is given twice.")
        given[name.strip()] = text
    return given
