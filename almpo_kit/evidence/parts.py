"""What tells the estimates of one study apart where programme, group, horizon and outcome do not: the arm,
the subgroup or the model, in the words of its coder."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pandas as pd

#: Columns that a list shows anyway; estimates that differ in one of them need no further words.
TOLD = ("programme_name", "target_group", "horizon_months", "outcome", "unit")
#: Where in the source, how precise, how coded: says nothing of whose effect it is.
_ASIDE = re.compile(
    r"\b(tables?|exhibits?|fig(ure)?s?|appendix|columns?|pages?|rows? \d|SEs?|CI|printed|rounded|derived|"
    r"computed|coded|implies|bootstrap|clustered|covariates?|significan\w+|independent|overlaps?|"
    r"shares? the|inferred|recoded|abstract|nominal|stated|not in|not shown|range|observations|full text|"
    r"favourable|level|outcome|n is)\b|%|\bx ?100\b|\b(n|p|t|z|HR|OR|RR|SE|effect)\b ?([=<>]|0?\.\d|between)",
    re.IGNORECASE,
)
#: Only a time, which the horizon says already: ``month 2``, ``after 36 months``, ``year 3``.
_TIME = re.compile(
    r"^(?:in|at|after|event|about|\W|\d|months?|years?|weeks?|quarters?|employed)+$", re.IGNORECASE
)
_LONGEST = 48


def parts(effects: pd.DataFrame) -> pd.Series:
    """A few words for each estimate that another of the same study would not answer to.

    They are the clauses of ``note`` that not every estimate of the study shares, without what only says
    where a figure stands or how it was computed; a frame without notes, or whose notes do not help, gets
    a number within the study.

    Parameters
    ----------
    effects : DataFrame, shape (k, ...)

    Returns
    -------
    Series of str, shape (k,)
        "" for an estimate that the columns in :data:`TOLD` tell from all others of its study.
    """
    study = _texts(effects, "study_id")
    told = [_texts(effects, name) for name in TOLD]
    notes = _texts(effects, "note")
    found = np.full(len(effects), "", dtype=object)
    if not any(notes):
        # Nobody left words to choose from: numbers, without looking for words study by study.
        for same in _together(list(zip(study, *told, strict=True))):
            found[same] = [f"no. {n}" for n in range(1, len(same) + 1)] if len(same) > 1 else ""
        return pd.Series(found, index=effects.index, dtype=object)
    for rows in _together(study):
        alike = _together(list(zip(*([column[i] for i in rows] for column in told), strict=True)))
        if len(alike) == len(rows):
            continue
        clauses = [_clauses(notes[i]) for i in rows]
        shared = set.intersection(*map(set, clauses))
        for same in (group for group in alike if len(group) > 1):
            _name(found, [rows[j] for j in same], [clauses[j] for j in same], shared)
    return pd.Series(found, index=effects.index, dtype=object)


def _texts(effects: pd.DataFrame, name: str) -> list[str]:
    """A column as words, "" where blank or absent."""
    if name not in effects:
        return [""] * len(effects)
    return [
        "" if x is None or x is pd.NA or x != x else str(x).strip()
        for x in effects[name].to_numpy(dtype=object)
    ]


def _together(keys: Sequence[object]) -> list[list[int]]:
    """Positions of equal keys, in order of first appearance."""
    groups: dict[object, list[int]] = {}
    for i, key in enumerate(keys):
        groups.setdefault(key, []).append(i)
    return list(groups.values())


def _clauses(note: str) -> list[str]:
    """``a (b, c); d, e`` -> a (b, c), d and e."""
    return [c for piece in re.split(r"[;,](?!\d)(?![^()]*\))", note) if (c := piece.strip(" ."))]


def _name(found: np.ndarray, rows: list[int], clauses: list[list[str]], shared: set[str]) -> None:
    own = [
        [c for c in each if c not in shared and not _ASIDE.search(c) and not _TIME.match(c)]
        for each in clauses
    ]
    # A time alone says little, but more than nothing where the others are named.
    own = [
        o or [c for c in each if c not in shared and not _ASIDE.search(c)]
        for o, each in zip(own, clauses, strict=True)
    ]
    often = Counter(c for each in own for c in set(each))
    # What all of these say sets none apart; of the rest, what fewest say does it best.
    own = [[c for c in each if often[c] < len(rows)] for each in own]
    rare = [[c for c in each if often[c] == min(often[o] for o in each)] for each in own]
    words = [
        ", ".join(each) for each in (rare if len({*map(tuple, rare)}) == len({*map(tuple, own)}) else own)
    ]
    alike = Counter(words)
    for k, (i, said) in enumerate(zip(rows, words, strict=True)):
        short = said if len(said) <= _LONGEST else said[: _LONGEST - 1].rsplit(" ", 1)[0].rstrip(" ,(") + "…"
        found[i] = " ".join(filter(None, [short, f"no. {k + 1}" if alike[said] > 1 else ""]))
