"""Why somebody has no list: nobody is dropped without a reason."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from almpo_kit.matching.assignment.candidates import candidates
from almpo_kit.matching.assignment.kernels.arrays import take
from almpo_kit.matching.assignment.problem import Problem


def reasons_without(p: Problem, rows: np.ndarray, max_km: float | None) -> list[str]:
    """The reason of each row of seekers that has no list.

    Parameters
    ----------
    p : Problem
    rows : (n,) int
    max_km : float, optional

    Returns
    -------
    list of str
    """
    if not rows.size:
        return []
    free = np.zeros(p.offers.code.size)
    side = take(p.everyone, rows)
    bare = side._replace(has=np.full(rows.size, -1, np.int64), any_of=np.full(rows.size, -1, np.int64))
    bare = bare._replace(levels=np.full(side.levels.shape, np.inf))
    near = _any(replace(p, kinds=bare, rules=p.rules._replace(least=-2.0)), free)
    alike = _any(replace(p, kinds=bare), free)
    fit = _any(replace(p, kinds=side), free)
    located = p.located[0][rows]
    blank = p.everyone.code[rows] == len(p.sought) - 1
    out = []
    for k, row in enumerate(rows):
        if p.count[row] == 0:
            out.append("the row counts no person")
        elif not located[k]:
            out.append(_no_point(p, int(row)))
        elif not near[k]:
            limit = p.everyone.limit[row]
            within = "at all" if max_km is None else f"within {limit:g} {p.unit}"
            out.append(f"no vacancy {within}")
        elif not alike[k]:
            out.append(
                "no occupation known to compare"
                if blank[k]
                else "vacancies within reach, but none in an occupation near enough or allowed"
            )
        elif not fit[k]:
            out.append("vacancies within reach fit the occupation, but none that the person is eligible for")
        else:
            out.append("every vacancy that fits is full or takes nobody")
    return out


def _any(p: Problem, free: np.ndarray) -> np.ndarray:
    item, _ = candidates(p, free, 1)
    found: np.ndarray = item[:, 0] >= 0 if free.size else np.zeros(p.kinds.code.size, bool)
    return found


def _no_point(p: Problem, row: int) -> str:
    geo = p.seekers["geo"].iloc[row] if "geo" in p.seekers else None
    if geo is None or geo != geo:
        return "no place known: neither lon and lat nor geo"
    if p.rules.travel:
        return f"{geo} is not in the travel matrix"
    return f"no label point for {geo}; locations has NUTS-2 regions only unless you bring others"
