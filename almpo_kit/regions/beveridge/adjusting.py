"""Vacancies made comparable with seasonally adjusted unemployment, and what was done to them in words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

import numpy as np

from almpo_kit.regions.beveridge import seasonal
from almpo_kit.regions.beveridge.hac import Array
from almpo_kit.regions.beveridge.pairs import Series
from almpo_kit.regions.beveridge.words import time_word
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number

Treatment = Literal["factors", "yearly_mean", "none"]
TREATMENTS = ("factors", "yearly_mean", "none")
_ADJUSTED = re.compile(r"seasonally adjusted|\bSA\b", re.IGNORECASE)
_UNADJUSTED = re.compile(r"\bNSA\b|not seasonally|unadjusted", re.IGNORECASE)


@dataclass(frozen=True)
class Adjusted:
    """Logarithms of a series after seasonal treatment.

    ``factors`` are what each season was divided by; empty where nothing was. ``smooth`` says that
    each value is the mean of a year.
    """

    logs: Array
    factors: tuple[float, ...]
    check: Check
    smooth: bool = False


def adjusted_already(series: Series) -> bool:
    """True where every source of the rows says that they are seasonally adjusted."""
    said = _said(series)
    return bool(said) and all(_ADJUSTED.search(s) and not _UNADJUSTED.search(s) for s in said)


def adjustment_check(series: Series) -> Check:
    """What the sources say of the seasons in unemployment, which is used as it is."""
    name = "unemployment_adjusted"
    if series.frequency == 1:
        return Check(name, "passed", "Annual unemployment has no seasons.")
    if adjusted_already(series):
        return Check(name, "passed", "Unemployment is seasonally adjusted by its publisher.")
    if any(_UNADJUSTED.search(s) for s in _said(series)):
        text = "Unemployment is not seasonally adjusted: its seasons are in what is said here. Use the adjusted series."
        return Check(name, "failed", text)
    text = "Whether unemployment is seasonally adjusted is not stated by its source; it is used as it is."
    return Check(name, "informational", text)


def _said(series: Series) -> list[str]:
    """Source and flag of each kind of row."""
    flags = series.rows["flag"].astype("object").fillna("").astype(str)
    return sorted((series.rows["source"].astype(str) + " " + flags).unique())


def adjust(series: Series, treatment: Treatment | None) -> Adjusted:
    """Take the seasons out.

    Parameters
    ----------
    treatment : {"factors", "yearly_mean", "none"}, optional
        One fixed factor for each season; the mean of the period and those of the year before it; nothing.
        Left out, ``"factors"`` unless the sources say that the rows are adjusted.

    Raises
    ------
    ParameterError
        Another treatment.
    """
    if treatment is not None and treatment not in TREATMENTS:
        raise ParameterError(f"seasonal={treatment!r} is unknown; choose from {', '.join(TREATMENTS)}.")
    logs, f = np.log(series.values), series.frequency
    if f == 1:
        return Adjusted(logs, (), Check("seasons", "passed", "Annual values have no seasons."))
    what = "Vacancies" if series.indicator == "job_vacancy_rate" else "Unemployment rates"
    if treatment is None and adjusted_already(series):
        text = f"{what} are seasonally adjusted by their publisher."
        return Adjusted(logs, (), Check("seasons", "passed", text))
    if treatment == "none":
        text = f"{what} are used as published; no seasons were taken out."
        return Adjusted(logs, (), Check("seasons", "informational", text))
    if treatment == "yearly_mean":
        text = (
            f"{what} are the geometric mean of each {time_word(f, 1)} and those of the year before it; this lags by "
            "half a year and loses the first year."
        )
        return Adjusted(
            seasonal.yearly_mean(logs, f), (), Check("seasons", "informational", text), smooth=True
        )
    return _factors(series, logs, what)


def _factors(series: Series, logs: Array, what: str) -> Adjusted:
    f = series.frequency
    found = seasonal.factors(logs, f, series.first % f)
    if found is None:
        text = (
            f"{what} are not seasonally adjusted, and there are too few full years to take the seasons out."
        )
        return Adjusted(logs, (), Check("seasons", "failed", text))
    season = (np.arange(len(logs)) + series.first) % f
    ratios = tuple(float(r) for r in np.exp(found))
    named = ", ".join(f"Q{i + 1} {number(r, 2)}" for i, r in enumerate(ratios)) if f == 4 else ""
    text = (
        f"{what} are published without seasonal adjustment. Each was divided by one fixed factor for its "
        f"{time_word(f, 1)}{f' ({named})' if named else ''}, estimated from the series itself; seasons that change over "
        "the years stay in."
    )
    return Adjusted(logs - found[season], ratios, Check("seasons", "informational", text))
