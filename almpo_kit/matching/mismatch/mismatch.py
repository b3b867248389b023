"""How many hires, and how much unemployment, mismatch between regions and occupations accounts for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from almpo_kit.matching.balance.small_cells import refuse_few
from almpo_kit.matching.mismatch.asking import ask, enough, heterogeneity
from almpo_kit.matching.mismatch.breakdown import shown_cells, tables
from almpo_kit.matching.mismatch.cells import cells
from almpo_kit.matching.mismatch.checks import checks, is_thin, left_out
from almpo_kit.matching.mismatch.estimating import Interval, Plan, Resample, by_period, sides
from almpo_kit.matching.mismatch.kernels.planner import weights
from almpo_kit.matching.mismatch.measures import ELASTICITIES, elasticity_table, measure_table, with_others
from almpo_kit.matching.mismatch.mismatch_result import Mismatch
from almpo_kit.matching.mismatch.unemployment import rates, with_shares
from almpo_kit.matching.mismatch.words import headline, question, rests_on, sentence
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.provenance import provenance

_NUMBERS = ("index", "corrected", "low", "high", "lowest", "highest")
_SHARE = ("unemployment_share", "share_low", "share_high")


def mismatch(
    stocks: pd.DataFrame,
    *,
    by: str | Sequence[str] = ("geo", "occupation"),
    elasticity: float = 0.5,
    efficiency: Any = None,
    level: Mapping[str, int] | None = None,
    interval: Interval | None = "bootstrap",
    draws: int = 500,
    seed: int = 0,
    minimum: int = 10,
    hidden_most: int | None = None,
    productivity: Any = None,
    destruction: Any = None,
    discount: float = 0.9967,
    flows: pd.DataFrame | None = None,
    resample: Resample = "counts",
    grossing: float = 1.0,
    confidence: float = 0.95,
    labels: Mapping[str, str] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Mismatch:
    """Measure how far unemployed people are from where a planner would have them look.

    The index is M = 1 − h/h*: the share of hires lost beside an allocation of the same unemployed people to the same
    vacancies that makes the most hires. With cells alike it is 1 − Σ (vᵢ/v)^α (uᵢ/u)^(1−α); with efficiencies φ it is
    1 − Σ (φᵢ/φ̄) (vᵢ/v)^α (uᵢ/u)^(1−α), φ̄ = [Σ φᵢ^(1/α) vᵢ/v]^α; with worth of matches (``productivity``,
    ``destruction``) the planner weighs hires by it, and the index, still of hires, may fall below zero. Covered is thus
    all heterogeneity of Şahin et al.'s indices M, M_φ and M_x; not covered are elasticities that differ between cells,
    and planners who also choose vacancies.

    Parameters
    ----------
    stocks : DataFrame
        A ``stocks`` frame: ``geo, occupation, unemployed, vacancies``, optionally ``period, employed``. An empty number
        is a suppressed one and is bounded, never dropped.
    by : str or sequence of str
        Columns that make a cell; other columns are added up.
    elasticity : float
        α, the exponent of **vacancies**; that of the unemployed is 1 − α. (Published elasticities of 0.5 to 0.7 are
        of the unemployed: α of 0.3 to 0.5.)
    efficiency, productivity, destruction : DataFrame, Series, mapping or Finding, optional
        φ, z and the share of matches that end in a period, by cell or by one of the columns of ``by``;
        ``matching_function(...)`` can be given as efficiency.
    level : mapping, optional
        Cut codes before adding up, e.g. ``{"geo": 2, "occupation": 1}``: NUTS level, ISCO digits.
    interval : {"bootstrap", "delta"} or None
        None takes the counts as the whole truth and corrects nothing.
    draws : int
    seed : int
    minimum : int
        Counts below it are small: such cells, and those from which they could be subtracted, are not named nor their
        people shown; suppressed numbers lie from 0 to ``minimum`` − 1.
    hidden_most : int, optional
        The most that a suppressed number may be, where larger ones were suppressed to protect others (secondary
        suppression, as :func:`suppress` does).
    discount : float
        β per period, with ``destruction``.
    flows : DataFrame, optional
        ``period, unemployment_rate`` and, for a path over time, ``finding_rate, separation_rate``; shares of one. Without
        it the rate comes from ``employed``, or else the share of unemployment is its upper limit.
    resample : {"counts", "regions"}
        What the bootstrap draws again.
    grossing : float
        People one case stands for, times the design effect, where numbers come from a sample.
    confidence : float
    labels : mapping of str to str, optional
        Names of region and occupation codes.
    progress : callable, optional
        Called with draws done and in all.

    Returns
    -------
    Mismatch
        ``table``, one row a period: ``period, n_cells, unemployed, vacancies, index, corrected, low, high, bias, se,
        lowest, highest, interval, jackman_roper, dissimilarity, between_<column>, unemployment_share, share_low,
        share_high``.

    Raises
    ------
    FrameError, ParameterError, DesignError
        The message names the way out.

    Notes
    -----
    Bias and coverage in synthetic economies: ``tests/matching/mismatch/COVERAGE.md``. Laws of each measure, with
    counterexamples where one does not hold: ``tests/matching/mismatch/test_laws.py``.

    References
    ----------
    Şahin, Song, Topa and Violante (2014) Am. Econ. Rev. 104, 3529-3564; Jackman and Roper (1987) Oxf. Bull. Econ. Stat.
    49, 9-36; Petrongolo and Pissarides (2001) J. Econ. Lit. 39, 390-431.
    """
    ask(elasticity, interval, draws, minimum, resample, grossing, confidence, hidden_most)
    by = (by,) if isinstance(by, str) else tuple(by)
    if resample == "regions" and "geo" not in by:
        raise ParameterError("resample='regions' needs 'geo' in by, e.g. by=('geo', 'occupation').")
    held = cells(stocks, by, level, optional=("employed",))
    both = sides(held, minimum - 1 if hidden_most is None else hidden_most)
    enough(held, both)
    refuse_few(float(both.u_high[:, -1].sum()), minimum)
    phi, z, told = heterogeneity(held, efficiency, productivity, destruction, discount)
    w = weights(phi, z, elasticity)
    plan = Plan(interval, resample, draws, seed, confidence, minimum, grossing)
    known = rates(held, both, flows)
    table = with_shares(by_period(held, both, w, elasticity, plan, progress), known, elasticity)
    table = with_others(table, held, both, w, elasticity)
    table["unemployed"] = table["unemployed"].mask(
        table["unemployed"].between(0, minimum, inclusive="neither")
    )
    row, names = table.iloc[-1].to_dict(), dict(labels or {})
    thin = is_thin(row)
    found, groups, split = tables(held, both, w, elasticity, minimum, names)
    spans = elasticity_table(held, both, phi, z, elasticity, plan, known)
    usual = spans.loc[spans["elasticity"].isin(ELASTICITIES), "unemployment_share"]
    span = float(usual.min()), float(usual.max())
    share = (float(row[_SHARE[0]]), float(row[_SHARE[1]]), float(row[_SHARE[2]]))
    return Mismatch(
        question=question(held.periods, by),
        sentence=sentence(row, by, found, share, span, known.how, confidence, thin=thin, worth=not w.plain),
        table=table,
        checks=(
            *left_out(stocks),
            *checks(held, both, table, found, plan, elasticity, known.how, told),
        ),
        provenance=provenance(
            stocks,
            *(x for x in (efficiency, productivity, destruction, flows) if isinstance(x, pd.DataFrame)),
            method="matching.mismatch",
            options={
                "by": by,
                "level": dict(level or {}),
                "elasticity": elasticity,
                "interval": interval,
                "draws": draws,
                "resample": resample,
                "minimum": minimum,
                "hidden_most": hidden_most,
                "grossing": grossing,
                "heterogeneous": sorted(told),
            },
            seed=seed if interval == "bootstrap" else None,
        ),
        figure="mismatch",
        certainty="too little to say" if thin else None,
        headline=None if thin else headline(row, confidence),
        rests_on=rests_on(row, {c: held.keys[c].nunique() for c in by}, _sources(stocks)),
        by=by,
        period=str(row["period"]),
        elasticity=elasticity,
        **{k: float(row[k]) for k in _NUMBERS},
        **dict(zip(_SHARE, share, strict=True)),
        counterfactual=known.how,
        confidence=confidence,
        heterogeneous=bool(told),
        full=found,
        cells=shown_cells(found, by),
        groups=groups,
        split=split,
        measures=measure_table(held, both, row, elasticity, bool(told), plan),
        by_elasticity=spans,
    )


def _sources(stocks: pd.DataFrame) -> list[str]:
    return sorted(stocks["source"].dropna().astype(str).unique()) if "source" in stocks else []
