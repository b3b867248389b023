"""The estimate that attempts repeat: only what is attacked, and on fewer persons where there are very many."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from almpo_kit.evaluation.inference.fit import Fit
from almpo_kit.evaluation.protocol.results import Estimate
from almpo_kit.evaluation.refutation.again import Again, large_enough, measuring, surrounding
from almpo_kit.evaluation.refutation.clock import Clock, OutOfTime
from almpo_kit.evaluation.refutation.target import last_measures
from almpo_kit.vocabulary.errors import AlmpoError
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number

Array = np.ndarray[Any, np.dtype[Any]]
#: Persons from which on attempts use linear models whatever the estimate did, and the most persons they use. Fixed
#: numbers, and not what time allows, so that the same seed gives the same attempts on any machine.
LINEAR_FROM, MOST_ROWS = 5_000, 8_000
#: Folds of attempts on so many: two cost a quarter of five, and lose little where thousands are left to learn from.
_FOLDS = 2
#: Times by which a standard error may be larger than fewer persons explain, beyond which single persons carry the part;
#: and draws that are tried.
_TOO_WIDE, _DRAWN = 1.7, 3


@dataclass(frozen=True, eq=False, repr=False)
class Smaller:
    """The estimate that attempts repeat, and what is to be said about it (None where it is the whole one)."""

    estimate: Estimate
    check: Check | None


def smaller(estimate: Estimate, seed: int, workers: int, clock: Clock) -> Smaller:
    """Cut an estimate to what is attacked.

    Outcomes at months between entry and the last are not estimated again. From 5,000 persons on, models are linear
    and cross-fitted in two parts; of more than 8,000 persons, a random part is used.

    Parameters
    ----------
    clock : Clock
        Where its time does not suffice for the estimate to compare with, attempts are made on all persons (and will
        hardly be made in time: they say so).
    """
    if estimate.sample.panel is not None or estimate.fit.measures is not None:
        return Smaller(estimate, None)
    narrow = _narrow(estimate)
    n = len(narrow.sample)
    learner = str(estimate.options.get("learner") or "auto")
    fewer = n > MOST_ROWS
    if not fewer and (n <= LINEAR_FROM or learner == "linear"):
        return Smaller(narrow, None)
    for k in range(_DRAWN if fewer else 1):
        rows = _drawn(narrow, seed + 7919 * k) if fewer else np.arange(n)
        try:
            cut = _estimated(narrow, rows, workers, clock)
        except (AlmpoError, OutOfTime):
            break
        if cut is not None:
            return Smaller(cut, _check(len(rows), n, learner))
    return Smaller(narrow, None)


def _narrow(estimate: Estimate) -> Estimate:
    """Without the outcomes between entry and the last month."""
    sample, fit = estimate.sample, estimate.fit
    measures = sample.measures.reset_index(drop=True)
    early = np.flatnonzero((measures["months"] < 0).to_numpy()).tolist()
    last = [last_measures(measures, np.isfinite(known)) for known in fit.estimate]
    kept = sorted({*early, *(h for each in last for h in each)})
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


def _drawn(estimate: Estimate, seed: int) -> Array:
    """Rows drawn at random, as many as are used at most.

    Effects on those who took part are compared arm by arm, and a random part of an arm stands for it: small arms are
    kept whole and large ones cut, because precision hangs on the smallest. Other effects need everybody in proportion.
    """
    sample = estimate.sample
    draw = np.random.default_rng(np.random.SeedSequence([seed, 20_000]))
    order = draw.permutation(len(sample))
    if estimate.design.plan.assignment != "matching" or estimate.fit.estimand != "att":
        return np.sort(order[:MOST_ROWS])
    sizes = np.bincount(sample.arm, minlength=len(sample.arms))
    # Half for those who are compared with: too few of them, and single ones stand for many.
    most = [
        min(int(sizes[0]), MOST_ROWS // 2),
        *_shared_out(sizes[1:], MOST_ROWS - min(int(sizes[0]), MOST_ROWS // 2)),
    ]
    mine = [order[sample.arm[order] == a][:m] for a, m in enumerate(most)]
    return np.sort(np.concatenate(mine))


def _shared_out(sizes: Array, left: int) -> list[int]:
    """Rows of each arm: the same of all, and what small arms do not need to the others."""
    most = np.zeros(len(sizes), dtype=int)
    for place, a in enumerate(np.argsort(sizes, kind="stable")):
        most[a] = min(int(sizes[a]), left // (len(sizes) - place))
        left -= int(most[a])
    return [int(m) for m in most]


def _estimated(estimate: Estimate, rows: Array, workers: int, clock: Clock) -> Estimate | None:
    sample = estimate.sample.rows(rows)
    if not large_enough(sample):
        return None
    options = {**estimate.options, "learner": "linear", "folds": _FOLDS}
    whole = estimate.overlap
    chances = None if whole.propensity is None else whole.propensity[whole.kept][rows]
    asked = replace(estimate, sample=sample, options=options)
    fit: Fit = Again(asked, clock, 0, workers)(sample)
    sizes = [np.bincount(x.arm, minlength=len(x.arms)) for x in (estimate.sample, sample)]
    wider = np.sqrt(float((sizes[0] / sizes[1]).max()))
    if not np.isfinite(fit.estimate).all() or (fit.se > _TOO_WIDE * wider * estimate.fit.se).any():
        # Single persons carry it: comparing attempts with it would tell of them only.
        return None
    return replace(asked, fit=fit, overlap=replace(surrounding(whole, sample), propensity=chances))


def _check(used: int, n: int, learner: str) -> Check:
    whom = (
        f"a random {number(used, 0)} of the {number(n, 0)} persons"
        if used < n
        else f"the {number(n, 0)} persons of the estimate"
    )
    how = (
        ""
        if learner == "linear"
        else ", with linear models of outcomes and of taking part, fitted in two parts"
    )
    return Check(
        "attempts_on",
        "informational",
        f"Attempts that estimate again were made on {whom}{how}, those that draw many times on at most 5\u202f000 of two arms, to be "
        "done in time. The estimate that they name is the one found in this way; it differs from the estimate itself by what "
        "this costs in precision.",
    )
