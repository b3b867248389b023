"""A plan of a consultation from what a facilitator types into a form, and back."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from almpo_kit.vocabulary.consensus_rules import ConsensusRules
from almpo_kit.vocabulary.consultation_items import WEIGHING, Item
from almpo_kit.vocabulary.consultations import ROLES, Plan
from almpo_kit.vocabulary.errors import ParameterError, PlaceError
from almpo_kit.vocabulary.places import PLACE_NAMES, normalise

#: How goals are weighed -> what a participant is asked.
GOALS_BY: Final = {
    "pairwise": "Goals in pairs (AHP)",
    "best_worst": "Best and worst goal (best–worst)",
    "points": "100 points to share out",
    "swing": "The largest swing first",
    "": "No question on goals",
}
#: Goals of the portfolio, as participants are asked for them.
_GOALS: Final = {
    "jobs": {"en": "more people in work", "el": "περισσότεροι άνθρωποι σε εργασία"},
    "months": {"en": "more months in work in a year", "el": "περισσότεροι μήνες εργασίας τον χρόνο"},
    "equity": {
        "en": "reaching those furthest from work",
        "el": "να φτάνουμε σε όσους απέχουν περισσότερο από την εργασία",
    },
    "certainty": {"en": "being sure that it helps", "el": "να είμαστε βέβαιοι ότι βοηθά"},
}
_ASKED: Final = {
    "pairwise": {
        "en": "Of two goals of the strategy, which counts more, and how much more?",
        "el": "Από δύο στόχους της στρατηγικής, ποιος μετράει περισσότερο και πόσο περισσότερο;",
    },
    "best_worst": {
        "en": "Which goal counts most, which least, and how far apart are the others from these two?",
        "el": "Ποιος στόχος μετράει περισσότερο, ποιος λιγότερο, και πόσο απέχουν οι άλλοι από αυτούς τους δύο;",
    },
    "points": {
        "en": "Share out 100 points between the goals of the strategy.",
        "el": "Μοιράστε 100 βαθμούς στους στόχους της στρατηγικής.",
    },
    "swing": {
        "en": "Which improvement would be worth most? Give it 100, and the others what they are worth beside it.",
        "el": "Ποια βελτίωση θα άξιζε περισσότερο; Δώστε της 100, και στις άλλες όσο αξίζουν συγκριτικά.",
    },
}


def plan_of_form(start: Plan, said: Mapping[str, Any]) -> Plan:
    """The plan that a form describes.

    Parameters
    ----------
    start : Plan
        What the form began with: quantities and everything a form does not ask for come from there.
    said : mapping
        ``title, question, consent`` (texts by language), ``places, sectors, statements, proposals`` (lists of lines),
        ``goals_by``, ``budget``, ``rounds``, ``agreement``, ``widest_iqr``, ``disclosure``, ``least_group``, ``roles``,
        ``structure`` (lines: role, place or sector, and its share in %), ``structure_source``.

    Raises
    ------
    ParameterError
        A line that cannot be read; it names the line.
    """
    first = start.languages[0]
    require_places([normalise(p) for p in said["places"]])
    items = [_statement(line, k, first) for k, line in enumerate(said["statements"], 1)]
    if said["goals_by"]:
        items.append(_goals(start, said["goals_by"]))
    items += [i for i in start.items if i.kind == "quantity" and said.get("quantities", True)]
    if said["proposals"]:
        items.append(_budget(said["proposals"], float(said["budget"]), start))
    rules = replace(start.rules, agreement=float(said["agreement"]), widest_iqr=float(said["widest_iqr"]))
    return replace(
        start,
        **{name: said[name] for name in ("title", "question", "consent")},
        places=tuple(said["places"]),
        sectors=tuple(said["sectors"]),
        roles=tuple(said["roles"]),
        items=tuple(items),
        rounds=int(said["rounds"]),
        rules=rules,
        disclosure=said["disclosure"],
        structure=_structure(said.get("structure", ())),
        structure_source=str(said.get("structure_source", "")).strip(),
        least_group=int(said["least_group"]),
    )


def require_places(places: Sequence[str]) -> None:
    """Refuse codes that no list of regions holds.

    Raises
    ------
    PlaceError
        Names the code.
    """
    from almpo_kit import sources

    known = set(sources.nuts()["code"]) | set(PLACE_NAMES)
    if unknown := [p for p in places if p not in known]:
        raise PlaceError(
            f"{unknown[0]!r} is no NUTS 2024 code; e.g. 'EL42' (South Aegean), or a country, e.g. 'EL'."
        )


def form_of_plan(plan: Plan) -> dict[str, Any]:
    """What stands in the form for a plan."""
    weighing = [i for i in plan.items if i.kind in WEIGHING]
    votes = [i for i in plan.items if i.kind == "budget"]
    rules: ConsensusRules = plan.rules
    return {
        "title": dict(plan.title),
        "question": dict(plan.question),
        "consent": dict(plan.consent),
        "places": list(plan.places),
        "sectors": list(plan.sectors),
        "statements": [_line(i.text, plan.languages) for i in plan.items if i.kind == "statement"],
        "goals_by": weighing[0].kind if weighing else "",
        "proposals": [
            f"{_line(t, plan.languages)} | {votes[0].cost[o]:.0f}" for o, t in votes[0].options.items()
        ]
        if votes
        else [],
        "budget": votes[0].budget if votes else 0.0,
        "rounds": plan.rounds,
        "agreement": rules.agreement,
        "widest_iqr": rules.widest_iqr,
        "disclosure": plan.disclosure,
        "least_group": plan.least_group,
        "structure": [
            f"{v}, {100 * share:g}" for part in plan.structure.values() for v, share in part.items()
        ],
        "structure_source": plan.structure_source,
        "roles": list(plan.roles),
    }


def lines(text: str) -> list[str]:
    """The lines of a field that are not empty."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def _line(text: Mapping[str, str], languages: Sequence[str]) -> str:
    return " | ".join(text[k] for k in languages if k in text)


def _texts(line: str, languages: Sequence[str]) -> dict[str, str]:
    parts = [p.strip() for p in line.split("|")]
    return {k: words for k, words in zip(languages, parts, strict=False) if words}


def _statement(line: str, k: int, first: str) -> Item:
    text = _texts(line, (first, "el" if first == "en" else "en"))
    if first not in text:
        raise ParameterError(
            f"statement {k} has no text; write e.g. 'Courses should run in winter | Ελληνικά'."
        )
    return Item(f"s{k}_{_slug(text.get('en', ''))}".rstrip("_"), "statement", text)


def _goals(start: Plan, by: str) -> Item:
    kept = [i for i in start.items if i.kind in WEIGHING]
    options = kept[0].options if kept else _GOALS
    if by not in _ASKED:
        raise ParameterError(f"goals cannot be weighed by {by!r}; choose among {', '.join(_ASKED)}.")
    text = kept[0].text if kept and kept[0].kind == by else _ASKED[by]
    return Item("goals", by, text, options=options)


def _budget(given: Sequence[str], budget: float, start: Plan) -> Item:
    options, cost = {}, {}
    for k, line in enumerate(given, 1):
        *words, price = line.split("|")
        digits = re.sub(r"[\s€.,]", "", price)
        if not words or not digits.isdigit():
            raise ParameterError(
                f"proposal {k} ({line[:40]!r}) needs a cost in whole euro at its end, e.g. 'Language courses | Ελληνικά | 400000'."
            )
        name = f"p{k}_{_slug(words[0])}".rstrip("_")
        options[name], cost[name] = _texts("|".join(words), start.languages), float(digits)
    kept = [i for i in start.items if i.kind == "budget"]
    text = kept[0].text if kept and kept[0].budget == budget else _money(budget)
    return Item("fund", "budget", text, options=options, cost=cost, budget=budget)


def _money(budget: float) -> dict[str, str]:
    whole = f"{budget:,.0f}"
    return {
        "en": f"There are {whole.replace(',', ' ')} euro. Which of these would you fund?",
        "el": f"Υπάρχουν {whole.replace(',', '.')} ευρώ. Ποια από αυτά θα χρηματοδοτούσατε;",
    }


def _structure(given: Sequence[str]) -> dict[str, dict[str, float]]:
    """Shares of roles, places and sectors from lines ``value, %``."""
    parts: dict[str, dict[str, float]] = {}
    for k, line in enumerate(given, 1):
        value, _, share = (p.strip() for p in line.partition(","))
        try:
            number = float(share.rstrip("% ").replace(",", ".")) / 100
        except ValueError:
            raise ParameterError(
                f"line {k} of the structure ({line[:40]!r}) needs a share in %, e.g. 'EL42, 35'."
            ) from None
        where = "role" if value in ROLES else "geo" if _is_place(value) else "sector"
        parts.setdefault(where, {})[value] = number
    return parts


def _is_place(code: str) -> bool:
    """Whether this is the code of a place, and not of a sector."""
    return len(code) >= 2 and code[:2].isalpha()


def _slug(words: str) -> str:
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    return "_".join(re.findall(r"[a-z0-9]+", plain)[:3])[:24]
