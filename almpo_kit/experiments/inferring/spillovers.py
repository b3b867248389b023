"""What offers do to those offered and to everybody around them, from a design in which their share differs by place."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.experiments.inferring.kernels.place_cells import place_cells
from almpo_kit.experiments.inferring.kernels.saturation_effects import (
    SaturationMeans,
    contrast,
    contrast_parts,
    saturation_means,
)
from almpo_kit.experiments.inferring.kernels.saturation_permutations import focal_means, permutation_p
from almpo_kit.experiments.inferring.kernels.spillover_contrasts import spillover_contrasts
from almpo_kit.experiments.inferring.outcome_scale import outcome_scale
from almpo_kit.experiments.inferring.saturation_data import SaturationData, saturation_data
from almpo_kit.experiments.inferring.spillover_words import spillover_checks, spillover_sentence
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.finding import Certainty, Finding
from almpo_kit.vocabulary.provenance import provenance
from almpo_kit.vocabulary.rendering import number
from almpo_kit.vocabulary.trial_outcomes import TrialOutcome

Array = np.ndarray[Any, np.dtype[Any]]
_COLUMNS = ("estimand", "saturation", "effect", "se", "low", "high", "df", "p_value", "places")


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Spillovers(Finding):
    """Direct, indirect, total and overall effects of a saturation design.

    ``table``, one row an estimand and saturation (NaN: over all): ``estimand`` (direct, spillover, offered, overall, net,
    others, slope_not_offered, slope_offered), ``effect`` in the outcome's own scale, ``se``, ``low``, ``high``, ``df``,
    ``p_value``, ``places``.

    Parameters
    ----------
    displaced : float
        Of what those offered gain, the share that others lose; NaN without pure comparison places.
    displaced_low, displaced_high : float
        Its interval; infinite or NaN where the data do not bound it.
    p_no_spillover : float
        Of the sharp hypothesis that others' offers do nothing to those not offered, by drawing saturations again.
    means : DataFrame
        ``saturation, offered, mean, se, low, high, places`` of each cell, for the figure.
    scale_factor : float
        100 where effects are said in percentage points.
    unit : str
    """

    displaced: float
    displaced_low: float
    displaced_high: float
    p_no_spillover: float
    means: pd.DataFrame
    scale_factor: float
    unit: str

    def metrics(self) -> dict[str, float]:
        """Net effect of an offer, its parts, and the test."""
        pooled = self.table[self.table["saturation"].isna()].set_index("estimand")["effect"]
        found = {str(k): float(v) for k, v in pooled.items()}
        return found | {"displaced": self.displaced, "p_no_spillover": self.p_no_spillover}


def spillovers(
    outcomes: pd.DataFrame,
    *,
    outcome: TrialOutcome | None = None,
    weigh: str = "people",
    within: str = "",
    alpha: float = 0.05,
    draws: int = 1999,
    seed: int = 0,
    question: str = "",
) -> Spillovers:
    """Say what an offer does to the person offered, what it does to others, and what is left.

    Parameters
    ----------
    outcomes : DataFrame, shape (n_people, ...)
        ``id, place, saturation`` (share of the place's people that was to be offered it), ``offered`` (1 or 0, as drawn),
        and the outcome (``outcome.name`` or ``y``; empty where not known).
    outcome : TrialOutcome, optional
        Without one, a column ``y`` of zeros and ones counts as shares.
    weigh : {"people", "places"}
        Places weigh by their people, or all the same.
    within : str
        Column within which saturations were drawn, for the test; "" where they were drawn among all places.
    alpha : float
        Intervals cover 1 − alpha each; they are not corrected for being several.
    draws : int
        Of the test, 99 to 100000.
    seed : int
    question : str

    Returns
    -------
    Spillovers

    Raises
    ------
    DesignError
        All places have one saturation; a duration.
    FrameError
        Data that contradict the design.
    ParameterError

    Notes
    -----
    Standard errors are those of places (CR2, Satterthwaite degrees of freedom), which are what was drawn. Estimates assume
    that spill-overs stay within places and that people of a place who are not offered stand for those who lose.

    References
    ----------
    Hudgens & Halloran (2008) JASA 103, 832-842; Crépon et al. (2013) QJE 128, 531-580; Baird, Bohren, McIntosh & Özler
    (2018) Review of Economics and Statistics 100, 844-860; Athey, Eckles & Imbens (2018) JASA 113, 230-240.
    """
    _options(weigh, alpha, draws)
    scale = outcome_scale(outcomes, outcome, "spillovers")
    data = saturation_data(outcomes, scale, within)
    cells = place_cells(data.y, data.offered, data.place, len(data.level))
    means = saturation_means(cells, data.level, len(data.levels), by_people=weigh == "people")
    asked = spillover_contrasts(data.levels, data.places)
    table = pd.DataFrame(
        [_row(name, at, means, w, alpha) for (name, at), w in asked.items()], columns=list(_COLUMNS)
    )
    displaced = _displaced(means, asked, table, alpha)
    p = _no_spillover(data, draws, seed)
    net = _pooled(table, "net")
    options = {"weigh": weigh, "within": within, "alpha": alpha, "draws": draws}
    return Spillovers(
        question=question or f"What do offers do to those offered, and to others? · {scale.name}",
        sentence=spillover_sentence(table, displaced, p, scale, 1 - alpha),
        table=table,
        checks=spillover_checks(data, table, p),
        provenance=provenance(outcomes, method="experiments.spillovers", options=options, seed=seed),
        figure="spillovers",
        certainty=_certainty(net, data),
        headline=None if net is None else scale.headline(net.effect, net.low, net.high, 1 - alpha),
        rests_on=f"{number(int(np.sum(~np.isnan(data.y))), 0)} people in {number(len(data.level), 0)} places",
        displaced=displaced[0],
        displaced_low=displaced[1],
        displaced_high=displaced[2],
        p_no_spillover=p,
        means=_cell_rows(means, data.levels, alpha),
        scale_factor=scale.factor,
        unit=scale.unit,
    )


def _options(weigh: str, alpha: float, draws: int) -> None:
    if weigh not in ("people", "places"):
        raise ParameterError(f"spillovers() got weigh={weigh!r}; choose 'people' or 'places'.")
    if not 0 < alpha < 0.5:
        raise ParameterError(f"spillovers() got alpha={alpha!r}; take one above 0 and below 0.5, e.g. 0.05.")
    if isinstance(draws, bool) or not isinstance(draws, int) or not 99 <= draws <= 100_000:
        raise ParameterError(f"spillovers() got draws={draws!r}; give a whole number from 99 to 100000.")


def _row(name: str, at: float, means: SaturationMeans, weights: Array, alpha: float) -> tuple[Any, ...]:
    from scipy.stats import t

    effect, se, df = (float(x) for x in contrast(means, weights))
    reach = float(t.ppf(1 - alpha / 2, df)) * se if df > 0 else math.nan
    p = 2 * float(t.sf(abs(effect) / se, df)) if se > 0 and df > 0 else math.nan
    # Both cells of a saturation lie in the same places.
    places = int(np.where(weights != 0, means.places, 0).max(axis=-1).sum())
    return (name, at, effect, se, effect - reach, effect + reach, df, p, places)


def _cell_rows(means: SaturationMeans, levels: Array, alpha: float) -> pd.DataFrame:
    rows = []
    for at, level in enumerate(levels):
        for offer in (0, 1):
            if not means.places[at, offer]:
                continue
            weights = np.zeros((len(levels), 2))
            weights[at, offer] = 1.0
            _, _, mean, se, low, high, _, _, places = _row("", 0.0, means, weights, alpha)
            rows.append((float(level), bool(offer), mean, se, low, high, places))
    return pd.DataFrame(rows, columns=["saturation", "offered", "mean", "se", "low", "high", "places"])


def _pooled(table: pd.DataFrame, name: str) -> Any:
    rows = table[(table["estimand"] == name) & table["saturation"].isna()]
    return None if rows.empty else next(rows.itertuples(index=False))


def _displaced(
    means: SaturationMeans, asked: dict[tuple[str, float], Array], table: pd.DataFrame, alpha: float
) -> tuple[float, float, float]:
    """Share of the gain that others lose, with Fieller's interval: rates r for which others + r × offered may be 0."""
    from scipy.stats import t

    gain, others = _pooled(table, "offered"), _pooled(table, "others")
    if gain is None or others is None or not gain.effect:
        return math.nan, math.nan, math.nan
    keys = {name: w for (name, at), w in asked.items() if at != at}
    own, theirs = contrast_parts(means, keys["offered"]), contrast_parts(means, keys["others"])
    q = float(t.ppf(1 - alpha / 2, min(gain.df, others.df))) ** 2
    a = gain.effect**2 - q * float((own**2).sum())
    b = gain.effect * others.effect - q * float((own * theirs).sum())
    c = others.effect**2 - q * float((theirs**2).sum())
    root = b**2 - a * c
    value = -others.effect / gain.effect
    if not (a > 0 and root >= 0):
        return value, -math.inf, math.inf
    return value, (-b - math.sqrt(root)) / a, (-b + math.sqrt(root)) / a


def _no_spillover(data: SaturationData, draws: int, seed: int) -> float:
    below = data.saturation < 1
    if len(np.unique(data.saturation[below])) < 2:
        return math.nan
    people = np.bincount(data.place, minlength=len(data.level))
    most = data.saturation[below].max()
    wanted = np.where(below, np.floor(people * (1 - most) + 1e-9), 0).astype(int)
    rng = np.random.default_rng(np.random.SeedSequence(seed))
    mean, weight = focal_means(data.y, data.offered, data.place, wanted, rng)
    mean = np.where(weight > 0, mean, 0.0)
    if len(np.unique(data.saturation[weight > 0])) < 2:
        return math.nan
    return permutation_p(mean, weight, data.saturation, data.stratum, draws, rng)


def _certainty(net: Any, data: SaturationData) -> Certainty:
    """By places, since they are what was drawn; a net effect whose sign is open is never of high certainty."""
    if net is None or not math.isfinite(net.se) or data.places.min() < 2:
        return "too little to say"
    clear = net.low > 0 or net.high < 0
    if data.places.min() < 5 or net.df < 8:
        return "low"
    return "high" if clear and net.df >= 20 else "moderate"
