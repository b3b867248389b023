"""A mix's choice with the programmes taken in that trials are proposed of, shut until they are tried where little is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.recommendation import Portfolio
from almpo_kit.recommendation.portfolios.building import build
from almpo_kit.recommendation.portfolios.candidates import OUTCOMES
from almpo_kit.recommendation.portfolios.knapsack import Room
from almpo_kit.recommendation.portfolios.problem import Objective, Problem
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.plain_values import real_number


@dataclass(frozen=True, eq=False)
class TrialProblem:
    """The choice, programmes that can be funded only after a trial, of which effects are assumed, and what cannot be valued.

    Parameters
    ----------
    problem : Problem
    shut, invented : tuple of str
    reasons : mapping of str to str
        Programme -> why a trial of it cannot be valued.
    funded : bool
        Whether the mix funds anything today.
    """

    problem: Problem
    shut: tuple[str, ...]
    invented: tuple[str, ...]
    reasons: Mapping[str, str]
    funded: bool

    def room(self, tried: tuple[str, ...]) -> Room:
        """What a mix must stay within when these have been tried."""
        room, names = self.problem.room, self.problem.names
        still = [n in self.shut and n not in tried for n in names]
        cap = np.where(np.array(still)[self.problem.owner], 0.0, room.cap)
        return Room(np.minimum(room.low, cap), cap, room.places, room.budget, room.people)

    def at_price(self, price: float) -> TrialProblem:
        """The same where one more is worth ``price``: where nothing is funded, money not spent buys that many."""
        objective = self.problem.objective
        if self.funded:
            return self
        return replace(self, problem=replace(self.problem, objective=replace(objective, unspent=1.0 / price)))

    def assumed(self, prior_sd: Any) -> dict[str, str]:
        """Name of a check -> what the values rest on that nobody measured."""
        found = {}
        if self.invented:
            spread = prior_sd if not isinstance(prior_sd, Mapping) else max(prior_sd.values())
            found["assumed effects"] = (
                f"Of {', '.join(self.invented)} nothing is taken as known: effects are assumed to lie about zero, two thirds of them "
                f"within {spread:g}. That is an assumption of yours, no evidence."
            )
        if thin := [n for n in self.shut if n not in self.invented]:
            found["thin numbers"] = (
                f"Valued on a number too thin to advise on: {', '.join(thin)}. What a trial would open is counted as if that number "
                "were the best guess."
            )
        return found


def trial_problem(mix: Portfolio, asked: tuple[str, ...], prior_sd: Any, price: float) -> TrialProblem:
    """Take in what trials are proposed of.

    Raises
    ------
    ParameterError
        A programme that the mix does not know, or no ``prior_sd`` where it is needed.
    DesignError
        None of the programmes can be valued.
    """
    names = [str(n) for n in mix.candidates["programme"]]
    if unknown := [p for p in asked if p not in names]:
        raise ParameterError(
            f"a trial tries {unknown[0]!r}, which is no programme of the mix; there are {', '.join(names)}."
        )
    if mix.problem is None and prior_sd is None:
        raise ParameterError(
            "no programme can be funded in this mix; say how far effects may lie from zero, e.g. prior_sd=5 (points)."
        )
    spread = _spreads(prior_sd, names)
    held = set(mix.problem.names) if mix.problem is not None else set()
    rows = mix.candidates.set_index("programme", drop=False)
    reasons: dict[str, str] = {}
    opened: list[str] = []
    invented: list[str] = []
    for name in asked:
        if name in held:
            continue
        fresh = mix.problem is None or not _known(rows.loc[name], mix.base)
        reason = _cannot(rows.loc[name], fresh, spread.get(name)) or _refused(mix, name, spread, fresh)
        if reason:
            reasons[name] = reason
            continue
        opened.append(name)
        invented += [name] if fresh else []
    table = _table(mix, opened, invented, spread)
    problem, _ = build(table, mix.base, _setting(mix))
    if problem is None:
        raise DesignError(
            "no trial can be valued: " + "; ".join(f"{n}: {r}" for n, r in reasons.items()) + "."
        )
    shut = tuple(opened) if mix.problem is not None else ()
    funded = mix.problem is not None
    if mix.problem is not None:
        problem = replace(problem, objective=_as_weighed(mix.problem, problem))
    return TrialProblem(problem, shut, tuple(invented), reasons, funded).at_price(price)


def _spreads(given: Any, names: list[str]) -> dict[str, float]:
    if given is None:
        return {}
    found = dict(given) if isinstance(given, Mapping) else dict.fromkeys(names, given)
    if unknown := [n for n in found if n not in names]:
        raise ParameterError(
            f"prior_sd names {unknown[0]!r}, which is no programme of the mix; there are {', '.join(names)}."
        )
    for name, spread in found.items():
        real_number(f"prior_sd of {name}", spread, 0.01, 100)
    return found


def _known(row: Any, base: str) -> bool:
    return bool(np.isfinite(row[base]) and np.isfinite(row[f"{base}_se"]))


def _cannot(row: Any, fresh: bool, spread: float | None) -> str:
    if not row["unit_cost_eur"] > 0:
        return "nobody gave its cost for a participant"
    if not row["capacity"] > 0:
        return "it has no places"
    if fresh and spread is None:
        return "nothing is known of its effect, and nobody said how far it may lie from zero"
    return ""


def _refused(mix: Portfolio, name: str, spread: Mapping[str, float], fresh: bool) -> str:
    try:
        build(_table(mix, [name], [name] if fresh else [], spread), mix.base, _setting(mix))
    except ParameterError:
        return "no displacement was given for it"
    except DesignError:
        return "the mix has no room for it under these limits"
    return ""


def _table(
    mix: Portfolio, opened: list[str], invented: list[str], spread: Mapping[str, float]
) -> pd.DataFrame:
    """Candidates with some taken in; where nothing can be funded the others stay out."""
    table = mix.candidates.copy()
    new, fresh = table["programme"].isin(opened), table["programme"].isin(invented)
    table["excluded"] = table["excluded"].where(~new, "")
    for outcome, scale in OUTCOMES.items():
        base = outcome == mix.base
        # The other outcome of what is invented stays at nothing: a NaN would take it from the whole mix.
        table.loc[fresh, outcome] = 0.0
        table.loc[fresh, f"{outcome}_se"] = [
            spread[str(n)] * scale if base else 0.0 for n in table.loc[fresh, "programme"]
        ]
    return table


def _setting(mix: Portfolio) -> Any:
    if mix.problem is not None:
        return mix.setting
    # As first_trial() has it: one outcome, and no places that must be had.
    return replace(mix.setting, preferences={"jobs" if mix.base == "job" else "months": 1.0}, at_least={})


def _as_weighed(old: Problem, new: Problem) -> Objective:
    """The mix's own weights: taking a programme in must not change what the others are worth."""
    on_effect = new.objective.on_effect.copy()
    for j, name in enumerate(new.names):
        if name in old.names:
            on_effect[j] = old.objective.on_effect[old.names.index(name)]
    return replace(old.objective, on_effect=on_effect, below=new.objective.below)
