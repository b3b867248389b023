"""What the steps of the wizard share: what is asked, the draft it belongs to, and the strategy once it was worked out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from almpo_kit.workbench.strategies import Strategy, first_wish, strategy
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
        self._kept: Wish | None = None
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

    @property
    def draft_words(self) -> str:
        """The draft that this is, for the head of a document: one that was changed since is not the one that was kept."""
        name, version = self.draft
        if not name:
            return "A draft that was not kept"
        return f"Draft “{name}”, {'' if self.asked == self._kept else 'changed since '}version {version}"

    def kept(self, draft: Draft) -> None:
        """What is asked now was kept as this draft."""
        self.draft, self._kept = (draft.name, draft.version), self.asked

    def open(self, draft: Draft) -> str:
        """Go on from a kept draft.

        Returns
        -------
        str
            What is not as it was kept, "" where all is.

        Raises
        ------
        ParameterError
            A draft that is no strategy.
        """
        asked, told = wish(draft.content), ""
        # A file of one's own is not kept with a draft: it has to be dropped in again.
        if asked.evidence == "own" and self.own is None:
            asked = asked.but(evidence="published")
            told = (
                "It was made with a file of somebody’s own evaluations, which is not kept with a draft: published evaluations "
                "stand in its place until that file is dropped in again (step 2)."
            )
        if not asked.programmes:
            asked, told = (
                asked.but(programmes=first_wish(asked.place).programmes),
                (
                    f"{told} It named no programmes: one of each type stands there, with published costs."
                ).strip(),
            )
        self._take(asked)
        self.kept(draft)
        if told:
            self._kept = None
        return told

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
