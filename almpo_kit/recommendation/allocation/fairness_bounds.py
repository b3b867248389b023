"""Fairness bounds as rows of the programme: least shares, least gains, largest gaps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.recommendation.allocation.problem import Bounds
from almpo_kit.recommendation.caseloads.menu import Menu
from almpo_kit.vocabulary.errors import DesignError, FrameError, ParameterError
from almpo_kit.vocabulary.rendering import number

Array = np.ndarray[Any, np.dtype[Any]]
#: Kinds of bound: what is bounded, in words, and whether it is a share.
KINDS = {
    "min_share": ("share of all offers", True),
    "min_offered": ("share of the group with an offer", True),
    "min_gain": ("mean gain over the whole group", False),
    "max_gap": ("gap between groups in the share with an offer", True),
}
#: Fewer people than this are no group to bound: the bound would be about single persons.
SMALLEST = 10


@dataclass(frozen=True, eq=False)
class _Row:
    alpha: Array
    gamma: Array
    floor: float
    words: str
    asked: float
    unit: str
    step: float


def read_bounds(
    fairness: Sequence[Mapping[str, Any]], people: pd.DataFrame, menu: Menu, unit: str
) -> tuple[Bounds, Array]:
    """Bounds, and the cell (combination of groups) of each person.

    Parameters
    ----------
    fairness : sequence of mapping
        Each names a column ``by`` and one of ``min_share`` (of all offers), ``min_offered`` (share of the group with an
        offer), ``min_gain`` (mean over everybody in the group, in units of gain) with ``group``, or ``max_gap`` (between
        any two groups, share with an offer); shares are 0 to 1. Optional ``programme``: of this programme alone.

    Raises
    ------
    ParameterError, FrameError, DesignError
    """
    asked = [_checked(dict(b), people, menu) for b in fairness]
    columns = list(dict.fromkeys(b["by"] for b in asked))
    cells, cell = _cells(people, columns)
    count = np.bincount(cell, minlength=len(cells))
    shape = (len(cells), len(menu) - 1)
    rows = [row for b in asked for row in _rows(b, cells, count, shape, menu, unit)]
    if not rows:
        zero = np.zeros((0, *shape))
        return Bounds(zero, zero, np.zeros(0), (), np.zeros(0), (), np.zeros(0)), cell
    return (
        Bounds(
            np.stack([r.alpha for r in rows]),
            np.stack([r.gamma for r in rows]),
            np.array([r.floor for r in rows]),
            tuple(r.words for r in rows),
            np.array([r.asked for r in rows]),
            tuple(r.unit for r in rows),
            np.array([r.step for r in rows]),
        ),
        cell,
    )


def _cells(people: pd.DataFrame, columns: list[str]) -> tuple[pd.DataFrame, Array]:
    if not columns:
        return pd.DataFrame(index=range(1)), np.zeros(len(people), dtype=np.int64)
    groups = pd.DataFrame({c: group_of(people, c) for c in columns})
    grouped = groups.groupby(columns, sort=True)
    return grouped.size().reset_index()[columns], grouped.ngroup().to_numpy(dtype=np.int64)


def group_of(people: pd.DataFrame, column: str) -> pd.Series:
    """A column of groups as text; "unknown" where nothing is told."""
    told: pd.Series = people[column].astype("string").fillna("unknown").astype(object).reset_index(drop=True)
    return told


def _checked(bound: dict[str, Any], people: pd.DataFrame, menu: Menu) -> dict[str, Any]:
    kinds = [k for k in KINDS if k in bound]
    example = "{'by': 'sex', 'group': 'women', 'min_share': 0.45} or {'by': 'sex', 'max_gap': 0.05}"
    extra = sorted(set(bound) - {"by", "group", "programme", *KINDS})
    if len(kinds) != 1 or extra or "by" not in bound:
        raise ParameterError(
            f"a fairness bound names by and one of {', '.join(KINDS)}, e.g. {example}"
            + (f"; {', '.join(extra)} is unknown." if extra else ".")
        )
    kind = kinds[0]
    value = bound[kind]
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float | np.integer | np.floating)
        or not np.isfinite(value)
    ):
        raise ParameterError(f"{kind}={value!r} must be a number, e.g. {example}.")
    if KINDS[kind][1] and not 0 <= value <= 1:
        raise ParameterError(f"{kind}={value!r} is a share and lies between 0 and 1, e.g. {example}.")
    if bound["by"] not in people:
        raise FrameError(
            f"people have no column {bound['by']!r} to bound fairness by; they have {', '.join(map(str, people))}."
        )
    if "programme" in bound and menu.position(str(bound["programme"])) == 0:
        raise ParameterError("a fairness bound is about a programme, not about the offer of none.")
    sizes = group_of(people, bound["by"]).value_counts()
    if kind != "max_gap":
        if str(bound.get("group")) not in sizes.index:
            raise FrameError(
                f"nobody has {bound['by']} = {bound.get('group')!r}; there are {', '.join(sizes.index[:10])}."
            )
        if sizes[str(bound["group"])] < SMALLEST:
            raise DesignError(
                f"fewer than {SMALLEST} people have {bound['by']} = {bound['group']!r}; a bound about so few is about single "
                "persons. Join groups, or leave the bound out."
            )
    return bound | {"kind": kind, "value": float(value)}


def _rows(
    b: dict[str, Any], cells: pd.DataFrame, count: Array, shape: tuple[int, int], menu: Menu, unit: str
) -> list[_Row]:
    only = np.zeros(shape[1], dtype=bool)
    only[menu.position(str(b["programme"])) - 1 if "programme" in b else slice(None)] = True
    of = f" of {b['programme']}" if "programme" in b else ""
    if b["kind"] == "max_gap":
        return _gaps(b, cells, count, only, of)
    mine = (cells[b["by"]] == str(b["group"])).to_numpy()
    size = float(count[mine].sum())
    inside = (mine[:, None] & only).astype(float)
    nothing, v = np.zeros(shape), b["value"]
    named = f"{b['by']} = {b['group']}{of}: {KINDS[b['kind']][0]} at least "
    if b["kind"] == "min_gain":
        words = f"{named}{number(v, 2)} {unit}"
        return [_Row(nothing, inside, v * size, words, v, unit, size)]
    words = f"{named}{number(100 * v, 1)}%"
    if b["kind"] == "min_offered":
        return [_Row(inside, nothing, v * size, words, 100 * v, "points of share", size / 100)]
    every = np.broadcast_to(only, shape).astype(float)
    # How much a point of share is worth depends on how many offers there are: filled in when that is known.
    return [_Row(inside - v * every, nothing, 0.0, words, 100 * v, "points of share", np.nan)]


def _gaps(b: dict[str, Any], cells: pd.DataFrame, count: Array, only: Array, of: str) -> list[_Row]:
    level = cells[b["by"]].to_numpy()
    size = {g: float(count[level == g].sum()) for g in dict.fromkeys(level)}
    large = [g for g, n in size.items() if n >= SMALLEST]
    rows = []
    for g in large:
        for h in large:
            if g == h:
                continue
            scale = min(size[g], size[h])
            part = (level == h) * scale / size[h] - (level == g) * scale / size[g]
            words = f"{b['by']}{of}: {g} ahead of {h} by at most {number(100 * b['value'], 1)} points"
            alpha = part[:, None] * only
            rows.append(
                _Row(
                    alpha,
                    np.zeros(alpha.shape),
                    -b["value"] * scale,
                    words,
                    100 * b["value"],
                    "points of share",
                    scale / 100,
                )
            )
    return rows
