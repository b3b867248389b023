"""Gains that fall with the places taken in the same programme and area."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.recommendation.allocation.offices import Offices
from almpo_kit.recommendation.caseloads.menu import Menu
from almpo_kit.vocabulary.errors import FrameError

Array = np.ndarray[Any, np.dtype[Any]]


def read_crowding(
    congestion: pd.DataFrame | None, offices: Offices, menu: Menu, n: int
) -> tuple[Array, Array]:
    """Steps of crowding: how many places each has, and what each place of it takes from the total.

    Parameters
    ----------
    congestion : DataFrame or None
        ``programme, from_places, loss`` and optionally ``area`` (empty: every area): beyond ``from_places`` taken in a
        programme and area, each further place lowers the total by ``loss``, in units of gain. Losses must not fall, so that
        the first places are the best.
    n : int
        People: with the places of an area, the most that its last step can hold.

    Returns
    -------
    width, loss : Array, shape (p, n_areas, n_steps)

    Raises
    ------
    FrameError
    """
    shape = (len(menu) - 1, len(offices.areas))
    if congestion is None or not len(congestion):
        return np.zeros((*shape, 0)), np.zeros((*shape, 0))
    if missing := [c for c in ("programme", "from_places", "loss") if c not in congestion]:
        raise FrameError(
            f"congestion lacks the column(s) {', '.join(missing)}; a row is e.g. programme='course', from_places=200, loss=0.5."
        )
    table = congestion.reset_index(drop=True)
    start, loss = (
        pd.to_numeric(table[c], errors="coerce").to_numpy(dtype=float) for c in ("from_places", "loss")
    )
    if not (
        np.isfinite(start) & np.isfinite(loss) & (start >= 0) & (loss >= 0) & (start == np.round(start))
    ).all():
        raise FrameError("congestion: from_places must be whole numbers and loss numbers, both from 0.")
    programme = np.array([menu.position(str(x)) - 1 for x in table["programme"]])
    if (programme < 0).any():
        raise FrameError("congestion names the offer of none, which takes no places; name a programme.")
    area = _areas(table, offices)
    most = np.zeros(shape)
    np.add.at(most.T, offices.area, np.minimum(offices.places, n).T)
    found = {
        (p, a): _steps(start[mine], loss[mine], most[p, a], menu.names[p + 1])
        for p in range(shape[0])
        for a in range(shape[1])
        if (mine := (programme == p) & ((area == a) | (area < 0))).any()
    }
    depth = max(len(w) for w, _ in found.values())
    width, lost = np.zeros((*shape, depth)), np.zeros((*shape, depth))
    width[..., 0] = most
    for (p, a), (w, each) in found.items():
        width[p, a, : len(w)], lost[p, a, : len(w)] = w, each
        lost[p, a, len(w) :] = each[-1]
    return width, lost


def _areas(table: pd.DataFrame, offices: Offices) -> Array:
    """Position of each row's area; -1 for every area."""
    if "area" not in table:
        return np.full(len(table), -1)
    told = table["area"].astype("string").str.strip()
    at = pd.Index(offices.areas).get_indexer(pd.Index(told.fillna("").astype(object)))
    if ((at < 0) & told.notna().to_numpy()).any():
        wrong = told[(at < 0) & told.notna().to_numpy()].iloc[0]
        raise FrameError(
            f"congestion: no office lies in the area {wrong!r}; there are {', '.join(offices.areas[:8])}."
        )
    return at


def _steps(start: Array, loss: Array, most: float, name: str) -> tuple[Array, Array]:
    order = np.argsort(start, kind="stable")
    start, loss = start[order], loss[order]
    if (np.diff(start) == 0).any() or (np.diff(loss) < 0).any():
        raise FrameError(
            f"congestion of {name}: loss must not fall with from_places, and each from_places may stand once in an area."
        )
    if start[0] > 0:
        start, loss = np.concatenate([[0.0], start]), np.concatenate([[0.0], loss])
    width: Array = np.diff(np.concatenate([start, [max(most, start[-1])]]))
    return np.minimum(width, np.maximum(0.0, most - start)), loss
