"""What a policymaker asks of a strategy: where, for whom, with what, for which goals. Plain values, so that it can be kept."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from almpo_kit.records.free_text import reason_in_words
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.horizons import HORIZON_BANDS
from almpo_kit.vocabulary.places import PLACE_NAMES, normalise, nuts_level
from almpo_kit.vocabulary.programmes import PROGRAMME_TYPES, TARGET_GROUPS
from almpo_kit.vocabulary.provenance import DataVersion, stamp

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
_GOALS_FROM = {"dataset", "version", "kind", "sha256", "source"}
_CLASSES = ("unknown", "high", "low")
#: No strategy is for more people, or more euro, than this.
_MOST_PEOPLE, _MOST_EURO = 10_000_000, 1e11
_SHORTEST_REASON = 12
#: Numbers of a programme, and the highest that is believed.
_MOST: dict[str, float] = {"unit_cost_eur": 1e7, "duration_months": 120, "capacity": 1e7}
_PROGRAMME = {"programme", "programme_type", "cost_source", *_MOST}


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
    goals_from : mapping of str to str
        Whose weights these are: ``dataset, version, kind, sha256, source`` of a round of co-design; empty where they are of the
        person herself.
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
    goals_from: Mapping[str, str] = field(default_factory=dict)
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
        object.__setattr__(self, "programmes", tuple(_programme(p) for p in self.programmes))
        names = [p["programme"] for p in self.programmes]
        if twice := [n for at, n in enumerate(names) if n in names[:at]]:
            raise ParameterError(f"the programme {twice[0]!r} stands twice; give each a name of its own.")
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
        if self.goals_from and (set(self.goals_from) != _GOALS_FROM or not self.goals):
            raise ParameterError(
                f"goals_from says whose weights the goals are: it has {', '.join(sorted(_GOALS_FROM))}, and goals have weights."
            )
        for programme, reason in self.forced.items():
            if len(str(reason).strip()) < _SHORTEST_REASON:
                raise ParameterError(
                    f"say in a sentence why {programme} is used although too little is known of it; the reason stands "
                    "in front of the strategy."
                )
            # It is kept with the draft and printed in the document: no record holds who somebody is.
            reason_in_words(reason, f"the reason for {programme}", least=_SHORTEST_REASON)

    def as_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON; an unlimited capacity is left out."""
        plain = {f.name: getattr(self, f.name) for f in fields(self)}
        plain["programmes"] = [{k: v for k, v in p.items() if _said(v)} for p in self.programmes]
        plain |= {name: dict(getattr(self, name)) for name in ("goals", "goals_from", "forced")}
        return plain

    def preferences(self) -> Any:
        """Weights of the goals, as a table where it is known whose they are; None where nobody gave any."""
        if not self.goals or not self.goals_from:
            return dict(self.goals) or None
        import pandas as pd

        made = {k: self.goals_from[k] for k in ("dataset", "version", "kind", "sha256")}
        table = pd.DataFrame({"criterion": list(self.goals), "weight": list(self.goals.values())})
        return stamp(table.assign(source=self.goals_from["source"]), DataVersion(**made))

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
    for name, kind in (
        ("programmes", list | tuple),
        ("goals", Mapping),
        ("goals_from", Mapping),
        ("forced", Mapping),
    ):
        if name in written and not isinstance(written[name], kind):
            raise ParameterError(
                f"{name} of this strategy is {type(written[name]).__name__}, and cannot be read."
            )
    return Wish(**written)


def _said(value: Any) -> bool:
    return value is not None and not (isinstance(value, float) and not math.isfinite(value))


def _programme(row: Any) -> dict[str, Any]:
    """One programme with its kind and plain numbers; what is left out is not known."""
    if (
        not isinstance(row, Mapping)
        or not isinstance(row.get("programme"), str)
        or not row["programme"].strip()
    ):
        raise ParameterError(
            "a programme of this strategy has no name and cannot be read; give e.g. {'programme': 'Training', "
            "'programme_type': 'training', 'unit_cost_eur': 5000}."
        )
    name = row["programme"]
    if unknown := sorted(str(k) for k in set(row) - _PROGRAMME):
        raise ParameterError(
            f"{name} has {', '.join(unknown)}, which is nothing of a programme; it has {', '.join(sorted(_PROGRAMME))}."
        )
    _word(f"programme_type of {name}", row.get("programme_type"), PROGRAMME_TYPES)
    for column, most in _MOST.items():
        if _said(row.get(column)):
            _number(f"{column} of {name}", row[column], 0, most, "a number, e.g. 500, or leave it out")
    if not isinstance(row.get("cost_source", ""), str):
        raise ParameterError(
            f"cost_source of {name} is no text; say where the cost comes from, or leave it out."
        )
    return dict(row)


def _place(value: Any) -> str:
    if not isinstance(value, str):
        raise ParameterError(f"unknown place {value!r}; give a country or NUTS code, e.g. 'EL' or 'EL42'.")
    place = normalise(value)
    nuts_level(place)
    if place[:2] not in PLACE_NAMES:
        raise ParameterError(f"unknown place {value!r}; give a country or NUTS code, e.g. 'EL' or 'EL42'.")
    return place


def _word(name: str, value: Any, known: Mapping[str, Any] | tuple[str, ...]) -> None:
    if not isinstance(value, str) or value not in known:
        raise ParameterError(f"unknown {name} {_short(value)}; choose from {', '.join(known)}.")


def _number(name: str, value: Any, low: float, high: float, example: str, *, whole: bool = False) -> None:
    numeric = isinstance(value, int | float) and not isinstance(value, bool)
    # Compared before anything else: a whole number of 400 digits is no float.
    if not numeric or not low <= value <= high or (whole and value != int(value)):
        raise ParameterError(
            f"{name}={_short(value)} is out of range; give {example} (from {low:g} to {high:g})."
        )


def _short(value: Any) -> str:
    # repr() refuses whole numbers of thousands of digits.
    if isinstance(value, int) and abs(value) >= 10**20:
        return "a number of more than 20 digits"
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:80]}…"


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
