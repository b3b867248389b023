"""One statement in one round: numbers and verdict."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.codesign.rounds.kernels.agreement_on_scale import agreement_on_scale
from almpo_kit.codesign.rounds.kernels.consensus_rule import Ruled, apply_rules, band_of
from almpo_kit.codesign.rounds.kernels.rating_moments import effective_number
from almpo_kit.codesign.rounds.kernels.share_intervals import exact_interval
from almpo_kit.codesign.rounds.kernels.two_camps import two_camps_p
from almpo_kit.codesign.rounds.kernels.weighted_kappa import weighted_kappa
from almpo_kit.vocabulary.consensus_rules import ConsensusRules

Array = np.ndarray[Any, np.dtype[Any]]
#: Rate of false alarms of "two camps", at most.
LEVEL = 0.05


def judge(values: Array, weights: Array, scale: Array, rules: ConsensusRules) -> dict[str, Any]:
    """Numbers and verdict of a statement in a round.

    Parameters
    ----------
    values, weights : array, shape (n,)
    scale : array, shape (n_steps,)
    rules : ConsensusRules
    """
    n, worth = len(values), effective_number(weights)
    ruled = apply_rules(values, weights, scale, rules)
    counts = np.array([weights[values == s].sum() for s in scale]) / weights.sum()
    side = band_of(scale, rules)
    shares = [float(counts[side == b].sum()) for b in (-1, 0, 1)]
    low, between, high = (s * worth for s in shares)
    p = two_camps_p(
        low, between, high, (int((side == -1).sum()), int((side == 0).sum()), int((side == 1).sum()))
    )
    agree_low, agree_high = exact_interval(high, worth, 0.95)
    return {
        "n": n,
        "n_effective": worth,
        **{k: getattr(ruled, k) for k in ("median", "q25", "q75", "mean", "sd", "cv", "agree", "disagree")},
        "iqr": ruled.q75 - ruled.q25,
        "between": shares[1],
        "agree_low": agree_low,
        "agree_high": agree_high,
        **{k: getattr(ruled, k) for k in ("agreement_holds", "iqr_holds", "cv_holds")},
        "verdict": _verdict(ruled, p, min(n, worth), rules),
        "polarisation": (1 - agreement_on_scale(counts)) / 2,
        "camps_p": p,
    }


def _verdict(ruled: Ruled, p: float, n: float, rules: ConsensusRules) -> str:
    # Weights can leave ten answers that are worth three: those are three.
    if n < rules.least_answers - 1e-9:
        return "too few answers"
    if ruled.direction:
        return {"between": "consensus in between"}.get(ruled.direction, f"consensus to {ruled.direction}")
    both = min(ruled.agree, ruled.disagree) > rules.against
    return "two camps" if both and p <= LEVEL else "no consensus"


def stability(first: pd.Series, second: pd.Series, scale: Array, rules: ConsensusRules) -> dict[str, Any]:
    """Whether those who answered both rounds still moved.

    Parameters
    ----------
    first, second : Series
        Participant -> answer.
    scale : array, shape (n_steps,)
    rules : ConsensusRules
    """
    both = first.index.intersection(second.index)
    n = len(both)
    if not n:
        return {"answered_both": 0}
    a, b = first[both].to_numpy(), second[both].to_numpy()
    side = band_of(scale, rules)
    crossed = int((side[np.searchsorted(scale, a)] != side[np.searchsorted(scale, b)]).sum())
    low, high = exact_interval(crossed, n, 0.95)
    enough = n >= rules.least_answers
    return {
        "answered_both": n,
        "moved": crossed / n,
        "moved_low": low,
        "moved_high": high,
        "moved_up": float((b > a).mean()),
        "moved_down": float((b < a).mean()),
        "kappa": weighted_kappa(a, b, scale, "linear"),
        "stable": bool(crossed / n <= rules.most_change + 1e-9) if enough else None,
    }


def by_role(
    rows: pd.DataFrame, weights: Mapping[str, float], scale: Array, rules: ConsensusRules, least: int
) -> list[dict[str, Any]]:
    """A statement by role; groups too small to show stand together.

    When one small group alone is left out, its answers follow from all answers less the shown ones; so the next
    smallest joins it until the rest is large enough.

    Parameters
    ----------
    rows : DataFrame
        Answers to one statement in one round.
    weights : mapping
        Participant -> weight.
    scale : array, shape (n_steps,)
    rules : ConsensusRules
    least : int
    """
    size = rows["role"].value_counts().sort_values(kind="stable")
    together: list[str] = [r for r in size.index if r == "" or size[r] < least]
    for role in size.index:
        if together and size[together].sum() < least and role not in together:
            together.append(role)
    named = rows["role"].where(~rows["role"].isin(together), "others")
    found = []
    for role, group in rows.groupby(named):
        if len(group) < least:
            continue
        ruled = apply_rules(
            group["value"].to_numpy(), np.array([weights[p] for p in group["participant"]]), scale, rules
        )
        found.append(
            {
                "role": role,
                "n": len(group),
                "median": ruled.median,
                "agree": ruled.agree,
                "disagree": ruled.disagree,
            }
        )
    # One group of everybody tells nothing of roles.
    return found if len(found) > 1 else []
