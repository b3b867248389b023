"""Which sequences are looked at, and why others are not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import permutations
from typing import Any

import numpy as np

from almpo_kit.recommendation.caseloads.menu import Menu
from almpo_kit.recommendation.sequences.effect_paths import EffectPaths
from almpo_kit.vocabulary.errors import ParameterError

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Sequenced:
    """Programmes one after the other.

    Parameters
    ----------
    programmes : tuple of str
    starts, ends : tuple of int
        Months from the start of the first step; a step ends where its months are over.
    cost : float
        Euro of all steps for a person who takes all of them; NaN where a cost is not known.
    """

    programmes: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    cost: float

    @property
    def name(self) -> str:
        """``job-search services → training``."""
        return " → ".join(self.programmes)


@dataclass(frozen=True)
class SequenceLimits:
    """What a sequence may ask for.

    Parameters
    ----------
    most_steps : int
    gap : int
        Months between the end of a step and the start of the next, at least.
    most_months : float or None
        From the start of the first step to the end of the last.
    most_cost : float or None
        Euro for a person who takes all steps.
    barred : mapping of str to str
        Programme -> why this person or group may not take it.
    requires : mapping of str to str
        Programme -> the one that must come before it.
    """

    most_steps: int = 3
    gap: int = 1
    most_months: float | None = None
    most_cost: float | None = None
    barred: Mapping[str, str] = field(default_factory=dict)
    requires: Mapping[str, str] = field(default_factory=dict)

    def as_options(self) -> dict[str, Any]:
        """The limits by name, for the record of a Finding."""
        return asdict(self)

    def check(self, menu: Menu) -> None:
        """Refuse what are no limits.

        Raises
        ------
        ParameterError, FrameError
        """
        if self.most_steps not in (1, 2, 3, 4):
            raise ParameterError(f"most_steps={self.most_steps!r}: give 1, 2, 3 or 4, e.g. most_steps=3.")
        if isinstance(self.gap, bool) or self.gap != int(self.gap) or not 0 <= self.gap <= 60:
            raise ParameterError(f"gap={self.gap!r}: give whole months from 0 to 60, e.g. gap=1.")
        for name in ("most_months", "most_cost"):
            value = getattr(self, name)
            if value is not None and not 0 <= value < np.inf:
                raise ParameterError(f"{name}={value!r}: give a number of 0 or more, or None for no limit.")
        for programme in (*self.barred, *self.requires, *self.requires.values()):
            menu.position(programme)


def candidates(
    menu: Menu,
    known: EffectPaths,
    wanted: Sequence[Sequence[str]] | None,
    limits: SequenceLimits,
    horizon: int,
) -> tuple[list[Sequenced], list[tuple[str, str]]]:
    """Sequences that can be looked at, and (name, reason) of those that cannot.

    Parameters
    ----------
    wanted : sequence of sequences of str or None
        None for all orders of up to ``limits.most_steps`` programmes.
    """
    for steps in wanted or ():
        _named(steps, menu)
    usable = [p for p in menu.names[1:] if p in known.drawn]
    left_out: list[tuple[str, str]] = []
    if wanted is None:
        left_out += [(p, why) for p, why in known.refused.items()]
        left_out += [(p, why) for p, why in limits.barred.items() if p in usable]
        free = [p for p in usable if p not in limits.barred]
        orders = [s for n in range(1, limits.most_steps + 1) for s in permutations(free, n)]
    else:
        orders = list(dict.fromkeys(tuple(steps) for steps in wanted))
    kept = []
    for order in orders:
        why = _not_known(order, known, limits)
        made = None if why else _placed(order, menu, limits.gap)
        why = why or (_outside(made, known, limits, horizon) if made else "")
        if made and not why:
            kept.append(made)
        else:
            left_out.append((" → ".join(order), why))
    return kept, left_out


def _named(steps: Sequence[str], menu: Menu) -> None:
    if isinstance(steps, str) or not len(steps):
        raise ParameterError(
            f"sequences={steps!r}: give lists of programmes, e.g. [['{menu.names[1]}'], ['{menu.names[-1]}', "
            f"'{menu.names[1]}']]."
        )
    for step in steps:
        if menu.position(step) == 0:
            raise ParameterError(
                f"{step!r} offers nothing and is no step; every sequence is told against it."
            )
    if len(set(steps)) < len(steps):
        raise ParameterError(
            f"{' → '.join(steps)} has a programme twice; nobody knows what a second time adds."
        )


def _not_known(order: tuple[str, ...], known: EffectPaths, limits: SequenceLimits) -> str:
    for programme in order:
        if programme in known.refused:
            return f"{programme}: {known.refused[programme]}"
        if programme in limits.barred:
            return f"{programme}: {limits.barred[programme]}"
    return ""


def _placed(order: tuple[str, ...], menu: Menu, gap: int) -> Sequenced:
    starts, ends, at, cost = [], [], 0, 0.0
    for programme in order:
        k = menu.position(programme)
        starts.append(at)
        ends.append(at + int(np.ceil(menu.duration[k])))
        at = ends[-1] + int(gap)
        cost += float(menu.unit_cost[k])
    return Sequenced(order, tuple(starts), tuple(ends), cost)


def _outside(made: Sequenced, known: EffectPaths, limits: SequenceLimits, horizon: int) -> str:
    for programme, before in limits.requires.items():
        order = made.programmes
        if programme in order and before not in order[: order.index(programme)]:
            return f"{programme} asks for {before} before it"
    if limits.most_months is not None and made.ends[-1] > limits.most_months:
        return f"takes {made.ends[-1]} months, above the limit of {limits.most_months:g}"
    if limits.most_cost is not None and not made.cost <= limits.most_cost:
        if np.isnan(made.cost):
            return "what it costs is not known, and there is a limit on cost"
        return f"costs {made.cost:,.0f} euro where all steps are taken, above the limit of {limits.most_cost:,.0f}".replace(
            ",", "\u202f"
        )
    if made.ends[-1] >= horizon:
        return f"ends in month {made.ends[-1]}; what comes after lies beyond month {horizon}, to which effects are known"
    for programme, start in zip(made.programmes, made.starts, strict=True):
        if start + known.last(programme) < horizon:
            return (
                f"effects of {programme} are known to month {known.last(programme)} after its entry only; choose a "
                f"horizon of {start + known.last(programme)} months or fewer"
            )
    return ""
