"""Models for a prediction, from the richest to the plainest, and which of them the evidence carries.

=====  ======================================================================================
step   moderators (those not asked for are left out, so that steps may coincide)
=====  ======================================================================================
1      programme + group + horizon + unemployment between countries + within countries
2      programme + horizon + unemployment between countries + within countries
3      programme + group + horizon
4      programme + horizon
5      none
=====  ======================================================================================

Where programme or horizon are no moderators (step 5, or a formula in whose columns they do not stand) only
the estimates of the programme and horizon asked for are used; the ladder then averages over group and
unemployment, and says so. With a formula of one's own only the estimates of the group asked for are used.

A step is carried when each level asked for is studied by at least five independent samples; the rate that is
usual in the context is known, and at least five samples from countries seen in different years say something
of the cycle; there are more samples than coefficients; the coefficients can be told apart; the search for the
variances ends at a solution; and the predicted mean has at least four Satterthwaite degrees of freedom, as
has the coefficient of the cycle.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from almpo_kit.evidence.comparability import comparable, samples_of
from almpo_kit.evidence.kernels.blocks import Floats, blocks
from almpo_kit.evidence.kernels.gower import leverage
from almpo_kit.evidence.kernels.intervals import Average, around, typical_variance
from almpo_kit.evidence.kernels.robust import cr2
from almpo_kit.evidence.kernels.three_level import Fit, fit, row_weights
from almpo_kit.evidence.prediction.asked import Asked, rates, usual_rate
from almpo_kit.evidence.prediction.contexts import BETWEEN, RATE, WITHIN, split
from almpo_kit.evidence.regression.moderators import Moderators, formula_of
from almpo_kit.evidence.regression.moderators import moderators as columns_of
from almpo_kit.evidence.telling import FEWEST_DF, FEWEST_SAMPLES, df_words, enough
from almpo_kit.evidence.words import count
from almpo_kit.vocabulary.errors import DesignError, ParameterError

_CYCLE = (BETWEEN, WITHIN)
LADDER: tuple[tuple[str, ...], ...] = (
    ("programme_type", "target_group", "band", *_CYCLE),
    ("programme_type", "band", *_CYCLE),
    ("programme_type", "target_group", "band"),
    ("programme_type", "band"),
    (),
)
_NAMES = {
    "programme_type": "programme",
    "target_group": "group",
    "band": "horizon",
    RATE: "unemployment",
    BETWEEN: "unemployment between countries",
    WITHIN: "unemployment within countries",
}
NO_USUAL = "nothing says which unemployment is usual there, so that the cycle cannot be told from differences between countries"


@dataclass(frozen=True)
class Model:
    """A fitted model whose first coefficient is the mean effect in the context.

    ``rows``: the estimates it rests on; ``moderators`` it names; ``centre``: mean with both intervals;
    ``spread``: both variances; ``leverage``: relative to the largest of a studied estimate; ``weight``
    (k,) of each estimate in the predicted mean is not defined with moderators, so shares are those of a
    plain average. ``coefficients``: ``term, estimate, se, df, low, high``. ``narrow``: the robust standard
    error as a share of the model's, which is taken where it is the larger one.
    """

    formula: str
    moderators: tuple[str, ...]
    rows: pd.DataFrame
    centre: Average
    fit: Fit
    leverage: float
    weight: Floats
    i2: float
    narrow: float
    coefficients: pd.DataFrame

    @property
    def n_samples(self) -> int:
        """Independent samples that it rests on."""
        return int(samples_of(self.rows).nunique())

    def carried(self, term: str) -> float:
        """A coefficient; NaN where it is not in the model, is one of several (a product with another term, a
        spline), or rests on too few degrees of freedom."""
        found = self.coefficients[self.coefficients["term"].str.contains(term, regex=False)]
        found = found[found["term"].eq(term)] if len(found) == 1 else found.head(0)
        return float(found["estimate"].iloc[0]) if len(found) and enough(found["df"].iloc[0]) else np.nan


@dataclass(frozen=True)
class NotCarried:
    """A model that the evidence does not carry, and why."""

    formula: str
    moderators: tuple[str, ...]
    why: str


def steps(asked: Asked) -> list[tuple[str, ...]]:
    """The ladder for what was asked, without repeats."""
    wanted = {*asked.categories, *(_CYCLE if asked.unemployment_rate is not None else ())}
    found = [tuple(m for m in step if m in wanted) for step in LADDER[:-1]]
    return [*dict.fromkeys(s for s in found if s), ()]


def climb_down(
    asked: Asked, usable: pd.DataFrame, formula: str | None, level: float
) -> tuple[Model | None, tuple[NotCarried, ...]]:
    """The first model of the ladder that is carried (or the one that the formula names), and those before it."""
    if formula is not None:
        return _own(asked, usable, formula, level)
    failed: list[NotCarried] = []
    for moderators in steps(asked):
        found = _attempt(asked, usable, moderators, None, level)
        if isinstance(found, Model):
            return found, tuple(failed)
        failed.append(found)
    return None, tuple(failed)


def _own(
    asked: Asked, usable: pd.DataFrame, formula: str, level: float
) -> tuple[Model | None, tuple[NotCarried, ...]]:
    named = formula_of(formula, "predict").variables
    have = {*asked.categories, *((*_CYCLE, RATE) if asked.unemployment_rate is not None else ())}
    unasked = [v for v in named if v not in have]
    if unasked:
        raise ParameterError(
            f"predict() has no value for {', '.join(unasked)} in {formula!r}; ask for it, or name only what was asked "
            f"({', '.join(sorted(have))})"
        )
    standing = named
    while True:
        near = _alike(asked, usable, [c for c in asked.categories if c not in standing])
        told = _standing(_rows(asked, near, standing), formula, standing)
        if told is None:
            break
        formula, standing = told
    found = _attempt(asked, near, standing, formula, level)
    return (found, ()) if isinstance(found, Model) else (None, (found,))


def _standing(rows: pd.DataFrame, formula: str, named: tuple[str, ...]) -> tuple[str, tuple[str, ...]] | None:
    """The formula and its moderators without those that stand in none of its columns (a term that is taken
    out again); None where all of them stand there, or where :func:`_attempt` will say what is wrong."""
    try:
        found = columns_of(rows, formula_of(formula, "predict"), "predict", len(rows))
    except DesignError:
        return None
    gone = [m for m in named if not _stands(found, rows, m)]
    if not gone:
        return None
    return "~ " + (" + ".join(found.terms) or "1"), tuple(m for m in named if m not in gone)


def _stands(found: Moderators, rows: pd.DataFrame, name: str) -> bool:
    """Whether the columns tell every two levels of a moderator, or a number from its mean, apart."""
    values = found.levels.get(name) or (rows[name], rows[name].mean())
    first, *others = (found.rows(rows.assign(**{name: value})) for value in values)
    return all(not np.array_equal(first, other) for other in others)


def _attempt(
    asked: Asked, usable: pd.DataFrame, moderators: tuple[str, ...], formula: str | None, level: float
) -> Model | NotCarried:
    rows = _rows(asked, usable, moderators)
    thin = _thin(asked, rows, moderators)
    # A level that all estimates share needs no coefficient; it stays among the step's moderators.
    varying = [m for m in moderators if m in (*_CYCLE, RATE) or rows[m].nunique() > 1]
    formula = formula or "~ " + (" + ".join(varying) or "1")
    if thin:
        return NotCarried(formula, moderators, thin)
    try:
        x, x0, terms = _matrix(asked, rows, formula)
    except DesignError as error:
        return NotCarried(formula, moderators, _reason(error))
    model = _fitted(rows, x, x0, terms, formula, moderators, level)
    why = _unreliable(model)
    return NotCarried(formula, moderators, why) if why else model


def _unreliable(model: Model) -> str:
    """Why a model that was fitted is not carried; "" where it is."""
    if not model.fit.converged:
        return "the search for the variances found no solution"
    judged = [("the predicted mean", model.centre.df)]
    cycle = model.coefficients[model.coefficients["term"].eq(WITHIN)]
    judged += [(f"the coefficient of {_NAMES[WITHIN]}", float(df)) for df in cycle["df"]]
    for what, found in judged:
        if not enough(found):
            return f"{what} has {df_words(found)} degrees of freedom; at least {FEWEST_DF:g} are needed"
    return ""


def _rows(asked: Asked, usable: pd.DataFrame, moderators: tuple[str, ...]) -> pd.DataFrame:
    """The estimates of a step: of the programme and the horizon asked for where these are no moderators, so
    that none are averaged over; with every moderator stated."""
    rows = _alike(asked, usable, [c for c in ("programme_type", "band") if c not in moderators])
    if any(m in (*_CYCLE, RATE) for m in moderators):
        rows = split(rows[rows[RATE].notna()])
    stated = rows[list(moderators)].replace(r"^\s*$", np.nan, regex=True).notna().all(axis=1)
    return rows[stated]


def _alike(asked: Asked, rows: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """The estimates of what was asked for in these columns."""
    for column in columns:
        value = asked.category(column)
        rows = rows if value is None else rows[rows[column].eq(value)]
    return rows


def _thin(asked: Asked, rows: pd.DataFrame, moderators: tuple[str, ...]) -> str:
    """Why too few samples study what the step names; "" where enough do."""
    samples = samples_of(rows)
    if samples.nunique() < FEWEST_SAMPLES:
        what = " with a known unemployment rate" if WITHIN in moderators else ""
        return f"{count(int(samples.nunique()), 'independent sample')}{what}; at least {FEWEST_SAMPLES} are needed"
    for column, value in asked.categories.items():
        n = int(samples[rows[column].eq(value)].nunique()) if column in moderators else FEWEST_SAMPLES
        if n < FEWEST_SAMPLES:
            return f"{count(n, 'independent sample')} of this {_NAMES[column]}; at least {FEWEST_SAMPLES} are needed"
    if {*_CYCLE} & {*moderators} and usual_rate(asked, rows) is None:
        return NO_USUAL
    if WITHIN in moderators:
        moving = int(samples[rows[WITHIN].abs() > 1e-9].nunique())
        if moving < FEWEST_SAMPLES:
            return (
                f"{count(moving, 'independent sample')} from countries seen at different rates; "
                f"at least {FEWEST_SAMPLES} are needed to tell the cycle from differences between countries"
            )
    return ""


def _matrix(asked: Asked, rows: pd.DataFrame, formula: str) -> tuple[Floats, Floats, list[str]]:
    """Moderators (k, p), the context (p,) and the names of the coefficients; the first is the constant."""
    found = columns_of(rows, formula_of(formula, "predict"), "predict", int(samples_of(rows).nunique()))
    if found.intercept != 0:
        raise ParameterError(
            f"predict() got {formula!r} without an average to start from; take out the - 1 or + 0"
        )
    here = pd.DataFrame({**asked.categories, **rates(asked, rows)}, index=[0])
    return found.x, found.rows(here)[0], ["here", *found.names[1:]]


def _reason(error: DesignError) -> str:
    """What a refusal of the moderators says, without the verb and the way out, which is the next step."""
    return str(error).removeprefix("predict() ").split(";")[0]


def _fitted(
    rows: pd.DataFrame,
    x: Floats,
    x0: Floats,
    terms: list[str],
    formula: str,
    moderators: tuple[str, ...],
    level: float,
) -> Model:
    # Horizons are a moderator here, or one by choice of rows; the rest must be one question.
    y, v = comparable(rows.drop(columns=["horizon_months", "horizon_from"], errors="ignore"), "predict")
    labels = np.asarray(pd.factorize(samples_of(rows))[0])
    # Moderators counted from the context make the first coefficient the mean effect in it.
    about = np.column_stack([x[:, :1], x[:, 1:] - x0[1:]])
    b = blocks(y, v, about, labels)
    alone = len(b.starts) == len(y)
    fitted = fit(b, free=(True, not alone))
    robust = cr2(b, fitted)
    spread = fitted.between + fitted.within
    robust_se, model_se = np.sqrt(np.diag(robust.covariance)), np.sqrt(np.diag(fitted.bread))
    # As every average that is shown: never narrower than the studies' own precision allows.
    se = np.maximum(robust_se, model_se)
    typical = typical_variance(b.v) * b.scale**2
    return Model(
        formula=formula,
        moderators=moderators,
        rows=rows,
        centre=around(float(fitted.beta[0]), float(se[0]), float(robust.df[0]), spread, level),
        fit=fitted,
        leverage=leverage(np.eye(len(x0))[0], about, fitted.bread),
        weight=row_weights(b, fitted),
        i2=100 * spread / (spread + typical),
        narrow=float(robust_se[0] / model_se[0]),
        coefficients=_coefficients(terms, fitted.beta, se, robust.df, level),
    )


def _coefficients(terms: list[str], beta: Floats, se: Floats, df: Floats, level: float) -> pd.DataFrame:
    each = [around(float(b), float(s), float(d), 0.0, level) for b, s, d in zip(beta, se, df, strict=True)]
    ends = {"low": [a.low for a in each], "high": [a.high for a in each]}
    return pd.DataFrame({"term": terms, "estimate": beta, "se": se, "df": df} | ends)
