"""The line of effects against a measure of imprecision, and whether one sample alone decides it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from almpo_kit.evidence.comparability import labels_of
from almpo_kit.evidence.kernels.blocks import Blocks, Floats, weights
from almpo_kit.evidence.kernels.robust import cr2
from almpo_kit.evidence.kernels.three_level import Fit
from almpo_kit.evidence.kernels.weighted_line import weighted_line
from almpo_kit.evidence.small_study.estimates import Estimates
from almpo_kit.evidence.small_study.findings import Span, span
from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.finding import Check

#: A sample that holds this share of what is known about a coefficient leaves no residual to judge it by.
DOMINATES = 0.9
#: A robust standard error this small beside the model's is rounding: the estimates lie on the line.
ROUNDING = 1e-6


@dataclass(frozen=True)
class Line:
    """Intercept (``limit``) and ``slope``; ``model_se`` (2,): their standard errors if the working model were
    true. ``notes``: where the robust standard error could not be used."""

    limit: Span
    slope: Span
    model_se: Floats
    notes: tuple[Check, ...] = ()


def line(e: Estimates, x: Floats, model: str, level: float) -> Line:
    """Effects on ``x`` (k,).

    By CR2 for ``multilevel``. Where one sample decides a coefficient, or all estimates lie on the line, its
    residuals are nothing and so is that standard error; the larger one of it and the model's is used then.
    """
    if model == "classical":
        return _classical(e, x, level)
    b = e.blocks(x)
    fitted = e.fit(b)
    model_se = np.sqrt(np.diag(fitted.bread))
    se, df = model_se, np.full(2, np.inf)
    notes: tuple[Check, ...] = ()
    if model == "multilevel":
        robust = cr2(b, fitted)
        # One overwhelming sample leaves nothing to count, which rounding can push below zero.
        df = np.nan_to_num(np.maximum(robust.df, 0.0))
        se, notes = sturdy(e, b, fitted, np.sqrt(np.diag(robust.covariance)), model_se)
    spans = [span(float(fitted.beta[i]), float(se[i]), float(df[i]), level) for i in range(2)]
    return Line(spans[0], spans[1], model_se, notes)


def _classical(e: Estimates, x: Floats, level: float) -> Line:
    beta, covariance = weighted_line(e.y, e.v, np.column_stack([np.ones(len(x)), x]))
    se = np.sqrt(np.diag(covariance))
    size = float(np.abs(e.y).max())
    if (se * np.r_[1.0, np.abs(x).max()] <= 1e-12 * size).all():
        raise DesignError(
            "egger(model='classical') got estimates that lie exactly on a line, so their spread says nothing about "
            "its error; use model='multilevel' or 'mixed', which know the standard errors"
        )
    spans = [span(float(beta[i]), float(se[i]), len(x) - 2.0, level) for i in range(2)]
    return Line(spans[0], spans[1], se)


def sturdy(
    e: Estimates, b: Blocks, fitted: Fit, robust: Floats, model: Floats
) -> tuple[Floats, tuple[Check, ...]]:
    """Standard errors (p,) that one sample, or no residual at all, cannot bring to nothing."""
    share = shares(b, fitted)
    decided = share.max(axis=0) >= DOMINATES
    floor = (robust < model) & (decided | (robust <= ROUNDING * model))
    notes = [_nothing_left()] if (robust <= ROUNDING * model)[~decided].any() else []
    if decided.any():
        at = int(np.argmax(share.max(axis=0)))
        j = int(share[:, at].argmax())
        notes.append(dominated(e, b.order[b.starts[j]], float(share[j, at])))
    return np.where(floor, model, robust), tuple(notes)


def shares(b: Blocks, fitted: Fit) -> Floats:
    """Share of each sample in what is known about each coefficient, shape (m, p); columns sum to one."""
    pulled = weights(*fitted.working(b)).apply(b, b.x.T)
    information = np.stack([b.total(pulled * c) for c in b.x.T], axis=-1).transpose(1, 0, 2)
    bread = fitted.bread / b.scale**2
    return np.asarray(np.einsum("ij,mjk,ki->mi", bread, information, bread) / np.diag(bread))


def dominated(e: Estimates, row: int, share: float) -> Check:
    """A failed check that names the sample that carries nearly all of it."""
    who = str(labels_of(e.frame, e.cluster, "bias").iloc[row])
    words = (
        f"One sample ({who}) carries {min(share, 0.999):.1%} of what this rests on, so the others cannot say how "
        "uncertain it is; the standard error is at least the one that the studies' own precision gives."
    )
    return Check("one sample decides", "failed", words)


def _nothing_left() -> Check:
    words = (
        "The estimates lie on the line up to rounding, so their spread says nothing about its error; the standard "
        "error is the one that the studies' own precision gives."
    )
    return Check("nothing left to judge by", "informational", words)
