"""The one stylesheet and the page templates of reports and apps."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent


def stylesheet() -> str:
    """The stylesheet of reports and apps."""
    return (FOLDER / "style.css").read_text(encoding="utf-8")
