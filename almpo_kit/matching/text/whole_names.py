"""A title that is, word for word, the name of an occupation is that occupation, whatever else it resembles.

The fitted weights cannot know this: each name was taken out of the index before it was asked, so that they learned what to
do with titles nobody has listed.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from almpo_kit.matching.text.fusion import Candidates
from almpo_kit.matching.text.room import Room
from almpo_kit.matching.text.words import words

#: How sure it is that somebody who writes a name means one of its bearers: an assumption, not a fit. What is left stays
#: as the other evidence has it: a word can mean one trade in one language and another in the next.
WHOLE = 0.9
#: The same where only the name was left after taking away what adverts put around titles.
BARE = 0.8


def with_whole_names(
    chance: NDArray[np.float64], found: Candidates, parts: Sequence[tuple[str, ...]], room: Room
) -> NDArray[np.float64]:
    """Probabilities of candidates, of which the bearers of a unit's whole name take most.

    Parameters
    ----------
    chance : ndarray, shape (n,)
        Probabilities that add up to one in each unit.
    found : Candidates
    parts : sequence of tuple of str
        Of each unit, the whole first, then the whole without what surrounds it.
    room : Room

    Returns
    -------
    ndarray, shape (n,)
        They still add up to one; bearers share by what the other evidence says of them.
    """
    out = chance.copy()
    ends = np.cumsum(np.bincount(found.unit, minlength=len(parts)))
    for unit, said in enumerate(parts):
        rows = slice(ends[unit - 1] if unit else 0, ends[unit])
        for share, part in zip((WHOLE, BARE), said[:2], strict=False):
            bearers = room.named_so.get(tuple(words(part)))
            here = np.isin(found.concept[rows], bearers) if bearers else np.zeros(0, dtype=bool)
            if here.any():
                weight = np.where(here, np.maximum(chance[rows], 1e-6), 0.0)
                out[rows] = (1 - share) * chance[rows] + share * weight / weight.sum()
                break
    return out
