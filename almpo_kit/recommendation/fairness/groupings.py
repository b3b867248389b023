"""Groups to audit by: characteristics, their intersections, regions, and thirds of what is expected anyway."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.recommendation.caseloads.caseload import Caseload
from almpo_kit.vocabulary.errors import ParameterError

Array = np.ndarray[Any, np.dtype[Any]]
#: Between the parts of an intersection, in names and in groups.
CROSS = " × "
EXPECTED = "expected without a programme"
THIRDS = ("lowest third", "middle third", "highest third")
#: A characteristic with more values than this is cut into bands first; nobody reads more rows.
MOST_GROUPS = 60


@dataclass(frozen=True, eq=False, repr=False)
class Grouping:
    """People in groups.

    Parameters
    ----------
    by : str
        ``"sex"``, ``"sex × children"``, ``"region"`` or :data:`EXPECTED`.
    parts : tuple of str
        The characteristics; two for an intersection.
    groups : tuple of str
        In the order in which they are shown.
    members : Array of int, shape (n,)
        Position in ``groups``; -1 where not known.
    cells : tuple of tuple of str
        Values of the parts of each group.
    """

    by: str
    parts: tuple[str, ...]
    groups: tuple[str, ...]
    members: Array
    cells: tuple[tuple[str, ...], ...]


def groupings(people: Caseload, by: Sequence[Any] | None, expected: Array) -> list[Grouping]:
    """What is audited by.

    Parameters
    ----------
    people : Caseload
    by : sequence of str or pairs of str, optional
        Columns of ``people.groups``, ``"region"`` (``people.context.geo``), or pairs of them, as a tuple or as
        ``"sex × children"``. By default all columns, the region where there are several, and sex crossed with every other
        column.
    expected : Array, shape (n,)
        Outcome expected without a programme; its thirds are always audited.

    Raises
    ------
    ParameterError
        No such characteristic, or one with too many values.
    """
    columns = _columns(people)
    asked = _default(list(people.groups.columns), "region" in columns) if by is None else list(by)
    named = list(dict.fromkeys(tuple(_parts(a)) for a in asked))
    found = [_crossed(columns, parts, people) for parts in named]
    return [*found, _thirds(expected, people.weight)]


def _columns(people: Caseload) -> dict[str, pd.Series]:
    columns = {str(c): people.groups[c].astype("string") for c in people.groups}
    region = people.context["geo"].astype("string")
    known = region.mask(region == "unknown")
    if known.nunique() > 1:
        columns["region"] = known
    return columns


def _default(names: Sequence[str], regions: bool) -> list[Any]:
    sex = next((c for c in names if str(c).lower() in ("sex", "gender", "female", "women")), None)
    pairs = [(sex, c) for c in names if c != sex] if sex is not None else []
    return [*names, *(["region"] if regions else []), *pairs]


def _parts(asked: Any) -> list[str]:
    if isinstance(asked, str):
        return [p.strip() for p in asked.split(CROSS.strip())]
    parts = [str(p) for p in asked]
    if not 1 <= len(parts) <= 2:
        raise ParameterError(
            f"an intersection has two parts, not {len(parts)}: {parts}; write e.g. ('sex', 'children')."
        )
    return parts


def _crossed(columns: dict[str, pd.Series], parts: tuple[str, ...], people: Caseload) -> Grouping:
    if unknown := [p for p in parts if p not in columns]:
        there = ", ".join(columns) or "nothing: give groups= to caseload()"
        raise ParameterError(f"cannot audit by {', '.join(map(repr, unknown))}; the caseload knows {there}.")
    table = pd.DataFrame({i: columns[p].to_numpy() for i, p in enumerate(parts)})
    whole = table.notna().all(axis=1).to_numpy()
    cells = sorted({tuple(map(str, r)) for r in table[whole].drop_duplicates().itertuples(index=False)})
    if len(cells) > MOST_GROUPS:
        raise ParameterError(
            f"{CROSS.join(parts)} has {len(cells)} groups; cut it into at most {MOST_GROUPS}, e.g. age into bands."
        )
    at = {c: i for i, c in enumerate(cells)}
    members = np.full(len(people), -1, dtype=np.int64)
    members[whole] = [at[tuple(map(str, r))] for r in table[whole].itertuples(index=False)]
    return Grouping(CROSS.join(parts), parts, tuple(CROSS.join(c) for c in cells), members, tuple(cells))


def _thirds(expected: Array, weight: Array) -> Grouping:
    """Thirds of the people by what is expected without a programme; equal values stay together."""
    order = np.argsort(expected, kind="stable")
    total = np.cumsum(weight[order]) / weight.sum()
    cuts = [expected[order][min(np.searchsorted(total, q), len(order) - 1)] for q in (1 / 3, 2 / 3)]
    members = np.searchsorted(np.unique(cuts), expected, side="left").astype(np.int64)
    if len(np.unique(cuts)) == 1:
        members = np.where(members > 0, 2, 0)
    return Grouping(EXPECTED, (EXPECTED,), THIRDS, members, tuple((t,) for t in THIRDS))
