"""A pull interrupted at every stage: killed, disk full, network gone, a byte turned over. The last good version stays."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from almpo_kit import sources
from almpo_kit.sources.services import store
from almpo_kit.sources.services.manners import Manners
from almpo_kit.sources.services.pull import pull

from .estat import LONG_TERM, UNEMPLOYMENT, Estat
from .fake_service import Answer, Fake, Handler

#: One whose key is confirmed, and one whose structure is asked for first.
ALL = (UNEMPLOYMENT, LONG_TERM)
SCRIPT = Path(__file__).with_name("killed_pulls.py")


@pytest.fixture
def estat(home: Path, fake: Fake) -> Estat:
    return Estat(fake, regions=12, years=(2022, 2023, 2024))


def _changed(estat: Estat) -> None:
    estat.updated = "later"
    estat.base = dict.fromkeys(estat.base, 50.0)


def _lowest(name: str) -> float:
    kept = store.latest(name)
    assert kept is not None
    assert kept.rows == 36
    assert store.damaged(name) == ()
    return round(float(kept.frame["value"].min()), 2)


def _killed(
    home: Path,
    estat: Estat,
    manners: Manners,
    tmp_path: Path,
    more: int,
    step: int,
    names: tuple[str, ...] = ALL,
) -> list[dict[str, Any]]:
    pull(names, manners=manners)
    good = tmp_path / "good"
    shutil.copytree(home / "data/cache", good)
    _changed(estat)
    done = subprocess.run(
        [sys.executable, str(SCRIPT), str(good), str(more), ",".join(names), str(step)],
        capture_output=True,
        text=True,
        timeout=1_700,
        check=False,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


def _check_kills(kills: list[dict[str, Any]]) -> None:
    # A line or two at the very end may not be reached in a child.
    assert sum(not k["killed"] for k in kills) <= 2
    for kill in kills:
        for value, rows, notice in kill["after"].values():
            # The old version or the new one, whole; never a third thing, never nothing.
            assert (value in (5.02, 50.02), rows, notice) == (True, 36, ""), kill
        assert set(kill["again"]) <= {"updated", "done", "current", "unchanged"}, kill
        assert all(v == [50.02, 36, ""] for v in kill["finally"].values()), kill


def test_killed_here_and_there(home: Path, estat: Estat, manners: Manners, tmp_path: Path) -> None:
    kills = _killed(home, estat, manners, tmp_path, more=2, step=35, names=(UNEMPLOYMENT,))
    assert len(kills) >= 4
    _check_kills(kills)


@pytest.mark.slow
@pytest.mark.timeout(1_800)
def test_killed_at_every_line_of_the_store(
    home: Path, estat: Estat, manners: Manners, tmp_path: Path
) -> None:
    kills = _killed(home, estat, manners, tmp_path, more=40, step=1)
    assert len(kills) >= 150
    assert {k["where"].split(":")[0] for k in kills} >= {"store.py", "journal.py", "locks.py", "pull.py"}
    _check_kills(kills)
    print(f"{len(kills)} kills")
    # Both outcomes were seen: killed before the renaming and after it.
    assert {v[0] for k in kills for v in k["after"].values()} == {5.02, 50.02}


@pytest.mark.parametrize("after", [0, 3, *(pytest.param(k, marks=pytest.mark.slow) for k in (1, 2, 4, 5))])
def test_the_network_goes_away_after_some_requests(estat: Estat, manners: Manners, after: int) -> None:
    pull(ALL, manners=manners)
    _changed(estat)
    estat.fake.asked.clear()
    real = list(estat.fake.routes)

    def cut(handler: Handler, _: Answer) -> None:
        handler.reset()

    def take(path: str) -> Any:
        return cut if len(estat.fake.asked) > after else None

    estat.fake.take = take  # type: ignore[method-assign]
    finding = pull(ALL, manners=manners)
    values = [_lowest(name) for name in ALL]
    assert set(values) <= {5.02, 50.02}
    assert bool(finding.failed) == (5.02 in values)
    for row, value in zip(finding.table.to_dict("records"), values, strict=True):
        assert (row["status"] == "updated") == (value == 50.02)
        if row["status"] != "updated":
            assert "stays in use" in row["note"]
    del estat.fake.take
    assert estat.fake.routes == real
    finding = pull(ALL, manners=manners)
    assert set(finding.table["status"]) <= {"updated", "done", "current"}
    assert [_lowest(name) for name in ALL] == [50.02] * 2


@pytest.mark.parametrize("nth", [1, pytest.param(4, marks=pytest.mark.slow), 6])
def test_the_disk_is_full_from_some_write_on(
    estat: Estat, manners: Manners, monkeypatch: pytest.MonkeyPatch, nth: int
) -> None:
    pull(ALL, manners=manners)
    _changed(estat)
    count = [0]
    real = os.fsync

    def full(handle: int) -> None:
        count[0] += 1
        if count[0] >= nth:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(handle)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        finding = pull(ALL, manners=manners)
    values = [_lowest(name) for name in ALL]
    for row, value in zip(finding.table.to_dict("records"), values, strict=True):
        assert (row["status"] == "updated") == (value == 50.02)
    if finding.failed:
        first = next(r for r in finding.table.to_dict("records") if r["status"] != "updated")
        assert "No space left on device" in first["note"]
        assert "Free space" in first["note"]
    assert not list(store.folder().rglob(".*.tmp"))
    finding = pull(ALL, manners=manners)
    assert not finding.failed
    assert [_lowest(name) for name in ALL] == [50.02] * 2


def test_a_byte_turned_over_in_the_store(estat: Estat, manners: Manners) -> None:
    pull([UNEMPLOYMENT], manners=manners)
    _changed(estat)
    pull([UNEMPLOYMENT], manners=manners)
    kept = store.latest(UNEMPLOYMENT)
    assert kept is not None
    path = kept.folder / "frame.parquet"
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 4
    path.write_bytes(data)
    fallen = store.latest(UNEMPLOYMENT)
    assert fallen is not None
    assert round(float(fallen.frame["value"].min()), 2) == 5.02
    assert "is damaged" in sources.pulled()["note"][0]
    # The version that is in use now is older than what the service has: it is fetched anew.
    finding = pull([UNEMPLOYMENT], manners=manners)
    assert list(finding.table["status"]) == ["updated"]
    assert _lowest(UNEMPLOYMENT) == 50.02


def test_a_damaged_newest_version_is_superseded_even_if_nothing_changed(
    estat: Estat, manners: Manners
) -> None:
    pull([UNEMPLOYMENT], manners=manners)
    _changed(estat)
    pull([UNEMPLOYMENT], manners=manners)
    newest = store.latest(UNEMPLOYMENT)
    assert newest is not None
    (newest.folder / "manifest.json").write_bytes(b"{}")
    # The service goes back to what the version before holds: there is nothing new, but the damage has to go.
    estat.base, estat.updated = dict.fromkeys(estat.base, 5.0), "2026-11-01T11:00:00+0100"
    finding = pull([UNEMPLOYMENT], manners=manners)
    assert list(finding.table["status"]) == ["updated"]
    assert _lowest(UNEMPLOYMENT) == 5.02
    kept = store.latest(UNEMPLOYMENT)
    assert kept is not None
    assert kept.notice == ""


def test_a_byte_turned_over_on_the_way(estat: Estat, manners: Manners) -> None:
    from . import fake_service as at

    pull([UNEMPLOYMENT], manners=manners)
    _changed(estat)
    turned = at.gzipped(lambda b: b[:200] + bytes([b[200] ^ 1]) + b[201:])
    estat.fake.fail("/data/", turned, times=5)
    finding = pull([UNEMPLOYMENT], manners=manners)
    assert list(finding.table["status"]) == ["failed"]
    assert "compressed body is damaged" in finding.table["note"][0]
    assert _lowest(UNEMPLOYMENT) == 5.02
