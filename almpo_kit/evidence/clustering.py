"""Average estimates of which several may come from one sample."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from almpo_kit.evidence.columns import require
from almpo_kit.evidence.comparability import comparable, labels_of
from almpo_kit.evidence.kernels.blocks import Blocks, blocks
from almpo_kit.evidence.kernels.intervals import around, typical_variance
from almpo_kit.evidence.kernels.robust import LARGEST, Robust, cr2
from almpo_kit.evidence.kernels.three_level import Fit, fit, row_weights
from almpo_kit.evidence.listing import listing
from almpo_kit.evidence.pooling import check_level
from almpo_kit.evidence.telling import average_checks, headline, one_band, pooled_sentence, too_thin
from almpo_kit.evidence.words import count, foundation, only
from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.provenance import provenance


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class MultilevelEffect(Finding):
    """A three-level average with cluster-robust inference, in ``unit``.

    ``se``, ``df``, ``low``, ``high``: of the mean, by CR2 and Satterthwaite. ``sigma2_between``,
    ``sigma2_within``: variances between samples and of estimates within a sample. ``prediction_low``,
    ``prediction_high``: where the true effect behind one estimate of a new sample is expected. ``i2`` in
    per cent. ``loglik``: restricted log-likelihood. ``model_se``: standard error if the working model
    were true.
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

    @property
    def judged_df(self) -> float:
        """The degrees of freedom that are judged against the minimum; here those of the interval."""
        return self.df

    def metrics(self) -> Mapping[str, float]:
        """The pooled numbers."""
        names = ("mean", "se", "df", "low", "high", "prediction_low", "prediction_high", "sigma2_between")
        more = ("sigma2_within", "i2", "n_estimates", "n_samples")
        return {n: float(getattr(self, n)) for n in names + more}


def multilevel(effects: pd.DataFrame, *, cluster: str = "sample_id", level: float = 0.95) -> MultilevelEffect:
    """Average the estimates, treating those of one sample as related.

    True effects vary between samples and between the estimates of a sample; the two variances are
    estimated by REML. The standard error is cluster-robust (CR2), so that it holds when sampling errors
    within a sample are correlated as well, with Satterthwaite degrees of freedom.

    Parameters
    ----------
    effects : DataFrame, shape (k, ...)
        An ``effects`` frame, or any frame with ``effect``, ``se`` and ``study_id``; all in one unit.
    cluster : str
        Column that tells independent samples apart. ``sample_id`` falls back to ``study_id`` where blank.
    level : float
        Coverage of both intervals. The prediction interval is
        ``mean ± t · sqrt(sigma2_between + sigma2_within + se²)`` with the same t quantile.

    Returns
    -------
    MultilevelEffect
        Below five samples or four degrees of freedom the numbers are there, but with failed checks,
        without a headline, and with certainty "too little to say".

    Raises
    ------
    DesignError
        Estimates that cannot be averaged (see :func:`pool`), or a single sample.

    References
    ----------
    Konstantopoulos (2011) Res. Synth. Methods 2, 61-76. Pustejovsky and Tipton (2022) Prev. Sci. 23,
    425-438.
    """
    check_level(level)
    effects = require(effects, ("effect", "se"), "multilevel")
    y, v = comparable(effects, "multilevel")
    labels = labels_of(effects, cluster, "multilevel")
    b = blocks(y, v, np.ones((len(y), 1)), pd.factorize(labels)[0])
    if len(b.starts) < 2:
        raise DesignError(
            f"multilevel() got {len(y)} estimates of a single sample ({labels.iloc[0]}), and one sample says "
            "nothing about others; widen the selection, or read the estimates themselves"
        )
    alone = len(b.starts) == len(y)
    # One estimate per sample cannot tell the two variances apart; all of it is between samples then.
    fitted = fit(b, free=(True, not alone))
    return _finding(effects, b, fitted, cr2(b, fitted), level, alone)


def _finding(
    effects: pd.DataFrame, b: Blocks, f: Fit, r: Robust, level: float, alone: bool
) -> MultilevelEffect:
    unit, outcome, band = only(effects, "unit"), only(effects, "outcome"), one_band(effects)
    spread, samples = f.between + f.within, len(b.starts)
    a = around(float(f.beta[0]), float(np.sqrt(r.covariance[0, 0])), float(r.df[0]), spread, level)
    return MultilevelEffect(
        question="What is the average effect?",
        sentence=pooled_sentence(effects, samples, a, a.df, level),
        table=listing(effects, level=level, weight=row_weights(b, f)),
        checks=(*average_checks(effects, samples, a.df, converged=f.converged), *_notes(alone, r)),
        provenance=provenance(
            effects, method="three levels, REML, CR2 with Satterthwaite df", options={"level": level}
        ),
        figure="forest",
        certainty="too little to say" if too_thin(samples, a.df) else None,
        headline=headline(a, samples, a.df, unit, level),
        rests_on=foundation(effects, samples),
        mean=a.mean,
        se=a.se,
        df=a.df,
        low=a.low,
        high=a.high,
        prediction_low=a.prediction_low,
        prediction_high=a.prediction_high,
        sigma2_between=f.between,
        sigma2_within=f.within,
        n_estimates=len(b.y),
        n_samples=samples,
        i2=_i2(b, spread),
        converged=f.converged,
        level=level,
        unit=unit,
        loglik=f.loglik,
        model_se=float(np.sqrt(f.bread[0, 0])),
        outcome=outcome,
        band=band,
    )


def _i2(b: Blocks, spread: float) -> float:
    typical = typical_variance(b.v) * b.scale**2
    return 100 * spread / (spread + typical)


def _notes(alone: bool, r: Robust) -> tuple[Check, ...]:
    notes = []
    if alone:
        words = "Each sample has one estimate; differences within samples cannot be seen and are set to zero."
        notes.append(Check("variance within samples", "informational", words))
    if r.collapsed:
        words = f"{count(r.collapsed, 'sample')} with more than {LARGEST} estimates used the low-rank form of CR2."
        notes.append(Check("large samples", "informational", words))
    return tuple(notes)
