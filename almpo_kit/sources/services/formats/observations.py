"""What every format is parsed into: one row an observation, codes as published, before any choice is made."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from almpo_kit.vocabulary.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

#: Columns besides the dimensions.
PERIOD, VALUE, FLAG = "@period", "@value", "@flag"
AGAIN = "Download it again; if it stays so, the service changed and the workbench must be updated."
_YEAR = re.compile(r"\d{4}")
_QUARTER = re.compile(r"(\d{4})-?Q([1-4])")
_LETTERS = re.compile(r"[A-Za-z]{1,6}")
#: Observation status "A" of SDMX is a normal value, so no flag at all.
_NORMAL = frozenset({"a", ""})


class NothingPublishedError(DataError):
    """A whole and sound answer without any observation: nothing was published for what was asked."""


@dataclass(frozen=True)
class Observations:
    """Parsed observations.

    Parameters
    ----------
    table : DataFrame, shape (n_cells, n_dimensions + 3)
        Dimensions in lower case as text; ``@period`` as published, ``@value`` (NaN where none was published),
        ``@flag`` (empty where there is none).
    form : str
        The format, in words.
    dataset : str
        Code of the dataset in lower case, where the file names it.
    updated : str
        When the service last updated the data, as it says; else empty.
    """

    table: pd.DataFrame
    form: str
    dataset: str = ""
    updated: str = ""

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Names of the dimensions, time apart."""
        return tuple(c for c in self.table.columns if not c.startswith("@"))


def joined(parts: Sequence[Observations]) -> Observations:
    """Observations of several answers to one question, e.g. of some years each.

    Raises
    ------
    DataError
        The answers have different dimensions or name different datasets.
    """
    import pandas as pd

    first = parts[0]
    for other in parts[1:]:
        if set(other.dimensions) != set(first.dimensions) or other.dataset != first.dataset:
            raise DataError(
                f"The parts of the answer do not belong together: one has {', '.join(first.dimensions)} of "
                f"{first.dataset or 'no named dataset'}, another {', '.join(other.dimensions)} of "
                f"{other.dataset or 'no named dataset'}. Pull again."
            )
    table = pd.concat([p.table for p in parts], ignore_index=True)
    return replace(first, table=table, updated=max(p.updated for p in parts))


def numbers(texts: pd.Series, what: str) -> np.ndarray:
    """Text as numbers; ``:``, ``NaN`` and nothing are missing, anything else is an error, never a guess.

    Raises
    ------
    DataError
        A text that is no number; the message shows it.
    """
    import pandas as pd

    bare = texts.fillna("").astype(str).str.strip()
    empty = bare.isin(["", ":", "NaN", "nan"])
    values = pd.to_numeric(bare.where(~empty), errors="coerce")
    wrong = values.isna() & ~empty
    if wrong.any():
        raise DataError(f"{what} holds {bare[wrong].iloc[0]!r} where a number should stand. {AGAIN}")
    found: np.ndarray = values.to_numpy(dtype=float)
    if np.isinf(found).any():
        raise DataError(f"{what} holds an infinite number. {AGAIN}")
    return found


def periods(texts: pd.Series) -> pd.Series:
    """Periods as our frames write them: ``2024``, ``2024-Q3``; others are left as they are."""
    unique = {t: _period(t) for t in texts.unique()}
    return texts.map(unique)


def _period(text: str) -> str:
    bare = str(text).strip()
    match = _QUARTER.fullmatch(bare)
    return f"{match[1]}-Q{match[2]}" if match else bare


def frequency(period: str) -> str:
    """``A``, ``Q`` or, for anything finer or odd, ``?``."""
    if _YEAR.fullmatch(period):
        return "A"
    return "Q" if _QUARTER.fullmatch(period) else "?"


def flags(texts: pd.Series) -> pd.Series:
    """Flags as published, several letters apart, in lower case: ``bp`` → ``b p``; none is empty.

    Eurostat writes lower case and the ILO and OECD upper case letters of one code list.
    """
    unique = {t: _flag(t) for t in texts.unique()}
    return texts.map(unique)


def _flag(text: object) -> str:
    if not isinstance(text, str):
        return ""
    parts = re.split(r"[\s,;]+", text.strip())
    letters = [c for p in parts for c in (p.lower() if _LETTERS.fullmatch(p) else [p])]
    return " ".join(dict.fromkeys(c for c in letters if c not in _NORMAL))
