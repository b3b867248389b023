"""What a rule offers each person: from a policy, a learner (out of fold), or finished offers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from almpo_kit.recommendation.caseloads.caseload import Caseload
from almpo_kit.recommendation.policies.policy import ABSTAINS, Policy
from almpo_kit.vocabulary.errors import DesignError, ParameterError

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, eq=False, repr=False)
class Offers:
    """Simulated deployment.

    Parameters
    ----------
    chance : Array, shape (n, k)
        Of each arm; for undecided people what they got in fact.
    undecided : Array of bool, shape (n,)
        The rule says nothing: the caseworker decides, as today.
    name : str
    reuse : {"out of fold", "given", "elsewhere"}
        Whether the rule has seen the people that it is judged on.
    """

    chance: Array
    undecided: Array
    name: str
    reuse: str


def simulated(
    people: Caseload,
    policy: Any,
    fold: Array,
    *,
    made_elsewhere: bool,
    seed: int,
    progress: Callable[[int, int], None] | None,
) -> Offers:
    """Deploy a rule on the caseload.

    Raises
    ------
    DesignError
        It offers arms that there are not, or reads features that nobody has.
    ParameterError
        It is no rule.
    """
    if isinstance(policy, Policy):
        raw, name, reuse = _applied(people, policy), policy.name, "given"
    elif callable(getattr(policy, "learn", None)):
        raw, name, reuse = _learned(people, policy, fold, seed, progress), str(policy.name), "out of fold"
    else:
        offered = getattr(policy, "offered", policy)
        name = str(getattr(policy, "name", "the offers given"))
        raw, reuse = _checked(np.asarray(offered), len(people), len(people.menu)), "given"
    if made_elsewhere and reuse == "given":
        reuse = "elsewhere"
    undecided = (raw < 0).any(axis=1)
    chance = np.where(undecided[:, None], as_received(people), raw)
    return Offers(chance, undecided, name, reuse)


def as_received(people: Caseload) -> Array:
    """What each person was in, as 0/1 columns, shape (n, k)."""
    return np.eye(len(people.menu))[people.received]


def _applied(people: Caseload, policy: Policy) -> Array:
    if tuple(policy.arms) != people.arms:
        raise DesignError(
            f"{policy.name} chooses among {', '.join(policy.arms)}; the caseload has {', '.join(people.arms)}. Learn it on "
            "people with the same menu."
        )
    if missing := [c for c in policy.names if c not in people.features]:
        raise DesignError(
            f"{policy.name} reads {', '.join(missing)}, which these people lack; add the feature(s) to the caseload."
        )
    columns = people.features[list(policy.names)].to_numpy(dtype=float)
    return _checked(np.asarray(policy.rule(columns)), len(people), len(people.menu))


def _learned(
    people: Caseload, learner: Any, fold: Array, seed: int, progress: Callable[[int, int], None] | None
) -> Array:
    found = np.empty(people.scores.shape)
    every = np.unique(fold)
    if len(every) < 2:
        raise DesignError(
            "a rule is learned on some clusters and judged on others, and there is only one; give the caseload more clusters."
        )
    for done, f in enumerate(every):
        out = fold == f
        learned = learner.learn(people.rows(~out), seed=seed)
        found[out] = _applied(people.rows(out), learned)
        if progress is not None:
            progress(done + 1, len(every))
    return found


def _checked(raw: Array, n: int, k: int) -> Array:
    """Offers as chances, rows of -1 where nothing is said."""
    if raw.dtype.kind not in "iufb":
        raise ParameterError(
            "a policy is a Policy, a learner with .learn(), an Allocation, or an array of offers: arm positions, shape (n,), "
            "or chances, shape (n, k)."
        )
    if raw.shape == (n,):
        if not np.isin(raw, np.arange(ABSTAINS, k)).all():
            raise DesignError(
                f"offers must be positions from 0 (no programme) to {k - 1}, or {ABSTAINS} for no word."
            )
        at = raw.astype(np.int64)
        return np.where(at[:, None] == ABSTAINS, -1.0, np.eye(k)[np.maximum(at, 0)])
    if raw.shape != (n, k):
        raise DesignError(
            f"offers have shape {raw.shape}; give one position for each of {n} people, or chances of shape ({n}, {k})."
        )
    if not (np.isfinite(raw).all() and (raw >= -1e-9).all() and np.allclose(raw.sum(axis=1), 1, atol=1e-6)):
        raise DesignError("the chances of offers must lie between 0 and 1 and sum to 1 for each person.")
    return np.clip(raw.astype(float), 0.0, 1.0)


def same_places_by_gain(gains: Array, chance: Array, weight: Array, undecided: Array) -> Array:
    """The same places of each programme, given to those of whom most gain is expected; none where no gain is.

    Parameters
    ----------
    gains : Array, shape (n, k - 1)
    chance : Array, shape (n, k)
        Offers of the audited rule; undecided people keep theirs.
    weight, undecided : Array, shape (n,)

    Returns
    -------
    Array, shape (n, k)
    """
    found = np.where(undecided[:, None], chance, 0.0)
    open_, left = ~undecided, (chance[~undecided] * weight[~undecided, None]).sum(axis=0)[1:]
    free = open_.copy()
    person, arm = np.unravel_index(np.argsort(-gains, axis=None, kind="stable"), gains.shape)
    kept = (gains[person, arm] > 0) & open_[person]
    for i, a in zip(person[kept].tolist(), arm[kept].tolist(), strict=True):
        if free[i] and left[a] >= 0.5 * weight[i]:
            found[i, a + 1], free[i] = 1.0, False
            left[a] -= weight[i]
    found[open_, 0] = 1.0 - found[open_, 1:].sum(axis=1)
    return found
