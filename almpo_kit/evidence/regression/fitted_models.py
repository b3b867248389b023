"""A fitted model of effects: what the verbs that read on (tests, influence, shrinkage, profiles) share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

import numpy as np
import pandas as pd
from scipy.special import ndtr, stdtr

from almpo_kit.evidence.kernels.blocks import Blocks, Floats, blocks
from almpo_kit.evidence.kernels.deletion import sole
from almpo_kit.evidence.kernels.intervals import critical
from almpo_kit.evidence.kernels.joint_test import Joint, joint
from almpo_kit.evidence.kernels.moments import MOMENTS, fit_moments
from almpo_kit.evidence.kernels.robust import Robust, sandwich
from almpo_kit.evidence.kernels.three_level import Fit, fit
from almpo_kit.evidence.regression.moderators import Moderators
from almpo_kit.vocabulary.errors import DesignError, ParameterError

Working = Literal["CHE", "CORR", "HIER"]
Errors = Literal["CR2", "CR1", "CR0", "model"]
WORKING: tuple[str, ...] = get_args(Working)
ERRORS: tuple[str, ...] = get_args(Errors)
#: A contrast moves along a direction if by more than this share of its standard error.
_MOVES = 1e-4


@dataclass(frozen=True)
class Assumptions:
    """What a model takes for granted.

    ``working``: how estimates of one sample are related (CHE: correlated errors and hierarchical effects, by
    REML; CORR and HIER: robumeta's simple weights). ``rho``: correlation of sampling errors within a sample.
    ``errors``: kind of standard error. ``level``: of the intervals.
    """

    working: Working = "CHE"
    rho: float = 0.0
    errors: Errors = "CR2"
    level: float = 0.95


@dataclass(frozen=True)
class FittedModel:
    """A model fitted to the rows of ``effects``, in their order.

    ``blocks``: the rows by sample, moderators divided by ``units`` (p,) so that none is large. ``fit``,
    ``robust``: what the kernels found, in those units. ``judge``: the same by CR2, whatever kind of standard
    error was asked for. ``judged`` (p,): its Satterthwaite degrees of freedom, zero for a coefficient that
    rests on one sample. ``samples`` (m,): names, in the order of the blocks. ``alone``: each sample has one
    estimate. ``sole``: samples that alone determine some coefficients (:func:`kernels.deletion.sole`).
    """

    effects: pd.DataFrame
    moderators: Moderators
    blocks: Blocks
    fit: Fit
    robust: Robust
    judge: Robust
    judged: Floats
    samples: tuple[str, ...]
    units: Floats
    assumed: Assumptions
    alone: bool
    sole: Mapping[int, Floats] = field(default_factory=dict)

    @property
    def beta(self) -> Floats:
        """Coefficients, shape (p,)."""
        return np.asarray(self.fit.beta / self.units)

    @property
    def covariance(self) -> Floats:
        """Their covariance by the kind of standard error asked for, shape (p, p)."""
        return np.asarray(self.robust.covariance / np.outer(self.units, self.units))

    @property
    def bread(self) -> Floats:
        """Their covariance if the working model were true, shape (p, p)."""
        return np.asarray(self.fit.bread / np.outer(self.units, self.units))

    @property
    def free(self) -> tuple[bool, bool]:
        """Which of the two variances was estimated."""
        return (True, not self.alone)

    def joint(self, contrasts: Floats) -> Joint:
        """Test that ``contrasts`` (q, p) of the coefficients are all zero."""
        at = np.flatnonzero(contrasts)
        if len(contrasts) == 1 and len(at) == 1:
            return self._single(int(at[0]))
        return joint(self.blocks, self.fit, contrasts / self.units, self.assumed.errors, self.robust.pieces)

    def _single(self, at: int) -> Joint:
        """One coefficient: the square of its t, with the same degrees of freedom."""
        with np.errstate(divide="ignore", invalid="ignore"):
            t = self.fit.beta[at] / np.sqrt(self.robust.covariance[at, at])
        df = float(self.robust.df[at])
        return Joint(float(t**2), 1, df, float(two_sided(t, df)))

    def rests_on(self, contrasts: Floats) -> str:
        """The sample without which one of ``contrasts`` (q, p) cannot be estimated; "" where there is none.

        Its residuals there are zero by construction, so that a sandwich sees only the other samples' spread:
        too small a standard error, with degrees of freedom that look ample.
        """
        c = contrasts / self.units
        size = np.sqrt(np.einsum("qa,ab,qb->q", c, self.fit.bread, c)) / self.blocks.scale
        for j, directions in self.sole.items():
            if (np.abs(c @ directions) > _MOVES * size[:, None]).any():
                return self.samples[j]
        return ""

    def degrees(self, contrasts: Floats) -> float:
        """Degrees of freedom by which a test of ``contrasts`` (q, p) is judged: CR2's, zero where one of them
        rests on one sample."""
        if self.rests_on(contrasts):
            return 0.0
        at = np.flatnonzero(contrasts)
        if len(contrasts) == 1 and len(at) == 1:
            return float(self.judged[at[0]])
        return joint(self.blocks, self.fit, contrasts / self.units, "CR2", self.judge.pieces).df_den

    def agreement(self, contrasts: Floats) -> float:
        """Standard error of ``contrasts`` (q, p) relative to the one if the working model were true; of
        several the geometric mean over their directions."""
        if self.assumed.errors == "model":
            return 1.0
        c = contrasts / self.units
        ratio = np.linalg.eigvals(
            np.linalg.solve(c @ self.fit.bread @ c.T, c @ self.robust.covariance @ c.T)
        ).real
        return float(np.prod(np.maximum(ratio, 0.0)) ** (0.5 / len(c)))

    def reach(self, df: float) -> float:
        """Critical value of an interval with these degrees of freedom."""
        return critical(self.assumed.level, df)


def two_sided(t: Floats, df: Floats | float) -> Floats:
    """Two-sided p of t values; of normal ones where ``df`` is infinite."""
    finite = np.where(np.isinf(df), 1.0, df)
    return np.asarray(2 * np.where(np.isinf(df), ndtr(-np.abs(t)), stdtr(finite, -np.abs(t))))


def model_of(fit: object, verb: str) -> FittedModel:
    """The model behind a result of :func:`multilevel`; refuses anything else."""
    found = getattr(fit, "fitted", None)
    if not isinstance(found, FittedModel):
        raise DesignError(
            f"{verb}() reads a fitted model, and got {type(fit).__name__}; give it the result of multilevel(effects, …)"
        )
    return found


def check_assumptions(working: str, rho: float, errors: str, verb: str) -> None:
    """Refuse what is no working model, no correlation, or no kind of standard error."""
    if working not in WORKING:
        raise ParameterError(f"unknown working model {working!r}; choose from {', '.join(WORKING)}")
    if errors not in ERRORS:
        raise ParameterError(f"unknown standard errors {errors!r}; choose from {', '.join(ERRORS)}")
    if isinstance(rho, bool) or not isinstance(rho, int | float | np.number) or not 0 <= rho < 1:
        raise ParameterError(
            f"{verb}() got rho={rho!r}; give the assumed correlation of sampling errors within a sample, from 0 "
            "to below 1, e.g. 0.6"
        )


def samples_in(labels: pd.Series, verb: str) -> int:
    """Number of independent samples; refuses a single one."""
    n = int(labels.nunique())
    if n < 2:
        raise DesignError(
            f"{verb}() got {len(labels)} estimates of a single sample ({labels.iloc[0]}), and one sample says "
            "nothing about others; widen the selection, or read the estimates themselves"
        )
    return n


def fit_model(
    effects: pd.DataFrame,
    y: Floats,
    v: Floats,
    labels: pd.Series,
    moderators: Moderators,
    assumed: Assumptions,
) -> FittedModel:
    """Fit a model to checked estimates.

    Parameters
    ----------
    y, v : ndarray, shape (k,)
        Effects and sampling variances.
    labels : Series, shape (k,)
        Sample of each estimate.
    """
    codes, names = pd.factorize(labels)
    # A column in millions beside a constant would leave few digits in the normal equations.
    units = np.abs(moderators.x).max(axis=0)
    b = blocks(y, v, moderators.x / units, codes, assumed.rho)
    # One estimate per sample cannot tell the two variances apart; all of it is between samples then.
    alone = len(b.starts) == len(y)
    fitted = _fit(b, assumed.working, alone)
    robust = _known(sandwich(b, fitted, assumed.errors))
    judge = robust if assumed.errors == "CR2" else _known(sandwich(b, fitted, "CR2"))
    # A constant is determined by any sample.
    lone = {} if moderators.spec is None else sole(b, fitted)
    m = FittedModel(
        effects=effects,
        moderators=moderators,
        blocks=b,
        fit=fitted,
        robust=robust,
        judge=judge,
        judged=judge.df,
        samples=tuple(map(str, names)),
        units=units,
        assumed=assumed,
        alone=alone,
        sole=lone,
    )
    return replace(m, judged=_by_more_than_one(m)) if lone else m


def _by_more_than_one(m: FittedModel) -> Floats:
    """Degrees of freedom to judge by: none for a coefficient that rests on one sample."""
    rests = [bool(m.rests_on(row[None])) for row in np.eye(len(m.beta))]
    return np.where(rests, 0.0, m.judged)


def variance_without(m: FittedModel) -> float:
    """Sum of the two variances in a model of the same estimates without moderators."""
    ones = np.ones((len(m.blocks.y), 1))
    fitted = _fit(replace(m.blocks, x=ones), m.assumed.working, m.alone)
    return fitted.between + fitted.within


def _known(found: Robust) -> Robust:
    """No degrees of freedom where a coefficient rests on a single sample, whose residuals say nothing."""
    return replace(found, df=np.nan_to_num(found.df, nan=0.0, posinf=np.inf))


def _fit(b: Blocks, working: str, alone: bool) -> Fit:
    if working in MOMENTS:
        return fit_moments(b, "CORR" if working == "CORR" else "HIER")
    return fit(b, free=(True, not alone))
