"""The random index: how inconsistent comparisons are that are drawn at random.

``RANDOM_INDEX["alonso_lamata"]``: Alonso & Lamata (2006) Int. J. Uncertain. Fuzz. 14, 445-459, 100,000 matrices of each size;
:func:`simulated` comes to the same (``tests/reference/random_index.py``). ``RANDOM_INDEX["saaty"]``: the table of Saaty (1980)
by which most textbooks count; it rests on few matrices and stands too high at 3.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

#: Table -> random index by number of criteria, from 3 on.
RANDOM_INDEX: Final = {
    "alonso_lamata": dict(
        zip(
            range(3, 16),
            (
                *(0.5245, 0.8815, 1.1086, 1.2479, 1.3417, 1.4056, 1.4499),
                *(1.4854, 1.5140, 1.5365, 1.5551, 1.5713, 1.5838),
            ),
            strict=True,
        )
    ),
    "saaty": dict(zip(range(3, 11), (0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49), strict=True)),
}
#: Saaty's scale, with its reciprocals.
SCALE: Final = (*(1 / k for k in range(9, 1, -1)), *(float(k) for k in range(1, 10)))


def random_index(n: int, missing: int = 0, table: str = "alonso_lamata") -> float:
    """The random index of ``n`` criteria, ``missing`` pairs of which were not compared.

    With gaps it falls about linearly, to zero where the comparisons made form a tree: Ágoston & Csató (2022) Omega 108,
    102576, equation for RI(n, m).
    """
    if n < 3:
        return 0.0
    return float(RANDOM_INDEX[table][n] * max(0.0, 1 - 2 * missing / ((n - 1) * (n - 2))))


def simulated(n: int, draws: int, seed: int = 0) -> tuple[float, float]:
    """Mean consistency index of random comparisons on Saaty's scale, and its standard error."""
    rng = np.random.default_rng(np.random.SeedSequence(seed))
    upper = np.triu_indices(n, 1)
    drawn = rng.choice(np.array(SCALE), size=(draws, len(upper[0])))
    matrices = np.ones((draws, n, n))
    matrices[:, upper[0], upper[1]] = drawn
    matrices[:, upper[1], upper[0]] = 1 / drawn
    largest = np.linalg.eigvals(matrices).real.max(axis=-1)
    index: Array = (largest - n) / (n - 1)
    return float(index.mean()), float(index.std(ddof=1) / np.sqrt(draws))
