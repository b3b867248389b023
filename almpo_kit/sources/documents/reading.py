"""What one reader hands on, whatever the kind of file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from almpo_kit.vocabulary.finding import Check


@dataclass(kw_only=True)
class Reading:
    """Text and what is known of it; ``passages`` are rows after ``document_id``: number, page, start, end, text, box."""

    text: str
    title: str = ""
    abstract: str = ""
    authors: str = ""
    year: float = float("nan")
    doi: str = ""
    url: str = ""
    language: str = ""
    pages: int = 0
    passages: list[tuple[Any, ...]] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)

    def failed(self, name: str, sentence: str) -> None:
        """Note what is missing or odd."""
        self.checks.append(Check(name, "failed", sentence))

    def noted(self, name: str, sentence: str) -> None:
        """Note what is good to know."""
        self.checks.append(Check(name, "informational", sentence))
