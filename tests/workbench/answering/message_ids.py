"""Every message of the participant's page, read from its code and templates."""

from __future__ import annotations

import io
from pathlib import Path

from babel.messages.extract import extract_python
from jinja2.ext import babel_extract

PACKAGE = Path(__file__).parents[3] / "almpo_kit" / "workbench"
KEYWORDS = {"say": None, "count": (1, 2), "mark": None}


def message_ids() -> set[str | tuple[str, str]]:
    """Ids, of messages about numbers singular and plural."""
    found: set[str | tuple[str, str]] = set()
    for file in sorted((PACKAGE / "assets" / "answer").glob("*.j2")):
        rows = babel_extract(io.BytesIO(file.read_bytes()), list(KEYWORDS), [], {"silent": "false"})
        found |= {_id(f, m) for _, f, m, _ in rows} - {""}
    for file in sorted((PACKAGE / "answering").glob("*.py")):
        rows = extract_python(io.BytesIO(file.read_bytes()), list(KEYWORDS), [], {})
        found |= {_id(f, m) for _, f, m, _ in rows} - {""}
    return found


def _id(function: str | None, messages: object) -> str | tuple[str, str]:
    texts = [
        m for m in (messages if isinstance(messages, tuple | list) else (messages,)) if isinstance(m, str)
    ]
    if function == "count":
        return (texts[0], texts[1]) if len(texts) > 1 else ""
    return texts[0] if texts else ""
