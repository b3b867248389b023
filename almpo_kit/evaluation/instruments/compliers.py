"""Who complied: those whom the instrument moved, as a group."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evaluation.disclosure.smallest import SMALLEST
from almpo_kit.evaluation.instruments.least_squares import two_stage_least_squares
from almpo_kit.evaluation.instruments.stages import Stages

Array = np.ndarray[Any, np.dtype[Any]]


def untreated_means(both: Stages, outcome: Array, weight: Array) -> Array:
    """Mean outcome without the programme, of those whom its instrument moved into it, shape (k - 1, h).

    Where participation is a share of a programme there are no compliers to speak of; then it is the mean outcome of
    everybody had nobody taken part (by the model).

    References
    ----------
    Abadie (2002) J. Am. Stat. Assoc. 97, 284-292 (Y·(1 - D) regressed on D by two stages gives minus the mean).
    """
    e = both.participation.shape[1]
    if not both.whole:
        fit = two_stage_least_squares(both.participation, both.instruments, both.exogenous, outcome, weight)
        without = outcome - both.participation @ fit.coefficient[:e]
        return np.repeat(np.average(without, axis=0, weights=weight)[None, :], e, axis=0)
    masked = outcome * both.none[:, None]
    fit = two_stage_least_squares(both.participation, both.instruments, both.exogenous, masked, weight)
    found: Array = -fit.coefficient[:e]
    return found


def described(
    both: Stages, covariates: Array, names: tuple[str, ...], weight: Array, share: Array
) -> pd.DataFrame:
    """Covariate means of compliers beside everybody's.

    Parameters
    ----------
    covariates : Array, shape (n, p)
    names : tuple of str, length p
    share : Array, shape (k - 1,)
        Share of compliers with each programme; a group of fewer than ten people is left out.

    Returns
    -------
    DataFrame
        ``programme, covariate, compliers, everybody``.
    """
    rows: list[dict[str, Any]] = []
    everybody = np.average(covariates, axis=0, weights=weight) if covariates.size else np.empty(0)
    for j, programme in enumerate(both.programmes):
        if not both.whole or not covariates.size or share[j] * len(weight) < SMALLEST:
            continue
        taken = covariates * both.participation[:, [j]]
        fit = two_stage_least_squares(both.participation, both.instruments, both.exogenous, taken, weight)
        rows += [
            {"programme": programme, "covariate": name, "compliers": float(c), "everybody": float(a)}
            for name, c, a in zip(names, fit.coefficient[j], everybody, strict=True)
        ]
    return pd.DataFrame(rows, columns=["programme", "covariate", "compliers", "everybody"])
