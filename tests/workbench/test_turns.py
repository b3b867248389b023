"""So many compute at a time, whatever becomes of those who do."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from almpo_kit.workbench import turns as turning
from almpo_kit.workbench.turns import Turns, Waiting

HOLDS = """
import sys, time
from pathlib import Path
from almpo_kit.workbench.turns import Turns
with Turns(Path(sys.argv[1]), 1).taken():
    print("has it", flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize("many", [1, 2])
def test_never_more_than_so_many_at_once(tmp_path: Path, many: int) -> None:
    inside: list[int] = []
    seen: list[int] = []
    turns = [Turns(tmp_path, many) for _ in range(6)]

    def compute(turn: Turns) -> None:
        with turn.taken():
            inside.append(1)
            seen.append(len(inside))
            time.sleep(0.05)
            inside.pop()

    threads = [threading.Thread(target=compute, args=(turn,)) for turn in turns]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 6 and max(seen) == many
    # The last of six waited for the others: 0.25 s where one computes at a time, 0.1 s where two do.
    assert max(turn.waited for turn in turns) >= 0.05 * (6 / many - 1) - 0.01


def test_a_turn_ends_with_its_holder(tmp_path: Path) -> None:
    holding = subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert holding.stdout is not None and holding.stdout.readline() == "has it\n"
    threading.Timer(0.3, holding.kill).start()
    turn = Turns(tmp_path)
    with turn.taken():
        assert holding.wait(timeout=10) < 0 and turn.waited >= 0.1


def test_who_is_alone_never_waits() -> None:
    turn = Turns()
    with turn.taken(), turn.taken():
        assert turn.waited == 0.0


def test_waiting_is_counted_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turning, "_TELL_SECONDS", 0.02)
    told: list[float] = []
    waiting, until = Waiting(lambda: told.append(time.monotonic())), time.monotonic() + 0.2
    assert waiting.until(lambda: "found" if time.monotonic() > until else None) == "found"
    assert 2 <= len(told) <= 10 and 0.2 <= waiting.seconds < 5


def test_where_nothing_can_be_locked_nobody_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def cannot(*_: object) -> None:
        raise OSError(38, "Function not implemented")

    monkeypatch.setattr(turning.fcntl, "flock", cannot)
    with Turns(tmp_path).taken(), Turns(tmp_path).taken():
        pass
