"""What the power of a trial rests on, and why to doubt it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

from almpo_kit.experiments.sizing.closed_form import Setting
from almpo_kit.experiments.sizing.power_words import effect_words, of_hundred
from almpo_kit.experiments.sizing.saturation_estimands import ESTIMANDS
from almpo_kit.experiments.sizing.spread import undiluted, uses_covariates, uses_likeness
from almpo_kit.experiments.sizing.trial_contrasts import trial_contrasts
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number

#: Fewer degrees of freedom, and one odd group decides.
_FEW_DF = 8.0


def checks(
    setting: Setting,
    *,
    effect: float | None,
    power: float,
    target: float,
    sign: int,
    said: Callable[[float], float],
    of_taking_part: bool,
    why: str,
    by_simulation: bool,
    called: str,
) -> tuple[Check, ...]:
    """Every check of a size; effects are those of the offer, and ``said`` turns them into the ones that are spoken of."""
    made = [
        _enough(power, target, effect, setting),
        _how(setting, why, by_simulation),
        _few(setting, effect, sign, called),
        _correlation(setting, target, sign, said, called),
        _whole_shares(setting, called),
        _offer(setting, effect, of_taking_part),
        _assumed(setting),
        _others(setting),
        _several(setting),
        _pairing(setting),
    ]
    return tuple(c for c in made if c is not None)


def _enough(power: float, target: float, effect: float | None, setting: Setting) -> Check | None:
    if effect is None or not math.isfinite(power):
        return None
    if power >= target:
        return Check(
            "can be learned",
            "passed",
            f"The effect would be found in {of_hundred(power)} of 100 such trials; {of_hundred(target)} were asked for.",
        )
    missed = of_hundred(1 - power)
    return Check(
        "can be learned",
        "failed",
        f"{missed[0].upper()}{missed[1:]} of 100 such trials would miss the effect. If this one finds nothing, that will not "
        "show that the programme does nothing; and if it finds something, the estimate will most likely be too large.",
    )


def _how(setting: Setting, why: str, by_simulation: bool) -> Check:
    if by_simulation:
        because = f" because {why}" if why else ""
        return Check(
            "computed",
            "informational",
            f"Trials were simulated and analysed{because}; the curve is by formula.",
        )
    if why:
        return Check("computed", "failed", f"The formula may not hold: {why}. Ask with method='simulation'.")
    return Check(
        "computed", "passed", "The formula holds for a trial of this size; it agrees with simulated trials."
    )


def _few(setting: Setting, effect: float | None, sign: int, called: str) -> Check | None:
    if not setting.design.of_clusters or not setting.units:
        return None
    from almpo_kit.experiments.sizing.spread import effect_at, limits

    any_effect = effect_at(setting.outcome, 0.1 * min(limits(setting.outcome, sign)[1], 1.0), sign)
    told = trial_contrasts(
        setting.design, setting.outcome, setting.losses, effect or any_effect, setting.estimand
    )
    df = min(c.df for c in told)
    text = f"Uncertainty is judged from {number(setting.units, 0)} {called} ({number(df, 1)} degrees of freedom), not from people"
    if df < _FEW_DF:
        return Check(
            "number of groups", "failed", f"{text}; so few that a single odd one can decide the result."
        )
    return Check("number of groups", "passed", f"{text}.")


def _correlation(
    setting: Setting, target: float, sign: int, said: Callable[[float], float], called: str
) -> Check | None:
    outcome = setting.outcome
    if not setting.design.of_clusters or not setting.units:
        return None
    if outcome.icc == 0:
        return Check(
            "differences between groups",
            "failed",
            f"It is assumed that {called} do not differ by themselves (icc=0), which is hardly ever so. Take the value from "
            "earlier years of the register; 0.01 to 0.05 is common for being in work.",
        )
    double = replace(outcome, icc=min(2 * outcome.icc, 0.999))
    worse = replace(setting, outcome=double).smallest(target, sign)
    text = (
        f"It is assumed that {number(100 * outcome.icc, 1)}% of the differences between people are differences between "
        f"{called}. Were it twice as much, the smallest effect seen would be {effect_words(outcome, said(worse))}."
    )
    return Check("differences between groups", "informational", text)


def _whole_shares(setting: Setting, called: str) -> Check | None:
    design = setting.design
    shares: dict[str, float] = {}
    if design.kind == "cluster":
        shares = {a: s * design.clusters for a, s in design.arms.items()}
    elif design.kind == "saturation":
        shares = {f"{s:.0%} offered": p * design.clusters for s, p in design.saturations.items()}
    elif design.kind == "stepped_wedge":
        shares = {"each step": design.clusters / design.steps}
    odd = {a: n for a, n in shares.items() if abs(n - round(n)) > 1e-6}
    if not odd:
        return None
    told = ", ".join(f"{a}: {math.floor(n)} or {math.ceil(n)}" for a, n in odd.items())
    return Check(
        "shares",
        "informational",
        f"{number(design.clusters, 0)} {called} cannot be shared out exactly as planned; the lot decides ({told}).",
    )


def _offer(setting: Setting, effect: float | None, of_taking_part: bool) -> Check | None:
    moved = setting.losses.moved
    if moved == 1:
        return None
    share = f"the offer moves {number(100 * moved, 0)} of 100 to take part"
    if of_taking_part:
        text = f"Effects are those of taking part; {share}, so what is seen of them is as much smaller."
        return Check("taking part", "informational", text)
    if effect is None:
        return Check("taking part", "informational", f"Effects are those of the offer; {share}.")
    needs = undiluted(setting.outcome, effect, moved)
    text = f"Effects are those of the offer; {share}, so those who do would have to gain {effect_words(setting.outcome, needs)}."
    base = setting.outcome.baseline
    if setting.outcome.kind == "binary" and not 0 <= base + needs <= 1:
        return Check("taking part", "failed", f"{text} That is more than there is to gain.")
    return Check("taking part", "informational", text)


def _assumed(setting: Setting) -> Check | None:
    outcome, kind = setting.outcome, setting.design.kind
    said = []
    if outcome.kind == "duration":
        said.append("Durations are sized at a constant hazard.")
    if outcome.explained and not uses_covariates(outcome, kind):
        said.append(
            "What covariates explain within groups is not counted on: the estimate of this design does not use them."
        )
    between = outcome.icc * outcome.explained_between
    if between and not uses_likeness(outcome, kind):
        said.append(
            "What is known beforehand of groups is not counted on: the estimate of this design does not use it."
        )
    return Check("assumptions", "informational", " ".join(said)) if said else None


def _others(setting: Setting) -> Check | None:
    if setting.design.kind != "saturation" or not setting.estimand:
        return None
    return Check("what is compared", "informational", f"The verdict is about {ESTIMANDS[setting.estimand]}.")


def _several(setting: Setting) -> Check | None:
    if len(setting.design.arms) == 2:
        return None
    rule = setting.design.familywise
    if rule == "none":
        return Check(
            "several programmes",
            "failed",
            f"{len(setting.design.arms) - 1} programmes are compared and nothing keeps one from being found by luck; use "
            "familywise='holm'.",
        )
    text = f"The chance that any programme is found by luck is held at {number(100 * setting.alpha, 0)}% ({rule.capitalize()})."
    return Check("several programmes", "passed", text)


def _pairing(setting: Setting) -> Check | None:
    if setting.design.kind != "matched_pair" or setting.outcome.explained_between:
        return None
    return Check(
        "pairs",
        "failed",
        "It is assumed that groups of a pair are no more alike than others (explained_between=0); then pairs only cost degrees "
        "of freedom. Say what pairing explains, e.g. 0.5, or draw groups without pairs.",
    )
