"""One draw of a design: from lots, whichever way they come, to the arm, step or saturation of each row of the list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from almpo_kit.experiments.assigning.kernels.line import by_turns, in_line
from almpo_kit.experiments.assigning.kernels.turns import turns, whole_shares
from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    from almpo_kit.experiments.assigning.unit_list import UnitList
    from almpo_kit.vocabulary.trial_designs import TrialDesign

Whole = np.ndarray[Any, np.dtype[np.intp]]
Real = np.ndarray[Any, np.dtype[np.float64]]
#: (stage, names) -> lots, uint64. Published draws take them from SHA-256, repetitions from a generator.
LotMaker = Callable[[str, Sequence[str]], np.ndarray[Any, np.dtype[np.uint64]]]


@dataclass(frozen=True, eq=False, repr=False)
class Drawn:
    """What the lot gave.

    Parameters
    ----------
    option : array of int, shape (m,)
        Of each drawn unit: its arm, step or saturation, by place in :func:`options`.
    arm, step : array of int, shape (n,)
        Of each row of the list: place in ``design.arms``; step from 1, or −1.
    saturation, chance : array of float, shape (n,)
        Share offered in the row's place, NaN elsewhere; probability, before the draw, of what was drawn.
    """

    option: Whole
    arm: Whole
    step: Whole
    saturation: Real
    chance: Real


def options(design: TrialDesign) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """What a unit can draw, and the whole numbers in whose proportion it is drawn: arms, steps or saturations."""
    if design.kind == "stepped_wedge":
        return tuple(f"step {k}" for k in range(1, design.steps + 1)), (1,) * design.steps
    if design.kind == "saturation":
        names = tuple(saturation_name(s) for s in design.saturations)
        return names, whole_shares(list(design.saturations.values()))
    return tuple(design.arms), whole_shares(list(design.arms.values()))


def option_labels(design: TrialDesign) -> tuple[str, ...]:
    """What a unit can draw, as it is shown: a saturation is "50% offered"."""
    if design.kind == "saturation":
        return tuple(f"{100 * s:g}% offered" for s in design.saturations)
    return options(design)[0]


def saturation_name(share: float) -> str:
    """A saturation as it stands in stages of a draw: 0.5."""
    return f"{share:g}"


def draw(listed: UnitList, design: TrialDesign, lot: LotMaker, stage: str) -> Drawn:
    """Draw once: units stand in a line by their lots, and take their turns.

    Parameters
    ----------
    listed : UnitList
    design : TrialDesign
    lot : callable
    stage : str
        With which the stages of all lots begin.
    """
    _, weights = options(design)
    option = _placed(listed.stratum, listed.strata, listed.drawn, weights, lot, f"{stage}: ")
    share = np.array(weights)[option] / sum(weights)
    n = len(listed.ids)
    nobody, nowhere = np.full(n, -1, dtype=np.intp), np.full(n, np.nan)
    if design.kind == "saturation":
        return _within_places(listed, design, lot, stage, option, share)
    if design.kind == "stepped_wedge":
        began = option[listed.unit] + 1
        return Drawn(option, np.ones(n, dtype=np.intp), began, nowhere, share[listed.unit])
    return Drawn(option, option[listed.unit], nobody, nowhere, share[listed.unit])


def _placed(
    stratum: Whole,
    strata: Any,
    names: Any,
    weights: tuple[int, ...],
    lot: LotMaker,
    begin: str,
    end: str = "",
) -> Whole:
    """Whose turn each is; the three lots of a draw are those of blocks, of units, and of where the turns start."""
    row = turns(weights)
    line = in_line(stratum, lot(f"{begin}blocks{end}", strata), lot(f"{begin}units{end}", names))
    start = int(lot(f"{begin}start{end}", [""])[0] % np.uint64(len(row)))
    return by_turns(line, row, start)


def _within_places(
    listed: UnitList, design: TrialDesign, lot: LotMaker, stage: str, option: Whole, share: Real
) -> Drawn:
    levels = list(design.saturations)
    n = len(listed.ids)
    arm, chance = np.zeros(n, dtype=np.intp), share[listed.unit].copy()
    for code, level in enumerate(levels):
        rows = np.flatnonzero(option[listed.unit] == code)
        if level in (0.0, 1.0) or not len(rows):
            arm[rows] = int(level == 1.0)
            continue
        here, places = np.unique(listed.unit[rows], return_inverse=True)
        weights = whole_shares([1 - level, level])
        end = f" at {saturation_name(level)}"
        arm[rows] = _placed(
            places, listed.drawn[here], listed.ids[rows], weights, lot, f"{stage}: people, ", end
        )
        chance[rows] *= np.array(weights)[arm[rows]] / sum(weights)
    saturation = np.array(levels)[option[listed.unit]]
    return Drawn(option, arm, np.full(n, -1, dtype=np.intp), saturation, chance)


def can_be_met(listed: UnitList, design: TrialDesign) -> None:
    """Refuse a list with which the design cannot be drawn.

    Raises
    ------
    DesignError
        Blocks of one, too few units for the shares, or one group an arm.
    """
    names, weights = options(design)
    m, total = len(listed.drawn), sum(weights)
    what = "groups" if design.of_clusters else "people"
    sizes = np.bincount(listed.stratum)
    if design.kind == "blocked" and (single := sizes == 1).any():
        raise DesignError(
            f"{number(int(single.sum()), 0)} of {number(len(sizes), 0)} blocks have one person, who can be compared with nobody, e.g. block "
            f"{listed.strata[single][0]!r}; join each with a block that is most like it, or block by fewer columns."
        )
    fewest = 2 if design.of_clusters and design.kind != "stepped_wedge" else 1
    needed = max(-(-fewest * total // w) for w in weights)
    if m < needed:
        raise DesignError(_nearest(names, weights, m, what, fewest, needed))
    if design.kind == "saturation" and _too_small(listed, design).all():
        raise DesignError(
            f"no place has enough people for somebody to be offered it and somebody not; the largest has {number(int(listed.sizes.max()), 0)}. "
            "Join places, or draw whole places with kind='cluster'."
        )


def _too_small(listed: UnitList, design: TrialDesign) -> Any:
    """Places in which some saturation strictly between 0 and 1 leaves one side empty."""
    inner = [s for s in design.saturations if 0 < s < 1]
    least = min(min(s, 1 - s) for s in inner)
    return listed.sizes * least < 1 - 1e-9


def places_too_small(listed: UnitList, design: TrialDesign) -> int:
    """How many places are too small for the most uneven saturation."""
    return int(_too_small(listed, design).sum())


def _nearest(
    names: Sequence[str], weights: Sequence[int], m: int, what: str, fewest: int, needed: int
) -> str:
    total = sum(weights)
    asked = ", ".join(f"{n!r} {w} of {total}" for n, w in zip(names, weights, strict=True))
    begin = f"{m} {what} are too few for {asked}: each must have at least {fewest}"
    if fewest == 2:
        begin += ", or nothing tells groups' own differences from the programme's"
    if m < fewest * len(weights):
        return f"{begin}. Draw at least {fewest * len(weights)} {what}, or compare fewer arms."
    counts = np.full(len(weights), fewest)
    for _ in range(m - counts.sum()):
        counts[np.argmax(np.array(weights) * m / total - counts)] += 1
    nearest = ", ".join(f"{n!r}: {c}/{m}" for n, c in zip(names, counts, strict=True))
    return f"{begin}. The nearest shares that can be met are {nearest}; with those asked, draw at least {needed} {what}."
