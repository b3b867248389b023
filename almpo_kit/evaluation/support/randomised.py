"""Whether the groups of a trial are as alike as chance makes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evaluation.designs.sample import Sample
from almpo_kit.evaluation.protocol.results import Design
from almpo_kit.evaluation.support.attrition import attrition_check, missing_by_arm, presentable_attrition
from almpo_kit.evaluation.support.balance_table import FAR_APART, Weighed, balance_table, presentable
from almpo_kit.evaluation.support.comparison import Comparison
from almpo_kit.evaluation.support.randomisation_test import ChanceTest, chance_test, units_of
from almpo_kit.evaluation.support.staying import who_is_left
from almpo_kit.evaluation.support.trimming import filled_strata
from almpo_kit.evaluation.weighting.balancing import balancing_weights
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number

Array = np.ndarray[Any, np.dtype[Any]]

#: A chance this small happens in every twentieth trial: a caution. The second does not happen: a stop.
UNLIKELY, NEVER = 0.05, 0.001


def randomised_groups(
    design: Design, *, seed: int = 0, progress: Callable[[int, int], None] | None = None
) -> Comparison:
    """Whether chance explains how the arms of a trial differ, and whether outcomes are missing unevenly.

    Parameters
    ----------
    design : Design
        ``block`` are the blocks of the randomisation; clusters that lie in one arm each were assigned as wholes.
    seed : int
        For the draws of the assignment.
    progress : callable, optional

    Returns
    -------
    Comparison
        Nobody is left out. ``propensity`` are the shares of arms in each block. ``details``: ``chance_test`` and
        ``attrition`` (shares of missing outcomes by arm). It stops only where chance would give such groups less than
        once in a thousand trials.
    """
    sample = design.sample
    chance = block_shares(sample)
    contrasts = [_compared(sample, chance, j) for j in range(1, len(sample.arms))]
    table = balance_table(sample, contrasts, strata=design.plan.block or "")
    x, arm, block = units_of(sample.covariates, sample.arm, sample.cluster, sample.block)
    test = chance_test(x, arm, block, len(sample.arms), seed, progress)
    gone = missing_by_arm(sample)
    made = [_by_chance(test, sample), _balance(table), _blocks(sample), attrition_check(gone)]
    checks = [c for c in made if c is not None]
    checks.append(
        Check(
            "spill_overs",
            "informational",
            "Chance makes groups alike. Whether the programme also moved the comparison group (by displacing its "
            "people from jobs, say) cannot be seen here.",
        )
    )
    stops = ("randomisation",) if test.df and test.p_value < NEVER else ()
    return Comparison(
        table=presentable(table),
        sentence=_sentence(test, table, design.plan.arms, bool(stops)),
        checks=tuple(checks),
        stops=stops,
        kept=np.ones(len(sample), dtype=bool),
        propensity=chance,
        trimmed=who_is_left(sample, np.ones(len(sample), dtype=bool))[0],
        figure="balance_love",
        details={
            "chance_test": pd.DataFrame(
                [{"statistic": test.statistic, "df": test.df, "p_value": test.p_value, "units": test.units}]
            ),
            "attrition": presentable_attrition(gone),
        },
    )


def block_shares(sample: Sample) -> Array:
    """Share of each arm in the block of every row, shape (n, k)."""
    k = len(sample.arms)
    block = np.zeros(len(sample), dtype=np.int64) if sample.block is None else sample.block
    count = int(block.max(initial=-1)) + 1
    held = np.bincount(block * k + sample.arm, minlength=count * k).reshape(count, k)
    shares: Array = (held / np.maximum(held.sum(axis=1, keepdims=True), 1))[block]
    return shares


def _compared(sample: Sample, chance: Array, arm: int) -> Weighed:
    """Before: as they are. After: blocks weighted alike in both arms."""
    pair = (sample.arm == arm) | (sample.arm == 0)
    before = np.where(pair, sample.weight, 0.0)
    kept = filled_strata(sample.arm, sample.block, (0, arm))
    after = np.zeros(len(sample))
    if (kept & pair).any():
        after[kept] = balancing_weights(sample.arm[kept], chance[kept], sample.weight[kept], arm, 0, "ate")
    return Weighed(arm, 0, before, after)


def _by_chance(test: ChanceTest, sample: Sample) -> Check:
    if test.df == 0:
        return Check(
            "randomisation",
            "informational",
            "No covariate from before assignment was named, so it cannot be seen whether chance alone decided.",
        )
    unit = "clusters" if test.units < len(sample) else "people"
    how = f"{number(test.units, 0)} {unit} assigned{' within blocks' if sample.block is not None else ''}"
    sentence = f"Chance alone gives groups this different in {_odds(test.p_value)} ({how})."
    if test.p_value >= UNLIKELY:
        return Check("randomisation", "passed", sentence)
    if test.p_value >= NEVER:
        return Check("randomisation", "failed", f"{sentence} Adjust for the covariates that differ.")
    return Check(
        "randomisation",
        "failed",
        f"{sentence} The assignment was not random as described, or people left the data after it. Name the blocks of "
        "the randomisation (block=), use the people as they were assigned, or treat it as assignment='matching'.",
    )


def _odds(p: float) -> str:
    if p < NEVER:
        return "fewer than 1 in 1,000 trials"
    return f"{number(100 * p, 0 if p >= 0.01 else 1)} of 100 trials"


def _balance(table: pd.DataFrame) -> Check | None:
    if not len(table):
        return None
    size = table["difference_after"].abs().to_numpy(dtype=float)
    row = table.iloc[int(np.argmax(size))]
    far = int((size > FAR_APART).sum())
    told = "not told: fewer than 10 people stand behind it" if row["small"] else number(size.max(), 2)
    sentence = f"The largest difference between arms, in standard deviations, is {told} ({row['column']}, {row['contrast']})."
    if far:
        sentence += f" {far} of {len(table)} are above {FAR_APART}; in a trial that is chance, and adjusting for it helps."
    return Check("balance", "failed" if far else "passed", sentence)


def _blocks(sample: Sample) -> Check | None:
    if sample.block is None:
        return None
    full = filled_strata(sample.arm, sample.block, tuple(range(len(sample.arms))))
    share = float((~full).mean())
    if share == 0:
        return Check("blocks", "passed", "Every block holds people of every arm.")
    return Check(
        "blocks",
        "failed",
        f"Blocks that lack an arm hold {number(100 * share, 0)}% of people; they say nothing about that arm.",
    )


def _sentence(test: ChanceTest, table: pd.DataFrame, arms: tuple[str, ...], stopped: bool) -> str:
    against = f"{', '.join(arms[1:])} against {arms[0]}"
    if test.df == 0:
        return f"The arms were assigned by chance as stated ({against}); no covariate was named to see it by."
    if stopped:
        return f"The groups are not as chance would make them ({against}): fewer than 1 in 1,000 trials look like this."
    word = (
        "are as alike as chance makes them"
        if test.p_value >= UNLIKELY
        else "differ more than chance usually gives"
    )
    return f"The groups {word} ({against}): {_odds(test.p_value)} look like this or less balanced."
