"""The step-function selection model: how likely results of each p-value were to be seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd

from almpo_kit.evidence.kernels.affirmative import robust as sandwiched
from almpo_kit.evidence.kernels.blocks import Floats, blocks
from almpo_kit.evidence.kernels.intervals import critical
from almpo_kit.evidence.kernels.step_selection import (
    Selection,
    fit_steps,
    intervals,
    p_values,
    unselected,
)
from almpo_kit.evidence.kernels.three_level import Fit, fit
from almpo_kit.evidence.pooling import check_level
from almpo_kit.evidence.small_study.estimates import Estimates, Side, read, side_checks, test_checks
from almpo_kit.evidence.small_study.findings import SmallStudyFinding, Span, scope, shared, span
from almpo_kit.evidence.small_study.funnel import thinness
from almpo_kit.evidence.small_study.lines import DOMINATES, dominated
from almpo_kit.evidence.small_study.selection_words import checks_of, told
from almpo_kit.evidence.telling import too_thin
from almpo_kit.vocabulary.errors import DesignError, ParameterError

Alternative = Literal["favourable", "greater", "less", "two-sided"]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class SelectionModel(SmallStudyFinding):
    """The average that a step function of the p-value leaves after correction.

    ``mean``, ``se``, ``df`` (infinite for the normal), ``low``, ``high``; ``tau2`` with ``se_tau2``;
    ``delta`` and ``se_delta``, likelihood of being seen relative to the first interval. ``lrt``, ``lrt_df``,
    ``lrt_p``: test that all intervals are seen alike. ``robust``: whether ``se`` allows for several
    estimates of a sample. ``converged``; ``starts`` searches, of which ``agreeing`` came to this top.
    ``at_bound``: a relative likelihood ran to its bound, and the mean is an artefact of where that is.
    ``judged_df``: Satterthwaite's at the model's weights, which say how many samples carry it. ``model_se``:
    if the likelihood were right. ``before``: the same likelihood and interval without selection.
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
    at_bound: bool
    judged_df: float
    model_se: float
    before: Span

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

    robust, m = not e.alone, e.n_samples
    se = np.sqrt(np.diag(_clustered(e, s.covariance, s.scores) if robust else s.covariance))
    df = m - 1.0 if robust else np.inf
    own, share, row = judged(e, s.tau2)
    model_se = float(np.sqrt(s.covariance[0, 0]))
    decided = share >= DOMINATES
    se[0] = max(float(se[0]), model_se) if decided else float(se[0])
    mean = span(s.mean, float(se[0]), df, level)
    lrt, lrt_df = max(0.0, 2 * (s.loglik - plain.loglik)), len(ends) - 1
    lrt_p, at_bound = float(chdtrc(lrt_df, lrt)), bool(s.at_edge[2:].any())
    one = (dominated(e, row, share),) if decided else ()
    thin = too_thin(m, own) or thinness(e, level)
    return SelectionModel(
        question="What would the average be without selective publication?",
        **told(e, mean, s, lrt_p, thin, level),
        table=_table(s, se, df, ends, held, level),
        checks=(*checks_of(e, s, held), *one, *test_checks(e), *side_checks(e), *scope(e)),
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
        at_bound=at_bound,
        judged_df=own,
        model_se=model_se,
        before=_before(e, plain, df, level),
        **shared(
            e, level, "step-function selection model, ML", steps=tuple(map(float, ends)), alternative=side
        ),
    )


def judged(e: Estimates, tau2: float) -> tuple[float, float, int]:
    """Satterthwaite degrees of freedom at the model's own weights, the largest share that a sample has in
    them, and a row of that sample.

    The likelihood's normal interval does not see that one sample may carry everything.
    """
    weight = 1.0 / (e.v + tau2)
    share = np.bincount(e.sample, weight) / weight.sum()
    largest = int(share.argmax())
    row = int(np.flatnonzero(e.sample == largest)[0])
    df = sandwiched(e.y, e.v + tau2, weight, e.sample).df
    return float(np.nan_to_num(max(df, 0.0))), float(share[largest]), row


def _before(e: Estimates, plain: Fit, df: float, level: float) -> Span:
    """The same likelihood with every result seen alike, and the same kind of interval."""
    mean = float(plain.beta[0])
    covariance, scores = unselected(e.y, e.v, mean, plain.between)
    model = float(np.sqrt(covariance[0, 0]))
    if e.alone:
        return span(mean, model, df, level)
    return span(mean, max(model, float(np.sqrt(_clustered(e, covariance, scores)[0, 0]))), df, level)


def _clustered(e: Estimates, covariance: Floats, scores: Floats) -> Floats:
    """Sandwich of the scores summed by sample, for what does not lie at its bound."""
    free = np.isfinite(np.diag(covariance))
    out = np.full_like(covariance, np.nan)
    summed = np.column_stack([np.bincount(e.sample, column) for column in scores[:, free].T])
    bread = covariance[np.ix_(free, free)]
    m = e.n_samples
    out[np.ix_(free, free)] = bread @ (summed.T @ summed) @ bread * m / (m - 1)
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
