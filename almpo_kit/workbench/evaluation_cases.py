"""What can be evaluated out of the box, and what a person brings: files of persons and a design that is written down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from almpo_kit.vocabulary.errors import DataError, DesignError, ParameterError

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.vocabulary.finding import Finding

_EARNINGS_1974 = {"re74": "history"}
_LALONDE = {
    "age": "confounder",
    "education": "confounder",
    "black": "confounder",
    "hispanic": "confounder",
    "married": "confounder",
    "no_degree": "confounder",
    "re75": "history",
}
_JOBS_II = {
    "econ_hard": "confounder",
    "depress1": "confounder",
    "female": "confounder",
    "age": "confounder",
    "occupation": "confounder",
    "marital": "confounder",
    "non_white": "confounder",
    "education": "confounder",
    "income": "confounder",
}
#: Example -> what it is called on screen.
EXAMPLES: dict[str, str] = {
    "nsw": "NSW: the trial itself (US, 1975–78)",
    "nsw_full": "NSW: the trial, LaLonde’s full sample",
    "nsw_psid": "NSW: survey PSID in place of the trial’s controls",
    "nsw_cps": "NSW: survey CPS in place of the trial’s controls",
    "jobs_ii": "JOBS II: workshops in job search (US, 1990s)",
    "register": "SYNTHETIC register: training, job search, subsidy",
}
#: Persons of the SYNTHETIC register: enough for most months to say something.
_PEOPLE = 20_000


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


def _example(key: str, *, seed: int = 0) -> Case:
    """One of the examples.

    Parameters
    ----------
    key : str
        A key of :data:`EXAMPLES`.
    seed : int
        Of the SYNTHETIC register.

    Raises
    ------
    ParameterError
        No such example.
    """
    from almpo_kit import sources

    if key not in EXAMPLES:
        raise ParameterError(f"there is no example {key!r}; there are {', '.join(EXAMPLES)}.")
    if key == "register":
        made = sources.synthetic_register(_PEOPLE, seed=seed)
        return register(EXAMPLES[key], made.persons, made.entries, made.months)
    if key == "jobs_ii":
        return Case(
            EXAMPLES[key],
            sources.jobs_ii(),
            _jobs_ii_plan(),
            study=_study("vinokur1995", {"JOBS workshop": "services"}, "1991-1993"),
        )
    controls = {"nsw_psid": "psid", "nsw_cps": "cps"}.get(key, "experiment")
    subsample = "full" if key == "nsw_full" else "dehejia_wahba"
    persons = sources.lalonde(controls, subsample=subsample)  # type: ignore[arg-type]
    plan = _lalonde_plan("rct" if controls == "experiment" else "matching", known_1974="re74" in persons)
    return Case(
        EXAMPLES[key], persons, plan, study=_study("lalonde1986", {"training": "training"}, "1975-1977")
    )


def _lalonde_plan(assignment: str, *, known_1974: bool) -> dict[str, Any]:
    from almpo_kit import evaluation

    return {
        "assignment": assignment,
        "comparison": "no programme",
        "outcomes": evaluation.measured("re78", outcome="earnings", unit="usd_per_year", months=24),
        "covariates": _LALONDE | (_EARNINGS_1974 if known_1974 else {}),
        "modifiers": ("age", "education", "re75"),
        "question": "What did supported work do to earnings in 1978?",
    }


def _jobs_ii_plan() -> dict[str, Any]:
    from almpo_kit import evaluation

    return {
        "assignment": "rct",
        "comparison": "booklet",
        "outcomes": evaluation.measured(
            "work1", outcome="employment_probability", unit="percentage_points", months=6
        ),
        "covariates": _JOBS_II,
        "modifiers": ("depress1", "econ_hard"),
        "took_part": "took_part",
        "question": "What did the offer of a job-search workshop do to work half a year later?",
    }


def _study(study_id: str, programme_types: dict[str, str], years: str) -> dict[str, Any]:
    return {"study_id": study_id, "programme_types": programme_types, "country": "US", "years": years}


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
    return Case(name, groups.persons, {**groups.plan, **plan}, intakes=(groups,))


def evaluation_case(
    *,
    example: str = "",
    persons: str = "",
    design: str = "",
    entries: str = "",
    months: str = "",
    seed: int = 0,
) -> Case:
    """The case of a person's own files, or an example where none is given.

    Parameters
    ----------
    example : str
        A key of :data:`EXAMPLES`; left out where ``persons`` is given.
    persons : str
        File of one row a person: CSV, Excel, Stata or Parquet.
    design : str
        A TOML file: the arguments of ``evaluation.design`` by name, outcomes as ``[[outcomes]]`` tables with the
        arguments of ``evaluation.measured``.
    entries, months : str
        Files of programme entries and of person-months; with both the groups are made by waiting time.
    seed : int
        Of the SYNTHETIC register.

    Raises
    ------
    DataError
        A file is missing or cannot be read.
    DesignError
        Only a part of what is needed was given.
    ParameterError
        The design says something that ``evaluation.design`` does not know, or there is no such example.
    """
    given = {"persons": persons, "design": design, "entries": entries, "months": months}
    files = {kind: path for kind, path in given.items() if path}
    if not files:
        return _example(example, seed=seed)
    return _own({kind: (Path(path).name, path) for kind, path in files.items()})


def uploaded(files: Mapping[str, tuple[str, bytes]]) -> Case:
    """The case of files that were dropped into the browser; they are read from memory.

    Parameters
    ----------
    files : mapping of {"persons", "design", "entries", "months"} to (file name, bytes)

    Raises
    ------
    DataError, DesignError, ParameterError
        As in :func:`evaluation_case`.
    """
    return _own(files)


def _own(files: Mapping[str, tuple[str, str | bytes]]) -> Case:
    from almpo_kit import sources

    if "persons" not in files:
        raise DesignError("no file of persons was given: one row a person, with an id.")
    written = design_arguments(_toml(*files["design"])) if "design" in files else {}
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
        return Case(name, read.frame, written, intakes=(read,))
    (left, starts), (right, paths) = files["entries"], files["months"]
    tables = (
        sources.read_programme_entries(starts, name=left),
        sources.read_person_months(paths, name=right),
    )
    case = register(name, read.frame, tables[0].frame, tables[1].frame, **written)
    return Case(name, case.persons, case.plan, intakes=(read, *tables, *case.intakes))


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
