"""Damaged, cut, huge, foreign and malicious downloads: refused with a way out, and nothing is kept or written."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from almpo_kit import sources
from almpo_kit.sources.esco import archive
from almpo_kit.vocabulary.errors import DataError
from tests.sources.esco import downloads as made

Spoil = Callable[[made.Files], made.Files]


def without(name: str) -> Spoil:
    return lambda content: {n: d for n, d in content.items() if n != name}


def put(name: str, data: bytes) -> Spoil:
    return lambda content: content | {name: data}


def edited(name: str, edit: Callable[[made.Rows], made.Rows]) -> Spoil:
    return lambda content: content | {name: made.table(edit(made.rows_of(content[name])))}


def cut(content: made.Files) -> made.Files:
    data = content["occupations_en.csv"]
    return content | {"occupations_en.csv": data[: data.rindex(b'"')]}


SPOILT: dict[str, tuple[Spoil, str]] = {
    "no skills": (without("skills_en.csv"), "lacks skills"),
    "no ISCO groups": (without("ISCOGroups_en.csv"), "lacks ISCOGroups"),
    "something else": (
        lambda content: {"readme.txt": b"hello", "a.csv": b"a,b\n1,2\n"},
        "holds no file of ESCO's",
    ),
    "cut inside a field": (cut, "occupations in .* is damaged or cut off"),
    "a web page": (
        put("skills_en.csv", b"<html><body>Sign in</body></html>"),
        "skills in .* it is no ESCO file",
    ),
    "empty": (put("skills_en.csv", b""), "skills in .* is damaged"),
    "binary": (put("skills_en.csv", bytes(range(256)) * 9), "skills in .* is damaged|no ESCO file"),
    "another encoding": (
        lambda c: c | {"skills_en.csv": c["skills_en.csv"].replace(b"stay calm", "Gemüt".encode("latin-1"))},
        "skills in .* is damaged",
    ),
    "an occupation twice": (edited("occupations_en.csv", lambda r: [*r, r[0]]), "occupations twice"),
    "a skill twice": (edited("skills_en.csv", lambda r: [*r, r[0]]), "skills twice"),
    "codes that are none": (
        edited("occupations_en.csv", lambda r: [r[0] | {"code": "=1+1"}, *r[1:]]),
        "codes that are none, e.g. '=1\\+1'",
    ),
    "groups cut off": (edited("ISCOGroups_en.csv", lambda r: r[:4]), "no ISCO group above 7212.1"),
    "relations to nothing": (
        edited("occupationSkillRelations.csv", lambda r: [*r, r[0] | {"skillUri": "elsewhere"}]),
        "1 of 5 relations name occupations or skills that it does not have",
    ),
    "two downloads": (put("old/skills_en.csv", b"conceptUri\n"), "twice, with other content"),
}


@pytest.mark.parametrize("kind", SPOILT)
def test_a_spoilt_download_is_refused_and_nothing_kept(kind: str, home: Path) -> None:
    spoil, message = SPOILT[kind]
    path = made.zipped(spoil(made.files()), home / "ESCO v1.1.1.zip")
    with pytest.raises(DataError, match=message) as refused:
        sources.add(path)
    assert "almpo data add FILE.zip" in str(refused.value) or kind == "two downloads"
    assert sources.pulled().empty and not (home / "data" / "cache" / "esco").exists()


def test_one_bad_language_keeps_none(home: Path) -> None:
    content = made.files("de") | made.files("en") | {"skills_en.csv": b""}
    with pytest.raises(DataError):
        sources.add(made.zipped(content, home / "both.zip"))
    assert sources.pulled().empty


@pytest.mark.parametrize("size", [0, 10, 300, -40])
def test_a_cut_zip(size: int, home: Path) -> None:
    path = made.zipped(made.files(), home / "esco.zip")
    path.write_bytes(path.read_bytes()[:size] if size else b"PK\x03\x04")
    with pytest.raises(DataError, match=r"damaged.*almpo data add|esco\.zip"):
        sources.read_esco(path)
    with pytest.raises(DataError):
        sources.add(path)


def test_a_damaged_member(home: Path) -> None:
    path = made.zipped(made.files(), home / "esco.zip")
    data = bytearray(path.read_bytes())
    data[60:90] = bytes(30)
    path.write_bytes(data)
    with pytest.raises(DataError, match="damaged, cut off or locked"):
        sources.add(path)


def test_a_locked_zip(home: Path) -> None:
    path = made.zipped(made.files(), home / "esco.zip")
    data = bytearray(path.read_bytes())
    for sign, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(sign)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(sign, at + 4)
    path.write_bytes(data)
    with pytest.raises(DataError, match="locked"):
        sources.add(path)


def test_a_bomb_is_not_unpacked(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "LARGEST_FILE", 1_000_000)
    path = made.zipped(made.files() | {"skills_en.csv": bytes(20_000_000)}, home / "esco.zip")
    assert path.stat().st_size < 100_000
    with pytest.raises(DataError, match="unpacks to more than 1,000,000 bytes"):
        sources.add(path)
    monkeypatch.setattr(archive, "LARGEST", 3_000)
    with pytest.raises(DataError, match="unpacks to more than 3,000 bytes"):
        sources.add(made.zipped(made.files(), home / "esco.zip"))
    monkeypatch.setattr(archive, "_MOST_NAMES", 5)
    with pytest.raises(DataError, match="holds 7 files"):
        sources.add(made.zipped(made.files(), home / "esco.zip"))


def test_names_in_a_zip_point_nowhere(home: Path) -> None:
    before = {p for p in home.parent.rglob("*") if "cache" not in p.parts}
    path = home / "esco.zip"
    with zipfile.ZipFile(path, "w") as out:
        for name, data in made.files().items():
            out.writestr(f"../../../{name}", data)
    assert "3 occupations" in sources.add(path)
    assert {p for p in home.parent.rglob("*") if "cache" not in p.parts} - before == {path}


def test_one_file_of_it_is_not_enough(home: Path) -> None:
    folder = made.unpacked(made.files(), home / "files")
    with pytest.raises(DataError, match="has to be added whole, as a zip or a folder"):
        sources.add(folder / "occupations_en.csv")
    with pytest.raises(DataError, match="a folder"):
        sources.add(home / "notebooks")


def test_a_circle_above_skills_ends(home: Path) -> None:
    pairs = [(11, 14), (14, 11), (13, 13)]
    circle = [
        {
            "conceptType": "",
            "conceptUri": made.SKILL + made.uuid(a),
            "broaderType": "",
            "broaderUri": made.SKILL + made.uuid(b),
        }
        for a, b in pairs
    ]
    content = made.files() | {"broaderRelationsSkillPillar.csv": made.table(circle)}
    found = sources.read_esco(made.zipped(content, home / "esco.zip"))
    assert found.skills["groups"].eq("").all() and "group of 4 skills" in found.skills.attrs["lacks"]


def test_orders_for_a_terminal_are_taken_out(home: Path) -> None:
    rows = made.rows_of(made.files()["occupations_en.csv"])
    rows[0]["preferredLabel"] = "code\x1b[31m <b>writer</b>\x07"
    content = made.files() | {"occupations_en.csv": made.table(rows)}
    found = sources.read_esco(made.zipped(content, home / "esco.zip"))
    assert found.occupations.set_index("code").loc["2512.1", "label"] == "code[31m <b>writer</b>"
