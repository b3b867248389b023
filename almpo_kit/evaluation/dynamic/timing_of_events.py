"""Jobs and entries modelled together: the timing of events."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from almpo_kit.evaluation.designs.durations import Durations
from almpo_kit.evaluation.designs.sample import Sample
from almpo_kit.evaluation.dynamic import hazard_checks as told
from almpo_kit.evaluation.dynamic.event_cells import Cells, cells
from almpo_kit.evaluation.dynamic.hazard_effects import effects, entrants, measures, slopes
from almpo_kit.evaluation.dynamic.hazard_fit import HazardFit, covariance, fitted
from almpo_kit.evaluation.dynamic.hazard_tables import hazard_table, kinds_table, points_table
from almpo_kit.evaluation.inference.fit import Fit
from almpo_kit.evaluation.protocol.results import Overlap
from almpo_kit.vocabulary.errors import DesignError

Array = np.ndarray[Any, np.dtype[Any]]

#: Mass points at most; months after entry that a path is told for at most.
MOST_POINTS, HORIZON = 4, 24


def timing_of_events(
    overlap: Overlap,
    sample: Sample,
    *,
    contrasts: Sequence[tuple[str, str]],
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
    **unused: Any,
) -> Fit:
    """Effect of entering on finding a job, where people who differ in ways nobody sees enter and find jobs at other rates.

    Hazards of a job and of entering each arm are proportional in the covariates and in unobserved terms that may be
    correlated; what identifies the effect is that a job found soon after entry, rather than long after or before it, is
    evidence of it, provided that nobody knew the moment beforehand.

    Parameters
    ----------
    overlap : Overlap
    sample : Sample
        With ``durations``.
    contrasts : sequence of (arm, comparison)
    seed : int
    progress : callable, optional

    Returns
    -------
    Fit
        ``measures``: the chance of having found a job within each month since entry, of those who entered, against not
        entering at all (or against another arm); then log hazard ratios by time since entry. ``details``: ``points``
        (models tried), ``kinds`` (mass points of the one chosen), ``hazards``. Standard errors are sandwich by cluster.

    Raises
    ------
    DesignError
        No durations, or the likelihood cannot be climbed.

    References
    ----------
    Abbring and van den Berg (2003) Econometrica 71, 1491-1517; Heckman and Singer (1984) Econometrica 52, 271-320;
    Gaure, Røed and Zhang (2007) J. Econom. 141, 1159-1195.
    """
    spells = durations_of(sample)
    held = cells(spells, sample.arm, standardised(sample.covariates), sample.weight, len(sample.arms) - 1)
    best, tried = fitted(held, most_points=MOST_POINTS, seed=seed, progress=progress)
    variance, sharp = covariance(best, held, sample.cluster)
    horizon = int(min(HORIZON, spells.left.max()))
    made = [_contrast(best, variance, held, spells, sample.arms, pair, horizon, seed) for pair in contrasts]
    clusters = int(sample.cluster.max()) + 1
    counts = np.bincount(sample.arm, minlength=len(sample.arms))
    where = {name: i for i, name in enumerate(sample.arms)}
    shape = np.array([m[0] for m in made]).shape
    return Fit(
        contrasts=tuple(contrasts),
        estimate=np.array([m[0] for m in made]),
        covariance=np.array([m[1] for m in made]),
        df=np.full(shape, float(clusters - 1) if sample.clustered else np.inf),
        comparison_mean=np.array([m[2] for m in made]),
        n_arm=np.array([counts[where[a]] for a, _ in contrasts]),
        n_comparison=np.array([counts[where[b]] for _, b in contrasts]),
        n_clusters=np.full(len(contrasts), clusters),
        estimand="att",
        se_kind=f"sandwich by {'cluster' if sample.clustered else 'person'}",
        checks=told.checks_of(
            best, tried, held, sample.arms, spells, horizon, sharp=sharp, errors=_first_errors(best, variance)
        ),
        measures=measures(str(sample.measures["column"].iloc[0]), horizon),
        details={
            "points": points_table(tried, best, sample.arms),
            "kinds": kinds_table(best, sample.arms),
            "hazards": hazard_table(best, sample.arms),
        },
    )


def _contrast(
    best: HazardFit,
    variance: Array,
    held: Cells,
    spells: Durations,
    arms: tuple[str, ...],
    pair: tuple[str, str],
    horizon: int,
    seed: int,
) -> tuple[Array, Array, Array]:
    a, b = (arms.index(name) for name in pair)
    if not a:
        raise DesignError(
            f"timing of events tells the effect on those who entered; turn the contrast round, e.g. ({pair[1]!r}, {pair[0]!r})."
        )
    who = entrants(held, spells.entered, a, seed)
    found, other = effects(best.theta, best.layout, who, (a, b), horizon)
    slope = slopes(best.theta, best.layout, who, (a, b), horizon)
    return found, slope @ variance @ slope.T, other


def _first_errors(best: HazardFit, variance: Array) -> Array:
    """Standard errors of each arm's log hazard ratio in the first stretch since entry."""
    return np.sqrt(np.array([variance[s.start, s.start] for s in best.layout.slices()["effect"]]))


def durations_of(sample: Sample) -> Durations:
    """The durations of a sample.

    Raises
    ------
    DesignError
        It has none.
    """
    if sample.durations is None:
        raise DesignError(
            'timing of events needs durations: design(…, left="months", left_to_job="found_job", '
            'entered="months_until_entry").'
        )
    return sample.durations


def standardised(x: Array) -> Array:
    """Covariates with mean 0 and SD 1, without those that are constant or follow from the others."""
    spread = x.std(axis=0)
    z = (x - x.mean(axis=0))[:, spread > 1e-12] / spread[spread > 1e-12]
    kept: list[int] = []
    for j in range(z.shape[1]):
        if kept:
            basis = z[:, kept]
            rest = z[:, j] - basis @ np.linalg.lstsq(basis, z[:, j], rcond=None)[0]
        else:
            rest = z[:, j]
        if rest.std() > 1e-7:
            kept.append(j)
    return z[:, kept]
