"""What each sample's effect probably is, once it is read beside all the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from almpo_kit.evidence.kernels.intervals import critical
from almpo_kit.evidence.kernels.shrinkage import shrink
from almpo_kit.evidence.regression.fitted_models import FittedModel, model_of
from almpo_kit.evidence.regression.meta_regression import MetaRegression
from almpo_kit.evidence.regression.multilevel_averages import MultilevelEffect, method_words, options_of
from almpo_kit.evidence.telling import too_thin
from almpo_kit.evidence.words import count, digits, foundation, only, sign_of
from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.provenance import provenance
from almpo_kit.vocabulary.rendering import number


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class StudyEffects(Finding):
    """Empirical-Bayes effects, in ``unit``.

    ``table``: one row per sample, ``sample_id, n_estimates, own, own_se`` (its weighted mean and error),
    ``expected`` (by the model), ``effect, se, low, high`` (shrunken), ``shrinkage`` (share of the way from
    ``own`` to ``expected``, 0 to 1), ``deviation, deviation_se`` (effect beyond what was expected).
    """

    unit: str
    level: float
    shrinkage: float
    n_samples: int

    def metrics(self) -> Mapping[str, float]:
        """Median shrinkage and number of samples."""
        return {"shrinkage": self.shrinkage, "n_samples": float(self.n_samples)}


def study_effects(fit: MultilevelEffect | MetaRegression) -> StudyEffects:
    """Estimate each sample's own effect, pulled towards the others by as much as its noise warrants.

    A precise sample keeps its result; an imprecise one is moved to what the model expects of it. The
    variances are taken as known, so that intervals are a little too narrow where samples are few.

    Parameters
    ----------
    fit : MultilevelEffect or MetaRegression
        From :func:`multilevel` with ``working="CHE"``.

    Returns
    -------
    StudyEffects
        Normal intervals, as metafor's.

    Raises
    ------
    DesignError
        A model by moments (CORR, HIER), which has no likelihood to predict from.

    References
    ----------
    Raudenbush and Bryk (1985) J. Educ. Stat. 10, 75-98. Robinson (1991) Stat. Sci. 6, 15-32.
    """
    m = likelihood_model(fit, "study_effects")
    s, level = shrink(m.blocks, m.fit), m.assumed.level
    reach = critical(level) * s.se
    table = pd.DataFrame(
        {
            "sample_id": m.samples,
            "n_estimates": m.blocks.sizes,
            "own": s.own,
            "own_se": s.own_se,
            "expected": s.expected,
            "effect": s.effect,
            "se": s.se,
            "low": s.effect - reach,
            "high": s.effect + reach,
            "shrinkage": s.pull,
            "deviation": s.deviation,
            "deviation_se": s.deviation_se,
        }
    )
    thin = too_thin(len(m.samples), float(m.judged[0]) if m.moderators.formula == "~ 1" else np.inf)
    return StudyEffects(
        question="What is each study's own effect, read beside the others?",
        sentence=_sentence(m, table, thin),
        table=table,
        checks=_checks(m),
        provenance=provenance(
            m.effects,
            method=f"empirical Bayes after {m.moderators.formula}, {method_words(m.assumed)}",
            options=options_of(m.assumed),
        ),
        certainty="too little to say" if thin else None,
        rests_on=foundation(m.effects, len(m.samples)),
        unit=only(m.effects, "unit"),
        level=level,
        shrinkage=float(np.median(s.pull)),
        n_samples=len(m.samples),
    )


def likelihood_model(fit: object, verb: str) -> FittedModel:
    """The model behind a result, if it has a likelihood; refuses others."""
    m = model_of(fit, verb)
    if m.assumed.working != "CHE":
        raise DesignError(
            f'{verb}() needs a model with a likelihood, and working="{m.assumed.working}" has none; fit it again '
            'with multilevel(effects, …, working="CHE")'
        )
    return m


def _sentence(m: FittedModel, table: pd.DataFrame, thin: str) -> str:
    unit = only(m.effects, "unit")
    low, high = table["effect"].min(), table["effect"].max()
    raw_low, raw_high = table["own"].min(), table["own"].max()
    said = [number(x, digits(unit)) for x in (raw_low, raw_high, low, high)]
    span = (
        f"the samples' own effects run from {said[0]} to {said[1]}, and read beside each other from {said[2]} to "
        f"{said[3]} {sign_of(unit)}".rstrip()
    )
    if thin:
        return f"Too little to say: {thin}. As a computation, {span}."
    pull = float(np.median(table["shrinkage"]))
    if m.fit.between == 0:
        return (
            f"Across {count(len(m.samples), 'independent sample')}, {span}; nothing beyond chance sets the samples "
            "apart."
        )
    return (
        f"Across {count(len(m.samples), 'independent sample')}, {span}; half of the samples move at least "
        f"{pull:.0%} of the way towards what the others lead one to expect."
    )


def _checks(m: FittedModel) -> tuple[Check, ...]:
    notes = [_converged(m)]
    if m.fit.between == 0:
        words = "No variance between samples was found, so every sample's effect is the one that the model expects."
        notes.append(Check("variance between samples", "informational", words))
    words = "The variances are taken as known; with few samples the intervals are a little too narrow."
    return (*notes, Check("variances", "informational", words))


def _converged(m: FittedModel) -> Check:
    if m.fit.converged:
        return Check("convergence", "passed", "The search for the variances ended at a solution.")
    words = "The search for the variances stopped before it found a solution; do not quote these numbers."
    return Check("convergence", "failed", words)
