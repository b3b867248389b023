"""A trial that somebody proposes: what it tries, on how many people, for how much, and when it can be used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.plain_values import is_number, real_number, whole_number
from almpo_kit.vocabulary.trial_designs import TrialDesign
from almpo_kit.vocabulary.trial_outcomes import Losses, TrialOutcome

#: Designs whose precision is not told by numbers of people and groups alone.
_NEED_ERROR = ("stepped_wedge", "saturation")


@dataclass(frozen=True)
class ProposedTrial:
    """What may be learned, and what it costs.

    Parameters
    ----------
    name : str
    programmes : tuple of str
        What its arms try, beside one comparison: names of which there are beliefs.
    per_arm : int
        People in each arm, the comparison too; 0 where ``design`` or ``error_sd`` says how precise it is.
    design : TrialDesign, optional
        Instead of ``per_arm``: individual, blocked, cluster or matched pair, with its numbers. Its programmes are those of
        ``programmes``, in that order.
    outcome : TrialOutcome, optional
        What is measured; its effects are what beliefs are about. Not needed with ``error_sd``.
    losses : Losses
        Only attrition counts here: beliefs are about the effect of the offer.
    error_sd : float, optional
        Standard error of each effect, where it is known from elsewhere, at the size proposed.
    cost : float
        Euro, whatever its size: people, data, management.
    cost_per_person : float or mapping of str to float
        Euro for each person in an arm with a programme (programme -> euro where they differ).
    paid_anyway : float or mapping of str to float
        People of such an arm whose place is paid for in any case.
    delay_years : float
        Until its result is there.
    years : int
        Yearly decisions that it can still serve then.
    """

    name: str
    programmes: tuple[str, ...]
    per_arm: int = 0
    design: TrialDesign | None = None
    outcome: TrialOutcome | None = None
    losses: Losses = field(default_factory=Losses)
    error_sd: float | None = None
    cost: float = 0.0
    cost_per_person: float | Mapping[str, float] = 0.0
    paid_anyway: float | Mapping[str, float] = 0.0
    delay_years: float = 2.0
    years: int = 5

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name.strip():
            raise ParameterError("proposed trial: give it a name, e.g. name='Digital course in Attica'.")
        tried = (self.programmes,) if isinstance(self.programmes, str) else tuple(self.programmes)
        said = f"trial {self.name!r}:"
        if (
            not tried
            or not all(isinstance(p, str) and p.strip() for p in tried)
            or len(set(tried)) < len(tried)
        ):
            raise ParameterError(
                f"{said} name the programmes it tries, each once, e.g. programmes=('Training',)."
            )
        object.__setattr__(self, "programmes", tried)
        if self.per_arm or not (self.design or self.error_sd):
            whole_number(f"{said} per_arm", self.per_arm, 2, 10_000_000)
        if self.error_sd is not None:
            real_number(f"{said} error_sd", self.error_sd, 0, 1e9, open_low=True)
        if self.design is not None:
            _check_design(said, self.design, len(tried), self.error_sd)
        real_number(f"{said} cost", self.cost, 0, 1e12)
        for what in ("cost_per_person", "paid_anyway"):
            _check_each(f"{said} {what}", getattr(self, what), tried)
        real_number(f"{said} delay_years", self.delay_years, 0, 30)
        whole_number(f"{said} years", self.years, 1, 50)

    @property
    def size(self) -> int:
        """People in an arm (the largest with a programme), as proposed; 0 where only its error is known."""
        if self.per_arm:
            return self.per_arm
        design = self.design
        return round(max(list(design.arms.values())[1:]) * design.total) if design is not None else 0

    def cost_at(self, times: float = 1.0) -> float:
        """Euro at a multiple of its size.

        Parameters
        ----------
        times : float
        """
        return self.cost + sum(self._places(p, times * people) for p, people in self.people().items())

    def cost_beside(self, other: ProposedTrial) -> float:
        """Euro of both: places that are paid for in any case can be used once."""
        mine, theirs = self.people(), other.people()
        total = self.cost_at() + other.cost_at()
        for p in mine.keys() & theirs.keys():
            apart = self._places(p, mine[p]) + other._places(p, theirs[p])
            total += max(self._places(p, mine[p] + theirs[p]) - apart, 0.0)
        return total

    def people(self) -> dict[str, float]:
        """People tried on each programme, as proposed."""
        if self.per_arm or self.design is None:
            return dict.fromkeys(self.programmes, float(self.per_arm))
        shares = list(self.design.arms.values())[1:]
        return {p: s * self.design.total for p, s in zip(self.programmes, shares, strict=True)}

    def _places(self, programme: str, people: float) -> float:
        return max(people - _of(self.paid_anyway, programme), 0.0) * _of(self.cost_per_person, programme)

    def counted_years(self, discount: float) -> float:
        """Discounted number of yearly decisions that it comes in time for."""
        return sum((1.0 + discount) ** -(self.delay_years + t) for t in range(1, self.years + 1))


def _of(given: float | Mapping[str, float], programme: str) -> float:
    return float(given.get(programme, 0.0) if isinstance(given, Mapping) else given)


def _check_design(said: str, design: Any, tried: int, error_sd: float | None) -> None:
    if not isinstance(design, TrialDesign):
        raise ParameterError(f"{said} design is a {type(design).__name__}; make it with TrialDesign(…).")
    if len(design.programmes) != tried:
        raise ParameterError(
            f"{said} its design has {len(design.programmes)} arms beside the comparison and it tries {tried} programmes; name one "
            "programme an arm."
        )
    if error_sd is None and design.kind in _NEED_ERROR:
        raise ParameterError(
            f"{said} how precise a {design.kind.replace('_', ' ')} is follows from more than its numbers; give error_sd, e.g. "
            "power(design, outcome).smallest_effect / 2.8."
        )
    if error_sd is None and design.total < 4:
        raise ParameterError(
            f"{said} its design says nothing of how many people take part; give people, or groups and size."
        )


def _check_each(name: str, given: Any, tried: tuple[str, ...]) -> None:
    if not isinstance(given, Mapping):
        real_number(name, given, 0, 1e12)
        return
    if odd := [p for p in given if p not in tried]:
        raise ParameterError(f"{name} names {odd[0]!r}, which it does not try; it tries {', '.join(tried)}.")
    if not all(is_number(v) and v >= 0 for v in given.values()):
        raise ParameterError(f"{name} must be numbers of 0 or more.")
