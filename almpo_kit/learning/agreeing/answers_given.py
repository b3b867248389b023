"""Answers that hold: the last of each expert on each question, in one spelling."""

from __future__ import annotations

import json
import math
from typing import Any, Final

import pandas as pd

from almpo_kit.vocabulary.documents import ESTIMATE, FIELDS, answers, one_value
from almpo_kit.vocabulary.errors import FrameError

#: What one answer is about.
QUESTION: Final = ("review", "document_id", "field", "item")
_NEEDED: Final = ("document_id", "field", "value", "coder")


def one_spelling(field: str, value: str) -> str:
    """A value as it is compared: several answers sorted, numbers as numbers, JSON with sorted keys.

    >>> one_spelling("horizon_months", "12.0 | 6")
    '12|6'
    >>> one_spelling("relevant", " Yes ")
    'yes'
    """
    text = value.strip()
    if field == ESTIMATE:
        return _json(text)
    if FIELDS.get(field, "|" in text):
        return one_value(_number(part) for part in answers(text))
    return _number(text.lower() if field in FIELDS else text)


def _json(text: str) -> str:
    try:
        held = json.loads(text)
    except ValueError:
        return text
    return json.dumps(_plain(held), sort_keys=True, ensure_ascii=False)


def _plain(held: Any) -> Any:
    """Numbers that are equal are written alike: 2 and 2.0."""
    if isinstance(held, dict):
        return {str(k): _plain(v) for k, v in held.items()}
    if isinstance(held, list):
        return [_plain(v) for v in held]
    if isinstance(held, float) and held.is_integer() and abs(held) < 1e15:
        return int(held)
    return held


def _number(text: str) -> str:
    try:
        value = float(text)
    except ValueError:
        return text
    # "nan" and "inf" are words; a code with a leading zero is not a number.
    if (
        not math.isfinite(value)
        or not text.lstrip("+-")[:1].isdigit()
        or (text[0] == "0" and text[1:2].isdigit())
    ):
        return text
    return f"{value:.12g}"


def coder_key(name: str) -> str:
    """One person in all spellings of a pseudonym, as in the records.

    >>> coder_key(" Coder  A") == coder_key("coder a")
    True
    """
    return " ".join(name.split()).casefold()


def given_answers(labels: pd.DataFrame, what: str) -> pd.DataFrame:
    """The label that holds of each expert on each question.

    What was taken back or replaced does not count, also where the whole history is given. ``value`` is in one spelling,
    ``key`` names the expert; a label without a value takes the earlier one back.

    Parameters
    ----------
    labels : DataFrame
        ``LABEL_COLUMNS``, or at least ``document_id, field, value, coder``.
    what : str
        The verb that asks, for its errors.

    Raises
    ------
    FrameError
        Columns are missing, or an expert has no name.
    """
    absent = [c for c in _NEEDED if c not in labels]
    if absent:
        raise FrameError(
            f"{what}() needs the columns {', '.join(absent)}; give store.labels(review), whose columns are LABEL_COLUMNS."
        )
    table = labels.assign(**{c: "" for c in ("review", "item") if c not in labels})
    if "label_id" in table:
        table = table.sort_values("label_id", kind="stable")
    for column in (*QUESTION, "coder"):
        table[column] = table[column].astype("string").fillna("").astype("str")
    table = _not_taken_back(table)
    table["key"] = [coder_key(c) for c in table["coder"]]
    if (table["key"] == "").any():
        raise FrameError(
            f"{what}() got labels without a coder; every label names who gave it, e.g. 'coder A'."
        )
    table = table.drop_duplicates([*QUESTION, "key"], keep="last")
    text = table["value"].astype("string").fillna("").astype("str")
    table["value"] = [one_spelling(f, v) for f, v in zip(table["field"], text, strict=True)]
    return table[table["value"] != ""].reset_index(drop=True)


def _not_taken_back(table: pd.DataFrame) -> pd.DataFrame:
    kept = pd.Series(True, index=table.index)
    if "undone" in table:
        kept &= ~table["undone"].astype("boolean").fillna(False).astype(bool)
    if "replaces" in table and "label_id" in table:
        kept &= ~table["label_id"].isin(table["replaces"].dropna())
    return table[kept].copy()
