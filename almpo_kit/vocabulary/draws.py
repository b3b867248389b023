"""Lots that anybody can draw again: from a published seed and a list of names, with nothing but SHA-256.

The **lot** of a unit is the SHA-256 of ``seed``, stage and unit, joined by a line feed (UTF-8). Units ordered by their lot
are in random order; the order depends on seed, stage and unit alone: not on the order of the list, a machine, a language or
a library. This is all that a stranger needs in order to check a draw (the first 16 hexadecimal digits of ``sha256sum``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from numbers import Integral
from typing import TYPE_CHECKING, Any, Final

from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.plain_values import can_be_kept

if TYPE_CHECKING:
    import numpy as np

_LONGEST_SEED: Final = 200


def seed_text(seed: Any) -> str:
    """A seed as it is published: an integer, or one line of text such as the numbers of a public lottery.

    Raises
    ------
    ParameterError
    """
    text = str(int(seed)) if isinstance(seed, Integral) and not isinstance(seed, bool) else seed
    right = isinstance(text, str) and bool(text.strip()) and len(text) <= _LONGEST_SEED
    if not right or len(text.splitlines()) > 1 or not can_be_kept(text):
        raise ParameterError(
            f"seed={seed!r} must be a whole number or one line of text, e.g. seed='lottery 2027-01-09: 4 11 23 31 40 44'."
        )
    return str(text).strip()


def lots(seed: str, stage: str, units: Sequence[str]) -> np.ndarray[Any, np.dtype[np.uint64]]:
    """The lot of each unit: the first 64 bits of SHA-256 of ``seed LF stage LF unit``.

    Parameters
    ----------
    seed : str
        See :func:`seed_text`.
    stage : str
        What is drawn, so that two draws with one seed are independent, e.g. "arm" or "order in block 3".
    units : sequence of str, length n

    Returns
    -------
    ndarray of uint64, shape (n,)
    """
    import numpy as np

    # The common beginning is hashed once: a million units take about a second.
    begun = hashlib.sha256(f"{seed}\n{stage}\n".encode())

    def digest(unit: str) -> bytes:
        one = begun.copy()
        one.update(unit.encode())
        return one.digest()[:8]

    return np.frombuffer(b"".join(map(digest, units)), dtype=">u8").astype(np.uint64)


def list_digest(rows: Iterable[Sequence[str]]) -> str:
    """SHA-256 of a list of units, whatever its order: each row's fields joined by tabs, rows sorted, joined by line feeds.

    Parameters
    ----------
    rows : iterable of sequences of str
        A unit's name and whatever of it the draw depends on (block, group, covariates as text).

    Raises
    ------
    ParameterError
        A field holds a tab or a line feed: then two lists could have one digest.
    """
    given = [tuple(row) for row in rows]
    lines = sorted("\t".join(row) for row in given)
    text = "\n".join(lines)
    # Counting separators is quicker than looking into every field, and as sharp.
    tabs, feeds = sum(map(len, given)) - len(given), max(len(given) - 1, 0)
    if text.count("\t") != tabs or text.count("\n") != feeds:
        raise ParameterError(
            "a list of units holds a tab or a line feed within a field; take it out, e.g. with name.replace('\\t', ' ')."
        )
    return hashlib.sha256(text.encode()).hexdigest()
