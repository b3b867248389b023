"""Effects at a cut-off: local polynomials on either side."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from almpo_kit.evaluation.designs.sample import Sample
from almpo_kit.evaluation.discontinuity.bins import outcome_bins
from almpo_kit.evaluation.discontinuity.jump import Jump, jump
from almpo_kit.evaluation.discontinuity.rd_words import fit_checks
from almpo_kit.evaluation.discontinuity.sensitivity import bandwidths, donut, placebo_cutoffs
from almpo_kit.evaluation.discontinuity.sides import Sides, sides
from almpo_kit.evaluation.discontinuity.weights import fit_residuals, jump_weights
from almpo_kit.evaluation.inference.fit import Fit
from almpo_kit.evaluation.instruments.independence import independent
from almpo_kit.vocabulary.errors import DesignError

Array = np.ndarray[Any, np.dtype[Any]]
Progress = Callable[[int, int], None] | None

#: Columns for which other bandwidths, donuts and placebo cut-offs are tried (spread over months).
_TRIED = 6


def local_polynomial(
    overlap: Any,
    sample: Sample,
    *,
    estimand: str,
    contrasts: tuple[tuple[str, str], ...],
    progress: Progress = None,
    **unused: Any,
) -> Fit:
    """Estimate what the programme did for people at the cut-off.

    rdrobust does the estimating, with an MSE-optimal bandwidth for each outcome: the effect told is the bias-corrected
    one with its robust standard error (so that effect, error and interval belong together). Where the side decides
    alone the design is sharp; otherwise fuzzy, and the effect is that on people whom the side moved.

    Parameters
    ----------
    overlap : Overlap
    sample : Sample
        The kept persons.
    estimand : str
        Only the effect at the cut-off (``"late"``) can be had.
    contrasts : tuple of (str, str)
        One: the two arms.
    progress : callable, optional

    Returns
    -------
    Fit
        Correlations between outcomes are those of the same weighted sums, so that months can be added up.
        ``details``: ``effects`` (column, effect, se), ``bandwidth`` (column, h, b, conventional, first_stage, first_se, n_lower, n_upper), ``bins`` and
        ``lines`` (column, side, x, …), ``bandwidths``, ``donut``, ``placebo_cutoffs``.

    Raises
    ------
    DesignError
        The message names the way out.

    References
    ----------
    Calonico, Cattaneo and Titiunik (2014) Econometrica 82, 2295-2326; Cattaneo, Idrobo and Titiunik (2020) A Practical
    Introduction to Regression Discontinuity Designs. Cambridge.
    """
    two = sides(sample)
    if not set(contrasts) <= {(sample.arms[1], sample.arms[0]), (sample.arms[0], sample.arms[1])}:
        raise DesignError(f"a cut-off compares {sample.arms[1]} with {sample.arms[0]} and nothing else.")
    x = asked(sample, two)
    h = sample.outcome.shape[1]
    tried = np.unique(np.linspace(0, h - 1, min(h, _TRIED)).round().astype(int))
    total = h + len(tried)
    jumps = []
    for t in range(h):
        jumps.append(jump(sample.outcome[:, t], two.x, **x))
        if progress is not None:
            progress(t + 1, total)
    fit = _fit(sample, two, jumps, contrasts)
    details = _details(sample, two, jumps, tried, x, progress, total)
    return Fit(
        **fit,
        estimand="late",
        se_kind="robust bias-corrected, CR2 by cluster" if sample.clustered else "robust bias-corrected",
        checks=fit_checks(estimand, sample, two, jumps, fit, details),
        details=details,
    )


def asked(sample: Sample, two: Sides) -> dict[str, Any]:
    """What every jump of a sample is asked with: take-up if fuzzy, covariates, clusters, weights."""
    covariates = None
    if sample.covariates.size:
        # A covariate that says nothing beside the constant and the running variable cannot enter.
        known = np.nan_to_num(two.x)
        base = np.column_stack([np.ones(len(sample)), known, two.x >= 0])
        kept = independent(np.hstack([base, sample.covariates]), sample.weight)
        kept = kept[kept >= base.shape[1]] - base.shape[1]
        covariates = sample.covariates[:, kept] if len(kept) else None
    return {
        "took": None if two.sharp else two.took,
        "covariates": covariates,
        "cluster": sample.cluster if sample.clustered else None,
        "weight": None if np.ptp(sample.weight) == 0 else sample.weight,
    }


def direction(two: Sides, contrast: tuple[str, str], arms: tuple[str, ...]) -> float:
    """What turns a jump (upper minus lower, or per share of take-up) into the contrast."""
    turned = two.sign if two.sharp else 1.0
    return turned if contrast == (arms[1], arms[0]) else -turned


def _fit(
    sample: Sample, two: Sides, jumps: list[Jump], contrasts: tuple[tuple[str, str], ...]
) -> dict[str, Any]:
    c, h = len(contrasts), len(jumps)
    signs = np.array([direction(two, pair, sample.arms) for pair in contrasts])
    value, se = np.array([j.estimate for j in jumps]), np.array([j.se for j in jumps])
    covariance = _correlation(sample, two, jumps) * np.outer(se, se)
    untreated, effect = _untreated(sample, two, jumps), value * (two.sign if two.sharp else 1.0)
    means = np.array([untreated if b == sample.arms[0] else untreated + effect for _, b in contrasts])
    # With clusters the error rests on those near the cut-off; a line is fitted on each side.
    clusters = np.array([j.n_clusters for j in jumps])
    df = np.maximum(clusters - 4.0, 1.0) if sample.clustered else np.full(h, np.inf)
    near = {
        True: min(j.n_upper for j in jumps),
        False: min(j.n_lower for j in jumps),
    }
    treated_side = two.sign > 0
    counts = [(near[(arm == sample.arms[1]) == treated_side]) for arm, _ in contrasts]
    others = [(near[(arm == sample.arms[1]) == treated_side]) for _, arm in contrasts]
    return {
        "contrasts": contrasts,
        "estimate": signs[:, None] * value[None, :],
        "covariance": np.repeat(covariance[None], c, axis=0),
        "df": np.repeat(df[None], c, axis=0),
        "comparison_mean": means,
        "n_arm": np.array(counts),
        "n_comparison": np.array(others),
        "n_clusters": np.full(c, int(clusters.min())),
    }


def _correlation(sample: Sample, two: Sides, jumps: list[Jump]) -> Array:
    """Of the errors of the jumps of all outcomes, from the weighted residuals of each."""
    n = len(sample)
    made = np.zeros((n, len(jumps)))
    for t, found in enumerate(jumps):
        y = sample.outcome[:, t]
        known = np.isfinite(y) & np.isfinite(two.x)
        x, w = two.x[known], sample.weight[known]
        target = y[known] if two.sharp else y[known] - found.estimate * two.took[known]
        rest = fit_residuals(x, target, max(found.h, found.b), w)
        made[known, t] = jump_weights(x, found.h, found.b, w) * rest
    sums = np.zeros((int(sample.cluster.max()) + 1, len(jumps)))
    np.add.at(sums, sample.cluster, made)
    moment = sums.T @ sums
    root = np.sqrt(np.diag(moment))
    correlation: Array = moment / np.outer(np.where(root > 0, root, 1.0), np.where(root > 0, root, 1.0))
    np.fill_diagonal(correlation, 1.0)
    return correlation


def _untreated(sample: Sample, two: Sides, jumps: list[Jump]) -> Array:
    """Mean outcome at the cut-off without the programme (of those whom the side moved, if fuzzy), shape (h,)."""
    means = np.full(len(jumps), np.nan)
    for t, found in enumerate(jumps):
        y = sample.outcome[:, t]
        known = np.isfinite(y) & np.isfinite(two.x)
        x, took = two.x[known], two.took[known]
        weights = jump_weights(x, found.h, found.b, sample.weight[known])
        if two.sharp:
            side = (x < 0) if two.sign > 0 else (x >= 0)
            means[t] = (weights[side] @ y[known][side]) / weights[side].sum()
        elif two.whole:
            means[t] = -(weights @ (y[known] * (1 - took))) / (weights @ took)
    return means


def _details(
    sample: Sample,
    two: Sides,
    jumps: list[Jump],
    tried: Array,
    given: dict[str, Any],
    progress: Progress,
    total: int,
) -> dict[str, Any]:
    import pandas as pd

    bins, lines = outcome_bins(sample, two, jumps)
    more: dict[str, list[dict[str, Any]]] = {"bandwidths": [], "donut": [], "placebo_cutoffs": []}
    turn = two.sign if two.sharp else 1.0
    for k, t in enumerate(tried):
        y, column = sample.outcome[:, t], str(sample.measures["column"].iloc[t])
        for name, trial in (
            ("bandwidths", bandwidths),
            ("donut", donut),
            ("placebo_cutoffs", placebo_cutoffs),
        ):
            more[name] += [{"column": column, **row} for row in trial(y, two, jumps[t], given, turn)]
        if progress is not None:
            progress(len(jumps) + k + 1, total)
    table = pd.DataFrame(
        {
            "column": sample.measures["column"].to_numpy(),
            "h": [j.h for j in jumps],
            "b": [j.b for j in jumps],
            "conventional": [turn * j.conventional for j in jumps],
            "first_stage": [j.first for j in jumps],
            "first_se": [j.first_se for j in jumps],
            "n_lower": [j.n_lower for j in jumps],
            "n_upper": [j.n_upper for j in jumps],
        }
    )
    effects = pd.DataFrame(
        {
            "column": table["column"],
            "effect": [turn * j.estimate for j in jumps],
            "se": [j.se for j in jumps],
        }
    )
    return {"effects": effects, "bandwidth": table, "bins": bins, "lines": lines} | {
        k: pd.DataFrame(v) for k, v in more.items()
    }
