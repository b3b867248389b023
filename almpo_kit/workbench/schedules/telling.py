"""What people are told, what they are never told, and that telling them failed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from almpo_kit.vocabulary.errors import AlmpoError
from almpo_kit.workbench.redaction import redacted

#: How a schedule names what only the environment knows.
VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_HIDDEN = "…"


class NotToldError(AlmpoError):
    """A notice did not arrive; the text is of our own making and holds no secret. ``final``: trying again cannot help."""

    def __init__(self, text: str, *, final: bool = False) -> None:
        super().__init__(text)
        self.final = final


@dataclass(frozen=True)
class Notice:
    """One notice: what happened to a slot, in a line and in full."""

    kind: str
    schedule: str
    report: str
    slot: str
    state: str
    subject: str
    text: str
    at: datetime


def hidden(text: str, environment: Mapping[str, str], written: Sequence[str] = ()) -> str:
    """``text`` without secrets: those of the environment, and the values of variables that ``written`` names."""
    for name in {name for line in written for name in VARIABLE.findall(line)}:
        value = environment.get(name, "").strip()
        if value:
            text = text.replace(value, _HIDDEN)
    return redacted(text, dict(environment))
