"""For whom effects differ, claimed only where a test on people whom the prediction had not seen supports it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evaluation.effect_differences.asked import (
    arms_of,
    checked_estimate,
    counter,
    learners_asked,
    positive_seconds,
)
from almpo_kit.evaluation.effect_differences.compare_learners import learner_table
from almpo_kit.evaluation.effect_differences.deciding import Decided, claims, decide, level_for
from almpo_kit.evaluation.effect_differences.group_table import group_table, top_less_bottom
from almpo_kit.evaluation.effect_differences.projection import projection
from almpo_kit.evaluation.effect_differences.scored import Scored, scored
from almpo_kit.evaluation.effect_differences.stacked_learner import stacked_learner
from almpo_kit.evaluation.effect_differences.target import target
from almpo_kit.evaluation.effect_differences.telling import AGAINST_THE_CHECKS, checks, sentence, tests_table
from almpo_kit.evaluation.protocol.continuing import continued, overridden_first
from almpo_kit.evaluation.protocol.results import Estimate, Heterogeneity
from almpo_kit.evaluation.protocol.steps import go_on
from almpo_kit.vocabulary.errors import ParameterError

Array = np.ndarray[Any, np.dtype[Any]]
#: Passes through the folds: forward and backward.
PASSES = 2


def heterogeneity(
    estimate: Estimate,
    *,
    modifiers: Sequence[str] | None = None,
    outcome: str | None = None,
    months: float | Sequence[float] | None = None,
    learners: str | Sequence[str] = (),
    folds: int = 5,
    seed: int = 0,
    whole_seconds: float | None = None,
    rows: int = 50_000,
    workers: int = 1,
    override: str = "",
    progress: Callable[[int, int], None] | None = None,
) -> Heterogeneity:
    """Ask for whom effects differ, and claim that they do only where an out-of-sample test supports it.

    Parameters
    ----------
    estimate : Estimate
        Of a trial (``"rct"``) or of selection on observed characteristics (``"matching"``).
    modifiers : sequence of str, optional
        Covariates by which effects may differ; by default those of the design, or all that is adjusted for.
    outcome : str, optional
        By default the first of the design: one outcome is tested, chosen beforehand.
    months : float or sequence of float, optional
        The mean over these is looked at; by default over all months after entry.
    learners : "all" or sequence of str
        Candidates to compare beside the one that decides (see :func:`compare_learners`). They cannot change the claim.
    folds : int
        At least 3; clusters stay whole.
    seed : int
        Same seed, same bytes (but for the seconds that learners took).
    whole_seconds : float, optional
        After so long no further candidate is begun. The test itself is always finished.
    rows : int
        Beyond so many people whole clusters are drawn at random for learning, test and groups.
    workers : int
        Threads; the numbers do not depend on it.
    override : str
        Why to go on although the estimate said stop.
    progress : callable, optional
        Called with (done, total).

    Returns
    -------
    Heterogeneity

    Raises
    ------
    DesignError
        The estimate said stop, the design has no scores for everybody, or there is nothing to differ by.
    ParameterError
        An unknown modifier, outcome, month or learner.

    Notes
    -----
    One learner, fixed in advance (ridge and shallow trees on doubly robust scores), learns on the first fold and
    predicts the second, learns on both and predicts the third, and so on, forward and backward. The test asks whether
    scores and predictions go together within the predicted folds; it is two-sided at 5% and only its right side claims (so that
    at most 2.5% of worlds without differences are claimed to have some), at 1% where people chose, because errors of the models
    of chances and outcomes leak into it; over all contrasts by Holm. What
    the passes predict also makes the fifths, the calibration slope, the TOC curve, AUTOC and Qini.

    References
    ----------
    Wager (2024) arXiv:2405.05534; Chernozhukov et al. (2025) Econometrica 93, 1121-1164; Yadlowsky et al. (2025) J. Am.
    Stat. Assoc. 120, 38-51.
    """
    checked_estimate(estimate, "heterogeneity")
    overrides = go_on(estimate, "estimate", override)
    if not isinstance(folds, int) or isinstance(folds, bool) or folds < 3:
        raise ParameterError(f"folds={folds!r} must be a whole number of at least 3, e.g. folds=5.")
    keys = learners_asked(learners) if learners else ()
    positive_seconds(whole_seconds)
    chosen = target(estimate.sample, outcome, months)
    data = scored(estimate, chosen, modifiers=modifiers, folds=folds, seed=seed, workers=workers, most=rows)
    arms = arms_of(estimate)
    tick = counter(len(arms) * (PASSES * (folds - 1) + folds * (1 + len(keys))), progress)
    decided = {
        c: decide(data, pair, stacked_learner(seed), passes=PASSES, tick=tick) for c, pair in arms.items()
    }
    level = level_for(estimate.design.plan.assignment)
    adjusted, supported = claims(list(decided.values()), level)
    # Where groups cannot be compared, effects that seem to differ may be people who differ.
    claimed = [False] * len(supported) if overrides else supported
    predicted = np.column_stack([_predicted(data, d, seed, tick) for d in decided.values()])
    estimand = "att" if estimate.fit.estimand == "att" else "ate"
    sensitive = estimate.design.plan.with_role("sensitive")
    table = group_table(
        data, arms, list(decided.values()), _cut_by(estimate, modifiers, data), estimand, seed
    )
    compared = (
        learner_table(data, arms, keys, seed=seed, whole_seconds=whole_seconds, workers=workers, tick=tick)[0]
        if keys
        else pd.DataFrame()
    )
    return Heterogeneity(
        question=f"For whom does it work? {estimate.question}",
        sentence=AGAINST_THE_CHECKS
        if overrides
        else sentence(data, decided, adjusted, claimed, _apart(data, decided, estimand), table),
        table=table,
        checks=overridden_first(
            overrides,
            checks(data, decided, claimed, sensitive, estimand, len(estimate.sample.measures) > 1, level),
        ),
        overrides=overrides,
        provenance=continued(
            estimate,
            method="evaluation.heterogeneity",
            options={"modifiers": list(data.x_names), "folds": folds, "learners": list(keys), "rows": rows}
            | {"outcome": chosen.outcome, "months": [m for m in chosen.months if m == m]},
            seed=seed,
            overrides=overrides,
        ),
        figure="group_effects",
        rests_on=estimate.rests_on,
        estimate=estimate,
        claimed=any(claimed),
        tests=tests_table(decided, adjusted, claimed),
        learners=compared,
        claims=dict(zip(arms, claimed, strict=True)),
        toc=pd.concat(
            [d.curve.assign(contrast=c, unit=chosen.unit) for c, d in decided.items()], ignore_index=True
        ),
        projection=pd.concat([projection(data, c, pair) for c, pair in arms.items()], ignore_index=True),
        predicted=predicted,
        target_words=f"{chosen.label} {chosen.when}".strip(),
    )


def _cut_by(estimate: Estimate, modifiers: Sequence[str] | None, data: Scored) -> list[str]:
    """What groups are cut by: the modifiers (or, where none are named, the covariates), then the sensitive ones."""
    plan = estimate.design.plan
    asked = [modifiers] if isinstance(modifiers, str) else modifiers
    named = list(asked or plan.modifiers or list(data.sample.parts)[:12])
    return list(dict.fromkeys([*named, *plan.with_role("sensitive")]))


def _predicted(data: Scored, found: Decided, seed: int, tick: Callable[[], None] | None) -> Array:
    """Predicted effect of everybody by models that had not seen their cluster, shape (m,) for all m people."""
    score, weight, cluster = data.difference(found.arms), data.weight(found.arms), data.sample.cluster
    learn = stacked_learner(seed)
    everybody = np.zeros(len(data.all_x))
    inside = np.empty(len(data.sample))
    count = int(data.fold.max()) + 1
    for j in range(count):
        new = data.fold == j
        predict = learn(data.x[~new], score[~new], weight[~new], cluster[~new])
        inside[new] = predict(data.x[new])
        if data.drawn:
            everybody += predict(data.all_x) / count
        if tick is not None:
            tick()
    # Those who were not drawn were seen by none of the models.
    everybody[data.rows] = inside
    return everybody


def _apart(
    data: Scored, decided: dict[str, Decided], estimand: str
) -> dict[str, tuple[float, float, float] | None]:
    from scipy.stats import t

    out: dict[str, tuple[float, float, float] | None] = {}
    for contrast, found in decided.items():
        gap = top_less_bottom(data, found, estimand)
        if gap is None or gap.df < 1:
            out[contrast] = None
            continue
        reach = float(t.ppf(0.975, gap.df)) * gap.se
        out[contrast] = (gap.effect, gap.effect - reach, gap.effect + reach)
    return out
