"""Explain how effects differ: a regression on moderators with cluster-robust inference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from almpo_kit.evidence.comparability import comparable, labels_of
from almpo_kit.evidence.kernels.blocks import Floats
from almpo_kit.evidence.regression.fitted_models import (
    Assumptions,
    FittedModel,
    fit_model,
    samples_in,
    two_sided,
    variance_without,
)
from almpo_kit.evidence.regression.formulas import Formula
from almpo_kit.evidence.regression.moderators import known, moderators
from almpo_kit.evidence.regression.multilevel_averages import method_words, options_of
from almpo_kit.evidence.regression.regression_sentences import regression_sentence
from almpo_kit.evidence.regression.regression_words import regression_checks
from almpo_kit.evidence.regression.verdicts import flag_of
from almpo_kit.evidence.telling import too_thin
from almpo_kit.evidence.words import foundation, only
from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.finding import Finding
from almpo_kit.vocabulary.provenance import provenance


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class MetaRegression(Finding):
    """How effects differ with moderators, in ``unit``.

    ``table``: one row per coefficient, ``coefficient`` (its name in the formula), ``term``, ``label`` in
    words, ``estimate, se, df, t, p, low, high, flag`` (why there is no verdict: "df below 4" by CR2 whatever
    the errors, "rests on one sample (name)", "narrower than precision allows"). ``tests``: one row per term,
    ``term, label, f, df_num, df_den, p, flag``, by the AHT joint test. ``omnibus_…``: the same test of
    all coefficients but the constant. ``sigma2_between``, ``sigma2_within``: variances that the moderators
    leave between samples and within them. ``explained``: by how many per cent the sum of the two is smaller
    than without moderators, on the same estimates; an estimate with much noise, not below zero.
    ``n_dropped``: estimates left out for want of a moderator. ``fitted``: the model itself, for the verbs
    that read on.
    """

    tests: pd.DataFrame
    formula: str
    omnibus_f: float
    omnibus_df_num: int
    omnibus_df_den: float
    omnibus_p: float
    sigma2_between: float
    sigma2_within: float
    explained: float
    n_estimates: int
    n_samples: int
    n_dropped: int
    converged: bool
    loglik: float
    level: float
    unit: str
    outcome: str
    fitted: FittedModel

    def metrics(self) -> Mapping[str, float]:
        """The numbers of the whole model, and each coefficient by name."""
        names = ("omnibus_f", "omnibus_p", "sigma2_between", "sigma2_within", "explained", "n_estimates")
        whole = {n: float(getattr(self, n)) for n in (*names, "n_samples", "n_dropped")}
        each = zip(self.table["coefficient"], self.table["estimate"], strict=True)
        return whole | {f"beta {name}": float(value) for name, value in each}


def regression(effects: pd.DataFrame, formula: Formula, cluster: str, assumed: Assumptions) -> MetaRegression:
    """Regress effects on moderators; see :func:`almpo_kit.evidence.multilevel`.

    Parameters
    ----------
    effects : DataFrame, shape (k, ...)
        Read by ``columns.require`` already.

    Raises
    ------
    DesignError
        Estimates that cannot stand in one regression, or moderators that cannot be told apart.
    """
    there = known(effects, formula, "multilevel").to_numpy()
    if not there.any():
        raise DesignError(
            f"multilevel() found no estimate that has a value of every moderator ({', '.join(formula.variables)}); "
            "fill them in, or name fewer"
        )
    used = effects[there].reset_index(drop=True)
    y, v = comparable(used, "multilevel", frozenset(formula.variables))
    labels = labels_of(used, cluster, "multilevel")
    design = moderators(used, formula, "multilevel", samples_in(labels, "multilevel"))
    return _finding(fit_model(used, y, v, labels, design, assumed), left_out=effects[~there])


def _finding(m: FittedModel, left_out: pd.DataFrame) -> MetaRegression:
    table, tests = coefficients(m), _tests(m)
    whole = m.joint(np.eye(len(m.beta))[list(m.moderators.tested)])
    n, unit = len(m.samples), only(m.effects, "unit")
    explained = _explained(m)
    return MetaRegression(
        question=f"What explains how effects differ? Moderators: {_moderators(m)}",
        sentence=regression_sentence(m, table, tests, unit),
        table=table,
        checks=regression_checks(m, table, whole, explained, left_out),
        provenance=provenance(
            m.effects,
            method=f"meta-regression {m.moderators.formula}, {method_words(m.assumed)}",
            options=options_of(m.assumed) | {"formula": m.moderators.formula},
        ),
        certainty="too little to say" if too_thin(n, np.inf) or not _any_verdict(table) else None,
        rests_on=foundation(m.effects, n),
        tests=tests,
        formula=m.moderators.formula,
        omnibus_f=whole.f,
        omnibus_df_num=whole.df_num,
        omnibus_df_den=whole.df_den,
        omnibus_p=whole.p,
        sigma2_between=m.fit.between,
        sigma2_within=m.fit.within,
        explained=explained,
        n_estimates=len(m.effects),
        n_samples=n,
        n_dropped=len(left_out),
        converged=m.fit.converged,
        loglik=m.fit.loglik,
        level=m.assumed.level,
        unit=unit,
        outcome=only(m.effects, "outcome"),
        fitted=m,
    )


def _moderators(m: FittedModel) -> str:
    return ", ".join(m.moderators.term_labels.values())


def _any_verdict(table: pd.DataFrame) -> bool:
    return bool((table["flag"] == "")[table["coefficient"] != "Intercept"].any())


def _explained(m: FittedModel) -> float:
    before, after = variance_without(m), m.fit.between + m.fit.within
    return max(0.0, 100 * (1 - after / before)) if before > 0 else np.nan


def coefficients(m: FittedModel) -> pd.DataFrame:
    """The table of coefficients of a fitted model, shape (p, 11)."""
    se = np.sqrt(np.diag(m.covariance))
    with np.errstate(divide="ignore", invalid="ignore"):
        t = m.beta / se
    reach = np.array([m.reach(df) for df in m.robust.df]) * se
    p, every = two_sided(t, m.robust.df), np.eye(len(m.beta))
    tested = m.moderators.tested
    owner = {i: term for term, s in m.moderators.terms.items() for i in range(*s.indices(len(m.beta)))}
    return pd.DataFrame(
        {
            "coefficient": m.moderators.names,
            "term": [owner.get(i, "1") for i in range(len(m.beta))],
            "label": m.moderators.labels,
            "estimate": m.beta,
            "se": se,
            "df": m.robust.df,
            "t": t,
            "p": p,
            "low": m.beta - reach,
            "high": m.beta + reach,
            # That a constant is not zero is no claim about a moderator, so it is no matter how narrow it is.
            "flag": [flag_of(m, every[[i]], float(p[i]) if i in tested else 1.0) for i in range(len(p))],
        }
    )


def _tests(m: FittedModel) -> pd.DataFrame:
    every = np.eye(len(m.beta))
    return pd.DataFrame([_test(m, term, every[columns]) for term, columns in m.moderators.terms.items()])


def _test(m: FittedModel, term: str, contrasts: Floats) -> dict[str, object]:
    found = m.joint(contrasts)
    return {
        "term": term,
        "label": m.moderators.term_labels[term],
        "f": found.f,
        "df_num": found.df_num,
        "df_den": found.df_den,
        "p": found.p,
        "flag": flag_of(m, contrasts, found.p),
    }
