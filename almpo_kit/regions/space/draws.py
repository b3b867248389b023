"""The first places of random permutations, in blocks of bounded memory."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

#: Numbers held at once in one block.
_CELLS = 2_000_000
_MOST_ROWS = 16_384


def first_places(n: int, depth: int, permutations: int, seed: int) -> Iterator[np.ndarray]:
    """Blocks of the first ``depth`` places of independent, uniform permutations of ``range(n)``.

    Each block has its own stream, a child of ``seed``; sizes of blocks depend on n, depth and permutations alone, so
    the same arguments give the same numbers on any machine and with any number of threads.

    Parameters
    ----------
    n, depth : int
        ``depth`` at most n.

    Yields
    ------
    array of int, shape (depth, rows)
        One permutation a column; ``permutations`` columns in all.
    """
    # Where few places of many are asked for, drawing them and rejecting permutations with a repeated place is uniform
    # over those without one, and does not touch the other n − depth.
    sparse = depth * depth <= 2 * n
    rows = max(64, min(_MOST_ROWS, _CELLS // (depth if sparse else n)))
    sizes = [rows] * (permutations // rows) + ([permutations % rows] if permutations % rows else [])
    for size, child in zip(sizes, np.random.SeedSequence(seed).spawn(len(sizes)), strict=True):
        rng = np.random.default_rng(child)
        yield _distinct(rng, n, depth, size) if sparse else _shuffled(rng, n, depth, size)


def _distinct(rng: np.random.Generator, n: int, depth: int, size: int) -> np.ndarray:
    drawn = rng.integers(0, n, (depth, size), dtype=np.int32)
    todo = np.arange(size)
    while len(todo):
        part = drawn if len(todo) == size else drawn[:, todo]
        repeated = np.zeros(len(todo), dtype=bool)
        # Comparing each two places is faster than sorting as long as the places are few, and here they are.
        for later in range(1, depth):
            for earlier in range(later):
                repeated |= part[later] == part[earlier]
        todo = todo[repeated]
        drawn[:, todo] = rng.integers(0, n, (depth, len(todo)), dtype=np.int32)
    return drawn


def _shuffled(rng: np.random.Generator, n: int, depth: int, size: int) -> np.ndarray:
    return np.ascontiguousarray(rng.permuted(np.tile(np.arange(n), (size, 1)), axis=1)[:, :depth].T)
