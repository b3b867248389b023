"""What the steps of the wizard share: what is asked, the draft it belongs to, and the strategy once it was worked out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from almpo_kit.workbench.strategies import Strategy, strategy
from almpo_kit.workbench.strategy_wishes import Wish, wish

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.records import Draft


class Plan:
    """A strategy in the making.

    Parameters
    ----------
    asked : Wish
    """

    def __init__(self, asked: Wish) -> None:
        self.asked = asked
        #: Coded evaluations that were dropped in; they stay in memory and are not part of a draft.
        self.own: pd.DataFrame | None = None
        #: Name and version of the draft that was opened or kept last.
        self.draft: tuple[str, int] = ("", 0)
        self._worked_out: Strategy | None = None
        self._version = 0
        self._seen: dict[int, int] = {}

    def change(self, **answers: Any) -> None:
        """Take other answers; the strategy is worked out anew where they differ.

        Raises
        ------
        ParameterError
            An answer out of range; the plan stays as it was.
        """
        other = self.asked.but(**answers)
        if other != self.asked:
            self._take(other)

    def bring(self, effects: pd.DataFrame) -> None:
        """Use a person's own coded evaluations."""
        self.own = effects
        self._take(self.asked.but(evidence="own"))

    def open(self, draft: Draft) -> None:
        """Go on from a kept draft.

        Raises
        ------
        ParameterError
            A draft that is no strategy.
        """
        asked = wish(draft.content)
        # A file of one's own is not kept with a draft: it has to be dropped in again.
        if asked.evidence == "own" and self.own is None:
            asked = asked.but(evidence="published")
        self.draft = (draft.name, draft.version)
        self._take(asked)

    def _take(self, asked: Wish) -> None:
        self.asked, self._worked_out = asked, None
        self._version += 1

    def strategy(self) -> Strategy:
        """The strategy for what is asked now."""
        if self._worked_out is None:
            self._worked_out = strategy(self.asked, own=self.own)
        return self._worked_out

    def changed(self, step: int) -> bool:
        """True when something was answered otherwise since this step was last shown."""
        return self._seen.get(step) != self._version

    def seen(self, step: int) -> None:
        """This step shows the plan as it is now."""
        self._seen[step] = self._version
