"""The runs of a series are logged while its reports are made: the workers leave them in the outbox, here they are drained."""

from __future__ import annotations

import threading
from types import TracebackType

_SECONDS = 2.0


class Draining:
    """While the block runs, runs that wait are logged; at its end the rest. After an interrupt they wait on."""

    def __init__(self) -> None:
        self.unlogged = ""
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._drain_now_and_then, daemon=True)

    def __enter__(self) -> Draining:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        if kind is None:
            self._thread.join()
            self._drain()

    def _drain_now_and_then(self) -> None:
        while not self._ended.wait(_SECONDS):
            self._drain()
            if self.unlogged:
                return  # the store is away; it is asked once more at the end

    def _drain(self) -> None:
        from almpo_kit.workbench import tracking_outbox

        done = tracking_outbox.drain(patient=self._ended.is_set())
        self.unlogged = ""
        if done.waiting and done.error is not None:
            many = f"{done.waiting} run{'' if done.waiting == 1 else 's'}"
            self.unlogged = f"{many} could not be logged yet and wait in the outbox: {done.error}"
