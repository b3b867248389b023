"""Whether a trial can show what is asked of it, with which numbers it could, and what would help."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from almpo_kit.experiments.sizing import levers as what_helps
from almpo_kit.experiments.sizing.asked_size import (
    check_kinds,
    check_numbers,
    check_options,
    check_units,
    effect_of_offer,
)
from almpo_kit.experiments.sizing.closed_form import Setting, least_units
from almpo_kit.experiments.sizing.curve import curve
from almpo_kit.experiments.sizing.formula_holds import why_not
from almpo_kit.experiments.sizing.power_checks import checks
from almpo_kit.experiments.sizing.power_result import Power
from almpo_kit.experiments.sizing.power_words import helped_words, question_words, sentence
from almpo_kit.experiments.sizing.saturation_estimands import estimands, main_estimand
from almpo_kit.experiments.sizing.simulating import Simulated, simulate
from almpo_kit.experiments.sizing.spread import sign_of, undiluted
from almpo_kit.vocabulary.provenance import Provenance
from almpo_kit.vocabulary.trial_designs import TrialDesign
from almpo_kit.vocabulary.trial_outcomes import Losses, TrialOutcome

_NOTHING_LOST = Losses()


@dataclass(frozen=True)
class _Asked:
    """What is asked; ``effect`` is the one of the offer, ``moved`` turns it into the one that is spoken of."""

    setting: Setting
    effect: float | None
    given: float | None
    moved: float
    target: float
    method: str
    replications: int
    seed: int
    progress: Callable[[int, int], None] | None
    called: str

    @property
    def sign(self) -> int:
        return sign_of(self.setting.outcome, self.effect)

    def said(self, offered: float) -> float:
        """An effect of the offer as the one that is spoken of."""
        known = math.isfinite(offered)
        return undiluted(self.setting.outcome, offered, self.moved) if known else offered


@dataclass(frozen=True)
class _Found:
    power: float
    smallest: float
    needed: float
    needed_size: float
    simulated: Simulated
    by_simulation: bool
    why: str


def power(
    design: TrialDesign,
    outcome: TrialOutcome,
    *,
    effect: float | None = None,
    losses: Losses = _NOTHING_LOST,
    target: float = 0.8,
    alpha: float = 0.05,
    method: str = "auto",
    replications: int = 1000,
    seed: int = 0,
    of_taking_part: bool = False,
    called: str = "groups",
    progress: Callable[[int, int], None] | None = None,
) -> Power:
    """Say what a trial can see with its numbers, and with which numbers it would see what is asked.

    Parameters
    ----------
    design : TrialDesign
        With its ``people``, or ``clusters`` and ``cluster_size``; 0 people or groups where only the number needed is asked.
    outcome : TrialOutcome
        How it varies without a programme; ``icc`` matters most where groups are drawn.
    effect : float, optional
        In the outcome's own scale: 0.05 is five points, 1.2 is leaving 20% faster. **Of the offer**, whoever takes part,
        unless ``of_taking_part``. With several programmes, of each of them.
    losses : Losses
        Who is not found again, and (with ``of_taking_part``) who does not take part.
    target : float
        Power that is asked for.
    alpha : float
        Two-sided, all programmes together.
    method : {"auto", "closed", "simulation"}
        "auto" simulates only where no formula holds (few people with the rarer outcome, few and very unequal groups).
    replications : int
        Simulated trials for each power, from 100 on.
    seed : int
    of_taking_part : bool
        Effects are those of taking part: the offer's is as much smaller as few are moved by it (``losses.moved``).
    called : str
        What groups are called, in the plural, e.g. "offices".
    progress : callable, optional
        Called with (done, total) simulated trials; an exception from it ends the simulation.

    Returns
    -------
    Power

    Raises
    ------
    ParameterError
        An effect that cannot be, numbers that are missing, options out of range.
    DesignError
        Fewer than two groups or people in an arm, one pair, fewer groups than steps: nothing could be told from luck.

    Notes
    -----
    Noncentral t with both tails. People: Welch's degrees of freedom, variances as they are under the effect. Groups: variance
    of means over people of groups of unequal size (Eldridge, Ashby & Kerry 2006) with Satterthwaite's degrees of freedom, two
    groups fewer than there are where they are equal. Pairs: pairs − 1. Stepped wedge: Hussey & Hughes (2007) with a group's
    level that moves (Hooper et al. 2016), degrees of freedom of CR2. Saturation: Baird, Bohren, McIntosh & Özler (2018).
    Durations: expected information of Cox's likelihood at constant hazards, near 1 Schoenfeld's (1981); within groups the
    correlation is that of the events. Covariates of people count where the design's own estimator uses them: everywhere but
    in saturation designs and of durations; a covariate of groups costs CR2's degrees of freedom. Several programmes: Bonferroni, Dunnett (1955), Holm (1979) by numerical integration,
    all programmes taken to have the effect.
    """
    check_kinds(design, outcome, losses, called)
    check_options(target, alpha, method, replications, seed)
    check_numbers(design, outcome, effect)
    moved = losses.moved if of_taking_part else 1.0
    offered = effect_of_offer(outcome, effect, moved)
    kept = 1 - losses.attrition
    check_units(design, least_units(design, kept)[0], kept)
    setting = Setting(design, outcome, losses, alpha, main_estimand(design))
    asked = _Asked(
        setting, offered, effect, moved, target, method, replications, seed, progress, called.strip()
    )
    return _finding(asked, _answer(asked), of_taking_part)


def _answer(asked: _Asked) -> _Found:
    of, effect = asked.setting, asked.effect
    chance = of.power(effect) if effect is not None and of.units else math.nan
    smallest = of.smallest(asked.target, asked.sign) if of.units else math.nan
    needed = of.needed(effect, asked.target) if effect is not None else math.nan
    size = math.nan
    if effect is not None and of.units and of.design.of_clusters:
        size = of.needed_size(effect, asked.target)
    why = _why(asked, smallest, needed)
    if asked.method == "closed" or (asked.method == "auto" and not why):
        return _Found(chance, smallest, needed, size, Simulated(), False, why)
    drawn = simulate(
        of,
        effect=effect,
        target=asked.target,
        sign=asked.sign,
        closed=(smallest, needed),
        replications=asked.replications,
        seed=asked.seed,
        progress=asked.progress,
    )
    return _Found(drawn.power, drawn.smallest, drawn.needed, size, drawn, True, why)


def _why(asked: _Asked, smallest: float, needed: float) -> str:
    """Why the formula does not hold, where the trial is or would have to be."""
    of, effect = asked.setting, asked.effect
    if not of.units:
        return why_not(of.at(int(needed)), float(effect or 0.0)) if math.isfinite(needed) else ""
    if effect is None and not math.isfinite(smallest):
        return ""
    return why_not(of, smallest if effect is None else effect)


def _finding(asked: _Asked, found: _Found, of_taking_part: bool) -> Power:
    of, called = asked.setting, asked.called
    helps = _levers(asked)
    shown = asked.said(found.smallest)
    hint = ""
    if not found.power >= asked.target:
        hint = helped_words(of, helps, found.needed_size, shown, called)
    return Power(
        question=question_words(of, asked.given, called),
        sentence=sentence(
            of,
            effect=asked.given,
            power=found.power,
            smallest=shown,
            needed=found.needed,
            target=asked.target,
            helped=hint,
            called=called,
            whose=" of taking part" if of_taking_part else "",
        ),
        table=curve(
            of,
            effect=asked.effect,
            smallest=found.smallest,
            needed=found.needed,
            sign=asked.sign,
            said=asked.said,
        ),
        checks=checks(
            of,
            effect=asked.effect,
            power=found.power,
            target=asked.target,
            sign=asked.sign,
            said=asked.said,
            of_taking_part=of_taking_part,
            why=found.why,
            by_simulation=found.by_simulation,
            called=called,
        ),
        provenance=Provenance(
            method="experiments.power",
            options=_options(asked, of_taking_part),
            seed=asked.seed if found.by_simulation else None,
        ),
        figure="power_curve",
        rests_on="what is assumed of the outcome, the groups and the losses; no data",
        power=found.power,
        effect=math.nan if asked.given is None else float(asked.given),
        smallest_effect=shown,
        needed=found.needed,
        needed_size=found.needed_size,
        unit_drawn=called if of.design.of_clusters else "people",
        target=asked.target,
        power_simulated=found.simulated.power,
        mc_se=found.simulated.mc_se,
        levers=helps,
        estimands=estimands(of, effect=asked.effect, target=asked.target, sign=asked.sign, said=asked.said),
        by_simulation=found.by_simulation,
        of_taking_part=of_taking_part,
        kind=of.outcome.kind,
        outcome_unit=of.outcome.unit,
        outcome_name=of.outcome.name,
    )


def _levers(asked: _Asked) -> pd.DataFrame:
    of = asked.setting
    if not of.units:
        return pd.DataFrame(columns=list(what_helps.COLUMNS))
    found = what_helps.levers(
        of, effect=asked.effect, target=asked.target, sign=asked.sign, called=asked.called
    )
    return found.assign(smallest_effect=found["smallest_effect"].map(asked.said))


def _options(asked: _Asked, of_taking_part: bool) -> dict[str, Any]:
    of = asked.setting
    return {
        "design": of.design.to_plain(),
        "outcome": of.outcome.to_plain(),
        "losses": vars(of.losses),
        "effect": asked.given,
        "target": asked.target,
        "alpha": of.alpha,
        "method": asked.method,
        "replications": asked.replications,
        "of_taking_part": of_taking_part,
    }
