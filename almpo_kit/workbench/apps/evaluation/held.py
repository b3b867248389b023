"""What the screens share: the case, and how far its evaluation has come."""

from __future__ import annotations

from collections.abc import Callable

from almpo_kit.workbench.evaluation_files import Case
from almpo_kit.workbench.evaluations import Walk, walk

Tell = Callable[[str], None]


class Held:
    """One case and its walk; a screen that takes it further changes it for all.

    Parameters
    ----------
    case : Case
    """

    def __init__(self, case: Case) -> None:
        self.case = case
        self.method, self.override = "", ""
        self._walk: Walk | None = None
        self._version = 0
        self._seen: dict[int, int] = {}

    def asked(self, method: str, override: str) -> None:
        """Choose another method, or a reason to go on against the checks; what was found so far no longer holds."""
        if (method, override) != (self.method, self.override):
            self.method, self.override = method, override
            self._take(None)

    def walk(self) -> Walk:
        """The walk as far as it was taken."""
        if self._walk is None:
            self._take(walk(self.case, method=self.method, override=self.override))
        assert self._walk is not None
        return self._walk

    def differences(self, tell: Tell) -> Walk:
        """The walk with whom effects differ for."""
        self._take(self.walk().with_differences(_told(tell, "Looking for whom effects differ")))
        return self.walk()

    def doubts(self, seconds: float, tell: Tell) -> Walk:
        """The walk with attempts to break the result."""
        self._take(self.walk().with_doubts(seconds, _told(tell, "Trying to break the result")))
        return self.walk()

    def _take(self, taken: Walk | None) -> None:
        self._walk = taken
        self._version += 1

    def changed(self, screen: int) -> bool:
        """True when the walk went on since this screen was last shown."""
        return self._seen.get(screen) != self._version

    def seen(self, screen: int) -> None:
        """This screen shows the walk as it is now."""
        self._seen[screen] = self._version


def _told(tell: Tell, words: str) -> Callable[[int, int], None]:
    def progress(done: int, total: int) -> None:
        tell(f"{words}: {done:,} of {total:,}.")

    return progress
