"""Late entrants: each by a lot of its own, with the chances of the list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from almpo_kit.experiments.assigning.assigned_frame import assigned_frame, counts, digest_of
from almpo_kit.experiments.assigning.assignment_result import Assignment
from almpo_kit.experiments.assigning.draw_checks import drawn_sentence
from almpo_kit.experiments.assigning.drawing import Drawn, LotMaker
from almpo_kit.experiments.assigning.kernels.turns import whole_shares
from almpo_kit.experiments.assigning.published_draw import PublishedDraw, published_draw
from almpo_kit.experiments.assigning.unit_list import UnitList, columns_of
from almpo_kit.vocabulary.draws import lots, seed_text
from almpo_kit.vocabulary.errors import DesignError, FrameError
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.provenance import provenance
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    from almpo_kit.vocabulary.trial_designs import TrialDesign

Whole = np.ndarray[Any, np.dtype[np.intp]]


@dataclass(frozen=True, eq=False, repr=False)
class LateRows:
    """Late entrants and what the lot, or their group, gives them."""

    listed: UnitList
    drawn: Drawn


def late(
    published: Assignment | pd.DataFrame,
    units: pd.DataFrame,
    design: TrialDesign | None = None,
    *,
    seed: Any,
    id: str = "id",
    blocks: Sequence[str] = (),
    cluster: str = "",
    stage: str = "late",
    known_seeds: Sequence[Any] = (),
) -> Assignment:
    """Draw people who come after the draw; nobody who was drawn before is changed.

    Each has a lot of its own, at stage ``"late: units"``: with whole-number shares ``w``, arm 0 takes the remainders
    ``lot mod sum(w)`` from 0 on, ``w_0`` of them, and so on. Chances are those of the list, and whoever else comes plays no
    part. Where groups were drawn, people follow their group; in a place with a saturation between 0 and 1 they draw with that
    share.

    Parameters
    ----------
    published : Assignment or DataFrame
        The draw of the list, with earlier late entrants, if any.
    units : DataFrame, shape (n, ...)
        The late entrants alone.
    design : TrialDesign, optional
        With a table.
    seed : int or str
        Of this draw: best one that nobody knew when these people were entered.
    id, blocks, cluster
        As in :func:`assign`.
    stage : str
        Another one for a second lot of late entrants under one seed, e.g. "late 2".
    known_seeds : sequence of (int or str)
        Seeds that were published before, which a table does not have: of the list, of earlier late entrants. With one of them
        a check fails, because the arm could be told beforehand. That of an :class:`Assignment` is known already.

    Returns
    -------
    Assignment
        Of the late entrants alone.

    Raises
    ------
    FrameError
        Somebody was drawn already, or stands in the list twice.
    DesignError
        A group that was not drawn.
    """
    text = seed_text(seed)
    given = published_draw(published, design, id=id, blocks=blocks, cluster=cluster)
    rows = late_rows(given, units, given.columns, partial(lots, text), stage)
    frame = assigned_frame(rows.listed, given.design, rows.drawn, entered="late", stage=stage, units=units)
    digest = rows.listed.digest
    known = text in (given.seed, *map(seed_text, known_seeds))
    return Assignment(
        question=f"Who gets what? · {number(len(frame), 0)} late entrants",
        sentence=drawn_sentence(frame, given.design, text, digest),
        table=counts(frame, given.design),
        checks=_checks(given, known, bool(_drawn_at_all(rows.drawn, given.design))),
        provenance=provenance(
            units,
            given.frame,
            method="experiments.late",
            options={"design": given.design.to_plain(), "seed": text, "stage": stage}
            | {k: v if isinstance(v, str) else list(v) for k, v in given.columns.items() if v},
            seed=seed if isinstance(seed, int) else None,
        ),
        rests_on=f"lots of SHA-256 from the seed {text!r}",
        assignments=frame,
        design=given.design,
        seed=text,
        stage=stage,
        list_digest=digest,
        draw_digest=digest_of(rows.listed, given.design, rows.drawn),
    )


def late_rows(
    given: PublishedDraw, units: pd.DataFrame, columns: dict[str, Any], lot: LotMaker, stage: str
) -> LateRows:
    """Late entrants as a list, and what each gets."""
    ids, block, cluster, _ = columns_of(units, **(columns | {"pair": ""}))
    # Of texts, numpy.isin compares each with each.
    if (again := pd.Index(ids).isin(given.frame["id"])).any():
        raise FrameError(
            f"{number(int(again.sum()), 0)} of {number(len(ids), 0)} units were drawn before and keep what they have; give the late entrants alone."
        )
    own = np.arange(len(ids))
    nothing = np.full(len(ids), "", dtype=object)
    if not given.design.of_clusters:
        listed = UnitList(ids, block, nothing, nothing, own, ids, own * 0, nothing[:1])
        arm, chance = _by_lot(ids, list(given.design.arms.values()), lot, stage)
        nowhere = np.full(len(ids), np.nan)
        return LateRows(listed, Drawn(arm, arm, np.full(len(ids), -1, dtype=np.intp), nowhere, chance))
    return _followers(given, ids, cluster, lot, stage)


def _by_lot(ids: Any, shares: list[float], lot: LotMaker, stage: str) -> tuple[Whole, Any]:
    weights = np.array(whole_shares(shares))
    place = (lot(f"{stage}: units", ids) % np.uint64(weights.sum())).astype(np.intp)
    arm = np.searchsorted(np.cumsum(weights), place, side="right")
    return arm, weights[arm] / weights.sum()


def _followers(given: PublishedDraw, ids: Any, cluster: Any, lot: LotMaker, stage: str) -> LateRows:
    groups = given.frame.drop_duplicates("cluster").set_index("cluster")
    if (unknown := ~pd.Index(cluster).isin(groups.index)).any():
        raise DesignError(
            f"{number(len(set(cluster[unknown])), 0)} groups were not drawn, e.g. group {cluster[unknown][0]!r}; late entrants follow groups "
            "that were. New groups are a list of their own: draw them with assign()."
        )
    of = groups.loc[cluster]
    unit, drawn = pd.factorize(cluster)
    text = [of[c].to_numpy(dtype=object) for c in ("block", "pair")]
    listed = UnitList(ids, text[0], cluster, text[1], unit, drawn, unit * 0, drawn[:1])
    names = list(given.design.arms)
    arm = np.array([names.index(a) for a in of["arm"]], dtype=np.intp)
    saturation, chance = of["saturation"].to_numpy(dtype=float), of["chance"].to_numpy(dtype=float).copy()
    if given.design.kind == "saturation":
        arm, chance = _in_places(given.design, ids, saturation, lot, stage)
    step = of["step"].to_numpy(dtype=np.intp)
    return LateRows(listed, Drawn(arm, arm, step, saturation, chance))


def _in_places(
    design: TrialDesign, ids: Any, saturation: Any, lot: LotMaker, stage: str
) -> tuple[Whole, Any]:
    arm, chance = np.zeros(len(ids), dtype=np.intp), np.ones(len(ids))
    shares = whole_shares(list(design.saturations.values()))
    for level, share in zip(design.saturations, shares, strict=True):
        here = np.isclose(saturation, level, rtol=0, atol=1e-9)
        if level in (0.0, 1.0):
            arm[here] = int(level)
        else:
            arm[here], chance[here] = _by_lot(ids[here], [1 - level, level], lot, stage)
        chance[here] *= share / sum(shares)
    return arm, chance


def _drawn_at_all(drawn: Drawn, design: TrialDesign) -> bool:
    """Whether anybody had a lot of its own."""
    inner = (drawn.saturation > 0) & (drawn.saturation < 1)
    return not design.of_clusters or bool(inner.any())


def _checks(given: PublishedDraw, known: bool, by_lot: bool) -> tuple[Check, ...]:
    made = []
    if by_lot and known:
        told = (
            "The seed is that of an earlier draw. Whoever knew it could have told the arm before entering these people; take a seed "
            "that is drawn after the list of late entrants is closed."
        )
        made.append(Check("nobody knew the arm", "failed", told))
    elif by_lot:
        told = "Each late entrant has a lot of its own, with the chances of the list; nobody drawn before is changed."
        made.append(Check("nobody knew the arm", "informational", told))
    if given.design.of_clusters:
        told = (
            "Late entrants follow a group whose arm was known when they came, and some may have come because of it. Show the "
            "result without them, too."
        )
        made.append(Check("came to a known arm", "failed", told))
    return tuple(made)
