"""Effects by time since the start: cohorts averaged, with covariances that hold with few clusters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from almpo_kit.evaluation.differences.arm_panel import ArmPanel
from almpo_kit.evaluation.differences.cohort_effects import CohortEffects

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, eq=False, repr=False)
class EventPath:
    """Effects at e periods since the start, the last one before it (-1) being the reference and left out.

    Parameters
    ----------
    time : Array of int, shape (e,)
    effect : Array, shape (e,)
    covariance : Array, shape (e, e)
    df : Array, shape (e,)
        Welch–Satterthwaite degrees of freedom over cohorts.
    cohorts : Array of int, shape (e,)
        How many cohorts are averaged at each time.
    units : Array of int, shape (e,)
        How many treated units these hold.
    level : Array, shape (e,)
        Mean outcome of the treated at each time.
    """

    time: Array
    effect: Array
    covariance: Array
    df: Array
    cohorts: Array
    units: Array
    level: Array

    @property
    def se(self) -> Array:
        """Standard errors, shape (e,)."""
        found: Array = np.sqrt(np.diag(self.covariance))
        return found

    def part(self, which: Array) -> EventPath:
        """The path at some times only."""
        return EventPath(
            self.time[which],
            self.effect[which],
            self.covariance[np.ix_(which, which)],
            self.df[which],
            self.cohorts[which],
            self.units[which],
            self.level[which],
        )


def event_path(panel: ArmPanel, cells: CohortEffects) -> EventPath:
    """Average cohorts at each time since their start, by how many units they hold.

    The influence of a cluster is that of its units, that on the shares of the cohorts included. Contributions of
    clusters of a cohort are scaled by √(n/(n − 1)), n being its clusters: with one cohort and no covariates the variance
    is HC2's (CR2's, with clusters of equal size) and the degrees of freedom are Welch's.

    References
    ----------
    Callaway and Sant'Anna (2021) J. Econom. 225, 200-230, eq. 3.4 and appendix; Bell and McCaffrey (2002) Surv.
    Methodol. 28, 169-181.
    """
    since = cells.period - cells.cohort
    times = np.array([e for e in np.unique(since) if e != -1], dtype=np.int64)
    total = panel.weight.sum()
    share = np.array([panel.weight[panel.start == g].sum() / total for g in cells.cohort])
    effect, level = np.zeros(len(times)), np.full(len(times), np.nan)
    psi = np.zeros((len(times), len(panel.start)))
    counts = np.zeros((len(times), 2), dtype=np.int64)
    for k, e in enumerate(times):
        at = np.flatnonzero(since == e)
        p = share[at]
        effect[k] = p @ cells.effect[at] / p.sum()
        psi[k] = p @ cells.influence[at] / p.sum() + _of_shares(panel, cells, at, p, total)
        counts[k] = len(at), int(sum(np.sum(panel.start == cells.cohort[a]) for a in at))
        level[k] = _level(panel, cells, at)
    covariance, df = clustered(psi, panel)
    return EventPath(times, effect, covariance, df, counts[:, 0], counts[:, 1], level)


def clustered(psi: Array, panel: ArmPanel) -> tuple[Array, Array]:
    """Covariance of estimates with influences ``psi`` (e, u), and Welch–Satterthwaite degrees of freedom (e,)."""
    clusters = int(panel.cluster.max()) + 1
    sums = np.zeros((clusters, len(psi)))
    np.add.at(sums, panel.cluster, psi.T)
    group = cluster_groups(panel, clusters)
    covariance = np.zeros((len(psi), len(psi)))
    square, parts = np.zeros(len(psi)), np.zeros(len(psi))
    for g in np.unique(group):
        mine = sums[group == g]
        n = len(mine)
        if n < 2:
            # One cluster among the never treated, or one that holds several cohorts: no error of its own is known,
            # so it is taken at its size.
            scale, free = 1.0, 1.0
        else:
            scale, free = n / (n - 1), n - 1.0
        block = scale * mine.T @ mine
        covariance += block
        own = np.diag(block)
        square += own
        parts += own**2 / free
    df = np.divide(square**2, parts, out=np.full(len(psi), np.nan), where=parts > 0)
    return covariance, df


def cluster_groups(panel: ArmPanel, clusters: int) -> Array:
    """Cohort of each cluster: its start, -1 for never, -2 where it holds several, shape (g,)."""
    low, high = np.full(clusters, np.iinfo(np.int64).max), np.full(clusters, -2)
    np.minimum.at(low, panel.cluster, panel.start)
    np.maximum.at(high, panel.cluster, panel.start)
    found: Array = np.where(low == high, low, -2)
    return found


def _of_shares(panel: ArmPanel, cells: CohortEffects, at: Array, p: Array, total: float) -> Array:
    """Influence through the estimated shares of the cohorts; zero for one cohort."""
    member = panel.start[None, :] == cells.cohort[at][:, None]
    w = panel.weight * len(panel.weight) / total
    centred = w * member - p[:, None]
    whole = p.sum()
    moved = centred / whole - centred.sum(axis=0) * (p[:, None] / whole**2)
    found: Array = cells.effect[at] @ moved / len(panel.start)
    return found


def _level(panel: ArmPanel, cells: CohortEffects, at: Array) -> float:
    top = bottom = 0.0
    for a in at:
        who = (panel.start == cells.cohort[a]) & np.isfinite(panel.outcome[:, cells.period[a]])
        top += float(panel.weight[who] @ panel.outcome[who, cells.period[a]])
        bottom += float(panel.weight[who].sum())
    return top / bottom if bottom else float("nan")
