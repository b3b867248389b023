"""What is said of an average, and what is checked: enough evidence, one question, one kind of money.

Below five independent samples or four Satterthwaite degrees of freedom an average is told as what it is,
a computation: no headline, no verb that says the programme did something.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from almpo_kit.evidence.comparability import bands_of, estimands_of
from almpo_kit.evidence.kernels.intervals import Average
from almpo_kit.evidence.words import (
    amount,
    band_words,
    count,
    effect_words,
    listed,
    money,
    only,
    outcome_words,
    scale_of,
    sign_of,
)
from almpo_kit.vocabulary.estimands import ESTIMANDS, NOT_STATED
from almpo_kit.vocabulary.finding import Check, Headline

#: Below this many independent samples an average says more about chance than about the programme.
FEWEST_SAMPLES = 5
#: Below this many Satterthwaite degrees of freedom the interval's level cannot be trusted.
FEWEST_DF = 4.0
#: Rounding: five samples of equal precision have exactly four degrees of freedom, up to this.
_SLACK = 1e-6
#: Start years further apart than this are not one year's money.
_YEARS_APART = 3
_COMPARED = {
    "other_programme": "compared with another programme",
    "other_amount": "compared with another amount of the same programme",
}


def enough(df: float, minimum: float = FEWEST_DF) -> bool:
    """Whether the degrees of freedom reach the minimum."""
    return bool(df >= minimum - _SLACK)


def df_words(df: float) -> str:
    """``3.99``: rounded down, so that too few never read as enough."""
    return f"{np.floor((df + _SLACK) * 100) / 100:.2f}"


def too_thin(n: int, df: float) -> str:
    """Why ``n`` samples with ``df`` degrees of freedom are no ground for a conclusion; "" when they are."""
    if n < FEWEST_SAMPLES:
        return f"{count(n, 'independent sample')} measured this; at least {FEWEST_SAMPLES} are needed"
    if not enough(df):
        return f"the average has {df_words(df)} degrees of freedom; at least {FEWEST_DF:g} are needed"
    return ""


def one_band(effects: pd.DataFrame) -> str | None:
    """The horizon band that all estimates share, or None."""
    band = bands_of(effects)
    return None if band is None or band.nunique() != 1 else str(band.iloc[0])


def pooled_sentence(effects: pd.DataFrame, n: int, a: Average, df: float, level: float) -> str:
    """``Across 7 independent samples, training raised … by 2.4 points (95%: 0.6 to 4.2).``

    ``df``: the degrees of freedom that are judged, which may not be those of the interval.
    """
    unit, outcome, scope = only(effects, "unit"), only(effects, "outcome"), _scope(effects)
    what = f"{outcome_words(outcome)}{band_words(one_band(effects))}" if outcome else ""
    number = amount(a.mean, a.low, a.high, unit, level)
    thin = too_thin(n, df)
    if thin:
        of = f" effect on {what}" if what else ""
        return (
            f"Too little to say: {thin}. The computed average{of} is {number}{scope}; "
            "this is a computation, not a conclusion."
        )
    across = f"Across {count(n, 'independent sample')}"
    if not what:
        return f"{across}, the average effect is {number}{scope}."
    programme = only(effects, "programme_type")
    said = effect_words(programme, what, a.mean, a.low, a.high, unit, level, scope)
    return f"{across}, {said}."


def headline(a: Average, n: int, df: float, unit: str, level: float) -> Headline | None:
    """The pooled number on the scale of its unit; None where it is no ground for a conclusion."""
    if too_thin(n, df):
        return None
    return Headline(a.mean, a.low, a.high, sign_of(unit), scale_of(unit, a.low, a.high), level)


def average_checks(effects: pd.DataFrame, n: int, df: float, *, converged: bool) -> tuple[Check, ...]:
    """The checks of any average of ``effects``, which come from ``n`` samples."""
    few = (_convergence(converged), *_few(n), _enough_df(df))
    return (*few, *scope_checks(effects), *_converted(effects))


def _convergence(converged: bool) -> Check:
    if converged:
        return Check("convergence", "passed", "The search for the variances ended at a solution.")
    return Check(
        "convergence",
        "failed",
        "The search for the variances stopped before it found a solution; do not quote this number.",
    )


def _few(n: int) -> tuple[Check, ...]:
    if n >= FEWEST_SAMPLES:
        return ()
    return (
        Check(
            "independent samples",
            "failed",
            f"Only {count(n, 'independent sample')}; below five, an average says more about chance than "
            "about the programme.",
        ),
    )


def _enough_df(df: float) -> Check:
    words = f"The average has {df_words(df)} Satterthwaite degrees of freedom"
    if enough(df):
        return Check("degrees of freedom", "passed", f"{words}.")
    return Check(
        "degrees of freedom",
        "failed",
        f"{words}; below {FEWEST_DF:g} its interval is too narrow too often, so do not rely on it.",
    )


def _one_value(effects: pd.DataFrame, column: str, absent: str) -> str:
    """The value that all rows share (``comparable`` saw to it); ``absent`` when there is no column."""
    return (only(effects, column) or "not_stated") if column in effects else absent


def _scope(effects: pd.DataFrame) -> str:
    """``, for those who took part (ATT)``, ``, compared with another programme`` and the like; "" where
    the frame says nothing of the kind."""
    estimand = _estimand(effects)
    compared = _one_value(effects, "comparator", "no_programme")
    parts = [ESTIMANDS[estimand].whom] if estimand in ESTIMANDS else []
    if compared != "no_programme":
        parts.append(_COMPARED.get(compared, "compared with something that is not stated"))
    if _counts_job(effects):
        parts.append("counting the subsidised job itself")
    return f", {listed(parts)}" if parts else ""


def _estimand(effects: pd.DataFrame) -> str:
    """The estimand that all rows share (``comparable`` saw to it); "" when the frame does not say."""
    estimands = estimands_of(effects)
    return "" if estimands is None or estimands.nunique() != 1 else str(estimands.iloc[0])


def _counts_job(effects: pd.DataFrame) -> bool:
    return "includes_subsidised_job" in effects and bool(
        effects["includes_subsidised_job"].eq("included").any()
    )


def scope_checks(effects: pd.DataFrame) -> tuple[Check, ...]:
    """A failed check for each way in which the average is not the usual question's."""
    notes = []
    compared = _one_value(effects, "comparator", "no_programme")
    if compared != "no_programme":
        words = _COMPARED.get(compared, "compared with something that is not stated")
        words = f"The estimates are {words}; they do not say what the programme does against none at all."
        notes.append(Check("comparator", "failed", words))
    if _counts_job(effects):
        words = "The estimates count the subsidised job itself as being in work, which overstates the effect."
        notes.append(Check("subsidised job", "failed", words))
    if "horizon_months" in effects and effects["horizon_months"].isna().all():
        words = "The horizon is not stated, so effects soon after entry and long after it may be mixed."
        notes.append(Check("horizon", "failed", words))
    if _estimand(effects) == NOT_STATED:
        words = "Nobody says whose effects these are: of an offer, or of taking part. They may not be one question."
        notes.append(Check("estimand", "failed", words))
    mixed = mixed_money(effects)
    return (*notes, Check("money", "failed", mixed)) if mixed else tuple(notes)


def _converted(effects: pd.DataFrame) -> tuple[Check, ...]:
    """A note where effects were converted from another estimand."""
    if "converted_from" not in effects or effects["converted_from"].isna().all():
        return ()
    n = int(effects["converted_from"].notna().sum())
    words = (
        f"{count(n, 'estimate')} of {len(effects)} {'was' if n == 1 else 'were'} converted from another "
        "estimand with the stated take-up, taken as known."
    )
    return (Check("converted", "informational", words),)


def mixed_money(effects: pd.DataFrame) -> str:
    """Why amounts of money cannot be taken for one unit; "" when they can, or are no money."""
    if not money(only(effects, "unit")):
        return ""
    countries = effects["country"].nunique() if "country" in effects else 0
    start = effects["start_year"].dropna() if "start_year" in effects else pd.Series(dtype=float)
    apart = len(start) > 0 and start.max() - start.min() > _YEARS_APART
    from_where = [f"{countries} countries"] if countries > 1 else []
    from_where += [f"programmes begun between {start.min():.0f} and {start.max():.0f}"] if apart else []
    if not from_where:
        return ""
    return (
        f"The amounts come from {listed(from_where)}; nominal amounts of different years or places are not "
        "one unit."
    )
