"""Tables that a person takes away: a link that holds its file, safe to open in a spreadsheet."""

from __future__ import annotations

import base64
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def download_html(table: pd.DataFrame, name: str, words: str) -> str:
    """A link that saves the table as CSV without asking the server."""
    content = base64.b64encode(safe_csv(table).encode("utf-8-sig")).decode()
    return f'<p><a class="download" download="{escape(name)}" href="data:text/csv;base64,{content}">{escape(words)}</a></p>'


def safe_csv(table: pd.DataFrame) -> str:
    """CSV whose text cells no spreadsheet takes for a formula."""
    import pandas as pd

    out = table.copy()
    for column in out.columns:
        if not pd.api.types.is_numeric_dtype(out[column]) and not pd.api.types.is_bool_dtype(out[column]):
            text = out[column].astype("string")
            out[column] = text.mask(text.str.match(r"^\s*[=+\-@]").fillna(False), "'" + text)
    return str(out.to_csv(index=False))
