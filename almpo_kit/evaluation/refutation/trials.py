"""What is tried, in which order, for each way of assignment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evaluation.protocol.results import Estimate
from almpo_kit.evaluation.refutation import (
    before_entry,
    data_subset,
    dip,
    e_value,
    hidden_cause,
    leave_out,
    leave_units_out,
    placebo_arm,
    placebo_treatment,
    random_common_cause,
    second_opinion,
    simulated_cause,
    stricter_support,
)
from almpo_kit.evaluation.refutation.again import Again
from almpo_kit.evaluation.refutation.attempt import Attempt
from almpo_kit.evaluation.refutation.clock import OutOfTime
from almpo_kit.evaluation.refutation.dowhy_bridge import Attacked, attacked
from almpo_kit.evaluation.refutation.partial_r2 import Partial
from almpo_kit.evaluation.refutation.target import Target
from almpo_kit.vocabulary.errors import AlmpoError

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(eq=False, repr=False)
class Attack:
    """Everything that attempts need, and what they leave for the figure.

    Parameters
    ----------
    again : Again
        Estimates again, on the persons of :func:`smaller`.
    targets : tuple of Target
        The effects as they are there.
    whole : Estimate
        The estimate itself, for attempts that need no new one.
    whole_targets : tuple of Target
    benchmarks : tuple of str
        Covariates that a hidden cause is compared with; empty for all.
    seed : int
    """

    again: Again
    targets: tuple[Target, ...]
    whole: Estimate
    whole_targets: tuple[Target, ...]
    benchmarks: tuple[str, ...] = ()
    seed: int = 0
    robustness: list[dict[str, Any]] = field(default_factory=list)
    strengths: list[pd.DataFrame] = field(default_factory=list)
    curves: list[pd.DataFrame] = field(default_factory=list)
    left_out: pd.DataFrame = field(default_factory=pd.DataFrame)
    _partial: dict[Target, tuple[Partial, pd.DataFrame] | None] = field(default_factory=dict)
    _attacked: dict[Target, Attacked | None] = field(default_factory=dict)

    def partial(self, target: Target) -> tuple[Partial, pd.DataFrame] | None:
        """The regression behind robustness values, once a target."""
        if target not in self._partial:
            self._partial[target] = hidden_cause.strengths(self.whole.sample, target)
        return self._partial[target]

    def dowhy(self, target: Target) -> Attacked | None:
        """The target as DoWhy sees it, once a target."""
        if target not in self._attacked:
            self._attacked[target] = attacked(self.again, target)
        return self._attacked[target]

    def draw_seed(self, key: str, target: Target) -> int:
        """A seed of its own for every attempt and target, from the one seed."""
        place = list(ATTEMPTS).index(key)
        return int(np.random.SeedSequence([self.seed, place, target.c, target.h]).generate_state(1)[0])

    @property
    def propensity(self) -> Array | None:
        """Chances of each arm for the kept persons: of the overlap first, which has seen all persons."""
        estimate = self.again.estimate
        whole = estimate.overlap.propensity
        return estimate.fit.propensity if whole is None else whole[estimate.overlap.kept]


def _hidden_cause(attack: Attack) -> list[Attempt]:
    done = []
    for t in attack.whole_targets:
        found = attack.partial(t)
        if found is None:
            words = (
                "no robustness value: there are hardly more persons than covariates. It counts as not tried."
            )
            done.append(t.attempt(hidden_cause.KEY, "not tried", "informs", words))
            continue
        partial, rows = found
        attack.robustness.append(hidden_cause.summary(t, partial))
        attack.strengths.append(rows)
        attack.curves.append(hidden_cause.curves(t, partial))
        beside = rows[rows["covariate"].isin(attack.benchmarks)] if attack.benchmarks else rows
        done.append(hidden_cause.hidden_cause(t, partial, beside))
    return done


def _leave_out(attack: Attack) -> list[Attempt]:
    order = list(attack.again.estimate.sample.parts)
    found = attack.partial(attack.whole_targets[0])
    if found is not None:
        order = list(dict.fromkeys(found[1]["covariate"]))
    done, attack.left_out = leave_out.leave_out(attack.again, attack.targets, tuple(order))
    return done


def _placebo_arm(attack: Attack) -> list[Attempt]:
    def tried(target: Target) -> Attempt:
        seed = attack.draw_seed(placebo_arm.KEY, target)
        return placebo_arm.placebo_arm(attack.again, target, attack.propensity, seed)

    return _each(attack, tried)


def _each(attack: Attack, tried: Callable[[Target], Attempt]) -> list[Attempt]:
    """An attempt on every effect: the first outcome of every contrast first, each with its share of the time."""
    order = sorted(range(len(attack.targets)), key=lambda i: (attack.targets[i].h, i))
    done = {}
    for left, i in zip(range(len(order), 0, -1), order, strict=True):
        attack.again.clock.share(left)
        done[i] = tried(attack.targets[i])
    return [done[i] for i in range(len(order))]


def _by_dowhy(key: str, attempt: Callable[..., Attempt]) -> Callable[[Attack], list[Attempt]]:
    def tried(attack: Attack) -> list[Attempt]:
        return _each(attack, lambda t: _one_by_dowhy(attack, key, attempt, t))

    return tried


def _one_by_dowhy(attack: Attack, key: str, attempt: Callable[..., Attempt], target: Target) -> Attempt:
    why = "an arm is too small to tell about"
    try:
        attack.again.clock.check()
        seen = attack.dowhy(target)
    except OutOfTime:
        seen, why = None, "the time allowed was used up"
    except AlmpoError as error:
        seen, why = None, f"the persons of these two arms alone cannot be estimated on ({error})"
    if seen is None:
        words = f"not tried ({key.replace('_', ' ')}): {why}."
        return target.attempt(key, "not tried", "informs", words)
    if key != simulated_cause.KEY:
        return attempt(seen, target, attack.draw_seed(key, target))
    same = attack.targets.index(target)
    found = attack.partial(attack.whole_targets[same])
    strength = 0.0 if found is None else max(found[0].with_outcome.values(), default=0.0)
    return attempt(seen, target, attack.draw_seed(key, target), strength)


#: Attempt -> what carries it out on every target: first those without which nobody is called credible, last those made
#: by DoWhy, which takes seconds to load.
ATTEMPTS: dict[str, Callable[[Attack], list[Attempt]]] = {
    hidden_cause.KEY: _hidden_cause,
    e_value.KEY: lambda a: [e_value.e_value_of_target(t) for t in a.whole_targets],
    dip.KEY: lambda a: dip.dip(a.whole, a.whole_targets),
    before_entry.KEY: lambda a: before_entry.before_entry(a.again, a.targets),
    second_opinion.KEY: lambda a: second_opinion.second_opinion(a.again, a.targets),
    leave_out.KEY: _leave_out,
    leave_units_out.KEY: lambda a: leave_units_out.leave_units_out(a.again, a.targets),
    placebo_arm.KEY: _placebo_arm,
    stricter_support.KEY: lambda a: stricter_support.stricter_support(a.again, a.targets, a.propensity),
    placebo_treatment.KEY: _by_dowhy(placebo_treatment.KEY, placebo_treatment.placebo_treatment),
    data_subset.KEY: _by_dowhy(data_subset.KEY, data_subset.data_subset),
    random_common_cause.KEY: _by_dowhy(random_common_cause.KEY, random_common_cause.random_common_cause),
    simulated_cause.KEY: _by_dowhy(simulated_cause.KEY, simulated_cause.simulated_cause),
}
#: Attempts that DoWhy makes; loading it takes seconds.
BY_DOWHY = (placebo_treatment.KEY, data_subset.KEY, random_common_cause.KEY, simulated_cause.KEY)
#: Attempts that ask whether another conclusion would be drawn: without one there is nothing to lose.
BY_CONCLUSION = (second_opinion.KEY, leave_out.KEY, stricter_support.KEY)

#: Way of assignment -> attempts that mean something for it, the cheapest and most telling first.
PLANS: dict[str, tuple[str, ...]] = {
    "matching": tuple(a for a in ATTEMPTS if a != leave_units_out.KEY),
    "rct": (
        *(dip.KEY, before_entry.KEY, second_opinion.KEY, leave_out.KEY),
        *(placebo_treatment.KEY, data_subset.KEY, random_common_cause.KEY),
    ),
    "iv": (before_entry.KEY, leave_out.KEY, data_subset.KEY),
    "rd": (before_entry.KEY, data_subset.KEY),
    # Whether the groups moved alike before is asked by the overlap of these two.
    "did": (second_opinion.KEY, leave_units_out.KEY),
    "synthetic_control": (second_opinion.KEY, leave_units_out.KEY),
    "timing_of_events": (data_subset.KEY,),
}
