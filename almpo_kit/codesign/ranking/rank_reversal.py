"""Does the order hang on which options are compared?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.codesign.ranking import asking
from almpo_kit.codesign.ranking.decision_table import DecisionTable
from almpo_kit.codesign.ranking.kernels.acceptability import TIE, ranks
from almpo_kit.codesign.ranking.problem import Problem, criteria_of, problem_of
from almpo_kit.codesign.ranking.rank_words import METHOD_WORDS, common_checks, listed, plain, plain_checks
from almpo_kit.codesign.ranking.weights_given import weights_given
from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.finding import Check, Finding

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class RankReversal(Finding):
    """Whether the order of options changes when another one is taken away or added.

    ``table``, one row a change: ``change, option, first_before, first_after, first_changes, swapped, pairs``. ``change`` is
    "without", "with a copy of", "with a worse one than" or "with"; ``swapped`` counts pairs of the options that stay whose
    order turns round, ``pairs`` names them. A first place that goes because the first itself was taken away is no reversal.

    Parameters
    ----------
    method, scaling : str
    reversals : int
        Changes that turn some pair round.
    first_reversals : int
        Changes that give the first place to another option although the first one stays.
    """

    method: str
    scaling: str
    reversals: int
    first_reversals: int

    def metrics(self) -> dict[str, float]:
        """How many changes were tried, and how many turn an order or the first place round."""
        return {
            "changes": float(len(self.table)),
            "reversals": float(self.reversals),
            "first_reversals": float(self.first_reversals),
        }


def rank_reversal(
    table: DecisionTable,
    weights: Any,
    *,
    method: str = "topsis",
    scaling: str | None = None,
    preferences: Mapping[str, Any] | None = None,
    added: DecisionTable | None = None,
) -> RankReversal:
    """Take each option away in turn, add a copy of each, one worse than all, and those given; say what turns round.

    Parameters
    ----------
    table, weights, method, scaling, preferences
        As of ``rank``, which is asked again of each set of options.
    added : DecisionTable, optional
        Options that might come in, each by itself, with the same criteria.

    Returns
    -------
    RankReversal

    Raises
    ------
    ParameterError, DesignError
        As ``rank``; options to add whose values are not known.

    References
    ----------
    Belton & Gear (1983) Omega 11, 228-230. Garcia-Cascales & Lamata (2012) Math. Comput. Model. 56, 123-132. Mareschal, De
    Smet & Nemery (2008) IEEE IEEM, 959-963.
    """
    given = weights_given(weights, criteria_of(table, "rank_reversal"))
    p = problem_of(
        table, given.shares, verb="rank_reversal", method=method, scaling=scaling, preferences=preferences
    )
    w = np.array([given.shares[c] for c in p.criteria])
    changes = [*_without(p), *_with_copies(p), _with_worse(p), *_with_added(p, added)]
    rows = pd.DataFrame([_row(p, w, *change) for change in changes])
    n, firsts = int((rows["swapped"] > 0).sum()), int(rows["first_changes"].sum())
    options = asking.options_of(method, p.scaling, preferences)
    extra = () if added is None else (added,)
    source = asking.made_from(table, given, verb="rank_reversal", options=options)
    for other in extra:
        source = asking.joined(source, other.provenance)
    return RankReversal(
        question="Does the order hang on which options are compared?",
        sentence=plain(_sentence(rows, method)),
        table=rows,
        checks=plain_checks((*_checks(rows, p), *common_checks(p, given))),
        provenance=source,
        rests_on=f"{len(rows)} changes of the set of {len(p.options)} options",
        method=method,
        scaling=p.scaling,
        reversals=n,
        first_reversals=firsts,
    )


def _without(p: Problem) -> list[tuple[str, str, Problem]]:
    if len(p.options) < 3:
        return []
    every = np.arange(len(p.options))
    return [("without", o, p.subset(every != i)) for i, o in enumerate(p.options)]


def _with_copies(p: Problem) -> list[tuple[str, str, Problem]]:
    return [
        ("with a copy of", o, p.with_option(f"copy of {o}", p.values[i])) for i, o in enumerate(p.options)
    ]


def _with_worse(p: Problem) -> tuple[str, str, Problem]:
    """One that is as far below the worst as the worst is below the best: nobody would choose it."""
    turned = p.values * p.sign
    worst = (2 * turned.min(axis=0) - turned.max(axis=0)) * p.sign
    if p.scaling == "best":
        # Division by values needs positive ones: half the least, or twice the most where less is better.
        worst = np.where(p.sign > 0, p.values.min(axis=0) / 2, p.values.max(axis=0) * 2)
    return "with a worse one than", "all", p.with_option("worse than all", worst)


def _with_added(p: Problem, added: DecisionTable | None) -> list[tuple[str, str, Problem]]:
    if added is None:
        return []
    if missing := [c for c in p.criteria if c not in added.criteria]:
        raise DesignError(f"rank_reversal(): added lacks the criterion {missing[0]!r}, which counts.")
    out = []
    for o in added.options:
        rows = added.table[(added.table["option"] == o) & added.table["criterion"].isin(p.criteria)]
        if rows["abstains"].any():
            raise DesignError(f"rank_reversal(): too little is known of {o} to add it; leave it out.")
        if o in p.options:
            raise DesignError(f"rank_reversal(): {o} is in the table already; add options that are not.")
        out.append(("with", o, p.with_option(o, added.wide().loc[o, list(p.criteria)].to_numpy(dtype=float))))
    return out


def _row(p: Problem, w: Array, change: str, option: str, after: Problem) -> dict[str, Any]:
    """What one change does to the options that are there before and after it."""
    stay = [o for o in p.options if o in after.options]
    before = p.scores(w)[[p.options.index(o) for o in stay]]
    now = after.scores(w)[[after.options.index(o) for o in stay]]
    old, new = (np.sign(np.where(np.abs(g) <= 1e3 * TIE, 0, g)) for g in (_gaps(before), _gaps(now)))
    a, b = np.nonzero(np.triu(old * new < 0))
    first_before = [o for o, r in zip(stay, ranks(before), strict=True) if r == 1]
    first_after = [o for o, r in zip(stay, ranks(now), strict=True) if r == 1]
    kept = set(_first(p, w)) <= set(stay)
    return {
        "change": change,
        "option": option,
        "first_before": listed(first_before),
        "first_after": listed(first_after),
        "first_changes": bool(kept and not set(first_before) & set(first_after)),
        "swapped": len(a),
        "pairs": "; ".join(f"{stay[i]} and {stay[j]}" for i, j in zip(a, b, strict=True)),
    }


def _gaps(scores: Array) -> Array:
    return scores[:, None] - scores[None, :]


def _first(p: Problem, w: Array) -> list[str]:
    return [o for o, r in zip(p.options, ranks(p.scores(w)), strict=True) if r == 1]


def _told(rows: pd.DataFrame) -> str:
    return listed([f"{c} {o}" for c, o in zip(rows["change"], rows["option"], strict=True)][:3])


def _sentence(rows: pd.DataFrame, method: str) -> str:
    hit, first = rows[rows["swapped"] > 0], rows[rows["first_changes"]]
    tried = f"{len(rows)} changes of the set of options (one away, one more)"
    if hit.empty:
        return f"The order by {METHOD_WORDS[method]} does not hang on which options are compared: none of {tried} turns a pair round."
    if first.empty:
        return (
            f"The first place stays in all of {tried}, but {len(hit)} turn other pairs round by {METHOD_WORDS[method]} "
            f"(e.g. {_told(hit)})."
        )
    return (
        f"The first place hangs on which options are compared: {len(first)} of {tried} give it to another option by "
        f"{METHOD_WORDS[method]} ({_told(first)})."
    )


def _checks(rows: pd.DataFrame, p: Problem) -> tuple[Check, ...]:
    first = rows[rows["first_changes"]]
    if len(first):
        said = (
            f"{_told(first)}: the first place goes from {first['first_before'].iloc[0]} to {first['first_after'].iloc[0]}, although "
            "nothing about these two changed. Agree on the set of options first, or use a weighted sum with fixed scales, which cannot turn round."
        )
        return (Check("rank reversal", "failed", said),)
    if (rows["swapped"] > 0).any():
        said = f"{int((rows['swapped'] > 0).sum())} changes turn pairs below the first place round."
        return (Check("rank reversal", "informational", said),)
    return (Check("rank reversal", "passed", "No change that was tried turns a pair round."),)
