"""How regions move between classes from year to year."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.regions.comparison.class_series import (
    ClassSeries,
    limit_classes,
    quantile_classes,
    ready_made,
)
from almpo_kit.regions.comparison.kernels.chains import same_over_time
from almpo_kit.regions.comparison.measures import SAMPLING_ERROR, whole_number
from almpo_kit.regions.comparison.move_counts import (
    THIN,
    all_moves,
    count_moves,
    long_run,
    mobility_of,
    move_table,
    moved_by_chance,
)
from almpo_kit.regions.comparison.peer_requests import points
from almpo_kit.regions.comparison.stretches import span_of
from almpo_kit.regions.comparison.transition_words import transition_checks, transition_sentence
from almpo_kit.regions.panel import VINTAGE, Panel, select
from almpo_kit.regions.wording import listed
from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.finding import Finding
from almpo_kit.vocabulary.provenance import Provenance, provenance


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Transitions(Finding):
    """Moves between classes.

    Parameters
    ----------
    classes : tuple of str
        From low to high.
    what, indicator, first, last : str
        ``indicator`` is empty where the classes came ready-made.
    step : int
        Years from origin to goal.
    counts : DataFrame, shape (k, k)
        From (rows) to (columns).
    moves : DataFrame
        ``geo, name, country, period_from, period_to, from_class, to_class, crosses_break``: every pair of
        years, also the excluded ones.
    n_moves, n_excluded : int
        Pairs of years counted; left out for crossing the break of 2021.
    mobility, mobility_low, mobility_high : float
        Shorrocks' index, with an interval from drawing countries again; NaN where a class is thin.
    ergodic : DataFrame or None
        ``class, share_now, share_ergodic``; None unless justified, and ``why_not`` says why.
    why_not : str
    homogeneity_p : float
        Chance of such different matrices by year if all years followed one.
    moved, moved_by_chance : float
        Share of pairs that changed class; that sampling error alone would move (NaN where it is unknown).
    """

    classes: tuple[str, ...]
    what: str
    indicator: str
    first: str
    last: str
    step: int
    counts: pd.DataFrame
    moves: pd.DataFrame
    n_moves: int
    n_excluded: int
    mobility: float
    mobility_low: float
    mobility_high: float
    ergodic: pd.DataFrame | None
    why_not: str
    homogeneity_p: float
    moved: float
    moved_by_chance: float

    def metrics(self) -> Mapping[str, float]:
        """Mobility where it is known, and the share that moved."""
        found = {"moved": self.moved, "moved_by_chance": self.moved_by_chance, "mobility": self.mobility}
        return {k: v for k, v in found.items() if math.isfinite(v)}


def transitions(
    indicators: pd.DataFrame | None,
    places: pd.DataFrame,
    *,
    indicator: str = "unemployment_rate",
    classes: int | Sequence[float] | pd.DataFrame | Finding = 4,
    column: str = "context_class",
    order: Sequence[str] | None = None,
    first: str | int | None = None,
    last: str | int | None = None,
    step: int = 1,
    across_break: bool = False,
    sampling_error: float = SAMPLING_ERROR,
    draws: int = 50,
    seed: int = 0,
) -> Transitions:
    """Count the moves of regions between classes.

    Parameters
    ----------
    indicators : DataFrame or None
        An ``indicators`` frame of NUTS-2 regions, annual; None with ready-made classes.
    places : DataFrame
        A ``taxonomy`` frame with the NUTS-2 regions of vintage 2024.
    classes : int, sequence of float, Finding or DataFrame
        Equal classes of each year's regions (4: quarters); limits between classes of `indicator`; or
        ready-made classes, e.g. a context of all years (its data versions come along) or a table: ``geo,
        period`` and `column`, with `order` from low to high. ``"unknown"`` is no class.
    first, last : str or int, optional
        Years; by default all that are held.
    step : int
        Years from origin to goal.
    across_break : bool
        Count pairs of years that cross the break of 2021; they are left out otherwise.
    sampling_error : float
        Standard error, in points, of a rate of 8% or more; lower rates have the smaller one of a share. For what
        sampling error alone could move.
    draws, seed : int
        Of that, and of the interval of the mobility index.

    Returns
    -------
    Transitions
        ``table``, one row a pair of classes: ``from_class, to_class, count, origins, probability, low, high,
        thin``. Intervals are Wilson's; with fewer than 20 origins there is no probability.

    Raises
    ------
    DesignError
        Classes that are none, or no pair of years to compare.

    References
    ----------
    Quah (1993) Eur. Econ. Rev. 37, 426-434; Shorrocks (1978) Econometrica 46, 1013-1024; Bickenbach and Bode
    (2003) Int. Reg. Sci. Rev. 26, 363-392.
    """
    step, draws = whole_number(step, "step"), whole_number(draws, "draws")
    sampling_error = points(sampling_error, "sampling_error")
    made = classes.provenance if isinstance(classes, Finding) else None
    classes = classes.table if isinstance(classes, Finding) else classes
    series, panel = _series(indicators, places, indicator, classes, column, order, first, last)
    survey = panel is None or panel.indicator.survey
    moves = all_moves(series, places, step, survey=survey)
    used = moves if across_break else moves[~moves["crosses_break"]]
    if used.empty:
        over = f" Those over {step} year(s) that there are cross the break of 2021." if len(moves) else ""
        raise DesignError(
            f"no region has a class in two years that lie {step} year(s) apart.{over} Choose other years."
        )
    k = len(series.labels)
    origin, goal = (used[c].to_numpy(dtype=int) for c in ("origin", "goal"))
    counts = count_moves(used, k)
    thin = counts.sum(axis=1) < THIN
    index, low, high = mobility_of(used, counts, thin, seed)
    times = count_moves(used, k, "period_from")
    _, _, p = same_over_time(times)
    ergodic, why_not = long_run(series, counts, thin, p, origin)
    chance = moved_by_chance(series, panel, sorted(used["period_from"].unique()), sampling_error, draws, seed)
    ends = min(used["period_from"]), max(used["period_to"])
    fields = {
        "n_moves": len(used),
        "n_excluded": len(moves) - len(used),
        "moved": float((origin != goal).mean()),
        "moved_by_chance": chance,
    }
    table = move_table(series.labels, counts, thin)
    rows = panel.rows if panel is not None else (classes if isinstance(classes, pd.DataFrame) else None)
    source = [] if panel is None else sorted(panel.rows["source"].dropna().astype(str).unique())
    shown = moves.drop(columns=["origin", "goal"]).reset_index(drop=True)
    options: dict[str, Any] = {
        "indicator": indicator if panel is not None else None,
        "classes": list(series.labels),
    }
    options |= {"first": ends[0], "last": ends[1], "step": step, "across_break": bool(across_break)}
    options |= {"sampling_error": sampling_error, "draws": draws}
    return Transitions(
        question=f"How do regions move between {series.what}? · {ends[0]}–{ends[1]}",
        sentence=transition_sentence(series, table, fields, step, ends),
        table=table,
        checks=transition_checks(
            series, used, table, fields, p, why_not, across_break=across_break, survey=survey
        ),
        provenance=_with(
            made, provenance(rows, places, method="regions.transitions", options=options, seed=seed)
        ),
        figure="transitions",
        rests_on=(
            f"{len(used)} pairs of years of {used['geo'].nunique()} regions (NUTS {VINTAGE}), {ends[0]}–{ends[1]}"
            + (f"; {listed(source)}" if source else "")
        ),
        classes=series.labels,
        what=series.what,
        indicator=indicator if panel is not None else "",
        first=ends[0],
        last=ends[1],
        step=step,
        counts=pd.DataFrame(counts, index=list(series.labels), columns=list(series.labels)),
        moves=shown,
        n_moves=len(used),
        n_excluded=len(moves) - len(used),
        mobility=index,
        mobility_low=low,
        mobility_high=high,
        ergodic=ergodic,
        why_not=why_not,
        homogeneity_p=p,
        moved=fields["moved"],
        moved_by_chance=chance,
    )


def _with(made: Provenance | None, own: Provenance) -> Provenance:
    """The classes' own data and their label come along."""
    if made is None:
        return own
    data = tuple(sorted({*own.data, *made.data}))
    return replace(own, data=data, synthetic=own.synthetic or made.synthetic)


def _series(
    indicators: pd.DataFrame | None,
    places: pd.DataFrame,
    indicator: str,
    classes: int | Sequence[float] | pd.DataFrame,
    column: str,
    order: Sequence[str] | None,
    first: str | int | None,
    last: str | int | None,
) -> tuple[ClassSeries, Panel | None]:
    if isinstance(classes, pd.DataFrame):
        series = ready_made(classes, places, column, order)
        kept = [
            y
            for y in series.codes.columns
            if (first is None or y >= str(first)) and (last is None or y <= str(last))
        ]
        return ClassSeries(series.labels, series.codes[kept], None, False, series.what), None
    if indicators is None:
        raise DesignError("without `indicators`, give ready-made classes: a table of geo, period and class.")
    panel = select(indicators, places, indicator)
    held = panel.values.columns
    years = span_of(panel, held[0] if first is None else first, last, across_break=True)
    if isinstance(classes, int | np.integer):
        return quantile_classes(panel, int(whole_number(classes, "classes", 2)), years), panel
    if isinstance(classes, str) or not isinstance(classes, Sequence | np.ndarray):
        raise DesignError(f"classes={classes!r}: give a number, limits that rise, or a table of classes.")
    return limit_classes(panel, classes, years), panel
