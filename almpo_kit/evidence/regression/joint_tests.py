"""Test several coefficients of a regression together, or contrasts of them."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from almpo_kit.evidence.kernels.blocks import Floats
from almpo_kit.evidence.kernels.joint_test import Joint
from almpo_kit.evidence.regression.fitted_models import FittedModel
from almpo_kit.evidence.regression.meta_regression import MetaRegression
from almpo_kit.evidence.regression.multilevel_averages import method_words, options_of
from almpo_kit.evidence.regression.regression_sentences import of_averages, p_words
from almpo_kit.evidence.regression.verdicts import NARROW, flag_of, flag_words
from almpo_kit.evidence.telling import FEWEST_DF, df_words, too_thin
from almpo_kit.evidence.words import count, foundation, listed
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.provenance import provenance

#: What can be tested: a term or coefficient by name, several, weights by coefficient, or rows of weights.
Terms = str | Mapping[str, float] | Sequence[str] | Sequence[Mapping[str, float]] | Floats


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class WaldTest(Finding):
    """Whether several contrasts of coefficients are all zero.

    ``f`` with ``df_num`` and ``df_den`` degrees of freedom (AHT, clubSandwich's "HTZ"; infinite ``df_den``
    for model-based errors), ``p``. ``table``: one row per contrast, ``contrast, estimate, se``.
    """

    f: float
    df_num: int
    df_den: float
    p: float

    def metrics(self) -> Mapping[str, float]:
        """The test."""
        return {"f": self.f, "df_num": float(self.df_num), "df_den": self.df_den, "p": self.p}


def wald(fit: MetaRegression, terms: Terms) -> WaldTest:
    """Test that terms or contrasts of a regression are all zero, with errors robust to dependence.

    Parameters
    ----------
    fit : MetaRegression
        From ``multilevel(effects, formula)``.
    terms : str, mapping, sequence of either, or ndarray of shape (q, p)
        Names of terms (``"programme_type"``) or of coefficients (``"band[T.long]"``); or contrasts as
        weights by coefficient, e.g. ``{"band[T.long]": 1, "band[T.medium]": -1}``; or rows of weights.

    Returns
    -------
    WaldTest

    Raises
    ------
    ParameterError
        A term or coefficient that the regression does not have (suggests the nearest), or contrasts that
        say the same twice.
    DesignError
        Not a regression.

    References
    ----------
    Tipton and Pustejovsky (2015) J. Educ. Behav. Stat. 40, 604-634.
    """
    if not isinstance(fit, MetaRegression):
        raise DesignError(
            'wald() tests moderators, and this has none; fit some, e.g. multilevel(effects, "~ programme_type")'
        )
    m = fit.fitted
    names, contrasts = _contrasts(m, terms)
    if np.linalg.matrix_rank(contrasts / np.abs(contrasts).max(axis=1, keepdims=True)) < len(contrasts):
        raise ParameterError(
            "wald() got contrasts of which one follows from the others; leave out the ones that repeat"
        )
    return _finding(m, names, contrasts, m.joint(contrasts))


def _finding(m: FittedModel, names: list[str], contrasts: Floats, found: Joint) -> WaldTest:
    flag = flag_of(m, contrasts, found.p)
    return WaldTest(
        question=f"Do these make a difference: {listed(names)}?",
        sentence=_sentence(m, names, found, flag, _levels(m, contrasts)),
        table=pd.DataFrame(
            {
                "contrast": names,
                "estimate": contrasts @ m.beta,
                "se": np.sqrt(np.einsum("qa,ab,qb->q", contrasts, m.covariance, contrasts)),
            }
        ),
        checks=(_grounds(found, m.degrees(contrasts), flag),),
        provenance=provenance(
            m.effects,
            method=f"AHT joint test after meta-regression {m.moderators.formula}, {method_words(m.assumed)}",
            options=options_of(m.assumed) | {"contrasts": names},
        ),
        certainty="too little to say" if flag or too_thin(len(m.samples), np.inf) else None,
        rests_on=foundation(m.effects, len(m.samples)),
        f=found.f,
        df_num=found.df_num,
        df_den=found.df_den,
        p=found.p,
    )


def _sentence(m: FittedModel, names: list[str], found: Joint, flag: str, levels: bool) -> str:
    what = listed(names)
    thin = too_thin(len(m.samples), np.inf)
    if thin or flag:
        verb = "" if flag.startswith("rests") else "has "
        return f"Too little to say: {thin or f'the joint test of {what} {verb}{flag_words(flag)}'}."
    if levels:
        every = "all " if len(names) > 1 else ""
        if found.p < 1 - m.assumed.level:
            apart = ", which does not say that they differ" if len(names) > 1 else ""
            return f"Effects for {what} are not {every}zero ({p_words(found.p)}){apart}."
        return f"Effects for {what} are not clearly other than zero ({p_words(found.p)})."
    together = "together " if len(names) > 1 else ""
    if found.p < 1 - m.assumed.level:
        return f"Effects {together}differ with {what} ({p_words(found.p)})."
    return f"No clear difference of effects {together}with {what} ({p_words(found.p)})."


def _levels(m: FittedModel, contrasts: Floats) -> bool:
    """Whether some contrast is an average itself and not a difference: averages do not cancel in it."""
    averages = [i for columns in of_averages(m).values() for i in range(*columns.indices(len(m.beta)))]
    averages += [] if m.moderators.intercept is None else [m.moderators.intercept]
    held = contrasts[:, averages]
    return bool((np.abs(held.sum(axis=1)) > 1e-9 * np.abs(contrasts).max(axis=1)).any())


def _grounds(found: Joint, df: float, flag: str) -> Check:
    """What the test rests on; ``df`` is CR2's, whatever errors it was made with."""
    if flag == NARROW:
        words = (
            "The errors are far below those of the studies' own precision; no difference is read from them."
        )
        return Check("precision", "failed", words)
    if not flag:
        by = "" if np.isfinite(found.df_den) else " by CR2, which the errors of the model do not need"
        words = f"The test has {found.df_num} and {df_words(df)} degrees of freedom{by}."
        return Check("degrees of freedom", "passed", words)
    if flag.startswith("rests"):
        words = f"A contrast {flag}, and one sample says nothing of how far such samples differ; nothing is concluded."
        return Check("degrees of freedom", "failed", words)
    has = f"{df_words(df)} denominator" if np.isfinite(df) else "no denominator"
    words = (
        f"The test of {count(found.df_num, 'contrast')} has {has} degrees of freedom; below {FEWEST_DF:g} "
        "nothing is concluded. Test fewer at once, or widen the selection."
    )
    return Check("degrees of freedom", "failed", words)


def _contrasts(m: FittedModel, terms: Terms) -> tuple[list[str], Floats]:
    """Names and weights (q, p) of what was asked for."""
    if isinstance(terms, np.ndarray):
        return _matrix(m, terms)
    if not isinstance(terms, str | Mapping | Sequence):
        raise ParameterError(f"wald() got {terms!r} to test; choose from {_choices(m)}")
    asked: list[str | Mapping[str, float]] = [terms] if isinstance(terms, str | Mapping) else [*terms]
    if not asked:
        raise ParameterError(f"wald() got nothing to test; choose from {_choices(m)}")
    rows: list[Floats] = []
    names: list[str] = []
    for one in asked:
        found = _weighted(m, one) if isinstance(one, Mapping) else _columns(m, one)
        rows.append(found[1])
        names += found[0]
    return names, np.vstack(rows)


def _matrix(m: FittedModel, weights: Floats) -> tuple[list[str], Floats]:
    rows = np.atleast_2d(np.asarray(weights, dtype=float))
    if rows.ndim != 2 or rows.shape[1] != len(m.beta) or not np.isfinite(rows).all() or not rows.any(1).all():
        raise ParameterError(
            f"wald() got weights of shape {np.shape(weights)} for {len(m.beta)} coefficients; give rows of "
            f"{len(m.beta)} finite numbers, not all zero, in the order {', '.join(m.moderators.names)}"
        )
    return [_said(m, row) for row in rows], rows


def _weighted(m: FittedModel, weights: Mapping[str, float]) -> tuple[list[str], Floats]:
    row = np.zeros(len(m.beta))
    for name, weight in weights.items():
        if name not in m.moderators.names:
            raise ParameterError(_unknown(m, name, m.moderators.names))
        if isinstance(weight, bool) or not isinstance(weight, int | float | np.number):
            raise ParameterError(
                f"wald() got the weight {weight!r} for {name}; give numbers, e.g. {{{name!r}: 1}}"
            )
        row[m.moderators.names.index(name)] = weight
    if not row.any() or not np.isfinite(row).all():
        raise ParameterError("wald() got a contrast without a finite weight other than zero; give some")
    return [_said(m, row)], row[None]


def _columns(m: FittedModel, name: str) -> tuple[list[str], Floats]:
    """All columns of a term, or one coefficient; spaces do not matter."""
    every = np.eye(len(m.beta))
    plain = _squeezed(name)
    for term, columns in m.moderators.terms.items():
        if _squeezed(term) == plain:
            labels = m.moderators.labels[columns]
            return ([m.moderators.term_labels[term]] if len(labels) == 1 else list(labels)), every[columns]
    for i, coefficient in enumerate(m.moderators.names):
        if _squeezed(coefficient) == plain:
            return [m.moderators.labels[i]], every[[i]]
    raise ParameterError(_unknown(m, str(name), [*m.moderators.terms, *m.moderators.names]))


def _squeezed(name: object) -> str:
    return "".join(str(name).split())


def _said(m: FittedModel, row: Floats) -> str:
    """``horizon: more than 2 years − horizon: 1 to 2 years``."""
    parts: list[str] = []
    for i in np.flatnonzero(row):
        sign = ("−" if row[i] < 0 else "+") if parts else ("−" if row[i] < 0 else "")
        size = "" if abs(row[i]) == 1 else f"{abs(row[i]):g} × "
        parts.append(f"{sign} {size}{m.moderators.labels[i]}".strip())
    return " ".join(parts)


def _unknown(m: FittedModel, name: str, choices: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(choices), n=1, cutoff=0.4)
    hint = f"did you mean {near[0]!r}?" if near else f"choose from {_choices(m)}"
    return f"wald() finds no {name!r} in {m.moderators.formula!r}; {hint}"


def _choices(m: FittedModel) -> str:
    return ", ".join(dict.fromkeys([*m.moderators.terms, *m.moderators.names]))
