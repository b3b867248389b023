"""Draw who gets what, by lots that anybody can draw again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from almpo_kit.experiments.assigning.assigned_frame import assigned_frame, counts, digest_of
from almpo_kit.experiments.assigning.assignment_result import Assignment
from almpo_kit.experiments.assigning.criterion_draw import Accepted, accepted
from almpo_kit.experiments.assigning.draw_checks import draw_checks, drawn_sentence
from almpo_kit.experiments.assigning.drawing import options
from almpo_kit.experiments.assigning.rerandomisation import Rerandomisation
from almpo_kit.vocabulary.draws import lots, seed_text
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.provenance import provenance
from almpo_kit.vocabulary.rendering import number
from almpo_kit.vocabulary.trial_designs import TrialDesign

if TYPE_CHECKING:
    import pandas as pd


def assign(
    units: pd.DataFrame,
    design: TrialDesign,
    *,
    seed: Any,
    id: str = "id",
    blocks: Sequence[str] = (),
    cluster: str = "",
    pair: str = "",
    criterion: Rerandomisation | None = None,
    entered: str = "list",
    progress: Callable[[int, int], None] | None = None,
) -> Assignment:
    """Draw the units of a list into the arms of a design.

    A stranger draws it again with nothing but SHA-256:

    1. The *lot* of a name at a stage is the first 64 bits of ``sha256(seed LF stage LF name)``.
    2. Blocks stand in a line by their lot at stage ``"list: blocks"``; within each, units by theirs at ``"list: units"``.
    3. Shares are whole numbers ``w`` in proportion, such as 2 to 1 to 1 (``provenance.options["turns"]``). The row of turns has
       each arm ``w`` times, spread evenly: the rule of :func:`~almpo_kit.experiments.assigning.kernels.turns.turns`, in which
       1 to 1 is a, b and 2 to 1 is a, b, a.
    4. The line goes along the row, over and over, from place ``lot("list: start", "") mod sum(w)`` on: who stands at place
       ``t`` of the line gets the arm at place ``start + t`` of the row.
    5. Units are people, or groups, which their people follow; blocks may be pairs, arms steps or saturations. Within places of
       saturation 0.5, stages are ``"list: people, units at 0.5"`` and so on. Draw ``k`` under a criterion says ``"list#k"``.

    Each unit's chance of an arm is exactly its share, whatever the block's size, because the line starts anywhere in the row;
    and what blocks leave over balances along the line.

    Parameters
    ----------
    units : DataFrame, shape (n, ...)
        One row a person; or a group, where ``id`` and ``cluster`` may be the same column. Extra columns play no part.
    design : TrialDesign
    seed : int or str
        Published; best from a source that nobody can choose, after the list was closed.
    id, cluster, pair : str
        Columns with the unit's name, its group, and the group's pair.
    blocks : sequence of str
        Columns whose values together are the block; for groups, too.
    criterion : Rerandomisation, optional
        Draws are numbered from 1 on and the first that is balanced enough is taken.
    entered : {"list"}
        Late entrants are drawn by :func:`late`.
    progress : callable, optional
        Draws tried, and the most there may be; under a criterion.

    Returns
    -------
    Assignment

    Raises
    ------
    FrameError
        The list lacks a column or a value, or has a unit twice.
    ParameterError
        Columns that do not belong to the design; a seed that is none.
    DesignError
        Blocks of one, shares that cannot be met (the nearest are named), groups in two blocks, a criterion that no draw meets.

    References
    ----------
    Morgan and Rubin (2012) Ann. Stat. 40, 1263-1282 (re-randomisation).
    """
    if not isinstance(design, TrialDesign):
        raise ParameterError("assign() needs a TrialDesign, e.g. TrialDesign(kind='individual', people=400).")
    if entered != "list":
        raise ParameterError(
            f"assign() draws a list (entered='list'), not {entered!r}; draw late entrants with late()."
        )
    text = seed_text(seed)
    columns = {"id": id, "blocks": blocks, "cluster": cluster, "pair": pair}
    found = accepted(units, design, columns, partial(lots, text), criterion, entered, progress)
    return assignment(units, design, found, text, seed, criterion, columns)


def assignment(
    units: pd.DataFrame,
    design: TrialDesign,
    found: Accepted,
    text: str,
    seed: Any,
    criterion: Rerandomisation | None,
    columns: dict[str, Any],
) -> Assignment:
    """The Finding of a draw."""
    frame = assigned_frame(found.listed, design, found.drawn, entered="list", stage=found.stage, units=units)
    names, weights = options(design)
    given = {k: v if isinstance(v, str) else list(v) for k, v in columns.items() if v}
    digest = found.listed.digest
    return Assignment(
        question=f"Who gets what? · {number(len(frame), 0)} rows of the list, {design.kind.replace('_', ' ')} design",
        sentence=drawn_sentence(frame, design, text, digest),
        table=counts(frame, design),
        checks=draw_checks(found, design, criterion),
        provenance=provenance(
            units,
            method="experiments.assign",
            options=given
            | {"design": design.to_plain(), "seed": text, "stage": found.stage}
            | {"turns": dict(zip(names, weights, strict=True))}
            | ({} if criterion is None else {"criterion": criterion.to_plain()}),
            seed=seed if isinstance(seed, int) else None,
        ),
        rests_on=f"lots of SHA-256 from the seed {text!r}",
        assignments=frame,
        design=design,
        seed=text,
        stage=found.stage,
        list_digest=digest,
        draw_digest=digest_of(found.listed, design, found.drawn),
        criterion=criterion,
        attempt=found.attempt,
        distance=found.distance,
        limit=found.limit,
    )
