"""The estimate that attempts repeat: only what is attacked, and on fewer persons where there are very many."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from almpo_kit.evaluation.designs.sample import Sample
from almpo_kit.evaluation.inference.fit import Fit
from almpo_kit.evaluation.protocol.results import Estimate
from almpo_kit.evaluation.refutation.again import Again, large_enough, measuring, surrounding
from almpo_kit.evaluation.refutation.clock import Clock
from almpo_kit.evaluation.refutation.target import last_measures
from almpo_kit.vocabulary.errors import AlmpoError
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number

Array = np.ndarray[Any, np.dtype[Any]]
#: Persons from which on attempts use linear models whatever the estimate did, and the most persons they use. Fixed
#: numbers, and not what time allows, so that the same seed gives the same attempts on any machine.
LINEAR_FROM, MOST_ROWS = 5_000, 20_000


@dataclass(frozen=True, eq=False, repr=False)
class Smaller:
    """The estimate that attempts repeat, and what is to be said about it (None where it is the whole one)."""

    estimate: Estimate
    check: Check | None


def smaller(estimate: Estimate, seed: int, workers: int) -> Smaller:
    """Cut an estimate to what is attacked.

    Outcomes at months between entry and the last are not estimated again. From 5,000 persons on, models are linear;
    of more than 20,000 persons, a random part is used, clusters whole.
    """
    if estimate.sample.panel is not None or estimate.fit.measures is not None:
        return Smaller(estimate, None)
    narrow = _narrow(estimate)
    n = len(narrow.sample)
    learner = str(estimate.options.get("learner") or "auto")
    fewer = n > MOST_ROWS
    if not fewer and (n <= LINEAR_FROM or learner == "linear"):
        return Smaller(narrow, None)
    rows = _drawn(narrow.sample, seed) if fewer else np.arange(n)
    try:
        cut = _estimated(narrow, rows, workers)
    except AlmpoError:
        return Smaller(narrow, None)
    return Smaller(cut, _check(len(rows), n, learner)) if cut is not None else Smaller(narrow, None)


def _narrow(estimate: Estimate) -> Estimate:
    """Without the outcomes between entry and the last month."""
    sample, fit = estimate.sample, estimate.fit
    measures = sample.measures.reset_index(drop=True)
    early = np.flatnonzero((measures["months"] < 0).to_numpy()).tolist()
    kept = sorted({*last_measures(measures), *early})
    if len(kept) == len(measures):
        return estimate
    pair = np.ix_(range(len(fit.contrasts)), kept, kept)
    cut = replace(
        fit,
        estimate=fit.estimate[:, kept],
        covariance=fit.covariance[pair],
        df=fit.df[:, kept],
        comparison_mean=fit.comparison_mean[:, kept],
        intervals=None if fit.intervals is None else (fit.intervals[0][:, kept], fit.intervals[1][:, kept]),
        scores=None,
    )
    return replace(estimate, fit=cut, sample=measuring(sample, sample.outcome[:, kept], measures.iloc[kept]))


def _drawn(sample: Sample, seed: int) -> Array:
    """Rows of clusters drawn at random, about as many as are used at most."""
    draw = np.random.default_rng(np.random.SeedSequence([seed, 20_000]))
    place = draw.permutation(int(sample.cluster.max()) + 1)[sample.cluster]
    # Clusters come in the order drawn, until they hold enough rows.
    return np.sort(np.argsort(place, kind="stable")[:MOST_ROWS])


def _estimated(estimate: Estimate, rows: Array, workers: int) -> Estimate | None:
    sample = estimate.sample.rows(rows)
    if not large_enough(sample):
        return None
    options = {**estimate.options, "learner": "linear"}
    whole = estimate.overlap
    chances = None if whole.propensity is None else whole.propensity[whole.kept][rows]
    asked = replace(estimate, sample=sample, options=options)
    fit: Fit = Again(asked, Clock(float("inf")), 0, workers)(sample)
    if not np.isfinite(fit.estimate).all():
        return None
    around = replace(surrounding(whole, sample), propensity=chances)
    return replace(asked, fit=fit, overlap=around)


def _check(used: int, n: int, learner: str) -> Check:
    whom = (
        f"a random {number(used, 0)} of the {number(n, 0)} persons"
        if used < n
        else f"the {number(n, 0)} persons of the estimate"
    )
    how = "" if learner == "linear" else ", with linear models of outcomes and of taking part"
    return Check(
        "attempts_on",
        "informational",
        f"Attempts that estimate again were made on {whom}{how}, to be done in time. The estimate that they name is the one "
        "found in this way; it differs from the estimate itself by what this costs in precision.",
    )
