"""Estimate effects, once it has been seen whether the groups can be compared."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evaluation.designs.sample import Sample
from almpo_kit.evaluation.estimation.asked import contrasts_asked, estimand_asked, method_asked
from almpo_kit.evaluation.estimation.few_differ import few_differ
from almpo_kit.evaluation.estimation.followed import followed, withheld
from almpo_kit.evaluation.estimation.tables import cumulative_table, effects_table
from almpo_kit.evaluation.estimation.told_checks import checks_of, support_of_another
from almpo_kit.evaluation.estimation.words import AGAINST_THE_CHECKS, headline, question, rests_on, sentence
from almpo_kit.evaluation.inference.fit import Fit
from almpo_kit.evaluation.protocol.continuing import continued, overridden_first
from almpo_kit.evaluation.protocol.methods import METHODS, load
from almpo_kit.evaluation.protocol.results import Estimate, Overlap
from almpo_kit.evaluation.protocol.steps import go_on
from almpo_kit.vocabulary.errors import ParameterError

#: Ways of assignment whose estimate is read off a figure of their own; the others show effects, or their path.
_FIGURES = {"rd": "discontinuity", "did": "event_study", "synthetic_control": "synthetic_control"}


def estimate(
    overlap: Overlap,
    *,
    method: str = "",
    estimand: str = "",
    contrasts: Sequence[tuple[str, str]] | None = None,
    folds: int = 5,
    learner: str = "auto",
    seed: int = 0,
    workers: int = 1,
    override: str = "",
    progress: Callable[[int, int], None] | None = None,
) -> Estimate:
    """Effects of every arm on every outcome at every month, with intervals.

    Parameters
    ----------
    overlap : Overlap
        The step before; only the people it kept are used.
    method : str, optional
        A trial: ``"adjusted"`` (default), ``"difference"``, ``"two_stage"``. Selection on observed characteristics:
        ``"doubly_robust"`` (default), ``"double_machine_learning"``, ``"regression"``, ``"weighting"``,
        ``"propensity_matching"``, ``"nearest_neighbours"``, ``"difference"`` (naive). Other ways of assignment have
        theirs; an unknown name lists them.
    estimand : {"itt", "att", "ate", "late"}, optional
        That of the design by default.
    contrasts : sequence of (arm, comparison), optional
        Every arm against the comparison by default; any two arms may be compared.
    folds : int
        For cross-fitting; clusters stay whole.
    learner : {"auto", "linear", "boosting"}
        Of expected outcomes and chances.
    seed : int
        Same seed, same bytes.
    workers : int
        Threads; the numbers do not depend on it.
    override : str
        Why to go on although the overlap said stop.
    progress : callable, optional
        Called with (done, total).

    Returns
    -------
    Estimate

    Raises
    ------
    DesignError
        The overlap said stop, or the data cannot carry the method.
    ParameterError
        An unknown method, estimand, arm or learner.
    """
    if not isinstance(overlap, Overlap):
        raise ParameterError(
            f"estimate() takes the overlap, not {type(overlap).__name__}; write e.g. "
            "evaluation.estimate(evaluation.overlap(plan))."
        )
    overrides = go_on(overlap, "overlap", override)
    plan = overlap.design.plan
    options: dict[str, Any] = {
        "method": method_asked(plan, method, estimand),
        "estimand": estimand_asked(plan, estimand),
        "contrasts": contrasts_asked(plan, contrasts),
        "folds": folds,
        "learner": learner,
        "seed": seed,
    }
    sample, unfollowed = followed(kept_sample(overlap), options["contrasts"])
    found = fitted(overlap, sample, options, workers=workers, progress=progress)
    fit = few_differ(withheld(found, sample), sample)
    measures = sample.measures if fit.measures is None else fit.measures
    table = effects_table(fit, measures, options["method"], seed)
    cumulative = cumulative_table(fit, measures, table)
    return Estimate(
        question=plan.question or question(table),
        sentence=f"{AGAINST_THE_CHECKS if overrides else ''}{sentence(table, cumulative)}",
        table=table,
        checks=overridden_first(
            overrides,
            (
                *support_of_another(plan, fit, options),
                *unfollowed,
                *checks_of(fit, sample, table, cumulative, options),
            ),
        ),
        overrides=overrides,
        provenance=continued(
            overlap,
            method=f"evaluation.estimate.{options['method']}",
            options={k: v for k, v in options.items() if k not in ("method", "seed")},
            seed=seed,
            overrides=overrides,
        ),
        figure=_FIGURES.get(plan.assignment) or ("effect_path" if _is_path(table) else "effects"),
        # A number that must not be used as an effect is not drawn as the answer.
        headline=None if overrides else headline(table),
        certainty="too little to say" if overrides else None,
        rests_on=rests_on(table, int(np.max(fit.n_clusters, initial=0)), sample.clustered),
        overlap=overlap,
        method=options["method"],
        fit=fit,
        sample=sample,
        cumulative=cumulative,
        options=options,
    )


def kept_sample(overlap: Overlap) -> Sample:
    """The people that the overlap kept; the sample itself where it kept all, so that a register is not copied."""
    sample = overlap.design.sample
    return sample if bool(np.all(overlap.kept)) else sample.rows(overlap.kept)


def fitted(
    overlap: Overlap,
    sample: Sample,
    options: dict[str, Any],
    *,
    workers: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Fit:
    """What the method asked for finds; nothing is checked."""
    function = load(METHODS[overlap.design.plan.assignment][options["method"]])
    rest = {k: v for k, v in options.items() if k != "method"}
    fit: Fit = function(overlap, sample, workers=workers, progress=progress, **rest)
    return fit


def _is_path(table: pd.DataFrame) -> bool:
    """Whether an outcome is known at three months or more."""
    known = {(o, m) for o, m in zip(table["outcome"], table["months"], strict=True) if m == m}
    return any(sum(o == outcome for o, _ in known) >= 3 for outcome in {o for o, _ in known})
