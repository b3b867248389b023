"""What each way of comparing says of each concept, for a batch of units of text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from almpo_kit.matching.text.room import Room
from almpo_kit.matching.text.words import words
from almpo_kit.vocabulary.encoders import Encoder

#: Channels by which candidates are found; the others only rank them.
FINDING = (
    "letters",
    "letters_whole",
    "share",
    "word_share",
    "named",
    "described",
    "meaning",
    "meaning_whole",
)

CHANNELS = (
    *("letters", "letters_whole", "letters_label", "share", "words", "words_whole", "word_share"),
    *("named", "described", "meaning", "meaning_whole", "meaning_about"),
)


def channels(
    units: Sequence[tuple[str, ...]], room: Room, encoder: Encoder
) -> dict[str, NDArray[np.float32]]:
    """Scores of units by channel, each of shape (n_units, n_concepts).

    Parameters
    ----------
    units : sequence of tuple of str
        Parts of each unit, the whole first.
    """
    flat = [p for unit in units for p in unit]
    counts = np.asarray([len(u) for u in units], dtype=np.int64)
    owner = np.repeat(np.arange(len(units)), counts)
    firsts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    heads = np.zeros(len(flat), dtype=np.bool_)
    heads[firsts] = True
    spelled = [words(p) for p in flat]
    shape = (len(units), len(room))
    found = room.letters.best(spelled, owner, heads, room.owner, room.is_label, shape)
    whole = room.words.best(spelled, owner, heads, room.owner, room.is_label, shape)
    first = [spelled[i] for i in firsts]
    return {
        "letters": found[0],
        "letters_whole": found[1],
        "letters_label": found[2],
        "share": found[3],
        "words": whole[0],
        "words_whole": whole[1],
        "word_share": whole[3],
        "named": room.named.scores(first),
        "described": room.described.scores(first),
        **_meanings(flat, firsts, room, encoder),
    }


def _meanings(flat: list[str], firsts: Any, room: Room, encoder: Encoder) -> dict[str, NDArray[np.float32]]:
    different = list(dict.fromkeys(flat))
    place = {text: i for i, text in enumerate(different)}
    # Alike lengths together: a batch is padded to its longest text.
    order = sorted(range(len(different)), key=lambda i: len(different[i]))
    vectors = np.zeros((len(different), encoder.dimension), np.float32)
    vectors[order] = encoder([different[i] for i in order])
    vectors = vectors[[place[t] for t in flat]]
    by_part = _largest(vectors @ room.vectors.T, room.vector_owner, len(room))
    by_about = _largest(vectors[firsts] @ room.about.T, room.about_owner, len(room))
    return {
        "meaning": np.maximum.reduceat(by_part, firsts, axis=0),
        "meaning_whole": by_part[firsts],
        "meaning_about": by_about,
    }


def _largest(scores: NDArray[np.float32], owner: NDArray[np.int64], n_concepts: int) -> NDArray[np.float32]:
    """Largest score by concept; zero for concepts that have no vector."""
    out = np.zeros((len(scores), n_concepts), np.float32)
    if len(owner):
        starts = np.flatnonzero(np.r_[True, owner[1:] != owner[:-1]])
        out[:, owner[starts]] = np.maximum.reduceat(scores, starts, axis=1)
    return out
