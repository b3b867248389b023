"""What may be asked of a training plan."""

from __future__ import annotations

import numpy as np

from almpo_kit.vocabulary.errors import ParameterError


def options_hold(*given: float) -> None:
    """Refuse options that are out of range, in the order of ``names``.

    Raises
    ------
    ParameterError
    """
    names = (
        "budget",
        "horizon_months",
        "lock_in_loss",
        "deadweight",
        "displacement",
        "beyond_gap",
        "take_up",
        "draws",
    )
    bounds = ((0, 1e13), (1, 600), (0, 100), (0, 1), (0, 1), (0, 1), (0, 1), (20, 100_000))
    for name, value, (low, high) in zip(names, given, bounds, strict=True):
        number_like = isinstance(value, int | float | np.number) and not isinstance(value, bool)
        if not number_like or not low <= value <= high or (name in ("budget", "take_up") and value <= 0):
            raise ParameterError(f"{name}={value!r} is out of range; give a number from {low:g} to {high:g}.")
    if not float(given[-1]).is_integer():
        raise ParameterError(f"draws={given[-1]!r}: give a whole number, e.g. draws=200.")
