"""What makes a significantly favourable result more likely: sign and significance instead of size.

Many studies give a sign and its significance but no effect in a comparable unit. As in Card, Kluve and
Weber, each estimate falls into one of three ordered categories (significantly unfavourable, not
significant, significantly favourable), and an ordered probit relates the category to the programme, the
horizon and whatever else the formula names. Nothing is invented for estimates without a standard error:
their category is what the study states. Significance mixes the size of an effect with the precision of
its study, so that larger studies are favourable more often at the same effect; ``log_n`` in the formula
holds that apart where n is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from almpo_kit.evidence.columns import require
from almpo_kit.evidence.pooling import check_level
from almpo_kit.evidence.signs.sign_cases import Case, case_of, set_aside
from almpo_kit.evidence.signs.sign_margins import Estimated, estimate, margins, predicted
from almpo_kit.evidence.signs.sign_words import checks_of, model_sentence, refused_sentence
from almpo_kit.evidence.words import foundation
from almpo_kit.vocabulary.finding import Finding
from almpo_kit.vocabulary.provenance import provenance


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class SignModel(Finding):
    """An ordered probit of sign and significance, with cluster-robust inference.

    ``table``: one row per contrast that the formula names, see :func:`sign_model`. ``coefficients``
    (``term, estimate, se, model_se, low, high``) and ``cutpoints`` (the same) are the fit itself, on the
    scale of the probit; contrasts that too few samples carry are in them too, and only the table is meant
    to be read. ``probabilities``: observed shares and average predicted probabilities of the three
    categories by level, in per cent. ``loglik`` and ``loglik_null`` (cutpoints only). ``refusal`` says why
    there is no model; then ``coefficients`` and ``probabilities`` are empty.
    """

    coefficients: pd.DataFrame
    cutpoints: pd.DataFrame
    probabilities: pd.DataFrame
    refusal: str | None
    loglik: float
    loglik_null: float
    converged: bool
    n_estimates: int
    n_samples: int
    formula: str
    cluster: str
    level: float

    def metrics(self) -> Mapping[str, float]:
        """Size of the sample and fit."""
        counts = {"estimates": float(self.n_estimates), "samples": float(self.n_samples)}
        if self.refusal:
            return counts
        return counts | {"loglik": self.loglik, "loglik_null": self.loglik_null}


def sign_model(
    effects: pd.DataFrame,
    formula: str = "~ programme_type + band",
    *,
    cluster: str = "sample_id",
    level: float = 0.95,
) -> SignModel:
    """Relate the favour of each estimate (unfavourable, not significant, favourable) to moderators.

    The category is what the study states, or is derived from effect and standard error where it states
    nothing (see ``evidence.tally``); ``significance`` says favourable, not plus. Estimates of which
    neither is known are left out and counted, as are those compared with another programme, those that
    count the subsidised job itself, those of no known sample, and those that lack a moderator. Outcomes
    and estimands may differ, because significance has no unit.

    Standard errors are clustered by sample: the sandwich of the observed information and the samples'
    summed scores, times G / (G - 1) for G samples (as Stata's ``vce(cluster)`` and R's
    ``sandwich::vcovCL(type="HC0")``). Intervals use t with G - 1 degrees of freedom where those programs
    use the normal, because G is small here. A difference in points is an average marginal effect: the
    mean over all estimates of the predicted probability of a significantly favourable result with the
    characteristic set to one level minus the same with the level that most samples have (per unit for a
    number); its interval comes by the delta method.

    A level whose estimates all fall into the lowest or the highest category predicts perfectly and would
    put its coefficient at infinity: its estimates are set aside and named in the sentence. Where no single
    level is to blame, or no favourable estimate is left, the model is refused.

    Parameters
    ----------
    effects : DataFrame, shape (k, ...)
        An ``effects`` frame. ``effect`` and ``se`` may be missing where ``significance`` is stated, so that
        studies with a sign and no size enter once they are coded as rows of this frame. The table of signs
        that this workbench carries (``sources.sign_only()``) is not: each of its rows sums up several
        outcomes, groups and comparisons of a study in one phrase, without the outcome's name, the
        comparator, the origin of the horizon or n, and some of its studies are in the base already.
    formula : str
        Moderators of :mod:`almpo_kit.evidence.regression.moderators`, e.g.
        ``"~ programme_type + band + outcome + log_n"``.
    cluster : str
        Column that tells independent samples apart; ``sample_id`` falls back to ``study_id``.
    level : float
        Coverage of the intervals.

    Returns
    -------
    SignModel
        ``table``: ``variable, level, label, against, n_estimates, n_samples, against_samples, observed`` (share of
        favourable estimates, per cent), ``predicted`` (per cent), ``difference, se, low, high`` (points), and
        ``judged``, "" or why the contrast is not shown: fewer than five samples on one of its sides.

    Raises
    ------
    DesignError
        Missing columns; a formula that these data cannot carry.
    ParameterError
        A formula outside the language of moderators; a level that is no probability.

    References
    ----------
    Card, Kluve and Weber (2018) J. Eur. Econ. Assoc. 16, 894-931.
    """
    check_level(level)
    effects = require(effects, (), "sign_model")
    case = set_aside(case_of(effects, formula, cluster))
    if case.refusal:
        return _refused(effects, case, level)
    return _modelled(effects, case, estimate(case, level), level)


def _modelled(effects: pd.DataFrame, case: Case, e: Estimated, level: float) -> SignModel:
    table = margins(case, e)
    return _finding(
        effects,
        case,
        level,
        sentence=model_sentence(case, table, level),
        table=table,
        checks=checks_of(case, e.fit.converged),
        coefficients=e.coefficients,
        cutpoints=e.cutpoints,
        probabilities=predicted(case, e),
        refusal=None,
        loglik=e.fit.loglik,
        loglik_null=e.loglik_null,
        converged=e.fit.converged,
    )


def _refused(effects: pd.DataFrame, case: Case, level: float) -> SignModel:
    nothing = pd.DataFrame(columns=["term", "estimate", "se", "model_se", "low", "high"])
    return _finding(
        effects,
        case,
        level,
        sentence=refused_sentence(case),
        table=margins(case, None),
        checks=checks_of(case, True),
        coefficients=nothing,
        cutpoints=nothing,
        probabilities=predicted(case, None),
        refusal=case.refusal,
        loglik=np.nan,
        loglik_null=np.nan,
        converged=False,
    )


def _finding(effects: pd.DataFrame, case: Case, level: float, **fields: object) -> SignModel:
    options = {"formula": case.formula.text, "cluster": case.cluster, "level": level}
    refused = fields["refusal"] is not None
    return SignModel(
        question="What makes a significantly favourable result more likely?",
        provenance=provenance(
            effects,
            method="ordered probit of sign and significance, cluster-robust by sample",
            options=options,
        ),
        figure="sign_model",
        certainty="too little to say" if refused else None,
        rests_on=foundation(case.rows, case.n_samples),
        n_estimates=len(case.rows),
        n_samples=case.n_samples,
        formula=case.formula.text,
        cluster=case.cluster,
        level=level,
        **fields,  # type: ignore[arg-type]
    )
