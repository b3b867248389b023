"""The effect to expect in one context, or why nothing can be said and what comes nearest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from almpo_kit.evidence.certainty import Grounds, grade
from almpo_kit.evidence.columns import require
from almpo_kit.evidence.comparability import samples_of
from almpo_kit.evidence.kernels.intervals import around
from almpo_kit.evidence.pooling import check_level
from almpo_kit.evidence.prediction.asked import asked_context
from almpo_kit.evidence.prediction.contexts import BETWEEN, WITHIN
from almpo_kit.evidence.prediction.ladder import Model, NotCarried, climb_down
from almpo_kit.evidence.prediction.prediction_cases import FURTHEST, SLACK, Case, case_of, outside, table_of
from almpo_kit.evidence.prediction.prediction_words import (
    abstained_checks,
    abstained_sentence,
    predicted_checks,
    predicted_sentence,
    whose,
    why_not,
)
from almpo_kit.evidence.telling import mixed_money
from almpo_kit.evidence.words import foundation, scale_of, sign_of
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.finding import Certainty, Check, Finding, Headline
from almpo_kit.vocabulary.provenance import provenance

_METHOD = "three-level meta-regression, REML, CR2 with Satterthwaite df, never below the model's errors"


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Prediction(Finding):
    """The effect to expect in ``context``, in ``unit``; or ``refusal``, and then every number is NaN.

    ``mean`` with ``low``, ``high``: the average effect in such contexts, with ``se`` and Satterthwaite's
    ``df``. ``prediction_low``, ``prediction_high``: where the true effect of one such programme is expected;
    the headline shows these. ``distance``: Gower's, to the nearest usable estimate, known also of a refusal
    (NaN where nothing is usable); ``leverage``: of the context over the largest of a studied estimate.
    ``formula``: the model that was carried. ``coefficients``: ``term, estimate, se, df, low, high``; the
    first, "here" or "mean", is the prediction. ``cycle_within``, ``cycle_between``: change per point of
    unemployment over time within a country, and between countries; NaN where not in the model, or on fewer
    than four degrees of freedom. ``se`` is never below the one that the studies' own precision gives.
    """

    context: Mapping[str, str | float]
    refusal: str | None
    mean: float = np.nan
    se: float = np.nan
    df: float = np.nan
    low: float = np.nan
    high: float = np.nan
    prediction_low: float = np.nan
    prediction_high: float = np.nan
    sigma2_between: float = np.nan
    sigma2_within: float = np.nan
    cycle_within: float = np.nan
    cycle_between: float = np.nan
    distance: float = np.nan
    furthest: float = FURTHEST
    leverage: float = np.nan
    formula: str = ""
    coefficients: pd.DataFrame
    n_estimates: int = 0
    n_samples: int = 0
    level: float = 0.95
    unit: str = ""
    outcome: str = ""
    band: str | None = None
    estimand: str = ""

    def metrics(self) -> Mapping[str, float]:
        """The prediction where there is one, and the distance."""
        names = (
            "mean",
            "se",
            "df",
            "low",
            "high",
            "prediction_low",
            "prediction_high",
            "distance",
            "leverage",
        )
        found = {n: float(getattr(self, n)) for n in names}
        return {k: v for k, v in found.items() if np.isfinite(v)} | {"samples": float(self.n_samples)}


def predict(
    effects: pd.DataFrame,
    *,
    programme_type: str,
    target_group: str | None = None,
    band: str | None = None,
    unemployment_rate: float | None = None,
    usual_unemployment_rate: float | None = None,
    place: str | None = None,
    outcome: str = "employment_probability",
    unit: str = "percentage_points",
    formula: str | None = None,
    furthest: float = FURTHEST,
    level: float = 0.95,
) -> Prediction:
    """Predict the effect of a programme in a context from what was found in others, or abstain.

    A three-level meta-regression (REML, CR2, Satterthwaite df) of the comparable estimates of one outcome,
    unit and estimand. Without a ``formula`` the richest model of a ladder that the evidence carries is taken,
    see :mod:`almpo_kit.evidence.prediction.ladder`; each step that it does not carry is told with the reason, and what
    was asked for but is not in the model is a failed check.

    Unemployment enters as the country's mean over its studied estimates and the distance from it (see
    :func:`in_context`), with a coefficient each, so that the cycle within a country is never read off
    differences between countries. Without ``usual_unemployment_rate``, and without a ``place`` that was
    studied, nothing says what is usual: the rate is then left out, which is a failed check. A place is no
    moderator; how many samples come from it is told, and it never makes a prediction more certain.

    It abstains, and says what comes nearest, when

    - fewer than five independent samples, or four degrees of freedom, carry even the plainest model;
    - no comparable estimate has the programme type, group or horizon asked for, or a known unemployment
      rate where one was asked for;
    - the unemployment rate lies outside the studied range;
    - the context is further than ``furthest`` from the nearest comparable estimate: Gower's distance over
      programme, group, horizon, unemployment rate and country, each counting a fifth (a rate by its share
      of the studied range), what was not asked for counting nothing;
    - the model is less certain of the context than of any studied one (leverage
      ``x'(X'WX)⁻¹x`` above the largest of an estimate);
    - no horizon was asked for and the estimates have several.

    Parameters
    ----------
    effects : DataFrame, shape (k, ...)
        An ``effects`` frame, for unemployment as :func:`in_context` returns it.
    programme_type, target_group, band : str
        Words of the vocabulary; None leaves group and horizon open.
    unemployment_rate, usual_unemployment_rate : float, optional
        Per cent.
    place : str, optional
        Country or NUTS code. For a region national moderators are used, which is told as extrapolation.
    outcome, unit : str
    formula : str, optional
        Moderators among those that were asked for, and ``unemployment_rate``, ``unemployment_between``,
        ``unemployment_within``; needs an average (no ``- 1``). Of a programme, group or horizon that stands
        in none of its columns only the estimates asked for are used.
    furthest : float
        Largest distance, 0 to 1.
    level : float
        Coverage of both intervals.

    Returns
    -------
    Prediction
        ``table``: every estimate of the outcome and unit, nearest first, with ``distance``, ``differs`` (in
        what), ``used`` and ``why_not``.

    Raises
    ------
    ParameterError
        A word that the vocabulary does not know; a formula that names what was not asked for.
    DesignError
        Missing or repeated columns, or text where numbers belong.

    References
    ----------
    Pustejovsky and Tipton (2022) Prev. Sci. 23, 425-438. Gower (1971) Biometrics 27, 857-871. Higgins,
    Thompson and Spiegelhalter (2009) J. R. Stat. Soc. A 172, 137-159 (prediction intervals).
    """
    check_level(level)
    if not 0 <= furthest <= 1:
        raise ParameterError(f"furthest is {furthest!r}; give a distance from 0 to 1, e.g. {FURTHEST}")
    asked = asked_context(
        programme_type, target_group, band, unemployment_rate, usual_unemployment_rate, place
    )
    effects = require(effects, ("effect", "se", "programme_type"), "predict")
    case = case_of(effects, asked, outcome, unit, furthest, level)
    refusal = outside(case)
    if refusal:
        return _abstained(case, refusal)
    model, failed = climb_down(asked, case.usable, formula, level)
    if model is None:
        return _abstained(case, why_not(asked, failed), failed)
    if model.leverage > 1 + SLACK:
        words = (
            "the model is less certain of this context than of any that was studied "
            f"(leverage {model.leverage:.2f} of the largest studied)"
        )
        return _abstained(case, words, failed, model.leverage)
    return _predicted(case, model, failed)


def _abstained(
    case: Case, refusal: str, failed: tuple[NotCarried, ...] = (), leverage: float = np.nan
) -> Prediction:
    table = table_of(case, case.listed.index[:0], None)
    return _finding(
        case,
        table=table,
        sentence=abstained_sentence(refusal, table),
        checks=abstained_checks(case.asked, refusal, failed, table, case.why),
        certainty="too little to say",
        rests_on=foundation(case.usable, int(samples_of(case.usable).nunique()))
        if len(case.usable)
        else "no estimate",
        refusal=refusal,
        leverage=leverage,
        coefficients=pd.DataFrame(columns=["term", "estimate", "se", "df", "low", "high"]),
    )


def _predicted(case: Case, model: Model, failed: tuple[NotCarried, ...]) -> Prediction:
    weight = np.full(len(case.listed), np.nan)
    weight[model.rows.index] = model.weight
    checks = predicted_checks(case.asked, model, failed, case.why, case.level)
    certainty, steps = _certainty(case, model, checks)
    a = model.centre
    return _finding(
        case,
        table=table_of(case, model.rows.index, weight),
        sentence=predicted_sentence(case.asked, model, case.outcome, case.unit, case.level),
        checks=(*checks, *whose(case.estimand), *steps),
        certainty=certainty,
        headline=Headline(
            a.mean,
            a.prediction_low,
            a.prediction_high,
            sign_of(case.unit),
            scale_of(case.unit, a.prediction_low, a.prediction_high),
            case.level,
        ),
        rests_on=foundation(model.rows, model.n_samples),
        refusal=None,
        mean=a.mean,
        se=a.se,
        df=a.df,
        low=a.low,
        high=a.high,
        prediction_low=a.prediction_low,
        prediction_high=a.prediction_high,
        sigma2_between=model.fit.between,
        sigma2_within=model.fit.within,
        cycle_within=model.carried(WITHIN),
        cycle_between=model.carried(BETWEEN),
        leverage=model.leverage,
        formula=model.formula,
        coefficients=model.coefficients,
        n_estimates=len(model.rows),
        n_samples=model.n_samples,
    )


def _certainty(case: Case, model: Model, checks: tuple[Check, ...]) -> tuple[Certainty, tuple[Check, ...]]:
    """The rule of an average, and at most "low" where the context is not quite what was studied."""
    m, fit = model.centre, model.fit
    # At 95% whatever level is shown; the ratio of standard errors stays 1, as of every average shown.
    a = around(m.mean, m.se, m.df, fit.between + fit.within, 0.95)
    trials = model.rows["design"].eq("rct") if "design" in model.rows else np.zeros(len(model.rows))
    certainty, steps = grade(
        Grounds(
            low=a.low,
            high=a.high,
            prediction_low=a.prediction_low,
            prediction_high=a.prediction_high,
            i2=model.i2,
            n_samples=model.n_samples,
            randomised=float(model.weight @ np.asarray(trials, dtype=float)),
            df=a.df,
            mixed_money=mixed_money(model.rows),
        )
    )
    stretched = any(c.status == "failed" for c in checks)
    return ("low" if stretched and certainty in ("high", "moderate") else certainty), steps


def _finding(case: Case, **fields: object) -> Prediction:
    options = case.asked.options() | {"outcome": case.outcome, "unit": case.unit}
    options |= {"furthest": case.furthest, "level": case.level}
    return Prediction(
        question=f"What effect to expect from {case.asked.words()}?",
        provenance=provenance(case.given, method=_METHOD, options=options),
        figure="prediction",
        context=case.asked.options(),
        distance=case.distance,
        furthest=case.furthest,
        level=case.level,
        unit=case.unit,
        outcome=case.outcome,
        band=case.asked.band,
        estimand=case.estimand,
        **fields,  # type: ignore[arg-type]
    )
