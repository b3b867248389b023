"""The list of what was read, checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from almpo_kit.vocabulary.documents import NO, YES
from almpo_kit.vocabulary.errors import DataError, FrameError, ParameterError

Array = np.ndarray[Any, np.dtype[Any]]
RANKED, LOT = "ranked", "lot"
_TRUTH: Final = {True: True, False: False, YES: True, NO: False}
MOST_DOCUMENTS: Final = 1_000_000


@dataclass(frozen=True)
class Reading:
    """What was read, in order."""

    relevant: Array
    lot: Array
    n_documents: int

    @property
    def found(self) -> int:
        """Relevant ones."""
        return int(self.relevant.sum())

    @property
    def remaining(self) -> int:
        """Not read."""
        return self.n_documents - len(self.relevant)

    @property
    def by_lot(self) -> int:
        """Read by lot."""
        return int(self.lot.sum())


def checked_reading(reading: pd.DataFrame, n_documents: int, what: str) -> Reading:
    """A reading as arrays.

    Parameters
    ----------
    reading : DataFrame
        One row a document, in the order of reading: ``relevant`` (true or false, or "yes" or "no"), ``by`` ("ranked" or
        "lot"); ``remaining`` and ``document_id`` are checked where they are there.
    n_documents : int
        In the pool when reading began.
    what : str
        The verb that asks, for its errors.

    Raises
    ------
    FrameError
        Columns are missing or hold something else.
    DataError
        A document was read twice, more were read than there are, or documents were added or taken out on the way.
    """
    size = whole(n_documents, "n_documents", what, 1, MOST_DOCUMENTS)
    if not isinstance(reading, pd.DataFrame):
        raise FrameError(f"{what}() takes a table of what was read, not {type(reading).__name__}.")
    absent = [c for c in ("relevant", "by") if c not in reading]
    if absent:
        raise FrameError(
            f"the reading lacks {' and '.join(absent)}; give one row a document read, in order, with relevant (True or "
            "False) and by ('ranked' or 'lot')."
        )
    held = Reading(_truths(reading["relevant"]), _by_lot(reading["by"]), size)
    _check_pool(reading, size)
    return held


def _truths(values: pd.Series) -> Array:
    out = []
    for row, value in enumerate(values.tolist()):
        key = value.strip().lower() if isinstance(value, str) else value
        if isinstance(key, (bool, np.bool_, str)) and key in _TRUTH:
            out.append(_TRUTH[key])
        elif isinstance(key, (int, float)) and key in (0, 1):
            out.append(bool(key))
        else:
            raise FrameError(
                f"row {row} of the reading says relevant={value!r}; every document that was read needs True or False. "
                "Decide it, or the bound does not hold."
            )
    return np.array(out, dtype=bool)


def _by_lot(values: pd.Series) -> Array:
    other = sorted({str(v) for v in values.tolist()} - {RANKED, LOT})
    if other:
        raise FrameError(
            f"by holds {', '.join(other[:5])}; write 'ranked' for documents that were chosen in any way, 'lot' only for those "
            "drawn by learning.draw_by_lot()."
        )
    return np.array([v == LOT for v in values.tolist()], dtype=bool)


def _check_pool(reading: pd.DataFrame, size: int) -> None:
    if len(reading) > size:
        raise DataError(
            f"{len(reading)} documents were read of a pool of {size}: documents were added on the way. The added ones are a "
            "pool of their own; give the reading of each pool apart."
        )
    if "document_id" in reading and reading["document_id"].duplicated().any():
        twice = reading.loc[reading["document_id"].duplicated(), "document_id"].iloc[0]
        raise DataError(
            f"document {twice} was read twice; keep its first row with the decision that holds now, and drop the other."
        )
    if "remaining" not in reading:
        return
    told = pd.to_numeric(reading["remaining"], errors="coerce").to_numpy(dtype=float)
    wrong = np.flatnonzero(told != size - np.arange(len(told)))
    if len(wrong):
        row = int(wrong[0])
        raise DataError(
            f"row {row} says that {told[row]:g} documents remained, {size - row} would have of a pool of {size}. Documents "
            "that were added are a pool of their own; one that was taken out (a duplicate, say) stays in the reading as "
            "read by rank and not relevant."
        )


def whole(value: Any, name: str, what: str, low: int, high: int) -> int:
    """A whole number within limits."""
    if (
        isinstance(value, (bool, np.bool_))
        or not isinstance(value, (int, np.integer))
        or not low <= value <= high
    ):
        raise ParameterError(
            f"{what}() got {name}={value!r}; give a whole number from {low} to {high}, e.g. {name}={max(low, min(high, 3000))}."
        )
    return int(value)


def level(value: Any, name: str, what: str, low: float, high: float) -> float:
    """A share within limits, ends included."""
    good = isinstance(value, (int, float, np.number)) and not isinstance(value, bool)
    if not good or not low <= float(value) <= high:
        raise ParameterError(
            f"{what}() got {name}={value!r}; give a share from {low:g} to {high:g}, e.g. {name}=0.95."
        )
    return float(value)
