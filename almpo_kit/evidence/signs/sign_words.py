"""What is said of a sign model, and what is checked."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from almpo_kit.evidence.designs import design_counts
from almpo_kit.evidence.regression.moderator_words import level_words, variable_words
from almpo_kit.evidence.signs.sign_cases import CATEGORIES, Case
from almpo_kit.evidence.tally import tally, tally_sentence
from almpo_kit.evidence.words import count, listed
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import interval

#: From about here on the intervals cover what they say.
_MANY = 20


def refused_sentence(case: Case) -> str:
    """``Too little to say: … Of 4 estimates, …``"""
    return f"Too little to say: {case.refusal}. {_counts(case)}".strip()


def _counts(case: Case) -> str:
    """How often results are favourable, and what is not among them because it was set aside."""
    counts = tally_sentence(tally(case.rows, _favours(case)))
    if not case.aside:
        return counts
    return f"{counts} Set aside and not among these: {listed(case.aside)}.".strip()


def _favours(case: Case) -> pd.Series:
    return pd.Series([CATEGORIES[c] for c in case.category], index=case.rows.index, dtype=object)


def model_sentence(case: Case, table: pd.DataFrame, level: float) -> str:
    """How often results are favourable, and which contrasts can be told from none."""
    counts = _counts(case)
    shown = table[table["judged"].eq("") & table["difference"].notna()]
    clear = shown[(shown["low"] > 0) | (shown["high"] < 0)]
    if shown.empty:
        return f"{counts} No comparison has five independent samples on both sides, so none is shown."
    if clear.empty:
        return f"{counts} {_none_clear(len(shown))}"
    parts = "; ".join(_contrast_words(row, level) for row in clear.to_dict("records"))
    more = _others(len(shown), len(shown) - len(clear))
    return f"{counts} In points of the chance of a significantly favourable result: {parts}.{more}"


def _none_clear(shown: int) -> str:
    if shown == 1:
        return "The one comparison shown cannot be told from no difference."
    return f"None of the {shown} comparisons shown can be told from no difference."


def _others(shown: int, unclear: int) -> str:
    if unclear == 0:
        return ""
    who = "The other comparison" if shown == 2 else f"The other {unclear} of {shown} comparisons"
    return f" {who} shown cannot be told from no difference."


def _contrast_words(row: Mapping[Hashable, Any], level: float) -> str:
    variable = str(row["variable"])
    number = interval(row["difference"], row["low"], row["high"], "points", level)
    if not row["against"]:
        return f"{row['label']}, {number}"
    return f"{row['label']} against {level_words(variable, row['against'])} {number}"


def checks_of(case: Case, converged: bool) -> tuple[Check, ...]:
    """Minimum evidence, convergence, separation, and what the numbers mix."""
    if case.refusal:
        first = Check("minimum evidence", "failed", f"No model: {case.refusal}.")
    elif converged:
        first = Check(
            "convergence", "passed", "The search for the most likely coefficients ended at a solution."
        )
    else:
        words = (
            "The search for the coefficients stopped before it found a solution; do not quote these numbers."
        )
        first = Check("convergence", "failed", words)
    perfect = [Check("perfect prediction", "failed", words) for words in case.perfect]
    counts = (design_counts(case.rows),) if len(case.rows) else ()
    return (first, *perfect, *_few(case), *_mixed(case), *_left_out(case), *counts)


def _few(case: Case) -> tuple[Check, ...]:
    """The sandwich leans on many samples; how much it errs with few was simulated (see the tests)."""
    if case.refusal or case.n_samples >= _MANY:
        return ()
    words = (
        f"With {count(case.n_samples, 'independent sample')} the intervals are somewhat too narrow "
        "(ten samples: 93% where they say 95%)."
    )
    return (Check("few samples", "informational", words),)


def _mixed(case: Case) -> tuple[Check, ...]:
    """What the contrasts mix because the formula does not hold it apart."""
    notes = []
    for column, words in (
        ("outcome", "Outcomes are mixed: a favourable result on one is counted like one on another."),
        ("band", "Horizons are mixed, among them those not stated or not counted from entry."),
        (
            "log_n",
            "Sample size is not held apart: larger studies are significant more often at the same effect.",
        ),
    ):
        if column not in case.formula.variables and (
            column != "outcome" or case.rows.get("outcome", pd.Series()).nunique() > 1
        ):
            notes.append(Check(f"mixed: {variable_words(column)}", "informational", words))
    size = "Sign and significance say how often a result is favourable, not how large the effect is."
    notes.append(Check("size", "informational", size))
    if case.derived:
        words = f"For {count(case.derived, 'estimate')} significance was derived from effect and standard error (beyond 1.96)."
        notes.append(Check("significance", "informational", words))
    return tuple(notes)


def _left_out(case: Case) -> tuple[Check, ...]:
    if not case.left_out:
        return ()
    parts = listed(f"{n} ({reason})" for reason, n in case.left_out.items())
    words = f"Estimates left out: {parts}."
    return (Check("left out", "informational", words),)
