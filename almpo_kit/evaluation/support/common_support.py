"""Common support and balance, where people were selected by what was observed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evaluation.designs.sample import Sample
from almpo_kit.evaluation.learners.folds import folds as cut_folds
from almpo_kit.evaluation.learners.propensity import out_of_fold_propensity
from almpo_kit.evaluation.protocol.results import Design
from almpo_kit.evaluation.support.balance_table import Weighed, balance_table, presentable
from almpo_kit.evaluation.support.carrying import carried
from almpo_kit.evaluation.support.comparison import Comparison
from almpo_kit.evaluation.support.histogram import spread_out
from almpo_kit.evaluation.support.judging import Evidence, judge, summary
from almpo_kit.evaluation.support.staying import checked_rule, staying, who_is_left
from almpo_kit.evaluation.weighting.balancing import balancing_weights, pairwise

Array = np.ndarray[Any, np.dtype[Any]]


def common_support(
    design: Design,
    *,
    trim: str | float = "auto",
    learner: str = "auto",
    folds: int = 5,
    workers: int = 1,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Comparison:
    """Whether there are comparison people like the participants, and whether weighting makes the groups alike.

    Parameters
    ----------
    design : Design
    trim : {"auto", "crump", "counterparts", "none"} or float
        Who is outside. ``"counterparts"`` (default for effects on participants): participants without a comparison
        person within 0.2 standard deviations of their log odds of taking part, in the same stratum, and comparison
        people outside the participants' range. ``"crump"`` (default for effects on everybody): those outside the set
        on which the effect is estimated most precisely. A number: chances below it (above one minus it for effects on
        participants). ``"none"``: everybody stays, and who is outside is told.
    learner : {"auto", "linear", "boosting"}
    folds : int
        At most the number of clusters.
    workers : int
    seed : int
    progress : callable, optional

    Returns
    -------
    Comparison
        ``table`` from :func:`balance_table`; ``details``: ``histogram`` (``contrast, group, low, high, share``),
        ``effective`` (effective sizes), ``trimming`` (means of all and of the kept), ``told_apart`` (area under the
        curve by contrast), ``outside`` (share of each arm outside), ``rule``.

    Notes
    -----
    It stops where more than a fifth of the people the effect is about have no counterpart, where fewer than 30
    people's worth of weight carries a group, where a difference above 0.25 standard deviations is left after weighting
    that chance does not explain, and where the arms can be told apart without error. The limits are those of the
    literature (Rubin 2001; Austin 2009; Stuart 2010) or stated beside the constants that hold them.
    """
    sample, plan = design.sample, design.plan
    rule = checked_rule(trim, plan.estimand)
    count = max(min(folds, int(sample.cluster.max()) + 1), 2)
    fold = cut_folds(sample, count, seed)
    chance = out_of_fold_propensity(
        sample, fold, learner=learner, seed=seed, workers=workers, progress=progress
    )
    stay = staying(sample, chance, rule, plan.estimand)
    trimmed, changes = who_is_left(sample, stay.kept)
    contrasts = [
        weighed(sample, chance, stay.kept, j, plan.estimand)
        for j in range(1, len(sample.arms))
        if all((stay.kept & (sample.arm == a)).any() for a in (0, j))
    ]
    table = balance_table(sample, contrasts, strata=plan.block or "")
    effective = carried(sample, contrasts)
    apart = told_apart(sample, chance)
    evidence = Evidence(design, stay, table, effective, apart, changes, tuple(w.arm for w in contrasts))
    found = judge(evidence)
    return Comparison(
        table=presentable(table),
        sentence=summary(found, evidence),
        checks=found.checks,
        stops=found.stops,
        kept=stay.kept,
        propensity=chance,
        trimmed=trimmed,
        figure="overlap",
        details={
            "histogram": histograms(sample, chance),
            "effective": shown_sizes(effective),
            "trimming": changes,
            "told_apart": apart,
            "outside": pd.DataFrame({"arm": sample.arms, "outside": stay.shown()}),
            "rule": stay.rule,
        },
    )


def weighed(sample: Sample, chance: Array, kept: Array, arm: int, estimand: str) -> Weighed:
    """One arm against the comparison: everybody's weights before, the kept ones' after."""
    before = np.where((sample.arm == arm) | (sample.arm == 0), sample.weight, 0.0)
    after = np.zeros(len(sample))
    after[kept] = balancing_weights(
        sample.arm[kept], chance[kept], sample.weight[kept], arm, 0, "att" if estimand == "att" else "ate"
    )
    return Weighed(arm, 0, before, after)


def told_apart(sample: Sample, chance: Array) -> pd.DataFrame:
    """How well arms can be told apart: the chance that a participant's prediction is above a comparison person's."""
    from scipy.stats import rankdata

    rows = []
    for j in range(1, len(sample.arms)):
        own = (sample.arm == j) | (sample.arm == 0)
        first = sample.arm[own] == j
        ranks = rankdata(pairwise(chance[own], j, 0))
        a, c = int(first.sum()), int((~first).sum())
        area = (float(ranks[first].sum()) - a * (a + 1) / 2) / max(a * c, 1)
        rows.append(
            {"contrast": f"{sample.arms[j]} against {sample.arms[0]}", "arm": sample.arms[j], "area": area}
        )
    return pd.DataFrame(rows)


def histograms(sample: Sample, chance: Array) -> pd.DataFrame:
    """How the chances to be in the arm are spread in both groups of every contrast."""
    made = []
    for j in range(1, len(sample.arms)):
        p = pairwise(chance, j, 0)
        for a in (j, 0):
            own = sample.arm == a
            part = spread_out(p[own], sample.weight[own])
            made.append(
                part.assign(contrast=f"{sample.arms[j]} against {sample.arms[0]}", group=sample.arms[a])
            )
    names = ["contrast", "group", "low", "high", "share"]
    return pd.concat(made, ignore_index=True)[names] if made else pd.DataFrame(columns=names)


def shown_sizes(effective: pd.DataFrame) -> pd.DataFrame:
    """Effective sizes for showing: what is below ten is missing."""
    shown = effective.drop(columns="of_smaller").astype({"n": float, "half_carried_by": float})
    for column in ("n", "effective_n", "half_carried_by"):
        shown[column] = shown[column].where(shown[column] >= 10)
    return shown
