"""Average estimates of which each comes from its own sample."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from almpo_kit.evidence.columns import require
from almpo_kit.evidence.comparability import comparable, labels_of
from almpo_kit.evidence.kernels.blocks import Floats, blocks
from almpo_kit.evidence.kernels.intervals import (
    INTERVALS,
    Average,
    Heterogeneity,
    Interval,
    Range,
    average,
    heterogeneity,
    i2_of,
    q_profile,
    typical_variance,
)
from almpo_kit.evidence.kernels.robust import cr2
from almpo_kit.evidence.kernels.tau2 import METAFOR_STOP, METHODS, Tau2, between
from almpo_kit.evidence.kernels.three_level import fit
from almpo_kit.evidence.listing import listing
from almpo_kit.evidence.precision import narrow_sentence, precision_check, too_narrow
from almpo_kit.evidence.telling import average_checks, headline, one_band, pooled_sentence, too_thin
from almpo_kit.evidence.words import count, foundation, only
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.provenance import provenance

_WAY_OUT = 'interval="hksj_modified" is never narrower than the studies\' own precision.'


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class PooledEffect(Finding):
    """A random-effects average of ``k`` independent estimates, in ``unit``.

    ``se``, ``df`` (infinite for Wald), ``low``, ``high``: of the mean. ``prediction_low``,
    ``prediction_high``: where the true effect of a new study is expected. ``tau2``: variance between
    studies. ``q``, ``q_df``, ``q_p``: test that all true effects are one. ``i2`` in per cent, ``h2``.
    ``tau2_low``, ``tau2_high`` and the same of ``i2`` and ``h2``: Q-profile intervals at ``level``, which do
    not depend on ``method``; NaN where no variance at all is compatible with estimates so alike.

    ``judged_df``: Satterthwaite degrees of freedom of the same estimates. ``df`` is the interval's, k − 1
    however unequal the weights; this one says how many samples really carry the average. Below 4, or
    below five samples, the numbers are there but there is no headline and certainty is "too little to say".

    ``model_se``: standard error if the model were true. Where ``hksj`` puts ``se`` far below it (few studies
    that happen to agree), there is no headline either and the sentence claims no direction.
    """

    mean: float
    se: float
    low: float
    high: float
    df: float
    tau2: float
    i2: float
    h2: float
    q: float
    q_df: int
    q_p: float
    prediction_low: float
    prediction_high: float
    k: int
    method: str
    interval: str
    level: float
    unit: str
    outcome: str = ""
    band: str | None = None
    judged_df: float = np.nan
    tau2_low: float = np.nan
    tau2_high: float = np.nan
    i2_low: float = np.nan
    i2_high: float = np.nan
    h2_low: float = np.nan
    h2_high: float = np.nan
    model_se: float = np.nan

    def metrics(self) -> Mapping[str, float]:
        """The pooled numbers."""
        names = ("mean", "se", "low", "high", "tau2", "i2", "q", "prediction_low", "prediction_high", "k")
        return {name: float(getattr(self, name)) for name in names}


def pool(
    effects: pd.DataFrame,
    *,
    method: Tau2 = "REML",
    interval: Interval = "hksj",
    level: float = 0.95,
    threshold: float | None = METAFOR_STOP,
) -> PooledEffect:
    """Average the estimates, allowing true effects to differ between studies.

    Parameters
    ----------
    effects : DataFrame, shape (k, ...)
        An ``effects`` frame, or any frame with ``effect``, ``se`` and ``study_id``; one estimate per
        sample, all in one unit.
    method : {"REML", "DL", "PM", "ML", "HE", "SJ", "EB", "FE"}
        Estimator of the variance between studies. ``FE`` takes it to be zero: one common effect, and a
        prediction interval that is the confidence interval; a failed check says so where they differ.
    interval : {"hksj", "hksj_modified", "wald"}
        ``hksj``: t with k − 1 degrees of freedom, variance rescaled by the observed spread;
        ``hksj_modified``: the same, but never narrower than Wald's standard error allows; ``wald``:
        normal. The prediction interval uses the same quantile and standard error:
        ``mean ± quantile · sqrt(tau2 + se²)``.
    level : float
        Coverage of both intervals, between 0 and 1.
    threshold : float or None
        REML and ML stop at the first step that changes ``tau2`` by no more, as metafor does, so that
        results agree with published ones. The step is in the square of the effects' unit; where it
        would stop more than 0.1% short of the top of the likelihood (small units), and with None, the
        search goes to the top.

    Returns
    -------
    PooledEffect

    Raises
    ------
    DesignError
        Missing or repeated columns, text where numbers belong; an estimate of no known sample; mixed units, outcomes, comparators or horizon bands; estimates that count the subsidised job
        among others; fewer than two estimates; several estimates of one sample (use
        :func:`multilevel`); a standard error that is missing, zero, negative or infinite.
    ParameterError
        An unknown method or interval, or a level outside 0 to 1.

    References
    ----------
    Viechtbauer (2005) J. Educ. Behav. Stat. 30, 261-293. Hartung and Knapp (2001) Stat. Med. 20,
    3875-3889. Viechtbauer (2007) Stat. Med. 26, 37-52.
    """
    _options(method, interval, level)
    effects = require(effects, ("effect", "se"), "pool")
    y, v = comparable(effects, "pool")
    _independent(labels_of(effects, "sample_id", "pool"))
    # In units of a typical standard error, so that one tolerance serves euros and shares alike.
    unit = float(np.sqrt(np.median(v)))
    z, u = y / unit, v / unit**2
    found = between(z, u, method, None if threshold is None else threshold / unit**2)
    centre = average(z, u, found.tau2, interval, level)
    weight = 1.0 / (u + found.tau2)
    return _finding(
        effects,
        centre=_in_unit(centre, unit),
        spread=heterogeneity(z, u, None if method == "FE" else found.tau2),
        tau2=found.tau2 * unit**2,
        likely=_profile(z, u, unit, level),
        converged=found.converged,
        judged_df=_judged_df(z, u, common=method == "FE"),
        weight=weight / weight.sum(),
        model_se=unit / float(np.sqrt(weight.sum())),
        method=method,
        interval=interval,
        level=level,
    )


def _options(method: str, interval: str, level: float) -> None:
    if method not in METHODS:
        raise ParameterError(f"unknown method {method!r}; choose from {', '.join(METHODS)}")
    if interval not in INTERVALS:
        raise ParameterError(f"unknown interval {interval!r}; choose from {', '.join(INTERVALS)}")
    check_level(level)


def check_level(level: float) -> None:
    """Refuse a level that is no probability."""
    if not 0 < level < 1:
        raise ParameterError(f"level is {level!r}; give a number between 0 and 1, e.g. 0.95")


def _independent(samples: pd.Series) -> None:
    repeated = samples.value_counts()
    repeated = repeated[repeated > 1]
    if len(repeated):
        raise DesignError(
            f"pool() got several estimates of one sample ({repeated.index[0]}: {repeated.iloc[0]}; "
            f"{count(len(repeated), 'such sample')}), which are not independent; use multilevel(effects)"
        )


def _judged_df(y: Floats, v: Floats, *, common: bool) -> float:
    """Satterthwaite degrees of freedom of the same estimates, by REML (or one common effect) and CR2.

    k - 1 counts studies however little they weigh; this counts those that carry weight.
    """
    alone = blocks(y, v, np.ones((len(y), 1)), np.arange(len(y)))
    return float(cr2(alone, fit(alone, free=(not common, False))).df[0])


def _profile(y: Floats, v: Floats, unit: float, level: float) -> dict[str, Range]:
    """Q-profile intervals of the variance between studies, of I² and of H², in the caller's unit."""
    found, typical = q_profile(y, v, level), typical_variance(v)
    return {
        "tau2": Range(found.low * unit**2, found.high * unit**2),
        "i2": Range(i2_of(found.low, typical), i2_of(found.high, typical)),
        "h2": Range(1 + found.low / typical, 1 + found.high / typical),
    }


def _spread_checks(likely: Range, method: str, level: float) -> tuple[Check, ...]:
    """What the interval of the variance says that the variance itself does not."""
    if np.isnan(likely.low):
        words = (
            "The estimates agree more closely than their standard errors allow, whatever the variance between "
            f"studies, so it has no interval at {level:.0%}; standard errors that are too large, or estimates "
            "that are not independent, would explain it."
        )
        return (Check("variance between studies", "informational", words),)
    if method == "FE" and likely.low > 0:
        words = (
            "One common effect was assumed, and the estimates differ by more than chance explains; the "
            'interval is too narrow. Allow true effects to differ: method="REML".'
        )
        return (Check("one common effect", "failed", words),)
    return ()


def _in_unit(a: Average, unit: float) -> Average:
    scaled = (a.low, a.high, a.prediction_low, a.prediction_high)
    return Average(a.mean * unit, a.se * unit, a.df, *(x * unit for x in scaled))


def _finding(
    effects: pd.DataFrame,
    *,
    centre: Average,
    spread: Heterogeneity,
    tau2: float,
    likely: dict[str, Range],
    converged: bool,
    judged_df: float,
    weight: np.ndarray,
    model_se: float,
    method: str,
    interval: str,
    level: float,
) -> PooledEffect:
    unit, outcome, band = only(effects, "unit"), only(effects, "outcome"), one_band(effects)
    k = len(effects)
    narrow = too_narrow(centre.se, model_se)
    return PooledEffect(
        question="What is the average effect?",
        sentence=(
            narrow_sentence(effects, k, centre, level)
            if narrow and not too_thin(k, judged_df)
            else pooled_sentence(effects, k, centre, judged_df, level)
        ),
        table=listing(effects, level=level, weight=weight),
        checks=(
            *average_checks(effects, k, judged_df, converged=converged),
            *_spread_checks(likely["tau2"], method, level),
            *([precision_check(centre.se, model_se, "rescaled", _WAY_OUT)] if narrow else []),
        ),
        provenance=provenance(
            effects,
            method=f"{'one common effect' if method == 'FE' else 'random effects'}, {method}, {interval}",
            options={"level": level},
        ),
        figure="forest",
        certainty="too little to say" if too_thin(k, judged_df) else None,
        headline=None if narrow else headline(centre, k, judged_df, unit, level),
        rests_on=foundation(effects, k),
        mean=centre.mean,
        se=centre.se,
        low=centre.low,
        high=centre.high,
        df=centre.df,
        tau2=tau2,
        i2=spread.i2,
        h2=spread.h2,
        q=spread.q,
        q_df=spread.df,
        q_p=spread.p,
        prediction_low=centre.prediction_low,
        prediction_high=centre.prediction_high,
        k=k,
        method=method,
        interval=interval,
        level=level,
        unit=unit,
        outcome=outcome,
        band=band,
        judged_df=judged_df,
        model_se=model_se,
        **{f"{name}_low": r.low for name, r in likely.items()},
        **{f"{name}_high": r.high for name, r in likely.items()},
    )
