"""Finding occupations by what people write: ESCO code, address or label, or an ISCO-08 code."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np
import pandas as pd

from almpo_kit.matching.transitions.skill_space import SkillSpace
from almpo_kit.vocabulary.errors import DataError, FrameError, ParameterError
from almpo_kit.vocabulary.occupations import isco_code, skill_level

_ESCO = re.compile(r"\d{4}(\.\d+)+", re.ASCII)
_ISCO = re.compile(r"(?:ISCO(?:[-_ ]?(?:20)?08)?[-_ :]*)?(?:OC|C)?\d{1,4}(?:\.0)?", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, eq=False)
class Occupations:
    """The taxonomy of occupations, and where each ESCO occupation with relations stands in it.

    Parameters
    ----------
    table : DataFrame
        Taxonomy of occupations, indexed by code.
    label : ndarray of str, shape (n_occupations,)
        Of the space's occupations; the code where the taxonomy has none.
    unit : ndarray of str, shape (n_occupations,)
        ISCO-08 unit group.
    level : ndarray of float, shape (n_occupations,)
        ISCO-08 skill level.
    """

    table: pd.DataFrame
    label: np.ndarray
    unit: np.ndarray
    level: np.ndarray


@dataclass(frozen=True, eq=False)
class Found:
    """Rows of the space that a name stands for."""

    rows: np.ndarray
    name: str
    level: float


def occupations_of(space: SkillSpace, occupations: pd.DataFrame) -> Occupations:
    """Look the space's occupations up in the taxonomy.

    Raises
    ------
    FrameError
        A column is missing.
    """
    missing = [c for c in ("code", "label", "level") if c not in occupations]
    if missing:
        raise FrameError(
            f"occupations lack {', '.join(missing)}; give a taxonomy of occupations, e.g. sources.occupations()."
        )
    table = occupations.drop_duplicates("code").set_index("code")
    codes = pd.Index(space.occupations)
    label = table["label"].reindex(codes)
    unit = np.array([str(c)[:4] for c in space.occupations], dtype=object)
    # The first two digits settle the skill level; asking once for each costs a tenth of asking for every unit group.
    level = {d: float(skill_level(d)) for d in {u[:2] for u in unit}}
    return Occupations(
        table,
        label.where(label.notna(), pd.Series(codes, index=codes)).to_numpy(dtype=object),
        unit,
        np.array([level[u[:2]] for u in unit]),
    )


def find_occupation(name: str, space: SkillSpace, occupations: Occupations) -> Found:
    """The occupations that a code, an address or a label stands for.

    An ISCO-08 group stands for every ESCO occupation under it.

    Raises
    ------
    ParameterError
        Nothing or several things are called that; the message lists what comes near.
    DataError
        The occupation exists but the relations do not cover it.
    """
    said = " ".join(str(name).split())
    if not said:
        raise ParameterError("the occupation is empty; give an ESCO or ISCO code or a label, e.g. '5131'.")
    code = _code(said, occupations.table)
    if _ESCO.fullmatch(code):
        return _one(code, space, occupations)
    return _group(code, space, occupations)


def find_target(name: str, space: SkillSpace, occupations: Occupations) -> int:
    """Row of the one occupation to go to.

    Raises
    ------
    ParameterError, DataError
        As :func:`find_occupation`; an ISCO-08 group that stands for several occupations.
    """
    found = find_occupation(name, space, occupations)
    if len(found.rows) > 1:
        shown = "; ".join(f"{space.occupations[r]} {occupations.label[r]}" for r in found.rows[:8])
        more = f" and {len(found.rows) - 8} more" if len(found.rows) > 8 else ""
        raise ParameterError(
            f"{found.name} stands for {len(found.rows)} occupations: {shown}{more}. Give the code of one."
        )
    return int(found.rows[0])


def _code(said: str, table: pd.DataFrame) -> str:
    """ESCO code or ISCO digits of what was written."""
    if said in table.index and _ESCO.fullmatch(said):
        return said
    if "/esco/occupation/" in said and "uri" in table:
        hit = table.index[table["uri"].eq(said)]
        if len(hit):
            return str(hit[0])
    if _ESCO.fullmatch(said):
        raise ParameterError(
            f"the taxonomy has no ESCO occupation {said!r}. Give its ISCO unit group {said[:4]!r} instead, or a label."
        )
    if _ISCO.fullmatch(said) or "/esco/isco/" in said:
        return isco_code(said)
    return _by_label(said, table)


def _by_label(said: str, table: pd.DataFrame) -> str:
    key = said.casefold()
    labels = table["label"].astype("string").str.casefold()
    # Occupations before groups: "Cooks" is a group, "cook" an occupation, and the finer one was meant.
    hits = [str(c) for c in table.index[labels.eq(key).fillna(False)]]
    if not hits and "alternatives" in table:
        texts = table["alternatives"].astype("string").str.casefold().fillna("")
        likely = texts[texts.str.contains(key, regex=False)]
        hits = [str(c) for c, t in likely.items() if key in {a.strip() for a in t.split("\n")}]
    hits = sorted(hits, key=lambda c: -len(c))
    esco = [c for c in hits if _ESCO.fullmatch(c)]
    hits = esco or hits
    if len(hits) == 1:
        return hits[0]
    if hits:
        named = "; ".join(f"{c} {table['label'].get(c)}" for c in hits[:8])
        raise ParameterError(f"{len(hits)} occupations are called {said!r}: {named}. Give the code of one.")
    near = get_close_matches(key, labels.dropna().tolist(), n=3, cutoff=0.6)
    hint = f" Near it: {', '.join(map(repr, near))}." if near else ""
    raise ParameterError(
        f"no occupation is called {said[:80]!r}.{hint} Give an ESCO or ISCO code, or an English label of ESCO; "
        "matching.classify(text) finds the occupation of a title in other languages."
    )


def _one(code: str, space: SkillSpace, occupations: Occupations) -> Found:
    row = space.row_of.get(code)
    label = str(occupations.table["label"].get(code, code))
    if row is None:
        raise _not_covered(f"{label} ({code})", space)
    return Found(np.array([row]), label, float(occupations.level[row]))


def _group(code: str, space: SkillSpace, occupations: Occupations) -> Found:
    label = str(occupations.table["label"].get(code, f"ISCO group {code}"))
    if len(code) < 2:
        raise ParameterError(
            f"ISCO major group {code} ({label}) is too wide to be where one person comes from; give two to four digits, "
            "e.g. '5131'."
        )
    under = np.char.startswith(space.occupations.astype(str), code)
    rows = np.flatnonzero(under)
    if not len(rows):
        exists = code in occupations.table.index
        if len(occupations.table) and not exists:
            raise ParameterError(f"ISCO-08 has no group {code!r}; see the `code` column of the taxonomy.")
        raise _not_covered(f"ISCO {code} ({label})", space)
    level = np.unique(occupations.level[rows])
    return Found(rows, f"{label} (ISCO {code})", float(level[0]) if len(level) == 1 else float("nan"))


def _not_covered(what: str, space: SkillSpace) -> DataError:
    return DataError(f"The skills that {what} needs are not known here, and nothing is guessed. {space.more}")
