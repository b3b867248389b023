"""Answer one question with what the evidence base holds, or say why it cannot be answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evidence.certainty import Grounds, grade
from almpo_kit.evidence.columns import one_question, require
from almpo_kit.evidence.comparability import bands_of, n_samples
from almpo_kit.evidence.designs import Known, Pooled, average, design_counts, side_by_side
from almpo_kit.evidence.eligibility import left_out, reasons, within_one_estimand
from almpo_kit.evidence.kernels.intervals import around
from almpo_kit.evidence.listing import listing
from almpo_kit.evidence.plain_frames import free, plain
from almpo_kit.evidence.pooling import check_level
from almpo_kit.evidence.refusals import Minimum, missing, refusal_words, shortfall, too_few_df
from almpo_kit.evidence.regression.clustering import MultilevelEffect
from almpo_kit.evidence.selection import asked_for
from almpo_kit.evidence.strata import strata
from almpo_kit.evidence.tally import favour, tally, tally_sentence
from almpo_kit.evidence.telling import enough, mixed_money
from almpo_kit.evidence.words import count, foundation, only
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.horizons import NOT_COMPARABLE
from almpo_kit.vocabulary.provenance import provenance


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Answer(Finding):
    """What the evidence says to one question.

    ``pooled`` is None and ``refusal`` says why where the evidence is too thin for a number. ``tally``
    counts estimates and samples by direction, of all that are listed. ``table`` lists every estimate,
    used or not. Where degrees of freedom are told or tracked they are ``pooled.judged_df``, Satterthwaite's,
    also where the interval itself uses k − 1.

    ``estimand``: whose effect the average is ("" when the frame does not say); ``strata`` has a row for
    each estimand with its own average or the reason why there is none, see
    :func:`~almpo_kit.evidence.strata.strata`.
    """

    pooled: Pooled | None
    refusal: str | None
    tally: pd.DataFrame
    unit: str
    outcome: str
    band: str | None
    n_samples: int = 0
    estimand: str = ""
    strata: pd.DataFrame = field(default_factory=pd.DataFrame)

    def metrics(self) -> Mapping[str, float]:
        """The pooled numbers where there are any, and how many estimates are listed."""
        listed = {"listed_estimates": float(len(self.table)), "listed_samples": float(self.n_samples)}
        if self.pooled is None:
            return listed
        return listed | dict(self.pooled.metrics()) | {"df": self.pooled.judged_df}


def answer(
    effects: pd.DataFrame,
    *,
    question: str,
    minimum_samples: int = 5,
    minimum_df: float = 4.0,
    level: float = 0.95,
) -> Answer:
    """Answer a question with the given estimates.

    Only estimates compared with no programme, of a known sample, with a standard error, a horizon counted
    from entry, and without the subsidised job itself enter an average; the others are listed with the
    reason. A frame without the column ``comparator`` compares with no programme; an empty cell in it is
    not stated.

    Where the frame has a column ``estimand``, the average is taken within the estimand with the most
    independent samples that may enter (ties: ITT, ATT, ATE, LATE, not stated, in this order). The others
    are listed with that reason and told side by side, each with its own average where it carries one.

    Below ``minimum_samples`` independent samples or ``minimum_df`` Satterthwaite degrees of
    freedom there is no average. Lower minima give the number, never a certainty: below five samples or
    four degrees of freedom that stays "too little to say".

    Parameters
    ----------
    effects : DataFrame, shape (k, ...)
        Estimates of one outcome in one unit, as :func:`select` chooses them; possibly none.
    question : str
        As a person would ask it.
    minimum_samples : int
        Fewest independent samples for a pooled number.
    minimum_df : float
        Fewest Satterthwaite degrees of freedom, also where each sample has one estimate.
    level : float
        Coverage of the intervals. Certainty always reads the 95% intervals.

    Returns
    -------
    Answer

    Raises
    ------
    DesignError
        Several outcomes or units: these are several questions. Missing or repeated columns, or text where
        numbers belong.
    """
    check_level(level)
    effects = require(effects, ("effect", "se"), "answer")
    one_question(effects)
    case = _case(effects, question, Minimum(minimum_samples, minimum_df), level)
    found = _attempt(case)
    return _refused(case, found) if isinstance(found, _Refusal) else _answered(case, found)


@dataclass(frozen=True)
class _Case:
    """One question with its estimates: as ``given`` (with their provenance), by position as ``rows`` and, only
    what is read of them again and again, as ``listed``, ``why`` each may not be averaged, and those that may,
    ``usable``, which are of one ``estimand``; ``of_any`` are those that may whatever their estimand."""

    question: str
    given: pd.DataFrame
    rows: pd.DataFrame
    listed: pd.DataFrame
    why: pd.Series
    usable: pd.DataFrame
    of_any: pd.DataFrame
    estimand: str
    minimum: Minimum
    level: float

    @cached_property
    def favours(self) -> pd.DataFrame:
        """Favour of each estimate that is listed."""
        return favour(self.listed)

    @cached_property
    def tally(self) -> pd.DataFrame:
        """Estimates and samples that are listed, by direction."""
        return tally(self.listed, self.favours["favour"])

    @cached_property
    def n_samples(self) -> int:
        """Independent samples that are listed."""
        return n_samples(self.listed)


@dataclass(frozen=True)
class _Refusal:
    """Why there is no number, and whether it is for want of degrees of freedom."""

    words: str
    uneven: bool = False


def _case(effects: pd.DataFrame, question: str, minimum: Minimum, level: float) -> _Case:
    # Rows are matched by position; a caller's index may repeat after a concat. The attributes are left
    # behind because pandas copies them deeply at every operation.
    rows = effects.reset_index(drop=True)
    rows.attrs = {}
    listed = plain(rows)
    of_any = reasons(listed)
    estimand, why = within_one_estimand(listed, of_any)
    return _Case(
        question=question,
        given=effects,
        rows=rows,
        listed=listed,
        why=why,
        usable=free(listed, why),
        of_any=free(listed, of_any),
        estimand=estimand,
        minimum=minimum,
        level=level,
    )


def _attempt(case: _Case) -> Pooled | _Refusal:
    refusal = shortfall(case.listed, case.usable, case.minimum, of_any=case.of_any)
    if refusal:
        return _Refusal(refusal)
    pooled = average(free(case.rows, case.why), level=case.level)
    if not enough(pooled.judged_df, case.minimum.df):
        return _Refusal(too_few_df(pooled.judged_df, case.minimum), uneven=True)
    if any(check.name == "convergence" and check.status == "failed" for check in pooled.checks):
        return _Refusal("the search for the variances found no solution")
    return pooled


def _band(case: _Case) -> str | None:
    asked, bands = asked_for(case.given, "band") or None, bands_of(case.listed)
    if bands is None or bands.empty:
        return asked
    # What was asked for may have been overwritten since; the horizons themselves have not.
    known = set(bands.tolist()) - {NOT_COMPARABLE}
    if not known and asked == NOT_COMPARABLE:
        return asked
    return str(*known) if len(known) == 1 else None


def _finding(
    case: _Case,
    *,
    method: str,
    checks: tuple[Check, ...],
    weight: np.ndarray | None = None,
    **fields: Any,
) -> Answer:
    """What an answer and a refusal have in common."""
    by_estimand, apart = strata(case.of_any, case.minimum, case.level, _taken(case, fields["pooled"]))
    return Answer(
        question=case.question,
        checks=(*checks, *apart, *_notes(case)),
        table=listing(case.rows, level=case.level, weight=weight, why_not=case.why, read=case.listed),
        provenance=provenance(
            case.given, method=f"evidence.answer: {method}", options=case.minimum.options(case.level)
        ),
        figure="forest",
        tally=case.tally,
        unit=only(case.listed, "unit") or asked_for(case.given, "unit"),
        outcome=only(case.listed, "outcome") or asked_for(case.given, "outcome"),
        band=_band(case),
        n_samples=case.n_samples,
        estimand=case.estimand,
        strata=by_estimand,
        **fields,
    )


def _taken(case: _Case, pooled: Pooled | None) -> Known:
    """The answer's own average with its rows, which need not be taken again for a part that is all of them."""
    return None if pooled is None else (case.usable.index, pooled)


def _answered(case: _Case, pooled: Pooled) -> Answer:
    weight = np.full(len(case.listed), np.nan)
    weight[case.usable.index] = pooled.table["weight"]
    n = n_samples(case.usable)
    certainty, steps = grade(_grounds(case, pooled, weight, n))
    beside = side_by_side(case.of_any, case.minimum, case.level, _taken(case, pooled))
    return _finding(
        case,
        method=pooled.provenance.method,
        weight=weight,
        sentence=pooled.sentence,
        checks=(*steps, *(c for c in pooled.checks if c.name != "money"), beside),
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
    # The ratio of standard errors stays 1: no average that is shown is narrower than the model's.
    spread = p.sigma2_between + p.sigma2_within if isinstance(p, MultilevelEffect) else p.tau2
    # At 95% whatever level is shown: certainty must not depend on how wide an interval is drawn.
    a = around(p.mean, p.se, p.df, spread, 0.95)
    return Grounds(
        low=a.low,
        high=a.high,
        prediction_low=a.prediction_low,
        prediction_high=a.prediction_high,
        i2=p.i2,
        n_samples=n,
        randomised=share,
        df=p.judged_df,
        mixed_money=mixed_money(case.usable),
    )


def _refused(case: _Case, refusal: _Refusal) -> Answer:
    counts = tally_sentence(case.tally)
    too_few = Check("minimum evidence", "failed", f"No pooled number: {refusal.words}.")
    notes: tuple[Check, ...] = ()
    if len(case.listed):
        needed = missing(case.listed, case.why, case.minimum, uneven=refusal.uneven)
        notes = (*needed, design_counts(case.listed))
    return _finding(
        case,
        method="listing and tally, not pooled",
        sentence=f"{refusal_words(refusal.words)} {counts}".strip(),
        checks=(too_few, *notes),
        certainty="too little to say",
        rests_on=foundation(case.listed, case.n_samples),
        pooled=None,
        refusal=refusal.words,
    )


def _notes(case: _Case) -> tuple[Check, ...]:
    notes = list(left_out(case.why))
    n = int(case.favours["derived"].sum())
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
