"""The options with which a command reads a coded sheet, and the package's messages in the command line's words."""

from __future__ import annotations

import argparse
import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from almpo_kit.vocabulary.errors import AlmpoError, ParameterError

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.sources import Intake

#: How Python is asked for something -> how the command line is. Quoted names may hold escaped quotation marks.
_QUOTED = r"""('(?:[^'\\]|\\.)*+'|"(?:[^"\\]|\\.)*+")"""
_SPOKEN: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (
        re.compile(rf"pass mapping=\{{{_QUOTED}: {_QUOTED}\}}"),
        lambda m: f"use --map {shlex.quote(f'{m[1][1:-1]}={m[2][1:-1]}')}",
    ),
    (re.compile(rf"\bsheet={_QUOTED}"), r"--sheet \1"),
    (re.compile(r"\bmapping: "), "--map: "),
    (re.compile(r"\bseparate=True\b"), "--separate"),
    (re.compile(r"\bkeep='valid'"), "--keep-valid"),
    (re.compile(r"\bencoding="), "--encoding "),
    (re.compile(r"\bleave sheet out\b"), "leave --sheet out"),
    (re.compile(r"`sources\.codebook\(\)` lists"), "the sheet codebook of `almpo evidence template` lists"),
)


def add(command: argparse.ArgumentParser, *, keep: bool = False) -> None:
    """Add the options to a command; ``--keep-valid`` where rows may be left out."""
    command.add_argument("--sheet", help="which sheet of a workbook")
    command.add_argument("--encoding", help="of a CSV in another encoding, e.g. windows-1253")
    command.add_argument(
        "--map", action="append", default=[], metavar="THEIRS=OURS", help="a heading of the file"
    )
    command.add_argument("--separate", action="store_true", help="rows that look alike are different people")
    if keep:
        command.add_argument(
            "--keep-valid", action="store_true", help="leave out rows with fatal problems, and say which"
        )


def mapping(pairs: list[str]) -> dict[str, str]:
    """``THEIRS=OURS`` pairs.

    Raises
    ------
    ParameterError
        One has no equals sign.
    """
    found = {}
    for pair in pairs:
        theirs, equals, ours = pair.rpartition("=")
        if not equals:
            raise ParameterError(f"--map takes THEIRS=OURS, e.g. --map 'Std. error=se', not {pair!r}.")
        found[theirs] = ours
    return found


def given(asked: argparse.Namespace) -> str:
    """The options as they were typed, for a command to type next."""
    words: list[str] = []
    for name in ("sheet", "encoding"):
        if (value := getattr(asked, name)) is not None:
            words += [f"--{name}", value]
    for pair in asked.map:
        words += ["--map", pair]
    return " ".join(["", *map(shlex.quote, words), *(["--separate"] if asked.separate else [])]).rstrip()


def read(path: Path, asked: argparse.Namespace) -> Intake:
    """Read a sheet as the options say; errors speak of options and name the file as it was named.

    Raises
    ------
    AlmpoError
        As :func:`almpo_kit.sources.read_effects` raises them.
    """
    from almpo_kit import sources

    named = mapping(asked.map)
    try:
        return sources.read_effects(
            path,
            mapping=named,
            sheet=asked.sheet,
            encoding=asked.encoding,
            separate=asked.separate,
            keep="valid" if getattr(asked, "keep_valid", False) else "all",
        )
    except AlmpoError as error:
        said = spoken(str(error))
        # Of two files that are compared, it must be clear which is meant.
        told = said.replace(path.name, str(path), 1) if path.name in said else f"{path}: {said}"
        error.args = (told, *error.args[1:])
        raise


def spoken(message: str) -> str:
    """A message of the package, with options where it names arguments."""
    for pattern, words in _SPOKEN:
        message = pattern.sub(words, message)
    return message


def lines(problems: pd.DataFrame) -> list[str]:
    """Every problem in a line, for a terminal."""
    import pandas as pd

    from almpo_kit.sources.intake.problems import COLUMNS, Problem

    noun = problems.attrs.get("noun", "row")
    said = []
    for row, column, value, severity, problem, remedy in problems[list(COLUMNS)].itertuples(
        index=False, name=None
    ):
        told = Problem(
            None if pd.isna(row) else int(row), column, value, severity, spoken(problem), spoken(remedy)
        )
        said.append(f"{'MEND' if severity == 'fatal' else 'look at':>8}  {told.told(noun)}")
    return said


def fatal(problems: pd.DataFrame) -> int:
    """How many problems are fatal."""
    return int((problems["severity"] == "fatal").sum())


def to_check(path: Path, asked: Any) -> str:
    """The command that lists the problems of a file."""
    return f"almpo evidence check {shlex.quote(str(path))}{given(asked)}"
