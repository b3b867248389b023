"""What stands beside effects: standard errors, intervals, t, p, sample sizes, months; each by its place in a sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from almpo_kit.learning.numbers.numerals import Numeral
from almpo_kit.learning.numbers.words import CURRENCY, PERCENT, POINTS, TIME

Kind = Literal["se", "ci", "level", "t", "p", "n", "months", "bracket", "pair", "year"]

_SE = re.compile(
    r"(?:(?<![a-z])s\.\s?e\.?|(?<![a-z])ses?(?=\s?[=:#])|(?<![a-z])std\.?\s?err(?:ors?|\.)?|standard\serrors?|standardfehler|erreurs?[\s-]types?|"
    r"écart[\s-]type|error(?:es)?\sest[aá]ndar|errore\sstandard|standaardfout)"
    rf"\s?(?:of|is|was|von|de|di|=|:|,|in\sparentheses:?)?\s?[(\[]?{CURRENCY}#"
)
_KEY = (
    r"(?:(?<![a-z])ci(?![a-z])|(?<![a-z])ki(?![a-z])|(?<![a-z])ic(?![a-z])|confidence\sinterval|konfidenzintervall|vertrauensintervall|"
    r"intervalle\sde\sconfiance|intervalo\sde\sconfianza|intervallo\sdi\sconfidenza|betrouwbaarheidsinterval)"
)
_UNIT = rf"(?:\s?(?:{PERCENT}|{POINTS}|€|euros?|days|weeks|months))?"
_TO = r"\s?(?:to|bis|à|a|tot|and|und|et|y|[-\u2013\u2014;,/])\s?"
_CI = re.compile(
    rf"(?:(?P<before>#)\s?(?:%|per\scent|percent)?[\s-]{{0,2}})?{_KEY}(?:[\s:=,(]{{0,3}}(?:à|al|at|de)?\s?(?P<after>#)\s?%)?"
    rf"[\s:=,(\[]{{0,4}}(?:\(?ci\)?)?(?:\sof\sthe\sdifference)?[\s:=,(\[]{{0,3}}(?:of|from|is|was|von|de)?\s?[(\[]?{CURRENCY}"
    rf"(?P<low>#){_UNIT}{_TO}{CURRENCY}(?P<high>#)"
)
_PAIR = re.compile(
    rf"[(\[]\s?{CURRENCY}(?P<low>#){_UNIT}\s?(?:;|,|to|bis|[-\u2013])\s?{CURRENCY}(?P<high>#){_UNIT}\s?[)\]]"
)
_BRACKET = re.compile(rf"[(\[]\s?{CURRENCY}#\s?(?:{POINTS}|{PERCENT})?[)\]]")
_T = re.compile(
    r"(?<![a-z])[tz](?:\s?[=:]\s?#|[\s-](?:stat(?:istic)?s?\.?|values?|wert|score|ratio)\s?(?:of|is|=|:|von)?\s?#)"
)
_P = re.compile(
    r"(?<![a-z])p(?:[\s-]?(?:values?|wert)\s?(?:of\s|is\s|was\s)?)?\s?(?P<sense><=|>=|[=<>≤≥:])\s?#|"
    r"(?<![a-z])p[\s-]?values?\s(?:of\s(?!the)|is\s|was\s)?#"
)
_P_RANGE = re.compile(r"(?<![a-z])p[\s-]?(?:values?\s)?between\s#\sand\s#")
_LEVEL = re.compile(r"significant\sat\s(?:the\s)?#\s?[\s-]?(?:%|per\scent|percent)(?:\slevel)?")
_N = re.compile(
    r"(?<![a-z])n\s?[=:]\s?(?P<a>#)|(?:sample|stichprobe|échantillon)(?:\ssize)?\s(?:of|has|umfasst|consists\sof|comprises|de)\s(?:about\s)?(?P<b>#)|"
    r"(?P<c>#)\s(?:participants?|persons?|people|individuals|jobseekers|observations|personen|personnes|unemployed|completed\sinterviews)"
)
_WORDS: Final = (
    dict(
        zip(
            ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
            range(1, 11),
            strict=True,
        )
    )
    | dict(zip(("ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht"), range(1, 9), strict=True))
    | dict(zip(("un", "deux", "trois", "quatre", "cinq"), range(1, 6), strict=True))
    | {"twelve": 12, "eighteen": 18, "a": 1, "an": 1, "einem": 1, "zwölf": 12}
)
_NTH: Final = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5}
_TWO_TIMES = re.compile(
    rf"(?:at|after|nach|après)\s#\s(?:and|und|et)\s#[\s-](?:{TIME['months']}|years?|jahren?|ans)"
)
_MONTH = TIME["months"]
_YEAR = r"(?:years?|jahren?|ans?(?![a-z])|années?|años?|anni|jaar)(?![a-z])"
_COUNT = rf"(?P<count>#|(?<![a-zäöü])(?:{'|'.join(sorted(_WORDS, key=len, reverse=True))}))"
_AFTER = r"(?:after|nach|après|following|since|post|from|later|follow|después|dopo|na(?![a-z]))"
_HORIZONS: Final = (
    re.compile(rf"{_COUNT}[\s-](?:(?P<m>{_MONTH})|(?P<y>{_YEAR}))[\s-]{_AFTER}"),
    re.compile(
        rf"(?:after|within|over|at|nach|après|following|during|binnen|in|innerhalb\svon)\s(?:the\s)?(?:first\s|next\s)?{_COUNT}[\s-](?:(?P<m>{_MONTH})|(?P<y>{_YEAR}))"
    ),
    re.compile(
        rf"{_COUNT}[\s-](?P<m>months?)[\s-](?:follow|earnings|income|employment|impact|effect|outcome)"
    ),
    re.compile(r"(?:(?P<m>month|monat|mois)|(?P<y>year))\s(?:#\s?[-\u2013]\s?)?(?P<count>#)"),
    re.compile(r"in\s(?:the|their)\s(?P<count>first|second|third|fourth|fifth)\s(?P<y>year)(?!s)"),
)
#: How long somebody was unemployed or something lasted: no time of measurement.
_LASTED_AFTER: Final = re.compile(
    r"[\s-]?(?:of\s(?:unemployment|joblessness|training|participation|work|benefits?|treatment|receipt|treatment)|arbeitslosigkeit|de\schômage|"
    r"(?:course|programme|program|training|unemployment|long)(?![a-z]))"
)
_LASTED_BEFORE: Final = re.compile(
    r"(?:(?:last(?:s|ed|ing)?|paid|takes?|took|unemployed|jobless|out\sof\swork|subsid[a-z]{1,8})\s(?:for\s)?(?:up\sto\s|at\sleast\s|more\sthan\s)?)$"
)
_ORIGIN: Final = (
    ("end", re.compile(r"end\sof|leaving|ende\sder|fin\sdu|completion|programme\send")),
    ("random_assignment", re.compile(r"random|zufallszuweis|tirage")),
    ("start", re.compile(r"start|entry|entering|beginn|eintritt|entrée|enrol")),
)


@dataclass(frozen=True)
class Beside:
    """One figure: its kind, its numerals (an interval has two), its place in the masked sentence, and what goes with it."""

    kind: Kind
    numerals: tuple[int, ...]
    start: int
    end: int
    sense: str = ""
    value: float = 0.0


def beside(text: str, places: list[int], numbers: list[Numeral]) -> list[Beside]:
    """The figures of a masked sentence; every numeral has one role at most, the surest first.

    Parameters
    ----------
    text : str
        Masked.
    places : list of int
        Where numeral k stands in ``text``.
    numbers : list of Numeral
    """
    at = {place: k for k, place in enumerate(places)}
    taken: set[int] = set()
    found: list[Beside] = []

    def take(
        kind: Kind, ends: tuple[int, ...], m: re.Match[str], sense: str = "", value: float = 0.0
    ) -> None:
        ks = tuple(at[e] for e in ends)
        if not taken & set(ks):
            taken.update(ks)
            found.append(Beside(kind, ks, m.start(), m.end(), sense, value))

    for m in _CI.finditer(text):
        level = m.start("before") if m["before"] else m.start("after") if m["after"] else -1
        ends = (m.start("low"), m.start("high"))
        take("ci", (*ends, level) if level >= 0 else ends, m)
    for m in _LEVEL.finditer(text):
        take("level", (m.group().find("#") + m.start(),), m)
    for kind, pattern in (("se", _SE), ("t", _T), ("p", _P)):
        for m in pattern.finditer(text):
            sense = (m["sense"] or "=") if kind == "p" else ""
            take(kind, (m.start() + m.group().rfind("#"),), m, _plain(sense))  # type: ignore[arg-type]
    for m in (*_P_RANGE.finditer(text), *_TWO_TIMES.finditer(text)):
        take("year", tuple(m.start() + k for k, c in enumerate(m.group()) if c == "#"), m)
    for m in _N.finditer(text):
        take("n", (next(m.start(g) for g in "abc" if m[g]),), m)
    for m in _PAIR.finditer(text):
        years = [numbers[at[m.start(g)]].is_year for g in ("low", "high")]
        take("year" if all(years) else "pair", (m.start("low"), m.start("high")), m)
    found += _months(text, at, numbers, taken)
    for m in _BRACKET.finditer(text):
        k = at[m.start() + m.group().find("#")]
        take("year" if numbers[k].is_year else "bracket", (places[k],), m)
    return sorted(found, key=lambda b: b.start)


def _plain(sense: str) -> str:
    return {"≤": "<", "<=": "<", "≥": ">", ">=": ">", ":": "="}.get(sense, sense)


def _months(text: str, at: dict[int, int], numbers: list[Numeral], taken: set[int]) -> list[Beside]:
    """Horizons in months; the words after one say from when it counts."""
    found: list[Beside] = []
    for pattern in _HORIZONS:
        for m in pattern.finditer(text):
            place = m.start("count")
            k = at.get(place) if m["count"] == "#" else None
            overlaps = any(b.start < m.end() and m.start() < b.end for b in found)
            if (k is not None and k in taken) or overlaps:
                continue
            count = (
                numbers[k].value if k is not None else float(_WORDS.get(m["count"], _NTH.get(m["count"], 0)))
            )
            months = count * (12 if "y" in m.re.groupindex and m["y"] else 1)
            if not 0 < months <= 600:
                continue
            if k is not None:
                taken.add(k)
            lasted = _LASTED_AFTER.match(text, _end_of_unit(m)) or (
                # "Time unemployed 18 months after entry" is a time of measurement.
                pattern is not _HORIZONS[0]
                and _LASTED_BEFORE.search(text[max(0, m.start() - 40) : m.start()])
            )
            kind: Kind = "year" if lasted else "months"
            found.append(
                Beside(kind, () if k is None else (k,), m.start(), m.end(), _origin(text, m.end()), months)
            )
    return found


def _end_of_unit(m: re.Match[str]) -> int:
    """Behind "months" or "years"; behind the whole where the number comes last ("month 12")."""
    groups = m.re.groupindex
    ends = [m.end(g) for g in ("m", "y") if g in groups and m[g]]
    return max([*ends, m.end("count")])


def _origin(text: str, end: int) -> str:
    after = text[max(0, end - 12) : end + 30]
    hits = [(m.start(), name) for name, pattern in _ORIGIN if (m := pattern.search(after))]
    return min(hits)[1] if hits else ""
