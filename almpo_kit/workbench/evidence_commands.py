"""``almpo evidence …``: check a coded sheet, write an empty one, keep and compare editions."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from almpo_kit.workbench import edition_commands, intake_options
from almpo_kit.workbench.broken_pipes import quiet

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
    intake_options.add(checking, keep=True)
    checking.set_defaults(run=quiet(_check))
    template = actions.add_parser("template", help="write an empty coding sheet with the codebook")
    template.add_argument("--out", type=Path, default=_TEMPLATE, metavar="FILE", help=".xlsx or .csv")
    template.set_defaults(run=_template)
    edition_commands.add(actions)


def _check(asked: argparse.Namespace) -> int:
    from almpo_kit import sources

    try:
        taken = intake_options.read(asked.file, asked)
    except sources.IntakeError as error:
        print("\n".join(intake_options.lines(error.problems)))
        fatal = intake_options.fatal(error.problems)
        print(f"almpo: {asked.file}: {fatal:,} to mend before it can be taken in.", file=sys.stderr)
        return error.exit_code
    for line in intake_options.lines(taken.problems):
        print(line)
    for check in taken.checks:
        print(f"    note  {intake_options.spoken(check.sentence)}")
    print(taken.sentence)
    return 0


def _template(asked: argparse.Namespace) -> int:
    from almpo_kit import sources

    print(sources.write_template(asked.out))
    return 0
