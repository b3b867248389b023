"""The table of a context: one row for each region and year, laid out from the two axes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from almpo_kit.regions.breaks import crossing
from almpo_kit.regions.contexts.axis import Axis
from almpo_kit.regions.contexts.sureness import GRADES
from almpo_kit.regions.contexts.trigger import MIXED, WORDS

Cells = tuple[npt.NDArray[np.int_], npt.NDArray[np.int_]]

_WORDS = np.array(WORDS, dtype=object)
_GRADES = np.array(GRADES, dtype=object)


def context_table(
    focus: pd.DataFrame,
    years: Sequence[str],
    unemployment: Axis,
    skill: Axis | None,
    phases: Mapping[tuple[str, str], str],
    shown: npt.NDArray[np.int_],
) -> pd.DataFrame:
    """Lay out the years asked for, ordered by region and year.

    Parameters
    ----------
    focus : DataFrame, shape (n_regions, 2)
        ``name, country``; index ``geo``: the axes' rows.
    years : sequence of str, length n_years
        The axes' columns.
    skill : Axis or None
        None where nothing is held about skilled jobs anywhere.
    shown : int array
        Columns to lay out.
    """
    at: Cells = (np.repeat(np.arange(len(focus)), len(shown)), np.tile(shown, len(focus)))
    geo = focus.index.to_numpy(dtype=object)[at[0]]
    country = focus["country"].to_numpy(dtype=object)[at[0]]
    period = np.array(years, dtype=object)[at[1]]
    distance = unemployment.chosen.distance[at]
    table = {
        "geo": _text(geo),
        "name": _text(focus["name"].to_numpy(dtype=object)[at[0]]),
        "period": _text(period),
        "unemployment_rate": unemployment.values[at],
        "threshold": unemployment.threshold[at],
        "distance": distance,
        "unemployment_class": _text(_WORDS[unemployment.codes[at]]),
        "skill_class": _text(
            _WORDS[skill.codes[at]] if skill else np.full(len(geo), "unknown", dtype=object)
        ),
        "context_class": _text(_called(unemployment, skill, at)),
        "distance_in_margins": _in_margins(distance, unemployment.rule.margin),
        "sureness": _text(_GRADES[unemployment.sureness[at]]),
        **_history(unemployment, years, at, ""),
        "crosses_break": _over_break(unemployment, years, at)
        | (_over_break(skill, years, at) if skill else False),
        "against_eu": _text(_WORDS[unemployment.eu.found.codes[at]]),
        "distance_to_eu": unemployment.eu.distance[at],
        "against_nation": _text(_WORDS[unemployment.nation.found.codes[at]]),
        "distance_to_nation": unemployment.nation.distance[at],
        **_skill(skill, years, at),
        "cycle_phase": _text([phases.get(key, "unknown") for key in zip(country, period, strict=True)]),
        "flag": _text(unemployment.flags[at]),
        "country": _text(country),
    }
    return pd.DataFrame(table)


def _text(words: Sequence[object] | npt.NDArray[np.object_]) -> pd.Series:
    return pd.Series(words, dtype="str")


def _in_margins(distance: npt.NDArray[np.float64], margin: float) -> npt.NDArray[np.float64]:
    """Distance in units of the margin; without a margin there is no such unit."""
    return np.round(distance / margin, 2) if margin else np.full(distance.shape, np.nan)


def _skill(skill: Axis | None, years: Sequence[str], at: Cells) -> dict[str, object]:
    if skill is None:
        gap, none = np.full(len(at[0]), np.nan), np.full(len(at[0]), None, dtype=object)
        numbers = dict.fromkeys(("skilled_jobs_share", "skill_threshold", "skill_distance"), gap)
        words = {"skill_sureness": _text(np.full(len(gap), "unknown", dtype=object))}
        return {**numbers, **words, "skill_changed_from": _text(none), "skill_kept_from": _text(none)}
    return {
        "skilled_jobs_share": skill.values[at],
        "skill_threshold": skill.threshold[at],
        "skill_distance": skill.chosen.distance[at],
        "skill_sureness": _text(_GRADES[skill.sureness[at]]),
        **_history(skill, years, at, "skill_"),
    }


def _history(axis: Axis, years: Sequence[str], at: Cells, prefix: str) -> dict[str, pd.Series]:
    """The class before, where it changed; and the last year beyond the margin, where it is kept."""
    names = np.array(years, dtype=object)
    none = np.full(len(names[axis.clear[at]]), None, dtype=object)
    previous = np.where(axis.changed[at], _WORDS[axis.before[0][at]], none)
    since = np.where(axis.kept[at], names[axis.clear[at]], none)
    return {f"{prefix}changed_from": _text(previous), f"{prefix}kept_from": _text(since)}


def _over_break(axis: Axis, years: Sequence[str], at: Cells) -> npt.NDArray[np.bool_]:
    """True where a change of class, or a class that is kept, reaches back over the break of 2021."""
    year = np.array([int(y) for y in years])
    here = year[at[1]]
    changed = axis.changed[at] & crossing(year[axis.before[1][at]], here)
    kept = axis.kept[at] & crossing(year[axis.clear[at]], here)
    return np.asarray(changed | kept)


def _called(unemployment: Axis, skill: Axis | None, at: Cells) -> npt.NDArray[np.object_]:
    keys = _keys(unemployment, at) * 30 + (_keys(skill, at) if skill else 0)
    return _names()[keys]


def _keys(axis: Axis, at: Cells) -> npt.NDArray[np.int_]:
    """0–4 for a plain class, 5–29 for a mixed one by what it is against the EU and against the nation."""
    codes = axis.codes[at].astype(int)
    if not axis.mixed.any():
        return codes
    pair = 5 + 5 * axis.eu.found.codes[at].astype(int) + axis.nation.found.codes[at]
    return np.where(codes == MIXED, pair, codes)


@cache
def _names() -> npt.NDArray[np.object_]:
    """All 900 names of a class, by key."""
    mixed = [f"{a} against the EU and {b} against the nation" for a in WORDS for b in WORDS]
    parts = [*WORDS, *mixed]
    return np.array([f"unemployment {u}, skilled jobs {s}" for u in parts for s in parts], dtype=object)
