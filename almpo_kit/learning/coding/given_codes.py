"""Settled codes as sets of answers, and which documents are on one study."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from almpo_kit.vocabulary.documents import ESTIMATE, NOT_STATED, RELEVANT, answers
from almpo_kit.vocabulary.errors import DesignError, FrameError, ParameterError

if TYPE_CHECKING:
    import pandas as pd

Array = np.ndarray[Any, np.dtype[Any]]
_NEEDED: Final = ("document_id", "field", "value")


def settled_answers(settled: pd.DataFrame) -> dict[str, dict[str, frozenset[str]]]:
    """Field -> document -> what holds; an empty set where experts settled that nothing is stated.

    Relevance is for ``learning.rank`` and estimates for ``learning.read_estimates``; both are left out.

    Raises
    ------
    FrameError
        Columns are missing, or one document has two codes of one field that differ.
    """
    if absent := set(_NEEDED) - set(settled.columns):
        raise FrameError(
            f"settled lacks {', '.join(sorted(absent))}; learning.settled(labels, decisions) gives it."
        )
    found: dict[str, dict[str, frozenset[str]]] = {}
    for document, field, value in settled[list(_NEEDED)].fillna("").itertuples(index=False, name=None):
        if field in (RELEVANT, ESTIMATE):
            continue
        code = frozenset(answers(str(value))) - {NOT_STATED}
        before = found.setdefault(str(field), {}).setdefault(str(document), code)
        if before != code:
            raise FrameError(
                f"{field} of document {document} is settled as {'|'.join(sorted(before))!r} and as "
                f"{'|'.join(sorted(code))!r}; pass one review, e.g. settled.query('review == \"almp\"')."
            )
    return found


def study_numbers(names: list[str], groups: pd.Series | Mapping[str, str] | None) -> Array:
    """A whole number for the study of each document; a document that ``groups`` does not name is its own study.

    Raises
    ------
    ParameterError
    """
    if groups is None:
        return np.arange(len(names))
    if not hasattr(groups, "items") or getattr(groups, "ndim", 1) != 1:
        raise ParameterError(
            "groups must say document_id → study, e.g. learning.duplicates(documents).groups or a dictionary."
        )
    known: dict[str, str] = {}
    for document, study in groups.items():
        if known.setdefault(str(document), str(study)) != str(study):
            raise ParameterError(
                f"groups puts document {document} into two studies; give each document once."
            )
    number: dict[str, int] = {}
    return np.array([number.setdefault(_study(known, name), len(number)) for name in names])


def _study(known: Mapping[str, str], name: str) -> str:
    study = known.get(name)
    return f"document {name}" if study is None or study in ("", "nan") else f"study {study}"


def precision_asked(precision: Any) -> float:
    """A share between one half and one.

    Raises
    ------
    ParameterError
    """
    real = isinstance(precision, int | float | np.floating) and not isinstance(precision, bool)
    if not real or not 0.5 <= precision < 1:
        raise ParameterError(f"precision={precision!r} must lie between 0.5 and 1, e.g. 0.9.")
    return float(precision)


def something_settled(codes: Mapping[str, Any]) -> None:
    """Refuse to learn from nothing.

    Raises
    ------
    DesignError
    """
    if not codes:
        raise DesignError(
            "There is no settled code to learn from. Two experts code the same documents (store.label), and what they agree on "
            "or adjudicate is settled (learning.settled)."
        )
