"""What a consultation is: whom it asks, what it asks, and what was agreed, before anybody answered, to count as consensus.

A **consultation** asks a panel in up to a few **rounds**. Its **plan** is fixed when the first round opens; its digest
stands in every result. A plan asks **items**
(:mod:`almpo_kit.vocabulary.consultation_items`).

``judgements`` is the frame of answers: ``participant, role, geo, sector, item, part, round, value`` (one number a row);
reasons, in words, are a table of their own, ``REASON_COLUMNS``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Final

from almpo_kit.vocabulary.consensus_rules import ConsensusRules
from almpo_kit.vocabulary.consultation_items import Item, in_languages, language_code
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.places import normalise
from almpo_kit.vocabulary.sectors import sector_code

JUDGEMENT_COLUMNS: Final = (
    "participant",
    "role",
    "geo",
    "sector",
    "item",
    "part",
    "round",
    "value",
    "source",
)
REASON_COLUMNS: Final = ("participant", "role", "geo", "sector", "item", "round", "reason", "source")
#: One invitation a row, without answers: what a facilitator may see of each.
PARTICIPATION_COLUMNS: Final = ("number", "role", "geo", "sector", "state", "rounds_answered", "source")
#: Role of a participant -> how it is called.
ROLES: Final = {
    "jobseekers": "jobseekers and their organisations",
    "employers": "employers and their organisations",
    "trade_unions": "trade unions",
    "employment_service": "public employment service",
    "training_providers": "training providers",
    "regional_authority": "regional or local authority",
    "ministry": "ministry",
    "civil_society": "civil society and social economy",
    "research": "research",
}
#: Who can tell who said what: nobody; people see roles beside answers; everybody sees pseudonyms beside answers.
DISCLOSURES: Final = ("anonymous", "by_role", "by_pseudonym")
_MOST_ITEMS = 60
#: Fields that plans did not have from the beginning.
_LATER: Final = {"structure", "structure_source"}


@dataclass(frozen=True)
class Plan:
    """What a consultation asks of whom, and by which rules; plain values only.

    Parameters
    ----------
    title, question, consent : mapping
        Language -> text. ``consent`` says what happens with the answers; participants agree to it before they answer.
    places : tuple of str
        NUTS codes.
    sectors : tuple of str
        NACE codes; empty: all.
    roles : tuple of str
        Keys of ``ROLES``.
    items : tuple of Item
    rounds : int
        Most rounds, 1 to 5.
    rules : ConsensusRules
    disclosure : {"anonymous", "by_role", "by_pseudonym"}
        Who can tell who said what, told to participants before they answer.
    least_group : int
        Groups with fewer members are shown with others, at least 3.
    languages : tuple of str
        Of the page that participants see; every text must be in the first.
    structure : mapping
        What the panel should look like: "role", "geo" or "sector" -> value -> share, shares adding up to 1. Where it is
        given, people are weighed to it; where not, everybody counts once.
    structure_source : str
        Where these shares come from.
    synthetic : bool
        Its participants are invented.
    """

    title: Mapping[str, str]
    question: Mapping[str, str]
    consent: Mapping[str, str]
    places: tuple[str, ...]
    items: tuple[Item, ...]
    sectors: tuple[str, ...] = ()
    roles: tuple[str, ...] = tuple(ROLES)
    rounds: int = 3
    rules: ConsensusRules = field(default_factory=ConsensusRules)
    disclosure: str = "anonymous"
    least_group: int = 5
    languages: tuple[str, ...] = ("en", "el")
    structure: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    structure_source: str = ""
    synthetic: bool = False

    def __post_init__(self) -> None:
        for name in ("title", "question", "consent"):
            object.__setattr__(self, name, in_languages(getattr(self, name), f"the {name}"))
        for name, made in (
            ("places", normalise),
            ("sectors", sector_code),
            ("roles", _role),
            ("languages", language_code),
        ):
            given = getattr(self, name)
            if isinstance(given, str):
                raise ParameterError(f"plan: {name} must be a list, e.g. [{given!r}].")
            object.__setattr__(self, name, tuple(dict.fromkeys(made(x) for x in given)))
        object.__setattr__(self, "items", tuple(self.items))
        object.__setattr__(self, "structure", {d: _shares(d, v) for d, v in dict(self.structure).items()})
        ids = [i.id for i in self.items]
        if not ids or len(ids) > _MOST_ITEMS or len(set(ids)) < len(ids):
            raise ParameterError(f"plan: give 1 to {_MOST_ITEMS} items, each with an id of its own.")
        if not self.places or not self.roles or not self.languages:
            raise ParameterError("plan: name at least one place (NUTS code), one role and one language.")
        _whole("rounds", self.rounds, 1, 5)
        _whole("least_group", self.least_group, 3, 100)
        if self.disclosure not in DISCLOSURES:
            raise ParameterError(f"plan: disclosure {self.disclosure!r} is none of {', '.join(DISCLOSURES)}.")
        first = self.languages[0]
        spoken = [("title", self.title), ("question", self.question), ("consent", self.consent)]
        spoken += [(f"item {i.id!r}", i.text) for i in self.items]
        spoken += [(f"option {o!r} of {i.id!r}", t) for i in self.items for o, t in i.options.items()]
        if missing := [name for name, text in spoken if first not in text]:
            raise ParameterError(f"plan: {missing[0]} has no text in {first!r}, the first of the languages.")

    @property
    def digest(self) -> str:
        """SHA-256 of the plan: which rules were fixed."""
        text = json.dumps(self.to_plain(), sort_keys=True, ensure_ascii=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def item(self, name: str) -> Item:
        """One item.

        Raises
        ------
        ParameterError
            There is none of that id.
        """
        for one in self.items:
            if one.id == name:
                return one
        raise ParameterError(f"there is no item {name!r}; there are {', '.join(i.id for i in self.items)}.")

    def to_plain(self) -> dict[str, Any]:
        """Plain JSON values; what plans could not say from the beginning is left out where it says nothing."""
        plain: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        # So that the fingerprint of a plan that was kept before stays what it was.
        return {k: v for k, v in plain.items() if v or k not in _LATER}

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Plan:
        """The plan of which :meth:`to_plain` told.

        Raises
        ------
        ParameterError
            It is none.
        """
        try:
            given = dict(plain)
            given["items"] = tuple(Item(**i) for i in given["items"])
            if "rules" in given:
                given["rules"] = ConsensusRules(**given["rules"])
            return cls(**given)
        except (TypeError, KeyError, AttributeError) as error:
            known = ", ".join(f.name for f in fields(cls))
            raise ParameterError(f"this is no plan of a consultation ({error}); it has {known}.") from None


def _shares(dimension: str, given: Any) -> dict[str, float]:
    """Value -> share of one dimension, adding up to exactly 1."""
    codes = {"role": _role, "geo": normalise, "sector": sector_code}
    if dimension not in codes or not isinstance(given, Mapping) or not given:
        raise ParameterError(
            f"plan: the structure {dimension!r} must be of role, geo or sector, e.g. {{'geo': {{'EL42': 0.4, 'EL43': 0.6}}}}."
        )
    found = {codes[dimension](value): share for value, share in given.items()}
    right = all(
        isinstance(s, int | float) and not isinstance(s, bool) and 0 <= s <= 1 for s in found.values()
    )
    # Shares that were printed are rounded.
    if not right or len(found) < len(given) or abs(sum(found.values()) - 1) > 0.011:
        raise ParameterError(
            f"plan: the shares of {dimension} must be from 0 to 1, each value once, and add up to 1; they are {dict(given)}."
        )
    return {value: share / sum(found.values()) for value, share in found.items()}


def _role(text: str) -> str:
    if text not in ROLES:
        raise ParameterError(f"role {text!r} is none of {', '.join(ROLES)}.")
    return text


def _whole(name: str, value: Any, least: int, most: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise ParameterError(f"plan: {name}={value!r} must be a whole number from {least} to {most}.")


def parts_of(items: Sequence[Item]) -> dict[str, tuple[str, ...]]:
    """Item -> its parts."""
    return {i.id: i.parts() for i in items}
