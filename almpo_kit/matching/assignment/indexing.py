"""Vacancies laid out for the search: by block of alike occupations, band of latitude and longitude."""

from __future__ import annotations

import numpy as np

from almpo_kit.matching.assignment.kernels.arrays import Index, Rules, Side, take
from almpo_kit.matching.assignment.places import Travel

#: Vacancies a block should hold on average, so that looking into it is worth while.
_PER_BLOCK = 40


def index_vacancies(
    v: Side, codes: list[str], rules: Rules, typical_km: float, travel: Travel | None
) -> tuple[Side, Index, np.ndarray]:
    """Sort vacancies and note where each block and band starts.

    Parameters
    ----------
    v : Side
    codes : list of str
        Code of each column of ``rules.similarity``.
    rules : Rules
    typical_km : float
        Bands are half as high.
    travel : Travel, optional
        The bands are then its places.

    Returns
    -------
    sorted : Side
        Vacancies that lie somewhere, in the order of the index.
    index : Index
    block : (n_sorted,) int32
    """
    block_of, blocks = _blocks(codes, v.code.size)
    height = float(np.clip(typical_km / 222.4, 0.05, 180.0))
    if travel is not None:
        band, bands = v.place.astype(np.int64), travel.places
    elif rules.sphere:
        bands = int(np.ceil(180 / height))
        held = np.nan_to_num(v.lat, nan=-90.0)
        band = np.where(np.isnan(v.lat), -1, np.minimum(((held + 90) / height).astype(np.int64), bands - 1))
    else:
        band, bands = np.zeros(v.code.size, np.int64), 1
    block = block_of[v.code]
    order = np.lexsort((v.lon, band, block))
    order = order[band[order] >= 0]
    laid, block, band = take(v, order), block[order], band[order]
    start = np.searchsorted(block * bands + band, np.arange(blocks * bands + 1)).astype(np.int64)
    # Row b holds the starts of its bands and, last, the start of what follows.
    starts = np.concatenate([start[:-1].reshape(blocks, bands), start[bands::bands, None]], axis=1)
    best = np.full((rules.similarity.shape[0], blocks), -1.0)
    for b in range(blocks):
        best[:, b] = rules.similarity[:, block_of == b].max(axis=1)
    by = np.argsort(-best, axis=1, kind="stable").astype(np.int32)
    reach = travel or Travel.nowhere()
    return (
        laid,
        Index(starts, by, best, height, reach.start, reach.to, reach.value),
        block.astype(np.int32),
    )


def _blocks(codes: list[str], n: int) -> tuple[np.ndarray, int]:
    """Block of each code: its first digits, as many as leave enough vacancies in a block."""
    for digits in (4, 3, 2, 1):
        heads = [c[:digits] for c in codes]
        names = {h: k for k, h in enumerate(dict.fromkeys(heads))}
        if n >= _PER_BLOCK * len(names) or digits == 1:
            break
    return np.array([names[h] for h in heads], dtype=np.int64), len(names)
