"""What is checked of a regression."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evidence.comparability import bands_of, samples_of
from almpo_kit.evidence.designs import design_counts
from almpo_kit.evidence.kernels.joint_test import Joint
from almpo_kit.evidence.regression.fitted_models import FittedModel
from almpo_kit.evidence.regression.multilevel_averages import model_notes
from almpo_kit.evidence.regression.regression_sentences import p_words
from almpo_kit.evidence.regression.verdicts import NARROW, flag_of, flag_words
from almpo_kit.evidence.telling import FEWEST_DF, average_checks, df_words, enough
from almpo_kit.evidence.words import count, listed
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number


def regression_checks(
    m: FittedModel, table: pd.DataFrame, whole: Joint, explained: float, left_out: pd.DataFrame
) -> tuple[Check, ...]:
    """The checks of a regression: search, samples, degrees of freedom, what was left out, what may differ."""
    named = set(m.moderators.variables)
    # What the formula explains the effects by may differ, so it is not part of the one question.
    scope = m.effects.drop(columns=[c for c in _scope_columns(named) if c in m.effects])
    usual = average_checks(scope, len(m.samples), np.inf, converged=m.fit.converged)
    return (
        *(c for c in usual if c.name != "degrees of freedom"),
        *_enough_df(m, table),
        *_dropped(left_out, m),
        _omnibus(m, whole),
        _explained(explained),
        *(Check("reading", "informational", note) for note in m.moderators.notes),
        *_interactions(m),
        *_designs(m.effects, named),
        *model_notes(m),
    )


def _scope_columns(named: set[str]) -> set[str]:
    horizon = {"horizon_months", "horizon_from"} if named & {"band", "horizon_months"} else set()
    return (named & {"comparator", "includes_subsidised_job", "estimand"}) | horizon


def _enough_df(m: FittedModel, table: pd.DataFrame) -> tuple[Check, ...]:
    flagged = table.assign(judged=m.judged)[table["flag"] != ""]
    low = flagged[flagged["flag"] != NARROW]
    narrow = flagged[flagged["flag"] == NARROW]
    if low.empty:
        words = f"Every coefficient has at least {FEWEST_DF:g} Satterthwaite degrees of freedom."
        found = Check("degrees of freedom", "passed", words)
    else:
        who = [f"{r['label']}: {_why(r)}" for r in low.head(6).to_dict("records")]
        who += [f"{len(low) - 6} more"] if len(low) > 6 else []
        words = f"{count(len(low), 'coefficient')} of {len(table)} with fewer than {FEWEST_DF:g} degrees of freedom or of one sample, on which nothing is concluded ({'; '.join(who)})."
        if low["flag"].str.startswith("rests").any():
            words += " Merge a category of one sample with another, or leave it out, to test the rest."
        found = Check("degrees of freedom", "failed", words)
    if narrow.empty:
        return (found,)
    words = (
        f"The standard error of {listed(narrow['label'].head(6))} is far below the one that the studies' own "
        "precision gives, because few samples happen to agree closely; no difference is read from it. "
        'robust="model" takes the errors of that precision.'
    )
    return found, Check("precision", "failed", words)


def _why(row: Mapping[Hashable, Any]) -> str:
    flag = str(row["flag"])
    return flag if flag.startswith("rests") else df_words(row["judged"])


def _dropped(left_out: pd.DataFrame, m: FittedModel) -> tuple[Check, ...]:
    if left_out.empty:
        return ()
    lost = samples_of(left_out).nunique() if {"sample_id", "study_id"} & set(left_out.columns) else 0
    why = "a moderator"
    if "horizon_months" in m.moderators.variables and bands_of(left_out) is not None:
        why = "a moderator, or a horizon counted from entry"
    verb = "has" if len(left_out) == 1 else "have"
    words = f"{count(len(left_out), 'estimate')} of {count(int(lost), 'sample')} {verb} no value of {why} and {'is' if len(left_out) == 1 else 'are'} left out."
    return (Check("moderators not known", "informational", words),)


def _omnibus(m: FittedModel, whole: Joint) -> Check:
    what = "All moderators together" if m.moderators.intercept is not None else "All coefficients together"
    contrasts = np.eye(len(m.beta))[list(m.moderators.tested)]
    df, one = m.degrees(contrasts), m.rests_on(contrasts)
    narrow = flag_of(m, contrasts, whole.p) == NARROW
    if one:
        words = f"{what} cannot be tested: some coefficient rests on one sample ({one})."
    elif not enough(df):
        said = f"{df_words(df)} degrees of freedom" if np.isfinite(df) else "no degrees of freedom"
        words = f"{what} cannot be tested: too few samples for the joint test ({said})."
    elif narrow:
        words = f"{what} are not judged: {flag_words(NARROW)}."
    else:
        words = f"{what}: F {number(whole.f, 2)} with {whole.df_num} and {_df(whole.df_den)} degrees of freedom, {p_words(whole.p)}."
    return Check("moderators together", "informational", words)


def _df(df: float) -> str:
    return "infinite" if np.isinf(df) else number(df, 1)


def _explained(explained: float) -> Check:
    if np.isnan(explained):
        words = (
            "Without moderators the estimates do not differ beyond chance, so there is nothing to explain."
        )
    else:
        words = (
            f"The moderators leave {100 - explained:.0f}% of the variance of true effects that a model without "
            f"them finds (they explain {explained:.0f}%; with few samples this share is very uncertain)."
        )
    return Check("variance explained", "informational", words)


def _interactions(m: FittedModel) -> tuple[Check, ...]:
    crossed = [term for term in m.moderators.terms if ":" in term]
    parts = {part for term in crossed for part in term.split(":")}
    if not parts & set(m.moderators.terms):
        return ()
    words = (
        "Where two moderators interact, the coefficient of one alone holds at the reference, or at zero, of the "
        "other."
    )
    return (Check("interactions", "informational", words),)


def _designs(effects: pd.DataFrame, named: set[str]) -> tuple[Check, ...]:
    """Randomised and other designs in one regression: said, and warned of where the formula ignores it."""
    if "design" not in effects:
        return ()
    counts = design_counts(effects)
    randomised = effects["design"].eq("rct")
    if "design" in named or randomised.all() or not randomised.any():
        return (counts,)
    words = (
        f"{counts.sentence} The formula does not tell designs apart, so what it puts down to a moderator may be "
        "a difference of design; add design to it, or fit randomised trials alone."
    )
    return (Check("design", "failed", words),)
