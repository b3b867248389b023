"""What was measured: one outcome at one time, or month by month."""

from __future__ import annotations

import math
import numbers
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.outcomes import OUTCOMES, UNITS, unit_fit

#: Where the month stands in a pattern of columns, and to how many digits it is filled up with zeros.
_MONTH = re.compile(r"\{month(?::0?(\d)d?)?\}")


def _kinds(columns: Any, outcome: Any, unit: Any, months: Any, scale: Any, at: Any) -> None:
    """Refuse arguments of a kind that means nothing, as a file may give them."""
    texts = {"outcome": outcome, "unit": unit} | ({} if at is None else {"at": at})
    for name, value in texts.items():
        if not isinstance(value, str):
            raise ParameterError(f"{name}={value!r} must be text, in quotation marks.")
    named = (
        [columns] if isinstance(columns, str) else list(columns) if isinstance(columns, Iterable) else [None]
    )
    if isinstance(columns, Mapping) or not all(isinstance(c, str) and c for c in named):
        raise ParameterError(f"columns={columns!r} must name a column, or a list of columns.")
    times = list(months) if isinstance(months, Iterable) else [months]
    if isinstance(months, str | Mapping) or not all(t is None or _counts(t) for t in times):
        raise ParameterError(
            f"months={months!r} must be a number of months since entry, or a list of them, e.g. months=(6, 12, 24)."
        )
    if scale is not None and not (_counts(scale) and math.isfinite(scale) and scale != 0):
        raise ParameterError(f"scale={scale!r} must be a number other than 0, e.g. scale=100.")


def _held(given: Any) -> Any:
    """What can be gone through once only, as a list; numbers of NumPy as Python's."""
    if isinstance(given, Iterator):
        return list(given)
    return given.item() if isinstance(given, numbers.Real) and hasattr(given, "item") else given


def _counts(value: Any) -> bool:
    # NaN is a time that is not known.
    return isinstance(value, numbers.Real) and not isinstance(value, bool) and not math.isinf(value)


@dataclass(frozen=True)
class Measured:
    """One outcome, in one column a time.

    Parameters
    ----------
    columns : tuple of str, length h
        Columns of the persons frame.
    outcome, unit : str
        Keys of ``vocabulary.outcomes``; effects are told in ``unit``.
    months : tuple of float, length h
        Months since entry (or random assignment) at which each column was measured; negative before it, NaN where
        not known.
    scale : float
        Column values times this are in ``unit`` (100 for a 0/1 outcome in percentage points).
    at : str or None
        Column with the calendar month of measurement, where it is known: a programme that began later cannot have
        caused the outcome.
    """

    columns: tuple[str, ...]
    outcome: str
    unit: str
    months: tuple[float, ...]
    scale: float = 1.0
    at: str | None = None

    @property
    def label(self) -> str:
        """The outcome in words."""
        return OUTCOMES[self.outcome].label


def measured(
    columns: str | Iterable[str],
    *,
    outcome: str,
    unit: str,
    months: float | Iterable[float] | None = None,
    scale: float | None = None,
    at: str | None = None,
) -> Measured:
    """Say what a column (or a column a month) measures.

    Parameters
    ----------
    columns : str or iterable of str
        A column, several, or a pattern with ``{month}``, e.g. ``"employed_{month}"``, filled from ``months``;
        ``"employed_{month:02}"`` where columns are called employed_01, employed_02.
    outcome : str
        A key of the vocabulary's outcomes, e.g. ``"employment_probability"``, ``"earnings"``.
    unit : str
        E.g. ``"percentage_points"``, ``"eur_per_month"``.
    months : float or iterable of float, optional
        Months since entry, one a column.
    scale : float, optional
        Column values times this are in ``unit``; by default 100 for a chance in percentage points, else 1.
    at : str, optional
        Column with the calendar month of measurement ("2024-05").

    Raises
    ------
    ParameterError
        Unknown outcome or unit, a unit that cannot measure it, or months that do not fit the columns.
    """
    from functools import partial

    columns, months = _held(columns), _held(months)
    _kinds(columns, outcome, unit, months, scale, at)
    if outcome not in OUTCOMES:
        raise ParameterError(f"outcome={outcome!r} is not known; choose one of {', '.join(OUTCOMES)}.")
    if unit not in UNITS or unit_fit(outcome, unit) == "impossible":
        from almpo_kit.vocabulary.outcomes import usual_units

        raise ParameterError(
            f"unit={unit!r} cannot measure {OUTCOMES[outcome].label}; choose one of {', '.join(usual_units(outcome))}."
        )
    times: list[float | None] = (
        [months] if months is None or isinstance(months, int | float) else list(months)
    )
    if isinstance(columns, str) and _MONTH.search(columns):
        if months is None:
            raise ParameterError(f"columns={columns!r} needs months, e.g. months=range(1, 37).")
        names = [_MONTH.sub(partial(_month, m), columns) for m in times]
    else:
        names = [columns] if isinstance(columns, str) else list(columns)
        times = [None] * len(names) if months is None else times
    if len(names) != len(times) or not names:
        raise ParameterError(
            f"{len(names)} column(s) and {len(times)} month(s): give one month for every column."
        )
    wide = 100.0 if OUTCOMES[outcome].measure == "chance" and unit == "percentage_points" else 1.0
    return Measured(
        columns=tuple(names),
        outcome=outcome,
        unit=unit,
        months=tuple(math.nan if m is None else float(m) for m in times),
        scale=wide if scale is None else float(scale),
        at=at,
    )


def _month(month: float | None, place: re.Match[str]) -> str:
    return str(month).zfill(int(place[1] or 0))
