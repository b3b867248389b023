"""What came of a series: which reports were made, which were as they should be, which failed and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from almpo_kit.workbench.sweeps.differences import counted


@dataclass(frozen=True)
class Outcome:
    """What came of one report.

    ``page`` is the good edition that stands now, also that of an earlier day after a failure; ``reason`` says why it was
    made or why it failed. ``differences`` has ``numbers`` and ``sentences`` by name, the old and the new one; it is empty
    where there was no edition before.
    """

    parameters: Mapping[str, Any]
    page: Path | None
    reason: str
    seconds: float
    differences: Mapping[str, Any] = field(default_factory=dict)

    @property
    def moved(self) -> str:
        """What moved, in words."""
        if not self.differences:
            return "first edition"
        words, sentences = [counted(self.differences["numbers"])], len(self.differences["sentences"])
        if sentences:
            words.append(f"{sentences} sentence{'' if sentences == 1 else 's'} changed")
        return ", ".join(words)


@dataclass(frozen=True)
class Sweep:
    """What came of a series, and the page that lists all its reports."""

    made: tuple[Outcome, ...]
    unchanged: tuple[Outcome, ...]
    failed: tuple[Outcome, ...]
    index: Path
    unlogged: str = ""

    @property
    def sentence(self) -> str:
        """The whole in a sentence."""
        total = len(self.made) + len(self.unchanged) + len(self.failed)
        return (
            f"{total} report{'' if total == 1 else 's'}: {len(self.made)} made, {len(self.unchanged)} unchanged, "
            f"{len(self.failed)} failed."
        )
