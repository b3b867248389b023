"""What a coefficient, a term or a contrast allows to say, and why it may allow nothing."""

from __future__ import annotations

from typing import Literal

import numpy as np

from almpo_kit.evidence.kernels.blocks import Floats
from almpo_kit.evidence.precision import too_narrow
from almpo_kit.evidence.regression.fitted_models import FittedModel
from almpo_kit.evidence.telling import FEWEST_DF, FEWEST_SAMPLES, enough, too_thin
from almpo_kit.vocabulary.errors import ParameterError

Verdict = Literal["above zero", "below zero", "open", "too narrow", "too little to say"]
#: Flags of a coefficient, term or contrast on which nothing is concluded; "" is none of them.
LOW_DF = f"df below {FEWEST_DF:g}"
NARROW = "narrower than precision allows"
_ALONE = "rests on one sample"


def flag_of(m: FittedModel, contrasts: Floats, p: float) -> str:
    """Why nothing is concluded of ``contrasts`` (q, p); "" where something is.

    A standard error far below the working model's bars only a claim that they are not zero: few samples that
    happen to agree are no evidence of a difference.
    """
    if one := m.rests_on(contrasts):
        return f"{_ALONE} ({one})"
    if not enough(m.degrees(contrasts)):
        return LOW_DF
    return NARROW if not p >= 1 - m.assumed.level and too_narrow(m.agreement(contrasts), 1.0) else ""


def flag_words(flag: str) -> str:
    """The flag as the reason in a sentence."""
    if flag == LOW_DF:
        return f"fewer than {FEWEST_DF:g} degrees of freedom"
    if flag == NARROW:
        return "errors narrower than the studies' own precision allows"
    return flag


def verdict(low: float, high: float, df: float, n_samples: int, *, narrow: bool = False) -> Verdict:
    """On which side of zero the interval lies; nothing where too few samples carry it, and no side where it
    is narrower than the studies' own precision allows."""
    if n_samples < FEWEST_SAMPLES or not enough(df) or not np.isfinite([low, high]).all():
        return "too little to say"
    if narrow and (low > 0 or high < 0):
        return "too narrow"
    return "above zero" if low > 0 else "below zero" if high < 0 else "open"


def verdict_words(v: str) -> str:
    """The verdict as a clause about an interval."""
    return {
        "above zero": "the interval lies above zero",
        "below zero": "the interval lies below zero",
        "open": "the interval includes zero",
        "too narrow": "the interval is narrower than the studies' own precision allows",
        "too little to say": "too little to say",
    }[v]


def narrow_at(m: FittedModel, at: int) -> bool:
    """Whether a coefficient's standard error is far below the working model's."""
    return too_narrow(m.agreement(np.eye(len(m.beta))[[at]]), 1.0)


def thin_words(m: FittedModel, at: int) -> str:
    """Why a coefficient is no ground for a conclusion; "" when it is."""
    words = too_thin(len(m.samples), np.inf)
    if not words and (one := m.rests_on(np.eye(len(m.beta))[[at]])):
        return f"the coefficient {_ALONE} ({one})"
    words = words or too_thin(len(m.samples), float(m.judged[at]))
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
