"""Draw again what was published, and look whether it is the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd

from almpo_kit.experiments.assigning.assigned_frame import draw_digest as digest_of_draw
from almpo_kit.experiments.assigning.assignment_result import Assignment
from almpo_kit.experiments.assigning.compared_draws import Compared, compared, compared_checks
from almpo_kit.experiments.assigning.criterion_draw import accepted, listed_as_asked
from almpo_kit.experiments.assigning.drawing import draw
from almpo_kit.experiments.assigning.late import late_rows
from almpo_kit.experiments.assigning.published_draw import PublishedDraw, published_draw, relisted
from almpo_kit.vocabulary.draws import lots, seed_text
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.finding import Finding
from almpo_kit.vocabulary.provenance import provenance
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    from almpo_kit.experiments.assigning.rerandomisation import Rerandomisation
    from almpo_kit.experiments.assigning.unit_list import UnitList
    from almpo_kit.vocabulary.trial_designs import TrialDesign


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Verification(Finding):
    """Whether a published draw is what seed and list give. ``table`` has counts: ``what, number``.

    Parameters
    ----------
    same : bool
        List, draw and digests are all as published.
    list_same : bool
        The list is the one that was drawn.
    differ : int
        Units with another arm, step or saturation than the lot gives them; −1 where it cannot be drawn again.
    new, gone, changed : int
        Units that were not in the list, are no longer in it, or are in another block, group or pair.
    differing : tuple of str
        Names of the units that differ; never rendered.
    """

    same: bool
    list_same: bool
    differ: int
    new: int
    gone: int
    changed: int
    differing: tuple[str, ...]


def verify(
    published: Assignment | pd.DataFrame,
    units: pd.DataFrame,
    design: TrialDesign | None = None,
    *,
    seed: Any = "",
    list_digest: str = "",
    draw_digest: str = "",
    id: str = "id",
    blocks: Sequence[str] = (),
    cluster: str = "",
    pair: str = "",
    criterion: Rerandomisation | None = None,
    earlier: pd.DataFrame | None = None,
    stage: str = "late",
) -> Verification:
    """Draw again from the published seed and a list, and compare.

    Parameters
    ----------
    published : Assignment or DataFrame
        The draw; as a table, an ``assignments`` frame.
    units : DataFrame, shape (n, ...)
        The list as it is now.
    design : TrialDesign, optional
        With a table.
    seed, list_digest, draw_digest : optional
        As published; with a table, ``seed`` is needed and the digests should be given.
    id, blocks, cluster, pair, criterion
        As in :func:`assign`; taken from an Assignment where they are left out.
    earlier : DataFrame, optional
        ``published`` are late entrants, and this is the draw of the list before them.
    stage : str
        Of late entrants.

    Returns
    -------
    Verification

    Raises
    ------
    FrameError
        A unit stands in the list twice, or a column lacks.
    ParameterError
        No seed.
    DesignError
        The list cannot be drawn so at all.
    """
    columns: dict[str, Any] = {"id": id, "blocks": blocks, "cluster": cluster, "pair": pair}
    seed = seed_text(seed) if seed != "" else ""
    given = published_draw(
        published,
        design,
        seed=seed,
        list_digest=list_digest,
        draw_digest=draw_digest,
        criterion=criterion,
        **columns,
    )
    if not given.seed:
        raise ParameterError(
            "verify() needs the seed that was published, e.g. seed='lottery 2027-01-09: 4 11'."
        )
    held = _late(given, units, earlier, stage) if earlier is not None else _list(given, units)
    return _finding(given, held, units)


def _list(given: PublishedDraw, units: pd.DataFrame) -> Compared:
    frame = given.from_list
    if not len(frame):
        raise ParameterError(
            "these are late entrants alone; give the draw before them, e.g. earlier=first.assignments."
        )
    units = _without_late(units, given)
    now, _ = listed_as_asked(units, given.design, given.columns, given.criterion)
    again: UnitList | None = now
    found = compared(frame, now, given)
    if not found.list_same:
        # The published table is the list that was drawn, as far as it tells: whether the lot was drawn rightly stays known.
        again = relisted(frame, given.design) if given.criterion is None else None
    lot = partial(lots, given.seed)
    if given.criterion is not None and again is not None:
        drawn = accepted(units, given.design, given.columns, lot, given.criterion, "list").drawn
    elif again is not None:
        drawn = draw(again, given.design, lot, "list")
    else:
        return found
    return found.with_draw(frame, again, given.design, drawn)


def _without_late(units: pd.DataFrame, given: PublishedDraw) -> pd.DataFrame:
    late = set(given.frame.loc[given.frame["entered"] == "late", "id"])
    name = given.columns["id"]
    if not late or name not in units:
        return units
    return units[~units[name].astype(str).str.strip().isin(late)]


def _late(given: PublishedDraw, units: pd.DataFrame, earlier: pd.DataFrame, stage: str) -> Compared:
    before = published_draw(earlier, given.design)
    rows = late_rows(before, units, given.columns, partial(lots, given.seed), stage)
    frame = given.frame[given.frame["entered"] == "late"]
    return compared(frame, rows.listed, given).with_draw(frame, rows.listed, given.design, rows.drawn)


def _finding(given: PublishedDraw, held: Compared, units: pd.DataFrame) -> Verification:
    if given.draw_digest and given.draw_digest != digest_of_draw(held.frame):
        held = replace(held, draw_touched=True)
    same = held.list_same and held.differ == 0 and not held.draw_touched
    table = pd.DataFrame(
        {
            "what": [
                "units in the published draw",
                "with another arm than the lot gives",
                "new in the list",
                "gone from the list",
                "in another block, group or pair",
            ],
            "number": [len(held.frame), held.differ, held.new, held.gone, held.changed],
        }
    )
    return Verification(
        question="Is the published draw what seed and list give?",
        sentence=_sentence(held, same),
        table=table[table["number"] >= 0].reset_index(drop=True),
        checks=compared_checks(held, given),
        provenance=provenance(
            units,
            held.frame,
            method="experiments.verify",
            options={"seed": given.seed, "design": given.design.to_plain(), "list_digest": given.list_digest},
        ),
        rests_on=f"{number(len(held.frame), 0)} units drawn again from the seed {given.seed!r}",
        same=same,
        list_same=held.list_same,
        differ=held.differ,
        new=held.new,
        gone=held.gone,
        changed=held.changed,
        differing=held.differing,
    )


def _sentence(held: Compared, same: bool) -> str:
    n = number(len(held.frame), 0)
    if same:
        return f"Yes: drawn again from the published seed and list, all {n} units get what was published."
    if held.draw_touched and held.differ <= 0:
        return "No: the published draw is not the one whose digest was published."
    if held.differ > 0:
        return f"No: {number(held.differ, 0)} of {n} units have something other than the lot gives them."
    then = (
        f"the lot was drawn rightly for the {n} units as published"
        if held.differ == 0
        else "it cannot be drawn again"
    )
    return f"The list is not the one that was drawn; {then}."
