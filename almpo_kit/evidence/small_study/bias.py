"""Small-study and publication bias in one look: how far would the conclusion move."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from almpo_kit.evidence.designs import Pooled
from almpo_kit.evidence.pooling import check_level
from almpo_kit.evidence.small_study.adjustments import CORRELATION, Adjustment, adjustments, as_table
from almpo_kit.evidence.small_study.estimates import (
    FEWEST_FOR_TESTS,
    Estimates,
    Side,
    read,
    side_checks,
    test_checks,
)
from almpo_kit.evidence.small_study.findings import SmallStudyFinding, Span, p_words, scope, shared, subject
from almpo_kit.evidence.small_study.funnel import as_span, unadjusted
from almpo_kit.evidence.telling import too_thin
from almpo_kit.evidence.words import amount, count, digits, listed, only, sign_of
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number

_CALLED = {"trim_and_fill": "trim and fill", "selection_model": "the selection model"}
_METHOD = "funnel, Egger, PET-PEESE, trim and fill, step selection, worst case"


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Bias(SmallStudyFinding):
    """All methods side by side.

    ``table``: one row a method with ``key, method, kind, estimate, low, high, df, statistic, statistic_is,
    p, assumes, why`` (why a number is missing), ``own_estimate, own_low, own_high`` (the same estimator and kind
    of interval without the adjustment), ``shift`` (adjusted minus that) and ``conclusion`` (against that, so that
    another kind of interval never reads as bias). ``mean``, ``low``, ``high``: as published, the average and
    interval of an :class:`Answer` on the same estimates. ``lowest``, ``highest``: range of the adjusted averages.
    ``s_value``, ``s_value_limit``: see :class:`WorstCase`. ``moved``: methods under which the conclusion is
    another, of ``adjusted``. ``refusal``: why there is nothing to say, or None.
    """

    mean: float = np.nan
    low: float = np.nan
    high: float = np.nan
    lowest: float = np.nan
    highest: float = np.nan
    worst: float = np.nan
    s_value: float = np.nan
    moved: int = 0
    adjusted: int = 0
    refusal: str | None = None

    def metrics(self) -> Mapping[str, float]:
        """As published, the range of the adjusted averages, the worst case and the S-value."""
        names = ("mean", "low", "high", "lowest", "highest", "worst", "s_value", "moved", "adjusted")
        return {n: float(v) for n in names if np.isfinite(v := getattr(self, n))}


def bias(
    effects: pd.DataFrame,
    *,
    cluster: str = "sample_id",
    favourable: Side | None = None,
    level: float = 0.95,
) -> Bias:
    """Say how far small-study and publication bias could move the conclusion.

    Runs :func:`egger`, :func:`pet_peese`, :func:`trim_and_fill`, :func:`selection_model` and
    :func:`worst_case` beside the average that an answer gives. A method that cannot answer says why in its row and
    stops no other. No method is right; where all agree the conclusion does not hang on which one is.

    Parameters
    ----------
    effects : DataFrame, shape (k, ...)
        An ``effects`` frame, or any frame with ``effect``, ``se`` and ``study_id``; all in one unit.
    cluster : str
        Column that tells independent samples apart.
    favourable : {"positive", "negative"}, optional
        The side that is good for the person; by default what the outcome says, otherwise the side of the
        average.
    level : float
        Coverage of the intervals.

    Returns
    -------
    Bias
        Below five independent samples or four degrees of freedom: no number, and the reason (``refusal``).
        Below ten samples: averages, but no test is interpreted.

    Raises
    ------
    DesignError
        Estimates that cannot be averaged (see :func:`almpo_kit.evidence.pool`).

    References
    ----------
    Sterne et al. (2011) BMJ 343, d4002. Carter, Schönbrodt, Gervais and Hilgard (2019) Adv. Methods Pract.
    Psychol. Sci. 2, 115-144 (no method is best everywhere, so several are shown).
    """
    check_level(level)
    e = read(effects, "bias", favourable=favourable, cluster=cluster, fewest=1)
    published = unadjusted(e, level)
    thin = _thinness(e, published)
    if published is None or thin:
        return _refused(e, thin, level)
    centre = as_span(published)
    options = {"cluster": cluster, "favourable": favourable or _side(e), "level": level}
    rows = adjustments(e, centre, options)
    return _finding(e, centre, rows, level)


def _thinness(e: Estimates, published: Pooled | None) -> str:
    if published is not None and any(c.name == "convergence" for c in published.failed):
        return "the search for the variances found no solution"
    return too_thin(e.n_samples, published.judged_df if published else 0.0)


def _side(e: Estimates) -> Side:
    return "positive" if e.favourable > 0 else "negative"


def _refused(e: Estimates, thin: str, level: float) -> Bias:
    words = f"Too little to say: {thin}, and bias cannot be told from chance with so few."
    return Bias(
        question="How far could publication bias move the conclusion?",
        sentence=words,
        table=_told((), e),
        checks=scope(e),
        figure="bias",
        certainty="too little to say",
        refusal=thin,
        **shared(e, level, _METHOD),
    )


def _finding(e: Estimates, centre: Span, rows: tuple[Adjustment, ...], level: float) -> Bias:
    table = _told(rows, e)
    adjusted = table[table["kind"].eq("adjusted") & table["estimate"].notna()]
    worst = table[table["kind"].eq("worst case")].iloc[0]
    moved = int(adjusted["conclusion"].ne("holds").sum())
    return Bias(
        question="How far could publication bias move the conclusion?",
        sentence=_sentence(e, centre, adjusted, worst, rows, level),
        table=table,
        checks=_carried(
            rows,
            (
                *test_checks(e),
                *_asymmetry(rows, e, level),
                *_missing(rows),
                *_combined(e),
                *side_checks(e),
                *scope(e),
            ),
        ),
        figure="bias",
        mean=centre.estimate,
        low=centre.low,
        high=centre.high,
        lowest=float(adjusted["estimate"].min()) if len(adjusted) else np.nan,
        highest=float(adjusted["estimate"].max()) if len(adjusted) else np.nan,
        worst=float(worst["estimate"]),
        s_value=float(worst["statistic"]),
        moved=moved,
        adjusted=len(adjusted),
        **shared(e, level, _METHOD),
    )


def _told(rows: tuple[Adjustment, ...], e: Estimates) -> pd.DataFrame:
    """The rows with how far each moves the average, and what becomes of the conclusion."""
    blank = Adjustment("", "", "", "")
    table = as_table(rows or (blank,)).iloc[: len(rows)]
    shift = [r.estimate - r.own.estimate if r.own else np.nan for r in rows]
    said = [_conclusion(r, e) for r in rows]
    return table.assign(shift=np.array(shift, dtype=float), conclusion=said)


def _verdict(low: float, high: float) -> int:
    return 1 if low > 0 else -1 if high < 0 else 0


def _conclusion(r: Adjustment, e: Estimates) -> str:
    """``holds``, ``no longer clear``, ``reversed``, ``now (un)favourable``; "" where there is no average."""
    if not r.shown or r.own is None:
        return ""
    before, after = _verdict(r.own.low, r.own.high), _verdict(r.low, r.high)
    if before == after:
        return "holds"
    if before == 0 and not e.known:
        return f"now {'above' if after > 0 else 'below'} zero"
    if before == 0:
        return f"now {'favourable' if after == e.favourable else 'unfavourable'}"
    return "no longer clear" if after == 0 else "reversed"


def _sentence(
    e: Estimates,
    centre: Span,
    adjusted: pd.DataFrame,
    worst: pd.Series,
    rows: tuple[Adjustment, ...],
    level: float,
) -> str:
    unit = only(e.frame, "unit")
    head = f"As published, {subject(e)} is {centre.words(unit, level)}"
    clause = next((r.clause for r in rows if r.clause), "")
    last = clause or _worst_words(worst, unit, level, e.known)
    parts = [head, _range_words(adjusted, unit), last, _few_words(e)]
    return f"{'; '.join(p for p in parts if p)}."


def _range_words(adjusted: pd.DataFrame, unit: str) -> str:
    if adjusted.empty:
        return "no method could adjust it"
    places = digits(unit)
    low, high = (number(x, places) for x in (adjusted["estimate"].min(), adjusted["estimate"].max()))
    between = f"between {low} and {high}" if low != high else f"at {low}"
    head = f"adjusted for bias it lies {between} {sign_of(unit)}".strip()
    head += f" ({count(len(adjusted), 'method')})"
    other = adjusted[adjusted["conclusion"].ne("holds")]
    if other.empty:
        return f"{head} and the conclusion stays the same"
    called = other["key"].map(_CALLED).fillna(other["method"])
    groups = called.groupby(other["conclusion"], sort=True)
    return f"{head} and the conclusion is {listed(f'{c} by {listed(m)}' for c, m in groups)}"


def _worst_words(worst: pd.Series, unit: str, level: float, known: bool) -> str:
    if np.isfinite(worst["estimate"]):
        said = amount(worst["estimate"], worst["low"], worst["high"], unit, level)
        which = "favourable" if known else "on the side of the average"
        return f"results that are not both significant and {which} give {said} by themselves"
    return ""


def _few_words(e: Estimates) -> str:
    if e.n_samples >= FEWEST_FOR_TESTS:
        return ""
    return f"with only {count(e.n_samples, 'independent sample')} this is a rough guide, and no test is interpreted"


def _asymmetry(rows: tuple[Adjustment, ...], e: Estimates, level: float) -> tuple[Check, ...]:
    p = next((r.p for r in rows if r.key == "egger"), np.nan)
    if not np.isfinite(p):
        return ()
    if p < 1 - level:
        slope = next(r.statistic for r in rows if r.key == "egger")
        kind = ("more" if slope * e.favourable > 0 else "less") + " favourable" if e.known else "other"
        words = f"Less precise studies find {kind} effects than precise ones (Egger, {p_words(p)})."
        return (Check("asymmetry", "failed", words),)
    words = f"Less precise studies do not clearly find other effects than precise ones (Egger, {p_words(p)})."
    return (Check("asymmetry", "passed", words),)


def _carried(rows: tuple[Adjustment, ...], own: tuple[Check, ...]) -> tuple[Check, ...]:
    """The checks with what failed inside the methods, once each."""
    told = {c.sentence for c in own}
    more = [
        Check(f"{r.key}: {c.name}", "failed", f"{r.method}. {c.sentence}")
        for r in rows
        for c in r.failed
        if c.sentence not in told
    ]
    return (*own, *more)


def _missing(rows: tuple[Adjustment, ...]) -> tuple[Check, ...]:
    return tuple(
        Check(f"no number: {r.key}", "informational", f"{r.method} gives no number: {r.why}.")
        for r in rows
        if r.why and r.kind in ("adjusted", "worst case")
    )


def _combined(e: Estimates) -> tuple[Check, ...]:
    if e.alone:
        return ()
    words = (
        f"{count(len(e.y), 'estimate')} come from {count(e.n_samples, 'sample')}. The regressions and the worst case "
        f"allow for it; trim and fill averages each sample's estimates (correlation {CORRELATION:g}); the selection "
        "model allows for it in its standard error only."
    )
    return (Check("several estimates of a sample", "informational", words),)
