"""Why a document stands where it stands: the words that speak for and against it, and a read document like it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from almpo_kit.learning.screening.kernels.logistic import Linear
from almpo_kit.learning.screening.screening_features import ScreeningFeatures

#: Words told on each side.
_TOLD = 4
_TITLE = 90


def telling_words(features: ScreeningFeatures, model: Linear, n: int = 30) -> pd.DataFrame:
    """The words that count most in the model.

    Returns
    -------
    DataFrame
        ``word, weight`` (change in log odds when a document consists of this word), the most telling first.
    """
    weights = model.coefficients[: features.blocks.n_words]
    first = np.argsort(-np.abs(weights), kind="stable")[:n]
    first = first[weights[first] != 0]
    return pd.DataFrame({"word": features.terms[first].astype(str), "weight": weights[first]})


def word_reasons(
    features: ScreeningFeatures, model: Linear, rows: NDArray[np.int64]
) -> tuple[list[str], list[str]]:
    """Words of each document that speak for it, and against it; by what they add to its log odds."""
    if features.blocks.words is None:
        return [""] * len(rows), [""] * len(rows)
    held = features.blocks.words[rows]
    weights = model.coefficients[: features.blocks.n_words]
    speaks_for, against = [], []
    for start, end in zip(held.indptr[:-1], held.indptr[1:], strict=True):
        columns = held.indices[start:end]
        adds = held.data[start:end] * weights[columns]
        order = np.argsort(-adds, kind="stable")
        speaks_for.append(", ".join(features.terms[columns[order[:_TOLD]]][adds[order[:_TOLD]] > 0]))
        last = order[::-1][:_TOLD]
        against.append(", ".join(features.terms[columns[last]][adds[last] < 0]))
    return speaks_for, against


def alike_reasons(
    features: ScreeningFeatures, rows: NDArray[np.int64], found: NDArray[np.int64], titles: list[str]
) -> list[str]:
    """Title of the relevant document most like each one in meaning; blank where meaning is not used."""
    meaning = features.blocks.meaning
    if meaning is None or not len(found):
        return [""] * len(rows)
    nearest = np.argmax(meaning[rows] @ meaning[found].T, axis=1)
    return [titles[found[i]][:_TITLE] for i in nearest]


def why(speaks_for: str, against: str, alike: str, pick: str) -> str:
    """The reasons as one line.

    >>> why("wage, subsidy", "theory", "", "by lot")
    'by lot; for: wage, subsidy; against: theory'
    """
    parts = [pick if pick == "by lot" else ""]
    parts += [f"for: {speaks_for}" if speaks_for else "", f"against: {against}" if against else ""]
    parts += [f"most like ‘{alike}’" if alike else ""]
    return "; ".join(p for p in parts if p)
