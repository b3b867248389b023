"""What may be asked of a gain model."""

from __future__ import annotations

import numpy as np
import pandas as pd

from almpo_kit.recommendation.caseloads.caseload import Caseload
from almpo_kit.recommendation.caseloads.menu import Menu
from almpo_kit.recommendation.caseloads.menu import menu as menu_of
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.programmes import PROGRAMME_TYPES


def offered(people: Caseload | None, given: Menu | None, types: pd.Series) -> Menu:
    """The menu given, that of the people, or one programme for each type in the evidence."""
    if given is not None:
        return given
    if people is not None:
        return people.menu
    if types.empty:
        raise DesignError(
            "there is nothing to learn from; give people, e.g. workbench.caseload(estimate), or evidence with usable effects."
        )
    kinds = [t for t in PROGRAMME_TYPES if (types == t).any()]
    labels = [PROGRAMME_TYPES[t].label.lower() for t in kinds]
    return menu_of(pd.DataFrame({"programme": labels, "programme_type": kinds}))


def only(evidence: pd.DataFrame | None, column: str, otherwise: str) -> str:
    """The one word in a column of the evidence."""
    if evidence is None or column not in evidence or evidence[column].dropna().empty:
        return otherwise
    value = str(evidence[column].dropna().iloc[0])
    return {"percentage_points": "points"}.get(value, value)


def checked(level: float, scale: float | None, furthest: float, widest: float | None, points: int) -> None:
    """Refuse options that are none.

    Raises
    ------
    ParameterError
    """
    if not 0.5 <= level < 1:
        raise ParameterError(f"level={level!r}; give a share from 0.5 to below 1, e.g. 0.95.")
    if not 0 <= furthest <= 1:
        raise ParameterError(f"furthest={furthest!r}; give a distance from 0 to 1, e.g. 0.5.")
    for name, value in (("scale", scale), ("widest", widest)):
        if value is not None and not (np.isfinite(value) and value > 0):
            raise ParameterError(f"{name}={value!r}; give a number above 0 in the unit of gains, e.g. 10.")
    if not isinstance(points, int) or points < 16 or points & (points - 1):
        raise ParameterError(f"points={points!r}; give a power of 2 from 16 on, e.g. 256.")
