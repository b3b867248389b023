"""Average estimates of which several may come from one sample, or explain how they differ."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, overload

import pandas as pd

from almpo_kit.evidence.columns import require
from almpo_kit.evidence.designs import design_counts, side_by_side
from almpo_kit.evidence.pooling import check_level
from almpo_kit.evidence.refusals import Minimum
from almpo_kit.evidence.regression.fitted_models import Assumptions, Errors, Working, check_assumptions
from almpo_kit.evidence.regression.formulas import Formula, read
from almpo_kit.evidence.regression.meta_regression import MetaRegression, regression
from almpo_kit.evidence.regression.multilevel_averages import MultilevelEffect, multilevel_average
from almpo_kit.evidence.telling import FEWEST_DF, FEWEST_SAMPLES
from almpo_kit.vocabulary.finding import Check

__all__ = ["MetaRegression", "MultilevelEffect", "multilevel"]


@overload  # A formula that is not spelled out is taken for one with moderators.
def multilevel(  # type: ignore[overload-overlap]
    effects: pd.DataFrame,
    formula: Literal["~ 1", "~1", "1"] = ...,
    *,
    cluster: str = ...,
    working: Working = ...,
    rho: float = ...,
    robust: Errors = ...,
    level: float = ...,
) -> MultilevelEffect: ...
@overload
def multilevel(
    effects: pd.DataFrame,
    formula: str,
    *,
    cluster: str = ...,
    working: Working = ...,
    rho: float = ...,
    robust: Errors = ...,
    level: float = ...,
) -> MetaRegression: ...
def multilevel(
    effects: pd.DataFrame,
    formula: str = "~ 1",
    *,
    cluster: str = "sample_id",
    working: Working = "CHE",
    rho: float = 0.0,
    robust: Errors = "CR2",
    level: float = 0.95,
) -> MultilevelEffect | MetaRegression:
    """Average the estimates, or explain how they differ, treating those of one sample as related.

    True effects vary between samples and between the estimates of a sample; the two variances are
    estimated by REML. The standard error is cluster-robust (CR2), so that it holds when sampling errors
    within a sample are correlated as well, with Satterthwaite degrees of freedom.

    Parameters
    ----------
    effects : DataFrame, shape (k, ...)
        An ``effects`` frame, or any frame with ``effect``, ``se`` and ``study_id``; all in one unit and of
        one outcome.
    formula : str
        ``"~ 1"`` averages. Otherwise moderators: columns of ``effects``, or ``band`` (from the horizon) and
        ``log_n``; joined by ``+``, ``:`` and ``*``; in ``C()``, ``center()``, ``scale()``, ``log()``,
        ``poly(x, 2)``, or as splines ``bs(x, df=4)``, ``cr(x, df=3)``. Words are categories, compared with
        the first of the vocabulary (``rct``, ``short``, …) or of the alphabet; make another one the first
        with ``pandas.Categorical``. Rows without a moderator are left out, and that is said.
    cluster : str
        Column that tells independent samples apart. ``sample_id`` falls back to ``study_id`` where blank.
    working : {"CHE", "CORR", "HIER"}
        Working model; standard errors hold whichever is true. ``CHE``: likelihood, variances between and
        within samples and sampling errors correlated by ``rho``. ``CORR``, ``HIER``: robumeta's moments.
    rho : float, in [0, 1)
        Assumed correlation of sampling errors within a sample (see :func:`sensitivity`).
    robust : {"CR2", "CR1", "CR0", "model"}
        Kind of standard error. ``model`` believes the working model and uses the normal.
    level : float
        Coverage of the intervals. The prediction interval of an average is
        ``mean ± t · sqrt(sigma2_between + sigma2_within + se²)`` with the same t quantile.

    Returns
    -------
    MultilevelEffect or MetaRegression
        An average for ``"~ 1"``; with moderators a table of coefficients with tests. Below five samples or
        four degrees of freedom the numbers are there, but with failed checks, without a headline, and with
        certainty "too little to say".

    Raises
    ------
    DesignError
        Estimates that cannot be averaged (see :func:`pool`; a horizon, comparator, estimand or subsidised
        job may differ where the formula names it), a single sample, or moderators that are unknown, never
        vary, cannot be told apart or are more than the samples allow.
    ParameterError
        A formula that cannot be read, an unknown working model or kind of error, rho or level out of range.

    References
    ----------
    Konstantopoulos (2011) Res. Synth. Methods 2, 61-76. Pustejovsky and Tipton (2022) Prev. Sci. 23,
    425-438. Tipton and Pustejovsky (2015) J. Educ. Behav. Stat. 40, 604-634.
    """
    check_level(level)
    check_assumptions(working, rho, robust, "multilevel")
    wanted = read(formula, "multilevel")
    assumed = Assumptions(working, float(rho), robust, level)
    ready = require(effects, ("effect", "se"), "multilevel")
    if not wanted.empty:
        return regression(_ordered(ready, effects, wanted), wanted, cluster, assumed)
    found = multilevel_average(ready, cluster=cluster, assumed=assumed)
    return replace(found, checks=(*found.checks, *_by_design(ready, level)))


def _ordered(ready: pd.DataFrame, given: pd.DataFrame, wanted: Formula) -> pd.DataFrame:
    """Moderators given as categories keep their order, which says what is the reference."""
    kept = [v for v in wanted.variables if v in given and given[v].dtype == "category"]
    return ready.assign(**{v: given[v] for v in kept if ready[v].dtype == object}) if kept else ready


def _by_design(effects: pd.DataFrame, level: float) -> tuple[Check, ...]:
    """Randomised and other results side by side, where there are both."""
    if "design" not in effects:
        return ()
    randomised = effects["design"].eq("rct")
    if randomised.all() or not randomised.any():
        return (design_counts(effects),)
    return (side_by_side(effects, Minimum(FEWEST_SAMPLES, FEWEST_DF), level),)
