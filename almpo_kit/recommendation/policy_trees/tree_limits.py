"""Limits on what a tree may use, and what it uses."""

from __future__ import annotations

import numpy as np
import pandas as pd

from almpo_kit.recommendation.caseloads.caseload import Array, Caseload
from almpo_kit.recommendation.policies.limits import Limits
from almpo_kit.recommendation.policy_trees.judging import Judged
from almpo_kit.recommendation.policy_trees.tree_use import Use
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number


def use_of(people: Caseload, limits: Limits) -> Use:
    """The limits as what each arm uses of how much, for all of some people together."""
    caps, k, all_of = limits.caps(people.menu), len(people.menu), float(people.weight.sum())
    each = [np.eye(k)[a] for a in range(k) if np.isfinite(caps[a])]
    most = [caps[a] * all_of for a in range(k) if np.isfinite(caps[a])]
    if (whole := limits.whole(people.menu)) is not None:
        each.append(np.asarray(whole[0], dtype=float))
        most.append(whole[1] * all_of)
    return Use(np.array(each).reshape(len(most), k), np.array(most))


def reach(people: Caseload, limits: Limits) -> Array:
    """Share of people to whom each arm alone could be offered, shape (k,)."""
    use, all_of = use_of(people, limits), float(people.weight.sum())
    out = np.ones(len(people.menu))
    for each, most in zip(use.each, use.most, strict=True):
        spent = each > 0
        out[spent] = np.minimum(out[spent], most / (each[spent] * all_of))
    return out


def limit_table(people: Caseload, judged: Judged, limits: Limits) -> pd.DataFrame:
    """One row a limit: ``limit, allowed, used`` per person of the caseload."""
    names = [f"share offered {n}" for n in limits.most]
    names += ["share offered any programme"] if limits.offered is not None else []
    names += ["euro a person"] if limits.euro is not None else []
    use, all_of = use_of(people, limits), float(people.weight.sum())
    order = [people.menu.position(n) for n in limits.most]
    rows = [*np.argsort(np.argsort(order)), *range(len(order), len(names))]
    arms = judged.tree.arms(people.features.to_numpy(dtype=float))
    used = use.each[:, arms] @ people.weight / all_of
    return pd.DataFrame(
        {"limit": names, "allowed": [use.most[r] / all_of for r in rows], "used": [used[r] for r in rows]}
    )


def limit_checks(people: Caseload, judged: Judged, limits: Limits, price: Array) -> tuple[Check, ...]:
    """Whether limits hold among all people, and what prices did."""
    out: list[Check] = []
    if limits.any:
        table = limit_table(people, judged, limits)
        over = table[table["used"] > table["allowed"] * 1.02 + 1e-9]
        told = "; ".join(
            f"{name}: {number(used, 2)} of {number(most, 2)}"
            for name, most, used in zip(table["limit"], table["allowed"], table["used"], strict=True)
        )
        out.append(
            Check(
                "limits",
                "failed" if len(over) else "passed",
                f"The tree keeps the limits among the people it was learned from; among all people it uses {told}.",
            )
        )
    if price.any():
        named = ", ".join(f"{n} {number(p, 2)}" for n, p in zip(people.arms, price, strict=True) if p)
        out.append(
            Check(
                "prices",
                "informational",
                f"A place is priced, in {people.unit}: {named}. The search takes it off.",
            )
        )
    return tuple(out)
