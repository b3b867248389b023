"""Whether other regions moved as the treated ones did, before a programme began."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evaluation.differences.placebo_regions import placebo_gaps
from almpo_kit.evaluation.differences.regions import Found, Regions, mean_gap, regions
from almpo_kit.evaluation.support.comparison import Comparison
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number

#: Gap before the start as a share of how far donors lie apart: above the first a failed check, above the second a stop.
_FAIR, _POOR = 0.25, 0.5
#: Share of donors that are fitted better: from the first on the step stops, from the second on a fair gap fails.
_WORST, _MANY = 0.95, 0.75
_SHORT = 8


def donor_fit(
    design: Any, *, seed: int = 0, progress: Callable[[int, int], None] | None = None
) -> Comparison:
    """Say whether a weighted mean of other regions could follow the treated ones before their start.

    The gap before the start (root mean square) is told beside the spread of outcomes between donors in the same
    periods: above half of it the step stops; it also stops where 95% of donors can be followed better than the treated by
    their like. Above a quarter, with three quarters of donors followed better, the check fails. All regions are kept.

    Parameters
    ----------
    design : Design
        With ``assignment="synthetic_control"`` and a panel.
    seed : int
        For drawing donors where several regions are treated.
    progress : callable, optional
        Called with (placebos done, placebos).

    Returns
    -------
    Comparison
        ``table``: ``contrast, regions, donors, before, after, rmspe, spread, share, better_fitted``; ``details``:
        ``donors`` (contrast, donor, weight), ``event_time`` (contrast, months, treated, synthetic, effect) before the
        start.

    Raises
    ------
    DesignError
        Too few donors or periods, gaps in a treated region.
    """
    sample = design.sample
    rows, weights, paths = [], [], []
    checks: list[Check] = []
    stops: list[str] = []
    for arm in sample.arms[1:]:
        name = f"{arm} against {sample.arms[0]}"
        held = regions(sample, arm, sample.arms[0])
        found = mean_gap(held, held.treated, held.donors, "synthetic_control")
        placebos = placebo_gaps(held, found, "synthetic_control", seed=seed, progress=progress)
        better = float(np.mean(placebos.rmspe < found.rmspe))
        rows.append(_row(name, held, found, better))
        key = "donor_fit" if len(sample.arms) == 2 else f"donor_fit_{arm.replace(' ', '_')}"
        check, stopped = _fit_check(key, name, rows[-1])
        checks += [check, *_length_check(name, held)]
        stops += [key] if stopped else []
        share = np.mean([p.donors for p in found.parts], axis=0)
        weights += [
            {"contrast": name, "donor": d, "weight": float(w)}
            for w, d in zip(share, held.donor_names, strict=True)
            if w >= 0.001
        ]
        paths.append(_path(name, held, found))
    return Comparison(
        table=pd.DataFrame(rows),
        sentence=_sentence(rows, stops),
        checks=tuple(checks),
        stops=tuple(stops),
        kept=np.ones(len(sample), dtype=bool),
        figure="synthetic_control",
        details={"donors": pd.DataFrame(weights), "event_time": pd.concat(paths, ignore_index=True)},
    )


def _row(name: str, held: Regions, found: Found, better: float) -> dict[str, Any]:
    spread = float(np.mean(held.donors[:, : held.before].std(axis=0, ddof=1)))
    return {
        "contrast": name,
        "regions": len(held.treated),
        "donors": len(held.donors),
        "before": held.before,
        "after": held.after,
        "rmspe": found.rmspe,
        "spread": spread,
        "share": found.rmspe / spread if spread > 0 else float("inf"),
        "better_fitted": better,
    }


def _fit_check(key: str, name: str, row: dict[str, Any]) -> tuple[Check, bool]:
    gap = (
        f"{name}: before the start the weighted mean of {row['donors']} donors is off by {number(row['rmspe'], 2)} on average, "
        f"{number(100 * row['share'], 0)}% of how far donors lie apart"
    )
    poor = row["share"] > _POOR
    alone = row["better_fitted"] >= _WORST and row["share"] > _FAIR / 5
    if poor or alone:
        more = "" if poor else f"; {number(100 * row['better_fitted'], 0)}% of donors can be followed better"
        return Check(key, "failed", f"{gap}{more}. No mean of other regions moved as this one did."), True
    # Where donors cannot be followed better either, the rest is noise that no mean follows.
    if row["share"] > _FAIR and row["better_fitted"] >= _MANY:
        return Check(key, "failed", f"{gap}; that is a poor fit."), False
    return Check(key, "passed", f"{gap}."), False


def _length_check(name: str, held: Regions) -> list[Check]:
    if held.before >= _SHORT:
        return []
    said = f"{name}: only {held.before} periods lie before the start; with {len(held.donors)} donors some mean of them fits by chance."
    return [Check("periods_before", "failed", said)]


def _path(name: str, held: Regions, found: Found) -> pd.DataFrame:
    treated = np.mean([y[g - held.before : g] for y, g in zip(held.treated, held.start, strict=True)], axis=0)
    gap = found.gap[: held.before]
    months = np.arange(-held.before, 0) * held.months_per_period
    frame = {
        "contrast": name,
        "months": months,
        "treated": treated,
        "synthetic": treated - gap,
        "effect": gap,
    }
    return pd.DataFrame(frame)


def _sentence(rows: list[dict[str, Any]], stops: list[str]) -> str:
    if stops:
        return "No weighted mean of other regions moved as the treated ones did before the start."
    worst = max(rows, key=lambda r: r["share"])
    return (
        "A weighted mean of other regions moved as the treated ones did before the start, up to "
        f"{number(100 * worst['share'], 0)}% of how far regions lie apart."
    )
