"""CSV that a spreadsheet shows and does not carry out: titles and answers are other people's words."""

from __future__ import annotations

import numbers
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

#: Signs that nobody sees, and that a spreadsheet may pass over before it looks for a formula.
_UNSEEN = (
    r" \x00-\x08\x0b\x0c\x0e-\x1f\x7f-\xa0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f"
    r"\u2028-\u202f\u205f-\u206f\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff"
)
#: What begins a formula; full-width and small forms count in some languages.
_SIGNS = r"[=+\-@\ufe62\ufe63\ufe66\ufe6b\uff0b\uff0d\uff1d\uff20]"
_AT_START = re.compile(rf"^(?=[\t\r]|[\t\r\n{_UNSEEN}]*{_SIGNS})")
# Where a computer's own separator is the semicolon, a spreadsheet begins a new cell at each, and a row at each line.
# What is passed over ends at the next of these: else a cell of nothing but line ends would cost its length squared.
_INSIDE = re.compile(rf"(?<=[;\t\r\n])(?=[{_UNSEEN}]*{_SIGNS})")


def safe_csv(table: pd.DataFrame) -> str:
    """CSV whose headings and cells of text no spreadsheet takes for a formula."""
    import numpy as np
    import pandas as pd

    out = table.copy()
    for at in range(out.shape[1]):
        column = out.iloc[:, at]
        if not pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
            plain = column if column.dtype == object else column.astype("string")
            cells = [None if lacking else _cell(c) for c, lacking in zip(plain, column.isna(), strict=True)]
            out.isetitem(at, np.array([*cells, None], dtype="object")[:-1])
    out.columns = [_safe(str(c)) for c in out.columns]
    return str(out.to_csv(index=False))


def _cell(cell: Any) -> Any:
    """A number between texts stays one: its minus begins no formula."""
    number = isinstance(cell, numbers.Real) and not isinstance(cell, bool)
    return cell if number else _safe(cell)


def _safe(cell: Any) -> str:
    text = str(cell)
    return _INSIDE.sub("'", _AT_START.sub("'", text))
