"""How hires depend on the unemployed and on vacancies, from flows that a person brings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from almpo_kit.matching.matching_function.checks import checks, enough_df
from almpo_kit.matching.matching_function.efficiency import by_cell, over_time
from almpo_kit.matching.matching_function.estimating import (
    CONSTANT,
    FREE,
    Covariance,
    coefficient_table,
    error_of,
    estimate,
)
from almpo_kit.matching.matching_function.panel import Estimator, Panel, panel
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.finding import Finding, Headline
from almpo_kit.vocabulary.provenance import provenance
from almpo_kit.vocabulary.rendering import number


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class MatchingFunction(Finding):
    """Elasticities of hires and efficiency of matching.

    Parameters
    ----------
    estimator : str
    confidence : float
    elasticity : float
        Of vacancies with constant returns: what ``mismatch(elasticity=)`` takes.
    unemployed_elasticity : float
        With constant returns: 1 − ``elasticity``.
    unemployed_low, unemployed_high : float
    returns, returns_p : float
        Sum of the free elasticities, and p of the test that it is one.
    efficiency : DataFrame
        ``*by, efficiency, raw, se_log, weight_own, n_periods, hires``; geometric mean one, shrunk towards it. The Finding can
        be given to ``mismatch(efficiency=)`` as it is. All but ``efficiency`` is empty where there were fewer than ten hires.
    over_time : DataFrame
        ``period, efficiency, low, high, se_log, df`` against the average period; empty with ``effects="cell"``.
    n_rows, n_cells, n_periods, n_clusters : int
    cluster : str
    """

    estimator: str
    confidence: float
    elasticity: float
    unemployed_elasticity: float
    unemployed_low: float
    unemployed_high: float
    returns: float
    returns_p: float
    efficiency: pd.DataFrame
    over_time: pd.DataFrame
    n_rows: int
    n_cells: int
    n_periods: int
    n_clusters: int
    cluster: str

    def metrics(self) -> dict[str, float]:
        """The elasticity with constant returns, and returns to scale."""
        names = ("unemployed_elasticity", "unemployed_low", "unemployed_high", "returns", "returns_p")
        return {n: float(getattr(self, n)) for n in names}


def matching_function(
    flows: pd.DataFrame,
    *,
    by: str | Sequence[str] = ("geo", "occupation"),
    level: Mapping[str, int] | None = None,
    estimator: Estimator = "log",
    effects: str = "both",
    cluster: str | None = None,
    covariance: Covariance = "CR2",
    confidence: float = 0.95,
) -> MatchingFunction:
    """Estimate log hires = log φ_cell + log φ_period + η log unemployed + α log vacancies.

    Parameters
    ----------
    flows : DataFrame
        A ``stocks`` frame with ``period`` and ``hires``: stocks at the beginning of the period, hires of unemployed people
        during it.
    by, level
        As in :func:`mismatch`.
    estimator : {"log", "poisson"}
        Least squares on logarithms, which leaves rows without hires out and says how many; or Poisson regression, which
        keeps them.
    effects : {"both", "cell"}
        Effects of cells and periods, or of cells alone.
    cluster : {"geo", "occupation", "cell"}, optional
        What standard errors cluster on; regions where there are three, else occupations, else cells.
    covariance : {"CR2", "CR1"}
        CR2 with Satterthwaite degrees of freedom holds with few clusters.
    confidence : float

    Returns
    -------
    MatchingFunction
        ``table``: ``model`` ("free" or "constant returns"), ``term, estimate, se, df, low, high, null, p``.

    Raises
    ------
    DesignError
        No hires (stocks alone do not identify it), no or too few periods, cells or clusters, stocks that do not vary.
    FrameError, ParameterError

    References
    ----------
    Petrongolo and Pissarides (2001) J. Econ. Lit. 39, 390-431; Borowczyk-Martins, Jolivet and Postel-Vinay (2013) Rev. Econ.
    Dyn. 16, 440-453; Pustejovsky and Tipton (2018) J. Bus. Econ. Stat. 36, 672-683; Santos Silva and Tenreyro (2006) Rev.
    Econ. Stat. 88, 641-658.
    """
    _ask(estimator, effects, covariance, confidence)
    both = effects == "both"
    data = panel(flows, by, level, estimator, cluster, periods=both)
    free, tied = estimate(data, estimator, periods=both)
    error = error_of(covariance)
    table = coefficient_table(free, tied, error, confidence)
    sure = enough_df(table)
    main = table[(table["model"] == CONSTANT) & (table["term"] == "unemployed")].iloc[0]
    scale = table[(table["model"] == FREE) & (table["term"] == "returns to scale")].iloc[0]
    low, high = float(main["low"]), float(main["high"])
    return MatchingFunction(
        question=f"How do hires depend on the unemployed and on vacancies? · {data.periods[0]} to {data.periods[-1]}",
        sentence=_sentence(data, tied.unemployed, low, high, confidence, sure=sure),
        table=table,
        checks=checks(data, table, (free, tied), estimator, covariance, periods=both),
        provenance=provenance(
            flows,
            method="matching.matching_function",
            options={
                "by": (by,) if isinstance(by, str) else tuple(by),
                "level": dict(level or {}),
                "estimator": estimator,
                "effects": effects,
                "cluster": data.cluster_name,
                "covariance": covariance,
            },
        ),
        figure="matching_function",
        certainty=None if sure else "too little to say",
        headline=Headline(tied.unemployed, low, high, "elasticity to the unemployed", (0, 1), confidence)
        if sure
        else None,
        rests_on=_rests_on(flows, data),
        estimator=estimator,
        confidence=confidence,
        elasticity=tied.vacancies,
        unemployed_elasticity=tied.unemployed,
        unemployed_low=low,
        unemployed_high=high,
        returns=float(scale["estimate"]),
        returns_p=float(scale["p"]),
        efficiency=by_cell(data, tied, periods=both),
        over_time=over_time(data, tied, error, confidence, periods=both),
        n_rows=len(data),
        n_cells=len(data.keys),
        n_periods=len(data.periods),
        n_clusters=data.n_clusters,
        cluster=data.cluster_name,
    )


def _ask(estimator: str, effects: str, covariance: str, confidence: float) -> None:
    for name, value, allowed in (
        ("estimator", estimator, ("log", "poisson")),
        ("effects", effects, ("both", "cell")),
        ("covariance", covariance, ("CR2", "CR1")),
    ):
        if value not in allowed:
            raise ParameterError(f"{name}={value!r}: choose {' or '.join(map(repr, allowed))}.")
    if isinstance(confidence, bool) or not isinstance(confidence, float) or not 0.5 < confidence < 1:
        raise ParameterError(f"confidence={confidence!r} must lie between 0.5 and 1, e.g. 0.95.")


def _sentence(data: Panel, value: float, low: float, high: float, level: float, *, sure: bool) -> str:
    if not sure:
        return (
            f"It is too little to say how hires depend on the unemployed and on vacancies: {data.n_clusters} clusters "
            f"({data.cluster_name}) are worth fewer than four degrees of freedom. Bring more regions, or cluster on cells."
        )
    text = (
        f"With constant returns, 1% more unemployed people go with {number(value, 2)}% more hires ({level:.0%}: {number(low, 2)} to "
        f"{number(high, 2)}) and 1% more vacancies with {number(1 - value, 2)}% more, within cells over time."
    )
    outside = value < 0 or value > 1
    return text + (" An elasticity outside 0 to 1 makes no sense: do not use it." if outside else "")


def _rests_on(flows: pd.DataFrame, data: Panel) -> str:
    sources = sorted(flows["source"].dropna().astype(str).unique()) if "source" in flows else []
    named = f"; {'; '.join(sources[:4])}" if sources else ""
    return (
        f"{number(len(data), 0)} rows of {number(len(data.keys), 0)} cells in {len(data.periods)} periods, {data.periods[0]} to "
        f"{data.periods[-1]}{named}"
    )
