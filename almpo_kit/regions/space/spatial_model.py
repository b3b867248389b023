"""What goes with what across regions, allowing neighbours to resemble each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from almpo_kit.regions.space import model_words
from almpo_kit.regions.space.fits import Estimator, Fit, diagnose, fit, least_squares
from almpo_kit.regions.space.impacts import impacts
from almpo_kit.regions.space.neighbour_words import labels, some
from almpo_kit.regions.space.neighbours import Neighbours
from almpo_kit.regions.space.sample import Period, Sample, sample, sample_checks
from almpo_kit.regions.space.tracing import grounds_of, traced, vintage
from almpo_kit.regions.space.weights import Weights
from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.finding import Finding
from almpo_kit.vocabulary.indicators import INDICATORS

Model = Literal["lag", "error"]
#: Regions for each coefficient, and at least.
_PER_COEFFICIENT, _FEWEST = 10, 30
#: Smallest singular value of the standardised regressors, as a share of the largest, that still is of full rank.
_RANK = 1e-6


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class SpatialModel(Finding):
    """A spatial regression over regions.

    Parameters
    ----------
    response : str
    regressors : tuple of str
    model : {"lag", "error"}
    estimator : {"ml", "two_stage"}
    period : str
    n : int
    level : float
        Coverage of the intervals.
    spatial, spatial_low, spatial_high : float
        ρ of the lag model, λ of the error model, with its interval.
    diagnostics : DataFrame
        ``test, statistic, df, p``: tests of the ordinary regression.
    comparison : DataFrame
        ``model, loglik, aic, residual_moran_i, residual_p`` (of the test that the check ``residuals`` names).
    points_to : {"lag", "error", "neither", "both"}
        What the tests point to.
    """

    response: str
    regressors: tuple[str, ...]
    model: Model
    estimator: Estimator
    period: str
    n: int
    level: float
    spatial: float
    spatial_low: float
    spatial_high: float
    diagnostics: pd.DataFrame
    comparison: pd.DataFrame
    points_to: str

    def metrics(self) -> dict[str, float]:
        """The spatial parameter and every slope or total impact."""
        told = self.table[self.table["part"] == ("total" if self.model == "lag" else "coefficient")]
        return {"spatial": self.spatial} | dict(zip(told["term"], told["estimate"], strict=True))


def spatial_model(
    indicators: pd.DataFrame,
    places: pd.DataFrame | None,
    neighbours: Neighbours | Weights,
    *,
    response: str,
    regressors: Sequence[str],
    model: Model = "lag",
    estimator: Estimator = "ml",
    period: Period = None,
    islands: Literal["refuse", "leave"] = "refuse",
    level: float = 0.95,
) -> SpatialModel:
    """Regress one indicator on others over regions whose neighbours matter.

    Parameters
    ----------
    indicators, places, neighbours
        As for :func:`almpo_kit.regions.autocorrelation`; weights must be row-standardised.
    response : str
    regressors : sequence of str
        Indicators of the same period.
    model : {"lag", "error"}
        ``"lag"``: a region's response also goes with its neighbours' response. ``"error"``: what the regressors leave
        unexplained is alike among neighbours.
    estimator : {"ml", "two_stage"}
        Maximum likelihood, or for the lag model two-stage least squares with the neighbours' regressors, and theirs, as
        instruments.
    period : str, int, sequence of them, or None
        One year, or the mean over several.
    islands : {"refuse", "leave"}
        Regions without a neighbour: refuse to choose, or leave them out.
    level : float
        Coverage of the intervals.

    Returns
    -------
    SpatialModel
        ``table``: ``term, part, estimate, se, low, high, p, per_sd, per_sd_low, per_sd_high``; ``part`` is
        ``coefficient``, and for the lag model also ``direct``, ``indirect`` and ``total`` impact; ``per_sd`` is the estimate
        for one standard deviation of the regressor. Figure ``spatial_model``.

    Raises
    ------
    DesignError
        Fewer than 30 regions or than ten for each coefficient, a constant or collinear regressor, islands without a rule,
        weights that are not row-standardised.

    References
    ----------
    Anselin (1988) Spatial Econometrics. LeSage and Pace (2009), chapter 2, for impacts.
    """
    keys = _asked(response, regressors, model, estimator, islands, level)
    found = sample(indicators, neighbours, [response, *keys], period)
    _islands(found, islands, labels(places))
    y, x, scale = _design(found, response, keys)
    plain, fitted = least_squares(y, x), fit(y, x, found.weights, model, estimator)
    diagnostics = pd.DataFrame([vars(t) for t in diagnose(y, x, found.weights)]).rename(
        columns={"name": "test"}
    )
    points_to = model_words.pointed(diagnostics)
    table = _table(fitted, keys, scale, found.weights, level)
    spread = _normal(level) * fitted.spatial_se
    comparison = _comparison(plain, fitted, found.weights, diagnostics)
    meanings, names = [INDICATORS[k] for k in (response, *keys)], labels(places)
    return SpatialModel(
        question=model_words.question(meanings, found.when),
        sentence=model_words.sentence(meanings, table, fitted, spread, found, level, points_to),
        table=table,
        checks=(
            *model_words.checks(
                fitted, model, estimator, diagnostics, comparison, points_to, _inflation(x, keys)
            ),
            *sample_checks(found, names, meanings, vintage(neighbours)),
        ),
        provenance=traced(
            "regions.spatial_model (spreg)",
            found,
            places,
            neighbours,
            None,
            response=response,
            regressors=list(keys),
            model=model,
            estimator=estimator,
            islands=islands,
            level=level,
        ),
        figure="spatial_model",
        rests_on=grounds_of(found),
        response=response,
        regressors=keys,
        model=model,
        estimator=estimator,
        period=found.when,
        n=found.weights.n,
        level=level,
        spatial=fitted.spatial,
        spatial_low=fitted.spatial - spread,
        spatial_high=fitted.spatial + spread,
        diagnostics=diagnostics,
        comparison=comparison,
        points_to=points_to,
    )


def _asked(
    response: str, regressors: Sequence[str], model: str, estimator: str, islands: str, level: float
) -> tuple[str, ...]:
    keys = (regressors,) if isinstance(regressors, str) else tuple(regressors)
    if not keys or len(set(keys)) < len(keys) or response in keys:
        raise DesignError(
            f"regressors={list(keys)} must name at least one indicator, each once, and not the response {response!r}."
        )
    for name, value, allowed in (
        ("model", model, ("lag", "error")),
        ("estimator", estimator, ("ml", "two_stage")),
        ("islands", islands, ("refuse", "leave")),
    ):
        if value not in allowed:
            raise DesignError(f"{name}={value!r}; choose {' or '.join(allowed)}.")
    if model == "error" and estimator != "ml":
        raise DesignError('the error model is fitted by maximum likelihood; leave estimator="ml".')
    if not 0.5 <= level < 1:
        raise DesignError(f"level={level!r} is no coverage of an interval; choose e.g. 0.95.")
    return keys


def _islands(found: Sample, islands: str, names: dict[str, str]) -> None:
    if found.alone and islands == "refuse":
        raise DesignError(
            f"{len(found.alone)} regions have values but no neighbour with one: {some(found.alone, names)}. Say what to do: "
            'islands="leave" leaves them out; regions.neighbours(..., islands="join") joins those in Europe to the nearest.'
        )
    if found.weights.transform != "row":
        raise DesignError(
            'weights must be row-standardised here; use regions.neighbours(..., transform="row").'
        )


def _design(found: Sample, response: str, keys: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Response, regressors in units of their standard deviation, and these."""
    n, k = found.weights.n, len(keys)
    if n < max(_FEWEST, _PER_COEFFICIENT * (k + 2)):
        raise DesignError(
            f"{n} regions are too few for {k} regressors with a constant and a spatial parameter; this takes "
            f"{max(_FEWEST, _PER_COEFFICIENT * (k + 2))}. Name fewer regressors or another period."
        )
    y = found.values[response].to_numpy(dtype=float)
    raw = found.values[list(keys)].to_numpy(dtype=float)
    scale = raw.std(axis=0, ddof=1)
    flat = [
        key
        for key, v, s in zip((response, *keys), (y, *raw.T), (y.std(), *scale), strict=True)
        if _constant(v, s)
    ]
    if flat:
        raise DesignError(f"{', '.join(flat)} has the same value in all {n} regions; name another indicator.")
    x = raw / scale
    singular = np.linalg.svd(x - x.mean(axis=0), compute_uv=False)
    if singular[-1] < _RANK * singular[0]:
        raise DesignError(
            f"the regressors {', '.join(keys)} are collinear: one follows from the others, so their parts cannot be told apart. "
            "Leave one out."
        )
    return y, x, scale


def _constant(values: np.ndarray, spread: float) -> bool:
    return bool(spread <= 1e-12 * max(1.0, float(np.abs(values).max())))


def _normal(level: float) -> float:
    from scipy.stats import norm

    return float(norm.ppf(0.5 + level / 2))


def _table(
    fitted: Fit, keys: tuple[str, ...], scale: np.ndarray, weights: Weights, level: float
) -> pd.DataFrame:
    """Coefficients and, for the lag model, impacts; fitted in standard deviations and shown in both."""
    from scipy.stats import norm

    unit = np.r_[1.0, scale]
    # The constant is per nothing; regressors were not centred, so it is the same in either unit.
    parts = [("coefficient", ("constant", *keys), fitted.b, fitted.se, unit)]
    if fitted.kind == "lag":
        i = impacts(fitted.b[1:], fitted.spatial, fitted.covariance[1:, 1:], weights.matrix)
        parts += [
            ("direct", keys, i.direct, i.direct_se, scale),
            ("indirect", keys, i.indirect, i.indirect_se, scale),
            ("total", keys, i.total, i.total_se, scale),
        ]
    z, rows = _normal(level), []
    for part, terms, estimate, se, units in parts:
        frame = pd.DataFrame({"term": terms, "part": part, "estimate": estimate / units, "se": se / units})
        frame["low"], frame["high"] = frame["estimate"] - z * frame["se"], frame["estimate"] + z * frame["se"]
        frame["p"] = 2 * norm.sf(np.abs(estimate / se))
        for column in ("estimate", "low", "high"):
            frame[
                "per_sd" + column.replace("estimate", "").replace("low", "_low").replace("high", "_high")
            ] = (frame[column] * units).where(frame["term"] != "constant")
        rows.append(frame)
    return pd.concat(rows, ignore_index=True).astype({"term": "str", "part": "str"})


def _comparison(plain: Fit, fitted: Fit, weights: Weights, diagnostics: pd.DataFrame) -> pd.DataFrame:
    matrix = weights.matrix

    def left(u: np.ndarray) -> float:
        e = u - u.mean()
        return float(e @ (matrix @ e) / (e @ e) * len(e) / matrix.sum())

    assert fitted.left is not None  # the last of the tests is Moran's
    tests = ((plain, float(diagnostics["p"].iloc[-1])), (fitted, fitted.left.p))
    rows = [(f.kind, f.loglik, f.aic, left(f.innovations), p) for f, p in tests]
    return pd.DataFrame(rows, columns=["model", "loglik", "aic", "residual_moran_i", "residual_p"])


def _inflation(x: np.ndarray, keys: tuple[str, ...]) -> dict[str, float]:
    """Variance inflation of each regressor by the others."""
    if len(keys) == 1:
        return {}
    factors = np.diag(np.linalg.inv(np.corrcoef(x, rowvar=False)))
    return dict(zip(keys, map(float, factors), strict=True))
