"""Texts as they are given, with their names, made ready."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

import pandas as pd

from almpo_kit.matching.text.cleaning import MOST_CLEAN, MOST_RAW, clean
from almpo_kit.vocabulary.encoders import Encoder
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.text_index import TextIndex

MOST_CANDIDATES = 100


def named_texts(texts: Any) -> tuple[list[Hashable], list[Any]]:
    """Names and texts of a list, a Series (named by its index) or a frame with ``text`` (named by ``id``).

    Raises
    ------
    ParameterError
        One string, or a frame without text.
    """
    if isinstance(texts, str | bytes):
        raise ParameterError(
            "texts is one string; give a list, e.g. classify(['Krankenpflegerin'], index, encoder)."
        )
    if isinstance(texts, pd.DataFrame):
        if "text" not in texts:
            raise ParameterError(
                f"the frame has no column 'text', only {', '.join(map(str, texts.columns))}."
            )
        names = texts.get("id", texts.index)
        return list(names), texts["text"].tolist()
    if isinstance(texts, pd.Series):
        return list(texts.index), texts.tolist()
    if not isinstance(texts, Iterable):
        raise ParameterError(
            f"texts is {type(texts).__name__}; give a list, a Series or a frame with 'text'."
        )
    held = list(texts)
    return list(range(len(held))), held


def checked(index: TextIndex, encoder: Encoder, kind: str, top: int) -> None:
    """Index, encoder and number of answers belong together.

    Raises
    ------
    DesignError, ParameterError
    """
    if index.kind != kind:
        raise DesignError(
            f"the index is of {index.kind}; this takes one of {kind}: sources.text_index({kind!r})."
        )
    if len(index.vectors) and index.vectors.shape[1] != encoder.dimension:
        raise DesignError(
            f"the index was made by {index.encoder_name} ({index.vectors.shape[1]} numbers a text), the encoder "
            f"{encoder.name} gives {encoder.dimension}; use the same encoder for both."
        )
    if isinstance(top, bool) or not isinstance(top, int) or not 1 <= top <= MOST_CANDIDATES:
        raise ParameterError(f"top={top!r}: choose 1 to {MOST_CANDIDATES} answers a text.")


def sure_enough(sure: float) -> None:
    """``sure`` is a probability.

    Raises
    ------
    ParameterError
    """
    if not 0 < sure < 1:
        raise ParameterError(
            f"sure={sure!r}: give the least probability of being right, between 0 and 1, e.g. 0.5."
        )


def reading_checks(raw: list[Any], cleaned: list[str]) -> list[Check]:
    """What of the texts could not be read."""
    empty = sum(not c for c in cleaned)
    cut = sum(
        isinstance(t, str) and (len(t) > MOST_RAW or len(c) == MOST_CLEAN)
        for t, c in zip(raw, cleaned, strict=True)
    )
    checks = []
    if empty:
        checks.append(
            Check("empty", "failed", f"{empty} of {len(raw)} texts hold no words; nothing is said of them.")
        )
    if cut:
        checks.append(
            Check(
                "cut",
                "informational",
                f"Of {cut} long texts only the first {MOST_CLEAN:,} characters were read.",
            )
        )
    return checks


def cleaned_texts(texts: Iterable[Any]) -> list[str]:
    """Plain text of each; what has no letter or digit is empty."""
    found = [clean(t) for t in texts]
    return [t if any(c.isalnum() for c in t) else "" for t in found]
