"""Which units may be turned into which, exactly; everything else is refused with the reason.

Allowed: a share and percentage points; an amount a month and a year of one currency; days and weeks, months
and quarters; a ratio into its logarithm. Refused for ever: money and points, per cent and points, one currency and another. Those need a
baseline, a price index or an exchange rate, and whoever has them should convert and say how.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from almpo_kit.sources.intake.coding_rules import SHEET_UNITS
from almpo_kit.sources.intake.headings import nearest
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.outcomes import UNITS

if TYPE_CHECKING:
    import pandas as pd

_POINTS = {"percentage_points": 1.0, "share": 100.0}
_LOGARITHMS = {
    "odds_ratio": "log_odds_ratio",
    "hazard_ratio": "log_hazard_ratio",
    "risk_ratio": "log_risk_ratio",
}
_TIMES = ({"days": 1.0, "weeks": 7.0}, {"months": 1.0, "quarters": 3.0})
_PERIODS = {"_per_month": 1.0, "_per_year": 12.0}


@dataclass(frozen=True)
class Conversion:
    """Effect and standard error times ``factor``; or, where ``log``, the logarithm of a ratio."""

    unit: str
    to: str
    factor: float = 1.0
    log: bool = False

    def times(self, value: float) -> float:
        """A value in the other unit; a division stays one, so that 1200 a year is exactly 100 a month."""
        return value * self.factor if self.factor >= 1 else value / round(1 / self.factor)


def _currency(unit: str) -> str:
    ends = (*_PERIODS, "_cumulative", "_unspecified_period")
    return next((unit.removesuffix(e) for e in ends if unit.endswith(e)), "")


def _period(unit: str) -> float | None:
    return next((months for end, months in _PERIODS.items() if unit.endswith(end)), None)


def target(unit: str) -> str:
    """The unit of the frame into which a unit of the sheet is always turned; the unit itself otherwise."""
    sheet_only = {
        "usd_per_month": "usd_per_year",
        "dem_per_year": "dem_per_month",
        "etb_per_year": "etb_per_month",
    }
    return {"share": "percentage_points", **_LOGARITHMS, **sheet_only}.get(unit, unit)


def conversion(unit: str, to: str) -> Conversion:
    """How to turn one unit into another.

    Raises
    ------
    DesignError
        It cannot be done exactly; the message says what would be needed.
    """
    if unit == to:
        return Conversion(unit, to)
    if unit in _POINTS and to in _POINTS:
        return Conversion(unit, to, _POINTS[unit] / _POINTS[to])
    for scale in _TIMES:
        if unit in scale and to in scale:
            return Conversion(unit, to, scale[unit] / scale[to])
    if _LOGARITHMS.get(unit) == to:
        return Conversion(unit, to, log=True)
    here, there = _period(unit), _period(to)
    if here and there and _currency(unit) == _currency(to):
        # An amount a month is the twelfth of an amount a year.
        return Conversion(unit, to, there / here)
    raise DesignError(f"{unit} is never turned into {to}: {_why(unit, to)}")


def _why(unit: str, to: str) -> str:
    money, points = {_currency(unit), _currency(to)}, {unit, to} & set(_POINTS)
    if points and any(money):
        return "money and chances measure different things."
    if {unit, to} == {"percent", "percentage_points"} or ("percent" in (unit, to) and points):
        return "per cent of what? It needs the comparison group's mean, which differs from study to study; convert by hand where the study prints it, and say so in the note."
    if all(money) and len(money) == 2:
        return "it needs an exchange rate and the prices of a year; convert by hand, and say so in the note."
    if all(money):
        return "the period that one of them covers is not known."
    if _LOGARITHMS.get(to) == unit:
        return (
            "a ratio has no symmetric standard error, so averages are of logarithms. For a reader, take exp() of the "
            "effect and of both ends of its interval."
        )
    if any(u.startswith("log_") or u in _LOGARITHMS for u in (unit, to)):
        return "a ratio and a difference answer different questions; the step between them needs the comparison group's level."
    return "there is no exact factor between them."


def _must_be_unit(name: str) -> None:
    known = [*UNITS, *SHEET_UNITS]
    if name not in known:
        near = nearest(str(name), known)
        hint = f" Did you mean {near!r}?" if near else " The codebook lists them."
        raise ParameterError(f"there is no unit {name!r}.{hint}")


def convert_units(effects: pd.DataFrame, unit: str, to: str) -> pd.DataFrame:
    """An effects frame with the rows of one unit in another, where that is exact.

    Parameters
    ----------
    effects : DataFrame, shape (n_estimates, ...)
        An ``effects`` frame.
    unit, to : str
        E.g. ``"eur_per_year"`` and ``"eur_per_month"``.

    Returns
    -------
    DataFrame, shape (n_estimates, ...)
        ``effect``, ``se`` and the interval of these rows converted; ``converted_from`` says which unit they
        were coded in. Rows of other units stay.

    Raises
    ------
    DesignError
        The conversion is not exact (money and points, per cent and points, two currencies, …), no row has the
        unit, or a column is missing.
    ParameterError
        There is no such unit.
    """
    for name in (unit, to):
        _must_be_unit(name)
    if missing := [c for c in ("unit", "effect", "se") if c not in effects]:
        raise DesignError(
            f"convert_units() needs the column {missing[0]!r}, which the table does not have; "
            "take an effects frame, e.g. from sources.effects()."
        )
    step = conversion(unit, to)
    if step.log:
        raise DesignError(
            f"{unit} is turned into {to} when a file is read, with the interval; code it there."
        )
    rows = effects["unit"] == unit
    if not rows.any():
        raise DesignError(
            f"no row has the unit {unit!r}; there are {', '.join(sorted(effects['unit'].unique()))}."
        )
    turned = effects.copy()
    for column in (c for c in ("effect", "se", "ci_low", "ci_high") if c in effects):
        turned.loc[rows, column] = [step.times(float(x)) for x in effects.loc[rows, column]]
    turned.loc[rows, "unit"] = to
    if "converted_from" not in turned:
        turned["converted_from"] = None
    first = turned["converted_from"].isna()
    turned.loc[rows & first, "converted_from"] = unit
    turned["converted_from"] = turned["converted_from"].astype("str")
    return turned
