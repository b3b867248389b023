"""The model of one field: what it has learned, and where it keeps quiet."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from almpo_kit.learning.coding.kernels.calibration import Calibrator
from almpo_kit.learning.coding.lexicon.phrases import Word
from almpo_kit.learning.coding.pairs import Pair, Scores, pairs_of
from almpo_kit.learning.coding.texts import Text
from almpo_kit.learning.coding.word_space import WordSpace, terms_of

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, eq=False)
class Linear:
    """Weights (n_inputs, n_values) and bias (n_values,) of a linear score on the scale of a share."""

    weights: Array
    bias: Array

    def scores(self, x: Any) -> Array:
        """Shape (n_documents, n_values)."""
        return np.asarray(x @ self.weights) + self.bias


@dataclass(frozen=True, eq=False)
class FieldModel:
    """How one field is coded.

    Parameters
    ----------
    field : str
    usual : Mapping
        Value -> share of studies that have it; ``""`` for values never seen.
    rules : bool
    learned : tuple of str
        Values that words (and vectors) were learned for.
    words, vectors : Linear or None
    coefficients : Array, shape (n_features,)
        Of :data:`~almpo_kit.learning.coding.pairs.FEATURES`, in log odds.
    calibrator : Calibrator
    threshold : float
        Log odds before calibration from which a value is proposed; infinite where it never is.
    documents, studies, answers : int
        What it was fitted on.
    proposed, right : int
        In study-wise cross-fitting, from the threshold on.
    low, high : float
        95% bounds of that precision.
    brier, ece : float
        Of probabilities in cross-fitting.
    why_quiet : str
        "" or why it never proposes.
    """

    field: str
    usual: Mapping[str, float]
    rules: bool
    learned: tuple[str, ...]
    words: Linear | None
    vectors: Linear | None
    coefficients: Array
    calibrator: Calibrator
    threshold: float
    documents: int
    studies: int
    answers: int
    proposed: int
    right: int
    low: float
    high: float
    brier: float
    ece: float
    why_quiet: str = ""

    @property
    def precision(self) -> float:
        """Share of cross-fitted proposals that were right; NaN where there were none."""
        return self.right / self.proposed if self.proposed else math.nan

    @property
    def evidence(self) -> str:
        """What speaks in this field: what did not earn its place is not there."""
        kinds = (("rules", self.rules), ("words", self.words), ("vectors", self.vectors))
        return " and ".join(name for name, there in kinds if there)

    def pairs(self, texts: Sequence[Text], x: Any, vectors: Any) -> list[list[Pair]]:
        """Values in question for each document."""
        words = self._said(self.words, x, len(texts))
        meaning = self._said(self.vectors, vectors, len(texts))
        return [
            pairs_of(
                k,
                text,
                self.field,
                dict(self.usual),
                rules=self.rules,
                learned=self.learned,
                words=words,
                vectors=meaning,
            )
            for k, text in enumerate(texts)
        ]

    def _said(self, linear: Linear | None, x: Any, n: int) -> Scores | None:
        if linear is None or x is None:
            return None
        usual = np.array([self.usual.get(v, 0.0) for v in self.learned])
        return Scores(linear.scores(x), np.tile(usual, (n, 1)))

    def log_odds(self, pairs: Sequence[Pair]) -> Array:
        """Before calibration, shape (n_pairs,)."""
        if not pairs:
            return np.empty(0)
        return np.array([p.features for p in pairs]) @ self.coefficients

    def probabilities(self, log_odds: Array) -> Array:
        """After calibration."""
        return self.calibrator.probabilities(log_odds)


def speaking_terms(
    words: Sequence[Word], space: WordSpace, place: Mapping[str, int], weights: Array
) -> list[tuple[str, float]]:
    """Terms of a sentence that speak for a value, the strongest first."""
    found = {}
    for term in terms_of(words, space.pieces):
        at = place.get(term)
        if at is not None and weights[at] > 0:
            found[term] = float(weights[at] * space.rarity[at])
    return sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
