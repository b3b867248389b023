"""NUTS lists of every vintage since 2013, and what became of each region from one to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from almpo_kit.sources import packages
from almpo_kit.sources.reference import read
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.places import EU27, NUTS_VERSIONS, PLACE_NAMES, NutsVersion
from almpo_kit.vocabulary.provenance import data_versions, stamp

if TYPE_CHECKING:
    import pandas as pd

TABLE = "nuts_correspondence"
#: How the table writes "there is no such region", because a key has no empty cells.
NONE = "none"


def nuts_correspondence() -> pd.DataFrame:
    """What became of each NUTS region from one vintage to the next: 2013, 2016, 2021, 2024; levels 1 to 3.

    Returns
    -------
    DataFrame, shape (5475, 11)
        ``version_from, version_to, level, code_from, code_to, change, residents, residents_year, label, note,
        source``. One row is one piece of territory: a region that was split has several. ``residents`` is how
        many people lived in the piece (in ``residents_year``), which is what :func:`almpo_kit.regions.convert`
        weights with where it has nothing better; empty where nothing was exchanged or nobody knows. A region
        that ended has no ``code_to``, a new one no ``code_from``. The EU-27, CH, IS, LI, NO and (until 2021) UK.

    Raises
    ------
    DataError
        The table is missing or not the catalogued one.
    """
    table = read(TABLE)
    table["level"] = table["level"].astype("int64")
    for code in ("code_from", "code_to"):
        table[code] = table[code].where(table[code] != NONE)
    return table


def nuts(
    version: NutsVersion = "2024", level: Literal[0, 1, 2, 3] | None = None, *, partners: bool = False
) -> pd.DataFrame:
    """NUTS regions of one vintage with names and hierarchy.

    Parameters
    ----------
    version : {"2024", "2021", "2016", "2013"}
        The vintage of the codes.
    level : {0, 1, 2, 3}, optional
        One level only; 0 is countries.
    partners : bool
        Also regions of countries outside the EU: all statistical regions of 2024 (CH, NO, IS, TR, …); of
        earlier vintages those of CH, IS, LI, NO and UK.

    Returns
    -------
    DataFrame
        A ``taxonomy`` frame: ``code, label`` (in Latin letters)``, parent, level, version``, and ``country``.
        Codes for what belongs to no region (``ZZ``) are left out. Regions of levels 1 to 3 in the EU-27:
        92, 244 and 1,165 in 2024; 92, 242, 1,166 in 2021; 92, 240, 1,169 in 2016; 86, 236, 1,169 in 2013. Where
        the name of an earlier region is not known (level 3 of the United Kingdom), ``label`` repeats the code.

    Raises
    ------
    ParameterError
        Another vintage or level.
    DataError
        The workbook or the table is missing or not the catalogued one.
    """
    if version not in NUTS_VERSIONS or level not in (None, 0, 1, 2, 3):
        raise ParameterError(
            f"nuts() has the vintages {', '.join(map(repr, NUTS_VERSIONS))} and levels 0 to 3; not "
            f"version={version!r}, level={level!r}."
        )
    if version == "2024" or (version == "2021" and not partners):
        return packages.nuts(version, level, partners=partners)
    found = _earlier(version)
    if not partners:
        found = found[found["country"].isin(EU27)]
    if level is not None:
        found = found[found["level"] == level]
    frame = found[["code", "label", "parent", "level", "version", "country"]].reset_index(drop=True)
    return stamp(frame, *data_versions(nuts_correspondence(), packages.nuts("2021")))


def _earlier(version: NutsVersion) -> pd.DataFrame:
    """Every code of an earlier vintage, countries included."""
    import pandas as pd

    table = nuts_correspondence()
    ends = pd.concat(
        [
            table.loc[table["version_from"] == version, ["code_from", "level"]].set_axis(
                ["code", "level"], axis=1
            ),
            table.loc[table["version_to"] == version, ["code_to", "level"]].set_axis(
                ["code", "level"], axis=1
            ),
        ]
    )
    regions = ends.dropna().drop_duplicates("code").sort_values(["level", "code"])
    names = _names(table, version)
    regions = regions.assign(label=[names.get(c, c) for c in regions["code"]])
    countries = sorted(regions["code"].str[:2].unique())
    states = pd.DataFrame(
        {"code": countries, "level": 0, "label": [PLACE_NAMES.get(c, c) for c in countries]}
    )
    every = pd.concat([states, regions], ignore_index=True)
    parents = pd.Series([_parent(c) for c in every["code"]], index=every.index, dtype="object")
    return every.assign(parent=parents, version=version, country=every["code"].str[:2]).astype(
        {"level": "int64"}
    )


def _parent(code: str) -> str | None:
    if len(code) == 2:
        return None
    # Northern Ireland had more than nine districts in 2016 and ran out of digits: UKN10 lies in UKN0.
    return "UKN0" if len(code) == 5 and code.startswith("UKN1") else code[:-1]


def _names(table: pd.DataFrame, version: NutsVersion) -> dict[str, str]:
    """Names as written for the vintage or a later one; of a region that only changed its code, its successor's."""
    names: dict[str, str] = {}
    for source in (packages.nuts("2024", partners=True), packages.nuts("2021")):
        names |= dict(zip(source["code"], source["label"], strict=True))
    for step in [v for v in reversed(NUTS_VERSIONS[:-1]) if v >= version]:
        rows = table[(table["version_from"] == step) & table["code_from"].notna()]
        moved = rows[rows["change"] == "recoded"]
        names |= {
            a: names[b] for a, b in zip(moved["code_from"], moved["code_to"], strict=True) if b in names
        }
        written = rows.dropna(subset=["label"])
        names |= dict(zip(written["code_from"], written["label"], strict=True))
    return names
