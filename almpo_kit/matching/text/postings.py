"""The inner loop: what every concept's best entry shares with a text. Compiled, and without a loop over candidates."""

from __future__ import annotations

from functools import cache
from typing import Any


@cache
def kernel() -> Any:
    """``best(q_start, q_index, q_weight, q_unit, q_head, p_start, p_entry, p_cosine, p_share, concept, label, out)``.

    For each part of a text and each entry that shares a feature with it: the cosine, and the share of the
    entry that the part covers. ``out[i]``, shape (n_units, n_concepts), keeps the largest by concept:
    0 cosine of any part, 1 cosine of the whole, 2 cosine with the label, 3 share covered.
    """
    import numba
    import numpy as np

    @numba.njit(cache=True, fastmath=True, nogil=True)
    def best(  # type: ignore[no-untyped-def]
        q_start, q_index, q_weight, q_unit, q_head, p_start, p_entry, p_cosine, p_share, concept, label, out
    ):
        n = concept.shape[0]
        cosine = np.zeros(n, np.float32)
        share = np.zeros(n, np.float32)
        for q in range(q_start.shape[0] - 1):
            cosine[:] = 0
            share[:] = 0
            for k in range(q_start[q], q_start[q + 1]):
                feature, weight = q_index[k], q_weight[k]
                for p in range(p_start[feature], p_start[feature + 1]):
                    entry = p_entry[p]
                    cosine[entry] += weight * p_cosine[p]
                    share[entry] += p_share[p]
            unit = q_unit[q]
            for entry in range(n):
                value = cosine[entry]
                if value > 0:
                    c = concept[entry]
                    if value > out[0, unit, c]:
                        out[0, unit, c] = value
                    if q_head[q] and value > out[1, unit, c]:
                        out[1, unit, c] = value
                    if label[entry] and value > out[2, unit, c]:
                        out[2, unit, c] = value
                    if share[entry] > out[3, unit, c]:
                        out[3, unit, c] = share[entry]

    return best
