"""A register as DuckDB can scan it: a small file read cell by cell, or Parquet and CSV that stay on the disk.

DuckDB itself never opens a file: it scans what pyarrow has opened, and its own access to files and networks is off.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from almpo_kit.sources.intake.file_kinds import DAMAGE, kind_of
from almpo_kit.sources.intake.headings import plain
from almpo_kit.sources.intake.problems import Problem, counted
from almpo_kit.sources.intake.raw_table import MOST_COLUMNS, too_many_columns
from almpo_kit.sources.people.given_tables import given_table
from almpo_kit.sources.people.personal_data import is_personal, leads_to_people
from almpo_kit.vocabulary.errors import AlmpoError, DataError
from almpo_kit.vocabulary.provenance import DataVersion

#: Bytes of text that are read cell by cell; larger text is scanned. And rows of a scan that tell what a column holds.
SMALL, _LOOKED_AT = 20_000_000, 1_000
_MOST_FILES = 100_000
ROW = "__row"


@dataclass
class OpenedRegister:
    """``data`` is a DataFrame or a pyarrow dataset; ``headings`` are its columns without those that name people.

    ``typed`` is True where the format says what is a number. ``numbered`` is True where column ``__row`` holds the row
    that a spreadsheet shows.
    """

    name: str
    data: Any
    headings: list[str]
    digest: str
    typed: bool
    decimal: str = ""
    numbered: bool = False
    dropped: tuple[str, ...] = ()
    remarks: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    skipped: list[int] = field(default_factory=lambda: [0])
    versions: tuple[DataVersion, ...] = ()


def opened(
    given: str | Path | bytes,
    name: str,
    known: Mapping[str, str],
    mapping: Mapping[str, str],
    sheet: str,
) -> OpenedRegister:
    """Open what a person gave: bytes, a file, or a folder of Parquet files.

    Parameters
    ----------
    known : mapping
        Heading -> our column; ids are handed on even where they lead to people.
    mapping : mapping
        The person's own.

    Raises
    ------
    DataError
        Nothing there, nothing that is read here, damaged, or files of one folder that do not fit together.
    """
    spared = ids_of(known) | {plain(h) for h in mapping}
    if isinstance(given, str | Path):
        path = Path(given).expanduser()
        if path.is_dir():
            return _scanned_parquet(path, _files(path), name or path.name, spared)
        kind, size = _kind_on_disk(path)
        if kind == "parquet":
            return _scanned_parquet(path.parent, [path], name or path.name, spared)
        if kind == "text" and size > SMALL:
            return _scanned_text(path, name or path.name, spared)
    return _in_memory(given, name, known, mapping, sheet)


def ids_of(known: Mapping[str, str]) -> set[str]:
    """Headings of ids."""
    return {heading for heading, ours in known.items() if ours == "id"}


def _in_memory(
    given: Any, name: str, known: Mapping[str, str], mapping: Mapping[str, str], sheet: str
) -> OpenedRegister:
    import pandas as pd

    spared = ids_of(known) | {plain(h) for h, ours in mapping.items() if ours == "id"}
    table = given_table(given, name, known, mapping, sheet, spared)
    keep = [i for i, row in enumerate(table.numbers) if row not in table.shifted]
    columns = {h: pd.Series([cells[i] for i in keep], dtype="str") for h, cells in table.columns.items()}
    frame = pd.DataFrame(columns)
    frame[ROW] = [table.numbers[i] for i in keep]
    return OpenedRegister(
        name=table.name,
        data=frame,
        headings=list(columns),
        digest=table.digest,
        typed=table.typed,
        decimal=table.decimal,
        numbered=True,
        dropped=table.dropped,
        remarks=list(table.remarks),
        problems=list(table.problems),
    )


def _kind_on_disk(path: Path) -> tuple[str, int]:
    try:
        if not path.is_file():
            return "missing", 0
        with path.open("rb") as file:
            return kind_of(file.read(1_000_000), path), path.stat().st_size
    except (OSError, ValueError) as error:
        raise DataError(f"{path.name} cannot be read ({error}); check the path.") from None


def _files(folder: Path) -> list[Path]:
    found = sorted(p for p in folder.rglob("*.parquet") if p.is_file() and not p.name.startswith((".", "_")))
    if not found:
        raise DataError(
            f"{folder.name} is a folder without Parquet files (.parquet); name a file or another folder."
        )
    if len(found) > _MOST_FILES:
        raise DataError(f"{folder.name} holds more than {_MOST_FILES:,} files; name one of its folders.")
    return found


def _scanned_parquet(root: Path, files: list[Path], name: str, spared: Collection[str]) -> OpenedRegister:
    import pyarrow as pa
    import pyarrow.dataset as ds
    import pyarrow.parquet as pq

    digest, schemas = hashlib.sha256(), []
    for path in files:
        try:
            schemas.append(pq.read_schema(path).remove_metadata())
        except DAMAGE as error:
            raise DataError(
                f"{path.name} is a damaged Parquet file ({type(error).__name__}). Nothing was read; write it again."
            ) from None
        digest.update(f"{path.relative_to(root)} {path.stat().st_size}".encode())
        digest.update(_footer(path))
    try:
        schema = pa.unify_schemas(schemas, promote_options="permissive")
        parts = ds.partitioning(flavor="hive") if len(files) > 1 else None
        data = ds.dataset(
            [str(p) for p in files],
            schema=None if parts else schema,
            format="parquet",
            partitioning=parts,
            partition_base_dir=str(root),
        )
        if parts is not None:
            own = [f for f in data.schema if f.name not in schema.names]
            data = data.replace_schema(pa.schema([*schema, *own]))
    except DAMAGE as error:
        raise DataError(
            f"The files of {name} do not fit together ({str(error)[:200]}). Write them with the same columns and types."
        ) from None
    return _without_people(
        OpenedRegister(name, data, list(data.schema.names), digest.hexdigest(), typed=True), spared
    )


def _footer(path: Path) -> bytes:
    """The end of a Parquet file, which holds where everything stands and how many rows there are."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 65_536))
        return file.read()


def _scanned_text(path: Path, name: str, spared: Collection[str]) -> OpenedRegister:
    import pyarrow as pa
    import pyarrow.csv as pc
    import pyarrow.dataset as ds

    with path.open("rb") as file:
        head = file.read(1_000_000)
    encoding = "utf-16" if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8"
    try:
        head.decode(encoding) if encoding == "utf-16" else codecs.getincrementaldecoder("utf-8")().decode(
            head
        )
    except UnicodeDecodeError:
        encoding = "cp1252"
    lines = head.decode(encoding, "ignore").lstrip("\ufeff").splitlines()
    if not lines:
        raise DataError(f"{name} is empty.")
    separator = max(",;\t", key=lines[0].count)
    headings = [h.strip().strip('"').strip() for h in re.split(re.escape(separator), lines[0])]
    if len(headings) > MOST_COLUMNS:
        raise too_many_columns(name)
    if len(set(map(plain, headings))) < len(headings) or not all(headings):
        raise DataError(
            f"{name}: a heading is empty or stands twice in its first line. Give each column its own."
        )
    skipped = [0]

    def ragged(_: Any) -> str:
        skipped[0] += 1
        return "skip"

    form = ds.CsvFileFormat(
        parse_options=pc.ParseOptions(delimiter=separator, newlines_in_values=True, invalid_row_handler=ragged),
        read_options=pc.ReadOptions(column_names=headings, skip_rows=1, encoding=encoding),
        convert_options=pc.ConvertOptions(column_types=dict.fromkeys(headings, pa.string()), null_values=[""], strings_can_be_null=True),
    )  # fmt: skip
    data = ds.dataset([str(path)], format=form, schema=pa.schema([(h, pa.string()) for h in headings]))
    remark = f"A large text file, scanned as {encoding} with {separator!r} between cells."
    found = OpenedRegister(
        name, data, headings, _digest(path), typed=False, remarks=[remark], skipped=skipped
    )
    return _without_people(found, spared)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _without_people(found: OpenedRegister, spared: Collection[str]) -> OpenedRegister:
    """Columns that name people, or whose first cells lead to one, are never scanned."""
    twice = [h for h in found.headings if sum(plain(h) == plain(o) for o in found.headings) > 1]
    if twice:
        raise DataError(
            f"{found.name}: {counted(len(twice), 'column')} are called alike ({', '.join(twice[:4])}). Rename all but one."
        )
    try:
        first = found.data.head(_LOOKED_AT).to_pylist()
    except AlmpoError:
        raise
    except DAMAGE as error:
        raise DataError(
            f"{found.name} is damaged ({str(error)[:200]}). Nothing was read; write it again."
        ) from None
    dropped = [
        h
        for h in found.headings
        if plain(h) not in spared
        and (
            is_personal(h) or leads_to_people([str(row[h]) for row in first if isinstance(row[h], str | int)])
        )
    ]
    found.dropped = tuple(dropped)
    found.headings = [h for h in found.headings if h not in dropped]
    return found
