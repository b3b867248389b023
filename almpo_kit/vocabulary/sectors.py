"""Economic activities: the sections of NACE Rev. 2, as Eurostat uses them for employment by sector."""

from __future__ import annotations

import re
from typing import Final

from almpo_kit.vocabulary.errors import ParameterError

#: Section of NACE Rev. 2 -> its name in short (Regulation (EC) No 1893/2006).
NACE_SECTIONS: Final = {
    "A": "agriculture, forestry and fishing",
    "B": "mining and quarrying",
    "C": "manufacturing",
    "D": "electricity and gas",
    "E": "water and waste",
    "F": "construction",
    "G": "trade and repair of vehicles",
    "H": "transport and storage",
    "I": "accommodation and food",
    "J": "information and communication",
    "K": "finance and insurance",
    "L": "real estate",
    "M": "professional and technical services",
    "N": "administrative and support services",
    "O": "public administration and defence",
    "P": "education",
    "Q": "health and social work",
    "R": "arts and recreation",
    "S": "other services",
    "T": "households as employers",
    "U": "international organisations",
}
#: First division of each section, in the order of sections.
_FIRST: Final = (
    *(
        (1, "A"),
        (5, "B"),
        (10, "C"),
        (35, "D"),
        (36, "E"),
        (41, "F"),
        (45, "G"),
        (49, "H"),
        (55, "I"),
        (58, "J"),
    ),
    *(
        (64, "K"),
        (68, "L"),
        (69, "M"),
        (77, "N"),
        (84, "O"),
        (85, "P"),
        (86, "Q"),
        (90, "R"),
        (94, "S"),
        (97, "T"),
    ),
    (99, "U"),
)
_CODE: Final = re.compile(r"[A-U]|[A-U]?(\d{2})(\.\d{1,2})?")


def sector_code(text: str) -> str:
    """A NACE code, normalised: a section (``"I"``) or a division or finer (``"I55"``, ``"I55.1"``).

    Raises
    ------
    ParameterError
        No code of NACE Rev. 2.

    Examples
    --------
    >>> sector_code("55"), sector_code("i")
    ('I55', 'I')
    """
    given = str(text).strip().upper().replace(" ", "")
    found = _CODE.fullmatch(given)
    if not found:
        raise ParameterError(
            f"{text!r} is no code of NACE Rev. 2; give a section, e.g. 'I' (accommodation and food), or a division, e.g. 'I55'."
        )
    if found[1] is None:
        return given
    number = int(found[1])
    section = "".join(letter for first, letter in _FIRST if first <= number)[-1:]
    if not section or (given[0].isalpha() and given[0] != section):
        where = (
            f"division {found[1]} lies in section {section}"
            if section
            else f"there is no division {found[1]}"
        )
        raise ParameterError(f"{text!r} is no code of NACE Rev. 2: {where}.")
    return given if given[0].isalpha() else section + given


def sector_name(code: str) -> str:
    """What the section of a code is called."""
    return NACE_SECTIONS[sector_code(code)[0]]
