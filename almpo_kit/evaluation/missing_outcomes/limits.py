"""Between which values an outcome must lie."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.outcomes import OUTCOMES

_PER_MONTH = {"months": 1.0, "quarters": 1 / 3, "weeks": 53 / 12, "days": 31.0}
Limits = Mapping[str, tuple[float, float]]


def read_limits(limits: Any) -> dict[str, tuple[float, float]]:
    """Limits as given by a person.

    Raises
    ------
    ParameterError
    """
    if limits is None:
        return {}
    if not isinstance(limits, Mapping):
        raise ParameterError(
            f"limits={limits!r} must map an outcome to its limits, e.g. {{'earnings': (0, 60_000)}}."
        )
    for outcome, pair in limits.items():
        if outcome not in OUTCOMES:
            raise ParameterError(
                f"limits names {outcome!r}, which is no outcome; e.g. {{'earnings': (0, 60_000)}}."
            )
        fine = (
            isinstance(pair, tuple | list)
            and len(pair) == 2
            and all(isinstance(v, int | float) and math.isfinite(v) for v in pair)
            and pair[0] < pair[1]
        )
        if not fine:
            raise ParameterError(
                f"limits of {outcome!r} must be two numbers, the lowest first, not {pair!r}."
            )
    return {str(o): (float(p[0]), float(p[1])) for o, p in limits.items()}


def limits_of(
    measure: Mapping[Any, Any], given: Limits, y: np.ndarray[Any, np.dtype[Any]]
) -> tuple[float, float] | None:
    """Lowest and highest possible value of a measured outcome, None where it has none.

    Raises
    ------
    ParameterError
        Somebody lies outside the limits.
    """
    outcome, unit, months = str(measure["outcome"]), str(measure["unit"]), float(measure["months"])
    kind = OUTCOMES[outcome].measure
    found = given.get(outcome)
    if found is None and kind in ("chance", "share of time") and unit == "percentage_points":
        found = (0.0, 100.0)
    if found is None and kind == "time" and unit in _PER_MONTH and months > 0:
        found = (0.0, months * _PER_MONTH[unit])
        # A count over a longer window than the months told has other limits.
        found = found if np.nanmax(y) <= found[1] else None
    if found is not None and (np.nanmin(y) < found[0] or np.nanmax(y) > found[1]):
        raise ParameterError(
            f"some have {OUTCOMES[outcome].label} outside the limits {found[0]:g} to {found[1]:g}; widen limits[{outcome!r}]."
        )
    return found
