"""The evidence beside which a belief is put: an average of studies, and where the effect of one more place is expected."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Integral
from typing import Any

from almpo_kit.codesign.beliefs.horizons_beside import checked_horizons
from almpo_kit.codesign.beliefs.quantities import is_real
from almpo_kit.vocabulary.errors import DesignError, ParameterError

#: Independent samples below which nothing is pooled anywhere in the workbench.
FEWEST_STUDIES = 5


@dataclass(frozen=True)
class Bell:
    """A symmetric distribution: Student's t, normal where ``df`` is infinite."""

    centre: float
    scale: float
    df: float

    def interval(self, level: float) -> tuple[float, float]:
        """Its middle ``level``."""
        half = self.scale * _times(level, self.df)
        return self.centre - half, self.centre + half


@dataclass(frozen=True)
class EvidenceGiven:
    """What studies found.

    Parameters
    ----------
    estimate, low, high, level : float
        The average and its interval; NaN where there is none.
    prediction : (float, float) or None
    n_studies : int
        Independent samples.
    countries : tuple of str
    average, place : Bell or None
        The same as distributions: of the average effect, and of the effect in one more place.
    horizons : tuple of float
        Months of the estimates, where they are known.
    """

    estimate: float
    low: float
    high: float
    level: float
    prediction: tuple[float, float] | None
    n_studies: int
    countries: tuple[str, ...]
    average: Bell | None
    place: Bell | None
    horizons: tuple[float, ...] = ()

    @property
    def thin(self) -> bool:
        """Too few studies to contradict anybody."""
        return self.average is None or self.n_studies < FEWEST_STUDIES


def evidence_given(
    estimate: Any,
    low: Any,
    high: Any,
    prediction: Any,
    n_studies: Any,
    level: Any,
    countries: Sequence[str],
    *,
    df: Any = None,
    horizons: Sequence[float] = (),
) -> EvidenceGiven:
    """Evidence, checked; missing where ``estimate`` is None or NaN.

    Raises
    ------
    ParameterError
        Numbers that are no interval.
    DesignError
        A prediction interval narrower than that of the average.
    """
    if isinstance(n_studies, bool) or not isinstance(n_studies, Integral) or n_studies < 0:
        raise ParameterError(
            f"belief_against_evidence(): n_studies={n_studies!r}; give how many independent studies it rests on, e.g. 9."
        )
    if not is_real(level) or not 0.5 <= level <= 0.999:
        raise ParameterError(
            f"belief_against_evidence(): level={level!r}; give that of low and high, e.g. 0.95."
        )
    if df is not None and (not is_real(df) or not df > 0):
        raise ParameterError(
            f"belief_against_evidence(): df={df!r}; give the degrees of freedom with which the intervals were made, e.g. 8, or leave "
            "it out."
        )
    n_studies = int(n_studies)
    held, months = tuple(countries), checked_horizons(horizons)
    if _missing(estimate) or _missing(low) or _missing(high):
        none = float("nan")
        return EvidenceGiven(none, none, none, float(level), None, n_studies, held, None, None, months)
    centre, ends = float(estimate), (float(low), float(high))
    _ordered("low, estimate, high", ends[0], centre, ends[1])
    # Few studies: the tails are those of Student's t, as they were when the interval was made.
    average = _bell(centre, ends, float(level), _df(n_studies, 1, df))
    if prediction is None or any(_missing(p) for p in prediction):
        return EvidenceGiven(centre, *ends, float(level), None, n_studies, held, average, None, months)
    wide = (float(prediction[0]), float(prediction[1]))
    _ordered("prediction", wide[0], centre, wide[1])
    if wide[1] - wide[0] < ends[1] - ends[0] - 1e-9 * abs(ends[1] - ends[0]):
        raise DesignError(
            "belief_against_evidence(): the prediction interval is narrower than that of the average; one more place cannot "
            "be surer than the average. Were low, high and prediction mixed up?"
        )
    place = _bell(centre, wide, float(level), _df(n_studies, 2, df))
    return EvidenceGiven(centre, *ends, float(level), wide, n_studies, held, average, place, months)


def _missing(value: Any) -> bool:
    return value is None or (is_real(value) and math.isnan(value))


def _ordered(name: str, low: float, middle: float, high: float) -> None:
    if not all(map(math.isfinite, (low, middle, high))) or not low <= middle <= high or not low < high:
        raise ParameterError(
            f"belief_against_evidence(): {name}: {low:g}, {middle:g}, {high:g} are no interval around the estimate; e.g. "
            "estimate=2.4, low=0.6, high=4.2."
        )


def _df(n: int, less: int, made: float | None) -> float:
    if made is not None:
        return float(made)
    # From a thousand studies on, Student's tails are a normal's.
    return float(max(n - less, 1)) if 0 < n < 1000 else math.inf


def _bell(centre: float, ends: tuple[float, float], level: float, df: float) -> Bell:
    # The longer side, where the sides differ: nobody is contradicted by rounding.
    half = max(ends[1] - centre, centre - ends[0])
    return Bell(centre, half / _times(level, df), df)


def _times(level: float, df: float) -> float:
    from scipy.special import ndtri, stdtrit

    p = (1 + level) / 2
    return float(ndtri(p) if math.isinf(df) else stdtrit(df, p))
