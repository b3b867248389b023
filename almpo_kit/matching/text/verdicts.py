"""Distributions over concepts for batches of texts, and how probable it is that each is right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from almpo_kit.matching.text.channels import channels
from almpo_kit.matching.text.coefficients import EVIDENCE, FEATURES, VERDICT, WEIGHTS
from almpo_kit.matching.text.fusion import Candidates, candidates, probabilities
from almpo_kit.matching.text.room import Room
from almpo_kit.matching.text.segments import Unit
from almpo_kit.matching.text.whole_names import with_whole_names
from almpo_kit.matching.text.words import words
from almpo_kit.vocabulary.encoders import Encoder

#: Parts compared at once: bounds memory whatever the texts are.
MOST_PARTS = 320


@dataclass(frozen=True, eq=False)
class Verdicts:
    """What is thought of one text.

    Parameters
    ----------
    concept : ndarray of int, shape (n,)
        Candidates, the most probable first; rows of ``Room.concepts``.
    probability : ndarray, shape (n,)
        They add up to one: which concept, given that it is one of them.
    evidence : ndarray, shape (n, n_evidence)
        How alike text and concept are, whatever the others are.
    unit : ndarray of int, shape (n,)
        The unit of the text in which the concept stands out most.
    """

    concept: NDArray[np.int64]
    probability: NDArray[np.float64]
    evidence: NDArray[np.float64]
    unit: NDArray[np.int64]


def judged(units: Sequence[Unit], room: Room, encoder: Encoder, kind: str) -> list[Verdicts]:
    """Verdicts of each unit, in order."""
    out: list[Verdicts] = []
    for batch in _batches(units):
        scores = channels([u.parts for u in batch], room, encoder)
        n_words = np.log1p(np.array([len(words(u.parts[0])) for u in batch], dtype=float))
        found = candidates(scores, n_words, room)
        chance = probabilities(found, np.asarray(WEIGHTS[kind]), len(batch))
        if kind == "occupations":
            chance = with_whole_names(chance, found, [u.parts for u in batch], room)
        out += _split(found, chance, len(batch), len(out))
    return out


def _batches(units: Sequence[Unit]) -> Iterator[list[Unit]]:
    batch: list[Unit] = []
    held = 0
    for unit in units:
        if batch and held + len(unit.parts) > MOST_PARTS:
            yield batch
            batch, held = [], 0
        batch.append(unit)
        held += len(unit.parts)
    if batch:
        yield batch


def _split(found: Candidates, chance: NDArray[np.float64], n_units: int, first: int) -> list[Verdicts]:
    evidence = found.features[:, [FEATURES.index(name) for name in EVIDENCE]]
    order = np.lexsort((found.concept, -chance, found.unit))
    ends = np.cumsum(np.bincount(found.unit, minlength=n_units))
    out = []
    for i, rows in enumerate(np.split(order, ends[:-1])):
        out.append(Verdicts(found.concept[rows], chance[rows], evidence[rows], np.full(len(rows), first + i)))
    return out


def mixed(verdicts: Sequence[Verdicts], weights: Sequence[float]) -> Verdicts:
    """One verdict of several units: the mean of their distributions, the best evidence of any."""
    if len(verdicts) == 1:
        return verdicts[0]
    concepts, where = np.unique(np.concatenate([v.concept for v in verdicts]), return_inverse=True)
    share = np.concatenate([w * v.probability for v, w in zip(verdicts, weights, strict=True)]) / sum(weights)
    chance = np.bincount(where, share, minlength=len(concepts))
    evidence = np.full((len(concepts), verdicts[0].evidence.shape[1]), -1.0)
    np.maximum.at(evidence, where, np.concatenate([v.evidence for v in verdicts]))
    unit = np.zeros(len(concepts), dtype=np.int64)
    best = np.argsort(share, kind="stable")
    unit[where[best]] = np.concatenate([v.unit for v in verdicts])[best]
    order = np.lexsort((concepts, -chance))
    return Verdicts(concepts[order], chance[order], evidence[order], unit[order])


def rightness(probability: Any, evidence: Any, level: str) -> NDArray[np.float64]:
    """Calibrated probability of being right: a logit of the share among candidates and of likeness itself.

    Parameters
    ----------
    probability : ndarray, shape (n,)
    evidence : ndarray, shape (n, n_evidence)
    level : {"occupation", "unit group", "sub-major group", "skill"}

    References
    ----------
    Platt (1999), in Advances in Large Margin Classifiers, 61-74.
    """
    intercept, slope, *rest = VERDICT[level]
    share = np.clip(np.asarray(probability, dtype=float), 1e-9, 1 - 1e-6)
    logit = intercept + slope * np.log(share / (1 - share)) + np.asarray(evidence) @ np.asarray(rest)
    return np.asarray(1 / (1 + np.exp(-logit)))
