"""Choose the estimates that answer one question."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

import numpy as np
import pandas as pd

from almpo_kit.evidence.columns import require
from almpo_kit.evidence.comparability import bands_of, estimands_of
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.estimands import ESTIMANDS
from almpo_kit.vocabulary.frames import COMPARATORS
from almpo_kit.vocabulary.horizons import BAND_LABELS
from almpo_kit.vocabulary.outcomes import OUTCOMES, UNITS
from almpo_kit.vocabulary.places import PLACE_NAMES, normalise
from almpo_kit.vocabulary.programmes import PROGRAMME_TYPES, TARGET_GROUPS

#: Where a selected frame remembers what it was selected for, so that an empty one can still be named.
SELECTION = "selection"


def select(
    effects: pd.DataFrame,
    *,
    programme_type: str | None = None,
    target_group: str | None = None,
    outcome: str | None = "employment_probability",
    unit: str | None = "percentage_points",
    band: str | None = None,
    country: str | None = None,
    comparator: str | None = "no_programme",
    estimand: str | None = None,
) -> pd.DataFrame:
    """Choose estimates; None leaves a column open.

    Parameters
    ----------
    effects : DataFrame, shape (n_estimates, ...)
        An ``effects`` frame.
    programme_type, target_group, outcome, unit, comparator : str or None
        Keys of the vocabulary. A frame without the column ``comparator`` compares with no programme; an
        empty cell in it is not stated and is not chosen. ``target_group="all"`` means programmes open to all jobseekers, None any
        group.
    estimand : {"itt", "att", "ate", "late", "not_stated"} or None
        Whose effect; a blank cell is ``not_stated``. Left open, an average still refuses to mix them.
    band : {"short", "medium", "long", "not_comparable"} or None
        Horizon band.
    country : str or None
        Eurostat code (``GR`` and ``GB`` are understood).

    Returns
    -------
    DataFrame, shape (n_chosen, ...)
        The chosen rows, possibly none, in their order, with the frame's attributes.

    Raises
    ------
    ParameterError
        A word that the vocabulary does not know; the message suggests the nearest.
    DesignError
        A column that is asked about and not there, or there twice; text where numbers belong.
    """
    country = None if country is None else normalise(country)
    chosen: dict[str, tuple[str | None, Iterable[str]]] = {
        "programme_type": (programme_type, PROGRAMME_TYPES),
        "target_group": (target_group, TARGET_GROUPS),
        "outcome": (outcome, OUTCOMES),
        "unit": (unit, UNITS),
        "country": (country, PLACE_NAMES),
        "comparator": (comparator, COMPARATORS),
        "estimand": (estimand, ESTIMANDS),
    }
    asked = {column: value for column, (value, _) in chosen.items()} | {"band": band}
    for column, (value, known) in (chosen | {"band": (band, BAND_LABELS)}).items():
        if value is not None:
            _known(column, value, known)
    effects = require(effects, _needed(asked), "select")
    keep = np.ones(len(effects), bool)
    for column, (value, _) in chosen.items():
        if value is not None:
            keep &= _says(effects, column, value)
    bands = bands_of(effects)
    if band is not None and bands is not None:
        keep &= bands.eq(band).to_numpy()
    found = effects[keep].copy()
    found.attrs = dict(effects.attrs) | {SELECTION: {k: v for k, v in asked.items() if v is not None}}
    return found


def _needed(asked: dict[str, str | None]) -> tuple[str, ...]:
    """Columns that must be there; ``comparator`` need not."""
    columns = [c for c, value in asked.items() if value is not None and c not in ("band", "comparator")]
    return (*columns, *(("horizon_months", "horizon_from") if asked["band"] else ()))


def _says(effects: pd.DataFrame, column: str, value: str) -> np.ndarray:
    """Which rows hold the value; a frame without ``comparator`` compares with no programme."""
    if column not in effects:
        return np.full(len(effects), value == "no_programme")
    # A blank estimand is one that is not stated.
    said = estimands_of(effects) if column == "estimand" else None
    if said is not None:
        return said.eq(value).to_numpy(dtype=bool)
    return effects[column].eq(value).fillna(False).to_numpy(dtype=bool)


def asked_for(effects: pd.DataFrame, column: str) -> str:
    """What :func:`select` was asked for in a column; "" when it was left open."""
    return str(effects.attrs.get(SELECTION, {}).get(column, ""))


def _known(column: str, value: str, known: Iterable[str]) -> None:
    words = list(known)
    if value in words:
        return
    near = difflib.get_close_matches(str(value), words, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    raise ParameterError(f"unknown {column} {value!r}.{hint} Choose from: {', '.join(words)}.")
