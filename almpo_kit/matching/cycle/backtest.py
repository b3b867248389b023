"""The backtest as tables: errors by series, model and horizon; coverage of the fans."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from almpo_kit.matching.cycle.fans import LEVELS
from almpo_kit.matching.cycle.outlook import Outlook
from almpo_kit.matching.cycle.rolling import MEMBERS, NAIVE
from almpo_kit.matching.cycle.scoring import blocks, column_means, mase, naive_scale, ratio_interval
from almpo_kit.matching.cycle.selecting import PROOF

#: Order of the rows.
MODELS = (*NAIVE, "ar", *MEMBERS, "combination", "rule")
#: Models whose relative error has an interval.
_JUDGED = ("ar", "combination", "rule")
#: Origins after the first proof below which coverage is not judged.
ENOUGH = 20


def backtest(of: Outlook, series: str, seed: np.random.SeedSequence) -> pd.DataFrame:
    """Errors of every model at every horizon.

    Parameters
    ----------
    of : Outlook
    series : str
    seed : SeedSequence
        Of the block bootstrap.

    Returns
    -------
    DataFrame
        ``series, model, horizon, n, mae, mase, benchmark, relative, relative_low, relative_high, used``. ``mae`` in the
        unit of the series; ``mase`` scaled by the one-step naive error (a year's step where there are seasons) before
        each origin, as Hyndman and Koehler define it; ``relative`` the MAE over that of the ``benchmark``, the best
        of the naive forecasts at this horizon, over the same origins: below 1 is better than naive.
    """
    scale = naive_scale(of.values, of.origins, of.season)
    naive = [m for m in NAIVE if m in of.models]
    drawn = _drawn(of, seed)
    rows = []
    sizes = {m: np.abs(of.errors(m)) for m in MODELS if m in of.models}
    mae = {m: column_means(e) for m, e in sizes.items()}
    for m in sizes:
        scaled = mase(of.errors(m), scale)
        for h in range(of.outcomes.shape[1]):
            n = int(np.isfinite(sizes[m][:, h]).sum())
            best = min(naive, key=lambda k: (mae[k][h], naive.index(k))) if n else ""
            relative = _over(mae[m][h], mae[best][h]) if n else np.nan
            low, high = np.nan, np.nan
            if m in _JUDGED and n >= PROOF:
                low, high = _interval(sizes[m][:, h], sizes[best][:, h], drawn)
            used = m == of.chosen[-1, h]
            rows.append((series, m, h + 1, n, mae[m][h], scaled[h], best, relative, low, high, used))
    columns = ["series", "model", "horizon", "n", "mae", "mase", "benchmark"]
    return pd.DataFrame(rows, columns=[*columns, "relative", "relative_low", "relative_high", "used"])


def coverage(of: Outlook, series: str, seed: np.random.SeedSequence) -> pd.DataFrame:
    """Share of outcomes inside the fans, pooled over horizons.

    Returns
    -------
    DataFrame
        ``series, level, n_origins, n, covered, low, high, above, below``; ``low, high`` the 95% block-bootstrap interval,
        missing below :data:`ENOUGH` origins; ``above`` the share of outcomes above the fan.
    """
    kept = slice(PROOF, None)
    truth, drawn = of.outcomes[kept], _drawn(of, seed, PROOF)
    known = np.isfinite(truth)
    per, rows = known.sum(axis=1).astype(float), []
    n, n_origins = int(known.sum()), int(known.any(axis=1).sum())
    for k, level in enumerate(LEVELS):
        above = ((truth > of.high[kept][..., k]) & known).sum(axis=1)
        below = ((truth < of.low[kept][..., k]) & known).sum(axis=1)
        hits = per - above - below
        low, high = np.nan, np.nan
        if n_origins >= ENOUGH:
            low, high = ratio_interval(hits[:n_origins].astype(float), per[:n_origins], drawn)
        shares = [float(x.sum()) / n if n else np.nan for x in (hits, above, below)]
        rows.append((series, level, n_origins, n, shares[0], low, high, shares[1], shares[2]))
    columns = ["series", "level", "n_origins", "n", "covered", "low", "high", "above", "below"]
    return pd.DataFrame(rows, columns=columns)


def _drawn(of: Outlook, seed: np.random.SeedSequence, skipped: int = 0) -> NDArray[np.intp]:
    """Blocks of origins with an outcome; longer than errors over the horizon stay correlated."""
    n = max(len(of.origins) - 1 - skipped, 1)
    horizon = of.outcomes.shape[1]
    length = max(2 * horizon, round(n ** (1 / 3)))
    return blocks(n, min(length, max(n // 4, 1)), np.random.default_rng(seed))


def _interval(
    top: NDArray[np.float64], bottom: NDArray[np.float64], drawn: NDArray[np.intp]
) -> tuple[float, float]:
    rows = drawn.shape[1]
    return ratio_interval(np.nan_to_num(top[:rows]), np.nan_to_num(bottom[:rows]), drawn)


def _over(a: float, b: float) -> float:
    return float(a / b) if b > 0 else np.nan
