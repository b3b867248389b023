"""What a person brings to be evaluated: files of persons and a design that is written down."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from almpo_kit.vocabulary.errors import DataError, DesignError, ParameterError

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit import sources
    from almpo_kit.vocabulary.finding import Finding

#: Months of outcomes that are asked for at least, however short people are followed.
_SHORTEST = 6
#: Columns of persons that are not characteristics.
_NOT_COVARIATES = {"id", "treatment", "cluster", "geo", "entry_date", "entry_month", "source"}
#: Bytes of a design, and names within names: reading a key of n parts takes time as n squared.
_LARGEST_DESIGN: Final = 200_000
_DEEP_KEY: Final = re.compile(
    r"""(?:(?:(?<![\w-])[\w-]++|"[^"\n]{0,200}+"|'[^'\n]{0,200}+')[ \t]*+\.[ \t]*+){20}"""
)
#: No outcome is measured later than this many months after entry.
_LAST_MONTH = 600


@dataclass(frozen=True)
class Case:
    """Persons and the design to be tried on them.

    Parameters
    ----------
    name : str
        What it is called on screen.
    persons : DataFrame
        A ``persons`` frame (or a panel, for differences).
    plan : mapping
        Arguments of ``evaluation.design``.
    intakes : tuple of Finding
        What was read and set aside, how people were grouped by waiting; empty for most examples.
    study : mapping
        What ``evaluation.publish`` needs beside the verdict, as far as known.
    """

    name: str
    # Rows about persons must not appear in a notebook by accident.
    persons: pd.DataFrame = field(repr=False)
    plan: Mapping[str, Any]
    intakes: tuple[Finding, ...] = ()
    study: Mapping[str, Any] = field(default_factory=dict)


def register(
    name: str, persons: pd.DataFrame, entries: pd.DataFrame, months: pd.DataFrame, **plan: Any
) -> Case:
    """The case of a register of three tables: people who enter are compared with people who wait as long.

    Parameters
    ----------
    name : str
    persons, entries, months : DataFrame
        Frames ``persons``, ``programme_entries`` and ``person_months``.
    **plan
        Further arguments of ``evaluation.design``, e.g. ``modifiers``.

    Raises
    ------
    DesignError
        Nobody can be compared.
    """
    from almpo_kit import evaluation

    groups = evaluation.entering_or_waiting(persons, entries, months)
    shared = {plan.get("cluster"), plan.get("block"), plan.get("weight")}
    known = [c for c in persons.columns if c not in _NOT_COVARIATES | shared]
    own = plan.pop("covariates", None) or dict.fromkeys(known, "confounder")
    path = evaluation.measured(
        "employed_{month}",
        outcome="employment_probability",
        unit="percentage_points",
        # Later months would be about those who entered early only.
        months=range(1, max(groups.followed, _SHORTEST) + 1),
    )
    written = {
        "assignment": "matching",
        "comparison": groups.arms[0],
        "outcomes": path,
        "covariates": {**groups.covariates, **own},
        "cluster": "cluster",
        "block": "stratum",
        "question": "What did entering a programme now do, against waiting?",
    }
    return Case(name, groups.persons, {**written, **plan}, intakes=(groups,))


def uploaded(files: Mapping[str, tuple[str, bytes]]) -> Case:
    """The case of files that were dropped into the browser; they are read from memory.

    Parameters
    ----------
    files : mapping of {"persons", "design", "entries", "months"} to (file name, bytes)

    Raises
    ------
    DataError, DesignError, ParameterError
        As in ``evaluation_case``.
    """
    return own({kind: (_shown(name), content) for kind, (name, content) in files.items()})


def _shown(name: str) -> str:
    """The name of a file without signs that turn or hide the words around it."""
    return "".join(c for c in name if c.isprintable())[:120] or "file"


def own(files: Mapping[str, tuple[str, str | bytes]]) -> Case:
    from almpo_kit import sources

    if "persons" not in files:
        raise DesignError("no file of persons was given: one row a person, with an id.")
    said = _toml(*files["design"]) if "design" in files else {}
    study = study_arguments(said.pop("study", {}))
    written = design_arguments(said)
    name, content = files["persons"]
    if ("entries" in files) != ("months" in files):
        other = "months" if "entries" in files else "entries"
        raise DesignError(
            f"no file of {other} was given: a register needs both tables, programme entries (id, programme, start) and "
            "person-months (id, period, employed)."
        )
    if "entries" not in files and not written:
        raise DesignError(
            "say how people came into the programme: a design with assignment, comparison, covariates and [[outcomes]]; "
            "docs/evaluation.md has one to copy."
        )
    if "entries" not in files:
        if unsaid := [k for k in ("assignment", "outcomes") if not written.get(k)]:
            raise DesignError(
                f"the design does not say {' and '.join(unsaid)}; docs/evaluation.md has one to copy."
            )
        read = _units_over_time(name, content, written) or sources.read_persons(content, name=name)
        return Case(name, _as_headed(read, written), written, intakes=(_for_a_page(read),), study=study)
    read = sources.read_persons(content, name=name)
    (left, starts), (right, paths) = files["entries"], files["months"]
    tables = (
        sources.read_programme_entries(starts, name=left),
        sources.read_person_months(paths, name=right),
    )
    persons = _as_headed(read, written)
    case = register(name, persons, tables[0].frame, tables[1].frame, **written)
    return replace(case, intakes=(*map(_for_a_page, (read, *tables)), *case.intakes), study=study)


def _for_a_page(read: sources.RegisterIntake) -> sources.RegisterIntake:
    """What was read, without cells and rows of single people: pages are handed on (``sources`` tells them to her)."""
    return replace(read, table=read.table.drop(columns=["example", "row"]))


def _units_over_time(
    name: str, content: str | bytes, written: Mapping[str, Any]
) -> sources.RegisterIntake | None:
    """A table of units over periods, where the design follows units over time."""
    from almpo_kit import sources
    from almpo_kit.evaluation.designs.asking import LONG

    if written.get("assignment") not in LONG or "period" not in written:
        return None
    return sources.read_panel(content, name=name, period=str(written["period"]))


def _as_headed(read: sources.RegisterIntake, written: Mapping[str, Any]) -> pd.DataFrame:
    """The frame, in which columns that the design calls by their headings in the file have these names too.

    The reader calls some columns by names of its own: a design that says ``cluster = "office"`` means what the file
    calls office.
    """
    said = set(_words(written))
    again = {
        heading: read.frame[ours]
        for ours, heading in read.used.items()
        if heading in said and heading not in read.frame and ours != "id"
    }
    return read.frame.assign(**again)


def _words(said: Any) -> Iterator[str]:
    """All that may name a column in what is said, also inside a graph."""
    if isinstance(said, str):
        yield from {said, *re.findall(r"[^\s;,{}\[\]<>\"-]+", said)}
    elif isinstance(said, Mapping):
        for key, value in said.items():
            yield from (*_words(key), *_words(value))
    elif isinstance(said, Iterable):
        for one in said:
            yield from _words(one)
    elif hasattr(said, "columns"):
        yield from (*said.columns, *([said.at] if said.at else []))


def _toml(name: str, content: str | bytes) -> dict[str, Any]:
    """A design that was written down in TOML."""
    import tomllib

    try:
        size = len(content) if isinstance(content, bytes) else Path(content).stat().st_size
        if size > _LARGEST_DESIGN:
            raise DataError(
                f"the design {name} has {size:,} bytes; no design has more than {_LARGEST_DESIGN:,}."
            )
        raw = content if isinstance(content, bytes) else Path(content).read_bytes()
        text = raw.decode("utf-8-sig")
        if _DEEP_KEY.search(text):
            raise RecursionError
        return tomllib.loads(text)
    except OSError as error:
        raise DataError(f"the design {name} cannot be read: {error.strerror}.") from None
    # Of all that is wrong with a text of TOML; a number of thousands of digits is a ValueError of another kind.
    except ValueError as error:
        raise DataError(
            f"the design {name} is not TOML: {error}. Text stands in quotation marks; docs/evaluation.md has a design to copy."
        ) from None
    except RecursionError:
        raise DataError(f"the design {name} is nested too deeply to be one.") from None


def study_arguments(written: Any) -> dict[str, Any]:
    """Arguments of ``evaluation.publish`` from the table ``[study]`` of a design."""
    from inspect import signature

    from almpo_kit import evaluation

    if not isinstance(written, Mapping):
        raise ParameterError(f"[study] is a table, not {written!r}; docs/evaluation.md has one to copy.")
    known = set(signature(evaluation.publish).parameters) - {"verdict", "override"}
    if unknown := sorted(set(written) - known):
        said = ", ".join(map(repr, unknown))
        raise ParameterError(f"[study] has no {said}; it has {', '.join(sorted(known))}.")
    for key, value in written.items():
        if key == "programme_types":
            if not isinstance(value, Mapping) or not all(isinstance(v, str) for v in value.values()):
                raise ParameterError(
                    f'[study] programme_types={value!r} must say what each arm is, e.g. {{ training = "training" }}.'
                )
        elif isinstance(value, Mapping) or (isinstance(value, list) and key != "months"):
            raise ParameterError(f"[study] {key}={value!r} must be one value.")
    return dict(written)


def design_arguments(written: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments of ``evaluation.design`` from plain values."""
    from inspect import signature

    from almpo_kit import evaluation
    from almpo_kit.evaluation.designs.asking import read_assignment

    plan = dict(written)
    known = set(signature(evaluation.design).parameters) - {"persons"}
    if unknown := sorted(set(plan) - known):
        raise ParameterError(
            f"a design has no {', '.join(map(repr, unknown))}; it has {', '.join(sorted(known))}."
        )
    if "assignment" in plan:
        read_assignment(plan["assignment"])
    outcomes = plan.get("outcomes", ())
    if not isinstance(outcomes, Mapping | list | tuple):
        raise ParameterError(f"outcomes={outcomes!r} must be tables, each under a line [[outcomes]].")
    of = set(signature(evaluation.measured).parameters)
    made = []
    for one in [outcomes] if isinstance(outcomes, Mapping) else outcomes:
        if not isinstance(one, Mapping) or not {"columns", "outcome", "unit"} <= set(one) or set(one) - of:
            raise ParameterError(
                f"an outcome of the design has columns, outcome, unit, and may have {', '.join(sorted(of - {'columns', 'outcome', 'unit'}))}; "
                f"this one is {dict(one) if isinstance(one, Mapping) else one!r}."
            )
        given = dict(one)
        if isinstance(given.get("months"), str):
            given["months"] = _months(given["months"])
        made.append(evaluation.measured(**given))
    if made:
        plan["outcomes"] = made
    return plan


def _months(text: str) -> list[int]:
    """``"1-36"`` as 1 … 36."""
    first, _, last = text.partition("-")
    if not (first.strip().isdecimal() and last.strip().isdecimal() and int(first) < int(last) <= _LAST_MONTH):
        raise ParameterError(f'months={text!r}: write a number, a list, or e.g. "1-36".')
    return list(range(int(first), int(last) + 1))
