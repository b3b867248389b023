"""What never ends is ended: its kernel, or its worker where that is what hangs; the others get their turn."""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import threading
from pathlib import Path

import pytest
from small_series import is_whole, tell, until, workers

from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.workbench.sweeps import workers as seen
from almpo_kit.workbench.sweeps.sweeping import sweep
from almpo_kit.workbench.warm import addresses


def _kernels() -> set[int]:
    """The warm process of these tests and what it forked; an app server that other tests use has its own."""
    folder = str(Path(os.environ[addresses.VARIABLE]).parent)
    import psutil

    found = set()
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            if folder in process.cmdline():
                found.add(process.pid)
    return found


def test_a_cell_that_never_ends(small: Path) -> None:
    (small / "notebooks" / "hold").touch()
    tell(small, wait=("IT",))
    before = _kernels()
    seen_working: set[int] = set()

    looking = threading.Thread(target=lambda: seen_working.update(until(lambda: _kernels() - before)))
    looking.start()
    done = sweep("small", {"country": ("IT", "EL")}, time_limit=0.1)
    looking.join()
    (small / "notebooks" / "hold").unlink()
    assert [outcome.parameters["country"] for outcome in done.failed] == ["IT"], done.sentence
    assert "was stopped after 0.1 minutes, in the middle of “Ask how many”" in done.failed[0].reason
    assert "free some space" not in done.failed[0].reason
    assert is_whole(small / "reports" / "small" / "EL_live")
    assert not (small / "reports" / "small" / "IT_live").exists(), "nothing half is left"
    assert seen_working, "there was a kernel"
    until(lambda: _kernels() <= before, 20)
    with pytest.raises(ParameterError, match="--time-limit takes minutes"):
        sweep("small", {"country": ("EL",)}, time_limit=0)


def test_a_worker_that_hangs_itself(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped before it has even begun: no limit of a notebook could help."""
    monkeypatch.setattr(seen, "_BESIDE", 1.0)

    def stop() -> None:
        os.kill(until(lambda: workers(os.getpid()))[0].pid, signal.SIGSTOP)

    stopping = threading.Thread(target=stop)
    stopping.start()
    done = sweep("small", {"country": ("IT",)}, time_limit=0.02)
    stopping.join()
    assert done.failed[0].reason.startswith("its worker was ended, as it had not answered within 0.0367 min")
    assert not workers(os.getpid())


@pytest.mark.slow
def test_who_waits_for_another_series_is_not_taken_for_stuck(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seen, "_BESIDE", 1.0)
    folder = small / "reports" / "small"
    folder.mkdir(parents=True)
    with (folder / ".making-lock").open("a") as held:
        fcntl.lockf(held, fcntl.LOCK_EX)
        # Longer than a worker is given that says nothing.
        threading.Timer(10, lambda: fcntl.lockf(held, fcntl.LOCK_UN)).start()
        done = sweep("small", {"country": ("IT",)}, time_limit=0.1)
    assert not done.failed, done.failed
    assert done.made[0].seconds < 9, "waiting is not making"
