"""What a sign model says in points: average marginal effects, and probabilities by level."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from almpo_kit.evidence.kernels.blocks import Floats
from almpo_kit.evidence.kernels.intervals import critical
from almpo_kit.evidence.kernels.ordered_probit import (
    OrderedFit,
    clustered,
    fit,
    mean_top,
    probabilities,
    slope_top,
)
from almpo_kit.evidence.regression.moderator_words import level_words, variable_words
from almpo_kit.evidence.signs.sign_cases import CATEGORIES, Case, contiguous
from almpo_kit.evidence.telling import FEWEST_SAMPLES
from almpo_kit.evidence.words import count

FAVOURABLE = CATEGORIES.index("favourable")
_DESCRIBED = (
    "variable",
    "level",
    "label",
    "against",
    "n_estimates",
    "n_samples",
    "against_samples",
    "observed",
)
_MARGINS = ("predicted", "difference", "se", "low", "high")
#: Step of a numeric moderator, as a share of its spread, for its slope.
_STEP = 1e-4


@dataclass(frozen=True)
class Estimated:
    """A fitted sign model: ``fit``, its robust ``covariance``, the ``reach`` of an interval in standard
    errors, and its two tables."""

    fit: OrderedFit
    covariance: Floats
    reach: float
    loglik_null: float
    coefficients: pd.DataFrame
    cutpoints: pd.DataFrame

    def interval(self, value: float, gradient: Floats) -> tuple[float, float, float]:
        """Standard error and interval, in points, of a probability by the delta method."""
        variance = float(gradient @ self.covariance @ gradient)
        se = 100 * float(np.sqrt(max(variance, 0.0)))
        return se, 100 * value - self.reach * se, 100 * value + self.reach * se


def estimate(case: Case, level: float) -> Estimated:
    """Fit the ordered probit of a case that is not refused."""
    y, x = contiguous(case.category), case.x
    f, p = fit(y, x), x.shape[1]
    robust = clustered(f, np.asarray(pd.factorize(case.samples)[0], dtype=np.intp))
    reach = critical(level, case.n_samples - 1.0)
    seen = [CATEGORIES[int(c)] for c in np.unique(case.category)]
    cuts = [f"{a} | {b}" for a, b in pairwise(seen)]
    table = pd.DataFrame(
        {
            "term": [*_terms(case), *cuts],
            "estimate": np.r_[f.beta, f.cut],
            "se": np.sqrt(np.diag(robust)),
            "model_se": np.sqrt(np.diag(f.bread)),
        }
    )
    table["low"] = table["estimate"] - reach * table["se"]
    table["high"] = table["estimate"] + reach * table["se"]
    null = fit(y, np.empty((len(y), 0))).loglik
    return Estimated(f, robust, reach, null, table[:p], table[p:].reset_index(drop=True))


def _terms(case: Case) -> list[str]:
    return [] if case.design is None else [case.design.names[i] for i in case.design.tested]


def margins(case: Case, e: Estimated | None) -> pd.DataFrame:
    """One row per contrast; its columns are told in :func:`~almpo_kit.evidence.signs.sign_models.sign_model`.

    Without a fit, and where too few samples stand on a side, the numbers of the model are missing.
    """
    rows = []
    for variable, levels in _levels(case).items():
        against = max(levels, key=lambda level: (_samples(case, variable, level), -levels.index(level)))
        rows += [_contrast(case, e, variable, level, against) for level in levels]
    rows += [_slope(case, e, variable) for variable in _numbers(case)]
    return pd.DataFrame(rows, columns=[*_DESCRIBED, *_MARGINS, "judged"])


def _levels(case: Case) -> Mapping[str, tuple[Any, ...]]:
    """Levels of each category, in the order of the vocabulary where it has one."""
    return {} if case.design is None else case.design.levels


def _numbers(case: Case) -> list[str]:
    return [] if case.design is None else [v for v in case.design.variables if v not in case.design.levels]


def _met(case: Case, variable: str, level: Any) -> NDArray[np.bool_]:
    """Which estimates have a level."""
    return np.asarray(case.rows[variable].eq(level), dtype=bool)


def _samples(case: Case, variable: str, level: Any) -> int:
    return int(case.samples[pd.Series(_met(case, variable, level))].nunique())


def _observed(case: Case, keep: NDArray[np.bool_]) -> float:
    return 100 * float((case.category[keep] == FAVOURABLE).mean()) if keep.any() else np.nan


def _contrast(case: Case, e: Estimated | None, variable: str, level: Any, against: Any) -> dict[str, object]:
    met = _met(case, variable, level)
    here, there = _samples(case, variable, level), _samples(case, variable, against)
    row: dict[str, object] = {
        "variable": variable,
        "level": str(level),
        "label": level_words(variable, level),
        "against": "" if level == against else str(against),
        "n_estimates": int(met.sum()),
        "n_samples": here,
        "against_samples": there,
        "observed": _observed(case, met),
        "judged": _judged(e, min(here, there)),
    }
    if e is None or row["judged"]:
        return row
    there_p = mean_top(e.fit.beta, e.fit.cut, case.at(case.rows.assign(**{variable: against})))
    here_p = mean_top(e.fit.beta, e.fit.cut, case.at(case.rows.assign(**{variable: level})))
    row["predicted"] = 100 * here_p.value
    if level != against:
        change = here_p.value - there_p.value
        row["difference"] = 100 * change
        row["se"], row["low"], row["high"] = e.interval(change, here_p.gradient - there_p.gradient)
    return row


def _slope(case: Case, e: Estimated | None, variable: str) -> dict[str, object]:
    values = case.rows[variable].to_numpy(dtype=float)
    row: dict[str, object] = {
        "variable": variable,
        "level": "per unit",
        "label": f"{variable_words(variable)}, per 1",
        "against": "",
        "n_estimates": len(values),
        "n_samples": case.n_samples,
        "against_samples": case.n_samples,
        "observed": _observed(case, np.ones(len(values), bool)),
        "judged": _judged(e, case.n_samples),
    }
    if e is None:
        return row
    h = _STEP * float(values.std() or 1.0)
    up, down = (case.at(case.rows.assign(**{variable: values + s * h})) for s in (1, -1))
    slope = slope_top(e.fit.beta, e.fit.cut, case.x, (up - down) / (2 * h))
    row["difference"] = 100 * slope.value
    row["se"], row["low"], row["high"] = e.interval(slope.value, slope.gradient)
    return row


def _judged(e: Estimated | None, fewest: int) -> str:
    if e is None:
        return "no model"
    if fewest < FEWEST_SAMPLES:
        return f"too little to say: {count(fewest, 'independent sample')} on one side"
    return ""


def predicted(case: Case, e: Estimated | None) -> pd.DataFrame:
    """Observed shares and average predicted probabilities by level, in per cent.

    Returns
    -------
    DataFrame
        ``variable, level, n_estimates, n_samples``; ``observed_…`` and ``predicted_…`` for each of the three
        categories. Predicted: all estimates with the characteristic set to the level; missing where fewer
        than five samples have it.
    """
    rows = []
    for variable, levels in _levels(case).items():
        for level in levels:
            met = _met(case, variable, level)
            n = _samples(case, variable, level)
            row: dict[str, object] = {
                "variable": variable,
                "level": str(level),
                "n_estimates": int(met.sum()),
                "n_samples": n,
            }
            row |= {f"observed_{_key(c)}": s for c, s in zip(CATEGORIES, _shares(case, met), strict=True)}
            at = _probabilities(case, e, variable, level) if n >= FEWEST_SAMPLES else np.full(3, np.nan)
            row |= {f"predicted_{_key(c)}": s for c, s in zip(CATEGORIES, at, strict=True)}
            rows.append(row)
    return pd.DataFrame(rows)


def _key(category: str) -> str:
    return category.replace(" ", "_")


def _shares(case: Case, met: NDArray[np.bool_]) -> Floats:
    return 100 * np.bincount(case.category[met], minlength=len(CATEGORIES)) / max(int(met.sum()), 1)


def _probabilities(case: Case, e: Estimated | None, variable: str, level: Any) -> Floats:
    out = np.full(len(CATEGORIES), np.nan)
    if e is None:
        return out
    x = case.at(case.rows.assign(**{variable: level}))
    out[:] = 0.0
    out[np.unique(case.category)] = 100 * probabilities(e.fit.beta, e.fit.cut, x).mean(axis=0)
    return out
