"""The people of an evaluation as arrays: what the kernels compute with. It never leaves the process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evaluation.designs.durations import Durations

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, eq=False, repr=False)
class Panel:
    """Units over periods, for differences and synthetic controls.

    Parameters
    ----------
    units : Array of str, shape (u,)
    periods : tuple of str, length t
        In order of time.
    outcome : Array, shape (u, t)
        In the unit of the measured outcome; NaN where missing.
    treated_from : Array of int, shape (u,)
        Position in ``periods`` of the first treated one; -1 for never.
    arm : Array of int, shape (u,)
        Arm that the unit is ever in (0 = never treated).
    covariates : Array, shape (u, p)
        As of the first period.
    cluster : Array of int, shape (u,)
    weight : Array, shape (u,)
    months_per_period : float
        1 for months, 3 for quarters, 12 for years.
    """

    units: Array
    periods: tuple[str, ...]
    outcome: Array
    treated_from: Array
    arm: Array
    covariates: Array
    cluster: Array
    weight: Array
    months_per_period: float


@dataclass(frozen=True, eq=False, repr=False)
class Sample:
    """Persons as arrays; rows are in the order of the frame they came from.

    Parameters
    ----------
    arms : tuple of str, length k
        Arm names, the comparison first.
    arm : Array of int, shape (n,)
        Position in ``arms``.
    outcome : Array, shape (n, h)
        All outcomes at all times, in the unit of each; NaN where missing.
    measures : DataFrame, shape (h, ...)
        One row a column of ``outcome``: ``column, outcome, unit, months, label``.
    covariates : Array, shape (n, p)
        Covariates to be held constant, as numbers without gaps: categories as dummies (the most frequent left out),
        missing values at the mean with an indicator. Not standardised.
    names : tuple of str, length p
        Of the columns of ``covariates``.
    parts : mapping of str to slice
        Covariate -> its columns of ``covariates``.
    cluster : Array of int, shape (n,)
        0 … g - 1; every row its own where no cluster is named.
    block : Array of int, shape (n,) or None
        Randomisation blocks, or strata of elapsed unemployment.
    weight : Array, shape (n,)
    took_part : Array, shape (n,) or None
        Share of the offered programme taken up, 0 to 1.
    instrument : Array, shape (n, m) or None
    running : Array, shape (n,) or None
        Running variable minus the cut-off.
    modifiers : Array, shape (n, q)
        Covariates by which effects may differ, encoded like ``covariates``; ``modifier_names`` long.
    groups : DataFrame, shape (n, ...)
        Modifiers and sensitive covariates as they were given, to cut groups by. Never shown.
    panel : Panel or None
    durations : Durations or None
        Months until a job and until entry, for the timing of events.
    """

    arms: tuple[str, ...]
    arm: Array
    outcome: Array
    measures: pd.DataFrame
    covariates: Array
    names: tuple[str, ...]
    parts: Mapping[str, slice]
    cluster: Array
    block: Array | None
    weight: Array
    took_part: Array | None = None
    instrument: Array | None = None
    running: Array | None = None
    modifiers: Array = field(default_factory=lambda: np.empty((0, 0)))
    modifier_names: tuple[str, ...] = ()
    groups: pd.DataFrame = field(default_factory=pd.DataFrame)
    panel: Panel | None = None
    durations: Durations | None = None

    def __len__(self) -> int:
        return len(self.arm)

    def __repr__(self) -> str:
        # Rows about persons must not appear in a notebook by accident.
        return f"Sample({len(self)} rows, arms {', '.join(self.arms)})"

    @property
    def clustered(self) -> bool:
        """True when several rows share a cluster."""
        return bool(self.cluster.max(initial=-1) + 1 < len(self))

    def rows(self, kept: Array) -> Sample:
        """The sample cut to some rows.

        Parameters
        ----------
        kept : Array of bool or int, shape (n,) or (m,)
        """
        cut = {
            name: getattr(self, name)[kept]
            for name in ("arm", "outcome", "covariates", "weight", "modifiers")
            if len(getattr(self, name))
        }
        cut |= {
            name: getattr(self, name)[kept]
            for name in ("block", "took_part", "instrument", "running")
            if getattr(self, name) is not None
        }
        _, clusters = np.unique(self.cluster[kept], return_inverse=True)
        groups = self.groups
        if len(groups):
            groups = groups.iloc[np.arange(len(self))[kept]].reset_index(drop=True)
        cut["durations"] = None if self.durations is None else self.durations.rows(kept)
        return replace(self, **cut, cluster=clusters, groups=groups)
