"""What a policymaker asks of a strategy: where, for whom, with what, for which goals. Plain values, so that it can be kept."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.horizons import HORIZON_BANDS
from almpo_kit.vocabulary.places import PLACE_NAMES, normalise, nuts_level
from almpo_kit.vocabulary.programmes import PROGRAMME_TYPES, TARGET_GROUPS

#: Evidence -> what it is called on screen.
EVIDENCE: dict[str, str] = {
    "published": "Published evaluations (the evidence base)",
    "own": "Your own coded evaluations (a file)",
    "example": "SYNTHETIC studies (to see how it works)",
}
#: Goal -> what it means; the weights are the policymaker's, equal until co-design supplies others.
GOALS: dict[str, str] = {
    "jobs": "people in work who would not be",
    "months": "months in work",
    "equity": "reaching those furthest from work",
    "certainty": "being sure that it helps",
    "saving": "money left over",
}
_CLASSES = ("unknown", "high", "low")
#: No strategy is for more people, or more euro, than this.
_MOST_PEOPLE, _MOST_EURO = 10_000_000, 1e11
_SHORTEST_REASON = 12


@dataclass(frozen=True)
class Wish:
    """What is asked of a strategy.

    Parameters
    ----------
    place : str
        A country or NUTS code.
    target_group : str
        Key of ``TARGET_GROUPS``.
    people : int
        Who could take part.
    budget : float
        Euro.
    programmes : tuple of mapping
        One a programme: ``programme, programme_type, unit_cost_eur, duration_months, capacity, cost_source``.
    goals : mapping of str to float
        Goal -> weight, not below 0; equal where empty.
    band : {"short", "medium", "long"}
        When the effect counts.
    skilled_jobs, unemployment : {"unknown", "high", "low"}
        Of the labour market, where the person knows better than the figures ("unknown": as the figures say).
    displacement : float
        Share of the gained jobs that others lose, 0 to 1.
    evidence : {"published", "own", "example"}
    forced : mapping of str to str
        Programme that is used although too little is known -> the reason.
    trial_size : int
        People a trial would take.
    years : float
        Years for which the decision holds.
    month_to_purse, month_to_person : float
        Euro that a month in work brings the public purse, and adds to a person's disposable income; 0 where nobody says,
        and then nothing is said of payback.
    """

    place: str = "EL"
    target_group: str = "all"
    people: int = 5000
    budget: float = 10_000_000.0
    programmes: tuple[Mapping[str, Any], ...] = ()
    goals: Mapping[str, float] = field(default_factory=dict)
    band: str = "medium"
    skilled_jobs: str = "unknown"
    unemployment: str = "unknown"
    displacement: float = 0.25
    evidence: str = "published"
    forced: Mapping[str, str] = field(default_factory=dict)
    trial_size: int = 1000
    years: float = 3.0
    month_to_purse: float = 0.0
    month_to_person: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "place", _place(self.place))
        object.__setattr__(self, "programmes", tuple(dict(p) for p in self.programmes))
        _word("target_group", self.target_group, TARGET_GROUPS)
        _word("band", self.band, HORIZON_BANDS)
        _word("skilled_jobs", self.skilled_jobs, _CLASSES)
        _word("unemployment", self.unemployment, _CLASSES)
        _word("evidence", self.evidence, EVIDENCE)
        _number("people", self.people, 1, _MOST_PEOPLE, "a whole number of people, e.g. 5000", whole=True)
        _number("budget", self.budget, 0, _MOST_EURO, "euro, e.g. 10000000")
        _number("displacement", self.displacement, 0, 1, "a share from 0 to 1, e.g. 0.25")
        _number(
            "trial_size", self.trial_size, 20, 1_000_000, "a whole number of people, e.g. 1000", whole=True
        )
        _number("years", self.years, 0.25, 20, "years, e.g. 3")
        for name in ("month_to_purse", "month_to_person"):
            _number(name, getattr(self, name), 0, 100_000, "euro a month, e.g. 900")
        for goal, weight in self.goals.items():
            _word("goal", goal, GOALS)
            _number(f"the weight of {goal}", weight, 0, 1e6, "0 or more, e.g. 1")
        if self.goals and not any(self.goals.values()):
            raise ParameterError("all goals have the weight 0; give at least one of them a weight.")
        for programme, reason in self.forced.items():
            if len(str(reason).strip()) < _SHORTEST_REASON:
                raise ParameterError(
                    f"say in a sentence why {programme} is used although too little is known of it; the reason stands "
                    "in front of the strategy."
                )

    def as_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON; an unlimited capacity is left out."""
        plain = {f.name: getattr(self, f.name) for f in fields(self)}
        plain["programmes"] = [{k: v for k, v in p.items() if _said(v)} for p in self.programmes]
        plain["goals"], plain["forced"] = dict(self.goals), dict(self.forced)
        return plain

    def but(self, **changed: Any) -> Wish:
        """The same wish with some answers changed."""
        return replace(self, **changed)


def wish(written: Mapping[str, Any]) -> Wish:
    """A wish from plain values, e.g. of a kept draft.

    Raises
    ------
    ParameterError
        A field that is none, or a value out of range.
    """
    known = {f.name for f in fields(Wish)}
    if unknown := sorted(set(written) - known):
        raise ParameterError(f"a strategy has no {', '.join(unknown)}; it has {', '.join(sorted(known))}.")
    for name, kind in (("programmes", list | tuple), ("goals", Mapping), ("forced", Mapping)):
        if name in written and not isinstance(written[name], kind):
            raise ParameterError(
                f"{name} of this strategy is {type(written[name]).__name__}, and cannot be read."
            )
    return Wish(**written)


def _said(value: Any) -> bool:
    return value is not None and not (isinstance(value, float) and not math.isfinite(value))


def _place(value: Any) -> str:
    place = normalise(str(value))
    nuts_level(place)
    if place[:2] not in PLACE_NAMES:
        raise ParameterError(f"unknown place {value!r}; give a country or NUTS code, e.g. 'EL' or 'EL42'.")
    return place


def _word(name: str, value: Any, known: Mapping[str, Any] | tuple[str, ...]) -> None:
    if value not in known:
        raise ParameterError(f"unknown {name} {value!r}; choose from {', '.join(known)}.")


def _number(name: str, value: Any, low: float, high: float, example: str, *, whole: bool = False) -> None:
    numeric = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if not numeric or not low <= value <= high or (whole and value != int(value)):
        raise ParameterError(f"{name}={value!r} is out of range; give {example} (from {low:g} to {high:g}).")


def programme_rows(costs: Any) -> tuple[dict[str, Any], ...]:
    """One programme of each type that helps, with a published cost of it where there is one.

    Parameters
    ----------
    costs : DataFrame
        ``sources.unit_costs()``.
    """
    from almpo_kit.workbench.reference_costs import reference_cost

    rows = []
    for key, kind in PROGRAMME_TYPES.items():
        if key in ("sanctions_monitoring", "mixed"):
            continue
        rows.append({"programme": kind.label, "programme_type": key, **reference_cost(costs, key)})
    return tuple(rows)
