"""The case that a page or an app evaluates: a person's own files, or an example."""

from __future__ import annotations

from pathlib import Path

from almpo_kit.workbench.evaluation_examples import example as made
from almpo_kit.workbench.evaluation_files import Case, own


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
        A key of ``evaluation_examples.EXAMPLES``; left out where ``persons`` is given.
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
        return made(example, seed=seed)
    return own({kind: (Path(path).name, path) for kind, path in files.items()})
