"""Fitting one field: words by ridge, everything together by a logistic regression that starts from the rules."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from almpo_kit.learning.coding.field_model import FieldModel, Linear
from almpo_kit.learning.coding.folds import study_folds
from almpo_kit.learning.coding.kernels.abstention import Threshold, threshold
from almpo_kit.learning.coding.kernels.calibration import Calibrator, calibrate
from almpo_kit.learning.coding.kernels.calibration_error import brier, expected_calibration_error
from almpo_kit.learning.coding.kernels.exact_bounds import share_bounds
from almpo_kit.learning.coding.kernels.prior_logistic import prior_logistic
from almpo_kit.learning.coding.kernels.study_out_ridge import study_out_ridge
from almpo_kit.learning.coding.lexicon.fields import BY_DEFAULT, OPEN, WITH_RULES
from almpo_kit.learning.coding.pairs import FEATURES, PRIOR, Pair, Scores, pairs_of
from almpo_kit.learning.coding.texts import Text

Array = np.ndarray[Any, np.dtype[Any]]

#: Words are learned for values that so many studies have.
_STUDIES_FOR_WORDS: Final = 3
#: Below, nothing is learned and nothing proposed.
_FEWEST_STUDIES: Final = 10
_INNER_FOLDS: Final = 5
#: No single proposal is less likely than this.
_LIKELY: Final = 0.75
#: Studies are dealt so often, so that a threshold does not hang on how they fell.
_DEALS: Final = 5
_MEAN = np.array([PRIOR[name][0] for name in FEATURES])
_SD = np.array([PRIOR[name][1] for name in FEATURES])


class Known(NamedTuple):
    """What is known of one field: rows of the documents that have a code, their answers and their studies."""

    field: str
    texts: Sequence[Text]
    answers: Sequence[frozenset[str]]
    groups: Array
    x: Any
    vectors: Any


class Using(NamedTuple):
    """What may speak for a value."""

    rules: bool
    words: bool
    vectors: bool


class Evidence(NamedTuple):
    """What some evidence says of every value in question, from fits without the case's own study."""

    learned: list[str]
    words: Linear | None
    vectors: Linear | None
    pairs: list[Pair]
    features: Array
    right: Array
    groups: Array
    scores: Array


def fit_field(known: Known, using: Using, precision: float, seed: int) -> FieldModel:
    """Fit, calibrate and choose the threshold, each without the case's own study.

    Words (and vectors) join the rules only where they earn their place: where the squared error, with values that are never in
    question counted as missed, falls by more than one standard error over studies.

    Parameters
    ----------
    known : Known
        ``groups`` are whole numbers, one a study; ``x`` terms and ``vectors`` embeddings of the same rows.
    using : Using
    precision : float
    seed : int
    """
    said = _chosen(known, using, seed)
    few = _too_few(known, said.pairs)
    right, scores = said.right, said.scores
    calibrator = _as_it_is() if few else calibrate(scores, right)
    p = calibrator.probabilities(scores)
    likely = p >= min(_LIKELY, precision)
    found = Threshold(math.inf, 0, 0) if few else threshold(scores, right, precision, likely)
    chosen = scores >= found.score
    low, high = share_bounds(right[chosen], said.groups[chosen])
    return FieldModel(
        field=known.field,
        usual=_usual(known),
        rules=using.rules and known.field in WITH_RULES,
        learned=tuple(said.learned),
        words=said.words,
        vectors=said.vectors,
        coefficients=_MEAN.copy() if few else _fitted(said.features, right),
        calibrator=calibrator,
        threshold=found.score,
        documents=len(known.texts),
        studies=len(np.unique(known.groups)),
        answers=sum(len(a) for a in known.answers),
        proposed=found.proposed,
        right=found.right,
        low=low,
        high=high,
        brier=brier(p, right),
        ece=expected_calibration_error(p, right),
        why_quiet=few or ("" if found.proposed else _never(precision)),
    )


def _chosen(known: Known, using: Using, seed: int) -> Evidence:
    """Rules alone, or with words where those earn their place."""
    more = using.words or using.vectors
    if not using.rules or not more:
        return _evidence(known, using, seed)
    plain = _evidence(known, Using(True, False, False), seed)
    rich = _evidence(known, using, seed)
    return rich if earns_its_place(_losses(known, plain), _losses(known, rich)) else plain


def earns_its_place(plain: Array, rich: Array) -> bool:
    """Whether losses a study fall by more than one standard error of their mean difference."""
    gain = plain - rich
    if len(gain) < _FEWEST_STUDIES:
        return False
    return bool(gain.mean() > gain.std(ddof=1) / math.sqrt(len(gain)))


def _losses(known: Known, said: Evidence) -> Array:
    """Squared error of each study, shape (n_studies,); a settled value that is never in question is an error of one."""
    names, place = np.unique(known.groups, return_inverse=True)
    answers = np.array([len(a) for a in known.answers], dtype=float)
    losses = np.bincount(place, weights=answers, minlength=len(names))
    if len(said.pairs):
        p = calibrate(said.scores, said.right).probabilities(said.scores)
        at = np.searchsorted(names, said.groups)
        losses += np.bincount(at, weights=(p - said.right) ** 2 - said.right, minlength=len(names))
    return np.asarray(losses)


def _evidence(known: Known, using: Using, seed: int) -> Evidence:
    learned = _learnable(known) if using.words or using.vectors else []
    words, word_scores = _linear(known.x if using.words else None, known, learned)
    vectors, vector_scores = _linear(known.vectors if using.vectors else None, known, learned)
    pairs = _pairs(known, using, learned, word_scores, vector_scores)
    right = np.array([p.value in known.answers[p.document] for p in pairs], dtype=bool)
    groups = np.array([known.groups[p.document] for p in pairs], dtype=int)
    features = np.array([p.features for p in pairs]).reshape(len(pairs), len(FEATURES))
    scores = features @ _MEAN if _too_few(known, pairs) else _cross_fitted(features, right, groups, seed)
    return Evidence(learned, words, vectors, pairs, features, right, groups, scores)


def _never(precision: float) -> str:
    return f"no threshold reaches a precision of {precision:.0%} with one further wrong answer"


def _too_few(known: Known, pairs: Sequence[Pair]) -> str:
    n = len(np.unique(known.groups))
    if n < _FEWEST_STUDIES:
        return f"{n} {'study is' if n == 1 else 'studies are'} coded, {_FEWEST_STUDIES} are needed"
    return "" if pairs else "no value comes into question in any document"


def _as_it_is() -> Calibrator:
    return Calibrator("platt", np.ones(1), np.zeros(1), np.zeros(1))


def _learnable(known: Known) -> list[str]:
    """Values that words can be learned for, sorted."""
    if known.field in OPEN:
        return []
    studies: dict[str, set[int]] = {}
    for answers, group in zip(known.answers, known.groups.tolist(), strict=True):
        for value in answers:
            studies.setdefault(value, set()).add(group)
    enough = {v for v, found in studies.items() if len(found) >= _STUDIES_FOR_WORDS}
    return sorted(v for v in enough if (known.field, v) not in BY_DEFAULT)


def _linear(x: Any, known: Known, learned: list[str]) -> tuple[Linear | None, Scores | None]:
    if x is None or not learned or x.shape[1] == 0:
        return None, None
    y = np.array([[v in answers for v in learned] for answers in known.answers], dtype=float)
    found = study_out_ridge(x, y, known.groups)
    usual = (y.sum(axis=0) - _own(y, known.groups) + 0.5) / (len(y) - _own(np.ones_like(y), known.groups) + 1)
    return Linear(found.weights.astype(np.float32), found.bias), Scores(found.left_out, usual)


def _own(y: Array, groups: Array) -> Array:
    """Sums over the study of each document."""
    _, place = np.unique(groups, return_inverse=True)
    sums = np.zeros((place.max() + 1, y.shape[1]))
    np.add.at(sums, place, y)
    return np.asarray(sums[place])


def _usual(known: Known, without: int | None = None) -> dict[str, float]:
    """Share of documents that have each value, with half a case more; ``""`` for values that none has."""
    rows = [a for a, g in zip(known.answers, known.groups.tolist(), strict=True) if g != without]
    counts = Counter(value for answers in rows for value in answers)
    n = len(rows) + 1
    return {"": 0.5 / n} | {value: (k + 0.5) / n for value, k in sorted(counts.items())}


def _pairs(
    known: Known, using: Using, learned: list[str], words: Scores | None, vectors: Scores | None
) -> list[Pair]:
    usual = {g: _usual(known, g) for g in np.unique(known.groups).tolist()}
    return [
        pair
        for k, text in enumerate(known.texts)
        for pair in pairs_of(
            k,
            text,
            known.field,
            usual[int(known.groups[k])],
            rules=using.rules,
            learned=learned,
            words=words,
            vectors=vectors,
        )
    ]


def _cross_fitted(features: Array, right: Array, groups: Array, seed: int) -> Array:
    """Log odds of each pair from a fit on other studies."""
    scores = np.zeros(len(features))
    for deal in range(_DEALS):
        for away in study_folds(groups, _INNER_FOLDS, seed + deal):
            kept = ~away
            scores[away] += features[away] @ _fitted(features[kept], right[kept]) / _DEALS
    return scores


def _fitted(features: Array, right: Array) -> Array:
    return prior_logistic(features, right.astype(float), _MEAN, _SD)
