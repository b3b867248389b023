"""Where records can and cannot be kept, and what is said."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest
from sqlalchemy import event

from almpo_kit import records
from almpo_kit.vocabulary.errors import ParameterError


def test_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ALMPO_RECORDS", raising=False)
    with pytest.raises(ParameterError, match="ALMPO_RECORDS"):
        records.open_store()
    monkeypatch.setenv("ALMPO_RECORDS", str(tmp_path / "deep" / "records.db"))
    records.open_store().keep_draft("Plan", {})
    assert len(records.open_store(f"sqlite:///{tmp_path}/deep/records.db").drafts()) == 1


def test_names_that_an_address_would_read_as_something_else(tmp_path: Path) -> None:
    place = tmp_path / "a?b=c %41 #d & ü" / "re cords.db"
    records.open_store(place).keep_draft("Plan", {"n": 1})
    assert place.is_file()
    assert records.open_store(place).draft("Plan").content == {"n": 1}


def test_it_is_in_wal_mode(tmp_path: Path) -> None:
    store = records.open_store(tmp_path / "records.db")
    with sqlite3.connect(store.place) as db:
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)


@pytest.mark.parametrize(
    "address",
    [
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///x.db?mode=ro",
        "mysql://host/x",
        "nothing://",
        "://x",
        "  ",
        3,
    ],
)
def test_places_that_cannot_hold_records(
    address: object, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ParameterError):
        records.open_store(address)  # type: ignore[arg-type]
    assert not list(tmp_path.iterdir())


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="name one in it"):
        records.open_store(tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(records.RecordsError, match="cannot be kept in"):
        records.open_store(tmp_path / "file" / "records.db")


def test_a_file_that_is_no_store(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("shopping list, long enough to be no header of a database at all")
    with pytest.raises(records.RecordsError, match="no store of records"):
        records.open_store(tmp_path / "notes.txt")
    assert (tmp_path / "notes.txt").read_text().startswith("shopping")


def test_a_damaged_store(tmp_path: Path) -> None:
    store = records.open_store(tmp_path / "records.db")
    for i in range(30):
        store.keep_draft("Plan", {"text": "x" * 3000, "i": i})
    with sqlite3.connect(store.place) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    data = bytearray(Path(store.place).read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    Path(store.place).write_bytes(data)
    with pytest.raises(records.RecordsError, match=r"damaged|no store"):
        records.open_store(store.place).draft("Plan")


def test_a_store_of_another_version(tmp_path: Path) -> None:
    store = records.open_store(tmp_path / "records.db")
    with sqlite3.connect(store.place) as db:
        db.execute("INSERT INTO records_schema VALUES (99, 'later')")
    with pytest.raises(records.RecordsError, match=r"form 99.*newer version"):
        records.open_store(store.place)


def test_read_only(tmp_path: Path) -> None:
    place = tmp_path / "records.db"
    records.open_store(place).keep_draft("Plan", {"n": 1})
    place.chmod(0o444)
    store = records.open_store(place)
    assert store.draft("Plan").content == {"n": 1}
    with pytest.raises(records.RecordsError, match=r"read-only\. Nothing was written"):
        store.keep_draft("Plan", {"n": 2})
    (tmp_path / "empty.db").touch(0o444)
    with pytest.raises(records.RecordsError, match="holds no records yet"):
        records.open_store(tmp_path / "empty.db")


def test_read_only_in_a_closed_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "records.db"
    records.open_store(place).keep_draft("Plan", {"n": 1})
    # Whoever runs the tests may be allowed everything, so what the system would say is said for it.
    monkeypatch.setattr("almpo_kit.records.engines.os.access", lambda *_: False)
    store = records.open_store(place)
    assert store.read_only and store.draft("Plan").content == {"n": 1}
    assert list(tmp_path.iterdir()) == [place]


def test_read_only_after_it_was_opened(tmp_path: Path) -> None:
    store = records.open_store(tmp_path / "records.db")

    @event.listens_for(store.engine, "connect")
    def _no_writing(made: sqlite3.Connection, _: object) -> None:
        made.execute("PRAGMA query_only=ON")

    with pytest.raises(records.RecordsError, match=r"read-only.*Nothing was written"):
        store.keep_draft("Plan", {"n": 2})


def test_full_disk(tmp_path: Path) -> None:
    store = records.open_store(tmp_path / "records.db")
    store.keep_draft("Plan", {"n": 1})

    @event.listens_for(store.engine, "connect")
    def _full(made: sqlite3.Connection, _: object) -> None:
        (pages,) = made.execute("PRAGMA page_count").fetchone()
        made.execute(f"PRAGMA max_page_count={pages}")

    with pytest.raises(records.RecordsError, match=r"disk is full.*Nothing was written"):
        store.keep_draft("Plan", {"text": "x" * 100_000})
    fresh = records.open_store(store.place)
    assert fresh.draft("Plan").content == {"n": 1}
    assert fresh.keep_draft("Plan", {"text": "x" * 100_000}).version == 2


def test_threads_share_a_store(tmp_path: Path) -> None:
    store = records.open_store(tmp_path / "records.db")
    threads = [
        threading.Thread(target=lambda: [store.keep_draft("Plan", {}) for _ in range(10)]) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(store.drafts("Plan")["version"]) == list(range(1, 41))


def test_an_address_keeps_its_password_to_itself() -> None:
    address = "postgresql+nodriver://anna:secret@host/almpo?password=secret"
    with pytest.raises((records.RecordsError, ParameterError)) as refused:
        records.open_store(address)
    assert "secret" not in str(refused.value)
    assert "driver" in str(refused.value)
