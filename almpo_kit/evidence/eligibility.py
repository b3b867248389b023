"""Which estimates may enter an answer's average, and why the others may not."""

from __future__ import annotations

import numpy as np
import pandas as pd

from almpo_kit.evidence.comparability import bands_of, samples_of
from almpo_kit.evidence.words import count
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.horizons import NOT_COMPARABLE

COUNTED_JOB = "counts the subsidised job itself"
OTHER_COMPARATOR = "not compared with no programme"
NO_SE = "no standard error"
NO_SAMPLE = "sample not known"
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
    why = pd.Series("", index=effects.index, dtype=object)
    for reason, applies in _rules(effects).items():
        why[applies] = why[applies].where(why[applies] == "", why[applies] + "; ") + reason
    return why


def _rules(effects: pd.DataFrame) -> dict[str, pd.Series]:
    nothing = pd.Series(False, index=effects.index)
    comparator = effects.get("comparator")
    job = effects.get("includes_subsidised_job")
    band = bands_of(effects)
    se, effect = effects["se"], effects["effect"]
    return {
        COUNTED_JOB: nothing if job is None else job.eq("included").fillna(False).astype(bool),
        OTHER_COMPARATOR: nothing
        if comparator is None
        else comparator.ne("no_programme").fillna(True).astype(bool),
        NO_SAMPLE: samples_of(effects).isna(),
        NO_SE: ~(se.between(0, np.inf, inclusive="neither") & effect.abs().lt(np.inf)),
        NO_HORIZON: nothing if band is None else band.eq(NOT_COMPARABLE),
    }


def left_out(why: pd.Series) -> tuple[Check, ...]:
    """One note per reason: how many estimates it keeps out of the average."""
    words = {
        COUNTED_JOB: "the subsidised job itself as being in work",
        OTHER_COMPARATOR: "another programme, another amount, or a comparison that is not stated",
        NO_SAMPLE: "no sample_id or study_id that says whether they are independent",
        NO_SE: "no standard error",
        NO_HORIZON: "no horizon counted from entry",
    }
    notes = []
    for reason, what in words.items():
        n = int(why.str.contains(reason, regex=False).sum())
        if n:
            verb = {COUNTED_JOB: "count", OTHER_COMPARATOR: "compare with"}.get(reason, "have")
            verb = (
                verb if n > 1 else {"count": "counts", "compare with": "compares with", "have": "has"}[verb]
            )
            who = count(n, "listed estimate")
            sentence = f"{who} {verb} {what}, and {'stay' if n > 1 else 'stays'} out of any average."
            notes.append(Check(f"left out: {reason}", "informational", sentence))
    return tuple(notes)
