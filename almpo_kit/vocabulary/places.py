"""Countries and NUTS regions: codes, names and vintages.

Greece is ``EL`` and the United Kingdom ``UK``, as in Eurostat; ``GR`` and ``GB`` are accepted and
normalised. A NUTS code means nothing without its vintage: the same letters can name another territory
four years later.
"""

from __future__ import annotations

import difflib
import re
from typing import Literal

from almpo_kit.vocabulary.errors import PlaceError

NutsVersion = Literal["2013", "2016", "2021", "2024"]
NUTS_VERSIONS: tuple[NutsVersion, ...] = ("2013", "2016", "2021", "2024")

#: The 27 member states by Eurostat code.
EU27: dict[str, str] = {
    "AT": "Austria",
    "BE": "Belgium",
    "BG": "Bulgaria",
    "CY": "Cyprus",
    "CZ": "Czechia",
    "DE": "Germany",
    "DK": "Denmark",
    "EE": "Estonia",
    "EL": "Greece",
    "ES": "Spain",
    "FI": "Finland",
    "FR": "France",
    "HR": "Croatia",
    "HU": "Hungary",
    "IE": "Ireland",
    "IT": "Italy",
    "LT": "Lithuania",
    "LU": "Luxembourg",
    "LV": "Latvia",
    "MT": "Malta",
    "NL": "Netherlands",
    "PL": "Poland",
    "PT": "Portugal",
    "RO": "Romania",
    "SE": "Sweden",
    "SI": "Slovenia",
    "SK": "Slovakia",
}

#: Other countries that studies or indicators come from.
OTHER_COUNTRIES: dict[str, str] = {
    "BA": "Bosnia and Herzegovina",
    "CH": "Switzerland",
    "CO": "Colombia",
    "DO": "Dominican Republic",
    "ET": "Ethiopia",
    "IS": "Iceland",
    "LI": "Liechtenstein",
    "ME": "Montenegro",
    "MK": "North Macedonia",
    "NO": "Norway",
    "PE": "Peru",
    "RS": "Serbia",
    "TN": "Tunisia",
    "TR": "Türkiye",
    "UK": "United Kingdom",
    "US": "United States",
}
#: Groups of countries that appear where a country would.
AGGREGATES: dict[str, str] = {
    "EU": "several EU countries",
    "EU27_2020": "EU-27",
    "EU28": "EU-28",
    "EA19": "Euro area (19 members)",
    "EA20": "Euro area (20 members)",
}
PLACE_NAMES: dict[str, str] = EU27 | OTHER_COUNTRIES | AGGREGATES

_ISO_TO_EUROSTAT = {"GR": "EL", "GB": "UK"}
_NUTS = re.compile(r"[A-Z]{2}[0-9A-Z]{0,3}")


def normalise(code: str) -> str:
    """Eurostat spelling of a country or NUTS code: upper case, ``GR`` → ``EL``, ``GB`` → ``UK``.

    >>> normalise("gr42")
    'EL42'
    """
    code = str(code).strip().upper()
    return _ISO_TO_EUROSTAT.get(code[:2], code[:2]) + code[2:]


def member_state(code: str) -> str:
    """Eurostat code of an EU member state.

    Parameters
    ----------
    code : str
        A two-letter code in either spelling, or the country's English name.

    Raises
    ------
    PlaceError
        Not one of the 27; the message suggests the nearest.
    """
    text = str(code).strip()
    by_name = {name.lower(): key for key, name in EU27.items()}
    found = by_name.get(text.lower(), normalise(text))
    if found in EU27:
        return found
    near = difflib.get_close_matches(text.lower(), list(by_name), n=1)
    hint = f" Did you mean {by_name[near[0]]} ({EU27[by_name[near[0]]]})?" if near else ""
    raise PlaceError(f"{text!r} is not one of the 27 EU member states.{hint} Choose from: {', '.join(EU27)}.")


def nuts_level(code: str) -> int:
    """Level (0 country … 3) that a NUTS code has by its shape.

    Raises
    ------
    PlaceError
        Not shaped like a NUTS code.
    """
    text = normalise(code)
    if not _NUTS.fullmatch(text):
        raise PlaceError(f"{code!r} is not shaped like a NUTS code, e.g. 'EL' (country) or 'EL42' (NUTS 2).")
    return len(text) - 2


def is_extra_regio(code: str) -> bool:
    """True for Eurostat's ``Z`` codes, which hold what belongs to no region (embassies, sea, …)."""
    # "BEZ", "BEZZ", "BEZZZ": no real region has a Z there.
    return normalise(code)[2:3] == "Z"
