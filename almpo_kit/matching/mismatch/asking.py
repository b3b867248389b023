"""What may be asked of :func:`mismatch`, and with what it can be answered."""

from __future__ import annotations

from typing import Any

import numpy as np

from almpo_kit.matching.mismatch.cells import Cells
from almpo_kit.matching.mismatch.estimating import Sides
from almpo_kit.matching.mismatch.heterogeneity import Given, given, worth
from almpo_kit.vocabulary.errors import DesignError, ParameterError

Array = np.ndarray[Any, np.dtype[Any]]


def _number(value: Any, low: float, high: float) -> bool:
    real = isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
    return real and low < value < high


def ask(
    elasticity: Any,
    interval: Any,
    draws: Any,
    minimum: Any,
    resample: Any,
    grossing: Any,
    confidence: Any,
    hidden_most: Any = None,
) -> None:
    """Refuse options that mean nothing.

    Raises
    ------
    ParameterError
    """
    if not _number(elasticity, 0, 1):
        raise ParameterError(
            f"elasticity={elasticity!r} is the exponent of vacancies and lies between 0 and 1, e.g. 0.5; that of the "
            "unemployed is 1 less it."
        )
    if not _number(confidence, 0.5, 1):
        raise ParameterError(f"confidence={confidence!r} must lie between 0.5 and 1, e.g. 0.95.")
    if interval not in ("bootstrap", "delta", None):
        raise ParameterError(f"interval={interval!r}: choose 'bootstrap', 'delta' or None.")
    if resample not in ("counts", "regions"):
        raise ParameterError(f"resample={resample!r}: choose 'counts' or 'regions'.")
    if not _number(grossing, 0, np.inf):
        raise ParameterError(
            f"grossing={grossing!r}: how many people one case stands for, e.g. 1 for a register."
        )
    whole = [("draws", draws, 50), ("minimum", minimum, 1)]
    whole += [] if hidden_most is None else [("hidden_most", hidden_most, 1)]
    for name, value, least in whole:
        if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
            raise ParameterError(f"{name}={value!r} must be a whole number of at least {least}.")


def enough(cells: Cells, both: Sides) -> None:
    """Refuse where there is nothing to compare.

    Raises
    ------
    DesignError
    """
    if len(cells) < 2:
        raise DesignError(
            f"there is one cell only ({' × '.join(cells.keys.iloc[0])}): mismatch is between cells. Use finer codes or another `by`."
        )
    if not (both.u_high[:, -1].any() and both.v_high[:, -1].any()):
        side = "unemployed people" if not both.u_high[:, -1].any() else "vacancies"
        when = f" in {cells.periods[-1]}" if cells.periods[-1] else ""
        raise DesignError(f"there are no {side}{when}: leave that period out, or check the column.")


def heterogeneity(
    cells: Cells, efficiency: Any, productivity: Any, destruction: Any, discount: float
) -> tuple[Array, Array, dict[str, Given]]:
    """φ and z of every cell (ones where not given), and what was given."""
    told: dict[str, Given] = {}
    own = given(cells, efficiency, "efficiency")
    if own is not None:
        told["efficiency"] = own
    z, others = worth(cells, productivity, destruction, discount)
    told |= others
    return np.ones(len(cells)) if own is None else own.values, z, told
