"""Labels of concepts and the order and parents of their codes, as every table of ESCO's has them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from almpo_kit.sources.esco.archive import WAY_OUT
from almpo_kit.sources.esco.release import alternatives, clean, natural
from almpo_kit.vocabulary.errors import DataError

if TYPE_CHECKING:
    import pandas as pd


def labels_of(rows: pd.DataFrame) -> pd.DataFrame:
    """``uri, label, alternatives, description`` of rows that have a label."""
    import pandas as pd

    label = rows["preferredLabel"].map(clean)
    # Some files part labels by line breaks, others by bars.
    parts = rows.get("altLabels", pd.Series("", index=rows.index)).map(lambda t: re.split(r"\n| \| ", t))
    others = [alternatives(p, one) for p, one in zip(parts, label, strict=True)]
    about = rows.get("description", pd.Series("", index=rows.index)).map(clean)
    named = pd.DataFrame(
        {"uri": rows["conceptUri"].str.strip(), "label": label, "alternatives": others, "description": about},
        index=rows.index,
    )
    return named[named["label"] != ""]


def parents(codes: pd.Series, name: str) -> list[str | None]:
    """The next shorter code that exists; major groups have none.

    Raises
    ------
    DataError
        Codes without the group they belong to.
    """
    known, found = set(codes), []
    for code in codes:
        above = code.rpartition(".")[0] if "." in code else code[:-1]
        while above and above not in known:
            above = above.rpartition(".")[0] if "." in above else above[:-1]
        if not above and len(code) > 1:
            raise DataError(f"{name} has no ISCO group above {code}: it is damaged or cut off. {WAY_OUT}")
        found.append(above or None)
    return found


def ordered(frame: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    """Rows by code in natural order, the columns that are public."""
    codes = frame["code"].tolist()
    order = sorted(range(len(frame)), key=lambda i: natural(codes[i]))
    return frame.iloc[order][list(columns)].reset_index(drop=True)


def joined(groups: pd.DataFrame, skills: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    """Groups by code, then skills; columns in which a group has nothing stay text."""
    import pandas as pd

    frame = pd.concat([ordered(groups, columns), skills[list(columns)]], ignore_index=True)
    return frame.astype({c: "int64" if c == "level" else "str" for c in columns})
