"""What libraries print and warn of is kept for our own checks, and does not reach the user as it is."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator


class _Listener:
    """A text stream that remembers (``io`` has no place in a computing wing)."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def write(self, text: str) -> int:
        if text.strip():
            self.said.append(text.strip())
        return len(text)

    def flush(self) -> None:
        """Nothing is buffered."""


@contextlib.contextmanager
def quiet() -> Iterator[list[str]]:
    """Keep what is printed and warned of within; the list fills when the block ends.

    Examples
    --------
    >>> with quiet() as said:
    ...     print("Mass points detected")
    >>> said
    ['Mass points detected']
    """
    import warnings

    listener = _Listener()
    told: list[str] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            with contextlib.redirect_stdout(listener):
                yield told
        finally:
            told += [*listener.said, *(str(w.message) for w in caught)]
