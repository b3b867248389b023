"""What may go wrong with a type of programme, what points to it, and what would reduce it."""

from __future__ import annotations

from typing import Any

import pandas as pd

from almpo_kit.recommendation.implementing.sayings import ENOUGH
from almpo_kit.recommendation.implementing.within_studies import early_losses, favourable
from almpo_kit.vocabulary.programmes import PROGRAMME_TYPES

COLUMNS = ["risk", "programme_type", "why", "level", "evidence", "reduce_by"]
_REPLACES = {"employment_incentives", "direct_job_creation", "start_up_incentives"}
_PAYS = {"employment_incentives", "start_up_incentives"}


def risks(
    effects: pd.DataFrame, types: tuple[str, ...], outcome: str, unit: str, synthetic: bool
) -> pd.DataFrame:
    """One row a risk and programme type.

    Returns
    -------
    DataFrame
        ``risk, programme_type, why, level`` ("shown in studies", "seen in a few studies" or "possible"), ``evidence, reduce_by``.
    """
    rows: list[dict[str, Any]] = []
    for kind in types:
        own = effects[effects["programme_type"].eq(kind)]
        rows += [_lock_in(own, kind), _skimming(kind), _displacement(kind)]
        rows += [_deadweight(kind)] if kind in _PAYS else []
        rows += [*_counted_job(own, kind), *_thin(own, kind, outcome, unit)]
    if synthetic:
        why = "Part of what this rests on is invented (SYNTHETIC)."
        rows.append(
            _row(
                "invented data",
                "all types",
                why,
                "shown in studies",
                "",
                "Do not decide by it; put real data in its place.",
            )
        )
    return pd.DataFrame(rows, columns=COLUMNS)


def _row(risk: str, kind: str, why: str, level: str, evidence: str, reduce_by: str) -> dict[str, Any]:
    return dict(zip(COLUMNS, (risk, kind, why, level, evidence, reduce_by), strict=True))


def _lock_in(own: pd.DataFrame, kind: str) -> dict[str, Any]:
    t = early_losses(own)
    if t.more:
        why = f"Within a year the effect was against participants in {t.more} of {len(t.samples)} samples (by sign alone)."
        often = t.more >= 3 and 2 * t.more >= len(t.samples)
        level = "shown in studies" if often else "seen in a few studies"
    else:
        why = "While people are in a programme they search less and take fewer jobs."
        level = "possible"
    held = (
        f"{t.rows} early estimates of {len(t.samples)} samples"
        if t.samples
        else "no early estimates in the evidence"
    )
    way = "Shorter or part-time courses, search help until the last day, no offer to those about to find a job; judge by a date well after the end."
    return _row("lock-in", kind, why, level, held, way)


def _skimming(kind: str) -> dict[str, Any]:
    why = "Places go to those who would find a job anyway, because they show the best results."
    way = "Offer by gain, not by chance of a job; pay providers for gains against a comparison; look at who was offered what (fairness audit)."
    return _row("cream-skimming", kind, why, "possible", "not in the evidence base", way)


def _displacement(kind: str) -> dict[str, Any]:
    extra = " Subsidised work competes with ordinary jobs most directly." if kind in _REPLACES else ""
    why = f"Participants take jobs that others would have had; studies that compare people do not see it.{extra}"
    way = "Smaller scale where jobs are scarce, jobs that nobody else does, a trial among regions with different shares of participants."
    return _row("displacement", kind, why, "possible", "not in the evidence base", way)


def _deadweight(kind: str) -> dict[str, Any]:
    why = "Money goes to hires or firms that would have come about without it."
    way = "Only for people with long spells or poor chances, only additional posts, part of it paid after the subsidy ends."
    return _row("deadweight", kind, why, "possible", "not in the evidence base", way)


def _counted_job(own: pd.DataFrame, kind: str) -> list[dict[str, Any]]:
    rows = own[own["includes_subsidised_job"].eq("included")]
    if rows.empty:
        return []
    n = rows["sample_id"].nunique()
    why = f"In {n} sample{'s' * (n != 1)} the subsidised job itself counts as work, which makes the gain look larger while it lasts."
    way = "Read only effects after the subsidy has ended."
    return [_row("subsidised job counted", kind, why, "shown in studies", f"{len(rows)} estimates", way)]


def _thin(own: pd.DataFrame, kind: str, outcome: str, unit: str) -> list[dict[str, Any]]:
    rows = favourable(own)
    rows = rows[rows["comparator"].eq("no_programme") & rows["outcome"].eq(outcome) & rows["unit"].eq(unit)]
    n = rows["sample_id"].nunique()
    if n >= ENOUGH:
        return []
    label = PROGRAMME_TYPES[kind].label.lower()
    few = "No sample" if n == 0 else f"Only {n} independent sample{'s' * (n != 1)}"
    why = f"{few} measured this outcome for {label} against no programme."
    way = "Start small, by lot, and count; a trial makes the next choice better (value of information)."
    return [_row("thin evidence", kind, why, "shown in studies", f"{len(rows)} estimates", way)]
