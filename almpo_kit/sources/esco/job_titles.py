"""Everyday job titles in the languages of the EU, written by this project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from almpo_kit.sources.catalogue import entry, read_bytes
from almpo_kit.sources.reference import parse
from almpo_kit.sources.tables import TABLES
from almpo_kit.vocabulary.provenance import stamp

if TYPE_CHECKING:
    import pandas as pd


def job_titles() -> pd.DataFrame:
    """Everyday titles of occupations, as people and advertisements write them.

    Returns
    -------
    DataFrame
        ``occupation`` (ESCO code)``, language`` (two letters)``, title``. Written for this project and not checked by
        native speakers; they help to find an occupation, and are no official labels.
    """
    # While the table is being written, its checksum is behind it.
    table = TABLES["job_titles"]
    return stamp(parse(read_bytes(table.file), table), entry("job_titles").stamp())
