"""The step-function selection model: how likely results of each p-value were to be seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd

from almpo_kit.evidence.kernels.blocks import Floats, blocks
from almpo_kit.evidence.kernels.intervals import critical
from almpo_kit.evidence.kernels.step_selection import Selection, fit_steps, intervals, p_values
from almpo_kit.evidence.kernels.three_level import Fit, fit
from almpo_kit.evidence.pooling import check_level
from almpo_kit.evidence.small_study.estimates import (
    FEWEST_FOR_TESTS,
    Estimates,
    Side,
    read,
    side_checks,
    test_checks,
)
from almpo_kit.evidence.small_study.findings import (
    SmallStudyFinding,
    Span,
    guarded,
    p_words,
    scope,
    shared,
    span,
    subject,
)
from almpo_kit.evidence.small_study.funnel import thinness
from almpo_kit.evidence.words import count, only
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.finding import Check

Alternative = Literal["favourable", "greater", "less", "two-sided"]
#: Fewer estimates than this in an interval, and its relative likelihood is mostly chance.
_FEW = 4


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class SelectionModel(SmallStudyFinding):
    """The average that a step function of the p-value leaves after correction.

    ``mean``, ``se``, ``df`` (infinite for the normal), ``low``, ``high``; ``tau2`` with ``se_tau2``;
    ``delta`` and ``se_delta``, likelihood of being seen relative to the first interval. ``lrt``, ``lrt_df``,
    ``lrt_p``: test that all intervals are seen alike. ``robust``: whether ``se`` allows for several
    estimates of a sample. ``converged``; ``starts`` searches, of which ``agreeing`` came to this top.
    """

    mean: float
    se: float
    df: float
    low: float
    high: float
    tau2: float
    se_tau2: float
    delta: tuple[float, ...]
    se_delta: tuple[float, ...]
    lrt: float
    lrt_df: int
    lrt_p: float
    loglik: float
    steps: tuple[float, ...]
    alternative: str
    robust: bool
    converged: bool
    starts: int
    agreeing: int

    def metrics(self) -> Mapping[str, float]:
        """Corrected mean, spread, test and the likelihoods of being seen."""
        names = ("mean", "se", "low", "high", "tau2", "lrt", "lrt_p", "loglik")
        plain = {n: float(getattr(self, n)) for n in names}
        return plain | {f"delta_{i + 1}": d for i, d in enumerate(self.delta)}


def selection_model(
    effects: pd.DataFrame,
    *,
    steps: Sequence[float] = (0.025,),
    alternative: Alternative = "favourable",
    cluster: str = "sample_id",
    favourable: Side | None = None,
    level: float = 0.95,
) -> SelectionModel:
    """Estimate how likely results of each p-value were to be seen, and the average without that selection.

    Maximum likelihood from several starts. With several estimates of a sample the likelihood treats them as
    independent, and the standard errors come from a sandwich of the scores by sample (with m / (m − 1) and t
    with m − 1 degrees of freedom).

    Parameters
    ----------
    effects : DataFrame, shape (k, ...)
        An ``effects`` frame, or any frame with ``effect``, ``se`` and ``study_id``; all in one unit.
    steps : sequence of float
        Upper ends of the intervals of the p-value, between 0 and 1; 1 is added. The default is the
        three-parameter model: significant at 5%, two-sided, on the favoured side or not.
    alternative : {"favourable", "greater", "less", "two-sided"}
        Which p-value: one-sided in favour of the favourable side, of positive or of negative effects, or
        two-sided.
    cluster : str
        Column that tells independent samples apart.
    favourable : {"positive", "negative"}, optional
        The side that is good for the person; by default what the outcome says.
    level : float
        Coverage of the intervals.

    Returns
    -------
    SelectionModel

    Raises
    ------
    DesignError
        Estimates that cannot be averaged, fewer than five independent samples, an interval of p-values
        without an estimate, more parameters than estimates.
    ParameterError
        Steps outside 0 to 1, an unknown alternative.

    References
    ----------
    Hedges (1992) Stat. Sci. 7, 246-255. Vevea and Hedges (1995) Psychometrika 60, 419-435. Pustejovsky,
    Citkowicz and Joshi (2025) on step functions with cluster-robust inference.
    """
    check_level(level)
    ends = _ends(steps)
    if alternative not in get_args(Alternative):
        raise ParameterError(
            f"unknown alternative {alternative!r}; choose from {', '.join(get_args(Alternative))}"
        )
    e = read(effects, "selection_model", favourable=favourable, cluster=cluster)
    side = {1: "greater", -1: "less"}[e.favourable] if alternative == "favourable" else alternative
    held = _held(e, ends, side)
    plain = fit(
        blocks(e.y, e.v, np.ones((len(e.y), 1)), np.arange(len(e.y))), restricted=False, free=(True, False)
    )
    found = fit_steps(e.y, e.v, ends, side, (float(plain.beta[0]), plain.between))
    return _finding(e, found, plain, ends, held, side, level)


def _ends(steps: Sequence[float]) -> Floats:
    given = np.asarray(steps, dtype=float).ravel()
    if given.size == 0 or not ((given > 0) & (given <= 1)).all():
        raise ParameterError(f"steps are {tuple(steps)!r}; give numbers between 0 and 1, e.g. (0.025, 0.5)")
    ends = np.unique(np.append(given, 1.0))
    if len(ends) < 2:
        raise ParameterError("steps are only 1, which leaves one interval; give a cutpoint, e.g. (0.025,)")
    return ends


def _held(e: Estimates, ends: Floats, side: str) -> np.ndarray:
    """Number of estimates in each interval; refuses an empty one."""
    p = p_values(e.y, e.v, side)
    held = np.bincount(intervals(p, ends), minlength=len(ends))
    if (held == 0).any():
        j = int(np.flatnonzero(held == 0)[0])
        low = ends[j - 1] if j else 0.0
        raise DesignError(
            f"selection_model() found no estimate with a p-value between {low:g} and {ends[j]:g} (numbers by interval: "
            f"{', '.join(map(str, held))}), so it cannot say how likely those are to be seen; {_merged(p, ends)}"
        )
    if len(e.y) <= len(ends) + 1:
        raise DesignError(
            f"selection_model() got {len(e.y)} estimates for {len(ends) + 1} parameters; give fewer steps, e.g. (0.025,)"
        )
    return held


def _merged(p: Floats, ends: Floats) -> str:
    """The way out of an empty interval: the steps that leave none empty."""
    kept = [float(x) for x in ends]
    while len(kept) > 1:
        held = np.bincount(intervals(p, np.array(kept)), minlength=len(kept))
        empty = np.flatnonzero(held == 0)
        if not empty.size:
            return f"merge it with its neighbour: steps=({', '.join(f'{x:g}' for x in kept[:-1])},)"
        kept.pop(min(int(empty[0]), len(kept) - 2))
    return (
        "all p-values lie in one interval, so nothing can be learned about selection; use worst_case(effects)"
    )


def _finding(
    e: Estimates, s: Selection, plain: Fit, ends: Floats, held: np.ndarray, side: str, level: float
) -> SelectionModel:
    from scipy.special import chdtrc

    robust = not e.alone
    covariance = _clustered(e, s) if robust else s.covariance
    se = np.sqrt(np.diag(covariance))
    df = e.n_samples - 1.0 if robust else np.inf
    mean = span(s.mean, float(se[0]), df, level)
    lrt, lrt_df = max(0.0, 2 * (s.loglik - plain.loglik)), len(ends) - 1
    lrt_p = float(chdtrc(lrt_df, lrt))
    return SelectionModel(
        question="What would the average be without selective publication?",
        **guarded(_sentence(e, mean, s.converged, lrt_p, robust, level), thinness(e, level)),
        table=_table(s, se, df, ends, held, level),
        checks=(*_checks(e, s, held, robust), *test_checks(e), *side_checks(e), *scope(e)),
        mean=s.mean,
        se=mean.se,
        df=df,
        low=mean.low,
        high=mean.high,
        tau2=s.tau2,
        se_tau2=float(se[1]),
        delta=tuple(map(float, s.delta)),
        se_delta=(np.nan, *map(float, se[2:])),
        lrt=lrt,
        lrt_df=lrt_df,
        lrt_p=lrt_p,
        loglik=s.loglik,
        steps=tuple(map(float, ends)),
        alternative=side,
        robust=robust,
        converged=s.converged,
        starts=s.starts,
        agreeing=s.agreeing,
        **shared(
            e, level, "step-function selection model, ML", steps=tuple(map(float, ends)), alternative=side
        ),
    )


def _clustered(e: Estimates, s: Selection) -> Floats:
    """Sandwich of the scores summed by sample, for what does not lie at its bound."""
    free = ~s.at_edge
    out = np.full_like(s.covariance, np.nan)
    scores = np.column_stack([np.bincount(e.sample, column) for column in s.scores[:, free].T])
    bread = s.covariance[np.ix_(free, free)]
    m = e.n_samples
    out[np.ix_(free, free)] = bread @ (scores.T @ scores) @ bread * m / (m - 1)
    return out


def _table(s: Selection, se: Floats, df: float, ends: Floats, held: np.ndarray, level: float) -> pd.DataFrame:
    se_delta = np.r_[np.nan, se[2:]]
    reach = critical(level, df) * se_delta
    return pd.DataFrame(
        {
            "p_above": np.r_[0.0, ends[:-1]],
            "p_up_to": ends,
            "n_estimates": held,
            "delta": s.delta,
            "se": se_delta,
            "low": np.maximum(s.delta - reach, 0.0),
            "high": s.delta + reach,
        }
    )


def _checks(e: Estimates, s: Selection, held: np.ndarray, robust: bool) -> tuple[Check, ...]:
    notes = [_convergence(s)]
    if s.at_edge[2:].any():
        words = "A relative likelihood of being seen ran to its bound; it cannot be estimated, and nor can its error."
        notes.append(Check("likelihood at its bound", "failed", words))
    if held.min() < _FEW:
        words = f"An interval of p-values has only {count(int(held.min()), 'estimate')}; its likelihood is mostly chance."
        notes.append(Check("estimates by interval", "failed", words))
    if robust:
        words = (
            f"The model takes {count(len(e.y), 'estimate')} of {count(e.n_samples, 'sample')} for independent; the "
            "standard errors allow for their dependence, the estimates themselves do not."
        )
        notes.append(Check("dependence", "failed", words))
    return tuple(notes)


def _convergence(s: Selection) -> Check:
    if s.converged:
        words = f"The search ended at a solution; {s.agreeing} of {s.starts} starts came to it."
        return Check("convergence", "passed", words)
    words = "The search found no solution that can be relied on; do not quote this number."
    return Check("convergence", "failed", words)


def _sentence(e: Estimates, mean: Span, converged: bool, lrt_p: float, robust: bool, level: float) -> str:
    if not converged:
        return "The selection model found no solution, so it says nothing about selective publication."
    said = mean.words(only(e.frame, "unit"), level)
    head = f"Corrected for selection by p-value, {subject(e)} is {said}"
    if e.n_samples < FEWEST_FOR_TESTS or robust:
        return f"{head}."
    if lrt_p < 0.05:
        return f"{head}; results of different p-values were not equally likely to be seen ({p_words(lrt_p)})."
    return f"{head}; no selection is just as compatible with the estimates ({p_words(lrt_p)})."
