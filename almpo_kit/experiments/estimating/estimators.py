"""Each estimator: what it needs, what it refuses, which kernel answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from almpo_kit.experiments.estimating import durations
from almpo_kit.experiments.estimating.asked import (
    NET,
    codes,
    comparable,
    covariates_fit,
    enough_groups,
    enough_people,
    needed,
    net,
    one_chance,
    slopes_fit,
)
from almpo_kit.experiments.estimating.kernels.adjusted import adjusted
from almpo_kit.experiments.estimating.kernels.blocked import blocked
from almpo_kit.experiments.estimating.kernels.blocked_adjusted import blocked_adjusted
from almpo_kit.experiments.estimating.kernels.cluster import cluster
from almpo_kit.experiments.estimating.kernels.cluster_regression import cluster_regression
from almpo_kit.experiments.estimating.kernels.contrasts import Contrasts
from almpo_kit.experiments.estimating.kernels.difference import difference
from almpo_kit.experiments.estimating.kernels.stepped_wedge import stepped_wedge
from almpo_kit.experiments.estimating.paired import pair_differences
from almpo_kit.experiments.estimating.trial_data import TrialData
from almpo_kit.vocabulary.errors import DesignError

Array = np.ndarray[Any, np.dtype[Any]]


def by_difference(data: TrialData) -> Contrasts:
    """Difference of means, or the ratio of hazards."""
    one_chance(data, "difference")
    if data.event is not None:
        return durations.people(data, None, None)
    enough_people(data, 2, "difference")
    return difference(data.y, data.arm, len(data.arms))


def by_adjusted(data: TrialData) -> Contrasts:
    """Lin's regression, or Cox's with covariates."""
    one_chance(data, "adjusted")
    covariates = needed(data, "covariates", "adjusted")
    if data.event is not None:
        found = durations.people(data, covariates, None)
        told = "The ratio of hazards holds covariates constant; it is further from 1 than the one between whole arms."
        return found._replace(notes=(*found.notes, told))
    covariates_fit(data, "adjusted")
    return adjusted(data.y, data.arm, covariates, len(data.arms))


def by_blocked(data: TrialData) -> Contrasts:
    """Within blocks."""
    block = codes(needed(data, "block", "blocked"))
    if data.event is not None:
        return durations.people(data, None, block)
    comparable(data, block)
    k = len(data.arms)
    if data.covariates is None:
        return blocked(data.y, data.arm, block, k)
    slopes_fit(data, block * k + data.arm, "blocked")
    found = blocked_adjusted(data.y, data.covariates, data.arm, block, k)
    return found._replace(notes=(*found.notes, NET))


def by_cluster(data: TrialData) -> Contrasts:
    """Between groups; with covariates a regression."""
    one_chance(data, "cluster")
    group = codes(needed(data, "cluster", "cluster"))
    enough_groups(data, group, "cluster")
    if data.event is not None:
        return durations.groups(data, group)
    if data.covariates is not None:
        most = len(np.unique(group)) - len(data.arms) - 1
        if data.covariates.shape[1] > most:
            raise DesignError(
                f"cluster: {data.covariates.shape[1]} covariates are too many for {len(np.unique(group))} groups; "
                f"name at most {most}, or none."
            )
        return cluster_regression(data.y, data.arm, group, data.covariates, len(data.arms))
    return cluster(data.y, data.arm, group, len(data.arms))


def by_stepped_wedge(data: TrialData, correlation: str) -> Contrasts:
    """Groups and periods."""
    if data.event is not None:
        raise DesignError(
            "stepped_wedge: it compares periods, and a duration runs through several; ask for a share or a mean in each "
            "period, e.g. employed in the period."
        )
    group = codes(needed(data, "cluster", "stepped_wedge"))
    period = codes(needed(data, "period", "stepped_wedge"))
    groups, periods = int(group.max()) + 1, int(period.max()) + 1
    cell = group * periods + period
    people = np.bincount(cell, minlength=groups * periods)
    on = np.bincount(cell, data.arm, minlength=groups * periods)
    if ((on > 0) & (on < people)).any():
        raise DesignError(
            "stepped_wedge: a group has both arms in one period; its arm must follow from its step."
        )
    seen = np.flatnonzero(people)
    x = np.column_stack([seen[:, None] % periods == np.arange(periods), on[seen] > 0]).astype(float)
    if groups < 3 or np.linalg.matrix_rank(x) < x.shape[1]:
        raise DesignError(
            f"stepped_wedge: {groups} groups in {periods} periods do not tell the programme from the passing of time; at "
            "least three groups must begin at two moments or more."
        )
    y, notes = net(data, cell, "stepped_wedge")
    fit = stepped_wedge(y, data.arm, group, period, correlation)
    one = np.array([fit.effect])
    return Contrasts(one, np.array([[fit.variance]]), np.array([fit.df]), np.array([groups]), notes)


def by_saturation(data: TrialData) -> Contrasts:
    """People offered it in places with some, beside everybody in places with none."""
    saturation = needed(data, "saturation", "saturation")
    needed(data, "cluster", "saturation")
    pure = saturation <= 0
    if not pure.any() or pure.all():
        raise DesignError(
            "saturation: the offered are compared with places in which nobody is offered it, and there are none; use "
            "experiments.spillovers, which compares saturations with each other."
        )
    found = by_cluster(_without_chance(data.only(pure | (data.arm == 1))))
    told = "People offered it are compared with places where nobody is; experiments.spillovers tells what others lose or gain."
    return found._replace(notes=(*found.notes, told))


def _without_chance(data: TrialData) -> TrialData:
    # The offered of a place are all of them whatever the place's share was: chances differ by design and weigh nothing here.
    return TrialData(
        y=data.y,
        arm=data.arm,
        arms=data.arms,
        event=data.event,
        cluster=data.cluster,
        covariates=data.covariates,
    )


#: Estimator -> function of the data and the options.
BY_NAME: Final[dict[str, Callable[[TrialData, str, str], Contrasts]]] = {
    "difference": lambda data, weights, correlation: by_difference(data),
    "adjusted": lambda data, weights, correlation: by_adjusted(data),
    "blocked": lambda data, weights, correlation: by_blocked(data),
    "cluster": lambda data, weights, correlation: by_cluster(data),
    "pairs": lambda data, weights, correlation: pair_differences(data, weights),
    "stepped_wedge": lambda data, weights, correlation: by_stepped_wedge(data, correlation),
    "saturation": lambda data, weights, correlation: by_saturation(data),
}
#: Estimators that use covariates of people where they are given, of means and shares, and of durations.
_ADJUSTING: Final = ("adjusted", "blocked", "cluster", "pairs", "stepped_wedge")
_ADJUSTING_DURATIONS: Final = ("adjusted", "cluster")


def adjusts(estimator: str, *, duration: bool) -> bool:
    """Whether an estimator uses covariates of people.

    Parameters
    ----------
    estimator : str
    duration : bool
        Whether the outcome is one.
    """
    return estimator in (_ADJUSTING_DURATIONS if duration else _ADJUSTING)
