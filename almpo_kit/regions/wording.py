"""Words and numbers of the sentences: names of places, lists, counts and values with their unit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from almpo_kit.vocabulary.indicators import Indicator
from almpo_kit.vocabulary.places import EU27
from almpo_kit.vocabulary.rendering import number

_WITH_ARTICLE = {"NL"}

#: Eurostat's observation flags, and the words our own tables use.
FLAG_WORDS = {
    "p": "provisional",
    "e": "estimated",
    "b": "break in series",
    "u": "of low reliability",
    "d": "of a differing definition",
    "derived": "derived from other published values",
    "merged": "computed for regions that were merged from several of an earlier NUTS edition",
    "approximate": "approximate, carried over from regions with other boundaries",
    "inherited": "inherited from a larger region of another NUTS edition",
}


def country_name(country: str) -> str:
    """Name in the middle of a sentence: ``Greece``, ``the Netherlands``."""
    return f"the {EU27[country]}" if country in _WITH_ARTICLE else EU27[country]


def possessive(country: str) -> str:
    """``Greece's``, ``Cyprus'``, ``the Netherlands'``."""
    name = country_name(country)
    return f"{name}'" if name.endswith("s") else f"{name}'s"


def regions_of(country: str, n: int) -> str:
    """``Greece's 13 regions``; of a country of one region, its name."""
    if n == 1:
        return country_name(country)
    return f"{possessive(country)} {n} regions"


def regions_do(country: str, n: int, verb: tuple[str, str]) -> str:
    """Subject and verb of a question: ``do Greece's 13 regions``, ``does Luxembourg``.

    Parameters
    ----------
    verb : (str, str)
        Singular and plural.
    """
    return f"{verb[0]} {country_name(country)}" if n == 1 else f"{verb[1]} {regions_of(country, n)}"


def listed(words: Iterable[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``.

    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    *head, last = words
    return f"{', '.join(head)} and {last}" if head else last


def with_code(names: pd.Series, geos: Sequence[str]) -> str:
    """``Kriti (EL43) and Attiki (EL30)``, or ``none``."""
    return listed(f"{names[g]} ({g})" for g in geos) if len(geos) else "none"


def how_many(count: int, total: int) -> str:
    """``none of 13``, ``all 13``, ``11 of 13``; ``neither``/``both`` for two.

    >>> how_many(2, 2)
    'both'
    """
    if total == 2 and count in (0, 2):
        return "both" if count else "neither"
    if count in (0, total):
        return f"all {total}" if count else f"none of {total}"
    return f"{count} of {total}"


def valued(indicator: Indicator, value: float) -> str:
    """A value with its sign: ``5.9%``, ``39 900 PPS``."""
    return f"{number(value, indicator.digits)}{indicator.sign}"


def spread_of(indicator: Indicator, there: pd.DataFrame) -> str:
    """``ran from 61.0% (…) to 79.0% (…)``; ``was 61.0%`` where both ends read alike.

    Parameters
    ----------
    there : DataFrame
        ``geo, name, value``, sorted by value, none missing.
    """
    ends = there.iloc[[0, -1]]
    low, high = (valued(indicator, v) for v in ends["value"])
    if low == high:
        return f"was {low}"
    return f"ran from {_end(low, ends, 0)} to {_end(high, ends, 1)}"


def _end(value: str, ends: pd.DataFrame, at: int) -> str:
    return f"{value} ({ends['name'].iloc[at]}, {ends['geo'].iloc[at]})"


def points(indicator: Indicator, value: float) -> str:
    """The size of a difference, without its direction: ``0.4 points``."""
    return f"{number(abs(value), indicator.digits)} {indicator.points}"


def signed(indicator: Indicator, value: float) -> str:
    """A difference with its direction: ``+0.4 points``, ``−1.2 points``."""
    shown = round(value, indicator.digits)
    sign = "+" if shown > 0 else "−" if shown < 0 else ""
    return f"{sign}{points(indicator, value)}"
