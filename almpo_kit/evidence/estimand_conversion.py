"""An effect of the offer from one on those who took part, and back, by the share that took it up.

Under one-sided non-compliance (nobody who was not assigned takes part, and the offer does nothing to those
who decline) the effect of the offer is the effect on those who took part times the share of them, and
those whom the offer moved *are* those who took part: ITT = LATE x take-up = ATT x take-up. The share is
taken as known, so the standard error is scaled with the effect and does not contain the share's own.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from almpo_kit.evidence.columns import require
from almpo_kit.evidence.comparability import estimand_label, estimands_of, name
from almpo_kit.evidence.words import count, money
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.estimands import NOT_STATED
from almpo_kit.vocabulary.outcomes import UNITS

Convertible = Literal["itt", "att", "late"]
Otherwise = Literal["refuse", "leave_out"]
CONVERTIBLE: tuple[Convertible, ...] = ("itt", "att", "late")
#: Where a converted frame remembers which estimates were left out, and why.
LEFT_OUT = "left_out_of_conversion"
_ADDITIVE = frozenset({"percentage_points", "days", "weeks", "months", "quarters"})
_ON_TAKERS = ("att", "late")


def convert(effects: pd.DataFrame, *, to: Convertible, otherwise: Otherwise = "refuse") -> pd.DataFrame:
    """Bring effects on different people to one estimand, where the take-up is stated.

    Parameters
    ----------
    effects : DataFrame, shape (k, ...)
        An ``effects`` frame with ``estimand`` and ``take_up``, the share (0 to 1) of those assigned who
        took part.
    to : {"itt", "att", "late"}
        ITT = take-up x LATE (Bloom); LATE and ATT are one under one-sided non-compliance.
    otherwise : {"refuse", "leave_out"}
        What becomes of an estimate that cannot be converted: an error that names it, or it is left out
        and ``attrs["left_out_of_conversion"]`` says why.

    Returns
    -------
    DataFrame, shape (n_converted, ...)
        A copy in which ``effect`` and ``se`` are of the estimand asked for; ``converted_from`` is the
        estimand that the study states, blank where that is the one asked for.

    Raises
    ------
    DesignError
        Missing columns; an estimate that cannot be converted, with ``otherwise="refuse"``.
    ParameterError
        Another estimand or way.

    References
    ----------
    Bloom (1984) Eval. Rev. 8, 225-246. Angrist, Imbens and Rubin (1996) J. Am. Stat. Assoc. 91, 444-455.
    """
    for what, value, known in (("to", to, CONVERTIBLE), ("otherwise", otherwise, ("refuse", "leave_out"))):
        if value not in known:
            raise ParameterError(f"unknown {what} {value!r}; choose from {', '.join(known)}")
    effects = require(effects, ("effect", "se", "estimand"), "convert")
    before = _estimands(effects)
    share = _take_up(effects)
    why = _why_not(effects, before, share, to)
    if otherwise == "refuse" and (why != "").any():
        raise DesignError(_refusal(effects, why, to))
    keep = why == ""
    found = _converted(effects[keep], before[keep], share[keep], to)
    found.attrs = dict(effects.attrs) | {LEFT_OUT: _left_out(effects, why)}
    return found


def _estimands(effects: pd.DataFrame) -> pd.Series:
    found = estimands_of(effects)
    return pd.Series(NOT_STATED, index=effects.index) if found is None else found


def _take_up(effects: pd.DataFrame) -> pd.Series:
    if "take_up" not in effects:
        return pd.Series(np.nan, index=effects.index)
    return pd.to_numeric(effects["take_up"], errors="coerce").astype(float)


def _why_not(effects: pd.DataFrame, before: pd.Series, share: pd.Series, to: str) -> pd.Series:
    """Why each estimate cannot be converted; "" where it can, or need not."""
    unit = effects.get("unit", pd.Series("", index=effects.index)).astype("string").fillna("")
    reasons = {
        "its estimand is not stated": before == NOT_STATED,
        "an effect on everybody (ATE) follows from no take-up": before == "ate",
        "its unit is not stated": unit.eq("") & ("unit" in effects),
        # Ratios and percentages are relative to another base (all assigned, or those who took part).
        "its unit is no points, money or time, and does not scale with take-up": ~unit.map(_scales),
        "its take-up is not stated": share.isna(),
        "its take-up is no share between 0 and 1": ~share.between(0, 1, inclusive="right"),
    }
    why = pd.Series("", index=effects.index, dtype=object)
    for reason, applies in reasons.items():
        why = why.mask((why == "") & applies.fillna(False) & (before != to), reason)
    return why


def _scales(unit: str) -> bool:
    """Whether effects in a unit are sums over people, so that a share of them scales it."""
    return unit == "" or unit in _ADDITIVE or (unit in UNITS and money(unit))


def _converted(effects: pd.DataFrame, before: pd.Series, share: pd.Series, to: str) -> pd.DataFrame:
    factor = np.ones(len(effects))
    factor = np.where(before.isin(_ON_TAKERS) & (to == "itt"), share, factor)
    factor = np.where((before == "itt") & (to in _ON_TAKERS), 1 / share, factor)
    earlier = effects.get("converted_from", pd.Series(np.nan, index=effects.index, dtype=object)).astype(
        object
    )
    # What was converted before is still from where it began, and there and back is from nowhere.
    origin = earlier.where(earlier.notna() | (before == to), before)
    return effects.assign(
        effect=effects["effect"] * factor,
        se=effects["se"] * factor,
        estimand=to,
        converted_from=origin.mask(origin == to),
    )


def _left_out(effects: pd.DataFrame, why: pd.Series) -> dict[str, str]:
    return {name(effects, i): str(w) for i, w in enumerate(why) if w}


def _refusal(effects: pd.DataFrame, why: pd.Series, to: str) -> str:
    out = _left_out(effects, why)
    shown = "; ".join(f"{who}: {reason}" for who, reason in list(out.items())[:5])
    more = f"; and {len(out) - 5} more" if len(out) > 5 else ""
    return (
        f"convert() cannot bring {count(len(out), 'estimate')} of {len(effects)} to {estimand_label(to)} "
        f"({shown}{more}); state the take-up, or leave them out with convert(effects, to={to!r}, "
        "otherwise='leave_out')"
    )
