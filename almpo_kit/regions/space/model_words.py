"""What is said about a spatial regression."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from almpo_kit.regions.space.fits import Fit
from almpo_kit.regions.space.sample import Sample
from almpo_kit.regions.space.territory import regions_of_countries
from almpo_kit.regions.space.tracing import p_words
from almpo_kit.regions.wording import listed
from almpo_kit.vocabulary.finding import Check, Status
from almpo_kit.vocabulary.indicators import Indicator
from almpo_kit.vocabulary.rendering import number

#: Level at which a test points somewhere.
_LEVEL = 0.05
_MODELS = {
    "lag": "neighbours' values (spatial lag)",
    "error": "what neighbours have in common (spatial error)",
}
#: What each test of a spatial model's residuals can and cannot do.
_LIMITS = {
    "Lagrange multiplier test of correlated errors": "it allows for ρ having been fitted, and holds in large samples",
    "Anselin–Kelejian test": "it is Moran's test allowing for ρ having been fitted, and holds in large samples",
    "Moran's I, z": "λ was fitted to the same values, which the test does not know, so it finds too little",
}


def pointed(diagnostics: pd.DataFrame) -> str:
    """What the Lagrange multiplier tests point to, by Anselin and Florax's rule.

    Of the two simple tests: if only one rejects, its model; if both, the model whose robust test rejects alone; else both
    or neither.
    """
    p = dict(zip(diagnostics["test"], diagnostics["p"], strict=True))
    for prefix in ("LM ", "robust LM "):
        lag, error = p[f"{prefix}lag"] <= _LEVEL, p[f"{prefix}error"] <= _LEVEL
        if lag != error:
            return "lag" if lag else "error"
        if not lag and prefix == "LM ":
            return "neither"
    return "both"


def question(meanings: Sequence[Indicator], when: str) -> str:
    """As a person would ask it."""
    first, *others = (m.subject for m in meanings)
    return f"What does {first} across regions go with: {listed(others)}? · {when}"


def sentence(
    meanings: Sequence[Indicator],
    table: pd.DataFrame,
    fitted: Fit,
    spread: float,
    found: Sample,
    level: float,
    points_to: str,
) -> str:
    """Each regressor per standard deviation, the spatial parameter, whether the model fits, and that it is association."""
    response, *others = meanings
    part = "total" if fitted.kind == "lag" else "coefficient"
    rows = table[table["part"] == part]
    told = [_one(response, m, rows[rows["term"] == m.key].iloc[0], level) for m in others]
    with_neighbours = ", neighbours' answers included" if fitted.kind == "lag" else ""
    doubt = (
        f" The tests point to the {points_to} model instead, so these figures are not to be relied on."
        if points_to in _MODELS.keys() - {fitted.kind}
        else ""
    )
    return (
        f"{found.opening}, across {regions_of_countries(found.weights.ids)}, {response.subject} was "
        f"{listed(told)}{with_neighbours}; {_alike(fitted, spread, level)}.{doubt} This is association across regions, not an "
        "effect of one on the other."
    )


def _alike(fitted: Fit, spread: float, level: float) -> str:
    symbol = "ρ" if fitted.kind == "lag" else "λ"
    low, high = fitted.spatial - spread, fitted.spatial + spread
    if low <= 0 <= high:
        verb = "are not shown to resemble"
    else:
        verb = "resemble" if fitted.spatial > 0 else "are unlike"
    return (
        f"regions {verb} their neighbours beyond the regressors, {symbol} {number(fitted.spatial, 2)} "
        f"({level:.0%}: {number(low, 2)} to {number(high, 2)})"
    )


def _one(response: Indicator, regressor: Indicator, row: pd.Series, level: float) -> str:
    digits = response.digits + 1 if response.digits else 0
    value, low, high = (float(row[c]) for c in ("per_sd", "per_sd_low", "per_sd_high"))
    side = "higher" if value > 0 else "lower"
    # Told as the interval holds zero, not as it reads when rounded.
    untold = ", not told from zero" if low <= 0 <= high else ""
    return (
        f"{number(abs(value), digits)} {response.points} {side} ({level:.0%}: {number(low, digits)} to "
        f"{number(high, digits)}{untold}) where {regressor.subject} was one standard deviation higher"
    )


def checks(
    fitted: Fit,
    model: str,
    estimator: str,
    diagnostics: pd.DataFrame,
    comparison: pd.DataFrame,
    points_to: str,
    inflation: dict[str, float],
) -> tuple[Check, ...]:
    """Which model the tests point to, what is left in the residuals, overlap of regressors, association."""
    return (
        _specification(model, diagnostics, points_to),
        _residuals(fitted, comparison),
        *_bounds(fitted, estimator),
        *_overlap(inflation),
        Check(
            "association",
            "informational",
            "Values of one period across regions show what goes together, not what would follow from changing one of them: "
            "causes in common, people moving and reverse influence are all in it, and regions are not persons.",
        ),
    )


def _specification(model: str, diagnostics: pd.DataFrame, points_to: str) -> Check:
    shown = "; ".join(
        f"{t} {number(s, 2)}, {p_words(p)}"
        for t, s, p in zip(diagnostics["test"], diagnostics["statistic"], diagnostics["p"], strict=True)
        if t != "LM lag and error"
    )
    if points_to == "neither":
        text = f"Tests of the ordinary regression find no spatial pattern in its residuals, so it would do: {shown}."
        return Check("specification", "informational", text)
    if points_to in ("both", model):
        status: Status = "passed" if points_to == model else "informational"
        where = _MODELS[model] if points_to == model else "both kinds of model and do not choose"
        return Check("specification", status, f"Tests of the ordinary regression point to {where}: {shown}.")
    text = (
        f"Tests of the ordinary regression point to {_MODELS[points_to]} and not to this model: {shown}. Compare with "
        f'model="{points_to}".'
    )
    return Check("specification", "failed", text)


def _residuals(fitted: Fit, comparison: pd.DataFrame) -> Check:
    before, after = comparison["residual_moran_i"]
    test = fitted.left
    assert test is not None
    text = f"Moran's I of the residuals is {number(after, 2)}, against {number(before, 2)} in the ordinary regression"
    aic = comparison["aic"]
    if aic.notna().all():
        text += f"; Akaike's criterion {number(aic.iloc[1])} against {number(aic.iloc[0])}, smaller is better"
    if not np.isfinite(test.p):
        return Check("residuals", "failed", f"Whether a pattern is left cannot be tested here. {text}.")
    found = f"{test.name} {number(test.statistic, 2)}, {p_words(test.p)}; {_LIMITS[test.name]}"
    if test.p < _LEVEL:
        return Check(
            "residuals", "failed", f"A pattern is left that the model does not hold: {found}. {text}."
        )
    return Check("residuals", "passed", f"No pattern is shown to be left: {found}. {text}.")


def _bounds(fitted: Fit, estimator: str) -> tuple[Check, ...]:
    if abs(fitted.spatial) < 0.99:
        return ()
    how = "has no stable solution" if abs(fitted.spatial) >= 1 else "is at the edge of what the model allows"
    text = (
        f"The spatial parameter {number(fitted.spatial, 2)} {how}; impacts and intervals cannot be relied on."
    )
    if estimator == "two_stage":
        text += ' Compare with estimator="ml".'
    return (Check("bounds", "failed", text),)


def _overlap(inflation: dict[str, float]) -> tuple[Check, ...]:
    high = {k: f for k, f in inflation.items() if f > 10}
    if not high:
        return ()
    which = listed([f"{k} ({number(f, 0)})" for k, f in high.items()])
    text = f"Regressors overlap so much that their parts are hard to tell apart; variance inflation: {which}."
    return (Check("overlap", "failed", text),)
