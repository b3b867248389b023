"""Which estimates may enter an answer's average, and why the others may not."""

from __future__ import annotations

import numpy as np
import pandas as pd

from almpo_kit.evidence.comparability import bands_of, estimand_label, estimands_of, n_samples, samples_of
from almpo_kit.evidence.words import count
from almpo_kit.vocabulary.estimands import ESTIMANDS
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.horizons import NOT_COMPARABLE

COUNTED_JOB = "counts the subsidised job itself"
OTHER_COMPARATOR = "not compared with no programme"
NO_SE = "no standard error"
NO_SAMPLE = "sample not known"
#: Followed by the estimand's label in parentheses.
OTHER_ESTIMAND = "another estimand"
NO_HORIZON = "horizon not stated, or not counted from entry"


def reasons(effects: pd.DataFrame) -> pd.Series:
    """Why each estimate cannot enter an average, joined by "; "; "" where it can.

    Without a column ``comparator`` everything compares with no programme, the frame's default; an empty
    cell in it is a comparison that is not stated.

    Parameters
    ----------
    effects : DataFrame, shape (k, ...)

    Returns
    -------
    Series of str, shape (k,)
    """
    rules = _rules(effects)
    why = ["; ".join(r for r, applies in rules.items() if applies[i]) for i in range(len(effects))]
    return pd.Series(why, index=effects.index, dtype=object)


def by_estimand(effects: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """The estimates of each estimand, the one with the most independent samples first.

    Ties go to the estimand that comes first in the vocabulary: ITT, ATT, ATE, LATE, not stated. A frame
    that does not speak of estimands is one part, named "".
    """
    estimands = estimands_of(effects)
    if estimands is None:
        return [("", effects)]
    said = estimands.to_numpy(dtype=object)
    held = set(said.tolist())
    if len(held) == 1:
        return [(str(*held), effects)]
    parts = [(key, effects[said == key]) for key in ESTIMANDS if key in held]
    # The sort is stable, so that ties stay in the vocabulary's order.
    return sorted(parts, key=lambda part: -n_samples(part[1]))


def within_one_estimand(effects: pd.DataFrame, why: pd.Series) -> tuple[str, pd.Series]:
    """The estimand to average ("" when the frame does not speak of it), and ``why`` with the others out."""
    (chosen, _), *others = by_estimand(effects[why == ""]) or [("", effects)]
    why = why.copy()
    for key, part in others:
        why[part.index] = f"{OTHER_ESTIMAND} ({estimand_label(key)})"
    return chosen, why


def _rules(effects: pd.DataFrame) -> dict[str, list[bool]]:
    nothing = [False] * len(effects)
    # Plain lists: every answer asks for this, of a handful of rows.
    said = {
        c: effects[c].tolist() if c in effects else None for c in ("comparator", "includes_subsidised_job")
    }
    comparator, job = said["comparator"], said["includes_subsidised_job"]
    band = bands_of(effects)
    se, effect = (effects[c].to_numpy(dtype=float, na_value=np.nan) for c in ("se", "effect"))
    return {
        COUNTED_JOB: nothing if job is None else [_is(x, "included") for x in job],
        OTHER_COMPARATOR: nothing if comparator is None else [not _is(x, "no_programme") for x in comparator],
        NO_SAMPLE: samples_of(effects).isna().tolist(),
        NO_SE: (~((se > 0) & (se < np.inf) & (np.abs(effect) < np.inf))).tolist(),
        NO_HORIZON: nothing if band is None else [b == NOT_COMPARABLE for b in band.tolist()],
    }


def _is(said: object, word: str) -> bool:
    """Whether a cell says the word; a missing one (``pd.NA`` answers neither way) says nothing."""
    return isinstance(said, str) and said == word


_VERBS = {
    COUNTED_JOB: ("counts", "count"),
    OTHER_COMPARATOR: ("compares with", "compare with"),
    OTHER_ESTIMAND: ("is", "are"),
}


def left_out(why: pd.Series) -> tuple[Check, ...]:
    """One note per reason: how many estimates it keeps out of the average."""
    words = {
        COUNTED_JOB: "the subsidised job itself as being in work",
        OTHER_COMPARATOR: "another programme, another amount, or a comparison that is not stated",
        NO_SAMPLE: "no sample_id or study_id that says whether they are independent",
        NO_SE: "no standard error",
        NO_HORIZON: "no horizon counted from entry",
        OTHER_ESTIMAND: "of another estimand than the average, an effect on other people",
    }
    notes = []
    for reason, what in words.items():
        n = sum(reason in said for said in why.tolist())
        if n:
            one, several = _VERBS.get(reason, ("has", "have"))
            who, verb = count(n, "listed estimate"), several if n > 1 else one
            any_ = "this" if reason == OTHER_ESTIMAND else "any"
            sentence = f"{who} {verb} {what}, and {'stay' if n > 1 else 'stays'} out of {any_} average."
            notes.append(Check(f"left out: {reason}", "informational", sentence))
    return tuple(notes)
