"""Every reason to doubt an estimated matching function."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.matching.matching_function.estimating import CONSTANT, FREE, Covariance, Model
from almpo_kit.matching.matching_function.kernels.cluster_robust import cell_means
from almpo_kit.matching.matching_function.panel import Estimator, Panel
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number

Array = np.ndarray[Any, np.dtype[Any]]
#: Elasticity of hires to the unemployed in the literature that Petrongolo and Pissarides (2001) review.
PUBLISHED = (0.5, 0.7)
#: Below so many degrees of freedom a CR2 interval cannot be trusted.
FEWEST_DF = 4.0


def enough_df(table: pd.DataFrame) -> bool:
    """True where every interval has degrees of freedom enough."""
    return bool((table["df"] >= FEWEST_DF).all())


def checks(
    data: Panel,
    table: pd.DataFrame,
    models: tuple[Model, Model],
    estimator: Estimator,
    covariance: Covariance,
    *,
    periods: bool,
) -> tuple[Check, ...]:
    """All checks."""
    return (
        *_settled(models),
        _clusters(data, table, covariance),
        *_left_out(data, estimator),
        *_thin(data, periods=periods),
        _turnover(data),
        _returns(table),
        _published(table),
        *_periods(periods=periods),
        *_CAUTIONS,
    )


def _settled(models: tuple[Model, Model]) -> tuple[Check, ...]:
    if all(m.settled for m in models):
        return ()
    return (
        Check(
            "settled",
            "failed",
            "The Poisson estimator did not settle: do not use these numbers. Take coarser cells.",
        ),
    )


def _clusters(data: Panel, table: pd.DataFrame, covariance: Covariance) -> Check:
    n, df = data.n_clusters, float(table["df"].min())
    text = f"Standard errors ({covariance}) allow anything to go on inside each of {n} clusters ({data.cluster_name}); they are worth {number(df)} degrees of freedom."
    if df < FEWEST_DF:
        return Check("clusters", "failed", f"{text} Below {FEWEST_DF:g} they cannot be trusted.")
    if covariance == "CR1" and n < 40:
        return Check("clusters", "failed", f"{text} CR1 is too small with fewer than about 40 clusters.")
    return Check("clusters", "passed", text)


def _left_out(data: Panel, estimator: Estimator) -> tuple[Check, ...]:
    out = []
    if estimator == "log" and data.zero_share > 0:
        text = (
            f"{number(100 * data.zero_share)}% of the cells and periods with both sides had no hire and are left out, because zero "
            "has no logarithm. What is left is the luckier part: compare estimator='poisson', which keeps them."
        )
        out.append(Check("zero_hires", "failed" if data.zero_share > 0.02 else "informational", text))
    elif data.zero_share > 0:
        text = f"{number(100 * data.zero_share)}% of the cells and periods had no hire; they are kept."
        out.append(Check("zero_hires", "passed", text))
    others = {k: n for k, n in data.left_out.items() if not k.startswith("no hire")}
    if others:
        words = "; ".join(f"{k}: {number(n, 0)}" for k, n in others.items())
        total = len(data) + sum(data.left_out.values())
        wide = sum(others.values()) > 0.1 * total
        text = f"Of {number(total, 0)} cells × periods some are left out – {words}."
        out.append(Check("left_out", "failed" if wide else "informational", text))
    return tuple(out)


def reliability(counts: Array, data: Panel, *, periods: bool) -> float:
    """Share of what varies in a logarithm, after effects, that is not the chance of counting."""
    x = np.log(counts)
    for _ in range(30 if periods else 1):
        x = x - cell_means(x, data.cell)
        if periods:
            x = x - cell_means(x, data.period)
    varied = float((x**2).mean())
    return 1 - float((1 / counts).mean()) / varied if varied > 0 else 0.0


def _thin(data: Panel, *, periods: bool) -> tuple[Check, ...]:
    """Whether noise in the stocks would draw elasticities towards zero; a register's own counts are no noise."""
    pairs = (("unemployed", data.unemployed), ("vacancies", data.vacancies))
    shares = {name: reliability(x, data, periods=periods) for name, x in pairs}
    worst = min(shares, key=lambda name: shares[name])
    sampled = any(bool((np.abs(x - np.rint(x)) > 1e-6).any()) for _, x in pairs)
    if shares[worst] >= 0.8:
        text = "Stocks vary far more inside cells than small counts would by chance; elasticities are hardly drawn towards zero by it."
        return (Check("attenuation", "passed", text),)
    text = (
        f"Only about {number(100 * max(shares[worst], 0.0), 0)}% of what varies in {worst} inside cells is more than the chance of small "
        "counts. "
    )
    if sampled:
        text += "These numbers are estimates, so that chance is error, and draws the elasticity towards zero. Take coarser cells."
    else:
        text += (
            "Complete counts are no error; but where vacancies are only partly reported, or counted at another moment than hires "
            "start from, it is, and draws the elasticity towards zero. See whether coarser cells agree."
        )
    return (Check("attenuation", "failed" if sampled else "informational", text),)


def _turnover(data: Panel) -> Check:
    ratio = float(data.hires.sum() / data.unemployed.sum())
    text = f"Hires in a period are {number(100 * ratio, 0)}% of the unemployed at its beginning"
    if ratio > 0.4:
        text += (
            ": many of those hired became unemployed within the period and are not in the stock (time aggregation), which "
            "blurs both elasticities. Use shorter periods."
        )
        return Check("time_aggregation", "failed", text)
    return Check(
        "time_aggregation", "passed", f"{text}, so few who became unemployed within it are among them."
    )


def _of(table: pd.DataFrame, model: str, term: str) -> dict[str, float]:
    row = table[(table["model"] == model) & (table["term"] == term)].iloc[0]
    return {k: float(row[k]) for k in ("estimate", "low", "high", "p", "se", "df")}


def _returns(table: pd.DataFrame) -> Check:
    r = _of(table, FREE, "returns to scale")
    p = "p < 0.001" if r["p"] < 0.001 else f"p = {r['p']:.3f}"
    head = f"The elasticities add up to {number(r['estimate'], 2)} ({number(r['low'], 2)} to {number(r['high'], 2)}; {p} against one)"
    if r["p"] < 0.05:
        text = f"{head}: constant returns, which mismatch and the efficiencies rest on, do not hold here."
        return Check("constant_returns", "failed", text)
    return Check("constant_returns", "passed", f"{head}: constant returns are not contradicted.")


def _published(table: pd.DataFrame) -> Check:
    r = _of(table, CONSTANT, "unemployed")
    low, high = PUBLISHED
    meets = r["low"] <= high and r["high"] >= low
    text = (
        f"Published elasticities to the unemployed are mostly {low} to {high} (Petrongolo and Pissarides 2001); the interval here "
        f"{'meets' if meets else 'lies outside'} that range. It is a plausibility check, not a target."
    )
    return Check("published_range", "informational", text)


def _periods(*, periods: bool) -> tuple[Check, ...]:
    if periods:
        return ()
    text = "Without effects of periods the cycle moves hires, unemployed and vacancies together and biases the elasticities."
    return (Check("periods", "failed", text),)


_CAUTIONS = (
    Check(
        "simultaneity",
        "informational",
        "Where matching becomes more efficient, firms open more vacancies and fewer people are unemployed; efficiency that moves "
        "within a cell therefore biases both elasticities, and fixed effects do not mend it (Borowczyk-Martins, Jolivet and "
        "Postel-Vinay 2013).",
    ),
    Check(
        "measurement",
        "informational",
        "Hires must be those of unemployed people, stocks those at the beginning of the period. Hires of people with a job, and "
        "vacancies that are never reported, enter the efficiencies.",
    ),
)
