"""Calendar months as whole numbers, so that one can count from one to another."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evaluation.disclosure.smallest import few_or
from almpo_kit.vocabulary.errors import FrameError
from almpo_kit.vocabulary.register_frames import MONTH_PATTERN

Array = np.ndarray[Any, np.dtype[Any]]

#: Stands for "not within the data".
NEVER = 10**6


def month_numbers(values: pd.Series, *, missing: int | None = None) -> Array:
    """Months since the year 0 of texts such as "2024-05".

    Parameters
    ----------
    values : Series of str, shape (n,)
    missing : int, optional
        What an empty text becomes; without it empty texts are an error.

    Raises
    ------
    FrameError
        A text that is no month; the message shows the first one.
    """
    codes, texts = pd.factorize(values.astype("object"))
    if missing is None and (codes < 0).any():
        raise FrameError(
            f"column {values.name!r} is empty in {few_or(int((codes < 0).sum()), 'row')}; it needs a month."
        )
    read = pd.Series(texts, dtype="object").astype(str)
    wrong = ~read.str.fullmatch(MONTH_PATTERN).to_numpy(dtype=bool)
    if wrong.any():
        raise FrameError(
            f"column {values.name!r} holds {read[wrong].iloc[0]!r}, which is no month; write e.g. '2024-05'."
        )
    numbers = 12 * read.str[:4].astype(np.int64) + read.str[5:7].astype(np.int64) - 1
    known = np.append(numbers.to_numpy(), 0 if missing is None else missing)
    return known[codes]


def month_texts(numbers: Array) -> list[str]:
    """``"2024-05"`` for each number of a month."""
    unique, where = np.unique(numbers, return_inverse=True)
    texts = np.array([f"{n // 12:04d}-{n % 12 + 1:02d}" for n in unique.tolist()], dtype=object)
    return [str(t) for t in texts[where]]


def quarter_texts(numbers: Array) -> list[str]:
    """``"2024-Q2"`` for each number of a month."""
    unique, where = np.unique(numbers // 3, return_inverse=True)
    texts = np.array([f"{n // 4:04d}-Q{n % 4 + 1}" for n in unique.tolist()], dtype=object)
    return [str(t) for t in texts[where]]
