"""Effects of taking part on those whom an offer or another instrument moved: two-stage least squares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evaluation.designs.sample import Sample
from almpo_kit.evaluation.inference.bias_reduced import contributions
from almpo_kit.evaluation.inference.fit import Fit
from almpo_kit.evaluation.instruments.compliers import described, untreated_means
from almpo_kit.evaluation.instruments.least_squares import two_stage_least_squares
from almpo_kit.evaluation.instruments.stages import Stages, stages
from almpo_kit.evaluation.instruments.strength import first_stage
from almpo_kit.evaluation.instruments.two_stage_words import fit_checks
from almpo_kit.evaluation.instruments.weak_intervals import overidentification, weak_intervals
from almpo_kit.vocabulary.errors import DesignError

Array = np.ndarray[Any, np.dtype[Any]]
Contrasts = tuple[tuple[str, str], ...]


@dataclass(frozen=True, eq=False, repr=False)
class Part:
    """Outcomes with the same people missing, estimated together. ``made``: (g, c, h_part) over all clusters."""

    columns: Array
    estimate: Array
    made: Array
    df: Array
    comparison: Array
    kept: Array


def two_stage(overlap: Any, sample: Sample, *, estimand: str, contrasts: Contrasts, **unused: Any) -> Fit:
    """Estimate what taking part did for those whom the instrument moved (LATE).

    In a randomised trial the arm drawn is the instrument and ``took_part`` what it moved; with
    ``assignment="iv"`` the instrument is ``offer`` and the arm is what people did. Covariates and blocks enter both
    stages. Standard errors are CR2 with Satterthwaite degrees of freedom (HC2 where nobody shares a cluster); with an
    effective F below 104.7 intervals are Anderson–Rubin's, which hold however weak the instrument is.

    Parameters
    ----------
    overlap : Overlap
        Its design says how people were assigned.
    sample : Sample
        The kept persons.
    estimand : str
        Only ``"late"`` can be had this way; another one asked for is told in a check.
    contrasts : tuple of (str, str)

    Returns
    -------
    Fit
        ``details``: ``first_stage`` (DataFrame: programme, instrument, effect, se, strength), ``compliers``
        (programme, share, se), ``complier_means`` (programme, covariate, compliers, everybody),
        ``weak_intervals`` (bool), ``overidentification`` (DataFrame, empty with one instrument a programme).

    Raises
    ------
    DesignError
        No take-up or instrument, or too few instruments; the message names the way out.

    References
    ----------
    Imbens and Angrist (1994) Econometrica 62, 467-475; Pustejovsky and Tipton (2018) J. Bus. Econ. Stat. 36, 672-683.
    """
    both = stages(sample, overlap.design.plan.assignment)
    parts = [_part(both, sample, contrasts, columns, kept) for columns, kept in patterns(sample.outcome)]
    fit = _joined(parts, sample, contrasts)
    early = first_stage(both, sample.cluster, sample.weight)
    intervals, used = weak_intervals(both, sample, contrasts, fit, early.strength)
    share, share_se = _shares(both, early.coefficient, early.covariance)
    details = {
        "first_stage": _first_stage_table(both, early.coefficient, early.covariance, early.strength),
        "compliers": pd.DataFrame({"programme": both.programmes, "share": share, "se": share_se}),
        "complier_means": described(both, sample.covariates, sample.names, sample.weight, share),
        "weak_intervals": used,
        "overidentification": overidentification(both, sample),
    }
    return Fit(
        **fit,
        estimand="late",
        se_kind="CR2 by cluster" if sample.clustered else "HC2",
        intervals=intervals,
        checks=fit_checks(estimand, both, sample, fit, intervals, early.strength, details),
        details=details,
    )


def patterns(outcome: Array) -> list[tuple[Array, Array]]:
    """Columns of outcomes that are known of the same people: (positions, kept rows) pairs."""
    known = np.isfinite(outcome)
    _, group = np.unique(known, axis=1, return_inverse=True)
    group = np.ravel(group)
    found = []
    for g in dict.fromkeys(group.tolist()):
        columns = np.flatnonzero(group == g)
        found.append((columns, known[:, columns[0]]))
    return found


def directions(arms: tuple[str, ...], contrasts: Contrasts, width: int) -> Array:
    """Contrasts as combinations of coefficients, of which the first are the arms but the comparison, shape (c, width)."""
    found = np.zeros((len(contrasts), width))
    for row, (arm, comparison) in zip(found, contrasts, strict=True):
        for name, sign in ((arm, 1.0), (comparison, -1.0)):
            if name not in arms:
                raise DesignError(f"there is no arm “{name}”; the arms are {', '.join(arms)}.")
            if name != arms[0]:
                row[arms.index(name) - 1] += sign
    return found


def _part(both: Stages, sample: Sample, contrasts: Contrasts, columns: Array, kept: Array) -> Part:
    if not kept.any():
        names = ", ".join(sample.measures["column"].iloc[columns])
        raise DesignError(
            f"nobody has a value of {names}; leave the outcome out or look at the reading of it."
        )
    whole = bool(kept.all())
    mine = both if whole else both.rows(kept)
    weight, y = sample.weight[kept], sample.outcome[np.ix_(kept, columns)]
    fit = two_stage_least_squares(mine.participation, mine.instruments, mine.exogenous, y, weight)
    c = directions(sample.arms, contrasts, fit.predicted.shape[1])
    present, local = np.unique(sample.cluster[kept], return_inverse=True)
    made, df = contributions(fit.predicted, fit.residual, local, weight, c)
    everywhere = np.zeros((int(sample.cluster.max()) + 1, *made.shape[1:]))
    everywhere[present] = made
    # With a programme as the comparison, its mean is the one without any plus its own effect.
    base = untreated_means(mine, y, weight)
    e = len(mine.programmes)
    comparison = np.empty((len(contrasts), len(columns)))
    for i, (arm, other) in enumerate(contrasts):
        j = sample.arms.index(arm if arm != sample.arms[0] else other) - 1
        comparison[i] = base[j]
        if other != sample.arms[0]:
            comparison[i] = base[j] + fit.coefficient[:e][sample.arms.index(other) - 1]
    return Part(columns, c @ fit.coefficient, everywhere, df, comparison, kept)


def _joined(parts: list[Part], sample: Sample, contrasts: Contrasts) -> dict[str, Any]:
    h, c = sample.outcome.shape[1], len(contrasts)
    estimate, df, comparison = (np.full((c, h), np.nan) for _ in range(3))
    made = np.zeros((int(sample.cluster.max()) + 1, c, h))
    for part in parts:
        estimate[:, part.columns] = part.estimate
        comparison[:, part.columns] = part.comparison
        df[:, part.columns] = part.df[:, None]
        made[:, :, part.columns] = part.made
    used = np.logical_or.reduce([p.kept for p in parts])
    count = np.array(
        [[int(np.sum(used & (sample.arm == sample.arms.index(a)))) for a in pair] for pair in contrasts]
    )
    clusters = len(np.unique(sample.cluster[used]))
    return {
        "contrasts": contrasts,
        "estimate": estimate,
        "covariance": np.einsum("gch,gcl->chl", made, made),
        "df": df,
        "comparison_mean": comparison,
        "n_arm": count[:, 0],
        "n_comparison": count[:, 1],
        "n_clusters": np.full(c, clusters),
    }


def _shares(both: Stages, pi: Array, covariance: Array) -> tuple[Array, Array]:
    """Complier shares: the first stage itself where one 0/1 instrument stands for each programme, else not known."""
    e = both.participation.shape[1]
    plain = both.instruments.shape[1] == e and bool(np.isin(both.instruments, (0.0, 1.0)).all())
    if not (both.whole and plain and (e == 1 or both.offered_arm)):
        return np.full(e, np.nan), np.full(e, np.nan)
    own = np.arange(e)
    return np.abs(pi[own, own]), np.sqrt(covariance[own, own, own])


def _first_stage_table(both: Stages, pi: Array, covariance: Array, strength: Array) -> pd.DataFrame:
    rows = [
        {
            "programme": programme,
            "instrument": f"offer of {both.programmes[i]}" if both.offered_arm else f"instrument {i + 1}",
            "effect": float(pi[i, j]),
            "se": float(np.sqrt(covariance[j, i, i])),
            "strength": float(strength[j]),
        }
        for j, programme in enumerate(both.programmes)
        for i in range(pi.shape[0])
    ]
    return pd.DataFrame(rows)


__all__ = ["directions", "patterns", "two_stage"]
