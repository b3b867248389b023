"""A published draw beside the list as it is now, and beside the draw made again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    from almpo_kit.experiments.assigning.drawing import Drawn
    from almpo_kit.experiments.assigning.published_draw import PublishedDraw
    from almpo_kit.experiments.assigning.unit_list import UnitList
    from almpo_kit.vocabulary.trial_designs import TrialDesign


@dataclass(frozen=True, eq=False, repr=False)
class Compared:
    """What differs, in numbers; ``differ`` is −1 where it could not be drawn again."""

    frame: pd.DataFrame
    list_same: bool
    new: int
    gone: int
    changed: int
    digest_differs: bool
    differ: int = -1
    differing: tuple[str, ...] = ()
    draw_touched: bool = False

    def with_draw(self, frame: pd.DataFrame, listed: UnitList, design: TrialDesign, drawn: Drawn) -> Compared:
        """The same, with what the lot gives beside what was published."""
        again = pd.DataFrame(
            {
                "arm": np.array(list(design.arms), dtype=object)[drawn.arm],
                "step": drawn.step,
                "saturation": drawn.saturation,
                "chance": drawn.chance,
            },
            index=listed.ids,
        )
        both = frame.set_index("id")
        both = both.loc[both.index.intersection(again.index)]
        again = again.loc[both.index]
        other = both["arm"].to_numpy(dtype=object) != again["arm"].to_numpy(dtype=object)
        other |= both["step"].to_numpy() != again["step"].to_numpy()
        for name in ("saturation", "chance"):
            # A published file may have rounded them.
            a, b = both[name].to_numpy(dtype=float), again[name].to_numpy(dtype=float)
            other |= ~np.isclose(a, b, rtol=0, atol=1e-6, equal_nan=True)
        return replace(self, differ=int(other.sum()), differing=tuple(both.index[other]))


def compared(frame: pd.DataFrame, now: UnitList, given: PublishedDraw) -> Compared:
    """The list as it is now beside the one that was drawn."""
    columns: dict[str, Any] = {"block": now.block, "cluster": now.cluster, "pair": now.pair}
    here = pd.DataFrame(columns, index=now.ids)
    there = frame.set_index("id")[list(columns)]
    both = there.index.intersection(here.index)
    moved = (there.loc[both].astype(object) != here.loc[both].astype(object)).any(axis=1)
    new, gone, changed = len(here) - len(both), len(there) - len(both), int(moved.sum())
    digest_differs = bool(given.list_digest) and given.list_digest != now.digest
    same = not (new or gone or changed or digest_differs)
    return Compared(frame, same, new, gone, changed, digest_differs)


def compared_checks(held: Compared, given: PublishedDraw) -> tuple[Check, ...]:
    """Checks of a verification."""
    return (_list_check(held, given), *_draw_checks(held, given))


def _list_check(held: Compared, given: PublishedDraw) -> Check:
    if held.list_same:
        told = "The list is the one that was drawn: "
        told += (
            "its digest is the published one." if given.list_digest else "the same units in the same blocks."
        )
        return Check("list", "passed", told)
    parts = [
        f"{number(held.new, 0)} units are new",
        f"{number(held.gone, 0)} are gone",
        f"{number(held.changed, 0)} are in another block, group or pair",
    ]
    told = f"The list was changed after the draw: {', '.join(parts)}."
    if not (held.new or held.gone or held.changed):
        told = (
            "The list's digest is not the published one although its units, blocks, groups and pairs are: "
            + (
                "covariates of the criterion were changed"
                if given.criterion
                else "another list was published"
            )
            + "."
        )
    return Check(
        "list", "failed", f"{told} Late entrants are drawn by themselves and never change who was drawn."
    )


def _draw_checks(held: Compared, given: PublishedDraw) -> list[Check]:
    made = []
    if held.draw_touched:
        told = (
            "The published draw was changed after its digest was published, or the digest is of another draw."
        )
        made.append(Check("digest of the draw", "failed", told))
    n = number(len(held.frame), 0)
    if held.differ > 0:
        told = (
            f"{number(held.differ, 0)} of {n} units have another arm, step, saturation or chance than the lot gives. If nearly "
            "all arms are as by chance, the seed is another one; if few differ, somebody was moved."
        )
        made.append(Check("draw", "failed", told))
    elif held.differ == 0:
        made.append(Check("draw", "passed", f"All {n} units have what the lot gives them."))
    else:
        told = (
            "It cannot be drawn again: the criterion needs the covariates of the list that was drawn. Find the list whose "
            f"digest begins with {given.list_digest[:12] or 'the published one'}."
        )
        made.append(Check("draw", "failed", told))
    late = int((given.frame["entered"] == "late").sum())
    if late and (held.frame["entered"] == "list").all():
        told = (
            f"{number(late, 0)} late entrants stand in the published draw and were not drawn again here; verify them by themselves, with "
            "earlier= the draw before them."
        )
        made.append(Check("late entrants", "informational", told))
    if not given.list_digest:
        told = "No digest of the list was given, so only units, blocks, groups and pairs were compared."
        made.append(Check("published digest", "informational", told))
    return made
