"""The random index drawn again: mean consistency index of random comparisons, complete and with gaps.

``python random_index.py`` in the project's environment (about five minutes) writes ``random_index.json``.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from almpo_kit.codesign.weighing.kernels.completion import completed
from almpo_kit.codesign.weighing.kernels.eigenvector import principal
from almpo_kit.codesign.weighing.kernels.geometric_mean import connected
from almpo_kit.codesign.weighing.kernels.random_index import SCALE, simulated

DRAWS = {
    3: 400_000,
    4: 400_000,
    5: 200_000,
    6: 200_000,
    7: 100_000,
    8: 100_000,
    9: 100_000,
    10: 100_000,
    11: 50_000,
    12: 50_000,
}


def with_gaps(n: int, missing: int, draws: int, seed: int) -> tuple[float, float]:
    rng = np.random.default_rng(np.random.SeedSequence(seed))
    upper = np.triu_indices(n, 1)
    found = []
    while len(found) < draws:
        matrix = np.ones((n, n))
        drawn = rng.choice(np.array(SCALE), size=len(upper[0]))
        drawn[rng.choice(len(drawn), size=missing, replace=False)] = np.nan
        matrix[upper], matrix.T[upper] = drawn, 1 / drawn
        if connected(matrix):
            found.append((float(principal(completed(matrix))[1]) - n) / (n - 1))
    return float(np.mean(found)), float(np.std(found, ddof=1) / np.sqrt(draws))


if __name__ == "__main__":
    pins = {
        "complete": {n: simulated(n, draws, seed=n) for n, draws in DRAWS.items()},
        "gaps": {
            f"{n},{m}": with_gaps(n, m, 4000, 100 * n + m)
            for n, m in [(4, 1), (4, 2), (5, 1), (5, 3), (6, 2), (6, 5), (7, 4)]
        },
    }
    Path(__file__).with_suffix(".json").write_text(json.dumps(pins, indent=1) + "\n")
