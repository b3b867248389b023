"""``almpo data …``: what data there are, whether they are whole, and refreshing them from the official services."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.workbench.broken_pipes import quiet

if TYPE_CHECKING:
    from almpo_kit.vocabulary.finding import Finding


def add(verbs: Any) -> None:
    """Add the sub-commands to the command line's verbs."""
    data = verbs.add_parser("data", help="what data there are, whether they are whole; pull and add them")
    kinds = data.add_subparsers(dest="action", required=True, metavar="ACTION")
    kinds.add_parser("list", help="the catalogue, and what was pulled").set_defaults(run=quiet(_list))
    show = kinds.add_parser("show", help="one dataset in full")
    show.add_argument("name")
    show.set_defaults(run=_show)
    kinds.add_parser("check", help="verify every checksum and schema").set_defaults(run=_check)
    series = kinds.add_parser("series", help="series of official services, and what is held")
    series.set_defaults(run=quiet(_series))
    _pull_options(kinds.add_parser("pull", help="refresh series and boundaries from the official services"))
    adding = kinds.add_parser(
        "add", help="take in a downloaded file (Eurostat statistics, GISCO boundaries, ESCO)"
    )
    adding.add_argument("file", type=Path)
    adding.add_argument(
        "--as", dest="series", metavar="SERIES", help="which series it is, where the file does not say"
    )
    adding.add_argument(
        "--accept-shrinking",
        action="store_true",
        help="also a file with far fewer places or concepts than are held",
    )
    adding.set_defaults(run=_add)


def _pull_options(pulling: argparse.ArgumentParser) -> None:
    pulling.add_argument("names", nargs="*", metavar="SERIES", help="which series; all by default")
    pulling.add_argument("--since", metavar="YEAR", help="only this year and later, joined to what is held")
    pulling.add_argument("--dry-run", action="store_true", help="only say what would be asked for")
    pulling.add_argument("--again", action="store_true", help="fetch what seems current, too")
    pulling.add_argument(
        "--accept-shrinking",
        action="store_true",
        help="keep an answer with another structure or far fewer rows than before",
    )
    pulling.add_argument("--boundaries", action="store_true", help="boundaries from GISCO, and no series")
    pulling.add_argument("--vintage", default="2024", choices=("2016", "2021", "2024"), help="of boundaries")
    pulling.add_argument("--scale", default="20M", choices=("20M", "60M"), help="of boundaries")
    pulling.set_defaults(run=quiet(_pull))


def _list(asked: argparse.Namespace) -> int:
    from almpo_kit import sources

    columns = ["dataset", "version", "kind", "provider", "refreshed"]
    print(sources.catalogue()[columns].to_string(index=False))
    held = sources.pulled()
    if len(held):
        print("\nPulled or added, in data/cache:")
        print(held.to_string(index=False, na_rep="–"))
    return 0


def _show(asked: argparse.Namespace) -> int:
    import difflib

    from almpo_kit import sources

    catalogue = sources.catalogue().set_index("dataset", drop=False)
    if asked.name not in catalogue.index:
        near = difflib.get_close_matches(asked.name, list(catalogue.index), n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise ParameterError(f"no dataset is called {asked.name!r}.{hint} `almpo data list` shows them all.")
    for key, value in catalogue.loc[asked.name].items():
        print(f"{key:>10}  {value if isinstance(value, str) and value else '–'}")
    held = sources.pulled()
    for row in held[held["series"].str.startswith(f"{asked.name} (")].to_dict("records"):
        print(
            f"{'held':>10}  {row['series']}: {row['version']}, added {row['retrieved']}, {row['source']}. {row['note']}"
        )
    return 0


def _check(asked: argparse.Namespace) -> int:
    from almpo_kit import sources

    finding = sources.check_data()
    words = {"passed": "ok", "failed": "DAMAGED", "informational": "note"}
    for check in finding.checks:
        stream = sys.stderr if check.status == "failed" else sys.stdout
        print(f"{words[check.status]:>8}  {check.sentence}", file=stream)
    print(finding.sentence)
    return 1 if finding.failed else 0


def _series(asked: argparse.Namespace) -> int:
    from almpo_kit import sources

    columns = ["series", "service", "dataset", "levels", "frequency", "rows", "first", "last", "retrieved"]
    print(sources.series()[columns].to_string(index=False))
    return 0


def _add(asked: argparse.Namespace) -> int:
    from almpo_kit import sources

    print(sources.add(asked.file, asked.series, accept_shrinking=asked.accept_shrinking))
    return 0


def _say(text: str) -> None:
    print(f"  {text}", file=sys.stderr, flush=True)


def _pull(asked: argparse.Namespace) -> int:
    from almpo_kit import sources

    if asked.boundaries and asked.names:
        raise ParameterError(
            "--boundaries pulls boundaries and no series; leave the names out, or pull twice."
        )
    try:
        if asked.boundaries:
            found = sources.pull_boundaries(
                vintage=asked.vintage, scale=asked.scale, dry_run=asked.dry_run, progress=_say
            )
        else:
            found = sources.pull(
                asked.names or None,
                since=asked.since,
                dry_run=asked.dry_run,
                accept_shrinking=asked.accept_shrinking,
                again=asked.again,
                progress=_say,
            )
    except KeyboardInterrupt:
        print("What was pulled so far is kept; run it again to continue.", file=sys.stderr)
        raise
    return _told(found, asked.dry_run)


def _told(found: Finding, dry_run: bool) -> int:
    """The sentence on stdout; what is not as wanted once more on stderr, after all the lines of progress."""
    for row in found.table.to_dict("records") if dry_run else ():
        print(f"{row['series']}: {row['note']}")
    left = found.table["series"][found.table["status"] == "not tried"].tolist()
    for check in found.checks:
        if check.name not in left:
            word = "" if check.status == "failed" else "note: "
            print(f"almpo: {word}{check.sentence}", file=sys.stderr)
    if left:
        print(
            f"almpo: not asked for, because of that: {len(left)} series ({', '.join(left)}).", file=sys.stderr
        )
    print(found.sentence)
    return 1 if found.failed else 0
