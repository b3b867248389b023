"""Which estimates may be averaged with which: what :func:`pool` and :func:`multilevel` refuse.

A frame needs ``effect``, ``se`` and ``sample_id`` or ``study_id``; that alone can be pooled. Where the
columns that say *what* was estimated are there, they must say one thing: ``unit``, ``outcome``,
``comparator``, the horizon band (from ``horizon_months`` and ``horizon_from``), and whether the
subsidised job itself is counted. Programme type, group, country and design may differ: whether their
average is of interest is the person's question, not an error.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from almpo_kit.evidence.blocks import Floats
from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.horizons import NOT_COMPARABLE, horizon_band

#: A standard error this much smaller than the others, or than the spread of the effects, is a slip of units.
IMPLAUSIBLE = 1e-8
_SAME = ("unit", "outcome", "comparator")


def samples_of(effects: pd.DataFrame) -> pd.Series:
    """The sample of each estimate: ``sample_id``, or ``study_id`` where that is absent or blank."""
    study = effects.get("study_id")
    sample = effects.get("sample_id", study)
    if sample is None:
        raise DesignError(
            "the estimates have neither sample_id nor study_id, so nobody can tell which are independent; "
            "add a study_id column (one name per independent sample)"
        )
    return sample if study is None else sample.fillna(study)


def bands_of(effects: pd.DataFrame) -> pd.Series | None:
    """The horizon band of each estimate; None when the frame does not speak of horizons."""
    if {"horizon_months", "horizon_from"} <= set(effects.columns):
        return horizon_band(effects)
    return None


def comparable(effects: pd.DataFrame, verb: str) -> tuple[Floats, Floats]:
    """Refuse what cannot be averaged; otherwise effects (k,) and sampling variances (k,).

    Raises
    ------
    DesignError
        Names the way out.
    """
    _columns(effects, verb)
    if len(effects) < 2:
        raise DesignError(
            f"{verb}() got {len(effects)} estimate(s) and an average needs at least two; "
            "widen the selection, or read the estimate itself"
        )
    y, se = _numbers(effects, verb)
    _one_question(effects, verb)
    smallest, largest = int(se.argmin()), max(float(se.max()), float(np.ptp(y)))
    # Squares of numbers this far apart leave nothing of the smaller one, or of the others' weights.
    if se[smallest] < IMPLAUSIBLE * largest or not 1e-150 < se[smallest] < 1e150 or largest > 1e150:
        raise DesignError(
            f"{verb}() got a standard error of {se[smallest]:g} ({name(effects, smallest)}) beside values of "
            f"{largest:g}; no study is that precise: check its unit, or drop the row"
        )
    return y, se**2


def name(effects: pd.DataFrame, position: int) -> str:
    """How a message calls the estimate at a position."""
    if "estimate_id" in effects:
        return str(effects["estimate_id"].iloc[position])
    return f"row {position + 1}"


def _columns(effects: pd.DataFrame, verb: str) -> None:
    missing = [c for c in ("effect", "se") if c not in effects]
    if missing:
        raise DesignError(
            f"{verb}() needs the column(s) {', '.join(missing)}; the frame has {', '.join(map(str, effects))}"
        )


def _numbers(effects: pd.DataFrame, verb: str) -> tuple[Floats, Floats]:
    try:
        y, se = (effects[c].to_numpy(dtype=float, na_value=np.nan) for c in ("effect", "se"))
    except (TypeError, ValueError):
        raise DesignError(f"{verb}() needs numbers in effect and se; convert them first") from None
    unusable = {
        "no effect": ~np.isfinite(y),
        "no standard error": np.isnan(se),
        "a standard error that is zero, negative or infinite": ~np.isnan(se) & ~((se > 0) & np.isfinite(se)),
    }
    for what, bad in unusable.items():
        if bad.any():
            who = ", ".join(name(effects, int(i)) for i in np.flatnonzero(bad)[:5])
            more = f" and {bad.sum() - 5} more" if bad.sum() > 5 else ""
            raise DesignError(
                f"{verb}() got {bad.sum()} estimate(s) with {what} ({who}{more}); leave them out, e.g. "
                'effects[effects["se"] > 0], and list them beside the average'
            )
    return y, se


def _one_question(effects: pd.DataFrame, verb: str) -> None:
    for column in _SAME:
        if column in effects and effects[column].nunique(dropna=False) > 1:
            values = effects[column].fillna("not stated").astype(str)
            raise DesignError(
                f"{verb}() got {values.nunique()} {column}s ({', '.join(sorted(values.unique()))}); "
                f"choose one, e.g. effects.query(\"{column} == '{values.mode().iloc[0]}'\")"
            )
    if "includes_subsidised_job" in effects:
        counted = effects["includes_subsidised_job"].eq("included")
        if counted.any() and not counted.all():
            raise DesignError(
                f"{verb}() got {counted.sum()} estimate(s) that count the subsidised job itself among "
                f"{len(effects)}; leave them out: effects.query(\"includes_subsidised_job != 'included'\")"
            )
    _one_band(effects, verb)


def _one_band(effects: pd.DataFrame, verb: str) -> None:
    band = bands_of(effects)
    if band is None or (band.nunique() == 1 and band.iloc[0] != NOT_COMPARABLE):
        return
    if effects["horizon_months"].isna().all():
        return  # nobody coded horizons: the frame does not speak of them
    raise DesignError(
        f"{verb}() got horizons that answer different questions ({', '.join(sorted(band.unique()))}); choose "
        f"a band with select(effects, band='{_usual(band)}'), or drop the column horizon_months to average "
        "across horizons on purpose"
    )


def _usual(band: pd.Series) -> str:
    known = band[band != NOT_COMPARABLE]
    return str(known.mode().iloc[0]) if len(known) else "medium"
