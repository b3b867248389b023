"""What a trial can see with its numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from almpo_kit.vocabulary.finding import Finding

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Power(Finding):
    """What a trial can learn with its numbers.

    ``table``: the curve, one row a size of trial and an effect: ``size`` (``unit_drawn``), ``people`` (in all), ``effect`` (in
    the outcome's own scale, of the offer or of taking part as asked), ``power``, ``asked`` (the size that was asked about).

    Parameters
    ----------
    power : float
        Chance of finding ``effect``; NaN where no effect or no number was given. With several programmes of the same effect,
        the chance of finding that of the one found least often.
    effect : float
        That was asked about; NaN where none.
    smallest_effect : float
        Smallest effect found with chance ``target``; infinite where none is, NaN where no number was given.
    needed : float
        People, or groups of the size given, with which ``effect`` is found with chance ``target``; infinite where no number
        suffices, NaN where no effect was given.
    needed_size : float
        People in each group with which it is found, the number of groups as it is; infinite where no number suffices.
    unit_drawn : str
        What ``needed`` counts.
    target : float
    power_simulated, mc_se : float
        By simulation, and its Monte-Carlo standard error; NaN where nothing was simulated.
    levers : DataFrame
        What would help: columns ``change, people, smallest_effect, power``.
    estimands : DataFrame
        Saturation design: columns ``estimand, words, smallest_effect, power``; no rows otherwise.
    by_simulation : bool
        Whether ``power``, ``smallest_effect`` and ``needed`` were simulated.
    of_taking_part : bool
        Whether effects are those of taking part, not of the offer.
    kind : str
        Of the outcome: how effects read.
    """

    power: float
    effect: float
    smallest_effect: float
    needed: float
    needed_size: float
    unit_drawn: str
    target: float
    power_simulated: float
    mc_se: float
    levers: pd.DataFrame
    estimands: pd.DataFrame
    by_simulation: bool
    of_taking_part: bool
    kind: str
    outcome_unit: str
    outcome_name: str

    def metrics(self) -> Mapping[str, float]:
        """Power, smallest effect and number needed, where they are known and finite."""
        known = {
            "power": self.power,
            "smallest_effect": self.smallest_effect,
            "needed": self.needed,
            "power_simulated": self.power_simulated,
        }
        return {k: v for k, v in known.items() if math.isfinite(v)}
