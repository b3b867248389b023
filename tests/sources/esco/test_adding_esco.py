"""``almpo data add`` of ESCO: kept whole, side by side by language, preferred to packages, and said in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from almpo_kit import sources
from almpo_kit.sources import cache
from almpo_kit.sources.esco import held
from almpo_kit.sources.services.inventory import check_pulled
from almpo_kit.vocabulary.errors import DataError, ParameterError
from almpo_kit.vocabulary.provenance import data_versions
from almpo_kit.workbench import cli
from tests.sources.esco import downloads as made


@pytest.fixture
def english(home: Path) -> Path:
    return made.zipped(made.files(), home / "ESCO dataset - v1.1.1 - en.zip")


@pytest.fixture
def german(home: Path) -> Path:
    return made.zipped(made.files("de", later=True), home / "ESCO dataset - v1.2.0 - de.zip")


def test_added_data_win_over_packages(english: Path) -> None:
    said = sources.add(english)
    assert said == (
        "Added ESCO 1.1.1, language en, from ESCO dataset - v1.1.1 - en.zip: 3 occupations in 8 ISCO groups, 4 skills in 9 "
        "groups, 4 links between occupations and skills."
    )
    table = sources.occupations()
    assert len(table) == 11 and table.attrs["lacks"] == "" and table.attrs["language"] == "en"
    version = data_versions(table)[0]
    assert (version.dataset, version.version, version.kind) == ("esco", "ESCO 1.1.1 (en)", "file")
    assert version.sha256 == held.sha256(english.read_bytes())
    assert sources.occupation_skills().attrs["covers"].startswith("ESCO 1.1.1, all occupations")


def test_what_is_kept_is_what_was_read(english: Path) -> None:
    import pandas as pd

    read = sources.read_esco(english)
    sources.add(english)
    for kept, found in (
        (sources.occupations(), read.occupations),
        (sources.skills(), read.skills),
        (sources.occupation_skills(), read.relations),
    ):
        pd.testing.assert_frame_equal(kept, found)
        assert kept.attrs == found.attrs


def test_languages_stand_side_by_side(english: Path, german: Path) -> None:
    assert sources.esco_languages() == ("en",)
    with pytest.raises(ParameterError, match=r"held in en, not in 'de'.*almpo data add"):
        sources.skills("de")
    sources.add(german)
    sources.add(english)
    assert sources.esco_languages() == ("en", "de")
    assert sources.occupations("DE")["label"].str.endswith(" de").all()
    assert not sources.occupations()["label"].str.endswith(" de").any()
    listed = sources.pulled().set_index("series")
    assert listed["version"].to_dict() == {"esco (de)": "1.2.0", "esco (en)": "1.1.1"}
    assert listed.loc["esco (de)", "source"] == "file:ESCO dataset - v1.2.0 - de.zip"


def test_a_frame_is_a_copy(english: Path) -> None:
    sources.add(english)
    frame = sources.occupations()
    frame["label"] = "spoilt"
    assert not sources.occupations()["label"].eq("spoilt").any()


def test_a_newer_release_takes_the_place(english: Path, home: Path) -> None:
    sources.add(english)
    later = made.zipped(made.files(later=True), home / "esco v1.2.zip")
    assert "takes the place of ESCO 1.1.1 in this language, added on" in sources.add(later)
    assert set(sources.occupations()["version"]) == {"1.2"}


def test_a_far_smaller_one_is_refused(english: Path, home: Path) -> None:
    sources.add(english)
    content = made.files()
    content["occupationSkillRelations.csv"] = made.table(made.relations()[:1])
    small = made.zipped(content, home / "small.zip")
    with pytest.raises(
        DataError, match=r"has 1 links .* 4 are held.*--accept-shrinking.*Nothing was changed"
    ):
        sources.add(small)
    assert len(sources.occupation_skills()) == 4
    sources.add(small, accept_shrinking=True)
    assert len(sources.occupation_skills()) == 1


def test_a_damaged_file_falls_back_to_the_one_before(english: Path, home: Path) -> None:
    sources.add(english)
    sources.add(made.zipped(made.files(later=True), home / "esco v1.2.zip"))
    newest = max((home / "data/cache/esco").glob("en.*.zip"), key=lambda p: p.stat().st_mtime_ns)
    newest.write_bytes(newest.read_bytes()[:-30])
    assert set(sources.occupations()["version"]) == {"1.1.1"}
    found = check_pulled()
    assert found.status == "failed" and newest.name in found.sentence and "almpo data add" in found.sentence


def test_nothing_intact_is_as_good_as_nothing_added(english: Path, home: Path) -> None:
    sources.add(english)
    for path in (home / "data/cache/esco").iterdir():
        path.write_bytes(b"")
    assert sources.esco_languages() == ("en",)
    assert "DAMAGED" in sources.pulled()["note"].iat[0]
    assert len(sources.occupations()) == 3623


def test_another_layout_counts_as_absent(english: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held, "_LAYOUT", 99)
    sources.add(english)
    monkeypatch.setattr(held, "_LAYOUT", 1)
    held._opened.cache_clear()
    assert held.held("en") is None and held.damaged()
    held._opened.cache_clear()


def test_a_full_disk_changes_nothing(english: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(cache, "put", full)
    with pytest.raises(DataError, match=r"No space left.*Nothing was changed.*read_esco"):
        sources.add(english)
    assert sources.pulled().empty


def test_it_is_no_series(english: Path) -> None:
    with pytest.raises(ParameterError, match="holds ESCO, not unemployment_rate_nuts2"):
        sources.add(english, "unemployment_rate_nuts2")


def test_names_that_are_no_language_reach_no_file(home: Path) -> None:
    for name in ("../../x", "", "e*", "EN/..", "english"):
        with pytest.raises(ParameterError, match="ESCO is held in"):
            sources.occupations(name)


def test_the_command_line(english: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["data", "add", str(english)]) == 0
    assert "3 occupations in 8 ISCO groups" in capsys.readouterr().out
    assert cli.main(["data", "list"]) == 0
    assert "esco (en)" in capsys.readouterr().out
    assert cli.main(["data", "show", "esco"]) == 0
    assert "held  esco (en): 1.1.1, added" in capsys.readouterr().out
    assert check_pulled().sentence == "1 pulled or added series are intact."
    assert cli.main(["data", "add", str(english.parent / "absent.zip")]) == 1
