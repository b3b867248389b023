"""A multinomial logit of the arms that remembers what its own estimation does to what is weighted by it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from almpo_kit.evaluation.designs.sample import Sample
from almpo_kit.evaluation.learners.basis import bent, scaled
from almpo_kit.evaluation.learners.propensity import strata_columns

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, eq=False, repr=False)
class Logit:
    """A fitted logit.

    Parameters
    ----------
    x : Array, shape (n, q)
        Columns, a constant first.
    chance : Array, shape (n, k)
        Fitted chances of the arms.
    surprise : Array, shape (n, k - 1)
        Weight times (in the arm minus chance of it), the comparison left out: scores are these times ``x``.
    inverse : Array, shape ((k - 1) q, (k - 1) q)
        Inverse of the information.
    """

    x: Array
    chance: Array
    surprise: Array
    inverse: Array

    def carried(self, gradient: Array) -> Array:
        """What a person's influence on the coefficients does to a mean with this gradient in them.

        Parameters
        ----------
        gradient : Array, shape (k - 1, q)

        Returns
        -------
        Array, shape (n,)
        """
        direction = (self.inverse @ gradient.ravel()).reshape(gradient.shape)
        moved: Array = np.einsum("ij,ij->i", self.x @ direction.T, self.surprise)
        return moved


def fit_logit(sample: Sample, model: str, *, ridge: float = 1.0) -> Logit:
    """Fit arms on covariates and strata, on all rows.

    Parameters
    ----------
    sample : Sample
    model : {"plain", "bent"}
        Covariates as they are, or with squares and indicators of zero.
    ridge : float
        Penalty in squared standard deviations; it keeps coefficients finite where an arm is predicted perfectly.
    """
    from warnings import catch_warnings, simplefilter

    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    k = len(sample.arms)
    made = (bent if model == "bent" else scaled)(sample.covariates)
    strata = strata_columns(sample.block, sample.arm, np.ones(len(sample), dtype=bool), k)
    columns = np.hstack([made, strata]) if strata.shape[1] else made
    weight = sample.weight / sample.weight.mean()
    if columns.shape[1] == 0:
        share = np.bincount(sample.arm, weight, minlength=k) / weight.sum()
        chance = np.tile(share, (len(sample), 1))
    else:
        with catch_warnings():
            # Under separation the optimiser may stop a little before the penalised optimum.
            simplefilter("ignore", ConvergenceWarning)
            fitted = LogisticRegression(C=1 / ridge, max_iter=500, tol=1e-8).fit(
                columns, sample.arm, sample_weight=weight
            )
        chance = np.asarray(fitted.predict_proba(columns))
    x = np.column_stack([np.ones(len(sample)), columns])
    surprise = weight[:, None] * ((sample.arm[:, None] == np.arange(1, k)) - chance[:, 1:])
    return Logit(x, chance, surprise, _inverse_information(x, chance, weight, ridge))


def _inverse_information(x: Array, chance: Array, weight: Array, ridge: float) -> Array:
    q, others = x.shape[1], chance.shape[1] - 1
    information = np.zeros((others * q, others * q))
    for j in range(others):
        for other in range(j, others):
            held = chance[:, j + 1] * (float(j == other) - chance[:, other + 1]) * weight
            part = x.T @ (x * held[:, None])
            rows, columns = slice(j * q, (j + 1) * q), slice(other * q, (other + 1) * q)
            information[rows, columns] = part
            information[columns, rows] = part.T
    penalty = np.full(others * q, ridge)
    penalty[::q] = 0.0
    inverse: Array = np.linalg.pinv(information + np.diag(penalty), hermitian=True)
    return inverse
