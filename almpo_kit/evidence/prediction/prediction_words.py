"""What is said of a prediction or an abstention, and what is checked."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evidence.certainty import SUSPICIOUS
from almpo_kit.evidence.comparability import samples_of
from almpo_kit.evidence.designs import side_by_side
from almpo_kit.evidence.eligibility import left_out
from almpo_kit.evidence.prediction.asked import Asked
from almpo_kit.evidence.prediction.contexts import BETWEEN, RATE, WITHIN
from almpo_kit.evidence.prediction.ladder import NO_USUAL, Model, NotCarried
from almpo_kit.evidence.refusals import Minimum
from almpo_kit.evidence.telling import FEWEST_DF, FEWEST_SAMPLES, df_words, enough, scope_checks
from almpo_kit.evidence.words import (
    amount,
    band_words,
    count,
    digits,
    listed,
    outcome_words,
    place_words,
    programme_words,
    sign_of,
)
from almpo_kit.vocabulary.estimands import ESTIMANDS
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.programmes import TARGET_GROUPS
from almpo_kit.vocabulary.rendering import interval, number

_ASKED = {"programme_type": "the programme type", "target_group": "the group", "band": "the horizon"}
#: Why an estimate that could be used is not.
NOT_IN_MODEL = "not in the model"
#: How many of the nearest estimates are told in words.
_NEAREST = 3


def why_not(asked: Asked, failed: tuple[NotCarried, ...]) -> str:
    """Why the plainest model is not carried; the others are told in checks."""
    last = failed[-1]
    if last.moderators:
        return f"the evidence does not carry {last.formula}: {last.why}"
    horizon = " at this horizon" if asked.band is not None else ""
    return f"the evidence carries no moderators, nor an average of this programme alone{horizon}: {last.why}"


def predicted_sentence(asked: Asked, model: Model, outcome: str, unit: str, level: float) -> str:
    """``Expect training … to raise the chance of being in work by 3.1 points (95%: …); …``"""
    a = model.centre
    mean = amount(a.mean, a.low, a.high, unit, level)
    places = digits(unit)
    one = (
        f"{number(a.prediction_low, places)} and {number(a.prediction_high, places)} {sign_of(unit)}".strip()
    )
    local = "" if asked.country is None else f" ({_local(asked, model)} from {place_words(asked.country)})"
    return (
        f"For {asked.words()}, {count(model.n_samples, 'independent sample')}{local} suggest an average effect on "
        f"{outcome_words(outcome)} of {mean}; the true effect of one such programme is expected between {one} "
        f"({level:.0%} prediction interval).{_left_out(asked, model)}"
    )


def _left_out(asked: Asked, model: Model) -> str:
    out = _not_in(asked, model)
    if not out:
        return ""
    said = listed(out)
    return f" {said[:1].upper()}{said[1:]} {'play' if len(out) > 1 else 'plays'} no part in it."


def abstained_sentence(refusal: str, table: pd.DataFrame) -> str:
    """``Too little to say: … The nearest …``"""
    near = nearest_words(table, 1)
    return f"Too little to say: {refusal}.{f' The nearest evidence: {near}.' if near else ''}"


def nearest_words(table: pd.DataFrame, n: int = _NEAREST) -> str:
    """The nearest samples, each by its nearest estimate, with its effect; those that can be used first."""
    rows = table.drop_duplicates("sample_id").head(n).to_dict("records")
    return "; ".join(_estimate_words(r) for r in rows)


def _estimate_words(row: Mapping[Hashable, Any]) -> str:
    group = TARGET_GROUPS.get(str(row.get("target_group")), "")
    where = place_words(str(row["country"])) if isinstance(row.get("country"), str) else ""
    unit = str(row.get("unit", ""))
    parts = [
        programme_words(str(row.get("programme_type"))),
        f"for {group}" if group else "",
        band_words(str(row.get("band"))).strip(),
        f"in {where}" if where else "",
    ]
    effect, low, high = (float(row[c]) for c in ("effect", "low", "high"))
    places = digits(unit)
    size = (
        interval(effect, low, high, sign_of(unit), 0.95, places)
        if np.isfinite(low)
        else f"{number(effect, places)} {sign_of(unit)}, no standard error"
    )
    why = str(row["why_not"])
    out = "" if why in ("", NOT_IN_MODEL) else f"; cannot be used: {why}"
    return f"{' '.join(p for p in parts if p)}: {size} (distance {float(row['distance']):.2f}{out})"


def abstained_checks(
    asked: Asked, refusal: str, failed: tuple[NotCarried, ...], table: pd.DataFrame, why: pd.Series
) -> tuple[Check, ...]:
    """The reason, the models that were tried, the nearest evidence, and what cannot be used."""
    first = Check("minimum evidence", "failed", f"No prediction: {refusal}.")
    near = nearest_words(table)
    nearest = (Check("nearest evidence", "informational", f"Nearest: {near}."),) if near else ()
    return (first, *_regional(asked), *_ladder(failed), *nearest, *left_out(why))


def predicted_checks(
    asked: Asked, model: Model, failed: tuple[NotCarried, ...], why: pd.Series, level: float
) -> tuple[Check, ...]:
    """In what the prediction falls short of what was asked, and what it rests on."""
    converged = Check("convergence", "passed", "The search for the variances ended at a solution.")
    taken = Check("model", "informational", f"The model is {model.formula}.")
    return (
        *_dropped(asked, model, failed),
        *_regional(asked),
        *_elsewhere(asked, model),
        *_together(asked, model),
        *scope_checks(model.rows.drop(columns=["horizon_months"], errors="ignore")),
        converged,
        taken,
        *_precision(model),
        *_cycle(model),
        *_ladder(failed),
        _designs(asked, model, level),
        *left_out(why),
    )


def whose(estimand: str) -> tuple[Check, ...]:
    """Whose effect is predicted, where the frame speaks of it."""
    if estimand not in ESTIMANDS:
        return ()
    return (Check("estimand", "informational", f"The effect predicted is that {ESTIMANDS[estimand].whom}."),)


def _designs(asked: Asked, model: Model, level: float) -> Check:
    """Trials and other designs side by side, among the estimates of this programme and horizon."""
    alike = model.rows
    for column in ("programme_type", "band"):
        value = asked.category(column)
        alike = alike if value is None else alike[alike[column].eq(value)]
    told = side_by_side(alike, Minimum(FEWEST_SAMPLES, FEWEST_DF), level)
    return Check(told.name, told.status, f"This programme and horizon alone. {told.sentence}")


def _not_in(asked: Asked, model: Model) -> list[str]:
    """What was asked for and is neither a moderator nor shared by all estimates of the model, in words."""
    out = [
        _ASKED[c]
        for c, v in asked.categories.items()
        if c not in model.moderators and not model.rows[c].eq(v).all()
    ]
    if asked.unemployment_rate is not None and not {RATE, WITHIN} & {*model.moderators}:
        out.append("the unemployment rate")
    return out


def _dropped(asked: Asked, model: Model, failed: tuple[NotCarried, ...]) -> tuple[Check, ...]:
    out, notes = _not_in(asked, model), []
    if out:
        words = f"The evidence does not carry {listed(out)}: the prediction is the same whatever was asked for there."
        notes.append(Check("not carried", "failed", words))
    if any(f.why == NO_USUAL for f in failed):
        words = (
            f"Nothing says whether {number(asked.unemployment_rate or 0.0)}% is high or low there, for the usual rate is "
            "not known, and a difference between countries is not the cycle; the rate is left out. Ask for a country "
            "that was studied, or state usual_unemployment_rate."
        )
        notes.append(Check("usual unemployment", "failed", words))
    return tuple(notes)


def _regional(asked: Asked) -> tuple[Check, ...]:
    if not asked.regional:
        return ()
    words = f"{asked.place} is a region; the studies and their moderators are national, so that this is an extrapolation."
    return (Check("extrapolation", "failed", words),)


def _local(asked: Asked, model: Model) -> int:
    """How many samples are from the country of the place."""
    rows = model.rows
    if asked.country is None or "country" not in rows:
        return 0
    return int(samples_of(rows)[rows["country"].eq(asked.country)].nunique())


def _elsewhere(asked: Asked, model: Model) -> tuple[Check, ...]:
    """How much of it comes from the place, which is no moderator: it says the same of every other one."""
    if asked.country is None:
        return ()
    where, n, total = (
        place_words(asked.country),
        _local(asked, model),
        count(model.n_samples, "independent sample"),
    )
    if n and model.rows["country"].eq(asked.country).all():
        return (Check("local evidence", "passed", f"All {total} are from {where}."),)
    only = ", beyond its usual unemployment," if WITHIN in model.moderators else ""
    if n:
        words = f"{n} of {total} {'is' if n == 1 else 'are'} from {where}; the place itself"
    else:
        words = f"No study from {where} is in the model; everything here comes from elsewhere, and the place itself"
    words += f" is not in the model, which{only} expects the same elsewhere."
    return (Check("local evidence", "failed", words),)


def _together(asked: Asked, model: Model) -> tuple[Check, ...]:
    """Levels studied apart but never together are added up by the model."""
    same = np.logical_and.reduce(
        [np.ones(len(model.rows), bool)]
        + [model.rows[c].eq(v).to_numpy() for c, v in asked.categories.items() if c in model.moderators]
    )
    if same.any():
        return ()
    words = (
        "Nobody studied this programme, group and horizon together; the model adds up what each does apart."
    )
    return (Check("combination", "failed", words),)


def _cycle(model: Model) -> tuple[Check, ...]:
    """The coefficients of unemployment, where they are carried."""
    if RATE in model.moderators:
        words = (
            "The coefficient of unemployment_rate mixes differences between countries with the cycle; name "
            "unemployment_between and unemployment_within to tell them apart."
        )
        return (Check("cycle", "failed", words),)
    rows = {r["term"]: r for r in model.coefficients.to_dict("records")}
    told = {WITHIN: "within a country over time", BETWEEN: "between countries"}
    if any(":" in t and name in t for t in rows for name in told):
        words = "What a point of unemployment changes depends on the moderators it is multiplied with; it is no one number."
        return (Check("cycle", "informational", words),)
    parts = [_slope(rows[t], words) for t, words in told.items() if t in rows]
    if not parts:
        return ()
    words = f"Change of the effect per point of unemployment: {'; '.join(parts)}."
    words += " Only the first is moderation by the cycle." if len(parts) == 2 else ""
    return (Check("cycle", "informational", words),)


def _slope(row: Mapping[Hashable, Any], where: str) -> str:
    if not enough(row["df"]):
        return f"too little to say {where} ({df_words(row['df'])} degrees of freedom)"
    estimate, low, high = (number(float(row[n]), 2) for n in ("estimate", "low", "high"))
    return f"{estimate} ({low} to {high}) {where}"


def _precision(model: Model) -> tuple[Check, ...]:
    """As for an average: samples that agree more closely than their precision explains."""
    if model.narrow >= SUSPICIOUS:
        return ()
    words = (
        "The samples agree more closely than their precision explains, so the interval is the one that the "
        "studies' own precision gives."
    )
    return (Check("precision", "informational", words),)


def _ladder(failed: tuple[NotCarried, ...]) -> tuple[Check, ...]:
    return tuple(
        Check("model not carried", "informational", f"{f.formula} is not carried: {f.why}.") for f in failed
    )
