"""What an unfinished pull has already got, so that the next one continues; losing it only costs requests."""

from __future__ import annotations

import contextlib
import json
import time
from pathlib import Path

from almpo_kit.sources import cache

#: Seconds; after this a run is not continued but begun anew.
_LIFE = 6 * 3_600.0


class Journal:
    """Names of series done, of one kind of pull (the same ``since``)."""

    def __init__(self, folder: Path, since: int | None) -> None:
        self._path, self._since = folder / "unfinished.json", since
        self._started, self.done = time.time(), self._load()

    def _load(self) -> set[str]:
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
            held = json.loads(self._path.read_bytes())
            started = float(held["started"])
            if held["since"] == self._since and 0 <= time.time() - started < _LIFE:
                self._started = started
                return {str(name) for name in held["done"]}
        return set()

    def add(self, name: str) -> None:
        """Note a series as done."""
        self.done.add(name)
        content = {"since": self._since, "started": self._started, "done": sorted(self.done)}
        with contextlib.suppress(OSError):
            cache.write_atomically(self._path, json.dumps(content).encode())

    def finish(self) -> None:
        """The run is complete; the next one asks for everything again."""
        self.done.clear()
        with contextlib.suppress(OSError):
            self._path.unlink(missing_ok=True)
