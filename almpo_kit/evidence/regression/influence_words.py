"""What is said of the samples that a result hangs on."""

from __future__ import annotations

import numpy as np
import pandas as pd

from almpo_kit.evidence.regression.fitted_models import FittedModel
from almpo_kit.evidence.regression.verdicts import Verdict, verdict_words
from almpo_kit.evidence.words import count, digits, listed, only, sign_of
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number


def influence_sentence(
    m: FittedModel, table: pd.DataFrame, whole: pd.Series, full: Verdict, thin: str
) -> str:
    """What moves it most, whether a conclusion turns, and whether one is lost."""
    if thin:
        return (
            f"Too little to say: {thin}. What changes without each sample is in the table, as a computation."
        )
    if table["change"].isna().all():
        return "Nothing can be estimated without any one of the samples."
    unit = only(m.effects, "unit")
    most = table.iloc[int(np.nanargmax(table["change"].abs()))]
    before, after = (number(x, digits(unit)) for x in (whole["estimate"], most["estimate"]))
    what = "the average" if m.moderators.formula == "~ 1" else str(whole["label"])
    moved = f"Leaving out {most['sample_id']} moves {what} most, from {before} to {after} {sign_of(unit)}".rstrip()
    if table["se"].isna().all():
        return f"{moved}; with this many samples intervals without each were not computed."
    if full == "too narrow":
        return f"{moved}; with all samples {verdict_words(full)}, so no direction is read from it."
    if table["thins"].all():
        return f"{moved}; with one sample fewer there would be too little to say."
    less = (
        f" Without {_who(table['thins'], table)} there would be too little to say."
        if table["thins"].any()
        else ""
    )
    if not table["turns"].any():
        which = "whichever other sample" if less else "whichever sample"
        return f"{moved}; {which} is left out, {verdict_words(full)}: the conclusion does not change.{less}"
    return f"{moved}; the conclusion ({verdict_words(full)}) changes without {_who(table['turns'], table)}.{less}"


def _who(which: pd.Series, table: pd.DataFrame) -> str:
    names = table.loc[which, "sample_id"].astype(str).tolist()
    return listed(names[:5] + (["others"] if len(names) > 5 else []))


def influence_checks(
    table: pd.DataFrame, lost: list[str], full: Verdict, *, converged: bool, exact: bool
) -> tuple[Check, ...]:
    """The checks of an influence; ``lost``: samples that nothing replaces."""
    notes = []
    if exact and not converged:
        words = "Without some sample the search for the variances stopped before it found a solution."
        notes.append(Check("convergence", "failed", words))
    if lost:
        words = f"Some coefficient rests on {listed(lost[:5])} alone, and cannot be estimated without."
        notes.append(Check("samples that nothing replaces", "failed", words))
    notes += _conclusion(table, full)
    if not exact:
        words = "The variances were held as all samples gave them; exact=True estimates them anew each time."
        notes.append(Check("variances", "informational", words))
    return tuple(notes)


def _conclusion(table: pd.DataFrame, full: Verdict) -> tuple[Check, ...]:
    """Whether one sample decides; silent where there is no conclusion, or its intervals were not computed."""
    turning, thinning = int(table["turns"].sum()), int(table["thins"].sum())
    if full == "too narrow":
        return (
            Check(
                "precision",
                "failed",
                f"With all samples, {verdict_words(full)}, so no direction is read from it.",
            ),
        )
    if full == "too little to say" or not table["se"].notna().any():
        return ()
    notes = []
    if turning:
        words = (
            f"The conclusion changes without {count(turning, 'sample')} of {len(table)}, taken one at a time."
        )
        notes.append(Check("conclusion", "failed", words))
    if thinning:
        words = f"Without {count(thinning, 'sample')} of {len(table)}, taken one at a time, there would be too little to say."
        notes.append(Check("enough without each", "failed", words))
    return tuple(notes) or (Check("conclusion", "passed", "No single sample decides the conclusion."),)
