"""``almpo learn run | status | promote | roll-back | export``: rounds of learning, by hand or by a schedule.

Exit codes: 0 done (or nothing new), 4 done with a drift alarm, 5 a round is running already, 1 a store is away (the next call
goes on), 2 a wrong option.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

from almpo_kit.workbench.broken_pipes import quiet

if TYPE_CHECKING:
    from almpo_kit.vocabulary.finding import Finding

_ALARM = 4


def add(verbs: Any) -> None:
    """Add the command."""
    text = "learn from what experts settled: train, compare, promote, watch"
    learn = verbs.add_parser("learn", help=text, description=text)
    actions = learn.add_subparsers(dest="action", required=True, metavar="ACTION")
    run = _action(actions, "run", _run, "carry out a round, or go on with one that was cut off")
    run.add_argument("--ask", action="store_true", help="let a better model wait for `almpo learn promote`")
    run.add_argument("--precision", type=float, default=0.9, help="that proposals shall have (default 0.9)")
    run.add_argument("--seed", type=int, default=0)
    run.add_argument("--proposals", type=Path, metavar="FILE", help="write the proposals into a new CSV file")
    _action(actions, "status", _status, "which model is in use, who put it there, where the rounds are")
    promoted = _action(actions, "promote", _promote, "put a version in use")
    promoted.add_argument("version")
    back = _action(
        actions, "roll-back", _roll_back, "take the model out of use; the one before it proposes again"
    )
    for decision in (promoted, back):
        decision.add_argument("--reason", required=True, help="in words; kept for good")
        decision.add_argument("--role", required=True, help="what you are, e.g. 'evidence officer'; not who")
    export = _action(
        actions, "export", _export, "write what is settled, accepted and in use into a new folder"
    )
    export.add_argument("--out", type=Path, required=True, metavar="FOLDER")


def _action(actions: Any, name: str, run: Any, text: str) -> argparse.ArgumentParser:
    added: argparse.ArgumentParser = actions.add_parser(name, help=text, description=text)
    added.add_argument("review", help="name of the review")
    added.add_argument(
        "--records", metavar="STORE", help="path or address of the records; else the workbench's own"
    )
    added.add_argument("--library", metavar="FOLDER", help="folder of the library; else the workbench's own")
    added.set_defaults(run=quiet(run))
    return added


def _run(asked: argparse.Namespace) -> int:
    from almpo_kit import sources
    from almpo_kit.workbench.learning_rounds import learning_round
    from almpo_kit.workbench.new_files import must_be_new, write_new
    from almpo_kit.workbench.safe_csv import safe_csv

    if asked.proposals is not None:
        must_be_new(asked.proposals, "--proposals")
    found = learning_round(
        asked.review,
        library=sources.library(asked.library),
        store=_store(asked),
        promotion="ask" if asked.ask else "automatic",
        precision=asked.precision,
        seed=asked.seed,
    )
    _tell(found)
    if asked.proposals is not None and found.proposals is not None:
        table = safe_csv(found.proposals.table)
        write_new(asked.proposals, table.encode("utf-8-sig"), "--proposals")
        print(f"Wrote {len(found.proposals.table)} rows to {asked.proposals}.", file=sys.stderr)
    return _ALARM if found.alarms else 0


def _status(asked: argparse.Namespace) -> int:
    from almpo_kit.workbench.learning_decisions import learning_status

    found = learning_status(asked.review, store=_store(asked))
    _tell(found)
    for entry in found.history.to_dict("records"):
        _line(
            f"{entry['at'][:16].replace('T', ' ')}  {entry['action']} {entry['version'] or 'none'} by {entry['by']}: {entry['reason']}"
        )
    for row in found.rounds.to_dict("records"):
        _line(f"{row['began']:%Y-%m-%d %H:%M}  {row['round_id']}: {row['state']}. {row['said']}")
    return 0


def _promote(asked: argparse.Namespace) -> int:
    from almpo_kit.workbench.learning_decisions import promote

    entry = promote(
        asked.review, asked.version, reason=asked.reason, decided_by=asked.role, store=_store(asked)
    )
    _line(f"Version {entry['version']} is in use; before it was {entry['before'] or 'none'}.")
    return 0


def _roll_back(asked: argparse.Namespace) -> int:
    from almpo_kit.workbench.learning_decisions import roll_back

    entry = roll_back(asked.review, reason=asked.reason, decided_by=asked.role, store=_store(asked))
    now = f"version {entry['version']} proposes again" if entry["version"] else "no model proposes now"
    _line(f"Version {entry['before']} was rolled back; {now}. No round promotes it again.")
    return 0


def _export(asked: argparse.Namespace) -> int:
    from almpo_kit import sources
    from almpo_kit.workbench.learning_export import export

    for path in export(asked.review, asked.out, library=sources.library(asked.library), store=_store(asked)):
        print(path)
    return 0


def _store(asked: argparse.Namespace) -> Any:
    from almpo_kit import records
    from almpo_kit.workbench import record_keeping

    return records.open_store(asked.records) if asked.records else record_keeping.store()


def _tell(found: Finding) -> None:
    _line(found.sentence)
    for check in found.checks:
        _line(f"  {'MIND' if check.status == 'failed' else 'note'}  {check.sentence}", "        ")


def _line(text: str, indent: str = "") -> None:
    """One paragraph for a terminal; nothing in it steers the terminal."""
    from almpo_kit.sources.intake.problems import ascii_controls

    width = min(120, max(60, shutil.get_terminal_size().columns))
    print(
        "\n".join(
            textwrap.wrap(ascii_controls(text), width, subsequent_indent=indent, break_on_hyphens=False)
        )
    )
