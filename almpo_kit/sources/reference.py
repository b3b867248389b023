"""The reference tables in ``data/``: read, verified against the catalogue, stamped with their version.

A table whose checksum is the catalogue's was checked against its full schema when it was catalogued
(:func:`almpo_kit.sources.refresh_catalogue` refuses otherwise), so reading it costs no schema library.
"""

from __future__ import annotations

import io
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from almpo_kit.sources.catalogue import Entry, entry, read_bytes, repair, sha256, text_rows
from almpo_kit.sources.tables import TABLES, Table
from almpo_kit.vocabulary.case_checks import check_cases
from almpo_kit.vocabulary.errors import DataError, ParameterError
from almpo_kit.vocabulary.provenance import stamp

if TYPE_CHECKING:
    import pandas as pd


def parse(data: bytes, table: Table) -> pd.DataFrame:
    """Bytes of a reference table as a frame with the columns' types; nothing missing is filled.

    Raises
    ------
    DataError
        Wrong encoding, wrong columns, a number that is none; the message names file and repair.
    """
    import pandas as pd

    rows = text_rows(data, table.file)
    if not rows or list(rows[0]) != list(table.columns):
        raise DataError(
            f"{table.file} should have rows and the columns {', '.join(table.columns)}. {repair(table.file)}"
        )
    kinds = {name: "float64" if kind == "number" else "str" for name, kind in table.columns.items()}
    try:
        # "NA" is a code somewhere in the world; only an empty cell is missing.
        return pd.read_csv(
            io.BytesIO(data), dtype=kinds, keep_default_na=False, na_values=[""], encoding="utf-8-sig"
        )
    except (ValueError, pd.errors.ParserError) as error:
        raise DataError(f"{table.file} is damaged ({error}). {repair(table.file)}") from None


def verified(name: str) -> tuple[bytes, Entry]:
    """Bytes of a reference table whose checksum is the catalogue's.

    Raises
    ------
    DataError
        Missing, or another checksum than the catalogue's.
    """
    if name not in TABLES:
        raise DataError(
            f"data/sources.csv lists {name!r}, which is no reference table; there are {', '.join(TABLES)}."
        )
    table, listed = TABLES[name], entry(name)
    data = read_bytes(table.file)
    if sha256(data) != listed.sha256:
        raise DataError(
            f"{table.file} is not the file that data/sources.csv lists (edition {listed.version}): it was "
            f"damaged or edited. {repair(table.file)} If you edited it on purpose, run "
            "`python -c 'from almpo_kit import sources; sources.refresh_catalogue()'`, which checks it first."
        )
    return data, listed


@lru_cache(maxsize=32)
def _parsed(name: str, digest: str, data: bytes) -> pd.DataFrame:
    return parse(data, TABLES[name])


def read(name: str) -> pd.DataFrame:
    """One reference table, verified and stamped; a fresh copy at every call."""
    data, listed = verified(name)
    return stamp(_parsed(name, listed.sha256, data).copy(), listed.stamp())


def effects() -> pd.DataFrame:
    """Published effects of programmes, one estimate a row.

    Returns
    -------
    DataFrame
        An ``effects`` frame with ``programme_name``, ``note`` and ``citation`` besides. ``effect`` and
        ``se`` are in the row's ``unit``; ``significance`` says favourable or not, never plus or minus.
        What each column may hold is in ``data/DICTIONARY.md``; what was dropped in ``data/REVISIONS.md``.
    """
    table, cited = read("effects"), read("studies").set_index("study_id")["citation"]
    return table.assign(citation=table["study_id"].map(cited))


def studies() -> pd.DataFrame:
    """The studies behind the effects: ``study_id, citation, title, year, url, country, programme_type, summary``."""
    return read("studies")


def risk_of_bias() -> pd.DataFrame:
    """Risk of bias of the studies: one coder's judgement of one domain of one study a row.

    Coded by two machines from this repository's own records, not from the papers; see
    :func:`almpo_kit.evidence.risk_of_bias` for what follows from them.

    Returns
    -------
    DataFrame
        An ``appraisals`` frame: ``study_id, instrument, coder, domain, judgement, basis``.
    """
    return read("risk_of_bias")


def reviews() -> pd.DataFrame:
    """What published reviews of many studies conclude, one row per review and topic, in our words.

    Returns
    -------
    DataFrame
        ``designs, regions, years, n_studies, n_estimates`` are a review's scope (empty = not stated where it
        was read); ``finding`` is a key of :data:`almpo_kit.evidence.reviews.TOPICS`; ``checked`` says against
        which text the row was checked. See :func:`almpo_kit.evidence.reviews`.
    """
    return read("reviews")


def sign_only() -> pd.DataFrame:
    """Youth results of which only the sign is known; for vote counts, never for pooling."""
    return read("sign_only")


def unit_costs() -> pd.DataFrame:
    """What programmes cost a participant, as published: one figure a row, each with where it stands.

    Few and old: a start where a place has no price of its own, never a substitute for it.

    Returns
    -------
    DataFrame
        ``cost_id, programme_type, programme_name, country, year`` (of the prices)``, amount, currency, unit_cost_eur``
        (at the average rate of that year, ``eur_rate``; missing where the year is not stated; not carried to today's
        prices)``, basis`` ("per participant" or "per participant and year": never mixed)``, kind`` ("average",
        "planned", "ceiling" or "derived")``, covers, source, url, checked, note``.
    """
    return read("unit_costs")


def case_studies() -> pd.DataFrame:
    """Case studies as context, mechanism and outcome, one a row, written by us from public facts.

    A mechanism is a reading; ``mechanism_basis`` says whose. ``checked`` says against which text a record was checked,
    ``general`` what in it was known only in general terms. They were not drawn as a sample of anything: what is written
    about, and what could be read, is in here.

    Returns
    -------
    DataFrame
        The columns of :data:`almpo_kit.vocabulary.case_studies.CASE_COLUMNS`; text is empty where nothing is known.
    """
    return check_cases(read("case_studies"))


def locations(level: Literal[2] = 2) -> pd.DataFrame:
    """A point inside each NUTS 2024 region of level 2, for labels and tile maps; not a centroid.

    Returns
    -------
    DataFrame
        A ``locations`` frame (``geo, lon, lat`` in degrees) with ``name, kind, source, nuts_version``.

    Raises
    ------
    ParameterError
        Another level.
    """
    if level != 2:
        raise ParameterError(f"locations() has points of NUTS level 2 only, not {level!r}.")
    points = read("label_points")
    return points[points["nuts_version"].str.contains("2024")].reset_index(drop=True)
