"""What of a document a screener reads, and so a model: its title and abstract."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from almpo_kit.vocabulary.errors import FrameError

#: Characters of the text of a document that has no abstract.
FIRST_PART: Final = 4_000
#: Characters of one document that are looked at at all.
LONGEST: Final = 20_000


def checked_documents(documents: pd.DataFrame) -> NDArray[np.object_]:
    """The names of the documents.

    Raises
    ------
    FrameError
        Not a table, a column is missing, or one name stands on several rows.
    """
    if not isinstance(documents, pd.DataFrame):
        raise FrameError(
            f"documents is {type(documents).__name__}; give a table with document_id, title and abstract, e.g. "
            "sources.library().documents()."
        )
    if "document_id" not in documents or not {"title", "abstract", "text"} & set(documents.columns):
        raise FrameError(
            "documents needs the column document_id and one of title, abstract and text; it has "
            f"{', '.join(map(str, documents.columns)) or 'none'}."
        )
    names = documents["document_id"].astype("string")
    if names.isna().any():
        raise FrameError(
            "document_id is missing on a row; drop it, e.g. documents.dropna(subset='document_id')."
        )
    twice = names[names.duplicated()]
    if len(twice):
        raise FrameError(
            f"{len(twice):,} rows repeat a document_id, e.g. {str(twice.iloc[0])[:12]}; keep one row a document, e.g. "
            "documents.drop_duplicates('document_id')."
        )
    return names.to_numpy(dtype=object)


def screening_texts(documents: pd.DataFrame) -> list[str]:
    """Title and abstract of each document; where there is no abstract, the first part of its text."""
    columns = (plain_column(documents, c) for c in ("title", "abstract", "text"))
    return [
        _told(title, abstract or text[:FIRST_PART])[:LONGEST]
        for title, abstract, text in zip(*columns, strict=True)
    ]


def plain_column(documents: pd.DataFrame, column: str) -> list[str]:
    """A column as texts that can be written anywhere; blank where it is missing."""
    if column not in documents:
        return [""] * len(documents)
    # Half of a surrogate pair is no character, and Arrow refuses it.
    return [
        v.encode("utf-8", "replace").decode("utf-8").strip() if isinstance(v, str) else ""
        for v in documents[column].tolist()
    ]


def _told(title: str, rest: str) -> str:
    if not title or rest.startswith(title):
        return rest
    return f"{title}. {rest}" if rest else title
