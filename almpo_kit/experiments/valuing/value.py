"""Which of the trials proposed would most improve the next decisions."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.experiments.valuing import telling
from almpo_kit.experiments.valuing.beliefs import Beliefs, beliefs
from almpo_kit.experiments.valuing.decision import Decision
from almpo_kit.experiments.valuing.proposed_trial import ProposedTrial
from almpo_kit.experiments.valuing.trial_values_result import TrialValues
from almpo_kit.experiments.valuing.worth_of_results import (
    Situation,
    Worth,
    euro_of_both,
    everything,
    of_results,
    situation,
)
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.plain_values import real_number, whole_number
from almpo_kit.vocabulary.provenance import DataVersion, Provenance

#: Trials of which pairs are looked at: the best ones by net value.
_IN_PAIRS = 6
_MOST_TRIALS = 100
_PAIR_COLUMNS = ["first", "second", "value_eur", "value_se", "net_eur", "adds_eur", "overlap_eur"]


def value(
    trials: Iterable[ProposedTrial],
    *,
    worth: Callable[..., Any] | Decision,
    means: Mapping[str, float] | None = None,
    covariance: Any = None,
    draws: pd.DataFrame | None = None,
    discount: float = 0.03,
    sizes: Sequence[float] = (0.25, 0.5, 1.0, 2.0, 4.0),
    states: int = 4000,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
    question: str = "Which of the trials proposed would most improve the next decisions?",
    rests_on: str = "beliefs about effects as given",
    data: Sequence[DataVersion] = (),
    synthetic: bool = False,
) -> TrialValues:
    """What the results of trials would be worth before the next decisions are made, beside what the trials cost.

    Parameters
    ----------
    trials : iterable of ProposedTrial
        1 to 100.
    worth : callable or Decision
        From effects, shape (states, programmes), to what each possible decision is worth a year, in euro, shape (states,
        decisions); or a :class:`Decision`, where more is to be said (a mix under a budget, another unit).
    means, covariance : mapping of str to float; array or DataFrame, shape (k, k)
        What is believed of the k effects, normal; where two hang together a trial of one tells about the other.
    draws : DataFrame, shape (states, k)
        Instead of both: draws of effects, of which mean and covariance are taken.
    discount : float
        A year.
    sizes : sequence of float
        Multiples of each trial's size that are looked at; a trial with ``error_sd`` alone has one.
    states : int
        Of the world, where more than one thing is learned at a time; 200 to 200,000.
    seed : int
    progress : callable, optional
        Called with (steps done, steps).
    question, rests_on : str
    data : sequence of DataVersion
    synthetic : bool
        Whether beliefs come from invented data.

    Returns
    -------
    TrialValues

    Raises
    ------
    ParameterError
    FrameError
        ``draws`` that are none.

    Notes
    -----
    A trial of normal effects moves their means to a normal place: where it lies on one line the value is computed at 2,001
    equally likely points, otherwise in simulated states, the same for the decision now and then, with their standard error.

    References
    ----------
    Raiffa and Schlaifer (1961) Applied Statistical Decision Theory, ch. 5. Claxton (1999) J. Health Econ. 18, 341-364. Ades, Lu
    and Claxton (2004) Med. Decis. Making 24, 207-227 (expected value of sample information).
    """
    proposed = _checked(trials, discount, sizes, states, seed)
    decision = worth if isinstance(worth, Decision) else Decision(worth)
    held = beliefs(means, covariance, draws)
    s = situation(held, decision, states, seed)
    steps = len(proposed) * (len(sizes) + 1) + math.comb(min(len(proposed), _IN_PAIRS), 2) + 3
    step = _Steps(steps, progress)
    every = step(everything(s))
    alone = [step(of_results(s, [t])) for t in proposed]
    by_size = _by_size(s, proposed, discount, sizes, step)
    table = _table(proposed, alone, every, by_size, decision.price, discount)
    pairs = _pairs(s, proposed, alone, table, discount, step)
    others = {times: step(_first(held.wider(times), proposed, s, discount)) for times in (0.5, 2.0)}
    first = str(table["trial"].iloc[0]) if bool(table["worth_running"].iloc[0]) else ""
    return TrialValues(
        question=question,
        sentence=telling.sentence(table, pairs, first, every, telling.without_price(proposed)),
        table=table,
        checks=telling.checks(table, first, others, proposed, held, every),
        provenance=Provenance(
            data=tuple(data),
            method="experiments.value",
            options={
                "trials": [t.name for t in proposed],
                "discount": discount,
                "sizes": [float(x) for x in sizes],
                "states": states,
                "value_of_one": decision.price,
            },
            seed=seed,
            synthetic=synthetic,
        ),
        figure="trial_values",
        rests_on=rests_on,
        everything=every.value,
        everything_se=every.se,
        sizes=by_size,
        together=pairs,
        first=first,
        unit=decision.unit,
        price=decision.price,
    )


class _Steps:
    """Tells how far it is; what it is called with it gives back."""

    def __init__(self, total: int, progress: Callable[[int, int], None] | None) -> None:
        self.done, self.total, self.progress = 0, total, progress

    def __call__(self, made: Any) -> Any:
        self.done += 1
        if self.progress is not None:
            self.progress(self.done, self.total)
        return made


def _checked(trials: Any, discount: Any, sizes: Any, states: Any, seed: Any) -> list[ProposedTrial]:
    proposed = [trials] if isinstance(trials, ProposedTrial) else list(trials)
    if not 1 <= len(proposed) <= _MOST_TRIALS or not all(isinstance(t, ProposedTrial) for t in proposed):
        raise ParameterError(f"value() takes 1 to {_MOST_TRIALS} trials, each made with ProposedTrial(…).")
    names = [t.name for t in proposed]
    if len(set(names)) < len(names):
        twice = next(n for n in names if names.count(n) > 1)
        raise ParameterError(f"two trials are called {twice!r}; give each a name of its own.")
    real_number("discount", discount, 0, 0.5)
    whole_number("states", states, 200, 200_000)
    whole_number("seed", seed, 0, 2**63 - 1)
    if not len(sizes) or len(set(sizes)) < len(sizes):
        raise ParameterError("sizes must be multiples of what is proposed, each once, e.g. (0.5, 1, 2).")
    for times in sizes:
        real_number("sizes", float(times), 0.001, 1000)
    return proposed


def _by_size(
    s: Situation, proposed: list[ProposedTrial], discount: float, sizes: Sequence[float], step: _Steps
) -> pd.DataFrame:
    rows = []
    for trial in proposed:
        # Of a trial of which only the error is known, what another size would cost is not.
        for times in sorted(float(x) for x in sizes) if trial.size else [1.0]:
            found = step(of_results(s, [trial], times))
            euro = found.value * trial.counted_years(discount) * s.decision.price
            cost = trial.cost_at(times)
            rows.append((trial.name, round(times * trial.size), times, euro, cost, euro - cost))
    return pd.DataFrame(rows, columns=["trial", "per_arm", "times", "value_eur", "cost_eur", "net_eur"])


def _table(
    proposed: list[ProposedTrial],
    alone: list[Worth],
    every: Worth,
    by_size: pd.DataFrame,
    price: float,
    discount: float,
) -> pd.DataFrame:
    rows = []
    for trial, found in zip(proposed, alone, strict=True):
        years, cost = trial.counted_years(discount) * price, trial.cost_at()
        best = by_size[by_size["trial"] == trial.name].nlargest(1, "net_eur").iloc[0]
        pays = bool(best["net_eur"] > 0)
        row: dict[str, Any] = {"trial": trial.name, "programmes": ", ".join(trial.programmes)}
        row |= {"per_arm": trial.size, "chance_of_change": found.change, "value_a_year": found.value}
        # What is simulated may come out above what it cannot exceed.
        row |= {"share_of_all": min(found.value / every.value, 1.0) if every.value > 0 else 0.0}
        row |= {"value_eur": found.value * years, "value_se": found.se * years, "cost_eur": cost}
        row |= {"net_eur": found.value * years - cost, "worth_running": bool(found.value * years > cost)}
        row |= {"best_per_arm": int(best["per_arm"]) if pays else 0}
        row |= {"best_net_eur": float(best["net_eur"]) if pays else 0.0, "note": ""}
        rows.append(row)
    table = pd.DataFrame(rows).sort_values("net_eur", ascending=False, kind="stable").reset_index(drop=True)
    table.insert(0, "rank", np.arange(1, len(table) + 1))
    return table


def _pairs(
    s: Situation,
    proposed: list[ProposedTrial],
    alone: list[Worth],
    table: pd.DataFrame,
    discount: float,
    step: _Steps,
) -> pd.DataFrame:
    held = {t.name: (t, w) for t, w in zip(proposed, alone, strict=True)}
    net, worth = (dict(zip(table["trial"], table[c], strict=True)) for c in ("net_eur", "value_eur"))
    rows = []
    for a, b in combinations(list(table["trial"])[:_IN_PAIRS], 2):
        (one, w_one), (other, w_other) = held[a], held[b]
        euro, se = step(euro_of_both(s, (one, other), (w_one, w_other), discount))
        gained = euro - one.cost_beside(other)
        rows.append((a, b, euro, se, gained, gained - max(net[a], net[b]), euro - worth[a] - worth[b]))
    pairs = pd.DataFrame(rows, columns=_PAIR_COLUMNS)
    return pairs.sort_values("net_eur", ascending=False, kind="stable").reset_index(drop=True)


def _first(held: Beliefs, proposed: list[ProposedTrial], s: Situation, discount: float) -> str:
    """Which trial would come first with other spreads; "" where none pays."""
    other = situation(held, s.decision, s.draws, s.seed)
    net = [
        of_results(other, [t]).value * t.counted_years(discount) * s.decision.price - t.cost_at()
        for t in proposed
    ]
    top = int(np.argmax(net))
    return proposed[top].name if net[top] > 0 else ""
