from __future__ import annotations

import os
import shutil
import sqlite3
from pathlib import Path

import pytest
from small_series import notebook

import almpo_kit
from almpo_kit.workbench.sweeps import inputs


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package in the place of ours, to be changed."""
    folder = tmp_path / "package"
    (folder / "assets").mkdir(parents=True)
    (folder / "__init__.py").write_text("")
    monkeypatch.setattr(almpo_kit, "__file__", str(folder / "__init__.py"))
    return folder


def test_whatever_a_report_is_made_from_counts(home: Path, package: Path) -> None:
    book, mine = notebook(home, ["data", "records"]), home / "mine.csv"

    def now() -> dict[str, str]:
        return inputs.fingerprint(book, {"country": "EL", "file": str(mine)}, ("file",))

    def pulled() -> None:
        (home / "data/cache/services/x").mkdir(parents=True)
        (home / "data/cache/services/x/raw-1").touch()

    def records() -> None:
        (home / "mlruns").mkdir()
        sqlite3.connect(home / "mlruns" / "records.db").execute(
            "CREATE TABLE people (name)"
        ).connection.close()

    before = now()
    assert inputs.changed(before, now()) == ()
    for kind, change in (
        ("files", lambda: mine.write_text("a")),
        ("files", lambda: mine.write_text("b")),
        ("notebook", lambda: book.write_bytes(book.read_bytes() + b"\n")),
        ("code", lambda: (package / "assets" / "style.css").write_text("p {}")),
        ("data", lambda: (home / "data" / "effects.csv").open("a").write("\n")),
        ("data", lambda: (home / "data" / "studies.csv").rename(home / "data" / "new.csv")),
        ("data", lambda: shutil.copy(home / "data" / "new.csv", home / "data" / "studies.csv")),
        ("data", pulled),
        ("lock", lambda: (home / "requirements.lock").write_text("")),
        ("records", records),
    ):
        change()
        after = now()
        assert inputs.changed(before, after) == (kind,), kind
        before = after
    other = inputs.fingerprint(book, {"country": "IT", "file": str(mine)}, ("file",))
    assert inputs.changed(before, other) == ("parameters",)


def test_what_is_derived_from_the_rest_does_not_count(home: Path) -> None:
    book = notebook(home, ["data"])
    before = inputs.shared(book)
    for name in (
        "nuts/codes-1-2.abc.csv",
        "text_vectors.db",
        "gisco/prepared_1.parquet",
        ".hidden",
        "a.lock",
    ):
        place = home / "data" / "cache" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("x")
    assert inputs.changed(before, inputs.shared(book)) == ()


def test_of_a_folder_that_is_named_all_that_is_in_it_counts(tmp_path: Path) -> None:
    values, mine = {"folder": str(tmp_path / "mine")}, tmp_path / "mine" / "a.csv"
    mine.parent.mkdir()
    mine.write_text("a")
    before = inputs.own(values, ("folder",))
    assert inputs.changed(before, inputs.own(values, ("folder",))) == ()
    mine.write_text("b")
    assert inputs.changed(before, inputs.own(values, ("folder",))) == ("files",)


def test_in_doubt_it_is_made_again(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    silent = inputs.shared(notebook(home))
    assert silent["runs"] == inputs.UNKNOWN and silent["day"].startswith("20")
    assert "runs" in inputs.changed(silent, silent)
    assert inputs.shared(notebook(home, ["data", "all sorts"]))["runs"] == inputs.UNKNOWN
    monkeypatch.setenv("ALMPO_RECORDS", "postgresql://somewhere/records")
    reading = inputs.shared(notebook(home, ["records"]))
    assert inputs.changed(reading, reading) == ("records",)
    assert set(inputs.changed(None, reading)) == set(inputs.changed({"code": 1}, reading)) == set(reading)


def test_a_file_written_twice_within_a_moment_is_read_twice(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("a")
    os.utime(path, ns=(10**18, 10**18))
    first = inputs.digest(path)
    path.write_text("b")
    os.utime(path, ns=(10**18, 10**18))
    assert inputs.digest(path) != first
    assert inputs.digest(tmp_path / "none") == "absent"


def test_briefs_of_countries_and_regions_say_that_they_read_data_only() -> None:
    """Declared, so held to what the code opens: see test_reads.py."""
    root = Path(__file__).parents[3]
    for name in ("10_country_brief", "30_regions"):
        shared = inputs.shared(root / "notebooks" / f"{name}.ipynb")
        assert shared["records"] == shared["runs"] == shared["day"] == "not read"
    assert inputs.shared(root / "notebooks" / "40_matching.ipynb")["day"] != "not read"
    assert inputs.shared(root / "notebooks" / "80_codesign.ipynb")["runs"] == inputs.UNKNOWN
