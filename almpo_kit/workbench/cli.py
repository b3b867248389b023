"""The ``almpo`` command: data, reports, apps, lab and runs.

Every refusal is one message on stderr and a non-zero exit; a traceback means a fault of ours.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from almpo_kit.vocabulary.errors import AlmpoError, ParameterError
from almpo_kit.workbench import (
    ask_command,
    closed_stderr,
    codesign_commands,
    data_commands,
    document_commands,
    evidence_commands,
    learning_commands,
    oversight_commands,
    run_commands,
    schedule_commands,
    trial_commands,
)

_INTERRUPTED, _LOGGED_NOWHERE = 130, 3


def _say(text: str) -> None:
    print(f"  {text}", file=sys.stderr, flush=True)


def _report(asked: argparse.Namespace) -> int:
    from almpo_kit.workbench import parameters, reports

    if asked.time_limit is not None and not 0 < asked.time_limit < 10_000:
        raise ParameterError("--time-limit takes minutes above 0 and below 10,000.")
    if asked.each:
        return _series(asked)
    if asked.jobs != 1 or asked.cluster or asked.again:
        raise ParameterError(
            "--jobs, --cluster and --again are for a series; say what it runs over with --each."
        )
    report = reports.make(
        asked.notebook,
        parameters.split(asked.parameter),
        out=asked.out,
        with_pdf=asked.pdf,
        say=_say,
        time_limit=asked.time_limit or 0.0,
    )
    print(report.page)
    if report.tracking_error is not None:
        print(f"The report is whole, but {report.tracking_error}", file=sys.stderr)
        return _LOGGED_NOWHERE
    return 0


def _series(asked: argparse.Namespace) -> int:
    from almpo_kit.workbench import parameters
    from almpo_kit.workbench.sweeps import expansion, sweeping

    swept = sweeping.sweep(
        asked.notebook,
        expansion.split_each(asked.each),
        parameters.split(asked.parameter),
        jobs=asked.jobs,
        cluster=asked.cluster,
        out=asked.out,
        with_pdf=asked.pdf,
        again=asked.again,
        time_limit=sweeping.TIME_LIMIT if asked.time_limit is None else asked.time_limit,
        say=_say,
    )
    _say(swept.sentence)
    print(swept.index)
    if swept.failed:
        print("almpo: those that failed are listed first on that page, with the reason.", file=sys.stderr)
        return 1
    if swept.unlogged:
        print(f"The reports are whole, but {swept.unlogged}", file=sys.stderr)
        return _LOGGED_NOWHERE
    return 0


def _apps(asked: argparse.Namespace) -> int:
    from almpo_kit.workbench.apps import server

    return server.serve(
        ip=asked.ip,
        port=asked.port,
        open_browser=not asked.no_browser,
        base_url=asked.base_url,
        names=tuple(asked.host),
        behind_proxy=asked.behind_proxy,
        most_people=asked.most_people,
    )


def _lab(asked: argparse.Namespace) -> int:
    from almpo_kit.workbench import servers

    return servers.lab(open_browser=not asked.no_browser)


def parser() -> argparse.ArgumentParser:
    """The command line."""
    main = argparse.ArgumentParser(prog="almpo", description="EU ALMP Observatory workbench")
    verbs = main.add_subparsers(dest="verb", required=True, metavar="VERB")

    def verb(name: str, run: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        added = verbs.add_parser(name, help=text, description=text)
        added.set_defaults(run=run)
        return added

    report = verb("report", _report, "make a report from a notebook")
    report.add_argument("notebook", help="its name, e.g. country_brief")
    report.add_argument("-p", "--parameter", action="append", default=[], metavar="NAME=VALUE")
    report.add_argument("--out", type=Path, metavar="DIR", help="publish into this folder")
    report.add_argument("--pdf", action="store_true", help="also print a PDF (needs a Chromium)")
    report.add_argument(
        "--time-limit",
        type=float,
        metavar="MINUTES",
        help="end a report that takes longer (default: none; in a series 60)",
    )
    series = report.add_argument_group("a series of reports; those of which nothing changed are skipped")
    series.add_argument(
        "--each",
        action="append",
        default=[],
        metavar="NAME=VALUES",
        help="one report for each value: country=EU27, place=NUTS2, place=EL*, budget=1000,2000; several make every combination",
    )
    series.add_argument(
        "--jobs", type=int, default=1, metavar="N", help="notebooks that compute at the same time"
    )
    series.add_argument(
        "--cluster", default="", metavar="ADDRESS", help="Dask: tcp://HOST:PORT of a scheduler, or local:N"
    )
    series.add_argument("--again", action="store_true", help="make those too of which nothing changed")

    ask_command.add(verbs)
    codesign_commands.add(verbs)
    data_commands.add(verbs)
    document_commands.add(verbs)
    evidence_commands.add(verbs)
    learning_commands.add(verbs)
    oversight_commands.add(verbs)
    schedule_commands.add(verbs)
    trial_commands.add(verbs)

    apps = verb("apps", _apps, "serve the apps to a browser")
    apps.add_argument(
        "--ip",
        default="127.0.0.1",
        help="anything but loopback needs ALMPO_APPS_TOKEN or ALMPO_APPS_PASSWORD (or either with _FILE)",
    )
    apps.add_argument("--port", type=int, default=8866)
    apps.add_argument(
        "--most-people",
        type=int,
        metavar="N",
        help="tabs open at once; what memory and cores bear when left out",
    )
    apps.add_argument("--base-url", default="/", metavar="PATH", help="path below which the apps lie")
    apps.add_argument(
        "--host", action="append", default=[], metavar="NAME", help="a name browsers ask for this server by"
    )
    apps.add_argument(
        "--behind-proxy",
        action="store_true",
        help="believe X-Forwarded-*; only where nobody but the proxy can reach the port",
    )
    lab = verb("lab", _lab, "JupyterLab on the tour notebook")
    run_commands.add(verbs)
    for server in (apps, lab):
        server.add_argument("--no-browser", action="store_true", help="do not open a browser")
    return main


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point of ``almpo``; returns the exit code."""
    closed_stderr.open_if_closed()
    asked = parser().parse_args(arguments)
    # A font cache or thread pool per process is of no use to short commands on small machines.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    # A polite kill cleans up exactly as Ctrl-C does (kernel, scratch folder, no half report); and so does an
    # interrupt sent to a command that a script started in the background, which inherits it switched off.
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, signal.default_int_handler)
    try:
        run: Callable[[argparse.Namespace], int] = asked.run
        return run(asked)
    except ParameterError as error:
        safe = " Nothing was started." if asked.verb == "report" else ""
        print(f"almpo: {error}{safe}", file=sys.stderr)
        return error.exit_code
    except AlmpoError as error:
        print(f"almpo: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        safe = ""
        if asked.verb == "report":
            safe = (
                "; reports that were made are whole, the others as they were, and the same command goes on"
                if asked.each
                else "; nothing was published and the last good edition is untouched"
            )
        print(f"almpo: interrupted{safe}.", file=sys.stderr)
        return _INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
