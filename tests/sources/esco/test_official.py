"""The official download: every build of it gives the same frames."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from almpo_kit import sources
from almpo_kit.sources.esco.taxonomies import Esco
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.frames import check
from almpo_kit.vocabulary.provenance import data_versions
from tests.sources.esco import downloads as made
from tests.sources.esco.downloads import official

BUILDS = ("zip", "folder in a zip", "folder", "1.2", "with a byte order mark", "from a Mac")


def build(kind: str, folder: Path) -> Path:
    name = "ESCO dataset - v1.1.1 - classification - en - csv"
    if kind == "folder":
        return made.unpacked(made.files(), folder / name)
    content = made.files(later=kind == "1.2", prefix="ESCO/" if kind == "folder in a zip" else "")
    if kind == "with a byte order mark":
        content = {n: b"\xef\xbb\xbf" + data for n, data in content.items()}
    if kind == "from a Mac":
        content |= {f"__MACOSX/._{n}": b"\x00\x05" for n in content}
    return made.zipped(content, folder / f"{name}.zip")


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Esco:
    return sources.read_esco(build("zip", tmp_path_factory.mktemp("plain")))


@pytest.mark.parametrize("kind", BUILDS)
def test_every_build_gives_the_same(kind: str, tmp_path: Path, plain: Esco) -> None:
    found = sources.read_esco(build(kind, tmp_path))
    assert (found.version, found.language) == ("1.1.1", "en")
    for frame in ("occupations", "skills", "relations"):
        pd.testing.assert_frame_equal(getattr(found, frame), getattr(plain, frame), check_like=False)
        assert data_versions(getattr(found, frame))[0].version == "ESCO 1.1.1 (en)"


def test_occupations_hang_below_their_groups(plain: Esco) -> None:
    table = check(plain.occupations, "taxonomy").set_index("code")
    assert list(table.index[:6]) == ["2", "25", "251", "2512", "2512.1", "2512.1.1"]
    assert table["level"].tolist()[:6] == [1, 2, 3, 4, 5, 6]
    assert table["parent"].fillna("").tolist()[:6] == ["", "2", "25", "251", "2512", "2512.1"]
    assert table["isco"].tolist()[:6] == ["", "", "", "2512", "2512", "2512"]
    # The preferred label and repetitions are no other labels; spaces are single.
    assert table.loc["2512.1", "alternatives"] == "programmer of code\nCW"
    assert table.loc["2512.1", "description"] == "A code writer does things."


def test_skills_have_kind_reuse_groups_and_field(plain: Esco) -> None:
    table = check(plain.skills, "taxonomy").set_index("code")
    join, theory, calm, thin = (table.loc[made.uuid(n)].fillna("") for n in (11, 12, 13, 14))
    assert (join["kind"], join["reuse"], join["parent"], join["groups"]) == (
        "skill",
        "sector-specific",
        "S7.1",
        "S7.1 | T3",
    )
    assert (theory["kind"], theory["parent"], theory["field"]) == ("knowledge", "K0715", "0715")
    assert (calm["parent"], calm["reuse"], calm["field"]) == ("T3", "transversal", "")
    # A skill below a skill is in its groups; what the file does not say is missing and not guessed.
    assert (thin["groups"], thin["kind"], thin["reuse"]) == ("S7.1 | T3", "", "")
    assert table.loc["K0715", "parent"] == "K071" and table.loc["K07", "parent"] == "K"
    assert table.loc[["K", "K07", "K071", "K0715", "S7.1"], "level"].tolist() == [0, 1, 2, 3, 2]


def test_relations(plain: Esco) -> None:
    assert plain.relations.values.tolist() == [
        ["2512.1", made.uuid(12), "essential"],
        ["2512.1", made.uuid(13), "optional"],
        ["7212.1", made.uuid(11), "essential"],
        ["7212.1", made.uuid(12), "essential"],
    ]
    assert plain.relations.attrs["covers"] == "ESCO 1.1.1, all occupations: 4 links of 2 occupations."


def test_what_a_download_lacks_is_said(tmp_path: Path) -> None:
    content = made.files()
    del content["occupationSkillRelations.csv"], content["skillGroups_en.csv"]
    found = sources.read_esco(made.zipped(content, tmp_path / "esco.zip"))
    assert found.version == "unknown version"
    assert len(found.relations) == 0 and "No relations" in found.relations.attrs["covers"]
    assert "occupationSkillRelations" in found.relations.attrs["lacks"]
    assert "Skill groups" in found.skills.attrs["lacks"]
    assert found.skills["parent"].isna().all() and check(found.skills, "taxonomy") is not None


def test_several_languages_in_one_download(tmp_path: Path) -> None:
    path = made.zipped(made.files("de") | made.files("en"), tmp_path / "v1.2.zip")
    german = sources.read_esco(path, "de")
    assert german.occupations["label"].str.endswith(" de").all() and german.version == "1.2"
    assert sources.read_esco(path, "en").occupations["label"].iat[0] == "Professionals"
    with pytest.raises(ParameterError, match="holds ESCO in de, en, not in 'fr'"):
        sources.read_esco(path, "fr")


@official
def test_the_real_download(real_esco: Esco) -> None:
    found = real_esco
    occupations, skills = check(found.occupations, "taxonomy"), check(found.skills, "taxonomy")
    assert found.version == "1.1.1"
    assert (occupations["level"] >= 5).sum() == 3007 and (occupations["level"] < 5).sum() == 619
    assert (skills["level"] == 4).sum() == 13_896 and skills["parent"][skills["level"] == 4].notna().all()
    # 67 of its 123,855 relations are of an occupation that it does not have.
    assert len(found.relations) == 123_855 - 67 and "67 relations" in found.relations.attrs["lacks"]
    assert set(found.relations["occupation"]) == set(occupations["code"][occupations["level"] >= 5])
    assert skills["reuse"].value_counts().to_dict() == {
        "sector-specific": 6654,
        "cross-sector": 3754,
        "occupation-specific": 3043,
        "transversal": 440,
    }
    # Parents by code are those that ESCO states, but for one.
    assert set(occupations["parent"].dropna()) <= set(occupations["code"])
