"""A person's own editions of the evidence base, under ``data/cache/editions/NAME``: whole or not there at all.

An edition is a folder with the table and a small record of it (when, checksum, which columns are numbers).
It is written under a temporary name and renamed, so that nobody ever sees half of one, and two people who
keep the same name at once cannot mix their files: the second is refused.
"""

from __future__ import annotations

import contextlib
import io
import json
import re
import shutil
import tempfile
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from almpo_kit.sources import cache
from almpo_kit.sources.catalogue import sha256
from almpo_kit.sources.tables import TABLES
from almpo_kit.vocabulary.errors import DataError, ParameterError
from almpo_kit.vocabulary.frames import check
from almpo_kit.vocabulary.provenance import DataVersion, is_synthetic, stamp

if TYPE_CHECKING:
    import pandas as pd

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
#: A name that ends like a file could be either.
_FILES = (".csv", ".tsv", ".txt", ".tab", ".xlsx", ".xls", ".dta", ".parquet", ".ris", ".bib")
_TABLE, _RECORD = "effects.csv", "edition.json"


@dataclass(frozen=True)
class Record:
    """What is kept beside the table of an edition; ``numbers``: columns that hold numbers."""

    edition: str
    released: str
    sha256: str
    note: str
    synthetic: bool
    numbers: tuple[str, ...]

    def stamp(self) -> DataVersion:
        """The data version that the frame carries."""
        kind = "synthetic" if self.synthetic else "file"
        return DataVersion("effects", self.edition, kind=kind, provider="own coding", sha256=self.sha256)


def folder() -> Path:
    """Where a person's editions are; it may not exist yet."""
    return cache.folder() / "editions"


def names() -> list[str]:
    """The editions that are kept, by name."""
    with contextlib.suppress(OSError):
        return sorted(p.name for p in folder().iterdir() if p.is_dir() and _NAME.fullmatch(p.name))
    return []


def record(name: str) -> Record:
    """What is kept beside the table.

    Raises
    ------
    DataError
        Missing or damaged.
    """
    try:
        held = json.loads((folder() / name / _RECORD).read_bytes())
        found = Record(**{**held, "numbers": tuple(held["numbers"])})
        words = (found.edition, found.released, found.sha256, found.note, *found.numbers)
        if found.edition == name and all(isinstance(w, str) for w in words):
            return found
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        pass
    raise _damaged(name)


def load(name: str) -> pd.DataFrame:
    """The effects of an edition, as they were kept.

    Raises
    ------
    DataError
        Missing, damaged or changed since.
    """
    held = record(name)
    try:
        data = (folder() / name / _TABLE).read_bytes()
    except OSError:
        raise _damaged(name) from None
    if sha256(data) != held.sha256:
        raise _damaged(name)
    return stamp(_parse(data, held.numbers), held.stamp())


def keep(effects: pd.DataFrame, name: str, note: str) -> Record:
    """Keep a checked copy of a frame; nothing is written unless all of it is.

    Raises
    ------
    ParameterError
        A name that is none.
    FrameError
        Not an ``effects`` frame; lists what is wrong.
    DataError
        Other effects are kept under this name, or the cache cannot be written.
    """
    _check_name(name)
    numbers = tuple(str(c) for c in effects if effects[c].dtype.kind in "iuf")
    data = _render(effects)
    # What is checked is what will be read, not what was handed over.
    check(_parse(data, numbers), "effects")
    today = datetime.now(UTC).date().isoformat()
    new = Record(name, today, sha256(data), note, is_synthetic(effects), numbers)
    there = next((n for n in names() if n.casefold() == name.casefold()), None)
    if there is not None:
        return _same(there, new)
    try:
        _write(new, data)
    except DataError:
        # Somebody kept the name at the same moment; the same effects are no conflict.
        if (folder() / new.edition / _RECORD).is_file():
            return _same(new.edition, new)
        raise
    return new


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name) or name.lower().endswith(_FILES) or name.endswith("."):
        raise ParameterError(
            f"{name!r} cannot name an edition; use up to 64 letters, digits, dots, hyphens and underscores, "
            "and no file's ending, e.g. ministry-2026-1."
        )


def _same(there: str, new: Record) -> Record:
    held = record(there)
    if there == new.edition and held.sha256 == new.sha256:
        return held
    raise DataError(
        f"Another edition is kept as {there!r}, and none is ever overwritten; choose another name, e.g. "
        f"{new.edition}.1. Nothing was written."
    )


def _render(effects: pd.DataFrame) -> bytes:
    import pandas as pd

    # A lone carriage return would be read as the end of a row.
    whole = effects.copy(deep=False)
    for column in (c for c in effects if effects[c].dtype.kind == "O"):
        cells = [_one_kind_of_line_end(x) for x in effects[column]]
        whole[column] = pd.Series(cells, index=effects.index, dtype=object)
    try:
        text: str = whole.to_csv(index=False, lineterminator="\n")
        return text.encode()
    except UnicodeEncodeError as error:
        raise DataError(f"The table holds text that is none ({error.reason}). Nothing was written.") from None


def _one_kind_of_line_end(cell: object) -> object:
    return re.sub(r"\r(?!\n)", "\n", cell) if isinstance(cell, str) else cell


def _parse(data: bytes, numbers: tuple[str, ...]) -> pd.DataFrame:
    import pandas as pd

    known = {c for c, kind in TABLES["effects"].columns.items() if kind == "number"}
    header = pd.read_csv(io.BytesIO(data), nrows=0).columns
    kinds = {c: "float64" if c in known or c in numbers else "str" for c in header}
    return pd.read_csv(io.BytesIO(data), dtype=kinds, keep_default_na=False, na_values=[""])


def _write(new: Record, data: bytes) -> None:
    temporary: Path | None = None
    try:
        folder().mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(dir=folder(), prefix=".", suffix=".tmp"))
        cache.write_atomically(temporary / _TABLE, data)
        cache.write_atomically(temporary / _RECORD, json.dumps(asdict(new), indent=1).encode())
        temporary.chmod(0o755)
        temporary.rename(folder() / new.edition)
    except OSError as error:
        raise DataError(
            f"The edition {new.edition!r} cannot be kept in {folder()} ({error.strerror}). Nothing was kept; "
            "make the folder writable, free space, or choose another name."
        ) from None
    finally:
        if temporary is not None and temporary.exists():
            shutil.rmtree(temporary, ignore_errors=True)


def _damaged(name: str) -> DataError:
    where = f"data/cache/editions/{name}"
    return DataError(
        f"The edition {name!r} is damaged: {where} is not what was kept. Remove that folder and add the "
        f"edition again from your file: `almpo evidence add FILE --edition {name}`."
    )
