"""A tenth of the regions or units left out in turn: the answer must not hang on a few of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from almpo_kit.evaluation.designs.sample import Panel
from almpo_kit.evaluation.refutation.again import Again
from almpo_kit.evaluation.refutation.attempt import Attempt
from almpo_kit.evaluation.refutation.clock import OutOfTime
from almpo_kit.evaluation.refutation.judging import turned
from almpo_kit.evaluation.refutation.target import Target, concluded, ends
from almpo_kit.vocabulary.errors import AlmpoError

Array = np.ndarray[Any, np.dtype[Any]]
KEY = "leave_units_out"
_PARTS = 10


def leave_units_out(again: Again, targets: tuple[Target, ...]) -> list[Attempt]:
    """Estimate without a tenth of the clusters of a panel, ten times; every cluster is left out once."""
    sample = again.estimate.sample
    if sample.panel is None:
        return [_not_done(t, "the data are no panel of units") for t in targets]
    found: dict[Target, list[tuple[float, bool]]] = {t: [] for t in targets}
    groups = np.unique(sample.panel.cluster)
    part = np.random.default_rng(again.seed).permutation(len(groups)) % min(_PARTS, len(groups))
    for k in range(int(part.max()) + 1):
        gone = np.isin(sample.panel.cluster, groups[part == k])
        try:
            fit = again(replace(sample, panel=cut(sample.panel, ~gone)))
        except OutOfTime:
            break
        except AlmpoError:
            continue
        low, high = ends(fit)
        for t in targets:
            # Without the first or last months of some units, the path may have other months.
            if fit.estimate.shape == again.estimate.fit.estimate.shape:
                value = float(fit.estimate[t.c, t.h])
                after = concluded(float(low[t.c, t.h]), float(high[t.c, t.h]))
                found[t].append((value, turned(t.conclusion, after, value - t.estimate, t.se)))
    return [_judged(t, found[t]) for t in targets]


def cut(panel: Panel, kept: Array) -> Panel:
    """A panel of some of its units."""
    names = ("units", "outcome", "treated_from", "arm", "covariates", "weight")
    _, cluster = np.unique(panel.cluster[kept], return_inverse=True)
    return replace(panel, **{n: getattr(panel, n)[kept] for n in names}, cluster=cluster)


def _not_done(target: Target, why: str) -> Attempt:
    return target.attempt(
        KEY, "not tried", "informs", f"no units were left out in turn: {why}. It counts as not tried."
    )


def _judged(target: Target, found: list[tuple[float, bool]]) -> Attempt:
    if len(found) < 3:
        return _not_done(target, "the time allowed was used up, or too few units are left without them")
    values = np.array([v for v, _ in found])
    values = values[np.isfinite(values)]
    broken = any(t for _, t in found)
    sentence = (
        f"a part of the units was left out, {len(found)} times. The estimate of {target.amount(target.estimate)} then lay between "
        f"{target.amount(values.min())} and {target.amount(values.max())}. "
    )
    sentence += (
        "Without some of them another conclusion would be drawn: the result hangs on a few units."
        if broken
        else "No single part of the units decides the conclusion."
    )
    return target.attempt(
        KEY,
        "broken" if broken else "held",
        "doubts",
        sentence,
        low=float(values.min()),
        high=float(values.max()),
        draws=len(found),
    )
