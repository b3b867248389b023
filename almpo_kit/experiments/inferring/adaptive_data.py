"""People of an adaptive trial in the order in which they count, with the shares they were drawn by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.vocabulary.draws import lots
from almpo_kit.vocabulary.errors import FrameError, ParameterError

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class AdaptiveData:
    """Arrays by person, in order: of batches, and within a batch by lot.

    ``share`` has shape (n, n_arms); ``batch`` and ``stratum`` are codes from 0. ``lost`` counts people, by arm, whose outcome
    is not known; they are left out of everything else.
    """

    y: Array
    arm: Array
    share: Array
    batch: Array
    stratum: Array
    covariates: Array
    arms: tuple[str, ...]
    strata: tuple[str, ...]
    lost: Array
    drawn: Array


def adaptive_data(
    outcomes: pd.DataFrame,
    shares: pd.DataFrame,
    *,
    arms: Sequence[str],
    column: str,
    strata: Sequence[str] = (),
    covariates: Sequence[str] = (),
    verb: str = "adaptive_effects",
) -> AdaptiveData:
    """Check and gather.

    Raises
    ------
    FrameError
    ParameterError
    """
    arms, strata, covariates = tuple(arms), list(strata), list(covariates)
    if len(arms) < 2 or len(set(arms)) < len(arms):
        raise ParameterError(
            f"{verb}() needs at least two arms with different names; there are {list(arms)}."
        )
    _columns(outcomes, ["id", "batch", "arm", *strata, *covariates], verb, "outcomes")
    _columns(shares, ["batch", "arm", "share", *strata], verb, "shares")
    if outcomes["id"].duplicated().any():
        twice = int(outcomes["id"].duplicated().sum())
        raise FrameError(f"{verb}(): {twice} rows name somebody who is there already; keep one a person.")
    unknown = sorted(set(outcomes["arm"].astype(str)) - set(arms))
    if unknown:
        raise FrameError(f"{verb}(): people are in arms that are not asked about: {', '.join(unknown[:5])}.")
    cells, share = _share_table(shares, arms, strata, verb)
    key = _keys(outcomes, strata)
    missing = sorted(set(key) - set(cells))
    if missing:
        raise FrameError(
            f"{verb}(): no shares for batch {', '.join(map(str, missing[0]))}; give every batch's."
        )
    order = order_by_lot(outcomes, "batch")
    frame = outcomes.iloc[order]
    rows = np.array([cells[k] for k in key], dtype=int)[order]
    arm = np.array([arms.index(a) for a in frame["arm"].astype(str)], dtype=int)
    if (share[rows, arm] <= 0).any():
        raise FrameError(
            f"{verb}(): people are in an arm whose share in their batch is 0; shares and draws differ."
        )
    y = pd.to_numeric(frame[column]).to_numpy(dtype=float)
    known = ~np.isnan(y)
    batch = np.unique(frame["batch"].to_numpy(), return_inverse=True)[1]
    names, stratum = np.unique(_stratum_names(frame, strata), return_inverse=True)
    lost = np.bincount(arm[~known], minlength=len(arms))
    return AdaptiveData(
        y=y[known],
        arm=arm[known],
        share=share[rows][known],
        batch=batch[known],
        stratum=stratum[known],
        covariates=_numbers(frame, covariates, verb)[known],
        arms=arms,
        strata=tuple(map(str, names)),
        lost=lost,
        drawn=np.bincount(arm, minlength=len(arms)),
    )


def _columns(frame: pd.DataFrame, needed: list[str], verb: str, name: str) -> None:
    lacking = [c for c in needed if c not in frame]
    if lacking:
        raise FrameError(f"{verb}(): {name} lacks {', '.join(lacking)}; there are {list(frame)[:12]}.")
    empty = [c for c in needed if frame[c].isna().any()]
    if empty:
        raise FrameError(f"{verb}(): {name} has empty cells in {', '.join(empty)}; fill or drop those rows.")
    if not len(frame):
        raise FrameError(f"{verb}(): {name} has no rows.")


def _keys(frame: pd.DataFrame, strata: list[str]) -> list[tuple[str, ...]]:
    # Whole numbers read as 1 in one table and as 1.0 in another are the same batch.
    columns = [
        [f"{v:g}" if isinstance(v, float) else str(v) for v in frame[c].tolist()] for c in ("batch", *strata)
    ]
    return list(zip(*columns, strict=True))


def _share_table(
    shares: pd.DataFrame, arms: tuple[str, ...], strata: list[str], verb: str
) -> tuple[dict[tuple[str, ...], int], Array]:
    cells: dict[tuple[str, ...], int] = {}
    values: list[list[float]] = []
    for key, arm, share in zip(
        _keys(shares, strata), shares["arm"].astype(str), shares["share"], strict=True
    ):
        at = cells.setdefault(key, len(values))
        if at == len(values):
            values.append([float("nan")] * len(arms))
        if arm not in arms:
            raise FrameError(f"{verb}(): shares name an arm {arm!r} that is none of {', '.join(arms)}.")
        if values[at][arms.index(arm)] == values[at][arms.index(arm)]:
            raise FrameError(f"{verb}(): shares give {arm!r} in batch {', '.join(key)} twice.")
        values[at][arms.index(arm)] = float(share)
    table = np.array(values)
    bad = ~(np.abs(table.sum(axis=1) - 1) < 1e-6) | (table < 0).any(axis=1)
    if bad.any():
        where = ", ".join(list(cells)[int(np.flatnonzero(bad)[0])])
        raise FrameError(
            f"{verb}(): shares of batch {where} must be there for every arm, from 0, and add up to 1."
        )
    return cells, table


def order_by_lot(outcomes: pd.DataFrame, column: str) -> Array:
    """By a column, and within it by lot: the order of the table, which outcomes may have sorted, plays no part."""
    lot = lots("order of people", "adaptive effects", outcomes["id"].astype(str).tolist())
    return np.lexsort((lot, outcomes[column].to_numpy()))


def _stratum_names(frame: pd.DataFrame, strata: list[str]) -> Array:
    if not strata:
        return np.full(len(frame), "all")
    return np.array([" · ".join(key[1:]) for key in _keys(frame, strata)])


def _numbers(frame: pd.DataFrame, covariates: list[str], verb: str) -> Array:
    try:
        return frame[covariates].astype(float).to_numpy()
    except (TypeError, ValueError):
        raise FrameError(f"{verb}(): covariates must be numbers; recode {', '.join(covariates)}.") from None
