"""Choose the estimates that answer one question."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

import pandas as pd

from almpo_kit.evidence.comparability import bands_of
from almpo_kit.vocabulary.errors import ParameterError
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
) -> pd.DataFrame:
    """Choose estimates; None leaves a column open.

    Parameters
    ----------
    effects : DataFrame, shape (n_estimates, ...)
        An ``effects`` frame.
    programme_type, target_group, outcome, unit, comparator : str or None
        Keys of the vocabulary. ``target_group="all"`` means programmes open to all jobseekers, None any
        group.
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
    """
    country = None if country is None else normalise(country)
    chosen: dict[str, tuple[str | None, Iterable[str]]] = {
        "programme_type": (programme_type, PROGRAMME_TYPES),
        "target_group": (target_group, TARGET_GROUPS),
        "outcome": (outcome, OUTCOMES),
        "unit": (unit, UNITS),
        "country": (country, PLACE_NAMES),
        "comparator": (comparator, COMPARATORS),
    }
    keep = pd.Series(True, index=effects.index)
    for column, (value, known) in chosen.items():
        if value is not None:
            _known(column, value, known)
            keep &= effects[column] == value
    if band is not None:
        _known("band", band, BAND_LABELS)
        bands = bands_of(effects)
        keep &= False if bands is None else bands == band
    found = effects[keep].copy()
    asked = {column: value for column, (value, _) in chosen.items()} | {"band": band}
    found.attrs = dict(effects.attrs) | {SELECTION: {k: v for k, v in asked.items() if v is not None}}
    return found


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
