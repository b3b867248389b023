"""What the screens share: the people, and what was learned of them; each is asked for once."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from almpo_kit import recommendation
from almpo_kit.workbench.advice_cases import AdviceCase

if TYPE_CHECKING:
    from almpo_kit.recommendation import GainModel, Gains, PolicyTree

Tell = Callable[[str], None]


class Held:
    """People, and what was learned of them.

    Parameters
    ----------
    case : AdviceCase
    """

    def __init__(self, case: AdviceCase) -> None:
        self.case = case
        self._trees: dict[tuple[int, float], PolicyTree] = {}

    def ready(self, tell: Tell) -> None:
        """Learn what is needed for any advice; the first time takes a while, and says so."""
        if "people" not in vars(self.case):
            tell("Evaluating what each programme did for these people, once.")
            _ = self.case.people
        if "model" not in vars(self):
            tell("Learning gains from these people.")
            _ = self.model

    @cached_property
    def model(self) -> GainModel:
        """Gains by programme and labour market."""
        return recommendation.gain_model(self.case.people)

    @cached_property
    def gains(self) -> Gains:
        """Gains of the people themselves, each by a model that has not seen her."""
        return self.model.gains_of(self.case.people)

    def tree(self, depth: int, price: float, tell: Tell) -> PolicyTree:
        """The best rule of some depth, found once.

        Parameters
        ----------
        depth : int
        price : float
            Euro that one unit of gain must be worth for a programme to be offered; 0 for no regard to cost.
        """
        key = (depth, price)
        if key not in self._trees:
            tell("Looking for the best rule; all rules are weighed.")
            self._trees[key] = recommendation.policy_tree(
                self.case.people, depth=depth, prices=self.prices(price) or None
            )
        return self._trees[key]

    def prices(self, euro: float) -> dict[str, float]:
        """Programme -> what a place costs, in units of gain, at some euro for one."""
        menu = self.case.people.menu
        if not euro:
            return {}
        return {n: float(c) / euro for n, c in zip(menu.names[1:], menu.unit_cost[1:], strict=True) if c == c}
