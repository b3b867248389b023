"""The store: whole versions only, the last good one is found, whatever happens to the disk."""

from __future__ import annotations

import contextlib
import errno
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from almpo_kit import sources
from almpo_kit.sources.services import store
from almpo_kit.sources.services.faults import UnkeptError
from almpo_kit.sources.services.transport import Payload
from almpo_kit.vocabulary.errors import DataError, ParameterError

NAME = "unemployment_rate_nuts2"


def _frame(value: float, n: int = 50) -> pd.DataFrame:
    codes = sources.nuts("2024", 2)["code"][:n]
    return pd.DataFrame({"geo": codes.to_numpy(), "period": "2024", "value": value})


def _payload(value: float) -> Payload:
    return Payload(
        f"raw {value}\n".encode() * 100,
        "text/csv",
        "https://service.example/x",
        '"t"',
        "",
        "2026-11-28T10:00:00+00:00",
    )


def _keep(value: float) -> store.Kept:
    return store.keep(NAME, _payload(value), _frame(value), about={"updated": "yesterday"})


def _value() -> float | None:
    kept = store.latest(NAME)
    return None if kept is None else float(kept.frame["value"].iloc[0])


def test_nothing_is_held_at_first(home: Path) -> None:
    assert store.latest(NAME) is None
    assert store.versions(NAME) == ()
    assert store.names() == []


def test_what_is_kept_comes_back(home: Path) -> None:
    kept = _keep(1.0)
    found = store.latest(NAME)
    assert found is not None
    assert found.version == kept.version
    assert found.raw == (_payload(1.0).data,)
    pd.testing.assert_frame_equal(found.frame, _frame(1.0))
    assert (found.rows, found.url, found.retrieved) == (
        50,
        "https://service.example/x",
        "2026-11-28T10:00:00+00:00",
    )
    assert found.manifest["updated"] == "yesterday"
    assert found.notice == ""
    assert store.names() == [NAME]


def test_versions_are_bounded_and_the_newest_is_latest(home: Path) -> None:
    for value in range(1, 7):
        _keep(float(value))
        assert _value() == value
    assert [float(k.frame["value"].iloc[0]) for k in store.versions(NAME)] == [6.0, 5.0, 4.0]
    assert len(list((store.folder() / NAME).iterdir())) == store.KEEP


def test_a_clock_set_back_hides_nothing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _keep(1.0)
    monkeypatch.setattr(time, "gmtime", lambda *_: time.struct_time((1999, 1, 1, 0, 0, 0, 0, 1, 0)))
    _keep(2.0)
    assert _value() == 2.0


@pytest.mark.parametrize("name", ["../x", "", "A", ".hidden", "x/y", "x" * 81])
def test_a_name_is_a_name(home: Path, name: str) -> None:
    with pytest.raises(ParameterError, match="cannot name a series"):
        store.keep(name, _payload(1.0), _frame(1.0))


@pytest.mark.parametrize("file", ["manifest.json", "frame.parquet", "raw-001"])
@pytest.mark.parametrize("damage", ["byte", "cut", "gone", "empty", "folder"])
def test_a_damaged_version_falls_back(home: Path, file: str, damage: str) -> None:
    _keep(1.0)
    newest = _keep(2.0)
    path = newest.folder / file
    data = bytearray(path.read_bytes())
    if damage == "byte":
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
    elif damage == "cut":
        path.write_bytes(data[:-1])
    elif damage == "empty":
        path.write_bytes(b"")
    else:
        path.unlink()
        if damage == "folder":
            path.mkdir()
    kept = store.latest(NAME)
    assert kept is not None
    assert float(kept.frame["value"].iloc[0]) == 1.0
    assert f"({newest.version}) is damaged; the one before it, of 2026-11-28, is used" in kept.notice
    assert "almpo data pull unemployment_rate_nuts2" in kept.notice
    assert store.damaged(NAME) == (newest.version,)
    # A new version supersedes both, and the damaged one is cleared away.
    _keep(3.0)
    assert _value() == 3.0
    assert store.damaged(NAME) == ()


def test_every_single_byte_counts(home: Path) -> None:
    _keep(1.0)
    newest = _keep(2.0)
    path = newest.folder / "manifest.json"
    whole = path.read_bytes()
    for i in range(0, len(whole), 7):
        path.write_bytes(whole[:i] + bytes([whole[i] ^ 0x10]) + whole[i + 1 :])
        assert _value() == 1.0, i
    path.write_bytes(whole)
    assert _value() == 2.0


def test_damage_after_opening_is_seen(home: Path) -> None:
    kept = _keep(1.0)
    found = store.latest(NAME)
    assert found is not None
    (kept.folder / "frame.parquet").write_bytes(b"x")
    with pytest.raises(DataError, match="damaged since"):
        _ = found.frame


def test_if_none_is_intact_the_list_says_so(home: Path) -> None:
    kept = _keep(1.0)
    (kept.folder / "raw-001").write_bytes(b"")
    assert store.latest(NAME) is None
    assert "DAMAGED" in sources.pulled()["note"][0]


def test_the_check_of_all_data_sees_it(home: Path) -> None:
    from almpo_kit.sources.services.inventory import check_pulled

    assert check_pulled().status == "informational"
    _keep(1.0)
    assert (check_pulled().status, check_pulled().sentence) == (
        "passed",
        "1 pulled or added series are intact.",
    )
    kept = _keep(2.0)
    (kept.folder / "raw-001").write_bytes(b"")
    assert check_pulled().status == "failed"
    assert f"{NAME}/{kept.version}; the version before is in use" in check_pulled().sentence
    assert any(c.name == "pulled" for c in sources.check_data().failed)


def test_leftovers_of_killed_writers_are_cleared(home: Path) -> None:
    _keep(1.0)
    old, new = (store.folder() / NAME / f".{n}.tmp" for n in ("old", "new"))
    for folder in (old, new):
        folder.mkdir()
    os.utime(old, (time.time() - 7200, time.time() - 7200))
    assert len(store.versions(NAME)) == 1
    _keep(2.0)
    assert not old.exists()
    assert new.exists()


@pytest.mark.parametrize("function", ["write", "fsync", "rename", "mkdtemp", "mkdir"])
@pytest.mark.parametrize("nth", [1, 2, 4])
def test_a_full_disk_at_any_call(
    home: Path, monkeypatch: pytest.MonkeyPatch, function: str, nth: int
) -> None:
    _keep(1.0)
    count = [0]

    def full(real):  # type: ignore[no-untyped-def]
        def call(*arguments, **options):  # type: ignore[no-untyped-def]
            count[0] += 1
            if count[0] == nth:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return real(*arguments, **options)

        return call

    targets = {
        "write": (store, "_put"),
        "fsync": (os, "fsync"),
        "rename": (Path, "rename"),
        "mkdtemp": (store.tempfile, "mkdtemp"),
        "mkdir": (Path, "mkdir"),
    }
    with monkeypatch.context() as patch:
        owner, name = targets[function]
        patch.setattr(owner, name, full(getattr(owner, name)))
        try:
            _keep(2.0)
            kept = True
        except UnkeptError:
            kept = False
    # Either it was kept whole, or it was not kept and that was said; the first call of each kind is always needed.
    assert _value() == (2.0 if kept else 1.0)
    assert not (kept and nth == 1)
    assert not list((store.folder() / NAME).glob(".*.tmp"))
    _keep(3.0)
    assert _value() == 3.0


@contextlib.contextmanager
def _files_of_at_most(size: int) -> Iterator[None]:
    """The system itself refuses any larger file: a real short write in the middle of one."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)


@pytest.mark.parametrize("size", [0, 1, 100, 500, 900, 1_500, 2_000])
def test_a_file_that_the_system_cuts_short(home: Path, size: int) -> None:
    _keep(1.0)
    with (
        _files_of_at_most(size),
        pytest.raises(UnkeptError, match=r"cannot be kept in .*Free space") as caught,
    ):
        _keep(2.0)
    assert "The version before is untouched and stays in use" in str(caught.value)
    assert _value() == 1.0
    _keep(3.0)
    assert _value() == 3.0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 128 kB, where the machine allows one."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = shutil.which("mount")
    made = (
        mount
        and os.geteuid() == 0
        and not subprocess.run(
            [mount, "-t", "tmpfs", "-o", "size=128k", "none", str(place)], capture_output=True, check=False
        ).returncode
    )
    if not made:
        pytest.skip("this machine does not let a test mount a small file system")
    yield place
    subprocess.run(["umount", str(place)], check=False)


def test_a_disk_that_is_really_full(home: Path, small_disk: Path) -> None:
    (home / "data" / "cache").symlink_to(small_disk)
    _keep(1.0)
    filler = small_disk / "filler"
    for left in (0, 4_096, 8_192, 16_384):
        with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
            while True:
                file.write(b"x" * 4_096)
        os.truncate(filler, max(0, filler.stat().st_size - left))
        with pytest.raises(UnkeptError, match="No space left"):
            store.keep(NAME, _payload(2.0), _frame(2.0, 244), about={"pad": "x" * 20_000})
        assert _value() == 1.0
    filler.unlink()
    _keep(3.0)
    assert _value() == 3.0


def test_a_folder_that_cannot_be_made(home: Path) -> None:
    (home / "data/cache").write_text("")
    with pytest.raises(UnkeptError, match="cannot be kept"):
        _keep(1.0)


_WRITER = """
import sys
import pandas as pd
from almpo_kit.sources.services import store
from almpo_kit.sources.services.transport import Payload
who = float(sys.argv[1])
for k in range(5):
    frame = pd.DataFrame({"geo": ["EL30"] * 40, "period": "2024", "value": who * 100 + k})
    store.keep("unemployment_rate_nuts2", Payload(b"x" * 5000, "", "https://s.example/", retrieved=f"{who}-{k}"), frame)
    kept = store.latest("unemployment_rate_nuts2")
    assert kept is not None and kept.frame["value"].nunique() == 1
"""


def test_writers_at_once_never_mix(home: Path) -> None:
    running = [subprocess.Popen([sys.executable, "-c", _WRITER, str(i)]) for i in (1, 2)]
    while any(p.poll() is None for p in running):
        kept = store.latest(NAME)
        assert kept is None or kept.frame["value"].nunique() == 1
        time.sleep(0.01)
    assert [p.returncode for p in running] == [0, 0]
    assert len(store.versions(NAME)) >= 1
    assert store.damaged(NAME) == ()
