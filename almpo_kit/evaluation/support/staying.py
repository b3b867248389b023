"""Who stays in the comparison under a trimming rule, and what leaving the others out changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evaluation.designs.sample import Sample
from almpo_kit.evaluation.disclosure.smallest import SMALLEST
from almpo_kit.evaluation.disclosure.suppress import suppress
from almpo_kit.evaluation.estimation.few_differ import differing
from almpo_kit.evaluation.support.balance import moments, scaled
from almpo_kit.evaluation.support.trimming import counterparts, crump_limit, filled_strata
from almpo_kit.evaluation.weighting.balancing import pairwise
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.rendering import number

Array = np.ndarray[Any, np.dtype[Any]]
RULES = ("auto", "crump", "counterparts", "none")
#: An arm smaller than this is not trimmed by ten people only because fewer than ten would tell on somebody.
_ROUNDED_FROM = 100


@dataclass(frozen=True, eq=False)
class Staying:
    """Who stays.

    Parameters
    ----------
    kept : Array of bool, shape (n,)
    outside : Array, shape (k,)
        Share of each arm (by weight) that lies outside common support, whether it was left out or not.
    few : Array of bool, shape (k,)
        Whether those outside are some, but fewer than ten.
    rule : str
        In words.
    held_in : bool
        True where fewer than ten people of an arm lie outside and were therefore kept.
    """

    kept: Array
    outside: Array
    few: Array
    rule: str
    held_in: bool

    def shown(self) -> Array:
        """``outside``, missing where it is about fewer than ten people."""
        told: Array = np.where(self.few, np.nan, self.outside)
        return told

    def share_in_words(self, arm: int) -> str:
        """``12%``, ``none``, ``fewer than 10 people``."""
        share = float(self.outside[arm])
        if self.few[arm]:
            return f"fewer than {SMALLEST} people"
        return "none" if share == 0 else "under 1%" if share < 0.01 else f"{number(100 * share, 0)}%"


def checked_rule(trim: str | float, estimand: str) -> str | float:
    """The rule that ``trim`` stands for.

    Raises
    ------
    ParameterError
        No such rule, or a limit outside 0 to 0.5.
    """
    if isinstance(trim, str):
        if trim not in RULES:
            raise ParameterError(
                f"trim={trim!r} is not known; choose one of {', '.join(RULES)}, or the smallest chance, e.g. trim=0.05."
            )
        return ("counterparts" if estimand == "att" else "crump") if trim == "auto" else trim
    if isinstance(trim, bool) or not 0 < float(trim) < 0.5:
        raise ParameterError(f"trim={trim!r} must lie between 0 and 0.5, e.g. trim=0.05.")
    return float(trim)


def staying(sample: Sample, propensity: Array, rule: str | float, estimand: str) -> Staying:
    """Apply a rule of :func:`checked_rule`.

    Notes
    -----
    Nobody is left out of an arm by fewer than ten: the sizes of groups, which later results tell, would differ by a
    number about few people. Participants whom the question is about then stay; of others in a large arm the ten
    farthest from support go, because the few outside would have the heaviest weights.
    """
    attended = estimand == "att"
    if attended:
        inside, far = _for_participants(sample, propensity, rule)
    else:
        inside, far = _for_everybody(sample, propensity, rule)
    kept, held_in = inside.copy(), False
    for j in range(len(sample.arms)):
        rows = np.flatnonzero(sample.arm == j)
        out = rows[~inside[rows]]
        if not 0 < len(out) < SMALLEST:
            continue
        if (attended and j > 0) or rule == "none" or len(rows) < _ROUNDED_FROM:
            kept[out], held_in = True, True
        else:
            kept[rows[np.argsort(-far[rows], kind="stable")[:SMALLEST]]] = False
    everybody = np.bincount(sample.arm, sample.weight, minlength=len(sample.arms))
    gone = np.bincount(sample.arm, sample.weight * ~inside, minlength=len(sample.arms))
    if rule == "none":
        kept[:] = True
    counts = np.bincount(sample.arm[~inside], minlength=len(sample.arms))
    few = (counts > 0) & (counts < SMALLEST)
    return Staying(kept, gone / np.maximum(everybody, 1e-300), few, _in_words(rule, attended), held_in)


def _for_participants(sample: Sample, propensity: Array, rule: str | float) -> tuple[Array, Array]:
    """Each arm against the comparison; a comparison person stays who is of use for one arm or more."""
    inside, likely = np.zeros(len(sample), dtype=bool), np.zeros(len(sample))
    for j in range(1, len(sample.arms)):
        chance = pairwise(propensity, j, 0)
        near, useful = counterparts(sample.arm, propensity, sample.block, j, 0)
        if not isinstance(rule, str) or rule == "crump":
            own = sample.arm == j
            spread = 1 / (1 - chance)
            limit = crump_limit(spread[own], sample.weight[own]) if isinstance(rule, str) else 1 / float(rule)
            held = (spread <= limit) & filled_strata(sample.arm, sample.block, (0, j))
            lowest = chance[own & held].min(initial=1.0)
            near, useful = own & held, (sample.arm == 0) & held & (chance >= lowest)
        inside |= near | useful
        likely = np.maximum(likely, chance)
    # Of comparison people inside, those least likely to take part carry the least: they are the first to go.
    return inside, np.where(inside, 1 - likely, 2.0)


def _for_everybody(sample: Sample, propensity: Array, rule: str | float) -> tuple[Array, Array]:
    smallest = np.maximum(propensity.min(axis=1), 1e-12)
    far = np.sum(1 / np.maximum(propensity, 1e-12), axis=1)
    full = filled_strata(sample.arm, sample.block, tuple(range(len(sample.arms))))
    far = np.where(full, far, np.inf)
    if not isinstance(rule, str):
        return full & (smallest >= rule), far
    if rule == "counterparts":
        return full & _counterparts_in_all(sample, propensity), far
    # "none" is measured by the same limit, so that who is outside is told though nobody is left out.
    limit = crump_limit(far[full], sample.weight[full]) if full.any() else 0.0
    return full & (far <= limit), far


def _counterparts_in_all(sample: Sample, propensity: Array) -> Array:
    """Rows that have somebody like them in the comparison (or, of the comparison, in every arm)."""
    k = len(sample.arms)
    inside = np.ones(len(sample), dtype=bool)
    for j in range(1, k):
        for a, c in ((j, 0), (0, j)):
            near, _ = counterparts(sample.arm, propensity, sample.block, a, c)
            inside &= near | (sample.arm != a)
    return inside


def _in_words(rule: str | float, attended: bool) -> str:
    if not isinstance(rule, str):
        return (
            f"chance to take part of at most {1 - rule:g}"
            if attended
            else f"chance of every arm of at least {rule:g}"
        )
    return {
        "crump": "the set in which the effect is estimated most precisely (Crump and others 2009)",
        "counterparts": "somebody of the other group within 0.2 standard deviations of the log odds of taking part",
        "none": "nobody is left out",
    }[rule]


def who_is_left(sample: Sample, kept: Array) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What trimming changed.

    Returns
    -------
    (DataFrame, DataFrame)
        One row an arm: ``arm, n, kept, share_kept, most_changed, difference`` (the covariate whose mean among the kept
        is farthest from that of all, and by how many standard deviations); and one row an arm and covariate column:
        ``arm, covariate, column, mean_all, mean_kept, difference``. Nothing in them is about fewer than ten people.
    """
    arms, columns = [], []
    owner = [c for c, part in sample.parts.items() for _ in range(part.start, part.stop)]
    for j, name in enumerate(sample.arms):
        own = sample.arm == j
        left = own & kept
        changes = [] if left.sum() in (0, own.sum()) else _changes(sample, name, own, left, owner)
        columns += changes
        told = [c for c in changes if np.isfinite(c["difference"])]
        most = max(told, key=lambda c: abs(c["difference"]), default={"column": "", "difference": 0.0})
        arms.append(
            {
                "arm": name,
                "n": int(own.sum()),
                "kept": int(left.sum()),
                "share_kept": float(sample.weight[left].sum() / max(sample.weight[own].sum(), 1e-300)),
                "most_changed": most["column"],
                "difference": most["difference"],
            }
        )
    table = suppress(
        pd.DataFrame(arms), ["n", "kept"], ["arm"], within={"kept": "n"}, values=["share_kept", "difference"]
    )
    names = ["arm", "covariate", "column", "mean_all", "mean_kept", "difference"]
    return table, pd.DataFrame(columns, columns=names)


def _changes(sample: Sample, arm: str, own: Array, left: Array, owner: list[str]) -> list[dict[str, Any]]:
    rows = []
    for j, covariate in enumerate(owner):
        x = sample.covariates[:, j]
        small = _few(x[own]) or _few(x[left]) or _few(x[own & ~left])
        mean, variance = moments(x[own], sample.weight[own])
        now, _ = moments(x[left], sample.weight[left])
        numbers = (mean, now, scaled(now - mean, variance**0.5)) if not small else (np.nan,) * 3
        rows.append(
            {"arm": arm, "covariate": covariate, "column": sample.names[j]}
            | dict(zip(("mean_all", "mean_kept", "difference"), numbers, strict=True))
        )
    return rows


def _few(x: Array) -> bool:
    """Whether a number about these people would be about fewer than ten."""
    counts = [len(x)]
    if np.isin(x, (0.0, 1.0)).all():
        counts += [int(x.sum()), len(x) - int(x.sum())]
    else:
        counts.append(differing(x))
    return any(0 < n < SMALLEST for n in counts)
