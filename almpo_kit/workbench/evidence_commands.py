"""``almpo evidence …``: check a coded sheet, write an empty one, keep and compare editions."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.workbench import edition_commands

if TYPE_CHECKING:
    import pandas as pd

_TEMPLATE = Path("effects_template.xlsx")


def add(verbs: Any) -> None:
    """Add the sub-commands to the command line's verbs."""
    evidence = verbs.add_parser(
        "evidence", help="take evidence in, keep it as an edition, and see what moved"
    )
    actions = evidence.add_subparsers(dest="action", required=True, metavar="ACTION")
    checking = actions.add_parser(
        "check", help="list every problem of a coded sheet (CSV, Excel, Stata, Parquet)"
    )
    checking.add_argument("file", type=Path)
    checking.add_argument("--sheet", help="which sheet of a workbook")
    checking.add_argument("--encoding", help="of a CSV in another encoding, e.g. windows-1253")
    checking.add_argument(
        "--map", action="append", default=[], metavar="THEIRS=OURS", help="a heading of the file"
    )
    checking.add_argument("--separate", action="store_true", help="rows that look alike are different people")
    checking.set_defaults(run=_check)
    template = actions.add_parser("template", help="write an empty coding sheet with the codebook")
    template.add_argument("--out", type=Path, default=_TEMPLATE, metavar="FILE", help=".xlsx or .csv")
    template.set_defaults(run=_template)
    edition_commands.add(actions)


def _mapping(pairs: list[str]) -> dict[str, str]:
    """``THEIRS=OURS`` pairs.

    Raises
    ------
    ParameterError
        One has no equals sign.
    """
    mapping = {}
    for pair in pairs:
        theirs, equals, ours = pair.rpartition("=")
        if not equals:
            raise ParameterError(f"--map takes THEIRS=OURS, e.g. --map 'Std. error=se', not {pair!r}.")
        mapping[theirs] = ours
    return mapping


def _check(asked: argparse.Namespace) -> int:
    """List the problems; a reader that closes the pipe (``| head``) has seen enough and changes nothing."""
    try:
        code = _checked(asked)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return code


def _checked(asked: argparse.Namespace) -> int:
    from almpo_kit import sources

    options: dict[str, Any] = {
        "mapping": _mapping(asked.map),
        "sheet": asked.sheet,
        "encoding": asked.encoding,
    }
    try:
        taken = sources.read_effects(asked.file, separate=asked.separate, **options)
    except sources.IntakeError as error:
        fatal = _print(error.problems)
        print(f"almpo: {asked.file.name}: {fatal:,} to mend before it can be taken in.", file=sys.stderr)
        return error.exit_code
    _print(taken.problems)
    for check in taken.checks:
        print(f"    note  {check.sentence}")
    print(taken.sentence)
    return 0


def _print(problems: pd.DataFrame) -> int:
    """Print every problem; the number of fatal ones."""
    import pandas as pd

    from almpo_kit.sources.intake.problems import COLUMNS, Problem

    fatal = 0
    for row, *rest in problems[list(COLUMNS)].itertuples(index=False, name=None):
        problem = Problem(None if pd.isna(row) else int(row), *rest)
        fatal += problem.severity == "fatal"
        print(f"{'MEND' if problem.severity == 'fatal' else 'look at':>8}  {problem}")
    return fatal


def _template(asked: argparse.Namespace) -> int:
    from almpo_kit import sources

    print(sources.write_template(asked.out))
    return 0
