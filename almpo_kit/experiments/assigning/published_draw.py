"""A published draw as it comes back: a Finding, or the table of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from almpo_kit.experiments.assigning.assignment_result import Assignment
from almpo_kit.experiments.assigning.unit_list import UnitList, listed
from almpo_kit.vocabulary.errors import FrameError, ParameterError
from almpo_kit.vocabulary.frames import check
from almpo_kit.vocabulary.trial_designs import TrialDesign

if TYPE_CHECKING:
    from almpo_kit.experiments.assigning.rerandomisation import Rerandomisation


@dataclass(frozen=True, eq=False, repr=False)
class PublishedDraw:
    """The table of a draw, its design, and what else was published; "" or None where it was not."""

    frame: pd.DataFrame
    design: TrialDesign
    seed: str
    list_digest: str
    draw_digest: str
    criterion: Rerandomisation | None
    columns: dict[str, Any]

    @property
    def from_list(self) -> pd.DataFrame:
        """Rows of the list that was drawn; late entrants are left out."""
        return self.frame[self.frame["entered"] == "list"]


def published_draw(
    published: Assignment | pd.DataFrame,
    design: TrialDesign | None,
    *,
    seed: str = "",
    list_digest: str = "",
    draw_digest: str = "",
    criterion: Rerandomisation | None = None,
    id: str = "id",
    blocks: Sequence[str] = (),
    cluster: str = "",
    pair: str = "",
) -> PublishedDraw:
    """What was published; what is not given is taken from the Finding, where it is one.

    Raises
    ------
    FrameError
        The table is no ``assignments`` frame, or has arms that the design has not.
    ParameterError
        A table without its design.
    """
    columns: dict[str, Any] = {"id": id, "blocks": blocks, "cluster": cluster, "pair": pair}
    if isinstance(published, Assignment):
        told = published.provenance.options
        columns = {k: told[k] if k in told and (not v or v == "id") else v for k, v in columns.items()}
        design = design or published.design
        seed, criterion = seed or published.seed, criterion or published.criterion
        list_digest = list_digest or published.list_digest
        draw_digest = draw_digest or published.draw_digest
        published = published.assignments
    if not isinstance(design, TrialDesign):
        raise ParameterError("a table of assignments needs its design, e.g. design=plan.design.")
    if not isinstance(published, pd.DataFrame):
        raise FrameError("give the published draw: an Assignment, or its table of assignments.")
    frame = check(_filled(published), "assignments")
    if odd := sorted(set(frame["arm"]) - set(design.arms)):
        raise FrameError(
            f"the published draw has the arm {odd[0]!r}; the design's are {', '.join(design.arms)}."
        )
    return PublishedDraw(frame, design, seed, list_digest, draw_digest, criterion, columns)


def _filled(frame: pd.DataFrame) -> pd.DataFrame:
    """Empty cells of a file are "" again; a file of numbers as names has text again."""
    made = frame.copy()
    for name in ("id", "block", "cluster", "pair"):
        if name not in made or (
            pd.api.types.is_string_dtype(made[name].dtype) and not made[name].isna().any()
        ):
            continue
        column = made[name].astype(object)
        if name != "id":
            column = column.where(column.notna(), "")
        made[name] = [str(int(v)) if isinstance(v, float) and v == v // 1 else v for v in column]
        if name != "id" or made[name].notna().all():
            made[name] = made[name].astype(str)
    return made


def relisted(frame: pd.DataFrame, design: TrialDesign) -> UnitList:
    """The list that a published table was drawn from, as far as the table tells."""
    ids, block, cluster, pair = (frame[c].to_numpy(dtype=object) for c in ("id", "block", "cluster", "pair"))
    return listed(design, ids, block, cluster, pair)
