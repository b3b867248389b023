"""What is said of pairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number

Array = np.ndarray[Any, np.dtype[Any]]


def sentence(pairs: int, sums: Mapping[str, float], left_out: int) -> str:
    """How many pairs, how close, and who is left out."""
    text = f"{number(pairs, 0)} pair{'s' if pairs != 1 else ''}"
    if sums["at_random"] > 0:
        text += f", in which groups are {number(100 * sums['total'] / sums['at_random'], 0)}% as far apart as in pairs made at random"
    if left_out:
        text += f"; {left_out} group{'s have' if left_out != 1 else ' has'} no partner and {'are' if left_out != 1 else 'is'} not drawn"
    return f"{text}."


def checks(
    table: pd.DataFrame,
    sums: Mapping[str, float],
    sizes: Sequence[int],
    names: Sequence[str],
    used: Array,
    rank: int,
    pairs: int,
) -> tuple[Check, ...]:
    """Whether nothing is better, what was given up, and what may mislead."""
    found = [_proof(sums, sum(s * (s - 1) // 2 for s in sizes)), _greedy(sums), *_left_out(sizes)]
    if not used.all():
        same = ", ".join(n for n, u in zip(names, used, strict=True) if not u)
        found.append(
            Check("same everywhere", "informational", f"All groups are alike in {same}: it does not count.")
        )
    if rank < int(used.sum()):
        words = (
            f"The {int(used.sum())} characteristics tell only {rank} things apart: some follow from others."
        )
        found.append(Check("repeated", "informational", words))
    if sum(sizes) < 4 * rank:
        words = (
            f"There are {sum(sizes)} groups and {rank} characteristics: with so many, even the closest pairs are not alike. Name "
            "the few that foretell the outcome best."
        )
        found.append(Check("too many characteristics", "failed", words))
    far = table[table["apart"] > 0.9 * table["apart_at_random"]]
    if len(far) and pairs > 1:
        words = f"Pairs are hardly closer than chance in {', '.join(far['covariate'])}; give it more weight if it matters."
        found.append(Check("not alike in", "informational", words))
    words = "How much pairs help depends on whether these characteristics foretell the outcome; the table shows only how alike they are."
    return (*found, Check("what pairs can do", "informational", words))


def _proof(sums: Mapping[str, float], possible: int) -> Check:
    if sums["total"] - sums["bound"] <= 1e-9 * max(sums["at_random"], 1e-300):
        words = f"No other pairs have a smaller sum of distances: proven by prices over all {number(possible, 0)} possible pairs."
        return Check("closest pairs", "passed", words)
    words = f"The sum of distances is {number(sums['total'], 6)}, and it is proven only that no pairs have less than {number(sums['bound'], 6)}."
    return Check("closest pairs", "failed", words)


def _greedy(sums: Mapping[str, float]) -> Check:
    more = 100 * (sums["greedy"] / sums["total"] - 1) if sums["total"] > 0 else 0.0
    words = f"Taking the two closest groups first, then the next two, would leave pairs {number(more, 0)}% farther apart in sum."
    if more < 0.5:
        words = "Taking the two closest groups first, then the next two, would give pairs about as close."
    return Check("beside the simple way", "informational", words)


def _left_out(sizes: Sequence[int]) -> list[Check]:
    odd = sum(s % 2 for s in sizes)
    if not odd:
        return []
    if len(sizes) == 1:
        words = (
            f"{sizes[0]} is an odd number: the group without which the pairs are closest has no partner. It stays out of the "
            "draw; add a group, or draw it by lot alone and analyse it apart."
        )
    else:
        groups = f"{odd} groups have no partner and stay" if odd > 1 else "one group has no partner and stays"
        words = (
            f"Of {len(sizes)} strata, {odd} {'have' if odd > 1 else 'has'} an odd number of groups, so {groups} out of the draw. "
            "Name fewer columns in within if all should take part."
        )
    return [Check("no partner", "failed", words)]
