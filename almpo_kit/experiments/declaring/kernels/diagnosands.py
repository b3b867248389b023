"""What a design does over many runs, with the Monte-Carlo error of each figure.

Blair, Cooper, Coppock & Humphreys (2019), Am. Polit. Sci. Rev. 113, 838–859; wrong signs and exaggeration: Gelman & Carlin
(2014), Perspect. Psychol. Sci. 9, 641–651; Monte-Carlo errors: Morris, White & Crowther (2019), Stat. Med. 38, 2074–2102.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
#: Figure -> in words.
DIAGNOSANDS: Final = {
    "power": "share of trials that find an effect",
    "bias": "mean error of the estimate",
    "rmse": "typical error of the estimate",
    "coverage": "share of intervals that hold the truth",
    "se_ratio": "mean standard error told, beside the true one",
    "true_se": "standard deviation of the estimate",
    "wrong_sign": "of those that find one, share with the wrong sign",
    "exaggeration": "of those that find one, estimate beside the truth",
    "failed": "share of trials that cannot be analysed",
}


def found_share(p_value: Array, alpha: float) -> tuple[Array, Array]:
    """Share of runs that find each effect, and its Monte-Carlo error, shape (k,); a NaN is not found.

    Parameters
    ----------
    p_value : array, shape (replications, k)
    alpha : float
    """
    found = p_value < alpha
    return _share(found)


def diagnosands(
    effect: Array, se: Array, low: Array, high: Array, p_value: Array, truth: float, alpha: float
) -> dict[str, tuple[float, float]]:
    """Each figure with its Monte-Carlo error, for one arm.

    Parameters
    ----------
    effect, se, low, high, p_value : array, shape (replications,)
        NaN where a run could not be analysed.
    truth : float
    alpha : float
    """
    runs = len(effect)
    seen = np.isfinite(p_value)
    power, power_error = _share(p_value < alpha)
    out = {"power": (float(power), float(power_error))}
    error, spread = effect[seen] - truth, se[seen]
    n = len(error)
    if n < 2:
        missing = (np.nan, np.nan)
        return dict.fromkeys(DIAGNOSANDS, missing) | out | {"failed": (1 - n / runs, 0.0)}
    true_se = float(error.std(ddof=1))
    out["bias"] = (float(error.mean()), true_se / np.sqrt(n))
    rmse = float(np.sqrt(np.mean(error**2)))
    out["rmse"] = (rmse, float(np.std(error**2, ddof=1) / np.sqrt(n) / (2 * rmse)) if rmse > 0 else 0.0)
    out["coverage"] = _pair((low[seen] <= truth) & (truth <= high[seen]))
    out["se_ratio"] = _ratio(spread, true_se, n)
    out["true_se"] = (true_se, true_se / np.sqrt(2 * (n - 1)))
    out |= _of_found(effect[seen & (p_value < alpha)], truth)
    out["failed"] = _pair(~seen)
    return out


def _of_found(found: Array, truth: float) -> dict[str, tuple[float, float]]:
    # Without a true effect there is no right sign, and nothing to exaggerate.
    if truth == 0 or len(found) < 2:
        return {"wrong_sign": (np.nan, np.nan), "exaggeration": (np.nan, np.nan)}
    times = np.abs(found) / abs(truth)
    return {
        "wrong_sign": _pair(np.sign(found) != np.sign(truth)),
        "exaggeration": (float(times.mean()), float(times.std(ddof=1) / np.sqrt(len(times)))),
    }


def _ratio(spread: Array, true_se: float, n: int) -> tuple[float, float]:
    if true_se <= 0:
        return np.nan, np.nan
    mean = float(np.sqrt(np.mean(spread**2)))
    of_mean = float(np.std(spread**2, ddof=1) / np.sqrt(n) / (2 * mean)) if mean > 0 else 0.0
    ratio = mean / true_se
    return ratio, ratio * float(np.hypot(of_mean / mean if mean > 0 else 0.0, 1 / np.sqrt(2 * (n - 1))))


def _share(hit: Array) -> tuple[Array, Array]:
    share = hit.mean(axis=0)
    return share, np.sqrt(share * (1 - share) / len(hit))


def _pair(hit: Array) -> tuple[float, float]:
    share, error = _share(hit)
    return float(share), float(error)
