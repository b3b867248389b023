"""Tables that a person takes away: a link that holds its file, safe to open in a spreadsheet."""

from __future__ import annotations

import base64
from html import escape
from typing import TYPE_CHECKING

from almpo_kit.workbench.safe_csv import safe_csv

if TYPE_CHECKING:
    import pandas as pd

#: Signs of a file that a link on a page can hold without making the page slow; longer tables are cut, and it is said.
LARGEST = 20_000_000


def download_html(table: pd.DataFrame, name: str, words: str) -> str:
    """A link that saves the table as CSV without asking the server."""
    text = safe_csv(table)
    if len(text) > LARGEST:
        kept = max(int(len(table) * LARGEST / len(text)), 1)
        text, words = safe_csv(table.head(kept)), f"{words}: the first {kept:,} of {len(table):,} rows"
    content = base64.b64encode(text.encode("utf-8-sig", "replace")).decode()
    return f'<p><a class="download" download="{escape(name)}" href="data:text/csv;base64,{content}">{escape(words)}</a></p>'
