"""One simulated trial: groups and people, the draw, what would have been and what the offer adds, who is lost."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from almpo_kit.experiments.declaring.kernels.draws_of_arms import complete, group_sizes, within
from almpo_kit.experiments.declaring.kernels.outcomes_drawn import chances, continuous, durations
from almpo_kit.experiments.estimating.trial_data import TrialData

if TYPE_CHECKING:
    from almpo_kit.experiments.declaring.declaration import Declaration

Array = np.ndarray[Any, np.dtype[Any]]
#: Where covariates of people, and of groups, are known to the estimator, as :func:`almpo_kit.experiments.power` takes it.
_OF_PEOPLE = ("individual", "blocked", "cluster", "matched_pair", "stepped_wedge")
_OF_GROUPS = ("cluster",)


class _Drawn(NamedTuple):
    """Who is there and what was drawn; ``level`` and ``hinted`` are standard normal, shape (n,)."""

    arm: Array
    level: Array
    hinted: Array | None
    unit: Array
    known: dict[str, Array]


class _Shares(NamedTuple):
    """Variance between groups, and the share of that within them that goes with a covariate."""

    between: float
    explained: float


def world_of(declared: Declaration, rng: np.random.Generator) -> TrialData:
    """One simulated trial.

    Parameters
    ----------
    declared : Declaration
    rng : Generator
    """
    drawn = _LAYOUTS[declared.design.kind](declared, rng)
    shares = variance_shares(declared)
    covariate = rng.standard_normal(len(drawn.arm))
    gain = _gains(declared, drawn, rng)
    y, event, seen = _outcomes(declared, drawn, shares, covariate, gain, rng)
    if declared.losses.attrition > 0:
        y = np.where(rng.random(len(y)) < declared.losses.attrition, np.nan, y)
    kind = declared.design.kind
    known = ((seen, kind in _OF_PEOPLE), (drawn.hinted, kind in _OF_GROUPS))
    columns = [column for column, used in known if used and column is not None]
    return TrialData(
        y=y,
        arm=drawn.arm,
        arms=tuple(declared.design.arms),
        event=event,
        covariates=np.column_stack(columns) if columns else None,
        **drawn.known,
    )


def variance_shares(declared: Declaration) -> _Shares:
    """How the variance is made up, as closed forms take it: icc between groups, the rest within."""
    outcome, kind = declared.outcome, declared.design.kind
    if declared.design.of_clusters:
        return _Shares(outcome.icc, outcome.explained)
    # People drawn one by one: what lies between groups is part of their variance; blocks take away what they explain of it.
    apart = outcome.icc * outcome.explained_between
    inside = (1 - outcome.icc) * outcome.explained
    if kind == "blocked":
        return _Shares(apart, inside / (1 - apart))
    return _Shares(0.0, inside + apart)


def _people(declared: Declaration, rng: np.random.Generator) -> _Drawn:
    n = declared.design.people
    arm = complete(n, np.array(list(declared.design.arms.values())), rng)
    return _Drawn(arm, np.zeros(n), None, np.arange(n), {})


def _blocks(declared: Declaration, rng: np.random.Generator) -> _Drawn:
    n, blocks = declared.design.people, declared.blocks_made
    block = np.arange(n) * blocks // n
    arm = within(block, np.array(list(declared.design.arms.values())), rng)
    return _Drawn(arm, rng.standard_normal(blocks)[block], None, np.arange(n), {"block": block})


def _groups(declared: Declaration, rng: np.random.Generator) -> _Drawn:
    design = declared.design
    group, hint, level = _filled(declared, design.clusters, rng)
    arm = complete(design.clusters, np.array(list(design.arms.values())), rng)[group]
    return _Drawn(arm, level[group], hint, group, {"cluster": group})


def _pairs(declared: Declaration, rng: np.random.Generator) -> _Drawn:
    design = declared.design
    pair_of = np.arange(design.clusters) // 2
    alike = math.sqrt(declared.outcome.explained_between)
    shared = rng.standard_normal(design.clusters // 2)[pair_of]
    level = alike * shared + math.sqrt(1 - alike**2) * rng.standard_normal(design.clusters)
    first = rng.integers(0, 2, design.clusters // 2)[pair_of]
    arm = (np.arange(design.clusters) % 2) ^ first
    sizes = group_sizes(design.clusters, design.cluster_size, design.size_variation, rng)
    group = np.repeat(np.arange(design.clusters), sizes)
    return _Drawn(arm[group], level[group], None, group, {"cluster": group, "pair": pair_of[group]})


def _wedge(declared: Declaration, rng: np.random.Generator) -> _Drawn:
    design, tied = declared.design, declared.outcome.autocorrelation
    groups, periods = design.clusters, design.steps + 1
    begins = rng.permutation(np.arange(groups) % design.steps) + 1
    sizes = group_sizes(groups, design.cluster_size, design.size_variation, rng)
    group = np.repeat(np.arange(groups), sizes * periods)
    period = np.concatenate([np.repeat(np.arange(periods), s) for s in sizes])
    own, moves = rng.standard_normal(groups), rng.standard_normal((groups, periods))
    level = math.sqrt(tied) * own[group] + math.sqrt(1 - tied) * moves[group, period]
    arm = (period >= begins[group]).astype(int)
    return _Drawn(arm, level, None, group, {"cluster": group, "period": period, "step": begins[group]})


def _places(declared: Declaration, rng: np.random.Generator) -> _Drawn:
    design = declared.design
    shares = np.array(list(design.saturations))
    group, hint, level = _filled(declared, design.clusters, rng)
    of_place = shares[complete(design.clusters, np.array(list(design.saturations.values())), rng)]
    arm = within(group, np.column_stack([1 - of_place, of_place]), rng)
    return _Drawn(arm, level[group], hint, group, {"cluster": group, "saturation": of_place[group]})


def _filled(
    declared: Declaration, groups: int, rng: np.random.Generator
) -> tuple[Array, Array | None, Array]:
    design, hinted = declared.design, declared.outcome.explained_between
    sizes = group_sizes(groups, design.cluster_size, design.size_variation, rng)
    group = np.repeat(np.arange(groups), sizes)
    known, unknown = rng.standard_normal(groups), rng.standard_normal(groups)
    level = math.sqrt(hinted) * known + math.sqrt(1 - hinted) * unknown
    return group, (known[group] if hinted > 0 and declared.outcome.kind != "duration" else None), level


_LAYOUTS = {
    "individual": _people,
    "blocked": _blocks,
    "cluster": _groups,
    "matched_pair": _pairs,
    "stepped_wedge": _wedge,
    "saturation": _places,
}


def _gains(declared: Declaration, drawn: _Drawn, rng: np.random.Generator) -> Array:
    """What the offer adds for each person, in the outcome's own scale (of a duration: to the log hazard)."""
    duration = declared.outcome.kind == "duration"
    effects = [math.log(e) if duration else e for e in declared.effects.values()]
    gain = np.array([0.0, *effects])[drawn.arm]
    if declared.outcome.kind == "continuous" and declared.losses.moved < 1:
        # Those whom the offer moves have the whole effect; beside binary outcomes this changes the spread.
        gain = gain * (rng.random(len(gain)) < declared.losses.moved) / declared.losses.moved
    if declared.effect_spread > 0:
        gain = gain + np.where(drawn.arm > 0, declared.effect_spread * _spread(declared, drawn, rng), 0.0)
    if declared.spillover and "saturation" in drawn.known:
        gain = gain + np.where(drawn.arm == 0, declared.spillover * drawn.known["saturation"], 0.0)
    return gain


def _spread(declared: Declaration, drawn: _Drawn, rng: np.random.Generator) -> Array:
    units = int(drawn.unit[-1]) + 1
    score = rng.standard_normal(units)
    if declared.population_size:
        # Effects of a part of a finite population whose own mean is the declared effect: the mean of the part varies less.
        taken = min(declared.design.total / declared.population_size, 1.0)
        score = score - score.mean() * (1 - math.sqrt(1 - taken))
    return np.asarray(score[drawn.unit])


def _outcomes(
    declared: Declaration,
    drawn: _Drawn,
    shares: _Shares,
    covariate: Array,
    gain: Array,
    rng: np.random.Generator,
) -> tuple[Array, Array | None, Array | None]:
    """Outcomes, whether durations ended, and the covariate where it goes with the outcome."""
    outcome = declared.outcome
    if outcome.kind == "continuous":
        y = continuous(drawn.level, covariate, gain / outcome.sd, shares.between, shares.explained, rng)
        return outcome.baseline + outcome.sd * y, None, covariate if shares.explained > 0 else None
    if outcome.kind == "duration":
        ends = 1 - 0.5 ** (outcome.months / outcome.baseline)
        sd = math.sqrt(shares.between / ends)
        hazard = math.log(math.log(2) / outcome.baseline) + sd * drawn.level - sd**2 / 2 + gain
        time, ended = durations(hazard, outcome.months, rng)
        return time, ended, None
    mean = np.clip(outcome.baseline + gain, 0, 1)
    group = chances(mean, drawn.level, shares.between)
    own = chances(group, covariate, shares.explained)
    y = (rng.random(len(own)) < own).astype(float)
    # The covariate is what it would tell without a programme, beside the group's level, which it does not know.
    seen = None
    if shares.explained > 0:
        seen = chances(np.full(len(own), outcome.baseline), covariate, shares.explained)
    return y, None, seen
