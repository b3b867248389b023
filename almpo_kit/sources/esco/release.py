"""One release of ESCO in one language, as frames; and the small rules that every source of it shares."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

OCCUPATION_COLUMNS = (
    "code",
    "label",
    "parent",
    "level",
    "version",
    "uri",
    "alternatives",
    "description",
    "isco",
)
SKILL_COLUMNS = (
    *("code", "label", "parent", "level", "version", "uri", "alternatives", "description"),
    *("kind", "reuse", "field", "groups"),
)
RELATION_COLUMNS = ("occupation", "skill", "relation")
SKILL_URI = "http://data.europa.eu/esco/skill/"
OCCUPATION_URI = "http://data.europa.eu/esco/occupation/"
ISCO_URI = "http://data.europa.eu/esco/isco/C"
ISCED_URI = "http://data.europa.eu/esco/isced-f/"
#: Fields of education have no code in ESCO's tables; their number is told from a skill group's by this letter.
KNOWLEDGE = "K"
#: In which order a skill's groups are tried for its parent: transversal groups come last, because they say least.
_PILLARS = "SLAKT"
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


@dataclass(frozen=True, eq=False)
class Release:
    """Occupations, skills and relations of one release in one language.

    ``covers`` says what the relations cover, ``lacks`` what is not in each of the three frames, by its name.
    """

    language: str
    version: str
    occupations: pd.DataFrame
    skills: pd.DataFrame
    relations: pd.DataFrame
    covers: str
    lacks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def clean(text: str) -> str:
    """Text with single spaces, without control characters (a terminal takes them for orders)."""
    spaced = " ".join(text.split())
    return spaced if spaced.isprintable() else " ".join(_CONTROLS.sub("", text).split())


def alternatives(labels: Iterable[str], preferred: str) -> str:
    """Other labels than the preferred one, each once, joined by line breaks."""
    seen = {preferred.casefold()}
    kept = []
    for label in map(clean, labels):
        if label and label.casefold() not in seen:
            seen.add(label.casefold())
            kept.append(label)
    return "\n".join(kept)


def natural(code: str) -> tuple[object, ...]:
    """Sort key of a code: ``S6.2`` before ``S6.13``, ``2512.4`` before ``2512.13``, a group before what is below it."""
    if code[:1].isdigit() or code[:1] == KNOWLEDGE:
        # The digits of ISCO and ISCED are places, not a number: 25 belongs before 7.
        parts = code.split(".")
    else:
        parts = re.split(r"\.|(?<=\D)(?=\d)", code)
    ranked = tuple((0, int(p), "") if i and p.isdigit() else (1, 0, p) for i, p in enumerate(parts))
    # Two codes never rank alike, or their order would be that of a set.
    return (ranked, code)


def group_key(code: str, kind: str | None) -> tuple[object, ...]:
    """Sort key of the groups of one skill; the first is its parent: for knowledge, its field of education."""
    first = code[:1] if kind == "knowledge" and code[:1] == KNOWLEDGE else ""
    # A group that ends in 0 holds what found no closer one.
    return (not first, _PILLARS.find(code[:1]), code.endswith(".0"), natural(code))


def field_of(groups: Iterable[str], kind: str | None) -> str | None:
    """ISCED-F 2013 code of a piece of knowledge, the most detailed of its groups."""
    fields = [g[1:] for g in groups if g[:1] == KNOWLEDGE and g[1:].isdigit()]
    return max(fields, key=lambda f: (len(f), f)) if fields and kind == "knowledge" else None


def group_parent(code: str) -> str | None:
    """Code of the group above a group: ``S4.5.0`` → ``S4.5`` → ``S4`` → ``S``; ``K0613`` → ``K061`` → ``K06`` → ``K``."""
    if len(code) == 1:
        return None
    if code[0] == KNOWLEDGE:
        return code[:-1] if len(code) > 3 else KNOWLEDGE
    return code.rsplit(".", 1)[0] if "." in code else code[0]


def group_level(code: str) -> int:
    """0 for a pillar (``S``), 1 for ``S4`` or ``K06``, 2 for ``S4.5`` or ``K061``, 3 for ``S4.5.0`` or ``K0613``."""
    parent = group_parent(code)
    return 0 if parent is None else group_level(parent) + 1


def occupation_level(code: str) -> int:
    """1 to 4 for an ISCO group, 5 and more for an ESCO occupation."""
    return len(code) if "." not in code else 4 + code.count(".")
