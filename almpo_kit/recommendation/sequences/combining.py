"""How steps combine, and every sequence followed under it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from almpo_kit.recommendation.caseloads.menu import Menu
from almpo_kit.recommendation.sequences.candidates import Sequenced, SequenceLimits, candidates
from almpo_kit.recommendation.sequences.effect_paths import EffectPaths
from almpo_kit.recommendation.sequences.following import Course, Rule, follow
from almpo_kit.recommendation.sequences.skills_path import TrainingStep, with_training
from almpo_kit.vocabulary.errors import ParameterError

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Combining:
    """The assumption about later steps.

    Parameters
    ----------
    rule : {"points", "rates"}
    interaction : (float, float)
        Lowest and highest share of what earlier steps gave that is left once a later one is taken.
    losing : float
        Share of those in work who lose their job in a month.
    level : float
    seed : int

    Raises
    ------
    ParameterError
    """

    rule: Rule
    interaction: tuple[float, float]
    losing: float
    level: float
    seed: int

    def __post_init__(self) -> None:
        if self.rule not in ("points", "rates"):
            raise ParameterError(f"rule={self.rule!r} is neither 'points' nor 'rates'.")
        low, high = self.interaction
        if not 0 <= low <= high <= 5:
            raise ParameterError(
                f"interaction={self.interaction!r}: give the lowest and highest share, from 0 to 5, e.g. "
                "interaction=(0, 1.25)."
            )
        if not 0 <= self.losing <= 0.5:
            raise ParameterError(
                f"losing={self.losing!r}: give a share a month from 0 to 0.5, e.g. losing=0.015."
            )
        if not 0.5 <= self.level < 1:
            raise ParameterError(f"level={self.level!r}: give a number from 0.5 to below 1, e.g. level=0.95.")

    @property
    def other(self) -> Rule:
        """The rule that is not used."""
        return "rates" if self.rule == "points" else "points"

    def course(
        self,
        one: Sequenced,
        known: EffectPaths,
        menu: Menu,
        *,
        rule: Rule | None = None,
        undone: bool = False,
    ) -> Course:
        """Follow one sequence; ``undone``: each step undoes what the ones before it gave."""
        draws = len(known.drawn[one.programmes[0]])
        carried = [np.ones(draws)]
        for j in range(2, len(one.programmes) + 1):
            # The share belongs to the step after those before it: sequences that begin alike share it.
            place = [menu.position(p) for p in one.programmes[:j]]
            rng = np.random.default_rng(np.random.SeedSequence([self.seed, 2, *place]))
            # One draw in each of as many pieces, densest at both ends (arcsine), so that intervals reach over the whole range.
            share = np.sin(np.pi / 2 * (rng.permutation(draws) + 0.5) / draws) ** 2
            low, high = self.interaction
            carried.append(np.zeros(draws) if undone else low + (high - low) * share)
        return follow(
            one, known, rule=rule or self.rule, carried=carried, losing=self.losing, level=self.level
        )

    def courses(
        self,
        found: Sequence[Sequenced],
        known: EffectPaths,
        menu: Menu,
        progress: Callable[[int, int], None] | None = None,
    ) -> tuple[list[Course], dict[str, tuple[float, float]]]:
        """Every sequence by this rule; its gain by the other rule, and where each step undoes the ones before it."""
        made: list[Course] = []
        other: dict[str, tuple[float, float]] = {}
        for i, one in enumerate(found):
            made.append(self.course(one, known, menu))
            by_other = float(self.course(one, known, menu, rule=self.other).gain.mean())
            undone = float(self.course(one, known, menu, rule="rates", undone=True).gain.mean())
            other[one.name] = (by_other, undone)
            if progress is not None:
                progress(i + 1, len(found))
        return made, other

    def by_length(
        self,
        courses: Sequence[Course],
        usual: EffectPaths,
        menu: Menu,
        step: TrainingStep,
        limits: SequenceLimits,
        horizon: int,
    ) -> tuple[str, list[tuple[float, float]]]:
        """The best sequence with the training step, at the shortest, typical and longest training.

        Parameters
        ----------
        usual : EffectPaths
            Of the training as it was evaluated.
        menu : Menu
            With its usual length.

        Returns
        -------
        name : str
            Empty where no sequence has the step.
        gains : list of (months, gain)
        """
        having = [c for c in courses if step.programme in c.sequence.programmes]
        if not having:
            return "", []
        best = max(having, key=lambda c: c.gain.mean()).sequence.programmes
        gains = []
        for months in dict.fromkeys((step.low, step.months, step.high)):
            known, longer = with_training(usual, menu, step, months)
            placed, _ = candidates(longer, known, [best], limits, horizon)
            gain = float(self.course(placed[0], known.cut(horizon), longer).gain.mean()) if placed else np.nan
            gains.append((months, gain))
        return " → ".join(best), gains
