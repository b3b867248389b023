"""Taking files, folders and frames into a library, one whole file after the other."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from almpo_kit.sources.documents import keeping, reading_in
from almpo_kit.sources.documents.drafts import Draft, drafts_of
from almpo_kit.sources.documents.keeping import Taking
from almpo_kit.sources.documents.library_tables import LibraryError, Tables
from almpo_kit.sources.documents.originals import Originals
from almpo_kit.sources.documents.taken_in import TakenIn, taken_in
from almpo_kit.sources.intake.problems import ascii_controls
from almpo_kit.vocabulary.errors import AlmpoError, DataError, ParameterError
from almpo_kit.vocabulary.provenance import SYNTHETIC

if TYPE_CHECKING:
    import pandas as pd

#: A file by its path, or by its name and bytes.
Item = Path | tuple[str, bytes]
#: Names that programs give to what they are still writing, or to their own notes.
_UNFINISHED = (".part", ".crdownload", ".tmp", ".download", ".partial", ".lock")
#: Signs of a name or an origin that are kept.
_LONGEST = 1_000
_HOW = "library.take_in('inbox'), library.take_in('paper.pdf') or library.take_in(('paper.pdf', data))"


def take(
    tables: Tables,
    originals: Originals,
    given: Any,
    *,
    passages: pd.DataFrame | None,
    origin: str,
    progress: Callable[[int, int], None] | None,
) -> TakenIn:
    """Take in whatever a person gives; see :meth:`Library.take_in`."""
    import pandas as pd

    if isinstance(given, pd.DataFrame):
        rows, synthetic = frame(tables, given, passages, origin)
        return taken_in(rows, origin or "the documents given", synthetic)
    items = list(_items(given))
    rows, synthetic = [], False
    for done, item in enumerate(items):
        found, invented = one(tables, originals, item, origin)
        rows += found
        synthetic |= invented
        if progress is not None:
            progress(done + 1, len(items))
    return taken_in(rows, _spoken(given), synthetic)


def frame(
    tables: Tables, documents: pd.DataFrame, passages: pd.DataFrame | None, origin: str
) -> tuple[list[tuple[str, ...]], bool]:
    """Keep documents that are rows and no files."""
    drafts = list(drafts_of(documents, passages, origin))
    origin = shown_name(origin)
    taking = Taking(origin or "rows", origin, reader="rows")
    keeping.prepare(drafts)
    with tables.writing() as db:
        rows = list(keeping.keep(db, drafts, taking))
    return rows, _invented(drafts)


def one(tables: Tables, originals: Originals, item: Item, origin: str) -> tuple[list[tuple[str, ...]], bool]:
    """Read one file and keep what is in it; a file that is refused is a row, not an error."""
    name = shown_name(item.name if isinstance(item, Path) else item[0])
    taking = Taking(name, shown_name(origin or (str(item) if isinstance(item, Path) else "")))
    try:
        data = reading_in.contents(item) if isinstance(item, Path) else item[1]
        taking = Taking(name, taking.origin, reading_in.digest(data), len(data), reading_in.READER)
        read = reading_in.read(name, data, origin)
        keeping.prepare(read.drafts)
    except LibraryError:
        raise
    except AlmpoError as error:
        with tables.writing() as db:
            return [keeping.refuse(db, name, str(error), taking)], False
    # The bytes first: a kill in between leaves a file that no row names, never a row without its file.
    originals.keep(data)
    with tables.writing() as db:
        rows = list(keeping.keep(db, read.drafts, taking))
        rows += [keeping.refuse(db, place, why, taking) for place, why in read.broken]
    return rows, _invented(read.drafts)


def _invented(drafts: Sequence[Draft]) -> bool:
    return any(str(d.row["source"]).startswith(SYNTHETIC) for d in drafts)


def _items(given: Any) -> Iterator[Item]:
    if isinstance(given, tuple) and len(given) == 2 and isinstance(given[1], bytes | bytearray):
        yield str(given[0]), bytes(given[1])
    elif isinstance(given, str | os.PathLike):
        path = Path(given).expanduser()
        try:
            there = path.exists()
        except OSError:  # e.g. a name that no file can have
            there = False
        if not there:
            raise ParameterError(f"there is no file or folder {str(given)[:200]!r}; check the name.")
        yield from files_in(path) if path.is_dir() else (path,)
    elif isinstance(given, Sequence) and not isinstance(given, bytes):
        for part in given:
            yield from _items(part)
    else:
        raise ParameterError(
            f"take_in() takes files, folders and frames, not {type(given).__name__}; e.g. {_HOW}."
        )


def files_in(folder: Path) -> list[Path]:
    """The files in a folder and below it, by name; hidden and unfinished ones are left, links are not followed.

    Raises
    ------
    DataError
        The folder cannot be looked into.
    """
    try:
        found = [
            Path(where) / name
            for where, inner, names in os.walk(folder, onerror=_raised)
            if not inner.sort()
            for name in sorted(names)
            if "/." not in f"/{(Path(where) / name).relative_to(folder)}"
        ]
    except OSError as error:
        raise DataError(
            f"The folder {folder} cannot be read ({error.strerror}). Check its permissions."
        ) from None
    return [p for p in found if not p.is_symlink() and p.is_file() and _finished(p.name)]


def _raised(error: OSError) -> None:
    raise error


def shown_name(name: str) -> str:
    """A name as it is kept and told: what steers a terminal, and bytes that are no letters, as escapes; not without end."""
    return ascii_controls(name)[:_LONGEST]


def _finished(name: str) -> bool:
    return not name.lower().endswith(_UNFINISHED) and not name.startswith("~$")


def _spoken(given: Any) -> str:
    if isinstance(given, str | os.PathLike):
        return shown_name(Path(given).name or str(given))
    if isinstance(given, tuple) and len(given) == 2 and isinstance(given[1], bytes | bytearray):
        return shown_name(str(given[0]))
    return f"{len(given):,} files"


def held(path: Path) -> Item:
    """A file in memory, or its path where it cannot be read (which is told when it is taken in)."""
    try:
        return shown_name(path.name), reading_in.contents(path)
    except DataError:
        return path
