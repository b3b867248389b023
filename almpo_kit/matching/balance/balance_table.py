"""The table of a balance: names, and what is not shown."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.vocabulary.occupations import MAJOR_GROUPS
from almpo_kit.vocabulary.places import PLACE_NAMES

UNSURE = "too little to say"


def _labels(frame: pd.DataFrame | None) -> dict[str, str]:
    return (
        {} if frame is None else dict(zip(frame["code"].astype(str), frame["label"].astype(str), strict=True))
    )


def named(full: pd.DataFrame, places: pd.DataFrame | None, occupations: pd.DataFrame | None) -> pd.DataFrame:
    geo, groups = PLACE_NAMES | _labels(places), MAJOR_GROUPS | _labels(occupations)
    return full.assign(
        name=[geo.get(g, g) for g in full["geo"]],
        label=[groups.get(o, f"ISCO {o}") for o in full["occupation"]],
    )


def shown_table(
    full: pd.DataFrame, held: pd.DataFrame, places: pd.DataFrame | None, occupations: pd.DataFrame | None
) -> pd.DataFrame:
    """The table for people: kept-back numbers emptied, cells that came suppressed at the end."""
    columns = [
        "geo",
        "name",
        "occupation",
        "label",
        "unemployed",
        "vacancies",
        "tightness",
        "low",
        "high",
        "verdict",
    ]
    columns += ["exceeds", "suppressed"]
    shown = full.copy()
    for column in ("unemployed", "tightness", "low", "high"):
        shown[column] = shown[column].mask(full["suppressed"])
    # In the order of the alphabet: the order by tightness would tell what is kept back.
    back = shown[shown["suppressed"]].sort_values(["geo", "occupation"])
    given = held[held["unemployed"].isna() | held["vacancies"].isna()]
    nothing: dict[str, Any] = {
        "tightness": np.nan,
        "low": np.nan,
        "high": np.nan,
        "verdict": UNSURE,
        "exceeds": UNSURE,
    }
    given = named(given.assign(suppressed=True, **nothing), places, occupations)
    parts = [p[columns] for p in (shown[~shown["suppressed"]], back, given) if len(p)]
    return pd.concat(parts, ignore_index=True)
