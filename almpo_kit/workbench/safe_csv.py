"""CSV that a spreadsheet shows and does not carry out: titles and answers are other people's words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

#: What a spreadsheet takes for a formula, also behind signs that nobody sees; full-width forms count in some languages.
_FORMULA = (
    r"[\s\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u2069\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]"
)
_AT_START = re.compile(rf"^(?=[\t\r]|{_FORMULA})")
# Where a computer's own separator is the semicolon, a spreadsheet begins a new cell at each, and a row at each line.
_INSIDE = re.compile(rf"(?<=[;\t\r\n])(?={_FORMULA})")


def safe_csv(table: pd.DataFrame) -> str:
    """CSV whose headings and cells of text no spreadsheet takes for a formula."""
    import pandas as pd

    out = table.copy()
    for at in range(out.shape[1]):
        column = out.iloc[:, at]
        if not pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
            out.isetitem(at, column.astype("string").map(_safe, na_action="ignore").tolist())
    out.columns = [_safe(str(c)) for c in out.columns]
    return str(out.to_csv(index=False))


def _safe(cell: Any) -> str:
    text = str(cell)
    return _INSIDE.sub("'", _AT_START.sub("'", text))
