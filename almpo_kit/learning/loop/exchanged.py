"""Could the new ones be a draw from the old ones? Permutation tests over whole documents. Kernels."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_AT_ONCE = 64


def sides(n_before: int, n_now: int, draws: int, rng: np.random.Generator) -> Iterator[NDArray[np.bool_]]:
    """Which documents count as new: first the true ones, then by lot; in blocks.

    Yields
    ------
    array of bool, shape (n_block, n_before + n_now)
    """
    truth = np.arange(n_before + n_now) >= n_before
    yield truth[None, :]
    for start in range(0, draws, _AT_ONCE):
        yield rng.permuted(np.tile(truth, (min(_AT_ONCE, draws - start), 1)), axis=1)


def permuted(
    statistics: Callable[[NDArray[np.bool_]], Floats],
    n_before: int,
    n_now: int,
    *,
    draws: int,
    rng: np.random.Generator,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Floats, Floats, Floats]:
    """Observed statistics, their means under exchange, and p-values.

    Parameters
    ----------
    statistics : callable
        Array of bool (n_block, n) → array (n_block, n_statistics); larger is more different.

    Returns
    -------
    tuple of array, each of shape (n_statistics,)
        Observed, mean over the draws, ``(1 + #{draw >= observed}) / (1 + draws)`` (Phipson & Smyth 2010).
    """
    found, done = [], 0
    for block in sides(n_before, n_now, draws, rng):
        found.append(statistics(block))
        done += len(block)
        if progress is not None:
            progress(done - 1, draws)
    values = np.vstack(found)
    observed, drawn = values[0], values[1:]
    p = (1 + (drawn >= observed - 1e-12).sum(axis=0)) / (1 + len(drawn))
    return observed, drawn.mean(axis=0), p


def word_statistics(counts: Any) -> Callable[[NDArray[np.bool_]], Floats]:
    """Statistics of words: Jensen–Shannon divergence (bits), and the share of words unknown to the old ones.

    Parameters
    ----------
    counts : sparse matrix, shape (n_documents, n_words)
        How often each word stands in each document.
    """
    from scipy import sparse

    counts = sparse.csr_array(counts, dtype=float)
    totals = np.asarray(counts.sum(axis=1)).ravel()
    # Each document counts the same, however long it is.
    shares = sparse.csr_array(sparse.diags_array(1 / np.maximum(totals, 1)) @ counts)
    present = sparse.csr_array((np.ones_like(counts.data), counts.indices, counts.indptr), shape=counts.shape)

    def both(new: NDArray[np.bool_]) -> Floats:
        now, before = new.astype(float), (~new).astype(float)
        p, q = before @ shares, now @ shares
        p, q = (x / np.maximum(x.sum(axis=1, keepdims=True), 1e-12) for x in (p, q))
        unknown = (before @ present) == 0
        spoken = now @ counts
        share = (spoken * unknown).sum(axis=1) / np.maximum(spoken.sum(axis=1), 1)
        return np.column_stack([_jensen_shannon(p, q), share])

    return both


def _jensen_shannon(p: Floats, q: Floats) -> Floats:
    middle = (p + q) / 2

    def part(x: Floats) -> Floats:
        ratio = np.divide(x, middle, out=np.ones_like(x), where=x > 0)
        return (x * np.log2(ratio)).sum(axis=1)

    return np.asarray((part(p) + part(q)) / 2)


def share_distance(codes: NDArray[np.intp], n_codes: int) -> Callable[[NDArray[np.bool_]], Floats]:
    """Half the sum of absolute differences of the shares of some classes (total variation)."""
    table = np.eye(n_codes)[codes]

    def distance(new: NDArray[np.bool_]) -> Floats:
        now, before = new.astype(float), (~new).astype(float)
        gap = now @ table / now.sum(axis=1, keepdims=True) - before @ table / before.sum(
            axis=1, keepdims=True
        )
        return np.asarray(np.abs(gap).sum(axis=1, keepdims=True) / 2)

    return distance


def mean_increase(sums: Floats, sizes: Floats) -> Callable[[NDArray[np.bool_]], Floats]:
    """By how much the mean of cases is larger among the new documents.

    Parameters
    ----------
    sums, sizes : array, shape (n_documents,)
        Sum over the cases of a document, and their number.
    """

    def increase(new: NDArray[np.bool_]) -> Floats:
        now = (new @ sums) / np.maximum(new @ sizes, 1e-12)
        before = (~new @ sums) / np.maximum(~new @ sizes, 1e-12)
        return np.asarray((now - before)[:, None])

    return increase
