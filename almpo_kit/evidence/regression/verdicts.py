"""What an interval allows to say of a coefficient, so that it can be seen whether that moves."""

from __future__ import annotations

from typing import Literal

import numpy as np

from almpo_kit.evidence.regression.fitted_models import FittedModel
from almpo_kit.evidence.telling import FEWEST_SAMPLES, enough, too_thin
from almpo_kit.vocabulary.errors import ParameterError

Verdict = Literal["above zero", "below zero", "open", "too little to say"]


def verdict(low: float, high: float, df: float, n_samples: int) -> Verdict:
    """On which side of zero the interval lies; nothing where too few samples carry it."""
    if n_samples < FEWEST_SAMPLES or not enough(df) or not np.isfinite([low, high]).all():
        return "too little to say"
    return "above zero" if low > 0 else "below zero" if high < 0 else "open"


def verdict_words(v: str) -> str:
    """The verdict as a clause about an interval."""
    return {
        "above zero": "the interval lies above zero",
        "below zero": "the interval lies below zero",
        "open": "the interval includes zero",
        "too little to say": "too little to say",
    }[v]


def thin_words(m: FittedModel, df: float) -> str:
    """Why a coefficient is no ground for a conclusion; "" when it is."""
    words = too_thin(len(m.samples), df)
    return words if m.moderators.spec is None else words.replace("the average has", "the coefficient has")


def chosen(m: FittedModel, coefficient: str | None, verb: str) -> int:
    """Which coefficient is asked about: by name, or the first that is no constant.

    Raises
    ------
    ParameterError
        No such coefficient.
    """
    if coefficient is None:
        return m.moderators.tested[0] if m.moderators.tested else 0
    if coefficient not in m.moderators.names:
        raise ParameterError(
            f"{verb}() finds no coefficient {coefficient!r}; choose from {', '.join(m.moderators.names)}"
        )
    return m.moderators.names.index(coefficient)
