"""A placebo arm: comparison persons who look like participants, against the rest. They got nothing: nothing is right."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from almpo_kit.evaluation.designs.sample import Sample
from almpo_kit.evaluation.disclosure.smallest import SMALLEST
from almpo_kit.evaluation.refutation.again import Again, measuring, two_arms
from almpo_kit.evaluation.refutation.attempt import Attempt
from almpo_kit.evaluation.refutation.clock import OutOfTime
from almpo_kit.evaluation.refutation.judging import MATERIAL
from almpo_kit.evaluation.refutation.target import Target
from almpo_kit.evaluation.refutation.words import times
from almpo_kit.vocabulary.errors import AlmpoError

Array = np.ndarray[Any, np.dtype[Any]]
KEY = "placebo_arm"
#: Draws of who plays a participant, and the fewest comparison persons on each side.
_DRAWS, _FEWEST = 5, 5 * SMALLEST
PLACEBO = "placebo participants"


def placebo_arm(again: Again, target: Target, propensity: Array | None, seed: int) -> Attempt:
    """Imbens' placebo inside the comparison arm, drawn by the chance of taking part.

    Persons of the comparison arm are drawn to play participants, the likelier the more they look like participants.
    Drawn at random given the covariates, they differ from the rest only in those, so that an honest method finds
    nothing. A method that cannot undo the observed differences finds something.

    References
    ----------
    Imbens and Xu (2024) LaLonde (1986) after nearly four decades: lessons learned.
    """
    if propensity is None:
        return _not_done(target, "the method has no chances of taking part")
    sample, rows = two_arms(again.estimate.sample, target.arm, target.comparison)
    k = again.estimate.sample.arms.index(target.arm)
    base = again.estimate.sample.arms.index(target.comparison)
    usable = (sample.arm == 0) & np.isfinite(sample.outcome[:, target.h])
    odds = propensity[rows, k] / np.clip(propensity[rows, base], 1e-3, None)
    n_play = min(int(sample.arm.sum()), int(usable.sum()) // 3)
    if n_play < _FEWEST:
        return _not_done(target, f"fewer than {_FEWEST} comparison persons can play participants")
    pool = sample.rows(np.flatnonzero(usable))
    pool = measuring(pool, pool.outcome[:, [target.h]], pool.measures.iloc[[target.h]])
    draw = np.random.default_rng(seed)
    chance = _chances(odds[usable], n_play)
    effects, errors = [], []
    for _ in range(_DRAWS):
        played = _play(pool, chance, draw)
        try:
            fit = again(played, ((PLACEBO, target.comparison),))
        except OutOfTime:
            break
        except AlmpoError as error:
            return _not_done(target, f"nothing can be estimated on them ({error})")
        effects.append(float(fit.estimate[0, 0]))
        errors.append(float(fit.se[0, 0]))
    if len(effects) < 2 or not np.isfinite(effects).all():
        return _not_done(target, "the time allowed was used up")
    return _judged(target, np.array(effects), float(np.mean(errors)))


def _chances(odds: Array, expected: int) -> Array:
    """Chances of playing a participant, in proportion to the odds, at most 0.9, as many in all as wanted."""
    scale = expected / max(odds.sum(), 1e-12)
    for _ in range(20):
        chance = np.clip(scale * odds, 0.005, 0.9)
        scale *= expected / chance.sum()
    return np.asarray(chance)


def _play(pool: Sample, chance: Array, draw: np.random.Generator) -> Sample:
    arm = (draw.random(len(pool)) < chance).astype(np.int64)
    return replace(pool, arms=(pool.arms[0], PLACEBO), arm=arm)


def _not_done(target: Target, why: str) -> Attempt:
    sentence = f"no placebo arm among those of “{target.comparison}”: {why}. It counts as not tried."
    return target.attempt(KEY, "not tried", "informs", sentence)


def _judged(target: Target, effects: Array, error: float) -> Attempt:
    mean = float(effects.mean())
    # The draws share the same persons, so that their mean is hardly more precise than one of them.
    broken = abs(mean) > 1.96 * error and abs(mean) > MATERIAL * target.se
    sentence = (
        f"persons of “{target.comparison}” who look like those of “{target.arm}” were made to play participants "
        f"({times(len(effects))}). They got nothing, so nothing is right; the same method found {target.amount(mean)} on average "
        f"(standard error {target.amount(error)}). "
    )
    if broken:
        sentence += "It does not undo the differences that were recorded: the estimate carries them too."
        return _result(target, "broken", sentence, mean, effects)
    if 1.96 * error > abs(target.estimate):
        sentence += (
            "Too few persons play to tell: an error as large as the estimate itself would not be seen."
        )
        return _result(target, "cannot tell", sentence, mean, effects)
    sentence += "It undoes the differences that were recorded. It cannot show what differences that were not recorded do."
    return _result(target, "held", sentence, mean, effects)


def _result(target: Target, result: Any, sentence: str, mean: float, effects: Array) -> Attempt:
    return target.attempt(
        KEY,
        result,
        "doubts",
        sentence,
        value=mean,
        low=float(effects.min()),
        high=float(effects.max()),
        draws=len(effects),
    )
