"""Invented weights of occupations among unemployed people and vacancies: plausible, and no statistics of anybody.

Registers hold more elementary and sales workers than vacancies do, and vacancies more health, engineering and
computing; how much of each is made up.
"""

from __future__ import annotations

from typing import NamedTuple


class Group(NamedTuple):
    """An ISCO-08 unit group: weight among the unemployed, among vacancies, and a monthly wage in euro."""

    code: str
    unemployed: float
    vacancies: float
    wage: float


_ROWS = """
1120 3 2 4200|1221 5 6 3600|1323 3 3 3500|1345 3 2 3300|1411 8 5 2300|1412 9 6 2200
2142 6 12 2900|2144 6 12 3000|2151 4 10 3000|2211 1 7 4100|2221 3 18 2300|2262 3 6 2400|2310 4 2 3000|2320 7 5 2300
2330 10 4 2200|2341 9 5 2000|2342 8 6 1600|2411 8 10 2600|2431 9 7 2400|2512 8 30 3200|2522 3 10 2900|2611 7 2 2500
2635 7 6 1900|2642 6 1 2000|3112 7 7 2100|3115 6 9 2200|3221 5 14 1600|3313 12 10 1800|3322 12 16 2100|3343 12 6 1800
3412 7 6 1600|3512 6 10 2000|4110 45 12 1400|4120 20 5 1400|4221 8 5 1300|4226 14 6 1250|4311 14 10 1500|4321 18 14 1450
5120 28 30 1350|5131 36 34 1150|5141 18 8 1150|5151 8 5 1300|5223 70 34 1200|5230 18 12 1100|5311 20 10 1250
5321 16 20 1350|5322 10 18 1250|5414 16 14 1200|6111 8 5 1100|6121 5 3 1100|7112 18 14 1400|7115 10 12 1450
7126 8 16 1550|7212 6 14 1550|7223 7 12 1600|7231 12 14 1450|7411 10 22 1600|7512 10 10 1250|7533 10 3 1050
8160 8 8 1250|8322 18 16 1250|8332 14 26 1500|8344 8 10 1350|9112 60 24 1050|9211 12 8 1000|9313 34 12 1150
9321 20 10 1100|9333 26 18 1150|9412 24 16 1050|9510 6 1 900|9629 20 4 950
"""


def groups() -> tuple[Group, ...]:
    """The unit groups of the invented markets."""
    cells = (row.split() for row in _ROWS.replace("\n", "|").split("|") if row.strip())
    return tuple(Group(code, float(u), float(v), float(w)) for code, u, v, w in cells)


#: The language in which most people of a country write, by two letters.
LANGUAGES = {
    "AT": "de", "BE": "nl", "BG": "bg", "CY": "el", "CZ": "cs", "DE": "de", "DK": "da", "EE": "et", "EL": "el",
    "ES": "es", "FI": "fi", "FR": "fr", "HR": "hr", "HU": "hu", "IE": "en", "IT": "it", "LT": "lt", "LU": "fr",
    "LV": "lv", "MT": "en", "NL": "nl", "PL": "pl", "PT": "pt", "RO": "ro", "SE": "sv", "SI": "sl", "SK": "sk",
}  # fmt: skip
