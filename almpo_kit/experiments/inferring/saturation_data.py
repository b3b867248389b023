"""People of a saturation design as arrays, refused where they are not what was drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.experiments.inferring.outcome_scale import OutcomeScale
from almpo_kit.vocabulary.errors import DesignError, FrameError

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class SaturationData:
    """``y, offered, place`` by person; ``saturation``, ``level`` (its code) and ``stratum`` by place; ``levels`` ascending."""

    y: Array
    offered: Array
    place: Array
    saturation: Array
    level: Array
    levels: Array
    stratum: Array

    @property
    def places(self) -> Array:
        """Places of each saturation."""
        return np.bincount(self.level, minlength=len(self.levels))


def saturation_data(outcomes: pd.DataFrame, scale: OutcomeScale, within: str) -> SaturationData:
    """Check and gather.

    Raises
    ------
    FrameError
        Columns missing, the same person twice, a place with two saturations, offers where there should be none.
    DesignError
        All places have the same saturation.
    """
    needed = ["id", "place", "saturation", "offered", *([within] if within else [])]
    lacking = [c for c in needed if c not in outcomes]
    if lacking:
        raise FrameError(
            f"spillovers() lacks the columns {', '.join(lacking)}; there are {list(outcomes)[:12]}."
        )
    if outcomes[needed].isna().any().any():
        raise FrameError(
            f"spillovers() needs {', '.join(needed)} of everybody; only the outcome may be empty."
        )
    if outcomes["id"].duplicated().any():
        twice = int(outcomes["id"].duplicated().sum())
        raise FrameError(f"spillovers(): {twice} rows name somebody who is there already; keep one a person.")
    offered = pd.to_numeric(outcomes["offered"], errors="coerce").to_numpy(dtype=float)
    share = pd.to_numeric(outcomes["saturation"], errors="coerce").to_numpy(dtype=float)
    if not np.isin(offered, (0.0, 1.0)).all():
        raise FrameError("spillovers(): column offered holds 1 for those offered and 0 for the others.")
    if not ((share >= 0) & (share <= 1)).all():
        raise FrameError(
            "spillovers(): saturations are shares of people, from 0 to 1 (0.5 for half, not 50)."
        )
    names, place = np.unique(outcomes["place"].astype(str), return_inverse=True)
    saturation = _of_places(share, place, len(names), "saturation")
    if ((share == 0) & (offered == 1)).any() or ((share == 1) & (offered == 0)).any():
        raise FrameError(
            "spillovers(): in places of saturation 0 nobody is offered, and with 1 everybody; some people here contradict it."
        )
    levels, level = np.unique(saturation, return_inverse=True)
    if len(levels) < 2:
        raise DesignError(
            f"all {len(names)} places have saturation {levels[0]:g}, so nothing tells what others' offers do; "
            "a spill-over needs places with different shares, best some with 0."
        )
    stratum = np.zeros(len(names))
    if within:
        codes = np.unique(outcomes[within].astype(str), return_inverse=True)[1]
        stratum = _of_places(codes.astype(float), place, len(names), within)
    y = pd.to_numeric(outcomes[scale.column]).to_numpy(dtype=float)
    return SaturationData(y, offered.astype(int), place, saturation, level, levels, stratum.astype(int))


def _of_places(value: Array, place: Array, n: int, name: str) -> Array:
    low, high = np.full(n, np.inf), np.full(n, -np.inf)
    np.minimum.at(low, place, value)
    np.maximum.at(high, place, value)
    if (low != high).any():
        many = int((low != high).sum())
        raise FrameError(f"spillovers(): {many} places have several values of {name}; a place has one.")
    return low
