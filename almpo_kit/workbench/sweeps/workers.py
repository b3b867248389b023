"""Workers as seen from whoever gives them work."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from almpo_kit.sources import root

#: A worker is replaced after so many reports, or when it holds so much: memory does not grow with the series.
_MOST_REPORTS, _MOST_MB = 60, 1_500.0
_PATIENCE = 15.0
#: Seconds that a worker gets above the limit of its notebook: for starting, the page, the PDF.
_BESIDE = 300.0


#: What a worker says now and then while it waits, before its answer.
WAITS = {"waits": True}


class WorkerLostError(Exception):
    """The process of a worker ended in the middle of a report."""


class WorkerStuckError(WorkerLostError):
    """It did not answer in time and was killed; another would most likely stick at the same place."""


class Worker:
    """One worker process; started at once, so that it imports while its first task is written.

    Parameters
    ----------
    environment : mapping of str to str
        Beside this process's own.
    cwd : path, optional
        Where relative files are meant from.
    """

    def __init__(self, environment: Mapping[str, str], cwd: Path | None = None) -> None:
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the worker
        own = {**os.environ, "OMP_NUM_THREADS": "1", "ALMPO_HOME": str(root()), **environment}
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "almpo_kit.workbench.sweeps.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            env=own,
            cwd=cwd,
            text=True,
            encoding="utf-8",
            # An interrupt from the keyboard reaches the one who gives work, who then ends the workers in order.
            start_new_session=True,
        )
        self._made, self._memory, self._stuck = 0, 0.0, False
        self._watch = threading.Timer(0.0, self._kill)

    def do(self, task: Mapping[str, Any]) -> dict[str, Any]:
        """Carry out a task.

        Raises
        ------
        WorkerLostError
            The process ended before it answered.
        WorkerStuckError
            It had to be ended.
        """
        limit = 60 * task["minutes"] + _BESIDE
        self._watch_for(limit)
        try:
            return self._answer_to(task, limit)
        except WorkerLostError:
            if self._stuck:
                raise WorkerStuckError(
                    f"its worker was ended, as it had not answered within {limit / 60:.3g} minutes. Nothing was published."
                ) from None
            raise
        finally:
            self._watch.cancel()

    def _watch_for(self, seconds: float) -> None:
        self._watch.cancel()
        self._watch = threading.Timer(seconds, self._kill)
        self._watch.daemon = True
        self._watch.start()

    def _answer_to(self, task: Mapping[str, Any], limit: float) -> dict[str, Any]:
        assert self.process.stdin is not None and self.process.stdout is not None
        try:
            self.process.stdin.write(json.dumps(dict(task)) + "\n")
            self.process.stdin.flush()
            while (answer := json.loads(self.process.stdout.readline())) == WAITS:
                # For its turn or for another series: the time of its notebook has not begun.
                self._watch_for(limit)
        except (OSError, ValueError):
            raise WorkerLostError(self._last_words()) from None
        self._made += 1
        self._memory = answer.pop("memory_mb", 0.0)
        return dict(answer)

    @property
    def is_spent(self) -> bool:
        """True when the next report should have a new worker."""
        limit = float(os.environ.get("ALMPO_WORKER_MB") or _MOST_MB)
        return self._stuck or self._made >= _MOST_REPORTS or self._memory > limit

    def dismiss(self) -> None:
        """Ask it to end; it leaves nothing half behind."""
        with contextlib.suppress(OSError, ValueError):
            if self.process.stdin is not None:
                self.process.stdin.close()

    def end(self) -> None:
        """Ask it to end, and see that it has."""
        self.dismiss()
        try:
            self.process.wait(timeout=_PATIENCE)
        except subprocess.TimeoutExpired:
            self._kill()
            self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()
        self._said.close()

    def _kill(self) -> None:
        self._stuck = True
        with contextlib.suppress(OSError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def _last_words(self) -> str:
        code = self.process.wait()
        if code < 0:
            return f"its worker was killed ({signal.Signals(-code).name})"
        self._said.seek(0)
        lines = self._said.read().decode("utf-8", "replace").strip().splitlines()
        return f"its worker ended with code {code}" + (f": {lines[-1][:300]}" if lines else "")
