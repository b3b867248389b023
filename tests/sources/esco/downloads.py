"""Small downloads of the build of ESCO's, with invented concepts."""

from __future__ import annotations

import csv
import io
import os
import zipfile
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("ALMPO_SHARED") or Path(__file__).parents[4] / "shared")
REAL = SHARED / "data" / "esco" / "esco_v1.1.1_en_csv.zip"
official = pytest.mark.skipif(not REAL.is_file(), reason="ESCO's download lies outside the repository")
OCCUPATION = "http://data.europa.eu/esco/occupation/"
SKILL = "http://data.europa.eu/esco/skill/"
ISCO = "http://data.europa.eu/esco/isco/C"
ISCED = "http://data.europa.eu/esco/isced-f/"
Files = dict[str, bytes]
Rows = list[dict[str, str]]


def table(rows: Rows) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def rows_of(data: bytes) -> Rows:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def uuid(n: int) -> str:
    return f"00000000-0000-4000-8000-{n:012d}"


def isco_groups(mark: str) -> Rows:
    named = {"2": "Professionals", "25": "ICT", "251": "Developers", "2512": "Software people", "7": "Craft"}
    named |= {"72": "Metal", "721": "Welding trades", "7212": "Welders"}
    return [
        {
            "conceptType": "ISCOGroup",
            "conceptUri": ISCO + c,
            "code": c,
            "preferredLabel": n + mark,
            "status": "released",
        }
        | {"altLabels": "", "inScheme": "", "description": f"{n} do {n.lower()} work."}
        for c, n in named.items()
    ]


def occupations(mark: str) -> Rows:
    coded = {
        1: ("2512.1", "code writer", "programmer of code\ncode writer\n programmer  of code\nCW"),
        2: ("2512.1.1", "game code writer", ""),
        3: ("7212.1", "torch person", "welder"),
    }
    return [
        {
            "conceptType": "Occupation",
            "conceptUri": OCCUPATION + uuid(i),
            "iscoGroup": c[:4],
            "preferredLabel": n + mark,
        }
        | {
            "altLabels": a,
            "hiddenLabels": "",
            "status": "released",
            "description": f"A {n}\ndoes things.",
            "code": c,
        }
        for i, (c, n, a) in coded.items()
    ]


def skills(mark: str) -> Rows:
    listed = {
        11: ("skill/competence", "sector-specific", "join plates", "joining plates"),
        12: ("knowledge", "cross-sector", "theory of joints", ""),
        13: ("skill/competence", "transversal", "stay calm", ""),
        14: ("", "", "join thin plates", ""),
    }
    return [
        {
            "conceptType": "KnowledgeSkillCompetence",
            "conceptUri": SKILL + uuid(i),
            "skillType": t,
            "reuseLevel": r,
        }
        | {"preferredLabel": n + mark, "altLabels": a, "status": "released", "description": f"To {n}."}
        for i, (t, r, n, a) in listed.items()
    ]


def skill_groups(mark: str) -> Rows:
    coded = {
        SKILL + uuid(21): ("S", "skills"),
        SKILL + uuid(22): ("S7", "making"),
        SKILL + uuid(23): ("S7.1", "joining"),
    }
    coded |= {
        SKILL + uuid(24): ("T", "transversal"),
        SKILL + uuid(25): ("T3", "self"),
        SKILL + uuid(26): ("K", "knowledge"),
    }
    coded |= {
        ISCED + "07": ("", "engineering"),
        ISCED + "071": ("", "engineering trades"),
        ISCED + "0715": ("", "metal"),
    }
    return [
        {
            "conceptType": "SkillGroup",
            "conceptUri": u,
            "preferredLabel": n + mark,
            "altLabels": "",
            "status": "released",
        }
        | {"description": "", "code": c}
        for u, (c, n) in coded.items()
    ]


def broader_skills() -> Rows:
    pairs = [(11, 23), (11, 25), (13, 25), (14, 11)]
    links = [(SKILL + uuid(a), SKILL + uuid(b)) for a, b in pairs]
    links += [(SKILL + uuid(12), ISCED + "0715"), (SKILL + uuid(12), SKILL + uuid(23))]
    return [{"conceptType": "x", "conceptUri": a, "broaderType": "y", "broaderUri": b} for a, b in links]


def relations() -> Rows:
    links = [(1, "essential", 12), (1, "optional", 13), (3, "essential", 11), (3, "essential", 12)]
    return [
        {
            "occupationUri": OCCUPATION + uuid(o),
            "relationType": r,
            "skillType": "",
            "skillUri": SKILL + uuid(s),
        }
        for o, r, s in links
    ]


def files(language: str = "en", *, later: bool = False, prefix: str = "") -> Files:
    """The files of a download; ``later`` builds it as version 1.2 does: more columns, a language in every name."""
    mark = "" if language == "en" else f" {language}"
    end = f"_{language}.csv"
    loose = end if later else ".csv"
    links = relations()
    if later:
        links = [{"occupationLabel": "x", "skillLabel": "y, z"} | one for one in links]
    return {
        f"{prefix}occupations{end}": table(
            [o | ({"naceCode": "A"} if later else {}) for o in occupations(mark)]
        ),
        f"{prefix}ISCOGroups{end}": table(isco_groups(mark)),
        f"{prefix}skills{end}": table(skills(mark)),
        f"{prefix}skillGroups{end}": table(skill_groups(mark)),
        f"{prefix}broaderRelationsSkillPillar{loose}": table(broader_skills()),
        f"{prefix}occupationSkillRelations{loose}": table(links),
        f"{prefix}greenSkillsCollection{end}": b"not read",
    }


def zipped(content: Files, path: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in content.items():
            out.writestr(name, data)
    return path


def unpacked(content: Files, folder: Path) -> Path:
    for name, data in content.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder
