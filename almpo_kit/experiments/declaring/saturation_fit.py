"""A saturation design's first contrast: the offered beside places without offers, or beside others of the same places."""

from __future__ import annotations

import math

import numpy as np

from almpo_kit.experiments.estimating.asked import codes, net
from almpo_kit.experiments.estimating.contrast_fit import ContrastFit
from almpo_kit.experiments.estimating.fit_contrasts import fit_contrasts
from almpo_kit.experiments.estimating.trial_data import TrialData
from almpo_kit.experiments.inferring.kernels.place_cells import place_cells
from almpo_kit.experiments.inferring.kernels.saturation_effects import contrast, saturation_means
from almpo_kit.experiments.inferring.kernels.spillover_contrasts import spillover_contrasts
from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.trial_designs import TrialDesign


def saturation_fit(data: TrialData, alpha: float) -> tuple[ContrastFit, ...]:
    """Total effect on those offered where some places have no offers; otherwise the direct one, as ``spillovers`` estimates it.

    Parameters
    ----------
    data : TrialData
        With ``saturation`` and ``cluster``.
    alpha : float
    """
    data = data.only(data.known)
    if (np.asarray(data.saturation) == 0).any():
        return fit_contrasts("saturation", data, alpha=alpha)
    saturation, place = np.asarray(data.saturation), codes(np.asarray(data.cluster))
    levels, level_of = np.unique(saturation, return_inverse=True)
    n_places = int(place.max()) + 1
    of_place = np.zeros(n_places, dtype=int)
    of_place[place] = level_of
    y, _ = net(data, 2 * place + data.arm, "saturation")
    means = saturation_means(place_cells(y, data.arm, place, n_places), of_place, len(levels), by_people=True)
    places = np.bincount(of_place, minlength=len(levels)).astype(float)
    asked = spillover_contrasts(levels, places).items()
    weights = next((w for (name, s), w in asked if name == "direct" and math.isnan(s)), None)
    found = None if weights is None else [float(v) for v in contrast(means, weights)]
    if found is None or not all(map(math.isfinite, found)):
        raise DesignError(
            "saturation: a cell of places has fewer than two with known outcomes; draw more places or fewer saturations."
        )
    return (_fit(data, found, alpha, n_places),)


def _fit(data: TrialData, found: list[float], alpha: float, n_places: int) -> ContrastFit:
    # Half a second to import; most trials never come here.
    from scipy import stats

    effect, se, df = found
    p = float(2 * stats.t.sf(abs(effect) / se, df)) if se > 0 else float(effect == 0)
    half = float(stats.t.isf(alpha / 2, df)) * se
    return ContrastFit(
        arm=data.arms[1],
        effect=effect,
        se=se,
        df=df,
        low=effect - half,
        high=effect + half,
        p_value=p,
        n=int(np.sum(data.arm == 1)),
        n_comparison=int(np.sum(data.arm == 0)),
        clusters=n_places,
        p_alone=p,
    )


def saturation_truth(design: TrialDesign, effect: float, spillover: float) -> float:
    """What :func:`saturation_fit` is to find.

    Parameters
    ----------
    design : TrialDesign
    effect : float
        On those offered, against a place without offers.
    spillover : float
        On those not offered where everybody else is.
    """
    shares = design.saturations
    if 0.0 in shares:
        return effect
    weight = {s: s * p for s, p in shares.items() if 0 < s < 1}
    return effect - spillover * sum(s * w for s, w in weight.items()) / sum(weight.values())
