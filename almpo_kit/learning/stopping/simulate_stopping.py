"""Stopping rules tried on finished reviews, where it is known what was missed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.learning.agreeing.kernels.small_samples import share_interval
from almpo_kit.learning.stopping.kernels.other_rules import OTHER_RULES
from almpo_kit.learning.stopping.kernels.plan import DRY_SHARE, planned_reading
from almpo_kit.learning.stopping.reading import level, whole
from almpo_kit.learning.stopping.stopping_words import counted, percent
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.provenance import Provenance
from almpo_kit.vocabulary.rendering import number

Array = np.ndarray[Any, np.dtype[Any]]
OURS = "bets on draws by lot"


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class StoppingTrial(Finding):
    """How stopping rules did on reviews of which everything is known.

    ``table``, one row a rule: ``rule, runs, reached, reached_low, reached_high, promise, mean_recall, lowest_recall,
    share_read, share_read_low, share_read_high``. ``reached`` is the share of runs that had the recall when they stopped,
    with its Clopper–Pearson interval; ``promise``: "kept" (the interval lies above what was promised), "broken" (below it)
    or "not shown either way". The ends of ``share_read`` hold the middle 80% of runs.

    Parameters
    ----------
    recall, confidence : float
    """

    recall: float
    confidence: float

    def metrics(self) -> dict[str, float]:
        """Of our rule."""
        row = self.table[self.table["rule"] == OURS].iloc[0]
        return {name: float(row[name]) for name in ("reached", "mean_recall", "share_read")}


def simulate_stopping(
    orders: Sequence[Any],
    *,
    recall: float = 0.95,
    confidence: float = 0.95,
    runs: int = 200,
    dry: int | None = None,
    share: float = DRY_SHARE,
    rules: Sequence[str] | None = None,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> StoppingTrial:
    """Try stopping rules on finished reviews.

    Parameters
    ----------
    orders : sequence of bool arrays
        Of each review (or each ranking of one) which documents are relevant, in the order in which the ranking would have
        them read. The ranking does not learn from draws by lot.
    recall, confidence : float
        What is promised.
    runs : int
        Runs of each rule; the orders take turns.
    dry : int, optional
        As in :func:`next_by`.
    share : float
        Of what the lot will cost, that is read by rank in vain before the lot; where ``dry`` is left out.
    rules : sequence of str, optional
        Of the other rules; all of them when left out.
    seed : int
    progress : callable, optional
        Gets runs done and runs in all.

    Returns
    -------
    StoppingTrial
    """
    held = _orders(orders)
    recall = level(recall, "recall", "simulate_stopping", 0.01, 1.0)
    confidence = level(confidence, "confidence", "simulate_stopping", 0.5, 0.999)
    runs = whole(runs, "runs", "simulate_stopping", 1, 1_000_000)
    others = _rules(rules)
    rows = {name: np.empty((runs, 2)) for name in (OURS, *others)}
    for run in range(runs):
        relevant = held[run % len(held)]
        # Every rule meets the same lot.
        for name in rows:
            draws = np.random.default_rng(np.random.SeedSequence([seed, run]))
            wanted = {"recall": recall, "alpha": 1 - confidence}
            done = (
                planned_reading(relevant, draws, dry=dry, share=share, **wanted)
                if name == OURS
                else OTHER_RULES[name](relevant, draws, **wanted)
            )
            total = int(relevant.sum())
            rows[name][run] = done[0] / len(relevant), done[1] / total if total else 1.0
        if progress:
            progress(run + 1, runs)
    table = pd.DataFrame([_row(name, values, recall, confidence) for name, values in rows.items()])
    return StoppingTrial(
        question="Do stopping rules keep their promise, and how much has to be read?",
        sentence=_sentence(table, recall, confidence),
        table=table,
        checks=_checks(),
        provenance=Provenance(
            method="learning.simulate_stopping",
            options={"recall": recall, "confidence": confidence, "runs": runs, "dry": dry},
            seed=seed,
        ),
        rests_on=f"{counted(runs, 'run')} on {counted(len(held), 'order')} of {number(len(held[0]), 0)} documents",
        recall=recall,
        confidence=confidence,
    )


def _orders(orders: Sequence[Any]) -> list[Array]:
    held = [np.asarray(o) for o in orders]
    if not held or any(o.ndim != 1 or not len(o) or not np.isin(o, (0, 1)).all() for o in held):
        raise DesignError(
            "simulate_stopping() takes lists of True and False in the order of reading, one a ranking, e.g. [[True, False, "
            "True]]."
        )
    return [o.astype(bool) for o in held]


def _rules(rules: Sequence[str] | None) -> tuple[str, ...]:
    chosen = tuple(OTHER_RULES) if rules is None else tuple(rules)
    if unknown := [r for r in chosen if r not in OTHER_RULES]:
        raise ParameterError(
            f"there is no stopping rule {unknown[0]!r}; choose from: {'; '.join(OTHER_RULES)}."
        )
    return chosen


def _row(name: str, values: Array, recall: float, confidence: float) -> dict[str, Any]:
    read, found = values.T
    reached = found >= recall - 1e-9
    low, high = share_interval(float(reached.sum()), len(reached), 0.95)
    promise = "kept" if low >= confidence else "broken" if high < confidence else "not shown either way"
    ends = np.quantile(read, [0.1, 0.9])
    return {
        "rule": name,
        "runs": len(read),
        "reached": float(reached.mean()),
        "reached_low": low,
        "reached_high": high,
        "promise": promise,
        "mean_recall": float(found.mean()),
        "lowest_recall": float(found.min()),
        "share_read": float(read.mean()),
        "share_read_low": float(ends[0]),
        "share_read_high": float(ends[1]),
    }


def _sentence(table: pd.DataFrame, recall: float, confidence: float) -> str:
    ours = table[table["rule"] == OURS].iloc[0]
    said = (
        f"Reading stopped with {percent(recall)} of the relevant documents in {100 * ours['reached']:.1f}% of runs (promised: "
        f"{percent(confidence)}), after {100 * ours['share_read']:.0f}% of the pool."
    )
    broken = table.loc[(table["promise"] == "broken"), "rule"].tolist()
    return said + (f" Rules that missed it more often than that: {'; '.join(broken)}." if broken else "")


def _checks() -> tuple[Check, ...]:
    return (
        Check(
            "the ranking does not learn",
            "informational",
            "The order of each review is fixed; a ranking that learns from what the lot finds would need less.",
        ),
        Check(
            "what others promise",
            "informational",
            "The target set of ten promises a recall of 70%, and rules that count irrelevant ones in a row promise "
            "nothing; all are held to the same wish.",
        ),
    )
