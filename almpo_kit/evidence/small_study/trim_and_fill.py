"""Trim and fill: what the funnel would look like if its thin side were as full as the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd

from almpo_kit.evidence.kernels.blocks import Floats
from almpo_kit.evidence.kernels.intervals import INTERVALS, Interval, average
from almpo_kit.evidence.kernels.tau2 import between
from almpo_kit.evidence.kernels.trim_fill import Filled, thin_side, trim_fill
from almpo_kit.evidence.listing import listing
from almpo_kit.evidence.pooling import check_level
from almpo_kit.evidence.small_study.composites import composite
from almpo_kit.evidence.small_study.estimates import Estimates, Side, read, side_checks, spread_out
from almpo_kit.evidence.small_study.findings import SmallStudyFinding, Span, guarded, scope, shared, subject
from almpo_kit.evidence.small_study.funnel import thinness
from almpo_kit.evidence.words import count, only
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.finding import Check

Estimator = Literal["L0", "R0"]
Model = Literal["random", "common"]
Where = Literal["left", "right"]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class TrimAndFill(SmallStudyFinding):
    """The average with the estimates filled in that a symmetric funnel lacks.

    ``k0`` (standard error ``se_k0``) are missing on ``side``; ``p_k0``: test that none is (R0 only, else
    NaN). ``mean``, ``se``, ``df``, ``low``, ``high``, ``tau2``: with them filled in; ``before``: the same
    average and interval of the estimates alone. ``table`` lists them, then the filled ones (``filled`` is True).
    """

    k0: int
    se_k0: float
    p_k0: float
    side: Where
    mean: float
    se: float
    df: float
    low: float
    high: float
    tau2: float
    estimator: str
    model: str
    before: Span

    def metrics(self) -> Mapping[str, float]:
        """Missing estimates and the mean with them."""
        return {n: float(getattr(self, n)) for n in ("k0", "se_k0", "mean", "se", "low", "high", "tau2")}


def trim_and_fill(
    effects: pd.DataFrame,
    *,
    estimator: Estimator = "L0",
    model: Model = "random",
    interval: Interval = "wald",
    side: Where | None = None,
    combine: float | None = None,
    cluster: str = "sample_id",
    favourable: Side | None = None,
    level: float = 0.95,
) -> TrimAndFill:
    """Fill in the estimates that a symmetric funnel would lack.

    Parameters
    ----------
    effects : DataFrame, shape (k, ...)
        An ``effects`` frame, or any frame with ``effect``, ``se`` and ``study_id``; one estimate per sample,
        all in one unit.
    estimator : {"L0", "R0"}
        Of the number missing. R0 brings a test, L0 holds up better when few are missing.
    model : {"random", "common"}
        Trim and average by a random-effects (REML) or a common-effect mean.
    interval : {"wald", "hksj", "hksj_modified"}
        Of the filled mean (``common`` always uses the normal).
    side : {"left", "right"}, optional
        Where estimates are missing; by default away from where the imprecise ones lie.
    combine : float, optional
        Correlation of sampling errors with which several estimates of a sample are replaced by their mean.
        Without it they are refused.
    cluster : str
        Column that tells independent samples apart.
    favourable : {"positive", "negative"}, optional
        The side that is good for the person; by default what the outcome says.
    level : float
        Coverage of the interval.

    Returns
    -------
    TrimAndFill

    Raises
    ------
    DesignError
        Estimates that cannot be averaged, fewer than five independent samples, several estimates of one
        sample without ``combine``, a count that does not settle.

    References
    ----------
    Duval and Tweedie (2000a) Biometrics 56, 455-463; (2000b) J. Am. Stat. Assoc. 95, 89-98.
    """
    check_level(level)
    _options(estimator, model, interval, side)
    e = _one_each(read(effects, "trim_and_fill", favourable=favourable, cluster=cluster), combine)
    random = model == "random"
    if side is None:
        spread_out(e.se, "trim_and_fill", "standard errors")
    way = {"left": -1, "right": 1}[side] if side else thin_side(e.y, e.v, random=random)
    filled = trim_fill(e.y, e.v, side=way, estimator=estimator, random=random)
    if not filled.converged:
        raise DesignError(
            f"trim_and_fill(estimator={estimator!r}) found no number of missing estimates that holds; "
            f"use estimator={'R0' if estimator == 'L0' else 'L0'!r}, or selection_model(effects)"
        )
    tau2, centre = _average(filled.y, filled.v, random, interval, level)
    before = _average(e.y, e.v, random, interval, level)[1]
    return _finding(e, filled, tau2, (before, centre), estimator, model, combine, level)


def _options(estimator: str, model: str, interval: str, side: str | None) -> None:
    for given, allowed in ((estimator, get_args(Estimator)), (model, get_args(Model)), (interval, INTERVALS)):
        if given not in allowed:
            raise ParameterError(f"unknown option {given!r}; choose from {', '.join(allowed)}")
    if side is not None and side not in get_args(Where):
        raise ParameterError(f"side is {side!r}; choose 'left' or 'right', or leave it out")


def _one_each(e: Estimates, combine: float | None) -> Estimates:
    if e.alone:
        return e
    if combine is None:
        raise DesignError(
            f"trim_and_fill() takes one estimate per sample and got {len(e.y)} of {e.n_samples} samples; choose one "
            "of each, or let it average them with a stated correlation of their errors, e.g. combine=0.6"
        )
    return composite(e, combine)


def _average(y: Floats, v: Floats, random: bool, interval: str, level: float) -> tuple[float, Span]:
    unit = float(np.sqrt(np.median(v)))
    y, v = y / unit, v / unit**2
    tau2 = between(y, v, "REML").tau2 if random else 0.0
    a = average(y, v, tau2, interval if random else "wald", level)
    return tau2 * unit**2, Span(a.mean * unit, a.se * unit, a.df, a.low * unit, a.high * unit)


def _finding(
    e: Estimates,
    f: Filled,
    tau2: float,
    spans: tuple[Span, Span],
    estimator: str,
    model: str,
    combine: float | None,
    level: float,
) -> TrimAndFill:
    before, centre = spans
    return TrimAndFill(
        question="What would the average be if the funnel were symmetric?",
        **guarded(_sentence(e, f, centre, level), thinness(e, level)),
        table=_table(e, f, level),
        checks=(*_invented(f), *_combined(combine), *side_checks(e), *scope(e)),
        figure="funnel",
        k0=f.k0,
        se_k0=f.se_k0,
        p_k0=f.p_k0,
        side="left" if f.side < 0 else "right",
        mean=centre.estimate,
        se=centre.se,
        df=centre.df,
        low=centre.low,
        high=centre.high,
        tau2=tau2,
        estimator=estimator,
        model=model,
        before=before,
        **shared(e, level, f"trim and fill, {estimator}, {model} effects", combine=combine),
    )


def _table(e: Estimates, f: Filled, level: float) -> pd.DataFrame:
    k = len(e.y)
    seen = listing(e.frame, level=level, weight=np.full(k, 1.0 / k)).assign(filled=False)
    columns = {"effect": f.y[k:], "se": np.sqrt(f.v[k:]), "filled": True, "used": True}
    more = pd.DataFrame({"estimate_id": [f"filled {i + 1}" for i in range(f.k0)], **columns})
    return pd.concat([seen, more], ignore_index=True) if f.k0 else seen


def _invented(f: Filled) -> tuple[Check, ...]:
    words = (
        f"{count(f.k0, 'estimate')} of the filled average {'is' if f.k0 == 1 else 'are'} invented by mirroring; the "
        "interval takes them for real and is too narrow. It is a look at sensitivity, not a better estimate."
    )
    return (Check("filled estimates", "informational", words),) if f.k0 else ()


def _combined(combine: float | None) -> tuple[Check, ...]:
    if combine is None:
        return ()
    words = f"Several estimates of a sample were averaged, assuming a correlation of {combine:g} between their errors."
    return (Check("combined estimates", "informational", words),)


def _sentence(e: Estimates, f: Filled, centre: Span, level: float) -> str:
    said = centre.words(only(e.frame, "unit"), level)
    if f.k0 == 0:
        return f"The funnel lacks no estimate by this count, and {subject(e)} stays at {said}."
    where, them = "low" if f.side < 0 else "high", "it" if f.k0 == 1 else "them"
    return (
        f"A symmetric funnel lacks {count(f.k0, 'estimate')} on the {where} side; with {them} filled in, {subject(e)} "
        f"would be {said}."
    )
