"""``almpo oversight RUN_ID``: the file for the AI Act and the GDPR, from the record of a run."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from almpo_kit.workbench.new_files import must_be_new

_OPTIONS = ("legal_basis", "deployer", "provider", "purpose")


def add(verbs: Any) -> None:
    """Add the command."""
    text = "write the oversight file (AI Act, GDPR) of a run"
    asked = verbs.add_parser("oversight", help=text, description=text)
    asked.add_argument("run_id", help="as `almpo runs` shows it")
    asked.add_argument("--system", required=True, metavar="NAME", help="what the system is called")
    asked.add_argument("--out", type=Path, required=True, metavar="FILE", help="a new HTML file")
    asked.add_argument("--legal-basis", default="", help="for processing sensitive attributes; never assumed")
    for name in _OPTIONS[1:]:
        asked.add_argument(f"--{name}", default="")
    asked.add_argument("--records", metavar="STORE", help="count the overrides logged here (path or address)")
    asked.set_defaults(run=_oversight)


def _oversight(asked: argparse.Namespace) -> int:
    from almpo_kit import records
    from almpo_kit.workbench.oversight_files import oversight_of_run, write_oversight

    must_be_new(asked.out, "--out")
    store = records.open_store(asked.records) if asked.records else None
    given = {name: getattr(asked, name) for name in _OPTIONS}
    file = oversight_of_run(asked.run_id, system_name=asked.system, store=store, **given)
    print(write_oversight(file, asked.out))
    return 0
