"""Assignments as a frame, their digest, and the counts that may be shown."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import repeat
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from almpo_kit.experiments.assigning.drawing import Drawn, option_labels, options
from almpo_kit.vocabulary.draws import list_digest
from almpo_kit.vocabulary.frames import check
from almpo_kit.vocabulary.provenance import SYNTHETIC, is_synthetic
from almpo_kit.vocabulary.trial_plans import ASSIGNMENT_COLUMNS

if TYPE_CHECKING:
    from almpo_kit.experiments.assigning.unit_list import UnitList
    from almpo_kit.vocabulary.trial_designs import TrialDesign

#: Blocks with fewer people are counted together: who is in them is easily told.
_FEWEST: Final = 10
_DIGESTED: Final[dict[str, Any]] = {"id": object, "arm": object, "step": int, "saturation": float}
SMALL_BLOCKS: Final = "blocks of fewer than 10 people, together"


def assigned_frame(
    listed: UnitList, design: TrialDesign, drawn: Drawn, *, entered: str, stage: str, units: pd.DataFrame
) -> pd.DataFrame:
    """The ``assignments`` frame of a draw, in the order of the list."""
    arms = np.array(list(design.arms), dtype=object)
    frame = pd.DataFrame(
        {
            "id": listed.ids,
            "arm": arms[drawn.arm],
            "chance": drawn.chance,
            "block": listed.block,
            "cluster": listed.cluster,
            "pair": listed.pair,
            "step": drawn.step,
            "saturation": drawn.saturation,
            "entered": entered,
            "source": f"{SYNTHETIC} list, {stage}" if is_synthetic(units) else f"drawn by lot, {stage}",
        },
        columns=list(ASSIGNMENT_COLUMNS),
    )
    frame.attrs = dict(units.attrs)
    return check(frame, "assignments")


def digest_of(listed: UnitList, design: TrialDesign, drawn: Drawn) -> str:
    """SHA-256 of who got what: id, arm, step ("" where there is none) and saturation (as 0.5, or "")."""
    arms = np.array(list(design.arms), dtype=object)[drawn.arm]
    return _digest(listed.ids, arms, drawn.step, drawn.saturation)


def draw_digest(assignments: pd.DataFrame) -> str:
    """The same of an ``assignments`` frame."""
    return _digest(*(assignments[c].to_numpy(dtype=t) for c, t in _DIGESTED.items()))


def _digest(ids: Any, arms: Any, steps: Any, shares: Any) -> str:
    said_steps: Iterable[str] = repeat("")
    said_shares: Iterable[str] = repeat("")
    if (steps >= 0).any():
        said_steps = ["" if s < 0 else str(s) for s in steps.tolist()]
    if not np.isnan(shares).all():
        said_shares = ["" if s != s else f"{s:g}" for s in shares.tolist()]
    return list_digest(zip(ids, arms, said_steps, said_shares, strict=False))


def option_of(assignments: pd.DataFrame, design: TrialDesign) -> pd.Series:
    """What the row's unit drew, as :func:`~almpo_kit.experiments.assigning.drawing.options` names it."""
    if design.kind == "stepped_wedge":
        return "step " + assignments["step"].astype(str)
    if design.kind == "saturation":
        return assignments["saturation"].map("{:g}".format)
    return assignments["arm"].astype(object)


def counts(assignments: pd.DataFrame, design: TrialDesign) -> pd.DataFrame:
    """Counts by block and arm (step, saturation): ``block, arm, units, people, share, planned``.

    ``units`` are what was drawn, people or groups; ``share`` is of the block's units. In a saturation design ``arm`` is the
    share offered in the place, e.g. "50% offered", and ``people`` all those of such places.
    """
    names, weights = options(design)
    block, blocks = pd.factorize(assignments["block"].to_numpy(dtype=object))
    blocks = np.array(blocks, dtype=object)
    sizes = np.bincount(block)
    if len(blocks) > 1 or blocks[0]:
        blocks[sizes < _FEWEST] = SMALL_BLOCKS
    arm = pd.Categorical(option_of(assignments, design), categories=names).codes
    people = _cells(block, arm, len(blocks), len(names))
    units = people
    if design.of_clusters:
        first = ~assignments["cluster"].duplicated().to_numpy()
        units = _cells(block[first], arm[first], len(blocks), len(names))
    names = option_labels(design)
    cells = pd.MultiIndex.from_product([blocks, names], names=["block", "arm"])
    table = pd.DataFrame({"units": units.ravel(), "people": people.ravel()}, index=cells).reset_index()
    table["arm"] = pd.Categorical(table["arm"], categories=names, ordered=True)
    table = table.groupby(["block", "arm"], observed=True)[["units", "people"]].sum().reset_index()
    table["arm"] = table["arm"].astype(object)
    table["share"] = table["units"] / table.groupby("block")["units"].transform("sum")
    planned: dict[str, Any] = {n: w / sum(weights) for n, w in zip(names, weights, strict=True)}
    return table.assign(planned=table["arm"].map(planned).astype(float))


def _cells(block: Any, arm: Any, blocks: int, arms: int) -> Any:
    return np.bincount(block * arms + arm, minlength=blocks * arms)
