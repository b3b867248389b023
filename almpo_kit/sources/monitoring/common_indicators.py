"""Common indicators of the European Social Fund: what each counts, and when.

References
----------
Regulation (EU) 2021/1057 (ESF+), Annex I; Regulation (EU) No 1304/2013 (ESF 2014-2020), Annex I.
"""

from __future__ import annotations

import re
from typing import NamedTuple

ENTERED, ON_LEAVING, NOT_STATED = "on entry", "on leaving", "not stated"
SIX = "6 months after leaving"


class Counted(NamedTuple):
    """What an indicator counts, and at which stage."""

    label: str
    stage: str


_ENTRY_PLUS = """EECO01 participants|EECO02 unemployed participants, long-term unemployed included
EECO03 long-term unemployed participants|EECO04 inactive participants|EECO05 employed participants, self-employed included
EECO06 children below 18|EECO07 young people aged 18 to 29|EECO08 participants aged 55 and above
EECO09 participants with at most lower secondary education|EECO10 participants with upper secondary or post-secondary education
EECO11 participants with tertiary education|EECO12 participants with disabilities|EECO13 third-country nationals
EECO14 participants with a foreign background|EECO15 minorities, marginalised communities such as Roma included
EECO16 homeless people or people affected by housing exclusion|EECO17 participants from rural areas
EECO18 supported public administrations or public services|EECO19 supported micro, small and medium-sized enterprises"""
_RESULTS_PLUS = """EECR01 participants engaged in job searching|EECR02 participants in education or training
EECR03 participants who gained a qualification|EECR04 participants in employment, self-employment included"""
_LATER_PLUS = """EECR05 participants in employment, self-employment included
EECR06 participants with an improved labour market situation"""
_ENTRY = """CO01 unemployed participants, long-term unemployed included|CO02 long-term unemployed participants
CO03 inactive participants|CO04 inactive participants not in education or training
CO05 employed participants, self-employed included|CO06 participants below 25|CO07 participants above 54
CO08 participants above 54 who are unemployed or inactive and not in education or training
CO09 participants with primary or lower secondary education|CO10 participants with upper secondary or post-secondary education
CO11 participants with tertiary education|CO15 migrants, people with a foreign background, minorities
CO16 participants with disabilities|CO17 other disadvantaged participants|CO18 homeless people or people affected by housing exclusion
CO19 participants from rural areas"""
_RESULTS = """CR01 inactive participants engaged in job searching|CR02 participants in education or training
CR03 participants who gained a qualification|CR04 participants in employment, self-employment included
CR05 disadvantaged participants in job searching, education, training, employment, or with a qualification"""
_LATER = """CR06 participants in employment, self-employment included|CR07 participants with an improved labour market situation
CR08 participants above 54 in employment|CR09 disadvantaged participants in employment"""


def _listed(text: str, stage: str) -> dict[str, Counted]:
    pieces = (piece.partition(" ") for piece in re.split(r"[|\n]", text))
    return {code: Counted(label, stage) for code, _, label in pieces}


COMMON: dict[str, Counted] = {
    code: counted
    for text, stage in (
        *((_ENTRY_PLUS, ENTERED), (_RESULTS_PLUS, ON_LEAVING), (_LATER_PLUS, SIX)),
        *((_ENTRY, ENTERED), (_RESULTS, ON_LEAVING), (_LATER, SIX)),
    )
    for code, counted in _listed(text, stage).items()
}
_CODE = re.compile(r"\b(EEC[OR]|C[OR])[ _-]?(\d{2})\b", re.IGNORECASE)
_MONTHS = re.compile(r"(\d{1,2}|six|twelve|eighteen)[ -]months?[^.;]{0,20}\bafter\b", re.IGNORECASE)
_WORDS = {"six": "6", "twelve": "12", "eighteen": "18"}
_LEAVING = re.compile(r"\b(upon|on|at) (leaving|exit)|\bimmediate|\bexits?\b|\bleavers?\b", re.IGNORECASE)
_ENTERING = re.compile(
    r"\bparticipants?\b|\bentr(y|ants?|ies)\b|\benter|\bregistered\b|\bstock\b", re.IGNORECASE
)


def code_in(text: str) -> str:
    """The code of a common indicator in a text, '' where there is none.

    >>> code_in("EECR04 - Participants in employment"), code_in("eecr 05"), code_in("PI12")
    ('EECR04', 'EECR05', '')
    """
    found = _CODE.search(text[:300])
    code = f"{found[1]}{found[2]}".upper() if found else ""
    return code if code in COMMON else ""


def stage_of(text: str) -> str:
    """When an indicator that is no common one counts, as far as its words tell."""
    text = text[:500]
    if found := _MONTHS.search(text):
        return f"{_WORDS.get(found[1].lower(), found[1])} months after leaving"
    if _LEAVING.search(text):
        return ON_LEAVING
    return ENTERED if _ENTERING.search(text) else NOT_STATED
