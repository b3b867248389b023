"""Which countries a set of regions lies in, and what a region is called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from almpo_kit.regions.wording import country_name, listed
from almpo_kit.vocabulary.places import EU27, OTHER_COUNTRIES, normalise
from almpo_kit.vocabulary.rendering import number

#: So many countries are named; more are counted.
_NAMED = 3
_WITH_ARTICLE = {"DO", "UK", "US"}


def regions_of_countries(codes: Iterable[str]) -> str:
    """``247 regions of the EU, Iceland, Norway and Switzerland``.

    Up to three member states are named, more are the EU; where more than three other countries, or one without a name
    here, are among them, countries are counted. Of codes that begin with no country's letters nothing is said.

    >>> regions_of_countries(["EL30", "EL42", "NL11"])
    '3 regions of Greece and the Netherlands'
    """
    held = list(codes)
    where = _where({country_of(c) for c in held})
    return f"{number(len(held), 0)} regions{f' of {where}' if where else ''}"


def named(geo: str, names: Mapping[str, str]) -> str:
    """Name of a region; failing that, of its country; failing that, the code."""
    country = country_of(geo)
    return names.get(geo) or (_country_name(country) if _is_known(country) else geo)


def country_of(geo: str) -> str:
    """First two letters, in Eurostat's spelling."""
    return normalise(geo)[:2]


def _where(countries: set[str]) -> str:
    if not any(map(_is_known, countries)) or not all(len(c) == 2 and c.isalpha() for c in countries):
        return ""
    members, others = countries & EU27.keys(), countries - EU27.keys()
    if len(others) > _NAMED or not all(map(_is_known, others)):
        return f"{len(countries)} countries"
    own = ["the EU"] if len(members) > _NAMED else sorted(map(_country_name, members), key=_without_article)
    return listed([*own, *sorted(map(_country_name, others), key=_without_article)])


def _is_known(country: str) -> bool:
    return country in EU27 or country in OTHER_COUNTRIES


def _country_name(country: str) -> str:
    if country in EU27:
        return country_name(country)
    return f"{'the ' if country in _WITH_ARTICLE else ''}{OTHER_COUNTRIES[country]}"


def _without_article(name: str) -> str:
    return name.removeprefix("the ")
