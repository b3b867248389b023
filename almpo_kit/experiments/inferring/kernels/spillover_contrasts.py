"""What is asked of a saturation design, as weights on its cells."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def spillover_contrasts(levels: Array, places: Array) -> dict[tuple[str, float], Array]:
    """(estimand, saturation) -> weights on cells (saturation, not offered or offered), shape (n_levels, 2).

    Parameters
    ----------
    levels : array, shape (n_levels,)
        Shares of people that are offered it, ascending; the first is what the others are compared with (0: pure
        comparison places).
    places : array, shape (n_levels,)
        Places with each share; the weights of shares in what holds over all of them (saturation NaN).

    Notes
    -----
    At saturation s, against not being offered at the lowest saturation (Hudgens & Halloran 2008; Baird et al. 2018):
    ``direct`` offered − not offered in the same places; ``spillover`` (indirect) not offered; ``offered`` (total effect on
    those offered); ``overall`` all people of a place, s × offered + (1 − s) × spillover; ``net`` the same for each person
    offered, overall / s: what is gained by one offer after what others lose, of which ``others`` is their part.
    ``slope_not_offered`` and ``slope_offered`` are least-squares slopes over saturations, for a share that rises by 1.
    """
    n = len(levels)
    base = np.zeros((n, 2))
    base[0, 0] = 1.0
    found: dict[tuple[str, float], Array] = {}
    for at in range(n):
        s = float(levels[at])
        off, on = _cell(n, at, 0), _cell(n, at, 1)
        if 0 < s < 1:
            found["direct", s] = on - off
        if at and s < 1:
            found["spillover", s] = off - base
        if at and levels[0] == 0:
            # Without pure comparison places nobody is left untouched, and these have no meaning.
            found["offered", s] = on - base
            found["overall", s] = s * on + (1 - s) * off - base
            found["net", s] = found["overall", s] / s
            if s < 1:
                found["others", s] = found["net", s] - found["offered", s]
    for name in ("direct", "spillover", "offered", "overall", "net"):
        _pool(found, name, levels, places)
    if ("others", float(levels[1])) in found:
        # Where everybody is offered it, nobody is left to lose: such places count in the net effect all the same.
        found["others", np.nan] = found["net", np.nan] - found["offered", np.nan]
    for name, offer, kept in (("not_offered", 0, levels < 1), ("offered", 1, levels > 0)):
        if kept.sum() > 1:
            x = np.where(kept, levels - np.average(levels, weights=places * kept), 0.0)
            weights = np.zeros((n, 2))
            weights[:, offer] = places * x / (places * x**2).sum()
            found[f"slope_{name}", np.nan] = weights
    return found


def _cell(n: int, at: int, offer: int) -> Array:
    weights = np.zeros((n, 2))
    weights[at, offer] = 1.0
    return weights


def _pool(found: dict[tuple[str, float], Array], name: str, levels: Array, places: Array) -> None:
    """Over saturations: each person of the kind counts once (offered ones for direct, offered and net)."""
    people = {"spillover": 1 - levels, "overall": np.ones(len(levels))}.get(name, levels)
    at = [i for i, s in enumerate(levels) if (name, float(s)) in found]
    weight = np.array([places[i] * people[i] for i in at])
    if at and weight.sum() > 0:
        total = sum(w * found[name, float(levels[i])] for w, i in zip(weight, at, strict=True))
        found[name, np.nan] = np.asarray(total) / weight.sum()
