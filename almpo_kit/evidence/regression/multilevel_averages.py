"""The average of estimates of which several may come from one sample."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from almpo_kit.evidence.comparability import comparable, labels_of
from almpo_kit.evidence.kernels.intervals import around, typical_variance
from almpo_kit.evidence.kernels.robust import LARGEST
from almpo_kit.evidence.kernels.three_level import row_weights
from almpo_kit.evidence.listing import listing
from almpo_kit.evidence.precision import narrow_sentence, precision_check, too_narrow
from almpo_kit.evidence.regression.fitted_models import Assumptions, FittedModel, fit_model, samples_in
from almpo_kit.evidence.regression.moderators import plain
from almpo_kit.evidence.telling import average_checks, headline, one_band, pooled_sentence, too_thin
from almpo_kit.evidence.words import count, foundation, only
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.provenance import provenance

_MODELS = {
    "CHE": "three levels, REML",
    "CORR": "correlated effects, moments",
    "HIER": "hierarchical effects, moments",
}

_WAY_OUT = 'robust="model" takes the errors of that precision.'


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class MultilevelEffect(Finding):
    """A three-level average with cluster-robust inference, in ``unit``.

    ``se``, ``df``, ``low``, ``high``: of the mean, by CR2 and Satterthwaite unless asked otherwise. Where an
    :class:`Answer` shows it, ``se`` is never below ``model_se``.
    ``sigma2_between``, ``sigma2_within``: variances between samples and of estimates within a sample.
    ``prediction_low``, ``prediction_high``: where the true effect behind one estimate of a new sample is
    expected. ``i2`` in per cent. ``loglik``: restricted log-likelihood. ``model_se``: standard error if the
    working model were true. ``fitted``: the model itself, for the verbs that read on.
    """

    mean: float
    se: float
    df: float
    low: float
    high: float
    prediction_low: float
    prediction_high: float
    sigma2_between: float
    sigma2_within: float
    n_estimates: int
    n_samples: int
    i2: float
    converged: bool
    level: float
    unit: str
    loglik: float = np.nan
    model_se: float = np.nan
    outcome: str = ""
    band: str | None = None
    fitted: FittedModel | None = None

    @property
    def judged_df(self) -> float:
        """The Satterthwaite degrees of freedom that are judged against the minimum; those of the interval
        where it is by CR2."""
        return self.df if self.fitted is None else float(self.fitted.judged[0])

    def metrics(self) -> Mapping[str, float]:
        """The pooled numbers."""
        names = ("mean", "se", "df", "low", "high", "prediction_low", "prediction_high", "sigma2_between")
        more = ("sigma2_within", "i2", "n_estimates", "n_samples")
        return {n: float(getattr(self, n)) for n in names + more}


def multilevel_average(
    effects: pd.DataFrame,
    *,
    cluster: str = "sample_id",
    assumed: Assumptions,
    verb: str = "multilevel",
    floored: bool = False,
) -> MultilevelEffect:
    """Average estimates; see :func:`almpo_kit.evidence.multilevel`.

    ``floored``: never narrower than the studies' own precision allows. The standard error is the larger one
    of CR2's and the working model's, as the modified HKSJ interval has it for one estimate per sample; the
    degrees of freedom stay Satterthwaite's. Without it the numbers are the estimator's own, and where it
    falls far below the model's (few samples that happen to agree) they are told without a direction.

    Raises
    ------
    DesignError
        Estimates that cannot be averaged, or a single sample.
    """
    y, v = comparable(effects, verb)
    labels = labels_of(effects, cluster, verb)
    samples_in(labels, verb)
    return _finding(effects, fit_model(effects, y, v, labels, plain(len(y)), assumed), floored)


def _finding(effects: pd.DataFrame, m: FittedModel, floored: bool) -> MultilevelEffect:
    unit, level = only(effects, "unit"), m.assumed.level
    spread, samples, judged = m.fit.between + m.fit.within, len(m.samples), float(m.judged[0])
    robust, model = (float(np.sqrt(c[0, 0])) for c in (m.robust.covariance, m.fit.bread))
    se = max(robust, model) if floored else robust
    narrow = too_narrow(se, model)
    a = around(float(m.beta[0]), se, float(m.robust.df[0]), spread, level)
    typical = typical_variance(m.blocks.v) * m.blocks.scale**2
    return MultilevelEffect(
        question="What is the average effect?",
        sentence=(
            narrow_sentence(effects, samples, a, level)
            if narrow and not too_thin(samples, judged)
            else pooled_sentence(effects, samples, a, judged, level)
        ),
        table=listing(effects, level=level, weight=row_weights(m.blocks, m.fit)),
        checks=(
            *average_checks(effects, samples, judged, converged=m.fit.converged),
            *_precision(robust, model, floored),
            *model_notes(m),
        ),
        provenance=provenance(
            effects,
            method=method_words(m.assumed) + (", never below the model's errors" if floored else ""),
            options=options_of(m.assumed),
        ),
        figure="forest",
        certainty="too little to say" if too_thin(samples, judged) else None,
        headline=None if narrow else headline(a, samples, judged, unit, level),
        rests_on=foundation(effects, samples),
        mean=a.mean,
        se=a.se,
        df=a.df,
        low=a.low,
        high=a.high,
        prediction_low=a.prediction_low,
        prediction_high=a.prediction_high,
        sigma2_between=m.fit.between,
        sigma2_within=m.fit.within,
        n_estimates=len(effects),
        n_samples=samples,
        i2=100 * spread / (spread + typical),
        converged=m.fit.converged,
        level=level,
        unit=unit,
        loglik=m.fit.loglik,
        model_se=model,
        outcome=only(effects, "outcome"),
        band=one_band(effects),
        fitted=m,
    )


def _precision(robust: float, model: float, floored: bool) -> tuple[Check, ...]:
    """What becomes of samples that agree more closely than their precision explains."""
    if not too_narrow(robust, model):
        return ()
    if floored:
        words = (
            "The samples agree more closely than their precision explains, so the interval is the one that the "
            "studies' own precision gives."
        )
        return (Check("precision", "informational", words),)
    return (precision_check(robust, model, "robust", _WAY_OUT),)


def method_words(assumed: Assumptions) -> str:
    """For the provenance: ``three levels, REML, CR2 with Satterthwaite df``."""
    kind = "model-based errors" if assumed.errors == "model" else f"{assumed.errors} with Satterthwaite df"
    rho = f", rho {assumed.rho:g}" if assumed.rho and assumed.working != "HIER" else ""
    return f"{_MODELS[assumed.working]}{rho}, {kind}"


def options_of(assumed: Assumptions) -> dict[str, object]:
    """For the provenance; HIER knows no correlation of sampling errors."""
    rho = {} if assumed.working == "HIER" else {"rho": float(assumed.rho)}
    return {"level": assumed.level, "working": assumed.working, **rho, "robust": assumed.errors}


def model_notes(m: FittedModel) -> tuple[Check, ...]:
    """What the shape of the data made of the model."""
    notes = []
    if m.alone:
        words = "Each sample has one estimate; differences within samples cannot be seen and are set to zero."
        notes.append(Check("variance within samples", "informational", words))
    if m.robust.collapsed:
        words = (
            f"{count(m.robust.collapsed, 'sample')} with more than {LARGEST} estimates used the low-rank form of "
            "CR2."
        )
        notes.append(Check("large samples", "informational", words))
    if m.assumed.errors == "model":
        words = "The standard errors are right only if the working model is; CR2 does not need that."
        notes.append(Check("standard errors of the model", "informational", words))
    return tuple(notes)
