"""What an estimator asks of the data, refused in words that name the way out."""

from __future__ import annotations

from typing import Any

import numpy as np

from almpo_kit.experiments.estimating.kernels.within_cells import net_of_covariates
from almpo_kit.experiments.estimating.trial_data import TrialData
from almpo_kit.vocabulary.errors import DesignError

Array = np.ndarray[Any, np.dtype[Any]]
#: What a reader has to know where covariates were used by slopes within groups or blocks.
NET = "Covariates are taken into account by how they go with the outcome among people of one arm and one group or block."
_SAID = {
    "covariates": "columns known before the draw",
    "block": "the block of each person",
    "cluster": "the group of each person",
    "pair": "the pair of each group",
    "period": "the period of each outcome",
    "saturation": "the share offered in each place",
}


def needed(data: TrialData, name: str, estimator: str) -> Array:
    """An array that the estimator cannot do without."""
    found = getattr(data, name)
    if found is None:
        raise DesignError(
            f"{estimator}: it needs {_SAID[name]}, and the data have none; give {name}, or choose another estimator."
        )
    return np.asarray(found)


def codes(values: Array) -> Array:
    """Codes 0, 1, … for any integers."""
    return np.asarray(np.unique(values, return_inverse=True)[1]).ravel()


def enough_people(data: TrialData, least: int, estimator: str) -> None:
    """Each arm has as many people as its spread needs."""
    for arm, n in zip(data.arms, np.bincount(data.arm, minlength=len(data.arms)), strict=True):
        if n < least:
            raise DesignError(
                f"{estimator}: {int(n)} people of arm {arm!r} have a known outcome, and {least} are needed at least; leave the "
                "arm out, or wait for more outcomes."
            )


def enough_groups(data: TrialData, group: Array, estimator: str) -> None:
    """Each arm has two groups or more, and no group has two arms."""
    cells = np.unique(np.column_stack([group, data.arm]), axis=0)
    if len(cells) > len(np.unique(cells[:, 0])):
        raise DesignError(
            f"{estimator}: {len(cells) - len(np.unique(cells[:, 0]))} groups hold more than one arm, so people were drawn "
            "and not groups; use 'blocked' with the groups as blocks."
        )
    for arm, n in zip(data.arms, np.bincount(cells[:, 1], minlength=len(data.arms)), strict=True):
        if n < 2:
            raise DesignError(
                f"{estimator}: {int(n)} groups of arm {arm!r} have a known outcome; with fewer than two in an arm nothing "
                "tells the programme from the group. Draw more groups, or draw people within groups ('blocked')."
            )


def covariates_fit(data: TrialData, estimator: str) -> None:
    """Fewer covariates than people in every arm."""
    p = needed(data, "covariates", estimator).shape[1]
    least = int(np.bincount(data.arm, minlength=len(data.arms)).min())
    if least < p + 2:
        raise DesignError(
            f"{estimator}: {p} covariates are too many for an arm of {least} people; name at most {max(least - 2, 0)}, or "
            "use 'difference'."
        )


def one_chance(data: TrialData, estimator: str) -> None:
    """Within an arm all had the same chance of it, or means are not comparable."""
    if data.chance is None:
        return
    for a, arm in enumerate(data.arms):
        own = data.chance[data.arm == a]
        if len(own) and np.ptp(own) > 1e-6:
            raise DesignError(
                f"{estimator}: people of arm {arm!r} were drawn with chances from {own.min():.3g} to {own.max():.3g}, so whole "
                "arms are not comparable; use 'blocked' with blocks of equal chance, or 'adaptive'."
            )


def comparable(data: TrialData, block: Array) -> None:
    """Each arm shares a block with the comparison, and some spread is seen."""
    k = len(data.arms)
    n = np.bincount(block * k + data.arm, minlength=(int(block.max()) + 1) * k).reshape(-1, k)
    for a in range(1, k):
        shared = (n[:, 0] > 0) & (n[:, a] > 0)
        if not shared.any():
            raise DesignError(
                f"blocked: no block has both {data.arms[a]!r} and {data.arms[0]!r}; use 'difference', or larger blocks."
            )
        lone = (n[shared][:, [0, a]] < 2).any(axis=1)
        seen = bool((n[shared][:, [0, a]] > 1).any())
        if lone.all() and shared.sum() < 3 and not seen:
            raise DesignError(
                f"blocked: the {int(shared.sum())} blocks with both arms have one person in each, so no spread is seen; use "
                "larger blocks, or more of them."
            )


def net(data: TrialData, cell: Array, estimator: str) -> tuple[Array, tuple[str, ...]]:
    """Outcomes net of covariates where there are any, and what a reader has to know about it."""
    if data.covariates is None:
        return data.y, ()
    cell = codes(cell)
    slopes_fit(data, cell, estimator)
    return net_of_covariates(data.y, data.covariates, cell), (NET,)


def slopes_fit(data: TrialData, cell: Array, estimator: str) -> None:
    """Enough people beside each other in arms of groups or blocks to learn slopes from."""
    p = needed(data, "covariates", estimator).shape[1]
    cells = len(np.unique(cell))
    left = len(cell) - cells
    if left < 3 * p:
        raise DesignError(
            f"{estimator}: {p} covariates are too many for {len(cell)} people in {cells} groups, or arms of blocks; name at "
            f"most {max(left // 3, 0)}."
        )
