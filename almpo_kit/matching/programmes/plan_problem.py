"""The planner's problem as arrays: gaps, people who could take part, and what a place is worth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class PlanProblem:
    """Variables are places of one programme aimed at one cell (region x occupation), in one of two segments.

    A place of segment 0 fills a gap; one of segment 1 goes beyond it, to posts that the region's own unemployed people
    compete for. ``programme``, ``cell``, ``region``, ``segment`` are (n,) integer arrays; ``cost`` (n,). ``capacity``
    (n_programmes,), ``gap`` and ``beyond`` (n_cells,), ``intake`` (n_regions,) are limits.
    """

    programme: np.ndarray
    cell: np.ndarray
    region: np.ndarray
    segment: np.ndarray
    cost: np.ndarray
    capacity: np.ndarray
    gap: np.ndarray
    beyond: np.ndarray
    intake: np.ndarray
    cells: pd.DataFrame
    regions: tuple[str, ...]


def local_gaps(full: pd.DataFrame, overall: float, only_sure: bool) -> pd.DataFrame:
    """Cells with the gap that training could fill, and people to train.

    Parameters
    ----------
    full : DataFrame
        ``geo, occupation, unemployed, vacancies, verdict``.
    overall : float
        Vacancies per unemployed person of all cells.
    only_sure : bool
        Gaps only where labour is scarcer for sure, people only elsewhere.

    Returns
    -------
    DataFrame
        ``geo, occupation, unemployed, vacancies, gap, people``. ``gap`` is the vacancies beyond those that the
        cell would have at the overall tightness (at one vacancy a person where that is more); ``people`` the unemployed
        people beyond those that the cell would have at the overall tightness.
    """
    u, v = full["unemployed"].to_numpy(dtype=float), full["vacancies"].to_numpy(dtype=float)
    # Where there are more posts than people at all, a post without a person is a gap, and no more than that.
    norm = min(overall, 1.0)
    gap = np.maximum(v - norm * u, 0.0)
    people = np.maximum(u - v / overall, 0.0) if overall > 0 else u
    if only_sure:
        gap = np.where(full["verdict"] == "scarcer", gap, 0.0)
        people = np.where(full["verdict"] == "scarcer", 0.0, people)
    return full[["geo", "occupation", "unemployed", "vacancies"]].assign(gap=gap, people=people)


def plan_problem(cells: pd.DataFrame, table: pd.DataFrame, take_up: float) -> PlanProblem:
    """Pair programmes with the cells that they lead to.

    Parameters
    ----------
    cells : DataFrame
        From :func:`local_gaps`.
    table : DataFrame
        From :func:`programme_table`.
    take_up : float
        Share of the people in surplus who would take a place.
    """
    cells = cells.reset_index(drop=True)
    regions = tuple(sorted(cells["geo"].unique()))
    position = {g: i for i, g in enumerate(regions)}
    pairs = []
    for p, (prefixes, geo) in enumerate(zip(table["occupations"], table["geo"], strict=True)):
        # "7411" leads into the stocks' "74", and "74" into the stocks' "7411".
        reached = [
            any(o.startswith(x) or x.startswith(o) for x in prefixes) and g.startswith(geo)
            for g, o in zip(cells["geo"], cells["occupation"], strict=True)
        ]
        pairs += [(p, c, s) for c in np.flatnonzero(reached) for s in (0, 1)]
    programme, cell, segment = (
        (np.array(x, dtype=int) for x in zip(*pairs, strict=True)) if pairs else _none()
    )
    gap = cells["gap"].to_numpy(dtype=float)
    intake = cells.groupby("geo")["people"].sum().reindex(regions).to_numpy(dtype=float) * take_up
    region = np.array([position[g] for g in cells["geo"]], dtype=int)
    return PlanProblem(
        programme=programme,
        cell=cell,
        region=region[cell],
        segment=segment,
        cost=table["cost"].to_numpy(dtype=float)[programme],
        capacity=table["capacity"].to_numpy(dtype=float),
        gap=gap,
        beyond=np.maximum(cells["vacancies"].to_numpy(dtype=float) - gap, 0.0),
        intake=intake,
        cells=cells,
        regions=regions,
    )


def _none() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return np.zeros(0, dtype=int), np.zeros(0, dtype=int), np.zeros(0, dtype=int)


def place_values(
    effect: np.ndarray,
    lock_in_months: np.ndarray,
    lock_in_loss: np.ndarray,
    horizon_months: float,
    net_share: float,
    beyond_gap: float,
) -> np.ndarray:
    """Job-months that a place is worth over the horizon, shape (n_programmes, 2): into a gap, beyond it.

    ``net_share x effect/100 x (horizon - lock-in) - loss/100 x lock-in``; beyond the gap only the share `beyond_gap`
    of a gain counts, and all of a loss.
    """
    after = np.maximum(horizon_months - lock_in_months, 0.0)
    gain = net_share * effect / 100.0 * after
    lost = lock_in_loss / 100.0 * np.minimum(lock_in_months, horizon_months)
    return np.column_stack([gain - lost, np.where(gain > 0, beyond_gap * gain, gain) - lost])
