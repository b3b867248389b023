"""Answer one question with what the evidence base holds, or say why it cannot be answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from almpo_kit.evidence.certainty import Grounds, grade
from almpo_kit.evidence.comparability import bands_of, samples_of
from almpo_kit.evidence.designs import Pooled, average, design_counts, side_by_side
from almpo_kit.evidence.eligibility import left_out, reasons
from almpo_kit.evidence.listing import listing
from almpo_kit.evidence.pooling import check_level
from almpo_kit.evidence.refusals import Minimum, missing, refusal_words, shortfall
from almpo_kit.evidence.selection import asked_for
from almpo_kit.evidence.tally import favour, tally, tally_sentence
from almpo_kit.evidence.words import count, foundation, only
from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.horizons import NOT_COMPARABLE
from almpo_kit.vocabulary.provenance import provenance


@dataclass(frozen=True, kw_only=True, eq=False)
class Answer(Finding):
    """What the evidence says to one question.

    ``pooled`` is None and ``refusal`` says why where the evidence is too thin for a number. ``tally``
    counts estimates and samples by direction, of all that are listed. ``table`` lists every estimate,
    used or not.
    """

    pooled: Pooled | None
    refusal: str | None
    tally: pd.DataFrame
    unit: str
    outcome: str
    band: str | None
    n_samples: int = 0

    def metrics(self) -> Mapping[str, float]:
        """The pooled numbers where there are any, and how many estimates are listed."""
        listed = {"listed_estimates": float(len(self.table)), "listed_samples": float(self.n_samples)}
        return listed | (dict(self.pooled.metrics()) if self.pooled else {})


def answer(
    effects: pd.DataFrame,
    *,
    question: str,
    minimum_samples: int = 5,
    minimum_df: float = 4.0,
    level: float = 0.95,
) -> Answer:
    """Answer a question with the given estimates.

    Only estimates compared with no programme, with a standard error, a horizon counted from entry, and
    without the subsidised job itself enter an average; the others are listed with the reason. Below
    ``minimum_samples`` independent samples or ``minimum_df`` degrees of freedom there is no average.

    Parameters
    ----------
    effects : DataFrame, shape (k, ...)
        Estimates of one outcome in one unit, as :func:`select` chooses them; possibly none.
    question : str
        As a person would ask it.
    minimum_samples : int
        Fewest independent samples for a pooled number.
    minimum_df : float
        Fewest degrees of freedom of its interval.
    level : float
        Coverage of the intervals.

    Returns
    -------
    Answer

    Raises
    ------
    DesignError
        Several outcomes or units: these are several questions.
    """
    check_level(level)
    minimum = Minimum(minimum_samples, minimum_df)
    for column in ("outcome", "unit"):
        if column in effects and effects[column].nunique(dropna=False) > 1:
            values = ", ".join(sorted(effects[column].fillna("not stated").unique()))
            raise DesignError(
                f"answer() got several {column}s ({values}); ask about one at a time, "
                f"e.g. answer(select(effects, {column}=…), question=…)"
            )
    # Rows are matched by position below; a caller's index may repeat after a concat.
    effects = effects.reset_index(drop=True)
    why = reasons(effects)
    usable = effects[why == ""]
    pooled, refusal = _attempt(effects, usable, minimum, level)
    if pooled is None:
        return _refused(effects, why, question, str(refusal), minimum, level)
    return _answered(effects, usable, why, question, pooled, minimum, level)


def _attempt(
    effects: pd.DataFrame, usable: pd.DataFrame, minimum: Minimum, level: float
) -> tuple[Pooled | None, str | None]:
    refusal = shortfall(effects, usable, minimum)
    if refusal:
        return None, refusal
    pooled = average(usable, level=level)
    if pooled.df < minimum.df:
        return None, (
            f"the estimates that can be averaged are so uneven that the interval would have "
            f"{pooled.df:.1f} degrees of freedom; at least {minimum.df:g} are needed"
        )
    if any(check.name == "convergence" and check.status == "failed" for check in pooled.checks):
        return None, "the search for the variances found no solution"
    return pooled, None


def _band(effects: pd.DataFrame) -> str | None:
    asked = asked_for(effects, "band")
    bands = bands_of(effects)
    if asked or bands is None:
        return asked or None
    known = bands[bands != NOT_COMPARABLE].unique()
    return str(known[0]) if len(known) == 1 else None


def _common(effects: pd.DataFrame) -> dict[str, object]:
    favours = favour(effects)
    return {
        "tally": tally(effects, favours["favour"]),
        "unit": only(effects, "unit") or asked_for(effects, "unit"),
        "outcome": only(effects, "outcome") or asked_for(effects, "outcome"),
        "band": _band(effects),
        "n_samples": int(samples_of(effects).nunique()),
        "figure": "forest",
    }


def _answered(
    effects: pd.DataFrame,
    usable: pd.DataFrame,
    why: pd.Series,
    question: str,
    pooled: Pooled,
    minimum: Minimum,
    level: float,
) -> Answer:
    weight = pd.Series(np.nan, index=effects.index)
    weight[usable.index] = pooled.table["weight"].to_numpy()
    n = int(samples_of(usable).nunique())
    randomised = float(weight[effects["design"].eq("rct")].sum()) if "design" in effects else 0.0
    certainty, steps = grade(
        Grounds(
            pooled.low,
            pooled.high,
            pooled.prediction_low,
            pooled.prediction_high,
            pooled.i2,
            n,
            randomised,
        )
    )
    beside = side_by_side(usable, minimum_samples=minimum.samples, minimum_df=minimum.df, level=level)
    return Answer(
        question=question,
        sentence=pooled.sentence,
        table=listing(effects, level=level, weight=np.asarray(weight, dtype=np.float64), why_not=why),
        checks=(*steps, *pooled.checks, beside, *_notes(effects, why)),
        provenance=provenance(
            effects, method=f"evidence.answer: {pooled.provenance.method}", options=minimum.options(level)
        ),
        certainty=certainty,
        headline=pooled.headline,
        rests_on=foundation(usable, n),
        pooled=pooled,
        refusal=None,
        **_common(effects),  # type: ignore[arg-type]
    )


def _refused(
    effects: pd.DataFrame, why: pd.Series, question: str, refusal: str, minimum: Minimum, level: float
) -> Answer:
    common = _common(effects)
    counts = tally_sentence(common["tally"])  # type: ignore[arg-type]
    too_few = Check("minimum evidence", "failed", f"No pooled number: {refusal}.")
    notes: tuple[Check, ...] = ()
    if len(effects):
        notes = (*missing(effects, why, minimum), design_counts(effects), *_notes(effects, why))
    return Answer(
        question=question,
        sentence=f"{refusal_words(refusal)} {counts}".strip(),
        table=listing(effects, level=level, why_not=why),
        checks=(too_few, *notes),
        provenance=provenance(
            effects, method="evidence.answer: listing and tally, not pooled", options=minimum.options(level)
        ),
        certainty="too little to say",
        rests_on=foundation(effects, int(common["n_samples"])),  # type: ignore[call-overload]
        pooled=None,
        refusal=refusal,
        **common,  # type: ignore[arg-type]
    )


def _notes(effects: pd.DataFrame, why: pd.Series) -> tuple[Check, ...]:
    notes = list(left_out(why))
    n = int(favour(effects)["derived"].sum())
    if n:
        words = (
            f"For {count(n, 'estimate')} the study does not state significance; it was derived from the "
            "effect and its standard error (beyond 1.96)."
        )
        notes.append(Check("significance", "informational", words))
    if "se_source" in effects:
        derived = int(effects.loc[why == "", "se_source"].astype(str).str.startswith("derived").sum())
        if derived:
            words = (
                f"{count(derived, 'standard error')} of {int((why == '').sum())} were derived, not reported."
            )
            notes.append(Check("standard errors", "informational", words))
    return tuple(notes)
