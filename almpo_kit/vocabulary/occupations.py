"""ISCO-08 groups: codes in any usual spelling, levels, names of major groups and skill levels.

ESCO puts each occupation below one ISCO-08 unit group and writes its code behind it (``2512.4``), so an
ESCO code names its ISCO group; an ESCO address of an occupation does not, and needs the taxonomy.
"""

from __future__ import annotations

import re

from almpo_kit.vocabulary.errors import ParameterError

#: The ten major groups of ISCO-08.
MAJOR_GROUPS: dict[str, str] = {
    "0": "Armed forces occupations",
    "1": "Managers",
    "2": "Professionals",
    "3": "Technicians and associate professionals",
    "4": "Clerical support workers",
    "5": "Service and sales workers",
    "6": "Skilled agricultural, forestry and fishery workers",
    "7": "Craft and related trades workers",
    "8": "Plant and machine operators, and assemblers",
    "9": "Elementary occupations",
}

#: How many sub-major groups each major group has; they are numbered from 1 (ILO 2012, table 2).
_SUB_MAJOR = {"0": 3, "1": 4, "2": 6, "3": 5, "4": 4, "5": 4, "6": 3, "7": 5, "8": 3, "9": 6}
#: Skill levels of major groups, and of the sub-major groups that differ from theirs (ILO 2012, table 1).
_SKILL_LEVELS = {"1": 4, "2": 4, "3": 3, "4": 2, "5": 2, "6": 2, "7": 2, "8": 2, "9": 1}
_SKILL_LEVELS |= {"01": 4, "02": 2, "03": 1, "14": 3}

_ADDRESS = re.compile(r"https?://data\.europa\.eu/esco/isco/", re.IGNORECASE)
_PREFIX = re.compile(r"(?:ISCO(?:[-_ ]?(?:20)?08)?[-_ :]*)?(?:OC|C)?", re.IGNORECASE)
_CODE = re.compile(r"(\d{1,4})(?:\.0)?|(\d{4})(?:\.\d+)+", re.ASCII)
_WAY_OUT = "Write an ISCO-08 code of one to four digits ('2512', '25', 'C2512', 'ISCO-08 2512') or an ESCO code ('2512.4')"


def isco_code(value: object) -> str:
    """ISCO-08 digits of a code in any usual spelling.

    Parameters
    ----------
    value : object
        ``2512`` (a number too), ``C2512``, ``OC2512`` (Eurostat), ``ISCO-08 2512``, an ESCO code such as
        ``2512.4`` or ``2654.1.7``, or ESCO's address of an ISCO group.

    Returns
    -------
    str
        One to four digits. Whether a group of that number exists is known of the first two digits only;
        the taxonomy (``sources.occupations()``) knows them all.

    Raises
    ------
    ParameterError
        No such code, among them ``110``, which a spreadsheet made of ``0110``, and the address of an
        ESCO occupation, which holds no code.

    >>> isco_code("ISCO-08 2512"), isco_code("2654.1.7"), isco_code(2512.0)
    ('2512', '2654', '2512')
    """
    text = str(value).strip()
    if "/esco/occupation/" in text:
        raise ParameterError(
            f"{text!r} is the address of an ESCO occupation, which holds no ISCO code; look its code up in the "
            "taxonomy: sources.occupations() has both, in `uri` and `isco`."
        )
    bare = _ADDRESS.sub("", text, count=1)
    bare = bare[_PREFIX.match(bare).end() :]  # type: ignore[union-attr]
    found = _CODE.fullmatch(bare)
    if found is None:
        raise ParameterError(f"{value!r} is no ISCO-08 code. {_WAY_OUT}.")
    digits = found[1] or found[2]
    if (len(digits) > 1 and not 1 <= int(digits[1]) <= _SUB_MAJOR[digits[0]]) or "0" in digits[2:3]:
        lost = (
            " A spreadsheet may have dropped a leading zero: '0110' is armed forces."
            if digits[0] in "123"
            else ""
        )
        raise ParameterError(
            f"{value!r} is no ISCO-08 code: no group starts with {digits[:3]!r}.{lost} {_WAY_OUT}."
        )
    return digits


def isco_level(code: object) -> int:
    """Level of an ISCO-08 group: 1 major, 2 sub-major, 3 minor, 4 unit group.

    Raises
    ------
    ParameterError
        No ISCO-08 code.
    """
    return len(isco_code(code))


def skill_level(code: object) -> int:
    """ISCO-08 skill level, 1 (elementary) to 4 (needs extended higher education).

    Managers as a whole (``1``) are given 4; only hospitality, retail and other services managers (``14``) are 3.

    Raises
    ------
    ParameterError
        No ISCO-08 code, or armed forces as a whole (``0``), which have levels 1, 2 and 4.

    References
    ----------
    ILO (2012) International Standard Classification of Occupations, volume 1, table 1.
    """
    digits = isco_code(code)
    if digits == "0":
        raise ParameterError(
            "armed forces ('0') have the skill levels 1, 2 and 4; name a sub-major group ('01', '02' or '03') "
            "or leave them out."
        )
    return _SKILL_LEVELS.get(digits[:2], _SKILL_LEVELS.get(digits[0], 0))


def is_skilled(code: object) -> bool:
    """True for managers, professionals and technicians (major groups 1 to 3), as Eurostat counts skilled jobs.

    Raises
    ------
    ParameterError
        No ISCO-08 code.
    """
    return isco_code(code)[0] in "123"
