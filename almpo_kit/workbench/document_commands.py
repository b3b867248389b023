"""``almpo documents …``: take publications in, list them, watch a folder, search catalogues, find duplicates."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from almpo_kit.sources.intake.problems import ascii_controls
from almpo_kit.vocabulary.errors import DataError
from almpo_kit.workbench.broken_pipes import quiet
from almpo_kit.workbench.new_files import must_be_new, write_new
from almpo_kit.workbench.safe_csv import safe_csv

if TYPE_CHECKING:
    from almpo_kit.sources import Library
    from almpo_kit.vocabulary.finding import Finding

#: References that are kept at once: what came before a fault stays.
_BATCH = 200
_SHORT, _TITLE = 12, 76


def add(verbs: Any) -> None:
    """Add the sub-commands to the command line's verbs."""
    documents = verbs.add_parser(
        "documents", help="the library of publications: take in, list, search, compare"
    )
    actions = documents.add_subparsers(dest="action", required=True, metavar="ACTION")
    adding = actions.add_parser("add", help="take in files or folders (PDF, HTML, text; RIS, BibTeX, CSV)")
    adding.add_argument("files", nargs="+", type=Path, metavar="FILE")
    adding.add_argument("--origin", default="", help="where they come from, in your words")
    adding.set_defaults(run=quiet(_add))
    listing = actions.add_parser("list", help="what the library holds")
    listing.add_argument("words", nargs="*", help="only titles with these words")
    listing.add_argument("--left-out", action="store_true", help="what was left out, with the reasons")
    listing.set_defaults(run=quiet(_list))
    watching = actions.add_parser("watch", help="take in what is put into a folder, until interrupted")
    watching.add_argument("folder", type=Path)
    watching.add_argument("--seconds", type=float, default=5.0, help="between two looks (5)")
    watching.add_argument("--once", action="store_true", help="take in what lies there now, and end")
    watching.set_defaults(run=quiet(_watch))
    searching = actions.add_parser(
        "search", help="search a catalogue over the network and take its references in"
    )
    searching.add_argument("query")
    searching.add_argument("--from", dest="catalogue", required=True, choices=("openalex", "crossref"))
    searching.add_argument("--since", metavar="DATE", help="published from then on, e.g. 2026-03")
    searching.add_argument("--limit", type=int, default=1_000, help="references at most (1,000)")
    searching.add_argument("--dry-run", action="store_true", help="only list them")
    searching.set_defaults(run=quiet(_search))
    doubles = actions.add_parser("duplicates", help="which documents are one publication or on one study")
    doubles.add_argument("--out", type=Path, metavar="FILE", help="write the table to a new CSV file")
    doubles.set_defaults(run=quiet(_duplicates))
    leaving = actions.add_parser("leave-out", help="leave a document out; it stays held, with the reason")
    leaving.add_argument(
        "document", help="the beginning of its identifier, as `almpo documents list` shows it"
    )
    leaving.add_argument("--reason", required=True)
    leaving.add_argument("--back", action="store_true", help="put it back")
    leaving.set_defaults(run=_leave_out)


def _library() -> Library:
    from almpo_kit import sources

    return sources.library()


def _line(text: str, *, aside: bool = False) -> None:
    """A line for a terminal; titles and names are other people's words, and nothing in them steers it."""
    print(ascii_controls(text), file=sys.stderr if aside else sys.stdout, flush=True)


def _told(found: Finding) -> int:
    """The sentence on stdout; what went wrong, a line each, on stderr."""
    for row in found.table.to_dict("records"):
        if row["outcome"] in ("refused", "degraded"):
            _line(f"{row['outcome']:>9}  {row['name']}: {row['why']}", aside=True)
    _line(found.sentence)
    return 1 if (found.table["outcome"] == "refused").any() else 0


def _add(asked: argparse.Namespace) -> int:
    return _told(_library().take_in([str(f) for f in asked.files], origin=asked.origin))


def _list(asked: argparse.Namespace) -> int:
    held = _library()
    if asked.left_out:
        for row in held.left_out().to_dict("records"):
            _line(
                f"{row['document_id'][:_SHORT]}  {row['at'][:10]}  {row['title'][:_TITLE]}: {row['reason']}"
            )
        return 0
    table = held.documents(text=False)
    for word in asked.words:
        table = table[table["title"].str.contains(word, case=False, regex=False)]
    for row in table.to_dict("records"):
        year = f"{row['year']:.0f}" if row["year"] == row["year"] else "–"
        _line(f"{row['document_id'][:_SHORT]}  {year:>4}  {row['kind']:<9}  {row['title'][:_TITLE]}")
    print(f"{len(table):,} documents.")
    return 0


def _watch(asked: argparse.Namespace) -> int:
    code = 0
    _line(f"  watching {asked.folder}; Ctrl-C ends it, and loses nothing.", aside=True)
    for found in _library().watch(asked.folder, seconds=asked.seconds, rounds=2 if asked.once else None):
        code = max(code, _told(found))
    return code


def _search(asked: argparse.Namespace) -> int:
    from almpo_kit import sources

    catalogue = sources.literature(asked.catalogue)
    found = catalogue.search(asked.query, since=asked.since, limit=asked.limit)
    origin = f"{catalogue.title}: {asked.query}" + f", since {asked.since}" * bool(asked.since)
    held, batch, counts = None if asked.dry_run else _library(), [], {"new": 0, "known": 0}
    try:
        for reference in found:
            batch.append(reference)
            if len(batch) >= _BATCH:
                _keep(held, batch, origin, counts)
    except DataError:
        _keep(held, batch, origin, counts)
        print(_counted(counts, asked.dry_run), flush=True)
        raise
    _keep(held, batch, origin, counts)
    print(_counted(counts, asked.dry_run))
    return 0


def _keep(held: Library | None, batch: list[Any], origin: str, counts: dict[str, int]) -> None:
    import pandas as pd

    if held is None:
        for row in batch:
            _line(f"{row['year'] or '–':>4}  {row['title'][:_TITLE]}")
        counts["new"] += len(batch)
    elif batch:
        taken = held.take_in(pd.DataFrame(batch), origin=origin)
        counts["new"] += taken.counts["new"]
        counts["known"] += taken.counts["known"]
    batch.clear()


def _counted(counts: dict[str, int], dry: bool) -> str:
    if dry:
        return f"{counts['new']:,} references; nothing was taken in."
    return f"{counts['new']:,} references taken in, {counts['known']:,} held already."


def _duplicates(asked: argparse.Namespace) -> int:
    from almpo_kit import learning

    if asked.out is not None:
        must_be_new(asked.out, "--out")
    found = learning.duplicates(_library().documents())
    if asked.out is not None:
        write_new(asked.out, safe_csv(found.table).encode(), "--out")
        print(asked.out)
    else:
        for group, rows in found.table.groupby("group", sort=False):
            print(f"\n{str(group)[:_SHORT]}")
            for row in rows.to_dict("records"):
                _line(f"  {row['document_id'][:_SHORT]}  {row['relation']:<28}  {row['title'][:_TITLE]}")
    for row in found.doubtful.to_dict("records"):
        both = f"{row['first'][:_SHORT]} {row['first_title'][:40]!r} and {row['second'][:_SHORT]} {row['second_title'][:40]!r}"
        _line(f"  look at {both}: {row['why']}", aside=True)
    _line(found.sentence)
    return 0


def _leave_out(asked: argparse.Namespace) -> int:
    held = _library()
    name = (
        held.put_back(asked.document, asked.reason)
        if asked.back
        else held.leave_out(asked.document, asked.reason)
    )
    print(
        f"{name[:_SHORT]} is {'back' if asked.back else 'left out'}; `almpo documents list --left-out` lists what is."
    )
    return 0
