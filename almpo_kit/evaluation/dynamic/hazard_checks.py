"""What to know about a model of jobs and entries."""

from __future__ import annotations

from typing import Any

import numpy as np

from almpo_kit.evaluation.designs.durations import Durations
from almpo_kit.evaluation.dynamic.event_cells import SINCE_ENTRY, Cells
from almpo_kit.evaluation.dynamic.hazard_fit import FAR, FEWEST, HazardFit
from almpo_kit.evaluation.dynamic.hazard_likelihood import taken_apart
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number

Array = np.ndarray[Any, np.dtype[Any]]

#: Difference of Hannan and Quinn's criterion up to which a model fits hardly worse.
NEAR = 10.0
#: Gradient per person above which a maximum was not reached.
STEEP = 1e-4


def checks_of(
    best: HazardFit,
    tried: list[HazardFit],
    held: Cells,
    arms: tuple[str, ...],
    spells: Durations,
    horizon: int,
    *,
    sharp: bool,
    errors: Array,
) -> tuple[Check, ...]:
    """All checks of a fit; ``errors`` are those of the log hazard ratios in the first months, by arm."""
    made = (
        _reached(best),
        _sharp(best, sharp),
        _kinds(best, tried, arms),
        _depends(best, tried, arms, errors),
        _joined(best, arms),
        _carried_on(spells, horizon),
        Check(
            "no_anticipation",
            "informational",
            "The model takes it that nobody knew the month of entry beforehand, and that hazards are proportional. Neither can be "
            "seen in durations; ask when people were told.",
        ),
        Check(
            "against_never",
            "informational",
            "The chance of having found a job is compared with not entering any programme in these months, not with waiting. A "
            "job counts once found, whether or not it lasts.",
        ),
    )
    return tuple(c for c in made if c is not None)


def _reached(best: HazardFit) -> Check:
    if best.steepest <= STEEP:
        return Check("maximum", "passed", "The likelihood was climbed to a maximum.")
    return Check(
        "maximum",
        "failed",
        "The likelihood was not climbed to a maximum: estimates are not to be used. Leave out covariates that hardly vary.",
    )


def _sharp(best: HazardFit, sharp: bool) -> Check | None:
    edge = np.abs(taken_apart(best.theta, best.layout).mass).max(initial=0.0) >= FAR - 1e-3
    if sharp and not edge:
        return None
    why = "a kind of people who (almost) never do" if edge else "a direction in which the likelihood is flat"
    return Check(
        "flat_likelihood",
        "failed",
        f"The model found {why}: standard errors hold that fixed and are too small.",
    )


def _kinds(best: HazardFit, tried: list[HazardFit], arms: tuple[str, ...]) -> Check:
    first = taken_apart(tried[0].theta, tried[0].layout).effect[:, 0]
    now = taken_apart(best.theta, best.layout).effect[:, 0]
    said = "; ".join(
        f"{arm} {number(a, 2)} with and {number(b, 2)} without"
        for arm, a, b in zip(arms[1:], now, first, strict=True)
    )
    kinds = best.layout.points
    if kinds == 1:
        return Check(
            "unobserved",
            "informational",
            "No sign of unobserved differences that move both entry and jobs: the model without them fits better for its size "
            f"({len(tried)} tried).",
        )
    return Check(
        "unobserved",
        "informational",
        f"The model tells {kinds} kinds of people apart by what is not observed (Hannan and Quinn’s criterion, {len(tried)} models tried). "
        f"Log hazard ratio in the first {SINCE_ENTRY[0]} months, with and without them: {said}. The choice itself is not in the "
        "intervals.",
    )


def _depends(best: HazardFit, tried: list[HazardFit], arms: tuple[str, ...], errors: Array) -> Check | None:
    """Whether models that fit about as well say something else."""
    near = [f for f in tried if f is not best and f.hannan_quinn <= best.hannan_quinn + NEAR]
    now = taken_apart(best.theta, best.layout).effect[:, 0]
    others = [taken_apart(f.theta, f.layout).effect[:, 0] for f in near]
    said = []
    for k, arm in enumerate(arms[1:]):
        far = [o[k] for o in others if abs(o[k] - now[k]) > max(errors[k], 0.1)]
        if far:
            worst = max(far, key=lambda v: abs(v - now[k]))
            said.append(f"{arm} {number(float(worst), 2)} instead of {number(float(now[k]), 2)}")
    if not said:
        return None
    return Check(
        "depends_on_kinds",
        "failed",
        "A model with another number of kinds of people fits hardly worse and gives another log hazard ratio in the first "
        f"{SINCE_ENTRY[0]} months: {'; '.join(said)}. The data do not say which is right; the intervals hold for one of them.",
    )


def _joined(best: HazardFit, arms: tuple[str, ...]) -> Check | None:
    short = [a for a, s in zip(arms[1:], best.layout.since_stretch, strict=True) if s.max() + 1 < len(s)]
    if not short:
        return None
    return Check(
        "few_jobs_after_entry",
        "informational",
        f"Fewer than {FEWEST} jobs in some stretch of time since entry of {', '.join(short)}: neighbouring stretches share one "
        "hazard ratio.",
    )


def _carried_on(spells: Durations, horizon: int) -> Check | None:
    beyond = float((spells.entered[spells.entered >= 0] + horizon > spells.left.max()).mean())
    if beyond == 0:
        return None
    return Check(
        "carried_on",
        "informational",
        f"{number(100 * beyond, 0)}% of those who entered are followed for less than {horizon} months after it; their later hazard "
        "is taken to be that of the longest durations seen.",
    )
