"""What a trial's people say about each arm, by the estimator that was planned."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from almpo_kit.experiments.estimating.contrast_fit import ContrastFit
from almpo_kit.experiments.estimating.estimators import BY_NAME
from almpo_kit.experiments.estimating.kernels.contrasts import Contrasts
from almpo_kit.experiments.estimating.kernels.familywise import adjusted_p, critical
from almpo_kit.experiments.estimating.trial_data import TrialData
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.plain_values import real_number
from almpo_kit.vocabulary.trial_designs import FAMILYWISE

Array = np.ndarray[Any, np.dtype[Any]]
WEIGHTS: Final = ("groups", "people")
CORRELATIONS: Final = ("exchangeable", "decay")


def fit_contrasts(
    estimator: str,
    data: TrialData,
    *,
    alpha: float = 0.05,
    familywise: str = "holm",
    weights: str = "groups",
    correlation: str = "exchangeable",
) -> tuple[ContrastFit, ...]:
    """Each arm against the comparison, people whose outcome is known.

    Parameters
    ----------
    estimator : {"difference", "adjusted", "blocked", "cluster", "pairs", "stepped_wedge", "saturation"}
        ``"adjusted"`` needs covariates; ``"cluster"``, ``"blocked"``, ``"pairs"`` and ``"stepped_wedge"`` use them where the
        data have them.
    data : TrialData
    alpha : float
        Two-sided, all arms together.
    familywise : {"holm", "bonferroni", "dunnett", "none"}
        Where several arms are compared. Holm's p-values come with Bonferroni's intervals, which are wider.
    weights : {"groups", "people"}
        Pairs: whether each pair counts alike or by its people.
    correlation : {"exchangeable", "decay"}
        Stepped wedge: how a group's level is tied over periods (exchangeable: with moves of each period; decay: the less the
        further apart).

    Returns
    -------
    tuple of ContrastFit
        One an arm but the comparison, in the order of ``data.arms``.

    Raises
    ------
    ParameterError
        An unknown option.
    DesignError
        The data cannot be estimated so; the message names another way.

    Notes
    -----
    difference: Neyman's variance (HC2), Welch's degrees of freedom. adjusted: Lin (2013), HC2. blocked: Neyman's within blocks,
    Pashley & Miratrix (2021) for blocks with one person in an arm. cluster: CR2, Satterthwaite (Pustejovsky & Tipton 2018).
    pairs: t with pairs − 1. stepped_wedge: generalised least squares, CR2. Durations: Cox (1972); groups by Lin & Wei (1989)
    with the same correction as CR2; pairs by rates.
    """
    _options(estimator, alpha, familywise, weights, correlation)
    known = data.only(data.known)
    if not len(known.y):
        raise DesignError("no outcome is known yet; wait, or name another outcome.")
    counts = np.bincount(known.arm, minlength=len(known.arms))
    for arm, n in zip(known.arms, counts, strict=True):
        if n < 1:
            raise DesignError(
                f"{estimator}: nobody of arm {arm!r} has a known outcome; leave the arm out, or wait for more outcomes."
            )
    found = BY_NAME[estimator](known, weights, correlation)
    return _fits(found, known, counts, alpha, familywise)


def _options(estimator: str, alpha: float, familywise: str, weights: str, correlation: str) -> None:
    if estimator == "adaptive":
        raise DesignError(
            "fit_contrasts: an adaptive trial's people were drawn with changing chances; use experiments.adaptive_effects."
        )
    known = {
        "estimator": (estimator, tuple(BY_NAME)),
        "familywise": (familywise, FAMILYWISE),
        "weights": (weights, WEIGHTS),
        "correlation": (correlation, CORRELATIONS),
    }
    for name, (given, allowed) in known.items():
        if given not in allowed:
            raise ParameterError(f"fit_contrasts: {name}={given!r} is none of {', '.join(allowed)}.")
    real_number("alpha", alpha, 0, 0.5, open_low=True, open_high=True)


def _fits(
    found: Contrasts, data: TrialData, counts: Array, alpha: float, familywise: str
) -> tuple[ContrastFit, ...]:
    se = np.sqrt(np.maximum(np.diag(found.covariance), 0))
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.where(se > 0, found.effects / se, np.where(found.effects == 0, 0.0, np.inf))
    alone, together = adjusted_p(t, found.df, found.covariance, familywise)
    half = critical(found.df, found.covariance, alpha, familywise) * se
    still = ("Nobody's outcome differs within an arm, so the uncertainty is not known.",)
    return tuple(
        ContrastFit(
            arm=data.arms[a + 1],
            effect=float(found.effects[a]),
            se=float(se[a]),
            df=float(found.df[a]),
            low=float(found.effects[a] - half[a]),
            high=float(found.effects[a] + half[a]),
            p_value=float(together[a]),
            n=int(counts[a + 1]),
            n_comparison=int(counts[0]),
            clusters=int(found.units[a]),
            p_alone=float(alone[a]),
            scale="difference" if data.event is None else "log_hazard_ratio",
            notes=found.notes + (still if se[a] == 0 else ()),
        )
        for a in range(len(found.effects))
    )
