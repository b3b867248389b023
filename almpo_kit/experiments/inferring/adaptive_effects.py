"""Effects of arms after a trial whose shares moved towards what seemed to work, with intervals that hold all the same."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.experiments.inferring.adaptive_data import AdaptiveData, adaptive_data
from almpo_kit.experiments.inferring.adaptive_words import adaptive_checks, adaptive_sentence, certainty
from almpo_kit.experiments.inferring.kernels.adaptive_contrast import (
    adaptive_contrast,
    pair_worth,
    scores_and_earlier,
)
from almpo_kit.experiments.inferring.kernels.earlier_slopes import explained_by_earlier
from almpo_kit.experiments.inferring.kernels.evaluation_weights import batch_worth
from almpo_kit.experiments.inferring.outcome_scale import outcome_scale
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.finding import Finding
from almpo_kit.vocabulary.provenance import provenance
from almpo_kit.vocabulary.rendering import number
from almpo_kit.vocabulary.trial_outcomes import TrialOutcome

Array = np.ndarray[Any, np.dtype[Any]]
WEIGHTS = ("variance_stabilising", "two_point", "constant")
_COLUMNS = (
    *("arm", "stratum", "effect", "se", "low", "high", "df", "p_value", "p_adjusted", "all_low", "all_high"),
    *(
        "people",
        "comparison_people",
        "effective",
        "least_share",
        "assured",
        "naive",
        "naive_low",
        "naive_high",
    ),
)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class AdaptiveEffects(Finding):
    """Effects against the comparison.

    ``table``, one row an arm and stratum ("all" first): ``effect`` in the outcome's own scale, ``se, low, high, df,
    p_value``; ``p_adjusted`` (Holm, over arms) and ``all_low, all_high`` (for all arms at once, so also for the one that
    turned out best); ``people, comparison_people``; ``effective`` (number of people on whom the variance rests);
    ``least_share`` (smallest share of the two arms while both were open) and ``assured`` (people whom that assures each
    arm); ``naive, naive_low, naive_high``: the difference of plain means and its interval, which does not hold.

    Parameters
    ----------
    weights : str
    comparison : str
    floor : float
        Smallest share that any arm had while it was open.
    scale_factor : float
        100 where effects are said in percentage points.
    unit : str
    """

    weights: str
    comparison: str
    floor: float
    scale_factor: float
    unit: str

    def metrics(self) -> dict[str, float]:
        """Effect and standard error of each arm, and the floor."""
        rows: list[Any] = list(self.table[self.table["stratum"] == "all"].itertuples(index=False))
        found = {"floor": self.floor}
        for row in rows:
            found |= {f"effect_{row.arm}": float(row.effect), f"se_{row.arm}": float(row.se)}
        return found


def adaptive_effects(
    outcomes: pd.DataFrame,
    shares: pd.DataFrame,
    *,
    arms: Sequence[str],
    comparison: str | None = None,
    outcome: TrialOutcome | None = None,
    strata: Sequence[str] = (),
    covariates: Sequence[str] = (),
    weights: str = "variance_stabilising",
    decay: float = 0.7,
    alpha: float = 0.05,
    stopped_early: bool = False,
    question: str = "",
) -> AdaptiveEffects:
    """Estimate effects after adaptive draws: adaptively weighted augmented inverse-probability weighting (AW-AIPW).

    Parameters
    ----------
    outcomes : DataFrame, shape (n_people, ...)
        ``id, batch, arm``, columns of strata and covariates, and the outcome (``outcome.name`` or ``y``; empty where not
        known). Batches are numbered in the order in which they were drawn.
    shares : DataFrame
        ``batch, arm, share`` and the columns of strata: the shares by which each batch was drawn, adding up to 1. An arm
        that was closed has share 0 from then on.
    arms : sequence of str
    comparison : str, optional
        The first arm when left out.
    outcome : TrialOutcome, optional
    strata : sequence of str
        Columns within which shares differed.
    covariates : sequence of str
        Numbers known before the draw; what they explain is learned from earlier batches only.
    weights : {"variance_stabilising", "two_point", "constant"}
        The first weighs both arms of a contrast alike, so that a level that drifts for everybody cancels.
    decay : float
        Of the two-point rule, 0 to below 1.
    alpha : float
    stopped_early : bool
        Whether the trial ended because of what it showed; then these intervals do not hold, and the Finding says so.
    question : str

    Returns
    -------
    AdaptiveEffects

    Raises
    ------
    FrameError
        Data and shares contradict each other.
    ParameterError

    Notes
    -----
    Holds for contrasts named beforehand when each person was drawn by his or her own lot with the shares given, no arm's
    share came near 0 while it was open, and people who come later are like those who came earlier. The standard error adds
    up squared contributions; the quantile is that of t with their effective number less one. Where that covers 93.5% to
    96.5% and where not is measured in ``tests/experiments/COVERAGE.md``.

    References
    ----------
    Hadad, Hirshberg, Zhan, Wager & Athey (2021) PNAS 118 (15); Zhan, Hadad, Hirshberg & Athey (2021) KDD, 2125-2135;
    Bibaut et al. (2021) NeurIPS 34.
    """
    comparison = _options(arms, comparison, weights, decay, alpha)
    ordered = (comparison, *(a for a in arms if a != comparison))
    scale = outcome_scale(outcomes, outcome, "adaptive_effects")
    data = adaptive_data(
        outcomes, shares, arms=ordered, column=scale.column, strata=strata, covariates=covariates
    )
    table = _table(data, weights, decay, alpha)
    options = {"weights": weights, "strata": list(strata), "covariates": list(covariates), "alpha": alpha}
    options |= {"decay": decay} if weights == "two_point" else {}
    main = table[table["stratum"] == "all"]
    ranked: list[Any] = list(main.dropna(subset=["effect"]).sort_values("effect").itertuples(index=False))
    best = ranked[-1] if ranked else None
    head = None if best is None else scale.headline(best.effect, best.all_low, best.all_high, 1 - alpha)
    open_shares = data.share[data.share > 0]
    return AdaptiveEffects(
        question=question
        or f"What do {', '.join(ordered[1:])} do, compared with {comparison}? · {scale.name}",
        sentence=adaptive_sentence(main, comparison, scale, 1 - alpha),
        table=table,
        checks=adaptive_checks(data, table, weights, stopped_early=stopped_early),
        provenance=provenance(outcomes, shares, method="experiments.adaptive_effects", options=options),
        figure="adaptive_effects",
        certainty=certainty(main, stopped_early=stopped_early),
        headline=head,
        rests_on=f"{number(len(data.y), 0)} people in {int(data.batch.max()) + 1} batches",
        weights=weights,
        comparison=comparison,
        floor=float(open_shares.min()),
        scale_factor=scale.factor,
        unit=scale.unit,
    )


def _options(arms: Sequence[str], comparison: str | None, weights: str, decay: float, alpha: float) -> str:
    if isinstance(arms, str) or not arms:
        raise ParameterError("adaptive_effects() needs a list of arms, e.g. arms=['no programme', 'course'].")
    chosen = comparison if comparison is not None else arms[0]
    if chosen not in arms:
        raise ParameterError(f"adaptive_effects(): comparison {chosen!r} is none of {', '.join(arms)}.")
    if weights not in WEIGHTS:
        raise ParameterError(
            f"adaptive_effects() got weights={weights!r}; choose one of {', '.join(WEIGHTS)}."
        )
    if not 0 <= decay < 1:
        raise ParameterError(f"adaptive_effects() got decay={decay!r}; take one from 0 to below 1, e.g. 0.7.")
    if not 0 < alpha < 0.5:
        raise ParameterError(
            f"adaptive_effects() got alpha={alpha!r}; take one above 0 and below 0.5, e.g. 0.05."
        )
    return str(chosen)


def _table(data: AdaptiveData, weights: str, decay: float, alpha: float) -> pd.DataFrame:
    y = data.y
    if data.covariates.shape[1]:
        y = y - explained_by_earlier(data.y, data.covariates, data.arm, data.batch)
    everybody = np.ones(len(y), dtype=bool)
    parts = [("all", everybody)]
    if len(data.strata) > 1:
        parts += [(name, data.stratum == s) for s, name in enumerate(data.strata)]
    rows = []
    for name, kept in parts:
        rows += _rows(data, y, name, kept, weights, decay, alpha)
    return pd.DataFrame(rows, columns=list(_COLUMNS))


def _rows(
    data: AdaptiveData, y: Array, name: str, kept: Array, weights: str, decay: float, alpha: float
) -> list[tuple[Any, ...]]:
    from scipy.stats import t

    y, arm, share, stratum = y[kept], data.arm[kept], data.share[kept], data.stratum[kept]
    prepared = scores_and_earlier(y, arm, share, stratum if len(np.unique(stratum)) > 1 else None)
    found = []
    for k in range(1, len(data.arms)):
        effect, se, df = (
            float(x)
            for x in adaptive_contrast(
                y,
                arm,
                share,
                one=k,
                worth=_worth(share, stratum, data.batch[kept], k),
                weights=weights,
                decay=decay,
                prepared=prepared,
            )
        )
        p = 2 * float(t.sf(abs(effect) / se, df)) if se > 0 else math.nan
        found.append((k, effect, se, df, p))
    adjusted = _holm(np.array([f[4] for f in found]))
    every = len(found)
    rows = []
    for (k, effect, se, df, p), p_all in zip(found, adjusted, strict=True):
        reach, reach_all = (float(t.ppf(1 - a / 2, df)) * se for a in (alpha, alpha / every))
        open_ = (share[:, k] > 0) & (share[:, 0] > 0)
        least = float(np.minimum(share[open_, k], share[open_, 0]).min()) if open_.any() else 0.0
        naive = _naive(data.y[kept], arm, k, alpha)
        members = (int(np.sum(arm == k)), int(np.sum(arm == 0)))
        ends = (effect - reach, effect + reach, df, p, float(p_all), effect - reach_all, effect + reach_all)
        rows.append(
            (data.arms[k], name, effect, se, *ends, *members, df + 1, least, least * open_.sum(), *naive)
        )
    return rows


def _worth(share: Array, stratum: Array, batch: Array, one: int) -> Array:
    """Precision of a contrast by person: that of the batch, over its strata in the mix of all people (Zhan et al. 2021)."""
    own = pair_worth(share, one, 0)
    codes = np.unique(stratum, return_inverse=True)[1]
    if codes.max() == 0:
        return own
    cells = np.full((int(batch.max()) + 1, int(codes.max()) + 1, share.shape[1]), np.nan)
    cells[batch, codes] = share
    worth = batch_worth(cells, np.bincount(codes) / len(codes), one=one, other=0)
    return np.where(own > 0, worth[batch], 0.0)


def _naive(y: Array, arm: Array, one: int, alpha: float) -> tuple[float, float, float]:
    from scipy.stats import t

    a, b = y[arm == one], y[arm == 0]
    if min(len(a), len(b)) < 2:
        return math.nan, math.nan, math.nan
    va, vb = a.var(ddof=1) / len(a), b.var(ddof=1) / len(b)
    effect = float(a.mean() - b.mean())
    if va + vb == 0:
        return effect, math.nan, math.nan
    df = (va + vb) ** 2 / (va**2 / (len(a) - 1) + vb**2 / (len(b) - 1))
    reach = float(t.ppf(1 - alpha / 2, df) * np.sqrt(va + vb))
    return effect, effect - reach, effect + reach


def _holm(p: Array) -> Array:
    order = np.argsort(np.where(np.isnan(p), 2.0, p))
    steps = np.maximum.accumulate((len(p) - np.arange(len(p))) * p[order])
    out = np.empty(len(p))
    out[order] = np.minimum(steps, 1.0)
    return out
