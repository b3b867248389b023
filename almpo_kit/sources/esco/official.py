"""The official CSV download of ESCO (v1.1, v1.1.1, v1.2; any language) → frames."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

from almpo_kit.sources.esco.archive import WAY_OUT, Found
from almpo_kit.sources.esco.labels import labels_of, ordered, parents
from almpo_kit.sources.esco.official_skills import skills_of
from almpo_kit.sources.esco.release import (
    OCCUPATION_COLUMNS,
    RELATION_COLUMNS,
    SKILL_URI,
    Release,
    occupation_level,
)
from almpo_kit.vocabulary.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

UNKNOWN = "unknown version"
_VERSION = re.compile(r"(?<![\d.])v?(\d\.\d{1,2}(?:\.\d{1,2})?)(?![\d])", re.IGNORECASE)
_CODE = re.compile(r"\d{4}(?:\.\d+)+")
#: What a whole download cannot lose: more than this share of rows that point nowhere is a cut-off file.
_STRAY = 0.02
_NEEDED = {
    "occupations": ("conceptUri", "preferredLabel", "altLabels", "description", "code"),
    "ISCOGroups": ("conceptUri", "code", "preferredLabel"),
    "skills": ("conceptUri", "skillType", "reuseLevel", "preferredLabel", "altLabels", "description"),
    "skillGroups": ("conceptUri", "preferredLabel"),
    "skillsHierarchy": ("Level 0 URI", "Level 0 code"),
    "broaderRelationsSkillPillar": ("conceptUri", "broaderUri"),
    "occupationSkillRelations": ("occupationUri", "relationType", "skillUri"),
}


def version_of(found: Found) -> str:
    """The version that the download's name, or the folder inside it, states."""
    for name in (found.name, *found.names):
        said = _VERSION.search(name)
        if said:
            return said[1]
    return UNKNOWN


def table(found: Found, role: str, language: str) -> pd.DataFrame | None:
    """One CSV of the download as text columns; None where the download does not have it.

    Raises
    ------
    DataError
        Not UTF-8, cut off, or without a column that is needed.
    """
    import pandas as pd

    data = found.get(role, language)
    if data is None:
        return None
    try:
        rows = pd.read_csv(io.BytesIO(data), dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except (ValueError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise DataError(f"{role} in {found.name} is damaged or cut off ({error}). {WAY_OUT}") from None
    missing = [c for c in _NEEDED.get(role, ()) if c not in rows.columns]
    if missing:
        raise DataError(
            f"{role} in {found.name} lacks the columns {', '.join(missing)}: it is no ESCO file. {WAY_OUT}"
        )
    return rows[rows["status"].isin(("released", ""))] if "status" in rows else rows


def releases(found: Found) -> list[Release]:
    """Every language that a download holds.

    Raises
    ------
    DataError
        Occupations, ISCO groups or skills are missing, or a table is damaged; nothing is taken then.
    """
    return [read_language(found, language) for language in found.languages]


def read_language(found: Found, language: str) -> Release:
    """One language of a download; see :func:`releases`."""
    tables = {role: table(found, role, language) for role in _NEEDED}
    occupation, isco = tables["occupations"], tables["ISCOGroups"]
    if occupation is None or isco is None or tables["skills"] is None:
        absent = [r for r in ("occupations", "ISCOGroups", "skills") if tables[r] is None]
        raise DataError(f"{found.name} lacks {' and '.join(absent)}. {WAY_OUT}")
    version = version_of(found)
    occupations = _occupations(occupation, isco, version, found.name)
    bare = len(occupation) + len(isco) - len(occupations)
    unnamed = (f"the labels of {bare} occupations in this language (left out)",) if bare else ()
    skills, told = skills_of(tables, version, found.name)
    relations, more = _relations(tables["occupationSkillRelations"], occupations, skills, found.name)
    covers = (
        f"ESCO {version}, all occupations: {len(relations):,} links of {relations['occupation'].nunique():,} occupations."
        if len(relations)
        else "No relations: the download has no occupationSkillRelations."
    )
    return Release(
        language or "en",
        version,
        occupations,
        skills,
        relations,
        covers,
        {"occupations": unnamed, "skills": told, "relations": more},
    )


def _occupations(occupations: pd.DataFrame, groups: pd.DataFrame, version: str, name: str) -> pd.DataFrame:
    import pandas as pd

    frames = []
    for rows, shape in ((groups, re.compile(r"\d{1,4}")), (occupations, _CODE)):
        codes = rows["code"].str.strip().str.removeprefix("C")
        wrong = codes[~codes.map(lambda c, shape=shape: bool(shape.fullmatch(c)))]
        if len(wrong):
            raise DataError(f"{name} has {len(wrong)} codes that are none, e.g. {wrong.iloc[0]!r}. {WAY_OUT}")
        frames.append(labels_of(rows).assign(code=codes))
    frame = pd.concat(frames, ignore_index=True)
    if frame["code"].duplicated().any() or frame["uri"].duplicated().any():
        raise DataError(f"{name} has occupations twice: it is damaged. {WAY_OUT}")
    level = frame["code"].map(occupation_level)
    frame = frame.assign(level=level, version=version, isco=frame["code"].str[:4].where(level >= 4, ""))
    frame["parent"] = parents(frame["code"], name)
    return ordered(frame, OCCUPATION_COLUMNS)


def _relations(
    rows: pd.DataFrame | None, occupations: pd.DataFrame, skills: pd.DataFrame, name: str
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    import pandas as pd

    if rows is None:
        lacks = "the relations between occupations and skills (no occupationSkillRelations in the download)"
        return pd.DataFrame(columns=list(RELATION_COLUMNS), dtype="str"), (lacks,)
    codes = occupations.set_index("uri")["code"]
    relation = rows["relationType"].str.strip().str.lower()
    frame = pd.DataFrame(
        {
            "occupation": rows["occupationUri"].str.strip().map(codes),
            "skill": rows["skillUri"].str.strip().str.removeprefix(SKILL_URI),
            "relation": relation.where(relation.isin(("essential", "optional"))),
        }
    )
    kept = frame[frame["skill"].isin(skills["code"])].dropna().drop_duplicates(["occupation", "skill"])
    stray = len(frame) - len(kept)
    if stray > _STRAY * len(frame):
        raise DataError(
            f"{name}: {stray:,} of {len(frame):,} relations name occupations or skills that it does not have; a file is "
            f"cut off or of another version. {WAY_OUT}"
        )
    told = (f"{stray:,} relations to concepts that the download does not have (left out)",) if stray else ()
    return kept.sort_values(["occupation", "skill"]).reset_index(drop=True), told
