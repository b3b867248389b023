"""Occupations in the space of skills: computed once from the relations, then handed to the verbs that ask it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from almpo_kit.matching.transitions.skill_groups import narrow_groups
from almpo_kit.matching.transitions.specificity import information, share_in_common
from almpo_kit.vocabulary.errors import DataError, FrameError, ParameterError

ADD_ESCO = (
    "add the official ESCO download, which relates every occupation to its skills: `almpo data add esco.zip`"
)
_RELATIONS = ("essential", "optional")


@dataclass(frozen=True, eq=False, repr=False)
class SkillSpace:
    """What occupations need, as a sparse matrix kept by rows; nothing in it changes.

    Parameters
    ----------
    occupations : ndarray of str, shape (n_occupations,)
        ESCO codes, sorted.
    skills : ndarray of str, shape (n_skills,)
        ESCO identifiers, sorted.
    starts : ndarray of int, shape (n_occupations + 1,)
        Where each occupation's requirements begin in the arrays below.
    needed : ndarray of int, shape (n_relations,)
        Positions of the skills needed.
    need : ndarray of float, shape (n_relations,)
        1 where the skill is essential, ``optional`` where it is optional.
    essential : ndarray of bool, shape (n_relations,)
    specificity : ndarray of float, shape (n_skills,)
        Weight of a skill, in nats: see :func:`almpo_kit.matching.transitions.specificity.information`.
    group : ndarray of int, shape (n_skills,)
        Narrow skill group of each skill; -1 where it has none.
    credit : ndarray of float, shape (n_skills,)
        What holding another skill of the same group is worth towards this one, 0 to 1.
    groups : ndarray of str, shape (n_groups,)
    told : mapping of str to ndarray of str, shape (n_skills,)
        What the taxonomy says of each skill: ``label, kind, reuse, field``; empty where it says nothing.
    optional, related : float
        The options it was made with.
    relations, taxonomy : DataFrame
        What it was made of; they carry the data versions. `taxonomy` has one row a skill or group, indexed by code.
    """

    occupations: np.ndarray
    skills: np.ndarray
    starts: np.ndarray
    needed: np.ndarray
    need: np.ndarray
    essential: np.ndarray
    specificity: np.ndarray
    group: np.ndarray
    credit: np.ndarray
    groups: np.ndarray
    told: Mapping[str, np.ndarray]
    optional: float
    related: float
    relations: pd.DataFrame
    taxonomy: pd.DataFrame

    @cached_property
    def row_of(self) -> dict[str, int]:
        """ESCO code -> row."""
        return {c: i for i, c in enumerate(self.occupations)}

    @cached_property
    def column_of(self) -> dict[str, int]:
        """ESCO identifier of a skill -> position."""
        return {c: i for i, c in enumerate(self.skills)}

    @property
    def covers(self) -> str:
        """What the relations cover, in words."""
        said = str(self.relations.attrs.get("covers", "")).strip().rstrip(".")
        return said or f"the relations cover {len(self.occupations)} occupations"

    @property
    def more(self) -> str:
        """What is covered and how to cover more, one sentence or two; the source may have said so itself."""
        return (
            f"{self.covers}."
            if "almpo data add" in self.covers
            else f"{self.covers}. To have all, {ADD_ESCO}."
        )

    def requirements(self, row: int) -> slice:
        """Where the requirements of one occupation stand."""
        return slice(int(self.starts[row]), int(self.starts[row + 1]))

    def __repr__(self) -> str:
        return f"SkillSpace: {len(self.occupations)} occupations, {len(self.skills)} skills, {len(self.need)} relations"


def skill_space(
    relations: pd.DataFrame,
    skills: pd.DataFrame | None = None,
    *,
    optional: float = 0.5,
    related: float = 0.5,
) -> SkillSpace:
    """Prepare occupations and skills for questions about moves between occupations.

    Making it takes a moment; hand it to :func:`reachable`, :func:`skill_gap` and :func:`pathway` in place of
    `relations` when asking more than once.

    Parameters
    ----------
    relations : DataFrame, shape (n_relations, ...)
        ``occupation, skill, relation`` ("essential" or "optional"), e.g. ``sources.occupation_skills()``.
    skills : DataFrame, optional
        ``sources.skills()``: labels, groups, kinds. Without it a skill is only ever like itself.
    optional : float
        Weight of an optional skill beside an essential one, 0 to 1. It is both how much of a job an optional skill
        is and how surely someone who does that job holds it.
    related : float
        What a skill is worth towards another one that is exactly as specific as their group, 0 to 1. It falls as the
        group becomes common: see :func:`~almpo_kit.matching.transitions.specificity.share_in_common`.

    Returns
    -------
    SkillSpace

    Raises
    ------
    FrameError
        A column is missing or a relation is neither essential nor optional.
    DataError
        No relations at all; the message says how to get them.
    ParameterError
        A weight outside 0 to 1.
    """
    for name, value in (("optional", optional), ("related", related)):
        if not 0 <= value <= 1:
            raise ParameterError(f"{name}={value!r}: give a weight from 0 to 1, e.g. {name}=0.5.")
    rows = _checked(relations)
    taxonomy = _indexed(skills)
    known = taxonomy.index[taxonomy["level"].eq(4)] if len(taxonomy) else taxonomy.index
    codes = np.array(sorted(set(known.astype(str)) | set(rows["skill"])), dtype=object)
    occupations, row = np.unique(rows["occupation"].to_numpy(dtype=object), return_inverse=True)
    column = pd.Index(codes).get_indexer(rows["skill"])
    group, groups = narrow_groups(codes, taxonomy)
    essential = rows["relation"].eq("essential").to_numpy(dtype=bool)
    specificity = information(row, column, len(codes), len(occupations))
    inside = group[column] >= 0
    common = information(row[inside], group[column][inside], len(groups), len(occupations))
    return SkillSpace(
        occupations=occupations,
        skills=codes,
        starts=np.searchsorted(row, np.arange(len(occupations) + 1)),
        needed=column,
        need=np.where(essential, 1.0, float(optional)),
        essential=essential,
        specificity=specificity,
        group=group,
        credit=related * share_in_common(specificity, common, group),
        groups=groups,
        told=_told(codes, taxonomy),
        optional=float(optional),
        related=float(related),
        relations=relations,
        taxonomy=taxonomy,
    )


def _checked(relations: pd.DataFrame) -> pd.DataFrame:
    """Complete, sorted relations, one row for each pair; essential wins where a pair has both."""
    missing = [c for c in ("occupation", "skill", "relation") if c not in relations]
    if missing:
        raise FrameError(
            f"relations lack {', '.join(missing)}; give occupation, skill and relation, e.g. sources.occupation_skills()."
        )
    rows = pd.DataFrame(relations[["occupation", "skill", "relation"]]).dropna().astype(str)
    odd = sorted(set(rows["relation"]) - set(_RELATIONS))
    if odd:
        raise FrameError(
            f"relation must be 'essential' or 'optional', not {', '.join(map(repr, odd[:5]))}; "
            "e.g. relations[relations['relation'].isin(['essential', 'optional'])]."
        )
    if rows.empty:
        raise DataError(f"there are no relations between occupations and skills; {ADD_ESCO}.")
    rows = rows.sort_values(["occupation", "skill", "relation"], kind="stable")
    return rows.drop_duplicates(["occupation", "skill"]).reset_index(drop=True)


def _indexed(skills: pd.DataFrame | None) -> pd.DataFrame:
    columns = ["label", "parent", "level", "kind", "reuse", "field", "alternatives", "uri"]
    if skills is None:
        return pd.DataFrame(columns=columns, index=pd.Index([], dtype=object))
    missing = [c for c in ("code", "label", "parent", "level") if c not in skills]
    if missing:
        raise FrameError(
            f"skills lack {', '.join(missing)}; give a taxonomy of skills, e.g. sources.skills()."
        )
    table = skills.drop_duplicates("code").set_index("code").reindex(columns=columns)
    table.attrs = dict(skills.attrs)
    return table


def _told(codes: np.ndarray, taxonomy: pd.DataFrame) -> dict[str, np.ndarray]:
    rows = taxonomy.reindex(codes)
    out = {}
    for column in ("label", "kind", "reuse", "field"):
        known = rows[column].notna().to_numpy()
        said = rows[column].astype(object).to_numpy()
        out[column] = np.where(known, said, codes if column == "label" else "")
    return out
