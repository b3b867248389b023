"""How many people and clusters stand in each arm, in which blocks, with which weights."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from almpo_kit.evaluation.designs.checks.remark import (
    Remark,
    caution,
    holds,
    listed,
    note,
    people,
    share,
    stop,
)
from almpo_kit.evaluation.designs.plan import Plan
from almpo_kit.evaluation.designs.sample import Sample
from almpo_kit.vocabulary.rendering import number

#: With five clusters even the most extreme of all ways to treat some of them has chance 1 in 10.
LEAST_CLUSTERS = 6
#: Below it, an interval rests on few independent things.
FEW_CLUSTERS = 10
#: Fewer persons than this in an arm give intervals too wide for most questions.
FEW_PERSONS = 30


def group_remarks(plan: Plan, sample: Sample) -> Iterator[Remark]:
    """Sizes of arms, clusters, blocks and weights."""
    counts = np.bincount(sample.arm, minlength=len(plan.arms))
    few = [a for a, n in zip(plan.arms, counts, strict=True) if n < FEW_PERSONS]
    if few:
        yield caution(
            "few_persons",
            f"Fewer than {FEW_PERSONS} persons are in {listed(few)}: only very large effects can be told from chance.",
        )
    yield from _clusters(plan, sample)
    if sample.block is not None:
        yield from _blocks(plan, sample, sample.block)
    if plan.weight is not None:
        yield from _weights(sample)
    if plan.took_part is not None and sample.took_part is not None:
        yield from _crossing(plan, sample, sample.took_part)


def _clusters(plan: Plan, sample: Sample) -> Iterator[Remark]:
    if not sample.clustered:
        return
    total = int(sample.cluster.max()) + 1
    per_arm = [len(np.unique(sample.cluster[sample.arm == j])) for j in range(len(plan.arms))]
    word = f"clusters ({plan.cluster})"
    if total < LEAST_CLUSTERS:
        yield stop(
            "clusters",
            f"There are {total} {word} in all, and at least {LEAST_CLUSTERS} are needed: people of one cluster are alike, so "
            "this is an experiment with so few units, and no interval can be trusted. Use smaller clusters if the programme "
            "was given out within them, or get more.",
        )
    elif min(per_arm) < 2:
        alone = [a for a, n in zip(plan.arms, per_arm, strict=True) if n < 2]
        yield stop(
            "clusters",
            f"All people of {listed(alone)} are in one of the {total} {word}: what is special about that cluster cannot be told "
            "from what the programme does.",
        )
    elif min(per_arm) < FEW_CLUSTERS:
        thin = [f"{a} ({n})" for a, n in zip(plan.arms, per_arm, strict=True) if n < FEW_CLUSTERS]
        yield caution(
            "clusters",
            f"Fewer than {FEW_CLUSTERS} {word} are in {listed(thin)}: intervals are corrected for it (CR2), stay wide, and rest "
            "on few independent things.",
        )
    else:
        yield holds("clusters", f"{total} {word}, at least {min(per_arm)} in each arm.")
    across = sum(per_arm) - total
    if across > 0 and plan.rows == "persons":
        yield note(
            "clusters_across_arms",
            f"Some {word} have people in several arms: right where each person was assigned; where whole clusters were, the "
            "table has mixed them up.",
        )


def _blocks(plan: Plan, sample: Sample, block: np.ndarray) -> Iterator[Remark]:
    table = np.zeros((int(block.max()) + 1, len(plan.arms)), dtype=np.int64)
    np.add.at(table, (block, sample.arm), 1)
    for j in range(1, len(plan.arms)):
        arm, both = plan.arms[j], (table[:, 0] > 0) & (table[:, j] > 0)
        lone = table[~both][:, [0, j]].sum()
        whole = table[:, [0, j]].sum()
        if not both.any():
            yield stop(
                "blocks",
                f"No block ({plan.block}) has people of both “{arm}” and “{plan.comparison}”: within blocks there is nobody to "
                "compare. Use larger blocks.",
            )
        elif lone:
            yield caution(
                "blocks",
                f"{share(int(lone), int(whole))} of the people of “{arm}” and “{plan.comparison}” are in blocks ({plan.block}) "
                "without the other arm; they say nothing about the effect.",
            )
        else:
            yield holds(
                "blocks", f"Every block ({plan.block}) has people of both “{arm}” and “{plan.comparison}”."
            )


def _weights(sample: Sample) -> Iterator[Remark]:
    w = sample.weight
    effective = float(w.sum() ** 2 / (w**2).sum())
    ratio = effective / len(sample)
    told = (
        f"Weights make the {people(len(sample))} count as {number(effective, 0)} would without weights "
        f"({number(100 * ratio, 0)}%)."
    )
    yield caution("weights", f"{told} Few people carry the result.") if ratio < 0.5 else note("weights", told)


def _crossing(plan: Plan, sample: Sample, took_part: np.ndarray) -> Iterator[Remark]:
    comparison = sample.arm == 0
    crossed = int((took_part[comparison] > 0).sum())
    if crossed and plan.assignment == "rct":
        yield note(
            "crossing",
            f"{share(crossed, int(comparison.sum()))} of “{plan.comparison}” took part too: the effect of the offer is smaller "
            "than that of taking part.",
        )
    for j in range(1, len(plan.arms)):
        offered = took_part[sample.arm == j]
        if len(offered) and not (offered > 0).any():
            yield stop("take_up", f"Nobody of “{plan.arms[j]}” took part: there is no programme to evaluate.")
