"""Reports of a series made by several worker processes of this machine.

One worker more than reports are made at once: while the others' cells run, it has its kernel ready or finishes its page.
"""

from __future__ import annotations

import queue
import tempfile
import threading
from collections import deque
from collections.abc import Generator, Mapping, Sequence
from pathlib import Path
from typing import Any

from almpo_kit.workbench.sweeps.workers import Worker, WorkerLostError, WorkerStuckError
from almpo_kit.workbench.warm import addresses

#: A report whose worker was killed is made again so often.
_ATTEMPTS = 2
Answer = dict[str, Any]


def results(
    tasks: Sequence[Mapping[str, Any]], jobs: int, environment: Mapping[str, str]
) -> Generator[tuple[int, Answer]]:
    """Number and answer of every task, in the order in which they are done.

    Leaving the loop, however that happens, ends the workers; a report that one is in the middle of is not published.
    """
    # With the warm process, whose folder goes even when this process is killed.
    warm = environment.get(addresses.VARIABLE, "")
    # Its owner may be gone, and the folder with it.
    beside = Path(warm).parent if warm and Path(warm).exists() else None
    with tempfile.TemporaryDirectory(prefix="almpo-turns-", dir=beside, ignore_cleanup_errors=True) as turns:
        in_turn = [{**task, "turns": turns, "at_once": jobs} for task in tasks]
        yield from _crewed(_Crew(in_turn, environment), min(jobs + 1, len(tasks)))


def _crewed(crew: _Crew, workers: int) -> Generator[tuple[int, Answer]]:
    threads = [threading.Thread(target=crew.serve, daemon=True) for _ in range(workers)]
    try:
        for thread in threads:
            thread.start()
        for _ in crew.tasks:
            done = crew.answers.get()
            if isinstance(done, BaseException):
                raise done
            yield done
    finally:
        crew.stop()
        for thread in threads:
            thread.join()


class _Crew:
    """What the threads share: one thread a worker."""

    def __init__(self, tasks: Sequence[Mapping[str, Any]], environment: Mapping[str, str]) -> None:
        self.answers: queue.SimpleQueue[tuple[int, Answer] | BaseException] = queue.SimpleQueue()
        self.tasks, self._environment = tasks, environment
        self._waiting = deque(range(len(tasks)))
        self._attempts = [0] * len(tasks)
        self._lock, self._stopped = threading.Lock(), False
        self._workers: set[Worker] = set()

    def serve(self) -> None:
        """Work of one thread: tasks as long as there are any."""
        worker: Worker | None = None
        try:
            while (number := self._next()) is not None:
                if worker is None or worker.is_spent:
                    worker = self._replaced(worker)
                if worker is None:
                    return
                try:
                    self.answers.put((number, worker.do(self.tasks[number])))
                except WorkerStuckError as stuck:
                    self.answers.put((number, unmade(str(stuck))))
                except WorkerLostError as lost:
                    self._dropped(worker)
                    worker = None
                    self._again(number, str(lost))
        except BaseException as error:  # noqa: BLE001 - told in the thread that waits for answers
            self.answers.put(error)
        finally:
            if worker is not None:
                self._dropped(worker)

    def stop(self) -> None:
        """No new task and no new worker; those that work are asked to end."""
        with self._lock:
            self._stopped = True
            for worker in self._workers:
                worker.dismiss()

    def _next(self) -> int | None:
        with self._lock:
            return None if self._stopped or not self._waiting else self._waiting.popleft()

    def _replaced(self, worker: Worker | None) -> Worker | None:
        if worker is not None:
            self._dropped(worker)
        with self._lock:
            if self._stopped:
                return None
            fresh = Worker(self._environment)
            self._workers.add(fresh)
            return fresh

    def _dropped(self, worker: Worker) -> None:
        with self._lock:
            self._workers.discard(worker)
        worker.end()

    def _again(self, number: int, reason: str) -> None:
        with self._lock:
            self._attempts[number] += 1
            if self._stopped:
                return
            if self._attempts[number] < _ATTEMPTS:
                # At the front: another thread may be about to find nothing left to do.
                self._waiting.appendleft(number)
                return
        fewer = ": try fewer --jobs" if self.tasks[number]["at_once"] > 1 else ""
        told = f"{reason}, {_ATTEMPTS} times. Nothing was published. That is most often too little memory{fewer}."
        self.answers.put((number, unmade(told)))


def unmade(reason: str) -> Answer:
    """The answer for a report that no worker answered for."""
    return {
        "status": "failed",
        "page": "",
        "reason": reason,
        "seconds": 0.0,
        "differences": {},
        "unlogged": "",
    }
