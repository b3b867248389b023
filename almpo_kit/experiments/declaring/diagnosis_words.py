"""What a diagnosis says, in words."""

from __future__ import annotations

import math
from collections.abc import Mapping

from almpo_kit.experiments.declaring.declaration import Declaration
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number

Figures = Mapping[str, tuple[float, float]]
#: Power below which a trial is said to be likely to miss the effect.
ENOUGH = 0.8


def design_words(declared: Declaration) -> str:
    """``a trial of 12 groups of about 40 people``."""
    design = declared.design
    if not design.of_clusters:
        within = f" in {declared.blocks_made} blocks" if design.kind == "blocked" else ""
        return f"a trial of {number(design.people, 0)} people{within}"
    groups = f"{number(design.clusters, 0)} groups of about {number(design.cluster_size, 0)} people"
    return {
        "matched_pair": f"a trial of {groups} in pairs",
        "stepped_wedge": f"a trial of {groups} a period that begin at {design.steps} moments",
        "saturation": f"a trial of {groups}, of whom different shares are offered the programme",
    }.get(design.kind, f"a trial of {groups}")


def amount(declared: Declaration, value: float) -> str:
    """A difference of the outcome as people say it; of a duration per cent of the rate of leaving."""
    kind = declared.outcome.kind
    if kind == "binary":
        return f"{number(100 * value, 1)} points"
    if kind == "duration":
        return f"{number(100 * math.expm1(value), 0)}% in the rate of leaving"
    return number(value, 0 if declared.outcome.sd >= 50 else 1 if declared.outcome.sd >= 5 else 2)


def effect_words(declared: Declaration) -> str:
    """``the offer gains 5.0 points``."""
    told = list(dict.fromkeys(declared.truth))
    if not any(told):
        return "the programme does nothing"
    if len(told) == 1:
        return f"the offer changes {declared.outcome.name} by {amount(declared, told[0])}"
    each = ", ".join(
        f"{arm} by {amount(declared, t)}" for arm, t in zip(declared.effects, declared.truth, strict=True)
    )
    return f"the offers change {declared.outcome.name}: {each}"


def sentence_of(declared: Declaration, least: str, figures: Figures, replications: int) -> str:
    """How often the effect is found, and what a find is worth.

    Parameters
    ----------
    declared : Declaration
    least : str
        The arm found least often.
    figures : mapping
    replications : int
    """
    power, error = figures["power"]
    within = f" (± {number(100 * 1.96 * error, 0)} by simulation)"
    if not any(declared.truth):
        return (
            f"Where the programme does nothing, {number(100 * power, 0)} of 100 such trials{within} say that it does; "
            f"{number(100 * declared.alpha, 0)} are allowed."
        )
    of = f" of {least}, the arm found least often," if len(declared.effects) > 1 else ""
    text = (
        f"If {effect_words(declared)}, {number(100 * power, 0)} of 100 such trials{within} find the effect{of} and "
        f"{number(100 * (1 - power), 0)} miss it."
    )
    times = figures["exaggeration"][0]
    if power < ENOUGH and math.isfinite(times) and times > 1.1:
        text += f" Those that find it make it {number(times, 1)} times as large as it is."
    return text


def checks_of(declared: Declaration, figures: Figures, truth: float, why_not: str) -> tuple[Check, ...]:
    """What was checked of a declared trial.

    Parameters
    ----------
    declared : Declaration
    figures : mapping
        Of the arm found least often.
    truth : float
    why_not : str
        Why some runs had no answer, "" where all had.
    """
    found = [
        _power(figures, truth, declared.alpha),
        _coverage(figures, 1 - declared.alpha),
        _bias(declared, figures),
    ]
    found += [_errors(figures), _find(figures, truth), _failed(figures, why_not)]
    told = (
        "It holds for the world that was declared: the spread, the likeness within groups, the losses and the effect are "
        "taken to be true, and outcomes to be lost at random."
    )
    return (*(c for c in found if c is not None), Check("declared world", "informational", told))


def _power(figures: Figures, truth: float, alpha: float) -> Check:
    power, error = figures["power"]
    if truth == 0:
        return _false_finds(power, error, alpha)
    sure = f"{number(100 * power, 0)} of 100 trials find the effect"
    if power + 1.96 * error < ENOUGH:
        return Check("chance to find it", "failed", f"{sure}, fewer than the 80 that are usual.")
    if power < ENOUGH:
        return Check(
            "chance to find it",
            "informational",
            f"{sure}; 80 are usual, and luck of the simulation may hide them.",
        )
    return Check("chance to find it", "passed", f"{sure}; 80 are usual.")


def _false_finds(power: float, error: float, alpha: float) -> Check:
    told = f"{number(100 * power, 1)} of 100 trials find an effect where there is none; {number(100 * alpha, 0)} are allowed."
    wrong = power - 3 * max(error, 1e-9) > alpha
    return Check("false finds", "failed" if wrong else "passed", told)


def _coverage(figures: Figures, level: float) -> Check | None:
    cover, error = figures["coverage"]
    if not math.isfinite(cover):
        return None
    told = f"{number(100 * cover, 1)} of 100 intervals hold the truth; they promise {number(100 * level, 0)}."
    # Three Monte-Carlo errors, and a point that nobody would mind.
    return Check("intervals", "failed" if cover + 3 * error < level - 0.01 else "passed", told)


def _bias(declared: Declaration, figures: Figures) -> Check | None:
    (bias, error), (true_se, _) = figures["bias"], figures["true_se"]
    if not math.isfinite(bias):
        return None
    off = abs(bias) > 3 * error and abs(bias) > 0.1 * true_se
    if off:
        told = f"The estimate is off by {amount(declared, bias)} on average."
        return Check("right on average", "failed", told)
    return Check("right on average", "passed", "The estimate is right on average.")


def _errors(figures: Figures) -> Check | None:
    ratio, error = figures["se_ratio"]
    if not math.isfinite(ratio):
        return None
    told = f"Standard errors that are told are {number(100 * ratio, 0)}% of the true one."
    return Check("standard errors", "failed" if ratio + 3 * error < 0.9 else "passed", told)


def _find(figures: Figures, truth: float) -> Check | None:
    sign, times = figures["wrong_sign"][0], figures["exaggeration"][0]
    if truth == 0 or not math.isfinite(times):
        return None
    told = (
        f"Trials that find the effect make it {number(times, 2)} times as large as it is on average, and "
        f"{number(100 * sign, 1)} of 100 of them have the wrong sign."
    )
    return Check("what a find is worth", "failed" if times > 1.5 or sign > 0.05 else "informational", told)


def _failed(figures: Figures, why_not: str) -> Check | None:
    share = figures["failed"][0]
    if not share:
        return None
    told = f"{number(100 * share, 1)} of 100 trials cannot be analysed ({why_not}) They count as having found nothing."
    return Check("trials without an answer", "failed" if share > 0.01 else "informational", told)
