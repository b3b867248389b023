"""The reports of one series, each with its parameters and its folder; everything is checked before one is started."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from almpo_kit.sources import root
from almpo_kit.vocabulary.errors import ParameterError, ReportError
from almpo_kit.vocabulary.places import EU27, normalise
from almpo_kit.workbench import notebooks, parameters, reports
from almpo_kit.workbench.sweeps.expansion import group
from almpo_kit.workbench.sweeps.place_names import regions

#: More is a slip of the pen.
_MOST = 10_000


@dataclass(frozen=True)
class Item:
    """One report of a series: as typed, as values, the folder that it is published in, and how it is called."""

    given: Mapping[str, str]
    values: Mapping[str, Any]
    folder: Path
    label: str


@dataclass(frozen=True)
class Series:
    """The reports to make: of which notebook, into which folder, which parameters vary, which are files."""

    report: str
    notebook: Path
    folder: Path
    varied: tuple[str, ...]
    files: tuple[str, ...]
    items: tuple[Item, ...]


def plan(
    name: str,
    each: Mapping[str, Sequence[str]],
    given: Mapping[str, str] | None = None,
    *,
    out: Path | None = None,
) -> Series:
    """The series that is asked for.

    Parameters
    ----------
    name : str
        Of the notebook.
    each : mapping of str to sequence of str
        Parameters that vary, with values or groups of them; several make every combination.
    given : mapping of str to str, optional
        Parameters that do not vary.
    out : Path, optional
        Folder of the series; ``reports/<name>`` when left out.

    Raises
    ------
    ParameterError
        Unknown notebook, parameter or value; the nearest is named. Nothing was started.
    """
    path = notebooks.find(name)
    declared = _declared(path)
    fixed = dict(given or {})
    _refuse(each, fixed)
    parameters.resolve(declared, fixed | {n: "" for n in each if n not in declared})
    texts = {n: _texts(declared[n], values) for n, values in each.items()}
    if (many := _product(texts)) > _MOST:
        raise ParameterError(f"that would be {many:,} reports; the most in one series is {_MOST:,}.")
    stem = reports.report_name(path)
    folder = (out or root() / "reports" / stem).absolute()
    constant = parameters.resolve(declared, fixed)
    items: dict[str, Item] = {}
    for combination in itertools.product(*texts.values()):
        chosen = dict(zip(texts, combination, strict=True))
        values = constant | {n: value for n, (_, value) in chosen.items()}
        typed = fixed | {n: text for n, (text, _) in chosen.items()}
        edition = reports.edition_name(values) or "default"
        label = ", ".join(f"{n}={text}" for n, (text, _) in chosen.items())
        items.setdefault(edition, Item(typed, values, folder / edition, label))
    files = tuple(n for n, p in declared.items() if p.kind == "File")
    return Series(stem, path.absolute(), folder, tuple(texts), files, tuple(items.values()))


def _refuse(each: Mapping[str, Sequence[str]], fixed: Mapping[str, str]) -> None:
    if not each:
        raise ParameterError("a series needs something to run over, e.g. --each country=EU27.")
    both = sorted(set(each) & set(fixed))
    if both:
        raise ParameterError(
            f"parameter {both[0]!r} is given both as one value and as a series; leave one out."
        )


def _product(texts: Mapping[str, Sequence[Any]]) -> int:
    many = 1
    for values in texts.values():
        many *= len(values)
    return many


def _texts(parameter: parameters.Parameter, values: Sequence[str]) -> list[tuple[str, Any]]:
    """What each value is typed as, and what it means; one that means the same as another goes."""
    listed = [values] if isinstance(values, str) else values
    texts = [t for item in listed for t in group(str(item), parameter.kind)]
    meant = [(text, _meaning(parameter, text)) for text in texts]
    if not meant:
        raise ParameterError(f"parameter {parameter.name!r} has no value to run over.")
    places = parameter.kind in ("MemberState", "Place")
    unique = {repr(value): (str(value) if places else text, value) for text, value in reversed(meant)}
    return list(reversed(unique.values()))


def _meaning(parameter: parameters.Parameter, text: str) -> Any:
    code = normalise(text)
    if parameter.kind == "Place" and (code in EU27 or code in regions()):
        return code  # what the parser would say after reading the NUTS workbook
    return parameters.resolve({parameter.name: parameter}, {parameter.name: text})[parameter.name]


def _declared(path: Path) -> dict[str, parameters.Parameter]:
    """As ``notebooks.parameters_of``, without nbformat, whose import takes longer than all the rest."""
    try:
        cells = json.loads(path.read_bytes())["cells"]
        sources = [c["source"] for c in cells if "parameters" in c.get("metadata", {}).get("tags", [])]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ReportError(f"{path} is not a readable notebook: {error}") from None
    return parameters.declared("".join(sources[0])) if sources else {}
