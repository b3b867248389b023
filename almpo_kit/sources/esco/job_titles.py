"""Everyday job titles in the languages of the EU, written by this project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from almpo_kit.sources.reference import read

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
    return read("job_titles")
