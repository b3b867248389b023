"""How strongly a difference counts: the six preference functions of PROMETHEE (Brans, Vincke & Mareschal 1986)."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
#: Shape -> the parameters it needs.
SHAPES: Final = {
    "usual": (),
    "u_shape": ("q",),
    "v_shape": ("p",),
    "level": ("q", "p"),
    "linear": ("q", "p"),
    "gaussian": ("s",),
}


def preference(difference: Array, shape: str, q: float, p: float, s: float) -> Array:
    """Preference, from 0 to 1, for the option that is better by ``difference``; 0 where it is not better.

    Parameters
    ----------
    difference : Array
        In the unit of the criterion, positive where better.
    shape : str
        A key of ``SHAPES``.
    q, p, s : float
        Largest difference that does not count; smallest that counts fully; turning point of the Gaussian.
    """
    d = difference
    if shape == "usual":
        return (d > 0).astype(float)
    if shape == "u_shape":
        return ((d > q) & (d > 0)).astype(float)
    if shape == "v_shape":
        return np.clip(d / p, 0.0, 1.0)
    if shape == "level":
        return 0.5 * ((d > q) & (d > 0)) + 0.5 * (d > p)
    if shape == "linear":
        return np.clip((d - q) / (p - q), 0.0, 1.0)
    return np.where(d > 0, -np.expm1(-(d**2) / (2 * s**2)), 0.0)
