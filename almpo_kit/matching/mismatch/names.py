"""Names of cells, regions and occupations in a sentence."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from almpo_kit.vocabulary.occupations import MAJOR_GROUPS
from almpo_kit.vocabulary.places import PLACE_NAMES

_NOUNS = {"geo": ("region", "regions"), "occupation": ("occupation", "occupations")}


def noun(column: str, n: int = 2) -> str:
    """``regions``, ``occupations``, or the column's own name."""
    one, many = _NOUNS.get(column, (column, f"{column} groups"))
    return one if n == 1 else many


def both(by: tuple[str, ...]) -> str:
    """``regions and occupations``."""
    names = [noun(c) for c in by]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def label(column: str, code: str, labels: Mapping[str, str]) -> str:
    """A code's name where one is known, with the code."""
    known = labels.get(code) or (MAJOR_GROUPS if column == "occupation" else PLACE_NAMES).get(code, "")
    return f"{known} ({code})" if known else code


def cell_names(table: pd.DataFrame, by: tuple[str, ...], labels: Mapping[str, str]) -> pd.Series:
    """``Professionals (2) in Greece (EL)``."""
    parts = {c: [label(c, str(k), labels) for k in table[c]] for c in by}
    order = sorted(by, key=lambda c: c == "geo")
    joint = [
        " in ".join(p) if "geo" in by else " × ".join(p) for p in zip(*(parts[c] for c in order), strict=True)
    ]
    return pd.Series(joint, index=table.index, dtype="str")
