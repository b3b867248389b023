"""Tables that a person takes away: a link that holds its file, safe to open in a spreadsheet."""

from __future__ import annotations

import base64
import re
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

#: Signs of a file that a link on a page can hold without making the page slow; longer tables are cut, and it is said.
LARGEST = 20_000_000
#: What a spreadsheet takes for a formula, also behind signs that nobody sees; full-width forms count in some languages.
_FORMULA = (
    r"[\s\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u2069\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]"
)
_AT_START = re.compile(rf"^(?=[\t\r]|{_FORMULA})")
# Where a computer's own separator is the semicolon, a spreadsheet begins a new cell at each, and a row at each line.
_INSIDE = re.compile(rf"(?<=[;\t\r\n])(?={_FORMULA})")


def download_html(table: pd.DataFrame, name: str, words: str) -> str:
    """A link that saves the table as CSV without asking the server."""
    text = safe_csv(table)
    if len(text) > LARGEST:
        kept = max(int(len(table) * LARGEST / len(text)), 1)
        text, words = safe_csv(table.head(kept)), f"{words}: the first {kept:,} of {len(table):,} rows"
    content = base64.b64encode(text.encode("utf-8-sig", "replace")).decode()
    return f'<p><a class="download" download="{escape(name)}" href="data:text/csv;base64,{content}">{escape(words)}</a></p>'


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
