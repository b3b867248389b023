"""From bytes to text: compressed bodies, encodings, and which format it is, by content and not by name."""

from __future__ import annotations

import gzip
import io
import re
import zipfile
import zlib
from typing import TYPE_CHECKING

from almpo_kit.vocabulary.errors import DataError

if TYPE_CHECKING:
    from typing import IO

#: Bytes after unpacking, as :mod:`~almpo_kit.sources.services.manners` bounds a download; Eurostat's largest
#: regional dataset unpacks to less than half of this.
LARGEST = 500_000_000
#: No table of figures holds them; in a terminal they are orders.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_WAY_OUT = "Download the dataset as SDMX-CSV, TSV or JSON-stat from Eurostat's data browser, or run `almpo data pull`."


def unpack(data: bytes) -> bytes:
    """The content of a gzip or one-file zip body; other bytes as they are.

    Raises
    ------
    DataError
        Damaged, cut off, several files in a zip, or larger than :data:`LARGEST` when unpacked.
    """
    if data[:2] == b"\x1f\x8b":
        return _bounded(gzip.GzipFile(fileobj=io.BytesIO(data)))
    if data[:4] == b"PK\x03\x04":
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as packed:
                names = [i for i in packed.infolist() if not i.is_dir()]
                if len(names) != 1:
                    raise DataError(
                        f"The zip file holds {len(names)} files; unpack it and add the one with the data."
                    )
                return _bounded(packed.open(names[0]))
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
            raise DataError(f"The zip file is damaged or locked ({error}); download it again.") from None
    return data


def _bounded(stream: IO[bytes] | gzip.GzipFile) -> bytes:
    try:
        content: bytes = stream.read(LARGEST + 1)
    except (EOFError, OSError, zlib.error, zipfile.BadZipFile) as error:
        raise DataError(f"The compressed data are damaged or cut off ({error}); download again.") from None
    if len(content) > LARGEST:
        raise DataError(
            f"The data unpack to more than {LARGEST:,} bytes, more than any of our series; refused."
        )
    return content


def text_of(data: bytes) -> str:
    """Bytes as text: UTF-8 with or without a mark, else UTF-16 with one.

    Raises
    ------
    DataError
        Another encoding, or nothing at all.
    """
    if not data.strip():
        raise DataError("The body is empty: nothing was downloaded. Try again.")
    marked = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    try:
        text = data.decode("utf-16" if marked else "utf-8-sig")
    except UnicodeDecodeError:
        raise DataError("The file is no UTF-8 text: it is damaged or of another kind. " + _WAY_OUT) from None
    if _CONTROLS.search(text):
        raise DataError("The file holds control characters: it is damaged or of another kind. " + _WAY_OUT)
    return text


def kind(text: str, media_type: str = "") -> str:
    """Which format a text is: ``tsv``, ``sdmx-csv``, ``csv``, ``json-stat`` or ``sdmx-ml``.

    Raises
    ------
    DataError
        A web page, or none of them; the message says what to download.
    """
    start = text.lstrip()[:2000]
    first = start.partition("\n")[0]
    columns = {re.split(r"[:\[]", c)[0].strip().strip('"').upper() for c in re.split(r"[,;\t]", first)}
    if start[:1] == "<":
        if (
            start[:200].lower().lstrip().startswith(("<!doctype html", "<html"))
            or "html" in media_type.lower()
        ):
            raise DataError(
                "The answer is a web page, not data: a proxy, a login or an error page stands in between. Open "
                "the address in a browser to see it, then try again."
            )
        return "sdmx-ml"
    if start[:1] in "{[":
        return "json-stat"
    if "\t" in first and "\\" in first.partition("\t")[0]:
        return "tsv"
    if "OBS_VALUE" in columns and "TIME_PERIOD" in columns:
        return "sdmx-csv"
    if columns & {"GEO", "REF_AREA"} and columns & {"TIME", "TIME_PERIOD", "YEAR"}:
        return "csv"
    raise DataError(
        f"This is none of the formats that can be read (it starts with {first[:60]!r}). {_WAY_OUT}"
    )
