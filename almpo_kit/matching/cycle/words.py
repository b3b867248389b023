"""Words of the cycle: places, periods, series, values."""

from __future__ import annotations

from almpo_kit.vocabulary.places import PLACE_NAMES
from almpo_kit.vocabulary.rendering import number

_THE = {"NL", "US", "UK", "EU27_2020", "EU28", "EA19", "EA20", "DO"}

SERIES = {
    "unemployment_rate": "unemployment",
    "job_vacancy_rate": "the job vacancy rate",
    "tightness": "tightness",
}
PHASE_MEANING = {
    "recovery": "slack but tightening",
    "expansion": "tight and tightening",
    "slowdown": "tight but loosening",
    "contraction": "slack and loosening",
    "steady": "no move large enough to count",
}
MODEL = {
    "naive": "the last value",
    "naive_season": "the last value with its season exchanged",
    "seasonal_naive": "the value a year before",
    "ar": "an autoregression",
    "damped_trend": "smoothing with a damped trend",
    "theta": "the theta method",
    "changes": "an autoregression of changes",
    "joint": "unemployment and vacancies together",
    "combination": "the combination of four models",
    "rule": "the rule",
}


def place_name(code: str) -> str:
    """``Greece (EL)``, ``the United States (US)``; a region by its code."""
    known = PLACE_NAMES.get(code, "")
    known = known[:1].lower() + known[1:] if known.startswith("Euro ") else known
    return f"{'the ' if code in _THE else ''}{known} ({code})" if known else code


def time_word(frequency: int, n: int = 2) -> str:
    """``year``, ``quarters``, ``months``."""
    return {1: "year", 4: "quarter", 12: "month"}[frequency] + ("" if n == 1 else "s")


def decimals(series: str, value: float) -> int:
    """Decimals that a value warrants."""
    return 1 if series != "tightness" else 3 if abs(value) < 0.1 else 2


def valued(series: str, value: float) -> str:
    """``5.9%`` or ``0.42``."""
    return number(value, decimals(series, value)) + ("" if series == "tightness" else "%")


def fan(series: str, value: float, low: float, high: float, level: float) -> str:
    """``(80%: 4.8 to 6.1)``, with the decimals of the value inside."""
    d = decimals(series, value)
    return f"({level:.0%}: {number(low, d)} to {number(high, d)})"


def capital(text: str) -> str:
    """The text as the beginning of a sentence."""
    return text[:1].upper() + text[1:]


def listed(items: list[str]) -> str:
    """``a, b and c``."""
    return " and ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)


def horizons(ahead: list[int], frequency: int) -> str:
    """``1 to 3 and 5 quarters ahead``."""
    runs: list[list[int]] = []
    for h in ahead:
        if runs and h == runs[-1][-1] + 1:
            runs[-1].append(h)
        else:
            runs.append([h])
    words = [f"{r[0]}" if len(r) == 1 else f"{r[0]} to {r[-1]}" for r in runs]
    return f"{listed(words)} {time_word(frequency, ahead[-1])} ahead"
