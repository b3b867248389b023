"""From channels to probabilities: a conditional logit over the candidates of a text (McFadden 1974)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from almpo_kit.matching.text.channels import FINDING
from almpo_kit.matching.text.room import Room

#: Candidates that each channel brings.
EACH = 50
#: Whose weight depends on how long the text is: letters tell titles apart, meaning sentences.
_LONG = (
    *(
        "letters",
        "letters_whole",
        "letters_label",
        "share",
        "word_share",
        "words_whole",
        "named",
        "described",
    ),
    *("meaning", "meaning_whole", "meaning_about"),
)
_SQUARED = ("letters", "letters_whole", "letters_label", "share", "meaning", "meaning_whole", "meaning_about")


@dataclass(frozen=True, eq=False)
class Candidates:
    """Candidates of a batch, one row for each unit and concept, units in order.

    Parameters
    ----------
    unit, concept : ndarray, shape (n,)
    features : ndarray, shape (n, n_features)
    """

    unit: NDArray[np.int64]
    concept: NDArray[np.int64]
    features: NDArray[np.float64]


def candidates(
    scores: dict[str, NDArray[np.float32]], n_words: NDArray[np.float64], room: Room, each: int = EACH
) -> Candidates:
    """The best concepts by any channel, with what all channels say of them.

    Parameters
    ----------
    scores : dict
        Of :func:`~almpo_kit.matching.text.channels.channels`.
    n_words : ndarray, shape (n_units,)
        ``log(1 + number of words)`` of each whole unit.
    room : Room
    each : int
        Candidates that each channel brings.
    """
    n_units, n_concepts = scores["letters"].shape
    most = min(each, n_concepts)
    chosen = np.zeros((n_units, n_concepts), dtype=np.bool_)
    rows = np.arange(n_units)[:, None]
    for name in FINDING:
        chosen[rows, np.argpartition(scores[name], n_concepts - most, axis=1)[:, n_concepts - most :]] = True
    unit, concept = np.nonzero(chosen)
    return Candidates(
        unit, concept, np.column_stack(list(_features(scores, n_words, room, unit, concept).values()))
    )


def _features(
    scores: Any, n_words: Any, room: Room, unit: Any, concept: Any
) -> dict[str, NDArray[np.float64]]:
    found = {name: values[unit, concept].astype(float) for name, values in scores.items()}
    for name in _SQUARED:
        found[f"{name}²"] = found[name] ** 2
    for name in ("named", "described"):
        best = np.maximum(scores[name].max(axis=1), 1e-6)
        found[f"{name}/best"] = found[name] / best[unit]
    length = np.log1p(room.length[concept])
    found["length"] = length
    found["share×length"] = found["share"] * length
    found["word_share×length"] = found["word_share"] * length
    found["exact"] = (found["letters"] > 0.999).astype(float)
    found["exact_label"] = (found["letters_label"] > 0.999).astype(float)
    for name in _LONG:
        found[f"{name}×words"] = found[name] * n_words[unit]
    return found


def probabilities(found: Candidates, weights: NDArray[np.float64], n_units: int) -> NDArray[np.float64]:
    """Probability of each candidate to be the one meant; those of a unit add up to one."""
    logit = found.features @ weights
    top = np.full(n_units, -np.inf)
    np.maximum.at(top, found.unit, logit)
    value = np.exp(logit - top[found.unit])
    return value / np.bincount(found.unit, value, minlength=n_units)[found.unit]
