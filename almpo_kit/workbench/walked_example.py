"""The SYNTHETIC example walked through: registered, drawn, looked at three times, analysed; each step when it is asked for."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

from almpo_kit.workbench.trials import TrialCase, open_trial

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.experiments import Assignment, Monitoring, TrialResult
    from almpo_kit.workbench.example_trials import ExampleTrial

SEED: Final = "SYNTHETIC lottery of 2027-01-09: 4 11 23 31 40 44"
#: Months of entry whose people were measured at each look.
_LOOKS: Final = (4, 8, 12)


class WalkedExample:
    """A SYNTHETIC trial from its plan to its result, kept in a folder that goes when it does.

    Parameters
    ----------
    seed : int
        Of the invented people.
    """

    def __init__(self, seed: int = 20260101) -> None:
        self.case: TrialCase = open_trial(synthetic_example=True, seed=seed)

    @property
    def example(self) -> ExampleTrial:
        """The invented people."""
        assert self.case.example is not None
        return self.case.example

    @cached_property
    def draw(self) -> Assignment:
        """Registered, and drawn."""
        if self.case.state == "planned":
            self.case.register()
        return self.case.draw(self.example.units, SEED)

    @cached_property
    def looks(self) -> Monitoring:
        """What somebody who looked three times on the way saw in the end."""
        held = self.draw.assignments
        for number, months in enumerate(_LOOKS, 1):
            found = self.case.monitor(self._seen(held, months, number))
        return found

    def _seen(self, held: pd.DataFrame, months: int, number: int) -> pd.DataFrame:
        """People measured so far, with the look at which each was first known."""
        people = self.example.outcomes(held, up_to=months)
        first = sum((people["entry_month"] > m).astype(int) for m in _LOOKS[: number - 1]) + 1
        return people.assign(look=first)

    @cached_property
    def result(self) -> TrialResult:
        """Analysed as planned, once all were measured."""
        # Looks come first: once it is analysed, nobody can look on the way any more.
        _ = self.looks
        return self.case.analyse(self.example.outcomes(self.draw.assignments))
