"""Any file of a person's into documents: a publication, or a list of references."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from almpo_kit.sources.documents.drafts import Draft, ReadFile, row_of
from almpo_kit.vocabulary.documents import document_id
from almpo_kit.vocabulary.errors import DataError, FrameError

#: What is said of who read a file.
READER: Final = "documents 1"
#: Larger than any publication or list.
MOST_BYTES: Final = 200_000_000


def contents(path: Path) -> bytes:
    """The bytes of a file that somebody dropped.

    Raises
    ------
    DataError
        Gone, closed to us, no ordinary file (a pipe would never end), or larger than anything read here.
    """
    try:
        if not path.is_file():
            what = "is no ordinary file" if path.exists() else "is not there (any more)"
            raise DataError(f"{path.name} {what}; name a file or a folder.")
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise DataError(
                f"{path.name} has {size / 1e6:,.0f} MB, more than is read at once ({MOST_BYTES / 1e6:,.0f} MB). Split it."
            )
        return path.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise DataError(f"{path.name} cannot be read ({reason}). Check its permissions.") from None


def digest(data: bytes) -> str:
    """What a file is known by."""
    return document_id(data)


def read(name: str, data: bytes, origin: str = "") -> ReadFile:
    """What a file holds.

    Raises
    ------
    AlmpoError
        It is refused: nothing in it can be used; the message says why and what to do.
    """
    from almpo_kit.sources.documents.content_kinds import LISTS, content_kind

    reader = _list if content_kind(data, name) in LISTS else _publication
    return reader(name, data, origin)


def _publication(name: str, data: bytes, origin: str) -> ReadFile:
    from almpo_kit.sources.documents.read_document import read_document

    found = read_document((name, data), origin=origin)
    return ReadFile([Draft(row_of(found.row), found.passages, found.why, name=name)])


def _list(name: str, data: bytes, origin: str) -> ReadFile:
    from almpo_kit.sources.documents.read_document_list import read_document_list

    found = read_document_list((name, data), origin=origin)
    fatal = found.problems[found.problems["severity"] == "fatal"].drop_duplicates("row")
    out = ReadFile(
        broken=[
            (f"{name}, line {p['row']}", f"{p['problem']}. {p['remedy']}") for p in fatal.to_dict("records")
        ]
    )
    for given in found.table.to_dict("records"):
        place = f"{name}, line {given['line']}"
        try:
            row = row_of({str(k): v for k, v in given.items()})
        except FrameError as error:
            out.broken.append((place, str(error)))
            continue
        out.drafts.append(Draft(row, label=given["label"], name=place))
    return out
