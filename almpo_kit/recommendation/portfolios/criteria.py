"""What a mix is chosen for: jobs, months in work, those who need it most, certainty, money kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.recommendation.portfolios.problem import Objective
from almpo_kit.recommendation.portfolios.unknowns import Unknowns
from almpo_kit.vocabulary.errors import ParameterError

Array = np.ndarray[Any, np.dtype[Any]]
#: Criterion -> what it counts.
CRITERIA = {
    "jobs": "additional jobs",
    "months": "additional months in work",
    "equity": "additional jobs of those who need them most (the share of places that reaches them)",
    "certainty": "additional jobs at the low end, the tenth that turns out worst",
    "saving": "money that is not spent",
}
_TENTH = 1.2815515655446004


def checked_preferences(preferences: Mapping[str, float] | pd.DataFrame | None) -> dict[str, float]:
    """Weights as given; equal ones for all but money kept where none are.

    Raises
    ------
    ParameterError
    """
    if isinstance(preferences, pd.DataFrame):
        preferences = _of_table(preferences)
    given = (
        dict.fromkeys(("jobs", "months", "equity", "certainty"), 1.0)
        if preferences is None
        else dict(preferences)
    )
    for name, weight in given.items():
        if name not in CRITERIA:
            raise ParameterError(
                f"preferences: unknown criterion {name!r}; choose among {', '.join(CRITERIA)}."
            )
        real = isinstance(weight, int | float | np.integer | np.floating) and not isinstance(weight, bool)
        if not real or not np.isfinite(weight) or weight < 0:
            raise ParameterError(
                f"preferences: the weight of {name} is {weight!r}; give a number of 0 or more."
            )
    if not any(w > 0 for n, w in given.items() if n != "saving"):
        raise ParameterError(
            "preferences: at least one of jobs, months, equity, certainty needs a weight above 0."
        )
    return {n: float(w) for n, w in given.items() if w > 0}


def _of_table(preferences: pd.DataFrame) -> dict[str, float]:
    if missing := {"criterion", "weight"} - set(preferences):
        raise ParameterError(
            f"preferences: the table lacks the column {' and '.join(sorted(missing))}; it needs criterion, weight and source."
        )
    if preferences["criterion"].duplicated().any() or preferences.empty:
        raise ParameterError("preferences: the table needs one row a criterion, each once.")
    return {str(c): float(w) for c, w in zip(preferences["criterion"], preferences["weight"], strict=True)}


def objective(kept: pd.DataFrame, u: Unknowns, base: str, asked: Mapping[str, float]) -> Objective:
    """Weigh the criteria, each made comparable to the base outcome.

    A criterion is scaled so that a euro in the programme that is best by it counts as much as a euro in the programme
    that is best by the base outcome (jobs where they are known, otherwise months); money kept is scaled to the latter.
    Certainty needs no scale: it is in the base outcome already.
    """
    b = 0 if base == "job" else 1
    reach = kept["reach"].to_numpy(dtype=float)
    months = kept["months"].notna().all() and kept["months_se"].notna().all()
    weights, dropped = _usable(asked, base, bool(months), bool(np.isfinite(reach).all()))
    euro = u.mean_net() * u.mean_places()[:, None]
    best = _best(euro[:, b])
    on_effect = np.zeros((len(kept), 2))
    if "jobs" in weights:
        on_effect[:, 0] += weights["jobs"]
    if "months" in weights:
        on_effect[:, 1] += weights["months"] * (best / _best(euro[:, 1]) if b == 0 else 1.0)
    if "equity" in weights:
        on_effect[:, b] += weights["equity"] * reach * best / _best(reach * euro[:, b])
    unit = CRITERIA["jobs" if b == 0 else "months"]
    return Objective(
        on_effect=on_effect,
        certain=weights.get("certainty", 0.0),
        below=_TENTH * u.se[:, b],
        base=b,
        unspent=weights.get("saving", 0.0) * best,
        weights=weights,
        dropped=dropped,
        unit=unit,
    )


def _best(worth: Array) -> float:
    """The best worth of a euro; 1 where nothing is worth anything (nothing is funded then, whatever the scale)."""
    most = float(np.max(worth, initial=0.0))
    return most if most > 0 else 1.0


def _usable(
    asked: Mapping[str, float], base: str, months: bool, reach: bool
) -> tuple[dict[str, float], dict[str, str]]:
    dropped = {}
    if "jobs" in asked and base != "job":
        dropped["jobs"] = "the gain in jobs is not known of every programme"
    if "months" in asked and not months:
        dropped["months"] = "the gain in months is not known of every programme"
    if "equity" in asked and not reach:
        dropped["equity"] = "nobody said which share of places reaches those who need it most (column reach)"
    left = {n: w for n, w in asked.items() if n not in dropped}
    if not any(n != "saving" for n in left):
        left = {"jobs" if base == "job" else "months": 1.0} | left
    total = sum(left.values())
    return {n: w / total for n, w in left.items()}, dropped
