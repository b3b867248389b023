"""How the index of mismatch depends on how finely regions and occupations are cut."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from almpo_kit.matching.mismatch.asking import ask, enough
from almpo_kit.matching.mismatch.cells import Cells, cells
from almpo_kit.matching.mismatch.checks import is_thin
from almpo_kit.matching.mismatch.estimating import Interval, Plan, Resample, by_period, sides
from almpo_kit.matching.mismatch.kernels.planner import equal
from almpo_kit.matching.mismatch.measures import latest
from almpo_kit.matching.mismatch.words import percent
from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.provenance import provenance


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class MismatchByLevel(Finding):
    """The index at every level of aggregation, of the latest period.

    Parameters
    ----------
    period : str
    elasticity : float
        Exponent of vacancies.
    confidence : float
    coarsest, finest : float
        Corrected index of the coarsest and the finest cells that are not too thin.
    """

    period: str
    elasticity: float
    confidence: float
    coarsest: float
    finest: float

    def metrics(self) -> dict[str, float]:
        """From the coarsest to the finest level."""
        return {"coarsest": self.coarsest, "finest": self.finest}


def mismatch_by_level(
    stocks: pd.DataFrame,
    *,
    geo: Sequence[int] = (0, 1, 2, 3),
    occupation: Sequence[int] = (1, 2, 3, 4),
    elasticity: float = 0.5,
    interval: Interval | None = "delta",
    draws: int = 500,
    seed: int = 0,
    minimum: int = 10,
    resample: Resample = "counts",
    grossing: float = 1.0,
    confidence: float = 0.95,
) -> MismatchByLevel:
    """Take the index at every combination of NUTS level and number of ISCO digits that the codes allow.

    Parameters
    ----------
    stocks, elasticity, interval, draws, seed, minimum, resample, grossing, confidence
        As in :func:`mismatch`; the latest period is taken.
    geo, occupation : sequence of int
        NUTS levels, ISCO digits. Levels finer than the codes are left out and named.

    Returns
    -------
    MismatchByLevel
        ``table``, one row a combination: ``geo_level, occupation_level, n_cells, unemployed_per_cell,
        vacancies_per_cell, index, corrected, low, high, bias, lowest, highest, thin``.

    Raises
    ------
    FrameError, ParameterError, DesignError
        As :func:`mismatch`; none of the levels can be had.
    """
    ask(elasticity, interval, draws, minimum, resample, grossing, confidence)
    plan = Plan(interval, resample, draws, seed, confidence, minimum, grossing)
    now = _latest_rows(stocks)
    cells(now, ("geo", "occupation"))
    rows, refused = [], []
    for g in geo:
        for o in occupation:
            try:
                held = cells(now, ("geo", "occupation"), {"geo": g, "occupation": o})
            except DesignError:
                refused.append(f"NUTS {g} × {o} digits")
                continue
            if len(held) > 1:
                rows.append({"geo_level": g, "occupation_level": o} | _row(held, elasticity, plan))
    if not rows:
        raise DesignError(
            "none of these levels can be had from the codes, e.g. NUTS 3 from 'EL30'; choose coarser ones, e.g. geo=(0, 1, 2)."
        )
    table = pd.DataFrame(rows)
    fit = table[~table["thin"]] if (~table["thin"]).any() else table
    low, high = (float(fit["corrected"].iloc[i]) for i in _ends(fit))
    period = str(now["period"].iloc[0]) if "period" in now else ""
    return MismatchByLevel(
        question=f"How does mismatch depend on how finely it is measured?{f' · {period}' if period else ''}",
        sentence=_sentence(table, fit),
        table=table,
        checks=_checks(table, refused),
        provenance=provenance(
            stocks,
            method="matching.mismatch_by_level",
            options={
                "geo": list(geo),
                "occupation": list(occupation),
                "elasticity": elasticity,
                "interval": interval,
            },
            seed=seed if interval == "bootstrap" else None,
        ),
        figure="mismatch",
        rests_on=f"{len(table)} levels of aggregation, up to {int(table['n_cells'].max())} cells",
        period=period,
        elasticity=elasticity,
        confidence=confidence,
        coarsest=low,
        finest=high,
    )


def _latest_rows(stocks: pd.DataFrame) -> pd.DataFrame:
    if not isinstance(stocks, pd.DataFrame) or "period" not in stocks or stocks.empty:
        return stocks
    text = stocks["period"].astype(str)
    return stocks[text == text.max()]


def _row(held: Cells, alpha: float, plan: Plan) -> dict[str, Any]:
    both = sides(held, plan.minimum - 1)
    enough(held, both)
    row = by_period(*latest(held, both), equal(len(held)), alpha, plan, None).iloc[0].to_dict()
    kept = ("index", "corrected", "low", "high", "bias", "lowest", "highest")
    return {
        "n_cells": len(held),
        "unemployed_per_cell": row["unemployed"] / len(held),
        "vacancies_per_cell": row["vacancies"] / len(held),
        **{k: row[k] for k in kept},
        "thin": is_thin(row),
    }


def _name(row: Mapping[Any, Any]) -> str:
    digits = int(row["occupation_level"])
    return f"NUTS {int(row['geo_level'])} and {digits} ISCO digit{'s' if digits > 1 else ''}"


def _ends(fit: pd.DataFrame) -> tuple[int, int]:
    """Positions of the coarsest and the finest cells."""
    return int(fit["n_cells"].to_numpy().argmin()), int(fit["n_cells"].to_numpy().argmax())


def _sentence(table: pd.DataFrame, fit: pd.DataFrame) -> str:
    low, high = (fit.iloc[i].to_dict() for i in _ends(fit))
    text = (
        f"Mismatch is {percent(low['corrected'])} of hires by {_name(low)} and {percent(high['corrected'])} by {_name(high)}: a "
        "figure means something only with its level."
    )
    n = int(table["thin"].sum())
    return text + (f" {n} of {len(table)} levels are too thin to say anything." if n else "")


def _checks(table: pd.DataFrame, refused: list[str]) -> tuple[Check, ...]:
    out = []
    if table["thin"].any():
        names = "; ".join(_name(r) for r in table[table["thin"]].to_dict("records"))
        out.append(Check("thin_cells", "failed", f"Too thin to say anything: {names}."))
    text = "As published, the index never rises when cells are merged; corrected for thin cells it may, within its interval."
    out.append(Check("coarser", "informational", text))
    if refused:
        text = f"The codes are too coarse for {len(refused)} of the levels: {', '.join(refused[:6])}{' and others' if len(refused) > 6 else ''}."
        out.append(Check("levels", "informational", text))
    return tuple(out)
