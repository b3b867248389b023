"""Double machine learning: EconML's partially linear model, with cluster-robust inference from its residuals."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np

from almpo_kit.evaluation.designs.sample import Sample
from almpo_kit.evaluation.disclosure.smallest import SMALLEST
from almpo_kit.evaluation.estimation.arm_regressions import arm_means
from almpo_kit.evaluation.estimation.counts import contrast_counts
from almpo_kit.evaluation.inference.cluster_robust import least_squares
from almpo_kit.evaluation.inference.fit import Fit
from almpo_kit.evaluation.learners.basis import bent
from almpo_kit.evaluation.learners.folds import folds as cut
from almpo_kit.evaluation.protocol.results import Overlap
from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.finding import Check

Array = np.ndarray[Any, np.dtype[Any]]


def double_machine_learning(
    overlap: Overlap,
    sample: Sample,
    *,
    estimand: str = "ate",
    contrasts: Sequence[tuple[str, str]],
    folds: int = 5,
    learner: str = "auto",
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
    **unused: Any,
) -> Fit:
    """One effect an arm for everybody, residuals of outcomes on residuals of assignment (``econml.dml.LinearDML``).

    EconML estimates; its standard errors know no clusters, so ours come from its residuals (CR2). If effects differ
    between people, the result weighs them by how uncertain their assignment was: neither ATT nor ATE, and a check says so.

    Returns
    -------
    Fit

    Raises
    ------
    DesignError
        EconML could not fit its models.

    References
    ----------
    Chernozhukov et al. (2018) Econom. J. 21, C1-C68.
    """
    h, k = sample.outcome.shape[1], len(sample.arms)
    told = _arm_contrasts(sample, contrasts)
    estimate, covariance, df = (
        np.full(s, np.nan) for s in ((len(told), h), (len(told), h, h), (len(told), h))
    )
    for done, j in enumerate(range(h)):
        some, present, asked = _known(sample, j, told)
        if asked.any():
            effects, y, t = _econml(some, cut(some, folds, seed), j, learner, seed)
            combined = told[np.ix_(asked, present)][:, 1:]
            robust = least_squares(t, y, some.cluster, some.weight, combined)
            # The point estimate is EconML's; the two agree to rounding (a test holds them to it).
            estimate[asked, j] = combined @ effects
            covariance[asked, j, j], df[asked, j] = robust.covariance[:, 0, 0], robust.df[:, 0]
        if progress is not None:
            progress(done + 1, h)
    return Fit(
        contrasts=tuple(contrasts),
        estimate=estimate,
        covariance=covariance,
        df=df,
        comparison_mean=np.array([arm_means(sample, b) for _, b in contrasts]),
        **contrast_counts(sample, contrasts),
        estimand="ate",
        se_kind="CR2 by cluster" if sample.clustered else "HC2",
        checks=(_WEIGHTED,),
        details={"learner": learner, "folds": folds, "arms": k},
    )


_WEIGHTED = Check(
    "weighted_effect",
    "informational",
    "The partially linear model gives one effect for everybody. Where effects differ between people, it weighs them by "
    "how uncertain their assignment was: read it as the effect for those who could well have been in either group.",
)


def _known(sample: Sample, j: int, told: Array) -> tuple[Sample, Array, Array]:
    """People whose outcome is known in arms where it is for ten or more, those arms, and the contrasts between them."""
    rows = ~np.isnan(sample.outcome[:, j])
    k = len(sample.arms)
    if rows.all():
        return sample, np.arange(k), np.ones(len(told), dtype=bool)
    size, seen = (np.bincount(sample.arm, held, minlength=k) for held in (np.ones(len(sample)), rows))
    present = np.flatnonzero(seen >= np.minimum(size, SMALLEST))
    some = sample.rows(rows & np.isin(sample.arm, present))
    some = replace(some, arms=tuple(sample.arms[a] for a in present), arm=np.searchsorted(present, some.arm))
    absent = np.setdiff1d(np.arange(k), present)
    return some, present, (told[:, absent] == 0).all(axis=1)


def _arm_contrasts(sample: Sample, contrasts: Sequence[tuple[str, str]]) -> Array:
    """How the means of the k arms enter each contrast, shape (c, k)."""
    told = np.zeros((len(contrasts), len(sample.arms)))
    for i, (a, b) in enumerate(contrasts):
        told[i, sample.arms.index(a)] += 1
        told[i, sample.arms.index(b)] -= 1
    return told


def _econml(sample: Sample, fold: Array, j: int, learner: str, seed: int) -> tuple[Array, Array, Array]:
    """Effects (k - 1,), residuals of the outcome (n, 1) and of assignment (n, k - 1)."""
    with _quiet():
        from econml.dml import LinearDML
    x = sample.covariates
    if sample.block is not None:
        x = np.hstack([x, (sample.block[:, None] == np.arange(1, int(sample.block.max()) + 1)).astype(float)])
    if not x.shape[1]:
        raise DesignError(
            'double machine learning needs covariates; use method="difference", or name covariates in design().'
        )
    x = x if learner == "boosting" else bent(x)
    splits = [(np.flatnonzero(fold != f), np.flatnonzero(fold == f)) for f in range(int(fold.max()) + 1)]
    outcome, treatment = _models(learner, seed)
    model = LinearDML(
        model_y=outcome,
        model_t=treatment,
        discrete_treatment=True,
        categories=list(range(len(sample.arms))),
        cv=splits,
        random_state=seed,
    )
    weight = None if np.ptp(sample.weight) == 0 else sample.weight
    with _quiet():
        try:
            model.fit(sample.outcome[:, j], sample.arm, W=x, sample_weight=weight, cache_values=True)
        except (ValueError, AttributeError, np.linalg.LinAlgError) as error:
            raise DesignError(
                f'EconML could not fit the models ({error}); use method="doubly_robust", or fewer folds.'
            ) from error
        y, t = model.residuals_[:2]
        effects = np.asarray(model.const_marginal_ate(), dtype=float).ravel()
    return (
        effects,
        np.asarray(y, dtype=float).reshape(-1, 1),
        np.asarray(t, dtype=float).reshape(len(sample), -1),
    )


def _models(learner: str, seed: int) -> tuple[Any, Any]:
    if learner == "boosting":
        from lightgbm import LGBMClassifier, LGBMRegressor

        still = {"deterministic": True, "force_row_wise": True, "num_threads": 1, "verbosity": -1}
        size = {"n_estimators": 120, "learning_rate": 0.05, "num_leaves": 15, "random_state": seed}
        return LGBMRegressor(**size, **still), LGBMClassifier(**size, **still)
    from sklearn.linear_model import LogisticRegression, RidgeCV

    return RidgeCV(alphas=np.logspace(-3, 4, 8)), LogisticRegression(C=1.0, max_iter=500)


@contextmanager
def _quiet() -> Iterator[None]:
    """Chatter of the libraries below EconML stays where it is."""
    from warnings import catch_warnings, simplefilter

    with catch_warnings():
        for kind in (FutureWarning, DeprecationWarning, UserWarning, SyntaxWarning):
            simplefilter("ignore", kind)
        yield
