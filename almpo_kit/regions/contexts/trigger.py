"""A Schmitt trigger over the years: a class is left only beyond the margin on the other side.

Rule. ``distance`` is value minus threshold.

- A region beyond the margin is *high* (above) or *low* (below), whatever it was before.
- A region within the margin (the margin included) keeps the class it was last given. So it changes from high
  to low only when it falls below the threshold by more than the margin, and back only above it by more.
- Start: until it has once been beyond the margin it is *near the threshold* and has no class to keep.
- A year without a value is *unknown*; what was remembered is kept over the gap.
- A change of territory (another NUTS vintage) makes it forget: another territory has another past.

Today's class can therefore depend on the years before. Without hysteresis every year stands alone, and a
region within the margin is near the threshold.

References
----------
Schmitt, O. H. (1938). A thermionic trigger. Journal of Scientific Instruments 15, 24-26.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int8]
Years = npt.NDArray[np.int16]

UNKNOWN, LOW, NEAR, HIGH, MIXED = range(5)
#: What each code is called; ``MIXED`` arises only where two thresholds are asked and disagree.
WORDS = ("unknown", "low", "near the threshold", "high", "mixed")


@dataclass(frozen=True)
class Triggered:
    """Classes over the years.

    Parameters
    ----------
    codes : int8 array, shape (n_regions, n_years)
        ``UNKNOWN``, ``LOW``, ``NEAR`` or ``HIGH``.
    clear : int16 array, shape (n_regions, n_years)
        Column of the last year in which the region was beyond the margin; −1 before there was one.
    """

    codes: Codes
    clear: Years

    @property
    def kept(self) -> npt.NDArray[np.bool_]:
        """True where the class was given in an earlier year and is kept."""
        years = np.arange(self.codes.shape[1], dtype=np.int16)
        return ((self.codes == HIGH) | (self.codes == LOW)) & (self.clear != years)


def trigger(
    distance: Floats, margin: float, *, hysteresis: bool = True, territory: npt.NDArray[np.int_] | None = None
) -> Triggered:
    """Class regions over the years.

    Parameters
    ----------
    distance : float array, shape (n_regions, n_years)
        Value minus threshold, NaN where either is missing.
    margin : float
    hysteresis : bool
        False: every year stands alone.
    territory : int array, shape (n_regions, n_years), optional
        A number for the territory that a value was measured on; another number than before clears the memory.
    """
    n, years = distance.shape
    codes = np.zeros((n, years), dtype=np.int8)
    clear = np.full((n, years), -1, dtype=np.int16)
    memory, since = np.full(n, NEAR, dtype=np.int8), np.full(n, -1, dtype=np.int16)
    lived = None if territory is None else np.full(n, -1)
    for t in range(years):
        now = distance[:, t]
        known = ~np.isnan(now)
        if territory is not None and lived is not None:
            moved = known & (territory[:, t] != lived)
            memory[moved], since[moved] = NEAR, -1
            lived[known] = territory[known, t]
        high, low = now > margin, now < -margin
        if not hysteresis:
            memory[known], since[known] = NEAR, -1
        memory[high], memory[low] = HIGH, LOW
        since[high | low] = t
        codes[:, t] = np.where(known, memory, UNKNOWN)
        clear[:, t] = since
    return Triggered(codes, clear)


def combine(a: Codes, b: Codes, *, b_applies: npt.NDArray[np.bool_]) -> Codes:
    """One class from two thresholds: theirs where they agree, ``MIXED`` where they differ.

    Parameters
    ----------
    b_applies : bool array, shape (n_regions, 1)
        False where the second threshold means nothing (a nation of one region); then the first decides.
    """
    both = np.where(a == b, a, np.int8(MIXED))
    both = np.where((a == UNKNOWN) | (b == UNKNOWN), np.int8(UNKNOWN), both)
    return np.where(b_applies, both, a).astype(np.int8)


def before(codes: Codes, territory: npt.NDArray[np.int_]) -> tuple[Codes, Years]:
    """The class before, and its column: of the last earlier year with a class on the same territory.

    Returns
    -------
    int8 array, int16 array, both of shape (n_regions, n_years)
        ``UNKNOWN`` and −1 where there is none, or where the year itself has no class.
    """
    n, years = codes.shape
    previous = np.zeros((n, years), dtype=np.int8)
    column = np.full((n, years), -1, dtype=np.int16)
    last, at, lived = np.zeros(n, dtype=np.int8), np.full(n, -1, dtype=np.int16), np.full(n, -1)
    for t in range(years):
        known = codes[:, t] != UNKNOWN
        moved = known & (territory[:, t] != lived)
        last[moved], at[moved] = UNKNOWN, -1
        previous[:, t], column[:, t] = np.where(known, last, UNKNOWN), np.where(known, at, -1)
        last[known], at[known], lived[known] = codes[known, t], t, territory[known, t]
    return previous, column
