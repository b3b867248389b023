"""Treated regions and those that may stand in for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from almpo_kit.evaluation.designs.sample import Panel, Sample
from almpo_kit.evaluation.differences.arm_panel import are_places, panel_of
from almpo_kit.evaluation.differences.donor_weights import Gap, Kind, donor_gap
from almpo_kit.vocabulary.errors import DesignError

Array = np.ndarray[Any, np.dtype[Any]]

#: Fewer donors or periods before and nothing can be said.
FEWEST_DONORS, FEWEST_BEFORE = 5, 3
#: NUTS 3 has 1,165 regions; a table of more units that are not named by codes is one of persons.
MOST_REGIONS = 1200


@dataclass(frozen=True, eq=False, repr=False)
class Regions:
    """Regions of one programme and their donors.

    Parameters
    ----------
    arm : str
    treated : Array, shape (k, t)
    start : Array of int, shape (k,)
    donors : Array, shape (j, t)
    treated_names, donor_names : tuple of str
    gaps_left_out : int
        Donors left out because a period is missing.
    months_per_period : float
    """

    arm: str
    treated: Array
    start: Array
    donors: Array
    treated_names: tuple[str, ...]
    donor_names: tuple[str, ...]
    gaps_left_out: int
    months_per_period: float

    @property
    def before(self) -> int:
        """Periods before the start that all treated regions have."""
        return int(self.start.min())

    @property
    def after(self) -> int:
        """Periods from the start on that all treated regions have."""
        return int(self.treated.shape[1] - self.start.max())

    @property
    def time(self) -> Array:
        """Periods since the start that all treated regions have."""
        return np.arange(-self.before, self.after)


def regions(sample: Sample, arm: str, comparison: str) -> Regions:
    """The regions of one programme.

    Raises
    ------
    DesignError
        No panel; a contrast between programmes; too few donors or periods before; a treated region with gaps.
    """
    panel = panel_of(sample)
    if not units_are_regions(panel):
        raise DesignError(
            "the units look like single persons, whose paths and names would be shown; a synthetic control stands in for "
            "regions. Add persons up to regions, with their NUTS codes as id (e.g. 'EL30'), or use assignment='did'."
        )
    if comparison != sample.arms[0] or arm not in sample.arms[1:]:
        raise DesignError(
            f"a synthetic control stands in for “{sample.arms[0]}”; compare each programme with it, e.g. "
            f"contrasts=[({sample.arms[1]!r}, {sample.arms[0]!r})]."
        )
    mine = (panel.arm == sample.arms.index(arm)) & (panel.treated_from >= 0)
    never = panel.treated_from < 0
    whole = np.isfinite(panel.outcome).all(axis=1)
    _refuse(panel, arm, mine, never, whole)
    kept = never & whole
    return Regions(
        arm=arm,
        treated=panel.outcome[mine],
        start=panel.treated_from[mine],
        donors=panel.outcome[kept],
        treated_names=tuple(str(u) for u in panel.units[mine]),
        donor_names=tuple(str(u) for u in panel.units[kept]),
        gaps_left_out=int((never & ~whole).sum()),
        months_per_period=panel.months_per_period,
    )


def units_are_regions(panel: Panel) -> bool:
    """True for NUTS or country codes; for other names unless outcomes are 0/1 or there are as many as only persons are."""
    if are_places(panel.units):
        return True
    known = panel.outcome[np.isfinite(panel.outcome)]
    return len(np.unique(known)) > 2 and len(panel.units) <= MOST_REGIONS


def _refuse(panel: Panel, arm: str, mine: Array, never: Array, whole: Array) -> None:
    if not mine.any():
        raise DesignError(f"no region enters “{arm}” within the periods; check treated_from=.")
    if (mine & ~whole).any():
        names = ", ".join(str(u) for u in panel.units[mine & ~whole][:5])
        raise DesignError(
            f"treated regions have periods without an outcome ({names}); fill them, or drop these periods for all."
        )
    donors, needed = int((never & whole).sum()), max(FEWEST_DONORS, 2 * int(mine.sum()))
    if donors < needed:
        raise DesignError(
            f"{donors} regions without the programme and without gaps are too few to stand in for {int(mine.sum())} treated; "
            f"at least {needed} are needed. Add regions, or compare over time with assignment='did'."
        )
    before = int(panel.treated_from[mine].min())
    if before < FEWEST_BEFORE:
        raise DesignError(
            f"{before} period(s) before the start are too few to see whether others moved alike; at least {FEWEST_BEFORE} "
            "are needed."
        )


@dataclass(frozen=True, eq=False, repr=False)
class Found:
    """Mean gap by time since the start, and the parts it is made of."""

    gap: Array
    rmspe: float
    parts: tuple[Gap, ...]


def mean_gap(held: Regions, treated: Array, donors: Array, kind: Kind) -> Found:
    """Gap of ``treated`` (k, t), with the starts of ``held``, beside ``donors``, averaged over regions.

    Synthetic differences average regions of one start first, as their authors do.
    """
    parts, weights, paths = [], [], []
    groups = (
        [np.array([i]) for i in range(len(treated))]
        if kind == "synthetic_control"
        else [np.flatnonzero(held.start == g) for g in np.unique(held.start)]
    )
    for rows in groups:
        start = int(held.start[rows[0]])
        found = donor_gap(treated[rows].mean(axis=0), donors, start, kind, len(rows))
        parts.append(found)
        weights.append(len(rows))
        paths.append(found.gap[start - held.before : start + held.after])
    gap = np.average(paths, axis=0, weights=weights)
    before = gap[: held.before]
    if kind == "synthetic_differences":
        before = before - before.mean()
    return Found(gap, float(np.sqrt(np.mean(before**2))), tuple(parts))
