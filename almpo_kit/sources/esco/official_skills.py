"""Skills and skill groups of the official download: kind, reuse, groups, field of education."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from almpo_kit.sources.esco.archive import WAY_OUT
from almpo_kit.sources.esco.labels import joined, labels_of
from almpo_kit.sources.esco.release import (
    ISCED_URI,
    KNOWLEDGE,
    SKILL_COLUMNS,
    SKILL_URI,
    field_of,
    group_key,
    group_level,
    group_parent,
)
from almpo_kit.vocabulary.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

KINDS = {"knowledge": "knowledge", "skill/competence": "skill", "skill": "skill"}
#: Skills above skills; official releases have up to three.
_DEEPEST = 6
REUSES = ("transversal", "cross-sector", "sector-specific", "occupation-specific")


def skills_of(
    tables: Mapping[str, pd.DataFrame | None], version: str, name: str
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """A ``taxonomy`` frame of skills and their groups, and what the download lacks of them.

    Raises
    ------
    DataError
        Skills twice.
    """

    rows = tables["skills"]
    assert rows is not None
    codes = group_codes(tables)
    groups = _groups(tables, codes)
    above = _groups_above(tables["broaderRelationsSkillPillar"], codes)
    kind = rows["skillType"].str.strip().map(KINDS)
    reuse = rows["reuseLevel"].str.strip()
    skills = labels_of(rows).assign(kind=kind, reuse=reuse.where(reuse.isin(REUSES)))
    skills["code"] = skills["uri"].str.removeprefix(SKILL_URI)
    if skills["code"].duplicated().any():
        raise DataError(f"{name} has skills twice: it is damaged. {WAY_OUT}")
    placed = place(skills, above)
    frame = joined(groups.assign(version=version), placed.assign(version=version), SKILL_COLUMNS)
    told = [] if groups.shape[0] else ["skill groups (no skillGroups or skillsHierarchy in the download)"]
    orphans = int(placed["parent"].isna().sum())
    if len(rows) > len(skills):
        told.append(f"the labels of {len(rows) - len(skills)} skills in this language (left out)")
    if orphans and groups.shape[0]:
        told.append(f"the group of {orphans:,} skills")
    return frame, tuple(told)


def place(skills: pd.DataFrame, above: Mapping[str, list[str]]) -> pd.DataFrame:
    """Skills with ``groups`` (all, joined by bars), ``parent`` (the first), ``field`` and ``level``, sorted by code."""
    kinds = [k if isinstance(k, str) else None for k in skills["kind"]]
    groups = [
        sorted(set(above.get(code, ())), key=partial(group_key, kind=kind))
        for code, kind in zip(skills["code"], kinds, strict=True)
    ]
    return skills.assign(
        groups=[" | ".join(g) for g in groups],
        parent=_texts([g[0] if g else None for g in groups], skills.index),
        field=_texts([field_of(g, k) for g, k in zip(groups, kinds, strict=True)], skills.index),
        kind=_texts(kinds, skills.index),
        reuse=skills["reuse"].astype("str"),
        level=4,
    ).sort_values("code", ignore_index=True)


def _texts(values: list[str | None], index: pd.Index[Any]) -> pd.Series[str]:
    """A column of text, even where every value is missing."""
    import pandas as pd

    return pd.Series(np.array(values, dtype=object), index=index, dtype="str")


def group_codes(tables: Mapping[str, pd.DataFrame | None]) -> dict[str, str]:
    """Code of each skill group by its address."""
    found: dict[str, str] = {}
    hierarchy, groups = tables["skillsHierarchy"], tables["skillGroups"]
    if hierarchy is not None:
        for level in range(4):
            uri, code = f"Level {level} URI", f"Level {level} code"
            if uri in hierarchy and code in hierarchy:
                found |= dict(zip(hierarchy[uri].str.strip(), hierarchy[code].str.strip(), strict=True))
            elif uri in hierarchy:
                found |= dict.fromkeys(hierarchy[uri].str.strip(), "")
    if groups is not None:
        codes = groups["code"] if "code" in groups else [""] * len(groups)
        for uri, code in zip(groups["conceptUri"].str.strip(), codes, strict=True):
            found[uri] = code.strip() or found.get(uri, "")
    found = {
        u: KNOWLEDGE + u.removeprefix(ISCED_URI) if u.startswith(ISCED_URI) else c for u, c in found.items()
    }
    return {u: c for u, c in found.items() if u and c}


def _groups(tables: Mapping[str, pd.DataFrame | None], codes: Mapping[str, str]) -> pd.DataFrame:
    import pandas as pd

    groups = tables["skillGroups"]
    if groups is None:
        return pd.DataFrame(columns=list(SKILL_COLUMNS))
    named = labels_of(groups)
    named = named.assign(code=named["uri"].map(codes)).dropna(subset=["code"]).drop_duplicates("code")
    known = set(named["code"])
    above = named["code"].map(group_parent)
    return named.assign(
        parent=above.where(above.isin(known)),
        level=named["code"].map(group_level),
        kind=None,
        reuse=None,
        field=None,
        groups="",
    )


def _groups_above(broader: pd.DataFrame | None, codes: Mapping[str, str]) -> dict[str, list[str]]:
    """Codes of the groups that each skill is in, by the skill's code: its own, or else those of the skills above it."""
    if broader is None:
        return {}
    direct: dict[str, list[str]] = defaultdict(list)
    skills: dict[str, list[str]] = defaultdict(list)
    for below, over in zip(broader["conceptUri"].str.strip(), broader["broaderUri"].str.strip(), strict=True):
        if over in codes:
            direct[below].append(codes[over])
        else:
            skills[below].append(over)

    def climb(uri: str, seen: frozenset[str]) -> list[str]:
        if uri in direct or len(seen) > _DEEPEST:
            return direct.get(uri, [])
        return [g for over in skills.get(uri, ()) if over not in seen for g in climb(over, seen | {over})]

    every = {*direct, *skills} - set(codes)
    return {uri.removeprefix(SKILL_URI): climb(uri, frozenset({uri})) for uri in every}
