"""What a file is, by its first bytes and not by its name; and what to do with one that cannot be read."""

from __future__ import annotations

import struct
import zipfile
import zlib
from pathlib import Path
from typing import Literal
from xml.parsers.expat import ExpatError

from almpo_kit.vocabulary.errors import DataError

Kind = Literal["text", "workbook", "stata", "parquet"]
#: Larger than any coding sheet; read into memory once.
MOST_BYTES = 200_000_000
#: What the libraries that read binary formats raise when these are damaged or hostile.
DAMAGE = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    EOFError,
    OSError,
    RuntimeError,
    SyntaxError,
    AssertionError,
    MemoryError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
    ExpatError,
)
_AS_WORKBOOK = "Open it and save it as an Excel workbook (.xlsx) or as 'CSV UTF-8'."
_OTHERS = (
    (b"%PDF", "a PDF. Put its figures into a table first (estimates: `almpo evidence template`)."),
    (b"\x1f\x8b", "compressed (gzip). Unpack it first."),
    (b"{\\rtf", f"a text document (RTF). {_AS_WORKBOOK}"),
    (b"7z\xbc\xaf", "a 7-Zip archive. Unpack it first."),
    (b"SQLite format 3", f"a database. {_AS_WORKBOOK}"),
    (b"$FL2", f"an SPSS file. Save it as Stata (.dta), {_AS_WORKBOOK[0].lower()}{_AS_WORKBOOK[1:]}"),
)
_OLD_STATA = tuple(bytes([version]) for version in (*range(102, 106), 108, *range(110, 116)))
_TEXT_NAMES = {".csv", ".tsv", ".txt", ".tab"}


def read_whole(path: Path) -> bytes:
    """The bytes of a person's file.

    Raises
    ------
    DataError
        Missing, a folder, unreadable, or larger than any coding sheet.
    """
    if path.is_dir():
        raise DataError(f"{path.name or path} is a folder; name the file in it.")
    try:
        if path.exists() and not path.is_file():
            raise DataError(f"{path.name} is no ordinary file; copy its content into one.")
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise DataError(
                f"{path.name} has {size / 1e6:,.0f} MB, more than is read at once ({MOST_BYTES / 1e6:,.0f} MB); nothing was "
                "read. Split it, or delete what is not the table."
            )
        return path.read_bytes()
    except FileNotFoundError:
        raise DataError(f"there is no file {path.name}; check the name and the folder.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise DataError(f"{path.name} cannot be read ({reason}).") from None


def kind_of(data: bytes, path: Path) -> Kind:
    """What the bytes are.

    Raises
    ------
    DataError
        Something that is not read here; the message says what it is and how to save it.
    """
    name, head = path.name, data[:4096]
    for magic, words in _OTHERS:
        if head.startswith(magic):
            raise DataError(f"{name} is {words}")
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise DataError(_compound(name, data))
    if head.startswith(b"PK"):
        return "workbook"
    if head.startswith(b"PAR1"):
        return "parquet"
    stata = head.startswith(b"<stata_dta>")
    # Old Stata files begin with a letter's code: only the name tells them from text.
    if stata or (path.suffix.lower() == ".dta" and head.startswith(_OLD_STATA)):
        return "stata"
    return _text(name, path.suffix.lower(), head)


def _compound(name: str, data: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return f"{name} is protected with a password. Open it, remove the password and save it again."
    return f"{name} is an old Excel or Office file (.xls). {_AS_WORKBOOK}"


def _text(name: str, suffix: str, head: bytes) -> Kind:
    start = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if start.startswith((b"<html", b"<!doctype html", b"<table", b"<head", b"<meta")):
        raise DataError(f"{name} is a web page, whatever it is called. {_AS_WORKBOOK}")
    if start.startswith(b"<?xml") or b"urn:schemas-microsoft-com" in start:
        raise DataError(f"{name} is XML, not a table that is read here. {_AS_WORKBOOK}")
    if suffix not in _TEXT_NAMES and suffix:
        held = "empty" if not head else "none of these"
        raise DataError(
            f"{name} is {held}: CSV text (.csv, .tsv, .txt), Excel (.xlsx), Stata (.dta) and Parquet are read. "
            f"If it is text, name it .csv; otherwise it is damaged or of another kind. {_AS_WORKBOOK}"
        )
    return "text"
