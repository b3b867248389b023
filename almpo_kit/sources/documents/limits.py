"""How much of a file is read, and how much it may cost."""

from __future__ import annotations

from dataclasses import dataclass

from almpo_kit.vocabulary.errors import ParameterError


@dataclass(frozen=True)
class Limits:
    """What one document may cost.

    Parameters
    ----------
    pages : int
        Pages that are read; of a longer file the first ones, which is said.
    megabytes : int
        Size of the file; a larger one is refused.
    signs : int
        Letters and signs of the text; the rest is left out, which is said.
    seconds : int
        Of the processor; by the clock twice as many.
    memory : int
        Megabytes that the process which reads may take.
    """

    pages: int = 500
    megabytes: int = 100
    signs: int = 3_000_000
    seconds: int = 60
    memory: int = 1_024

    def __post_init__(self) -> None:
        for name in ("pages", "megabytes", "signs", "seconds", "memory"):
            value = getattr(self, name)
            if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 10**9:
                raise ParameterError(
                    f"Limits: {name} must be a whole number from 1 upwards, not {value!r}; e.g. Limits(pages=500)."
                )
