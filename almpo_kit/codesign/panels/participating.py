"""Who was invited, and which rounds each answered."""

from __future__ import annotations

import re
from typing import Final

import pandas as pd

from almpo_kit.vocabulary.consultations import PARTICIPATION_COLUMNS
from almpo_kit.vocabulary.errors import FrameError

_STATES: Final = ("invited", "consented", "answered", "withdrawn", "erased")
_WHOLE: Final = re.compile(r"\d+")


def given_participation(participation: pd.DataFrame, verb: str) -> pd.DataFrame:
    """The rows of ``participation`` with ``answered`` and ``rounds``, the set of rounds that each answered.

    ``rounds_answered`` holds the rounds, e.g. "1 2", or "?" where telling them would tell whose answers are whose: of
    those ``rounds`` is missing. Answers that were deleted are gone: who deleted hers has answered no round.

    Raises
    ------
    FrameError
        Columns are missing, a number stands twice, or rounds cannot be read.
    """
    if not isinstance(participation, pd.DataFrame) or not set(PARTICIPATION_COLUMNS) <= set(
        participation.columns
    ):
        raise FrameError(
            f"{verb}() needs who was invited and answered, e.g. store.participation(name), with the columns {', '.join(PARTICIPATION_COLUMNS)}."
        )
    table = participation[list(PARTICIPATION_COLUMNS)].reset_index(drop=True)
    for column in PARTICIPATION_COLUMNS:
        table[column] = table[column].astype("string").fillna("").astype("str")
    if (twice := table["number"].duplicated()).any():
        raise FrameError(f"{verb}(): invitation {table.loc[twice, 'number'].iloc[0]!r} stands twice.")
    if odd := sorted(set(table["state"]) - set(_STATES)):
        raise FrameError(f"{verb}(): state {odd[0]!r} is none of {', '.join(_STATES)}.")
    read = [
        frozenset[int]() if state == "erased" else _rounds(text, verb)
        for text, state in zip(table["rounds_answered"], table["state"], strict=True)
    ]
    table["rounds"] = pd.Series(read, index=table.index, dtype=object)
    table["answered"] = [r is None or bool(r) for r in read]
    table.attrs = dict(participation.attrs)
    return table


def _rounds(text: str, verb: str) -> frozenset[int] | None:
    if text.strip() == "?":
        return None
    if re.sub(r"[\d\s,]", "", text):
        raise FrameError(f"{verb}(): rounds_answered {text!r} is no list of rounds, e.g. '1 2'.")
    return frozenset(int(f) for f in _WHOLE.findall(text))
