"""Which numbers of a sentence are effects: by their unit, and by the words that make them a difference."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from almpo_kit.learning.numbers.numerals import Numeral
from almpo_kit.learning.numbers.words import (
    CUES,
    OUTCOME,
    PERCENT,
    PERIOD,
    PERIOD_BEFORE,
    POINTS,
    RATIOS,
    SHARE,
    TIME,
    UNEMPLOYED_BEFORE,
)

#: A row's label may be this long before its number.
_LABEL: Final = 120
_BETWEEN = r"(?P<stars>\*{1,4})?(?:\s?[(\[][^()\[\]]{1,50}[)\]])?[\s-]?"
_AFTER: Final = tuple(
    (unit, re.compile(rf"#{_BETWEEN}{pattern}"))
    for unit, pattern in (
        ("percentage_points", POINTS),
        ("log_points", r"log\spoints?"),
        ("percent", PERCENT),
        *(
            (name, rf"(?<!-){pattern}(?!\s(?:after|later|old|nach|après|follow))")
            for name, pattern in TIME.items()
        ),
    )
)
_MONEY: Final = re.compile(
    r"(?:(?P<before>€|eur|euros?|us\$|usd|\$|£|chf|sek|dkk|nok)\s?)?#(?P<stars>\*{1,4})?\s?(?P<after>€|eur(?![a-z])|euros?|us\sdollars|dollars|usd|sek|dkk|nok)?"
)
_EURO: Final = frozenset({"€", "eur", "euro", "euros"})
_DOLLAR: Final = frozenset({"us$", "usd", "$", "us dollars", "dollars"})
_RANGE: Final = re.compile(
    r"(?:#\s?(?:to|bis|à|[-\u2013])\s?#|between\s#\sand\s#|zwischen\s#\sund\s#|entre\s#\set\s#)"
)
_LIST: Final = re.compile(r"#,\s#(?:,\s#)*\s(?:and|und|et)\s#")
#: "46% against 11%": two levels, of which neither is an effect.
_LEVELS: Final = re.compile(
    rf"#\s?(?:{PERCENT})?[^#.;]{{0,40}}\s(?:against|versus|vs\.?|gegenüber|contre)\s(?:[^#.;]{{0,12}}\s)?#\s?(?:{PERCENT})"
)
_STARRED: Final = re.compile(r"#(?:[\s-]?[a-z%-]{1,12}){0,2}\s?(\*{1,4})")
_IN_LABEL: Final = (
    (
        "eur_per_month",
        re.compile(
            r"eur(?:os?)?\s?/\s?month|euros?\sper\smonth|per\smonth\sin\seuros?|monthly\s[a-z]{1,12}\s\((?:eur|€)"
        ),
    ),
    (
        "eur_per_year",
        re.compile(
            r"eur(?:os?)?\s?/\s?year|euros?\sper\syear|per\syear\sin\seuros?|annual\s[a-z]{1,12}\s\((?:eur|€)"
        ),
    ),
    ("percentage_points", re.compile(r"(?<![a-z])pp(?![a-z])|percentage\spoints|prozentpunkte")),
    ("share", re.compile(SHARE)),
    ("log_hazard_ratio", re.compile(r"log\shazard")),
    *(
        (name, re.compile(rf"(?:(?<![a-z#\s/-])|,\s|number\sof\s|^){pattern}(?!\s#)"))
        for name, pattern in TIME.items()
    ),
    ("percent", re.compile(r"[(,]\s?%|in\sper\scent")),
)
_FROM_TO: Final = re.compile(
    r"from\s#[^#]{0,24}#?[^#]{0,8}to\s#|(?<!amounts)(?<!amount)(?<!sums)\sto\s#\s?(?:per\scent|percent|%)"
)


@dataclass
class Amount:
    """One number that may be an effect; ``sign`` 0 where the printed sign holds."""

    numeral: int
    unit: str
    place: int
    end: int
    stars: int = 0
    sign: int = 0
    cue: str = ""
    outcome: str = ""
    whole_range: bool = False
    ratio: bool = False
    share: bool = False


def amounts(text: str, places: list[int], numbers: list[Numeral], taken: set[int]) -> list[Amount]:
    """The numbers with a unit, stars or an error beside them that no other role has taken.

    Parameters
    ----------
    text : str
        Masked.
    places, numbers
        As for ``beside``.
    taken : set of int
        Numerals that are standard errors, ends of intervals, months, …
    """
    at = {place: k for k, place in enumerate(places)}
    levels = {k for m in _LEVELS.finditer(text) for k in _inside(m, at)}
    taken = taken | levels
    ranges = {k for m in (*_RANGE.finditer(text), *_LIST.finditer(text)) for k in _inside(m, at)}
    found: dict[int, Amount] = {}
    for k, place in enumerate(places):
        if k in taken or numbers[k].is_year or text[max(0, place - 2) : place].strip()[-1:] in tuple("<>≤≥"):
            continue
        given = _ratio(text, place) or _unit_after(text, place) or _money(text, place)
        if given:
            found[k] = given
        elif (bare := _bare(text, place, numbers[k])) is not None:
            found[k] = bare
    for k, amount in found.items():
        amount.numeral = k
        amount.whole_range = k in ranges
        if m := _STARRED.match(text, amount.place):
            amount.stars = len(m[1])
    return _one_of_each_range([found[k] for k in sorted(found)])


def _inside(m: re.Match[str], at: dict[int, int]) -> set[int]:
    return {at[p] for p in range(m.start(), m.end()) if p in at}


def _one_of_each_range(found: list[Amount]) -> list[Amount]:
    kept: list[Amount] = []
    for amount in found:
        if amount.whole_range and kept and kept[-1].whole_range and amount.place - kept[-1].place < 30:
            kept[-1].unit = kept[-1].unit or amount.unit
            continue
        kept.append(amount)
    return kept


def _unit_after(text: str, place: int) -> Amount | None:
    for unit, pattern in _AFTER:
        if m := pattern.match(text, place):
            return Amount(-1, unit, place, m.end(), len(m["stars"] or ""))
    return None


def _ratio(text: str, place: int) -> Amount | None:
    before = text[max(0, place - 60) : place].rpartition("#")[2]
    for unit, words in RATIOS.items():
        last = next(reversed(list(re.finditer(words, before))), None)
        if last and re.fullmatch(
            r"[^.;/()]{0,45}?(?:[=:,]|is|was|of|to|amounts\sto|beträgt|de)?\s?", before[last.end() :]
        ):
            return Amount(-1, unit, place, place + 1, ratio=True)
    return None


def _money(text: str, place: int) -> Amount | None:
    m = _MONEY.match(text, place) or None
    start = max(0, place - 6)
    with_before = next(
        (f for f in _MONEY.finditer(text, start, place + 30) if f.end() > place and "#" in f.group()), m
    )
    m = with_before if with_before and with_before["before"] else m
    if not m or not (m["before"] or m["after"]):
        return None
    sign = m["before"] or m["after"]
    after = re.match(
        rf"[\s,]?(?:(?P<month>{PERIOD['month']})|(?P<year>{PERIOD['year']}))", text[m.end() : m.end() + 24]
    )
    period = (after.lastgroup or "") if after else _period_before(text, place)
    end = m.end() + (after.end() if after else 0)
    return Amount(-1, _money_unit(sign, period), place, end, len(m["stars"] or ""))


def _period_before(text: str, place: int) -> str:
    before = text[max(0, place - 90) : place]
    if re.search(r"cumul|in\stotal|over\s(?:the\s)?(?:\w{1,6}|#)\syears", before):
        return "cumulative"
    last = {name: m.start() for name, p in PERIOD_BEFORE.items() for m in re.finditer(p, before)}
    return max(last, key=lambda name: last[name]) if last else ""


def _money_unit(sign: str, period: str) -> str:
    """The unit of the vocabulary; ``""`` where it has none."""
    if sign in _EURO:
        return f"eur_per_{period}" if period in ("month", "year") else f"eur_{period or 'unspecified_period'}"
    if sign in _DOLLAR:
        return {"year": "usd_per_year", "cumulative": "usd_cumulative"}.get(period, "")
    return ""


def _bare(text: str, place: int, number: Numeral) -> Amount | None:
    """A number without a unit: only with stars or a bracket after it, or as the value of an effect."""
    after = re.match(r"#\s?(\*{1,4})?\s?([(\[])?", text[place : place + 12])
    marked = bool(after and (after[1] or after[2]))
    before = text[max(0, place - 60) : place]
    named = re.search(
        r"(?:effect|impact|estimate|(?=coefficient\s)|coefficient|effekt|effet)[^.;#]{0,50}(?:is|was|amounts\sto|of|beträgt|von|est\sde|,|coefficient)\s?$",
        before,
    )
    worded = re.search(r"(?:by|um|de)\s$", before)
    if not (marked or named or (worded and number.decimals)):
        return None
    label = text[max(0, place - _LABEL) : place]
    named_last = [(m.end(), u) for u, p in _IN_LABEL for m in p.finditer(label)]
    unit = max(named_last)[1] if named_last else ""
    if not unit:
        unit = next((u for u, p in _IN_LABEL if u == "share" and p.search(text[place : place + 60])), "")
    amount = Amount(-1, unit, place, place + 1, len(after[1] or "") if after else 0)
    if unit == "share" or (not unit and number.decimals >= 2 and abs(number.value) < 1):
        amount.share = True
    return amount


def directed(amount: Amount, text: str, clause: tuple[int, int]) -> None:
    """Which way the words around the amount point, within its clause: the nearest cue holds, one right behind it first."""
    start, end = clause
    behind = CUES.search(text, amount.end, min(end, amount.end + 40))
    if (
        behind
        and not re.search(r"[,;:()#]", text[amount.end : behind.start()])
        and behind.lastgroup != "signed"
    ):
        amount.cue, amount.sign = str(behind.lastgroup), 1 if behind.lastgroup == "up" else -1
        return
    last = next(reversed(list(CUES.finditer(text, start, amount.place))), None)
    if last is None:
        return
    amount.cue = str(last.lastgroup)
    amount.sign = {"up": 1, "down": -1}.get(amount.cue, 0)


def outcome_near(text: str, place: int, clause: tuple[int, int]) -> str:
    """The outcome named nearest before the place, else after it; the longer name where two overlap."""
    hits: list[tuple[int, int, int, str]] = []
    for name, pattern in OUTCOME.items():
        for m in pattern.finditer(text, clause[0], clause[1]):
            if name == "employment_probability" and UNEMPLOYED_BEFORE.search(
                text[max(0, m.start() - 5) : m.start()]
            ):
                continue
            after = m.start() > place
            hits.append((int(after), abs(place - m.end()), -(m.end() - m.start()), name))
    inside = [h for h in hits if not h[0]] or hits
    if not inside:
        return ""
    nearest = min(inside)
    # "days in employment" holds "employment", with the same end.
    return min((h for h in inside if h[1] <= nearest[1] + 1), key=lambda h: h[2])[3]


def time_change(text: str) -> bool:
    """Whether the numbers are levels at two times or an end point ("from 62 to 58 per cent"), not an effect."""
    return _FROM_TO.search(text) is not None
