"""Answer one question with what the evidence base holds, or say why it cannot be answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

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


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
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
    for column in ("outcome", "unit"):
        if column in effects and effects[column].nunique(dropna=False) > 1:
            values = ", ".join(sorted(effects[column].fillna("not stated").unique()))
            raise DesignError(
                f"answer() got several {column}s ({values}); ask about one at a time, "
                f"e.g. answer(select(effects, {column}=…), question=…)"
            )
    case = _case(effects, question, Minimum(minimum_samples, minimum_df), level)
    pooled, refusal = _attempt(case)
    return _refused(case, str(refusal)) if pooled is None else _answered(case, pooled)


@dataclass(frozen=True)
class _Case:
    """One question with its estimates: as ``given`` (with their provenance), by position as ``listed``,
    ``why`` each may not be averaged, and those that may, ``usable``."""

    question: str
    given: pd.DataFrame
    listed: pd.DataFrame
    why: pd.Series
    usable: pd.DataFrame
    minimum: Minimum
    level: float


def _case(effects: pd.DataFrame, question: str, minimum: Minimum, level: float) -> _Case:
    # Rows are matched by position; a caller's index may repeat after a concat. The attributes are left
    # behind because pandas copies them deeply at every operation.
    listed = effects.reset_index(drop=True)
    listed.attrs = {}
    why = reasons(listed)
    return _Case(question, effects, listed, why, listed[why == ""], minimum, level)


def _attempt(case: _Case) -> tuple[Pooled | None, str | None]:
    refusal = shortfall(case.listed, case.usable, case.minimum)
    if refusal:
        return None, refusal
    pooled = average(case.usable, level=case.level)
    if pooled.df < case.minimum.df:
        return None, (
            f"the estimates that can be averaged are so uneven that the interval would have "
            f"{pooled.df:.1f} degrees of freedom; at least {case.minimum.df:g} are needed"
        )
    if any(check.name == "convergence" and check.status == "failed" for check in pooled.checks):
        return None, "the search for the variances found no solution"
    return pooled, None


def _band(case: _Case) -> str | None:
    asked, bands = asked_for(case.given, "band"), bands_of(case.listed)
    if asked or bands is None:
        return asked or None
    known = bands[bands != NOT_COMPARABLE].unique()
    return str(known[0]) if len(known) == 1 else None


def _finding(case: _Case, *, method: str, weight: np.ndarray | None = None, **fields: Any) -> Answer:
    """What an answer and a refusal have in common."""
    favours = favour(case.listed)
    return Answer(
        question=case.question,
        table=listing(case.listed, level=case.level, weight=weight, why_not=case.why),
        provenance=provenance(
            case.given, method=f"evidence.answer: {method}", options=case.minimum.options(case.level)
        ),
        figure="forest",
        tally=tally(case.listed, favours["favour"]),
        unit=only(case.listed, "unit") or asked_for(case.given, "unit"),
        outcome=only(case.listed, "outcome") or asked_for(case.given, "outcome"),
        band=_band(case),
        n_samples=int(samples_of(case.listed).nunique()),
        **fields,
    )


def _answered(case: _Case, pooled: Pooled) -> Answer:
    weight = np.full(len(case.listed), np.nan)
    weight[case.usable.index] = pooled.table["weight"]
    n = int(samples_of(case.usable).nunique())
    certainty, steps = grade(_grounds(case, pooled, weight, n))
    beside = side_by_side(
        case.usable, minimum_samples=case.minimum.samples, minimum_df=case.minimum.df, level=case.level
    )
    return _finding(
        case,
        method=pooled.provenance.method,
        weight=weight,
        sentence=pooled.sentence,
        checks=(*steps, *pooled.checks, beside, *_notes(case)),
        certainty=certainty,
        headline=pooled.headline,
        rests_on=foundation(case.usable, n),
        pooled=pooled,
        refusal=None,
    )


def _grounds(case: _Case, p: Pooled, weight: np.ndarray, n: int) -> Grounds:
    trials = (
        case.listed["design"].eq("rct") if "design" in case.listed else pd.Series(False, index=case.why.index)
    )
    share = float(np.nansum(weight[trials.to_numpy()]))
    return Grounds(p.low, p.high, p.prediction_low, p.prediction_high, p.i2, n, share)


def _refused(case: _Case, refusal: str) -> Answer:
    counts = tally_sentence(tally(case.listed, favour(case.listed)["favour"]))
    too_few = Check("minimum evidence", "failed", f"No pooled number: {refusal}.")
    notes: tuple[Check, ...] = ()
    if len(case.listed):
        needed = missing(case.listed, case.why, case.minimum)
        notes = (*needed, design_counts(case.listed), *_notes(case))
    return _finding(
        case,
        method="listing and tally, not pooled",
        sentence=f"{refusal_words(refusal)} {counts}".strip(),
        checks=(too_few, *notes),
        certainty="too little to say",
        rests_on=foundation(case.listed, int(samples_of(case.listed).nunique())),
        pooled=None,
        refusal=refusal,
    )


def _notes(case: _Case) -> tuple[Check, ...]:
    notes = list(left_out(case.why))
    n = int(favour(case.listed)["derived"].sum())
    if n:
        words = (
            f"For {count(n, 'estimate')} the study does not state significance; it was derived from the "
            "effect and its standard error (beyond 1.96)."
        )
        notes.append(Check("significance", "informational", words))
    if "se_source" in case.usable:
        derived = int(case.usable["se_source"].astype(str).str.startswith("derived").sum())
        if derived:
            words = f"{count(derived, 'standard error')} of {len(case.usable)} were derived, not reported."
            notes.append(Check("standard errors", "informational", words))
    return tuple(notes)
