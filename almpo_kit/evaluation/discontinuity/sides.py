"""Which side of a cut-off is which, and whether the cut-off decides alone who takes part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from almpo_kit.evaluation.designs.sample import Sample
from almpo_kit.vocabulary.errors import DesignError

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, eq=False, repr=False)
class Sides:
    """A running variable turned so that people exactly at the cut-off belong to the upper side.

    Parameters
    ----------
    x : Array, shape (n,)
        Running variable minus cut-off, possibly mirrored; NaN where it is not known.
    took : Array, shape (n,)
        Share of the programme taken up.
    sign : float
        +1 where the upper side is the treated one.
    mirrored : bool
    sharp : bool
        True where the side decides alone.
    """

    x: Array
    took: Array
    sign: float
    mirrored: bool
    sharp: bool

    @property
    def whole(self) -> bool:
        """True where everybody took up all or nothing."""
        return bool(np.isin(self.took, (0.0, 1.0)).all())

    def rows(self, kept: Array) -> Sides:
        """The sides cut to some rows."""
        return Sides(self.x[kept], self.took[kept], self.sign, self.mirrored, self.sharp)


def sides(sample: Sample) -> Sides:
    """The two sides of a sample.

    Raises
    ------
    DesignError
        No running variable, more than two arms, nobody on one side, gaps in take-up, or a side that moves nobody.
    """
    if sample.running is None:
        raise DesignError(
            "the running variable is missing; name it and its cut-off, e.g. "
            'design(…, assignment="rd", running="age", cutoff=25).'
        )
    if len(sample.arms) != 2:
        raise DesignError(
            f"one cut-off separates two arms, not {len(sample.arms)} ({', '.join(sample.arms)}); compare them one at a "
            "time, e.g. persons.query(\"treatment in ['none', 'training']\")."
        )
    took = _take_up(sample)
    x = np.where(np.isfinite(sample.running), sample.running.astype(float), np.nan)
    below, at, above = (took[s] for s in (x < 0, x == 0, x > 0))
    if not len(below) or not len(above):
        raise DesignError(
            "nobody is on one side of the cut-off; check cutoff= and the unit of the running variable "
            f"(it runs from {np.nanmin(x):g} to {np.nanmax(x):g} from the cut-off)."
        )
    mirrored = bool(len(at)) and abs(at.mean() - above.mean()) > abs(at.mean() - below.mean())
    x = -x if mirrored else x
    lower, upper = took[x < 0], took[x >= 0]
    sharp = bool(np.ptp(lower) == 0 and np.ptp(upper) == 0 and abs(upper[0] - lower[0]) == 1)
    if np.ptp(took[np.isfinite(x)]) == 0:
        raise DesignError(
            "everybody took part alike on both sides of the cut-off, so it moves nobody; check treatment= or took_part=."
        )
    sign = 1.0 if upper.mean() > lower.mean() else -1.0
    return Sides(x, took, sign, mirrored, sharp)


def _take_up(sample: Sample) -> Array:
    if sample.took_part is None:
        return (sample.arm == 1).astype(float)
    share = sample.took_part.astype(float)
    if np.isnan(share).any() or share.min() < 0 or share.max() > 1:
        raise DesignError(
            "took_part must be known of everybody, as a share from 0 to 1; drop the other rows, e.g. "
            'persons.dropna(subset=["attended"]).'
        )
    return share
