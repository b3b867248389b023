"""Any file of a person's into documents: a publication, or a list of references."""

from __future__ import annotations

from pathlib import Path, PurePath
from typing import Final

from almpo_kit.sources.documents.drafts import Draft, ReadFile, row_of
from almpo_kit.vocabulary.documents import document_id
from almpo_kit.vocabulary.errors import DataError

#: What is said of who read a file.
READER: Final = "documents 1"
#: Endings of lists; where the ending says nothing, what is in the file decides.
LISTS: Final = {".ris", ".bib", ".csv", ".tsv", ".nbib", ".enw"}
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


def read(name: str, data: bytes) -> ReadFile:
    """What a file holds.

    Raises
    ------
    AlmpoError
        It is refused: nothing in it can be used; the message says why and what to do.
    """
    if is_list(name, data):
        return _list(name, data)
    return _publication(name, data)


def is_list(name: str, data: bytes) -> bool:
    """Whether a file is a list of references and no publication."""
    head = data[:4096].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if head.startswith((b"%PDF", b"<", b"PK")):
        return False
    if PurePath(name).suffix.lower() in LISTS:
        return True
    first = head.partition(b"\n")[0].strip()
    return first.startswith(b"TY  -") or (first.startswith(b"@") and b"{" in first[:40])


def _publication(name: str, data: bytes) -> ReadFile:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DataError(f"{name} is no text in UTF-8; save it as UTF-8.") from None
    if not text.strip():
        raise DataError(f"{name} is empty.")
    title = text.strip().split("\n")[0][:300]
    row = row_of({"document_id": document_id(data), "title": title, "text": text, "kind": "text"})
    return ReadFile([Draft(row, name=name)])


def _list(name: str, data: bytes) -> ReadFile:
    import tempfile

    from almpo_kit.sources.intake.references import read_references

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / PurePath(name).name
        path.write_bytes(data)
        found = read_references(path)
    drafts = [
        Draft(row_of({**r, "kind": "reference"}), name=f"{name}, line {r['line']}")
        for r in found.table.to_dict("records")
    ]
    broken = [
        (f"{name}, line {p['row']}", p["problem"])
        for p in found.problems.to_dict("records")
        if p["severity"] == "fatal"
    ]
    return ReadFile(drafts, broken)
