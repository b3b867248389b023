"""The catalogue ``data/sources.csv``: what data there are, which edition, from whom, and their checksum."""

from __future__ import annotations

import csv
import hashlib
import io
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from almpo_kit.vocabulary.errors import DataError
from almpo_kit.vocabulary.provenance import DataVersion

if TYPE_CHECKING:
    import pandas as pd

CATALOGUE = "data/sources.csv"
KINDS = ("reference", "package", "api", "file", "synthetic")
FIELDS = (
    "dataset",
    "version",
    "provider",
    "licence",
    "kind",
    "locator",
    "sha256",
    "refreshed",
    "note",
)


@dataclass(frozen=True)
class Entry:
    """One row of the catalogue; ``locator`` is a path below the root, or ``package:path``, or a dataset code."""

    dataset: str
    version: str
    provider: str
    licence: str
    kind: str
    locator: str
    sha256: str
    refreshed: str
    note: str

    def stamp(self, sha256: str = "") -> DataVersion:
        """The data version that frames of this dataset carry."""
        return DataVersion(
            dataset=self.dataset,
            version=self.version,
            kind=self.kind,
            provider=self.provider,
            licence=self.licence,
            sha256=sha256 or self.sha256,
        )


def root() -> Path:
    """The folder that holds ``data/``, ``reports/`` and ``mlruns/``.

    Returns
    -------
    Path
        ``ALMPO_HOME`` if set; else the nearest folder, from the working directory upwards, that has a
        ``data/sources.csv``; else the checkout that contains this package.

    Raises
    ------
    DataError
        ``ALMPO_HOME`` holds no catalogue, or no catalogue is found anywhere.
    """
    home = os.environ.get("ALMPO_HOME", "").strip()
    if home:
        try:
            chosen = Path(home).expanduser().resolve()
            there = (chosen / CATALOGUE).is_file()
        except (OSError, RuntimeError, ValueError):
            # Another person's home by a name that nobody has, a path without end, a folder that is closed.
            there = False
        if not there:
            raise DataError(
                f"ALMPO_HOME points at {home!r}, which has no {CATALOGUE}; correct it, unset it, or restore the "
                f"file there from a clone of the project."
            )
        return chosen
    here = Path.cwd().resolve()
    for folder in (here, *here.parents, Path(__file__).resolve().parents[2]):
        if (folder / CATALOGUE).is_file():
            return folder
    raise DataError(
        f"No {CATALOGUE} in {here} or above it; change into the project's folder or set ALMPO_HOME to it."
    )


def repair(locator: str) -> str:
    """How to get a damaged file of the project back, in words."""
    return f"Restore it with `git checkout -- {locator}`, or copy it from a fresh clone of the project."


def read_bytes(locator: str) -> bytes:
    """The bytes of a file below the root.

    Raises
    ------
    DataError
        Missing or unreadable; the message names the file and the repair.
    """
    try:
        return (root() / locator).read_bytes()
    except OSError as error:
        reason = (
            "is missing" if isinstance(error, FileNotFoundError) else f"cannot be read ({error.strerror})"
        )
        raise DataError(f"{locator} {reason}. {repair(locator)}") from None


def text_rows(data: bytes, locator: str) -> list[dict[str, str]]:
    """The rows of a UTF-8 CSV; a wrong encoding, an empty or a cut-off file is a :class:`DataError`."""
    try:
        reader = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
        rows = list(reader)
    except (UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{locator} is damaged ({type(error).__name__}). {repair(locator)}") from None
    if not reader.fieldnames or any(None in row or None in row.values() for row in rows):
        raise DataError(f"{locator} is damaged (empty or ragged rows). {repair(locator)}")
    return rows


def sha256(data: bytes) -> str:
    """Hexadecimal SHA-256 of some bytes."""
    return hashlib.sha256(data).hexdigest()


def entries() -> tuple[Entry, ...]:
    """Every row of the catalogue, in file order.

    Raises
    ------
    DataError
        The catalogue is missing, damaged, or lists a dataset twice or of an unknown kind.
    """
    rows = text_rows(read_bytes(CATALOGUE), CATALOGUE)
    if not rows or tuple(rows[0]) != FIELDS:
        raise DataError(f"{CATALOGUE} should have the columns {', '.join(FIELDS)}. {repair(CATALOGUE)}")
    found = tuple(Entry(**row) for row in rows)
    wrong = [e.dataset for e in found if e.kind not in KINDS]
    if wrong or len({e.dataset for e in found}) < len(found):
        raise DataError(f"{CATALOGUE} lists a dataset twice or an unknown kind: {wrong}. {repair(CATALOGUE)}")
    return found


def entry(dataset: str) -> Entry:
    """The catalogue's row on one dataset.

    Raises
    ------
    DataError
        Not catalogued.
    """
    for candidate in entries():
        if candidate.dataset == dataset:
            return candidate
    known = ", ".join(e.dataset for e in entries())
    raise DataError(f"{dataset!r} is not in {CATALOGUE}; it lists {known}.")


def catalogue() -> pd.DataFrame:
    """The catalogue as a table.

    Returns
    -------
    DataFrame, shape (n_datasets, 9)
        Columns ``dataset, version, provider, licence, kind, locator, sha256, refreshed, note`` (all str).
    """
    import pandas as pd

    return pd.DataFrame([vars(e) for e in entries()], columns=list(FIELDS))
