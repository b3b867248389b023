"""The words of a case and of a query, brought to one form: no accents, no endings, six letters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

from almpo_kit.vocabulary.case_studies import MECHANISMS, UNEMPLOYMENT, parts
from almpo_kit.vocabulary.places import PLACE_NAMES
from almpo_kit.vocabulary.programmes import LMP_CATEGORIES, PROGRAMME_TYPES, TARGET_GROUPS
from almpo_kit.vocabulary.sectors import sector_name

#: Field -> what a word in it weighs against one in the free text. A convention of ours.
FIELDS: Final[dict[str, float]] = {
    "title": 3.0,
    "place": 2.0,
    "sector": 2.0,
    "programme": 2.0,
    "target group": 2.0,
    "mechanism": 1.5,
    "context": 1.5,
    "intervention": 1.5,
    "how": 1.0,
    "outcome": 1.0,
    "implementation": 0.5,
}
#: What people call a section when they do not speak NACE.
_ALSO_CALLED: Final = {
    "A": "farming rural countryside",
    "C": "industry factory",
    "F": "building",
    "G": "retail shop commerce",
    "I": "tourism hotel restaurant hospitality catering",
    "J": "digital ict technology software",
    "Q": "care nursing",
    "R": "culture leisure sport",
}
_STOP_WORDS: Final = (
    "a an and are as at be by for from has have how in into is it its not of off on or out that the their them they this to "
    "was were what which who will with without we our do does did can could than then there more most"
)
_STOP: Final = frozenset(_STOP_WORDS.split())
_ENDINGS: Final = ("ings", "ing", "ees", "ers", "ed", "al", "es", "er", "s", "e")
_STEM: Final = 6


def stem(word: str) -> str:
    """One form of a word: ``seasonal`` and ``seasons`` are ``season``, ``subsidies`` and ``subsidised`` ``subsid``.

    Crude on purpose: a list of sixty cases is read by a person, and a case too many costs her less than one missed.
    """
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            word = word[: -len(ending)]
            break
    return word[:_STEM]


def tokens(text: str) -> list[str]:
    """Words of a text in lower case without accents, stop words left out."""
    flat = "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c))
    return [w for w in re.findall(r"\w+", flat) if w not in _STOP and len(w) > 1]


def case_fields(case: Mapping[str, str]) -> dict[str, str]:
    """The searchable text of a case by field; codes are written out, so that people's own words find them."""
    kind = PROGRAMME_TYPES[case["programme_type"]]
    sections = dict.fromkeys(code[0] for code in parts(case["sector"]))
    mechanisms = [MECHANISMS[m] for m in parts(case["mechanism"])]
    return {
        "title": case["title"],
        "place": f"{PLACE_NAMES[case['country']]} {case['nuts']}",
        "sector": " ".join(f"{sector_name(s)} {_ALSO_CALLED.get(s, '')}" for s in sections),
        "programme": f"{case['programme_name']} {kind.label} {LMP_CATEGORIES.get(kind.lmp_category or '', '')}",
        "target group": f"{case['target_group']} {TARGET_GROUPS[case['target_group']]}".replace("_", " ")
        if case["target_group"] != "all"
        else "",
        "mechanism": " ".join(f"{m.label} {m.meaning}" for m in mechanisms),
        "context": f"{case['context']} {UNEMPLOYMENT[case['unemployment']] if case['unemployment'] == 'high' else ''}",
        "intervention": case["intervention"],
        "how": case["how"],
        "outcome": case["outcome"],
        "implementation": case["implementation"],
    }
