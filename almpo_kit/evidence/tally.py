"""Which estimates favour the people concerned, and how many; counts, never a conclusion.

``significance`` says favourable or not, whatever the sign. Where a study does not state it but gives an
effect with a standard error, it is derived: |effect / se| above 1.96, and the direction that helps the
person for that outcome. A row without either is "not stated", and so is an outcome of which nobody can
say which direction helps (benefits drawn, disability pensions), whatever its coder wrote.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from almpo_kit.evidence.comparability import samples_of
from almpo_kit.evidence.words import listed
from almpo_kit.vocabulary.outcomes import OUTCOMES

FAVOURS = ("favourable", "not significant", "unfavourable", "not stated")
DIRECTIONS = (*FAVOURS[:3], "mixed", "not stated")
_STATED = {"positive": "favourable", "negative": "unfavourable", "none": "not significant"}
_HELPS: dict[object, float] = {key: float(o.favourable) for key, o in OUTCOMES.items()}
_SIGNIFICANT = 1.96


def favour(effects: pd.DataFrame) -> pd.DataFrame:
    """Favour of each estimate.

    Parameters
    ----------
    effects : DataFrame, shape (n_estimates, ...)

    Returns
    -------
    DataFrame, shape (n_estimates, 2)
        ``favour``, one of :data:`FAVOURS`; ``derived``, True where it was computed, not stated.
    """
    k = len(effects)
    blank = [None] * k
    outcome, said = (effects[c].tolist() if c in effects else blank for c in ("outcome", "significance"))
    # Plain lists: every answer asks for this several times, and of a handful of rows.
    helps = np.array([_HELPS.get(o, np.nan) for o in outcome], float)
    stated = [_STATED.get(s) if h != 0 else None for s, h in zip(said, helps, strict=True)]
    se = effects["se"].to_numpy(dtype=float) if "se" in effects else np.full(k, np.nan)
    # A standard error that is zero, negative or infinite is a slip, and says nothing of significance.
    z = effects["effect"].to_numpy(dtype=float) / np.where(np.isfinite(se) & (se > 0), se, np.nan)
    good = z * helps > 0
    known = np.array([s is None for s in stated], bool) & np.isfinite(z) & np.isfinite(helps) & (helps != 0)
    choices = ["not stated", "not significant", "favourable"]
    computed = np.select([~known, np.abs(z) <= _SIGNIFICANT, good], choices, "unfavourable")
    found = [s or str(c) for s, c in zip(stated, computed, strict=True)]
    return pd.DataFrame({"favour": pd.Series(found, effects.index, dtype=object), "derived": known})


def tally(effects: pd.DataFrame, favours: pd.Series) -> pd.DataFrame:
    """Count estimates and independent samples by direction.

    A sample counts once: under its direction when its estimates agree (those not stated aside), under
    "mixed" when they do not.

    Returns
    -------
    DataFrame, shape (5, 3)
        ``direction`` (one of :data:`DIRECTIONS`), ``estimates``, ``samples``.
    """
    by_sample: dict[str, int] = dict.fromkeys(DIRECTIONS, 0)
    directions = favours.tolist()
    # Plain lists again; a sample that nobody knows (NaN, which differs from itself) counts nowhere.
    said: dict[object, set[str]] = {}
    for sample, direction in zip(samples_of(effects).tolist() if directions else (), directions, strict=True):
        if sample == sample:
            said.setdefault(sample, set()).add(direction)
    for group in said.values():
        stated = group - {"not stated"}
        by_sample["mixed" if len(stated) > 1 else (stated or {"not stated"}).pop()] += 1
    return pd.DataFrame(
        {
            "direction": DIRECTIONS,
            "estimates": [directions.count(d) for d in DIRECTIONS],
            "samples": [by_sample[d] for d in DIRECTIONS],
        }
    )


def tally_sentence(counts: pd.DataFrame) -> str:
    """``Of 6 estimates, 4 were favourable, 1 unfavourable and 1 not significant.``"""
    n = dict(zip(counts["direction"].tolist(), counts["estimates"].tolist(), strict=True))
    total = sum(n.values())
    if total == 0:
        return ""
    order = ("favourable", "unfavourable", "not significant", "not stated")
    words = {"not stated": "did not state significance"}
    found = [d for d in order if n[d]]
    if len(found) == 1:
        who = {1: "The one estimate", 2: "Both estimates"}.get(total, f"All {total} estimates")
        be = "was " if total == 1 else "were "
        return f"{who} {words.get(found[0], be + found[0])}."
    parts = [f"{n[d]} {words.get(d, d)}" for d in found]
    parts[0] = parts[0].replace(" ", " was " if n[found[0]] == 1 else " were ", 1)
    return f"Of {total} estimates, {listed(parts)}."
