"""Power, smallest effect and number needed by formula."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from almpo_kit.experiments.sizing.kernels.rejection import critical, rejection
from almpo_kit.experiments.sizing.kernels.several_arms import dunnett_limit, holm_power
from almpo_kit.experiments.sizing.kernels.solving import first_number, first_whole
from almpo_kit.experiments.sizing.spread import effect_at, limits
from almpo_kit.experiments.sizing.trial_contrasts import TrialContrast, trial_contrasts
from almpo_kit.vocabulary.trial_designs import TrialDesign
from almpo_kit.vocabulary.trial_outcomes import Losses, TrialOutcome

#: Beyond, nobody runs a trial.
MOST_PEOPLE, MOST_GROUPS, MOST_SIZE = 1_000_000_000, 10_000_000, 100_000_000


@dataclass(frozen=True)
class Setting:
    """All that the power of a trial rests on but the effect.

    Parameters
    ----------
    design : TrialDesign
    outcome : TrialOutcome
    losses : Losses
    alpha : float
    estimand : str
        Saturation design: which comparison.
    """

    design: TrialDesign
    outcome: TrialOutcome
    losses: Losses
    alpha: float
    estimand: str = ""

    def power(self, effect: float) -> float:
        """Chance that the programme's effect is found; with several programmes, of the one that is found least often."""
        told = trial_contrasts(self.design, self.outcome, self.losses, effect, self.estimand)
        return _of_contrasts(told, self.alpha, self.design.familywise)

    def smallest(self, target: float, sign: int = 1) -> float:
        """Smallest effect of the offer that is found with chance ``target``; infinite where none is."""
        low, high = limits(self.outcome, sign)
        found = first_number(
            lambda size: self.power(effect_at(self.outcome, size, sign)) >= target, low, high
        )
        return effect_at(self.outcome, found, sign) if math.isfinite(found) else math.inf

    def needed(self, effect: float, target: float) -> float:
        """People, or groups of the design's size, with which the effect is found with chance ``target``."""
        least, step = least_units(self.design, 1 - self.losses.attrition)
        most = MOST_GROUPS if self.design.of_clusters else MOST_PEOPLE
        return first_whole(lambda n: self.at(n).power(effect) >= target, least, most, step)

    def needed_size(self, effect: float, target: float) -> float:
        """People in each of the design's groups with which the effect is found; infinite where no number suffices."""
        return first_whole(lambda m: self.of_size(float(m)).power(effect) >= target, 1, MOST_SIZE)

    def at(self, units: int) -> Setting:
        """The same with another number of what is drawn."""
        units = min(units, MOST_GROUPS if self.design.of_clusters else MOST_PEOPLE)
        if self.design.of_clusters:
            return replace(self, design=replace(self.design, clusters=units))
        return replace(self, design=replace(self.design, people=units))

    def of_size(self, size: float) -> Setting:
        """The same with groups of another size."""
        return replace(self, design=replace(self.design, cluster_size=min(size, MOST_SIZE)))

    @property
    def units(self) -> int:
        """What is drawn: groups, or people."""
        return self.design.clusters if self.design.of_clusters else self.design.people


def least_units(design: TrialDesign, kept: float) -> tuple[int, int]:
    """Fewest units with which there is an answer at all, and the step in which they rise.

    Parameters
    ----------
    design : TrialDesign
    kept : float
        Share of people whose outcome is known; of groups somebody always is found.
    """
    if design.kind == "matched_pair":
        return 4, 2
    if design.kind == "stepped_wedge":
        return max(design.steps, 3), 1
    shares = design.saturations if design.kind == "saturation" else design.arms
    return max(math.ceil(2 / (min(shares.values()) * (1 if design.of_clusters else kept)) - 1e-9), 3), 1


def _of_contrasts(told: tuple[TrialContrast, ...], alpha: float, rule: str) -> float:
    if len(told) == 1 or rule == "none":
        return min(rejection(c.shift / c.se, critical(alpha, c.df), c.df) for c in told)
    if rule == "bonferroni":
        return min(rejection(c.shift / c.se, critical(alpha / len(told), c.df), c.df) for c in told)
    loadings = np.array([c.loading for c in told])
    df = min(c.df for c in told)
    if rule == "dunnett":
        limit = dunnett_limit(alpha, loadings, df)
        return min(rejection(c.shift / c.se, limit, c.df) for c in told)
    return float(holm_power(np.array([c.shift / c.se for c in told]), loadings, df, alpha).min())
