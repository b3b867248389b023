"""What the evidence holds on some programmes, what of it can be averaged, and what to do where that is too little."""

from __future__ import annotations

from typing import TYPE_CHECKING

from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.horizons import HORIZON_BANDS
from almpo_kit.vocabulary.programmes import PROGRAMME_TYPES

if TYPE_CHECKING:
    import pandas as pd

#: Why an estimate stays out of an average (its beginning) -> how that is told of several.
_WHY = {
    "counts the subsidised job": "count the subsidised job itself as work",
    "not compared with no programme": "compare with something other than no programme",
    "sample not known": "do not say on whom they rest",
    "no standard error": "have no standard error",
    "another estimand": "are effects on other people",
    "horizon not stated": "do not say when they were measured",
}


def evidence_checks(
    effects: pd.DataFrame, band: str, target_group: str = "all", *, enough: bool = True
) -> tuple[Check, ...]:
    """How many estimates there are, why most cannot be used, and the ways out.

    Parameters
    ----------
    effects : DataFrame
        An ``effects`` frame.
    band : {"short", "medium", "long"}
    target_group : str
        As of ``evidence_for_advice.comparable``.
    enough : bool
        False where nothing can be said of any programme; these are then the first things to read.
    """
    from almpo_kit.evidence.eligibility import reasons, within_one_estimand
    from almpo_kit.workbench.evidence_for_advice import asked_rows, comparable

    rows = asked_rows(effects, band, target_group)
    _, why = within_one_estimand(rows, reasons(rows))
    usable = why == ""
    told = [f"{n} {words}" for key, words in _WHY.items() if (n := int(why.str.contains(key).sum()))]
    out = f" Of the others, {', '.join(told)}." if told else ""
    held = Check(
        "evidence held",
        "informational" if enough else "failed",
        f"On the chance of being in work {HORIZON_BANDS[band][0]} the evidence holds {len(rows)} estimates for this group; "
        f"{int(usable.sum())} can be averaged.{out}",
    )
    spans = [
        f"{words}: {_samples(comparable(effects, key, target_group))}"
        for key, (words, *_) in HORIZON_BANDS.items()
    ]
    ways = Check(
        "what can be done",
        "informational" if enough else "failed",
        f"Independent samples that can be averaged, by time after entry: {'; '.join(spans)}. Five of a type are needed. Where "
        "they are too few: let the effect count at another time, bring evaluations that you coded yourself, run a trial, "
        "or use a programme all the same and say why.",
    )
    return held, ways


def _samples(rows: pd.DataFrame) -> str:
    counts = rows.groupby("programme_type")["sample_id"].nunique()
    named = [f"{PROGRAMME_TYPES[str(kind)].label.lower()} {n}" for kind, n in counts.items()]
    return ", ".join(named) or "none"
