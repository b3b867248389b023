"""Countries as people write them: codes of two and three letters, English names, their own names.

Only what names one country whole is read. ``England`` or ``East Germany`` are parts of one, so they are
answered with the code and not read.
"""

from __future__ import annotations

import re

from almpo_kit.sources.intake.headings import nearest, plain
from almpo_kit.vocabulary.places import PLACE_NAMES, normalise

#: Eurostat code -> three letters (ISO 3166) and other names of the whole country.
_NAMES: dict[str, tuple[str, ...]] = {
    "AT": ("AUT", "Österreich"),
    "BE": ("BEL", "België", "Belgique", "Belgien"),
    "BG": ("BGR", "България", "Balgariya"),
    "CY": ("CYP", "Κύπρος", "Kıbrıs"),
    "CZ": ("CZE", "Czech Republic", "The Czech Republic", "Česko", "Česká republika"),
    "DE": ("DEU", "GER", "Deutschland", "Federal Republic of Germany", "Allemagne"),
    "DK": ("DNK", "Danmark"),
    "EE": ("EST", "Eesti"),
    "EL": ("GRC", "ELL", "Ελλάδα", "Ελλάς", "Ellada", "Hellas", "Hellenic Republic"),
    "ES": ("ESP", "España"),
    "FI": ("FIN", "Suomi"),
    "FR": ("FRA", "La France"),
    "HR": ("HRV", "Hrvatska"),
    "HU": ("HUN", "Magyarország"),
    "IE": ("IRL", "Éire", "Republic of Ireland"),
    "IT": ("ITA", "Italia"),
    "LT": ("LTU", "Lietuva"),
    "LU": ("LUX", "Luxemburg", "Lëtzebuerg"),
    "LV": ("LVA", "Latvija"),
    "MT": ("MLT",),
    "NL": ("NLD", "The Netherlands", "Nederland", "Holland"),
    "PL": ("POL", "Polska"),
    "PT": ("PRT",),
    "RO": ("ROU", "România"),
    "SE": ("SWE", "Sverige"),
    "SI": ("SVN", "Slovenija"),
    "SK": ("SVK", "Slovak Republic", "Slovensko"),
    "BA": ("BIH", "Bosna i Hercegovina"),
    "CH": ("CHE", "Schweiz", "Suisse", "Svizzera"),
    "CO": ("COL",),
    "DO": ("DOM", "República Dominicana"),
    "ET": ("ETH",),
    "IS": ("ISL", "Ísland"),
    "LI": ("LIE",),
    "ME": ("MNE", "Crna Gora"),
    "MK": ("MKD", "Macedonia"),
    "NO": ("NOR", "Norge", "Noreg", "Norwegen"),
    "PE": ("PER", "Perú"),
    "RS": ("SRB", "Srbija"),
    "TN": ("TUN", "Tunisie"),
    "TR": ("TUR", "Turkey", "Turkiye"),
    "UK": ("GBR", "Great Britain", "Britain", "The United Kingdom", "U.K."),
    "US": ("USA", "U.S.", "U.S.A.", "United States of America", "The United States"),
}
#: Parts of countries -> the code to write.
_PARTS = {
    **dict.fromkeys(("england", "scotland", "wales", "northern_ireland"), "UK"),
    **dict.fromkeys(("east_germany", "west_germany", "gdr", "ostdeutschland", "westdeutschland"), "DE"),
    "flanders": "BE",
}
_WHOLE = {plain(n): c for c, n in PLACE_NAMES.items() if len(c) == 2}
_WHOLE |= {plain(name): code for code, names in _NAMES.items() for name in names}


def country_code(text: str) -> str:
    """Two capital letters as Eurostat writes them, known here or not; '' where the text is no country."""
    code = normalise(text)
    return code if re.fullmatch(r"[A-Z]{2}", code) else _WHOLE.get(plain(text), "")


def country_hint(text: str) -> str:
    """``Did you mean EL (Greece)? `` or ''."""
    code = _PARTS.get(plain(text)) or _WHOLE.get(nearest(text, list(_WHOLE)))
    return f"Did you mean {code} ({PLACE_NAMES[code]})? " if code else ""
