"""Two more SYNTHETIC trials whose truth is known: one that moved towards what worked, one that shows who loses what others gain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from almpo_kit import experiments
from almpo_kit.vocabulary.adaptive_rules import AdaptiveRule
from almpo_kit.vocabulary.provenance import SYNTHETIC, DataVersion, stamp

RULE: Final = AdaptiveRule("exploration_sampling", floor=0.1, batch_size=200, batches=10)
#: Of the saturation design: places of each share, people in a place, in work without anything, gain of those offered, and loss
#: of the others where all are offered.
_SHARES: Final = (0.0, 0.25, 0.5, 0.75)
_PLACES: Final = 15
_PEOPLE: Final = 120
_BASE: Final = 0.35
_GAIN: Final = 0.10
_LOSS: Final = 0.08


@dataclass(frozen=True, eq=False, repr=False)
class AdaptiveTrial:
    """An adaptive trial that was run: outcomes by person, and the shares of every batch.

    Parameters
    ----------
    arms : tuple of str
    outcomes : DataFrame
        ``id, batch, arm, y, source``.
    shares : DataFrame
        ``batch, arm, share``.
    truth : dict of str to float
        Arm -> true difference from the first.
    """

    arms: tuple[str, ...]
    outcomes: pd.DataFrame
    shares: pd.DataFrame
    truth: dict[str, float]


def adaptive_trial(seed: int = 20260101) -> AdaptiveTrial:
    """A SYNTHETIC adaptive trial of three courses.

    Parameters
    ----------
    seed : int
    """
    setting = experiments.adaptive_setting("digital_skills")
    run = experiments.simulated_trials(RULE, setting, 1, seed)
    arms, drawn = setting.arms, run.arms[0] >= 0
    outcomes = pd.DataFrame(
        {
            "id": [f"A{i:05d}" for i in np.flatnonzero(drawn)],
            "batch": run.batches[drawn].astype(int),
            "arm": [arms[k] for k in run.arms[0][drawn]],
            "y": run.outcomes[0][drawn],
            "source": f"{SYNTHETIC} people",
        }
    )
    shares = pd.DataFrame(
        [
            (b, arm, float(run.shares[0, b, 0, k]))
            for b in sorted(outcomes["batch"].unique())
            for k, arm in enumerate(arms)
        ],
        columns=["batch", "arm", "share"],
    )
    means = setting.means[0]
    truth = {a: m - means[0] for a, m in zip(arms[1:], means[1:], strict=True)}
    return AdaptiveTrial(arms, stamp(outcomes, _version("adaptive trial")), shares, truth)


def saturation_trial(seed: int = 20260101) -> pd.DataFrame:
    """Outcomes of a SYNTHETIC trial in 60 places, in which what those offered gain is partly taken from others.

    Parameters
    ----------
    seed : int

    Returns
    -------
    DataFrame
        ``id, place, saturation, offered, y, source``, one row a person.
    """
    rng = np.random.default_rng(np.random.SeedSequence([seed, 202]))
    places = len(_SHARES) * _PLACES
    share = np.repeat(np.repeat(_SHARES, _PLACES), _PEOPLE)
    place = np.repeat(np.arange(places), _PEOPLE)
    turn = np.concatenate([rng.permutation(_PEOPLE) for _ in range(places)])
    offered = (turn < np.round(share * _PEOPLE)).astype(int)
    level = rng.normal(0, 0.03, places)[place]
    chance = _BASE + level + _GAIN * offered - _LOSS * share
    frame = pd.DataFrame(
        {
            "id": [f"S{i:05d}" for i in range(len(place))],
            "place": [f"place {p:02d}" for p in place],
            "saturation": share,
            "offered": offered,
            "y": (rng.random(len(place)) < chance).astype(float),
            "source": f"{SYNTHETIC} people",
        }
    )
    return stamp(frame, _version("saturation design"))


def _version(what: str) -> DataVersion:
    return DataVersion(f"people of the {what}", "1", kind="synthetic")
