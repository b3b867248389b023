"""The part of a panel in which one programme is compared with units not (yet) in any."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evaluation.designs.sample import Panel, Sample
from almpo_kit.evaluation.disclosure.smallest import SMALLEST
from almpo_kit.vocabulary.errors import DesignError, PlaceError

Array = np.ndarray[Any, np.dtype[Any]]

#: With so many clusters never treated, these alone are the comparison; otherwise also those not yet treated.
ENOUGH_NEVER = 10
#: A cohort in fewer clusters says nothing about its own error.
FEWEST_CLUSTERS = 2


@dataclass(frozen=True, eq=False, repr=False)
class ArmPanel:
    """Units of one programme and those never in any, over t periods.

    Parameters
    ----------
    arm : str
    outcome : Array, shape (u, t)
    start : Array of int, shape (u,)
        Position of the first treated period; -1 for never.
    covariates : Array, shape (u, p)
    cluster : Array of int, shape (u,)
        0 … g - 1.
    weight : Array, shape (u,)
    never_only : bool
        True where only units never treated are compared with.
    months_per_period : float
    left_out : tuple of str
        Periods whose cohorts lie in a single cluster and were left out.
    early : int
        Units that were left out because they were treated from the first period on.
    places : bool
        True where units are regions or countries, about which small numbers may be told.
    """

    arm: str
    outcome: Array
    start: Array
    covariates: Array
    cluster: Array
    weight: Array
    never_only: bool
    months_per_period: float
    left_out: tuple[str, ...]
    early: int
    places: bool

    @property
    def cohorts(self) -> Array:
        """First treated periods that occur, in order."""
        found: Array = np.unique(self.start[self.start >= 0])
        return found

    def long(self) -> pd.DataFrame:
        """One row a unit and period with an outcome: ``unit, time, first, y, weight, cluster, x0, …``.

        Times count from 1, because 0 means never treated to the libraries that read this.
        """
        u, t = self.outcome.shape
        frame = pd.DataFrame(
            {
                "unit": np.repeat(np.arange(u), t),
                "time": np.tile(np.arange(1, t + 1), u),
                "first": np.repeat(np.where(self.start < 0, 0, self.start + 1), t),
                "y": self.outcome.ravel(),
                "weight": np.repeat(self.weight, t),
                "cluster": np.repeat(self.cluster, t),
            }
        )
        for j in range(self.covariates.shape[1]):
            frame[f"x{j}"] = np.repeat(self.covariates[:, j], t)
        return frame[frame["y"].notna()].reset_index(drop=True)


def panel_of(sample: Sample) -> Panel:
    """The panel of a sample, or a refusal."""
    if sample.panel is None:
        raise DesignError(
            "differences over time need units followed over periods; give one row a unit and period, e.g. "
            'design(…, assignment="did", period="month", treated_from="first_month").'
        )
    return sample.panel


def arm_panel(sample: Sample, arm: str, comparison: str) -> ArmPanel:
    """The units that say what one programme did.

    Raises
    ------
    DesignError
        No panel; a contrast between two programmes; nobody to compare with; no period before the programme; every
        cohort in a single cluster.
    """
    panel = panel_of(sample)
    if comparison != sample.arms[0] or arm not in sample.arms[1:]:
        raise DesignError(
            f"differences over time compare a programme with “{sample.arms[0]}” (never, or not yet), not “{arm}” with "
            f"“{comparison}”; leave contrasts out, or choose e.g. contrasts=[({sample.arms[1]!r}, {sample.arms[0]!r})]."
        )
    code = sample.arms.index(arm)
    mine = (panel.arm == code) & (panel.treated_from >= 0)
    early = mine & (panel.treated_from == 0)
    never = panel.treated_from < 0
    kept = (mine & ~early) | never
    kept &= np.isfinite(panel.outcome).any(axis=1)
    alone = _single(panel, kept)
    kept &= ~np.isin(panel.treated_from, alone)
    if not (kept & mine).any():
        raise DesignError(_nobody(arm, alone, early))
    _, cluster = np.unique(panel.cluster[kept], return_inverse=True)
    never_clusters = len(np.unique(panel.cluster[kept & never]))
    if never_clusters < FEWEST_CLUSTERS and len(np.unique(panel.treated_from[kept & mine])) < 2:
        raise DesignError(
            f"there is nobody to compare “{arm}” with: fewer than two clusters are never in it, and all others enter at "
            "the same time. Add units that were not covered."
        )
    return ArmPanel(
        arm=arm,
        outcome=panel.outcome[kept],
        start=panel.treated_from[kept],
        covariates=_varying(panel.covariates[kept]),
        cluster=cluster,
        weight=panel.weight[kept],
        never_only=never_clusters >= ENOUGH_NEVER,
        months_per_period=panel.months_per_period,
        left_out=tuple(panel.periods[g] for g in alone),
        early=int(early.sum()),
        places=are_places(panel.units),
    )


def are_places(units: Array) -> bool:
    """True where every unit is shaped like a country or NUTS code of a known country."""
    from almpo_kit.vocabulary.places import PLACE_NAMES, nuts_level

    try:
        return len(units) > 0 and all(nuts_level(str(u)) >= 0 and str(u)[:2] in PLACE_NAMES for u in units)
    except PlaceError:
        return False


def told_cohorts(panel: ArmPanel) -> Array:
    """Which cohorts may be told about by themselves, shape of ``panel.cohorts``."""
    counts = np.array([int(np.sum(panel.start == g)) for g in panel.cohorts])
    found: Array = (counts >= SMALLEST) | panel.places
    return found


def _single(panel: Panel, kept: Array) -> Array:
    """Cohorts that lie in one cluster only."""
    starts = np.unique(panel.treated_from[kept & (panel.treated_from >= 0)])
    found = [
        g for g in starts if len(np.unique(panel.cluster[kept & (panel.treated_from == g)])) < FEWEST_CLUSTERS
    ]
    return np.asarray(found, dtype=np.int64)


def _varying(x: Array) -> Array:
    """Covariates that vary at all, standardised so that no library stumbles over their size."""
    if not x.size:
        return np.empty((len(x), 0))
    spread = x.std(axis=0)
    kept = spread > 1e-12
    found: Array = (x[:, kept] - x[:, kept].mean(axis=0)) / spread[kept]
    return found


def _nobody(arm: str, alone: Array, early: Array) -> str:
    if len(alone):
        return (
            f"“{arm}” reached a single cluster at a time, and one cluster says nothing about its own error; use "
            'assignment="synthetic_control", which asks how unusual it is among the others.'
        )
    if early.any():
        return f"all units of “{arm}” are in it from the first period on, so there is no time before; add earlier periods."
    return f"nobody enters “{arm}” within the periods; check treated_from=."
