"""What a person brings to be evaluated: files of persons and a design that is written down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from almpo_kit.vocabulary.errors import DataError, DesignError, ParameterError

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.vocabulary.finding import Finding

#: Columns of persons that are not characteristics.
_NOT_COVARIATES = {"id", "treatment", "cluster", "geo", "entry_date", "entry_month", "source"}


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
    persons: pd.DataFrame
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
    known = [c for c in persons.columns if c not in _NOT_COVARIATES]
    own = plan.pop("covariates", None) or dict.fromkeys(known, "confounder")
    path = evaluation.measured(
        "employed_{month}",
        outcome="employment_probability",
        unit="percentage_points",
        months=range(1, groups.horizon + 1),
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
    return own(files)


def own(files: Mapping[str, tuple[str, str | bytes]]) -> Case:
    from almpo_kit import sources

    if "persons" not in files:
        raise DesignError("no file of persons was given: one row a person, with an id.")
    said = _toml(*files["design"]) if "design" in files else {}
    study = study_arguments(said.pop("study", {}))
    written = design_arguments(said)
    name, content = files["persons"]
    if ("entries" in files) != ("months" in files):
        raise DesignError(
            "a register needs both tables: programme entries (id, programme, start) and person-months (id, period, "
            "employed); one of them was not given."
        )
    if "entries" not in files and not written:
        raise DesignError(
            "say how people came into the programme: a design with assignment, comparison, covariates and [[outcomes]]; "
            "docs/evaluation.md has one to copy."
        )
    read = sources.read_persons(content, name=name)
    if "entries" not in files:
        return Case(name, read.frame, written, intakes=(read,), study=study)
    (left, starts), (right, paths) = files["entries"], files["months"]
    tables = (
        sources.read_programme_entries(starts, name=left),
        sources.read_person_months(paths, name=right),
    )
    case = register(name, read.frame, tables[0].frame, tables[1].frame, **written)
    return replace(case, intakes=(read, *tables, *case.intakes), study=study)


def _toml(name: str, content: str | bytes) -> dict[str, Any]:
    """A design that was written down in TOML."""
    import tomllib

    try:
        raw = content if isinstance(content, bytes) else Path(content).read_bytes()
        return tomllib.loads(raw.decode("utf-8-sig"))
    except OSError as error:
        raise DataError(f"the design {name} cannot be read: {error.strerror}.") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DataError(
            f"the design {name} is no TOML: {error}. docs/evaluation.md has one to copy."
        ) from None


def study_arguments(written: Any) -> dict[str, Any]:
    """Arguments of ``evaluation.publish`` from the table ``[study]`` of a design."""
    from inspect import signature

    from almpo_kit import evaluation

    known = set(signature(evaluation.publish).parameters) - {"verdict", "override"}
    if not isinstance(written, Mapping) or (unknown := sorted(set(written) - known)):
        said = ", ".join(map(repr, unknown)) if isinstance(written, Mapping) else repr(written)
        raise ParameterError(f"[study] has no {said}; it has {', '.join(sorted(known))}.")
    return dict(written)


def design_arguments(written: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments of ``evaluation.design`` from plain values."""
    from inspect import signature

    from almpo_kit import evaluation

    plan = dict(written)
    known = set(signature(evaluation.design).parameters) - {"persons"}
    if unknown := sorted(set(plan) - known):
        raise ParameterError(
            f"a design has no {', '.join(map(repr, unknown))}; it has {', '.join(sorted(known))}."
        )
    outcomes = plan.get("outcomes", ())
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
    if not (first.strip().isdigit() and last.strip().isdigit()):
        raise ParameterError(f'months={text!r}: write a number, a list, or e.g. "1-36".')
    return list(range(int(first), int(last) + 1))
