"""How what was found, or refused, reads on a command line: few digits, and options instead of Python."""

from __future__ import annotations

import math
import re
from typing import Final

#: What is written in Python -> what is typed.
_TYPED: Final = (
    (re.compile(r"deviations=\{'([^']+)': '[^']*'\}"), r"--because \1='the reason'"),
    (re.compile(r"(?<=in )deviations\['([^']+)'\]"), r"--because \1='the reason'"),
)


def as_typed(said: str) -> str:
    """A refusal with the options of the command line.

    >>> as_typed("or say why: deviations={'looks': 'the reason'}.")
    "or say why: --because looks='the reason'."
    """
    for pattern, typed in _TYPED:
        said = pattern.sub(typed, said)
    return said


def three_digits(value: float) -> str:
    """A number with at most three digits that say something, never as a power of ten from a thousandth on.

    >>> three_digits(12.3456), three_digits(1234.5), three_digits(0.0123456)
    ('12.3', '1230', '0.0123')
    """
    if not math.isfinite(value):
        return f"{value:g}"
    short = float(f"{value:.3g}")
    return f"{short:.0f}" if abs(short) >= 100 else f"{short:g}"
