"""Text of a person inside a Markdown document: it stays text, whatever stands in it."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

#: Characters that begin or end something in Markdown or HTML; `&` and `<` become entities, the others get a backslash.
_MARKS = re.compile(r"([\\`*_{}\[\]#|~!$^])")
#: What begins a list, a quotation, a rule or a heading at the head of a line only.
_HEAD = re.compile(r"^([-+=:]|\d+[.)](?=\s|$))")


def text(given: Any) -> str:
    r"""One line of text that Markdown and HTML leave alone.

    Line feeds become spaces; characters that steer (control, direction of writing) are left out.

    Examples
    --------
    >>> text("a <b> *c*\n# d")
    'a &lt;b&gt; \\*c\\* \\# d'
    """
    seen = "".join(
        " " if c.isspace() else c for c in str(given) if c.isspace() or unicodedata.category(c)[0] != "C"
    )
    one = " ".join(seen.split())
    safe = _MARKS.sub(r"\\\1", one.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))
    # An address that a reader's program would make into a link of its own says so without becoming one.
    safe = re.sub(r"(?i)\b(https?|ftp|mailto|javascript|data):", r"\1&#58;", safe).replace("www.", "www&#46;")
    return _HEAD.sub(lambda m: f"{m[1][:-1]}\\{m[1][-1]}", safe)


def table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A table; every cell is a person's text."""
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    lines += ["| " + " | ".join(text(c) or "–" for c in row) + " |" for row in rows]
    return "\n".join(lines)


def json_block(plain: Any) -> str:
    """JSON in a fence that nothing within can close, on one line with sorted keys."""
    written = json.dumps(plain, sort_keys=True, ensure_ascii=True, allow_nan=False)
    for mark in "<>&`":
        # Escapes that any reader of JSON turns back: the values are the same.
        written = written.replace(mark, f"\\u{ord(mark):04x}")
    return f"```json\n{written}\n```"
