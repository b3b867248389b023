"""What a policy does with people: the chance of each arm, and whom it leaves to the caseworker."""

from __future__ import annotations

from typing import Any

import numpy as np

from almpo_kit.recommendation.caseloads.caseload import Caseload
from almpo_kit.recommendation.policies.policy import ABSTAINS, Policy
from almpo_kit.vocabulary.errors import DesignError

Array = np.ndarray[Any, np.dtype[Any]]


def chances(policy: Policy, people: Caseload) -> tuple[Array, Array]:
    """Chance that a policy offers each arm to each person, and for whom it says nothing.

    Parameters
    ----------
    policy : Policy
        Its arms may stand in another order than those of the caseload.
    people : Caseload

    Returns
    -------
    offered : Array, shape (n, k)
        In the caseload's order of arms; rows sum to 1, and are 0 where the policy says nothing.
    abstains : Array of bool, shape (n,)

    Raises
    ------
    DesignError
        Arms or features that the caseload does not have, or a rule whose answer is no arm and no chances.
    """
    if unknown := [a for a in policy.arms if a not in people.arms]:
        raise DesignError(
            f"the policy {policy.name!r} offers {', '.join(unknown)}, which is not on the menu ({', '.join(people.arms)}); "
            "learn it again from this caseload, or rename the programme."
        )
    if missing := [f for f in policy.names if f not in people.features]:
        raise DesignError(
            f"the policy {policy.name!r} asks for {', '.join(missing)}; the caseload has no such feature. It has "
            f"{', '.join(people.names[:8])}{' …' if len(people.names) > 8 else ''}."
        )
    x = people.features[list(policy.names)].to_numpy()
    answer = np.asarray(policy.rule(x))
    own = _spread(answer, len(policy.arms), policy.name, len(people))
    out = np.zeros((len(people), len(people.arms)))
    out[:, [people.arms.index(a) for a in policy.arms]] = own
    return out, own.sum(axis=1) == 0


def _spread(answer: Array, k: int, name: str, n: int) -> Array:
    """Positions or chances as chances."""
    wrong = DesignError(
        f"the rule of {name!r} gave an answer of shape {answer.shape}; for {n} people and {k} arms it must give one position "
        f"from 0 to {k - 1} each ({ABSTAINS} where it says nothing), or chances that sum to 1."
    )
    if answer.shape == (n,):
        at = answer.astype(np.int64)
        if (at != answer).any() or at.min(initial=0) < ABSTAINS or at.max(initial=0) >= k:
            raise wrong
        return np.where(at[:, None] == np.arange(k), 1.0, 0.0)
    if answer.shape != (n, k) or not np.isfinite(answer).all() or (answer < -1e-9).any():
        raise wrong
    total = answer.sum(axis=1)
    if not (np.isclose(total, 1, atol=1e-6) | (total == 0)).all():
        raise wrong
    return np.clip(answer, 0.0, None) / np.where(total == 0, 1.0, total)[:, None]
