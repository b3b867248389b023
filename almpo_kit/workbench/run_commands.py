"""``almpo runs``: the MLflow UI on a prepared view; ``almpo runs sync``: log what waits.

Exit codes of ``sync``: 0 nothing waits any more, 3 some runs wait on (the store is away), 1 a run was refused.
"""

from __future__ import annotations

import argparse
import sys
from typing import Any

from almpo_kit.workbench.tracking_views import VIEWS

_WAITS, _REFUSED = 3, 1


def add(verbs: Any) -> None:
    """Add the command."""
    text = "the MLflow UI with the runs made here; `sync` logs those that wait"
    runs: argparse.ArgumentParser = verbs.add_parser("runs", help=text, description=text)
    runs.add_argument(
        "what",
        nargs="?",
        choices=(*VIEWS, "sync"),
        default="reports",
        help="the view to open (default: reports), or sync: log the runs that wait in mlruns/outbox",
    )
    runs.add_argument("--port", type=int, default=5000)
    runs.add_argument(
        "--ip", default="127.0.0.1", help="anything but loopback needs --host; MLflow asks no password"
    )
    runs.add_argument(
        "--host",
        action="append",
        default=[],
        metavar="NAME",
        help="a name, with its port, that clients use for this server, e.g. mlflow:5000; may be repeated",
    )
    runs.add_argument("--no-browser", action="store_true", help="do not open a browser")
    runs.add_argument(
        "--anywhere", action="store_true", help="sync: also runs that were meant for another store"
    )
    runs.set_defaults(run=_runs)


def _runs(asked: argparse.Namespace) -> int:
    if asked.what == "sync":
        return _sync(asked.anywhere)
    from almpo_kit.workbench import servers

    return servers.runs(
        asked.what, ip=asked.ip, port=asked.port, hosts=tuple(asked.host), open_browser=not asked.no_browser
    )


def _sync(anywhere: bool) -> int:
    from almpo_kit.workbench import tracking_outbox

    done = tracking_outbox.drain(say=_say, anywhere=anywhere)
    if done.logged or done.waiting or done.refused:
        print(f"{_runs_are(done.logged)} logged, {done.waiting} waiting.")
    else:
        print("No run was waiting.")
    if done.refused:
        where = tracking_outbox.folder() / "refused"
        print(
            f"almpo: {_runs_are(done.refused)} set aside in {where}, with the reason in reason.txt.",
            file=sys.stderr,
        )
    if done.waiting:
        why = done.error or "they are meant for another store; `almpo runs sync --anywhere` logs them here."
        print(f"almpo: {why}", file=sys.stderr)
        return _WAITS
    return _REFUSED if done.refused else 0


def _runs_are(n: int) -> str:
    return f"{n} run was" if n == 1 else f"{n} runs were"


def _say(text: str) -> None:
    print(f"  {text}", file=sys.stderr, flush=True)
