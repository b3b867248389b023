"""People whose outcomes are known, in the order in which they became known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.experiments.inferring.adaptive_data import order_by_lot
from almpo_kit.vocabulary.errors import FrameError, ParameterError

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Watched:
    """By person ``y, arm, share`` (n, n_arms) and ``look``; ``looks`` in order; ``waiting``: people not known yet, by arm."""

    y: Array
    arm: Array
    share: Array
    look: Array
    looks: Array
    arms: tuple[str, ...]
    waiting: Array


def watched_data(
    outcomes: pd.DataFrame,
    shares: Mapping[str, float] | pd.DataFrame,
    *,
    arms: Sequence[str],
    column: str,
) -> Watched:
    """Check and gather.

    Raises
    ------
    FrameError
    ParameterError
    """
    arms = tuple(arms)
    lacking = [c for c in ("id", "arm", "look") if c not in outcomes]
    if lacking:
        raise FrameError(
            f"monitor() lacks the columns {', '.join(lacking)}; there are {list(outcomes)[:12]}. A look is the number of the "
            "report in which somebody's outcome was first known."
        )
    if outcomes["id"].duplicated().any():
        raise FrameError("monitor(): some people are there twice; keep the row with their outcome.")
    unknown = sorted(set(outcomes["arm"].astype(str)) - set(arms))
    if unknown:
        raise FrameError(f"monitor(): people are in arms that are not asked about: {', '.join(unknown[:5])}.")
    known = outcomes[pd.to_numeric(outcomes[column]).notna()]
    codes = {a: k for k, a in enumerate(arms)}
    unknown_yet = outcomes.loc[outcomes.index.difference(known.index), "arm"].astype(str).map(codes)
    look = pd.to_numeric(known["look"], errors="coerce")
    if look.isna().any() or (look < 0).any() or (look % 1 != 0).any():
        raise FrameError("monitor(): a look is a whole number from 0, for everybody whose outcome is known.")
    if not len(known):
        raise FrameError("monitor(): nobody's outcome is known yet; look again later.")
    known = known.assign(look=look.astype(int))
    frame = known.iloc[order_by_lot(known, "look")]
    arm = frame["arm"].astype(str).map(codes).to_numpy(dtype=int)
    share = _shares(frame, shares, arms)
    if (share[np.arange(len(arm)), arm] <= 0).any():
        raise FrameError("monitor(): people are in an arm whose share is 0; shares and draws differ.")
    return Watched(
        y=pd.to_numeric(frame[column]).to_numpy(dtype=float),
        arm=arm,
        share=share,
        look=frame["look"].to_numpy(dtype=int),
        looks=np.unique(frame["look"].to_numpy(dtype=int)),
        arms=arms,
        waiting=np.bincount(unknown_yet.to_numpy(dtype=int), minlength=len(arms)),
    )


def _shares(frame: pd.DataFrame, shares: Mapping[str, float] | pd.DataFrame, arms: tuple[str, ...]) -> Array:
    if isinstance(shares, pd.DataFrame):
        return _by_batch(frame, shares, arms)
    if set(shares) != set(arms):
        raise ParameterError(f"monitor(): shares name {list(shares)}, arms are {list(arms)}; name the same.")
    row = np.array([float(shares[a]) for a in arms])
    if not abs(row.sum() - 1) < 1e-6 or not (row > 0).all():
        raise ParameterError(f"monitor(): shares must be above 0 and add up to 1; they are {dict(shares)}.")
    return np.broadcast_to(row, (len(frame), len(arms)))


def _by_batch(frame: pd.DataFrame, shares: pd.DataFrame, arms: tuple[str, ...]) -> Array:
    lacking = [c for c in ("batch", "arm", "share") if c not in shares] + (
        [] if "batch" in frame else ["batch (in outcomes)"]
    )
    if lacking:
        raise FrameError(f"monitor(): shares by batch lack {', '.join(lacking)}.")
    if shares.duplicated(["batch", "arm"]).any():
        raise FrameError(
            "monitor(): shares give an arm twice in a batch; within strata monitor each stratum by itself."
        )
    wide = shares.pivot(index="batch", columns="arm", values="share").reindex(columns=list(arms))
    rows = wide.reindex(frame["batch"].to_numpy()).to_numpy(dtype=float)
    if not (np.abs(rows.sum(axis=1) - 1) < 1e-6).all() or not (rows >= 0).all():
        raise FrameError(
            "monitor(): shares must be there for every batch and arm and add up to 1 in a batch."
        )
    return rows
