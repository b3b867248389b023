"""One axis of the 2×2: values, thresholds, distances, classes and how sure they are, regions by years."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from almpo_kit.regions.changes import DIFFERENCE_DIGITS
from almpo_kit.regions.contexts.sureness import USUAL_RATE, allowance_at, flagged, sureness
from almpo_kit.regions.contexts.thresholds import Thresholds
from almpo_kit.regions.contexts.trigger import (
    MIXED,
    NEAR,
    UNKNOWN,
    Codes,
    Floats,
    Triggered,
    Years,
    before,
    combine,
    trigger,
)
from almpo_kit.regions.panel import Panel

Against = Literal["eu", "nation", "both"] | float


@dataclass(frozen=True)
class Rule:
    """How an axis is classed: against what, with which margin, and whether the past counts.

    ``allowance`` is what sampling error may explain, in points, at the level ``usual``; it bears on sureness only.
    """

    against: Against
    margin: float
    allowance: float
    hysteresis: bool
    usual: float = USUAL_RATE


@dataclass(frozen=True)
class Side:
    """Distances from one threshold, and the classes that follow."""

    distance: Floats
    found: Triggered


@dataclass(frozen=True)
class Axis:
    """One indicator classed for every region and year.

    Parameters
    ----------
    values : float array, shape (n_regions, n_years)
    flags : object array, shape (n_regions, n_years)
    territory : int array, shape (n_regions, n_years)
        A number for the NUTS vintage of each value.
    weak : bool array, shape (n_regions, n_years)
        Values of less precision: flagged, or of small regions.
    alone : bool array, shape (n_regions, 1)
        True where the region is its whole nation, so that the nation is no second yardstick.
    """

    rule: Rule
    values: Floats
    flags: npt.NDArray[np.object_]
    territory: npt.NDArray[np.int_]
    weak: npt.NDArray[np.bool_]
    alone: npt.NDArray[np.bool_]
    limits: Thresholds

    @cached_property
    def eu(self) -> Side:
        """Against the EU."""
        return self._side(self.limits.eu[None, :])

    @cached_property
    def nation(self) -> Side:
        """Against each region's nation."""
        return self._side(self.limits.nation)

    @cached_property
    def chosen(self) -> Side:
        """Against what the rule asks first: for both it is the EU."""
        if isinstance(self.rule.against, str):
            return self.nation if self.rule.against == "nation" else self.eu
        return self._side(np.full((1, 1), self.rule.against))

    @cached_property
    def codes(self) -> Codes:
        """The class by the rule; ``MIXED`` where both are asked and differ."""
        if self.rule.against != "both":
            return self.chosen.found.codes
        return combine(self.eu.found.codes, self.nation.found.codes, b_applies=~self.alone)

    @property
    def threshold(self) -> Floats:
        """The threshold of :attr:`chosen`, shape (n_regions, n_years)."""
        if not isinstance(self.rule.against, str):
            return np.full(self.values.shape, float(self.rule.against))
        level = self.limits.nation if self.rule.against == "nation" else self.limits.eu[None, :]
        return np.broadcast_to(level, self.values.shape)

    @cached_property
    def kept(self) -> npt.NDArray[np.bool_]:
        """True where the class was given in an earlier year and is kept within the margin."""
        own = self.chosen.found.kept
        # A mixed class is one of the two kept, or both; a single region's nation is no second yardstick.
        other = self.nation.found.kept & ~self.alone if self.rule.against == "both" else np.False_
        return (own | other) & (self.codes != UNKNOWN) & (self.codes != NEAR)

    @cached_property
    def clear(self) -> Years:
        """Column of the year that gave the class: the earlier one where two thresholds are asked."""
        if self.rule.against != "both":
            return self.chosen.found.clear
        first = self.eu.found.clear
        other = np.where(self.alone, first, self.nation.found.clear)
        earlier = np.where((other >= 0) & ((first < 0) | (other < first)), other, first)
        return earlier.astype(np.int16)

    @cached_property
    def before(self) -> tuple[Codes, Years]:
        """Class and column of the last earlier year with a class on the same territory."""
        return before(self.codes, self.territory)

    @cached_property
    def changed(self) -> npt.NDArray[np.bool_]:
        """True where the class is another than before."""
        return (self.before[0] != UNKNOWN) & (self.before[0] != self.codes)

    @cached_property
    def sureness(self) -> npt.NDArray[np.int8]:
        """Grades; of two thresholds, the nearer decides."""
        distance = self.chosen.distance
        if self.rule.against == "both":
            other = np.where(self.alone, self.eu.distance, self.nation.distance)
            distance = np.where(np.abs(other) < np.abs(distance), other, distance)
        chance = allowance_at(self.values, self.rule.allowance, self.rule.usual)
        grade = sureness(distance, np.maximum(self.rule.margin, chance), self.weak)
        return np.where(self.codes == UNKNOWN, np.int8(0), grade).astype(np.int8)

    def _side(self, level: Floats) -> Side:
        distance = np.round(self.values - level, DIFFERENCE_DIGITS)
        found = trigger(distance, self.rule.margin, hysteresis=self.rule.hysteresis, territory=self.territory)
        return Side(distance, found)

    @property
    def held(self) -> bool:
        """True when any region has a class in any year."""
        return bool((self.codes != UNKNOWN).any())

    @property
    def mixed(self) -> npt.NDArray[np.bool_]:
        """True where the two thresholds disagree."""
        return self.codes == MIXED


def axis(
    panel: Panel,
    focus: pd.DataFrame,
    years: list[str],
    limits: Thresholds,
    rule: Rule,
    small: npt.NDArray[np.bool_],
) -> Axis:
    """Class the regions in focus on the given years (columns that the panel lacks are missing).

    Parameters
    ----------
    focus : DataFrame, shape (n_regions, 2)
        Rows of :attr:`Panel.regions`: whole countries, so that a region that is its nation is known as one.
    small : bool array, shape (n_regions,)
        Regions of fewer people than the survey's precision rule binds.
    """
    country = focus["country"]
    alone = (country.map(country.value_counts()) == 1).to_numpy()[:, None]
    at = (
        panel.regions.index.get_indexer(focus.index)[:, None],
        panel.values.columns.get_indexer(pd.Index(years))[None, :],
    )
    values, versions, flags = (_taken(frame, at) for frame in (panel.values, panel.versions, panel.flags))
    return Axis(
        rule=rule,
        values=values,
        territory=_numbered(versions),
        flags=flags,
        weak=flagged(flags) | small[:, None],
        alone=alone,
        limits=limits,
    )


def _taken(frame: pd.DataFrame, at: tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]) -> npt.NDArray[Any]:
    """Cells by position; a column that the frame lacks (position −1) is missing."""
    cells = frame.to_numpy()[at]
    gone = np.broadcast_to(at[1] < 0, cells.shape)
    if gone.any():
        cells[gone] = np.nan if cells.dtype.kind == "f" else None
    return cells


def _numbered(versions: npt.NDArray[np.object_]) -> npt.NDArray[np.int_]:
    """A number for each vintage; a value whose vintage is not stated has a number of its own."""
    codes, _ = pd.factorize(versions.ravel())
    return codes.reshape(versions.shape)
