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
from almpo_kit.workbench import evidence_commands

_INTERRUPTED, _LOGGED_NOWHERE = 130, 3


def _say(text: str) -> None:
    print(f"  {text}", file=sys.stderr, flush=True)


def _report(asked: argparse.Namespace) -> int:
    from almpo_kit.workbench import parameters, reports

    report = reports.make(
        asked.notebook, parameters.split(asked.parameter), out=asked.out, with_pdf=asked.pdf, say=_say
    )
    print(report.page)
    if report.tracking_error is not None:
        print(f"The report is whole, but {report.tracking_error}", file=sys.stderr)
        return _LOGGED_NOWHERE
    return 0


def _data_list(asked: argparse.Namespace) -> int:
    from almpo_kit import sources

    columns = ["dataset", "version", "kind", "provider", "refreshed"]
    print(sources.catalogue()[columns].to_string(index=False))
    return 0


def _data_show(asked: argparse.Namespace) -> int:
    import difflib

    from almpo_kit import sources

    catalogue = sources.catalogue().set_index("dataset", drop=False)
    if asked.name not in catalogue.index:
        near = difflib.get_close_matches(asked.name, list(catalogue.index), n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise ParameterError(f"no dataset is called {asked.name!r}.{hint} `almpo data list` shows them all.")
    for key, value in catalogue.loc[asked.name].items():
        print(f"{key:>10}  {value if isinstance(value, str) and value else '–'}")
    return 0


def _data_check(asked: argparse.Namespace) -> int:
    from almpo_kit import sources

    finding = sources.check_data()
    words = {"passed": "ok", "failed": "DAMAGED", "informational": "note"}
    for check in finding.checks:
        stream = sys.stderr if check.status == "failed" else sys.stdout
        print(f"{words[check.status]:>8}  {check.sentence}", file=stream)
    print(finding.sentence)
    return 1 if finding.failed else 0


def _data_add(asked: argparse.Namespace) -> int:
    from almpo_kit import sources

    print(sources.add(asked.file, asked.series, accept_shrinking=asked.accept_shrinking))
    return 0


def _data_series(asked: argparse.Namespace) -> int:
    from almpo_kit import sources

    columns = ["series", "service", "dataset", "levels", "frequency", "rows", "first", "last", "retrieved"]
    print(sources.series()[columns].to_string(index=False))
    return 0


def _apps(asked: argparse.Namespace) -> int:
    from almpo_kit.workbench.apps import server

    return server.serve(ip=asked.ip, port=asked.port, open_browser=not asked.no_browser)


def _lab(asked: argparse.Namespace) -> int:
    from almpo_kit.workbench import servers

    return servers.lab(open_browser=not asked.no_browser)


def _runs(asked: argparse.Namespace) -> int:
    from almpo_kit.workbench import servers

    return servers.runs(port=asked.port, open_browser=not asked.no_browser)


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

    data = verbs.add_parser("data", help="what data there are, and whether they are whole")
    kinds = data.add_subparsers(dest="action", required=True, metavar="ACTION")
    kinds.add_parser("list", help="the catalogue").set_defaults(run=_data_list)
    show = kinds.add_parser("show", help="one dataset in full")
    show.add_argument("name")
    show.set_defaults(run=_data_show)
    kinds.add_parser("check", help="verify every checksum and schema").set_defaults(run=_data_check)
    kinds.add_parser("series", help="series of official services, and what is held").set_defaults(
        run=_data_series
    )
    add = kinds.add_parser("add", help="take in a downloaded file: Eurostat statistics or GISCO boundaries")
    add.add_argument("file", type=Path)
    add.add_argument(
        "--as", dest="series", metavar="SERIES", help="which series it is, where the file does not say"
    )
    add.add_argument(
        "--accept-shrinking", action="store_true", help="even with far fewer places than are in use"
    )
    add.set_defaults(run=_data_add)

    evidence_commands.add(verbs)

    apps = verb("apps", _apps, "serve the apps to a browser")
    apps.add_argument("--ip", default="127.0.0.1", help="anything but loopback needs ALMPO_APPS_TOKEN")
    apps.add_argument("--port", type=int, default=8866)
    lab = verb("lab", _lab, "JupyterLab on the tour notebook")
    runs = verb("runs", _runs, "the MLflow UI with the runs made here")
    runs.add_argument("--port", type=int, default=5000)
    for server in (apps, lab, runs):
        server.add_argument("--no-browser", action="store_true", help="do not open a browser")
    return main


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point of ``almpo``; returns the exit code."""
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
        safe = (
            "; nothing was published and the last good edition is untouched" if asked.verb == "report" else ""
        )
        print(f"almpo: interrupted{safe}.", file=sys.stderr)
        return _INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
