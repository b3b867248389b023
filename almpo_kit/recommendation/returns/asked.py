"""What a payback is asked with, checked."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from almpo_kit.recommendation.returns.assumed import Range, assumed
from almpo_kit.recommendation.returns.yearly_gains import YearlyGains
from almpo_kit.vocabulary.errors import ParameterError


@dataclass(frozen=True)
class Asked:
    """What is assumed, checked."""

    cost: Range
    public: Range
    displacement: Range
    substitution: Range
    income: Range | None
    discount: float
    transfer: float


def asked_of(
    cost: Any, public: Any, displaced: Any, substituted: Any, income: Any, discount: Any, transfer: Any
) -> Asked:
    inf = math.inf
    return Asked(
        assumed("cost_eur", cost, "euro a participant", 0, inf, "3000"),
        assumed("public_gain_eur", public, "euro a month in work", 0, inf, "900"),
        assumed("displacement", displaced, "share of the gain", 0, 1, "(0.2, 0.6)"),
        assumed("substitution", substituted, "share of the gain", 0, 1, "0.1"),
        None if income is None else assumed("income_gain_eur", income, "euro a month in work", 0, inf, "600"),
        assumed("discount", discount, "a year", 0, 0.5, "0.03").middle,
        assumed("transfer_eur", transfer, "euro a participant", 0, inf, "500").middle,
    )


def refuse(programme: Any, correlation: Any, draws: Any, level: Any, gross: Any, yearly: YearlyGains) -> None:
    if not isinstance(programme, str) or not programme.strip():
        raise ParameterError("programme is missing; give its name, e.g. programme='Training'.")
    assumed("correlation", correlation, "between years", 0, 1, "1")
    assumed("level", level, "of intervals", 0.5, 0.999, "0.95")
    if isinstance(draws, bool) or not isinstance(draws, int | np.integer) or not 200 <= draws <= 200_000:
        raise ParameterError(f"draws={draws!r} must be a whole number from 200 to 200000.")
    if gross is None:
        return
    assumed("gross_months", gross, "months", 0, 12.0 * yearly.seen, "8")
    if gross < yearly.mean[: yearly.seen].sum():
        raise ParameterError(
            f"gross_months={gross!r} is less than what the programme adds; give all months in work of participants in the "
            f"{yearly.seen} years estimated, with those they would have had anyway."
        )


def ranges(asked: Asked) -> list[Range]:
    found = [asked.cost, asked.public, asked.displacement, asked.substitution]
    return found if asked.income is None else [*found, asked.income]
