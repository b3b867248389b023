"""Adaptive trials by the thousand, all at once: who was drawn into what, with what chance, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from almpo_kit.experiments.adapting.adaptive_setting import AdaptiveSetting
from almpo_kit.experiments.adapting.kernels.trial_run import Run, run
from almpo_kit.vocabulary.adaptive_rules import AdaptiveRule
from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.plain_values import whole_number

Array = np.ndarray[Any, np.dtype[Any]]
#: People simulated together: bounds memory, and is part of what a seed means.
_TOGETHER: Final = 2_000_000


@dataclass(frozen=True, eq=False)
class SimulatedTrials:
    """Arrays of many simulated trials.

    Parameters
    ----------
    outcomes : array of float, shape (n_replications, n_people)
        NaN for people of batches after a trial was stopped.
    arms : array of int8, shape (n_replications, n_people)
        Position in ``setting.arms``; -1 where not drawn.
    batches, strata : array of int, shape (n_people,)
        The same in all replications.
    shares : array, shape (n_replications, n_batches, n_strata, n_arms)
        Chances with which each batch was drawn; 0 after the end.
    chosen : array of int, shape (n_replications, n_strata)
        Arm with the highest posterior mean at the end.
    closed : array of bool, shape (n_replications, n_strata, n_arms)
        Arms closed for harm.
    drawn : array of int, shape (n_replications,)
        Batches drawn before the trial ended.
    drift_found : array of bool, shape (n_replications,)
        Whether the drift guard acted at any look.
    truth : array, shape (n_batches, n_strata, n_arms)
    """

    outcomes: Array
    arms: Array
    batches: Array
    strata: Array
    shares: Array
    chosen: Array
    closed: Array
    drawn: Array
    drift_found: Array
    truth: Array


def simulated_trials(
    rule: AdaptiveRule,
    setting: AdaptiveSetting,
    replications: int = 1000,
    seed: int = 0,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> SimulatedTrials:
    """Run many adaptive trials in a known world.

    People are drawn one by one with the shares of their batch and stratum, as :func:`adaptive_draw` draws them. Trials of two
    rules with one seed and sizes meet the same people and luck, so that rules can be compared pair by pair.

    Parameters
    ----------
    rule : AdaptiveRule
        With ``strata`` it learns in each stratum of the setting, otherwise over all of them.
    setting : AdaptiveSetting
    replications : int
    seed : int
    progress : callable, optional
        Called with (replications done, total).

    Returns
    -------
    SimulatedTrials

    Raises
    ------
    ParameterError
        A floor that so many arms cannot have.
    DesignError
        More people than fit in memory; ask for fewer replications.
    """
    whole_number("simulated_trials(): replications", replications, 1, 1_000_000)
    people = replications * rule.batches * rule.batch_size
    if people > 200_000_000:
        raise DesignError(
            f"simulated_trials() would hold {people:,} people; ask for at most "
            f"{200_000_000 // (rule.batches * rule.batch_size):,} replications at a time."
        )
    parts = list(runs(rule, setting, replications, seed, progress))
    first = parts[0]
    joined = {
        name: np.concatenate([getattr(p, name) for p in parts])
        for name in ("outcomes", "arms", "shares", "chosen", "closed", "drawn", "drift_found")
    }
    return SimulatedTrials(batches=first.batches, strata=first.strata, truth=first.truth, **joined)


def runs(
    rule: AdaptiveRule,
    setting: AdaptiveSetting,
    replications: int,
    seed: int,
    progress: Callable[[int, int], None] | None = None,
) -> Any:
    """The same in parts of bounded size, one after another; yields ``Run``."""
    rule.fits(len(setting.arms))
    size = max(1, min(replications, _TOGETHER // (rule.batches * rule.batch_size)))
    counts = [min(size, replications - start) for start in range(0, replications, size)]
    truth = setting.means_by_batch(rule.batches)
    sd = setting.sd if setting.kind == "continuous" else 0.0
    done = 0
    for count, stream in zip(counts, np.random.SeedSequence(seed).spawn(len(counts)), strict=True):
        part: Run = run(
            rule, truth, sd, np.array(setting.strata_shares), count, np.random.default_rng(stream)
        )
        done += count
        if progress is not None:
            progress(done, replications)
        yield part
