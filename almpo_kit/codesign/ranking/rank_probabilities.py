"""How likely each option is to be best, evidence and weights both as uncertain as they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.codesign.ranking import asking
from almpo_kit.codesign.ranking.acceptability_table import acceptability_table
from almpo_kit.codesign.ranking.decision_table import DecisionTable
from almpo_kit.codesign.ranking.kernels.acceptability import first_places, shares_of_ranks, wins
from almpo_kit.codesign.ranking.kernels.evidence_draws import draw_values
from almpo_kit.codesign.ranking.probability_words import checks, sentence
from almpo_kit.codesign.ranking.problem import Problem, criteria_of, problem_of
from almpo_kit.codesign.ranking.rank_words import certainty, plain, plain_checks, thin_weights
from almpo_kit.codesign.ranking.weight_draws import WeightDraws, weight_draws
from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.finding import Finding

Array = np.ndarray[Any, np.dtype[Any]]
#: Draws at a time, so that comparing all pairs of options takes little memory.
_BLOCK = 2000


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class RankProbabilities(Finding):
    """How likely each option is to take each place.

    ``table``, likeliest best first: ``option, p_best, p_best_evidence, p_best_weights, mean_rank, rank_low, rank_high``.
    ``p_best`` is with evidence and weights drawn, ``p_best_evidence`` with weights held at the panel's, ``p_best_weights`` with
    values held at their estimates; ``rank_low`` to ``rank_high`` holds 95% of draws.

    Parameters
    ----------
    acceptability : DataFrame
        ``option, rank, share`` (rank acceptability indices).
    central_weights : DataFrame
        ``option, criterion, weight``: the mean weights of draws in which the option is best; of options that are best at
        least once, where weights vary.
    beats : DataFrame
        ``option, against, share``: how often one beats the other, ties counting half.
    best : str
        The option that is best in more than half of the draws; "" where none is.
    kind : {"each", "panel", "draws", "any", "fixed"}
        How weights vary.
    weights : dict
        Criterion -> share, at which ``p_best_evidence`` holds weights.
    n_people, n_draws : int
    method, scaling : str
    left_out : DataFrame
        ``option, reason``.
    """

    acceptability: pd.DataFrame
    central_weights: pd.DataFrame
    beats: pd.DataFrame
    best: str
    kind: str
    weights: dict[str, float]
    n_people: int
    n_draws: int
    method: str
    scaling: str
    left_out: pd.DataFrame

    def metrics(self) -> dict[str, float]:
        """Chance of each option to be best, and its mean rank."""
        out: dict[str, float] = {}
        for o, p, r in zip(self.table["option"], self.table["p_best"], self.table["mean_rank"], strict=True):
            out |= {f"p_best_{o}": float(p), f"mean_rank_{o}": float(r)}
        return out


def rank_probabilities(
    table: DecisionTable,
    weights: Any = None,
    *,
    method: str = "weighted_sum",
    scaling: str | None = None,
    preferences: Mapping[str, Any] | None = None,
    people: str = "each",
    within: float = 0.0,
    between: float = 0.0,
    draws: int = 10_000,
    seed: int = 0,
) -> RankProbabilities:
    """Say how likely each option is to be best, and whether thin evidence or disagreement leaves it open.

    Values are drawn from normal distributions around their estimates. Ends of scales and preference functions stay where
    the estimates put them, so that noise does not change what weights refer to.

    Parameters
    ----------
    table : DecisionTable
        Options of which some standard error is not known are left out; 0 is a value known exactly.
    weights : CriteriaWeights, DataFrame, array, mapping or None
        What ``criteria_weights`` found; draws, one a row and one column a criterion; fixed weights; or None: all weights that
        there could be, evenly.
    method, scaling, preferences
        As of ``rank``.
    people : {"each", "panel"}
        Of CriteriaWeights: weights of one participant picked at random (how far people differ), or of the panel as other draws
        of its people would give them (how far its average is known).
    within, between : float
        Correlation of the errors of two criteria of one option, and of two options by one criterion.
    draws, seed : int

    Returns
    -------
    RankProbabilities

    Raises
    ------
    ParameterError, DesignError
        As ``rank``; nothing is uncertain.

    References
    ----------
    Lahdelma & Salminen (2001) Operations Research 49, 444-454 (SMAA-2). Tervonen & Lahdelma (2007) Eur. J. Oper. Res. 178,
    500-513.
    """
    verb = "rank_probabilities"
    asking.whole(verb, "draws", draws, 500, 1_000_000, "10000")
    asking.whole(verb, "seed", seed, 0, 2**63 - 1, "0")
    within, between = asking.share(verb, "within", within), asking.share(verb, "between", between)
    ways = weight_draws(weights, criteria_of(table, verb), people)
    shares = ways.given.shares
    p = problem_of(table, shares, verb=verb, method=method, scaling=scaling, preferences=preferences)
    p = _measured(p, ways).fixed()
    found = _drawn(p, ways, table, draws, within, between, seed)
    rows = _table(p, found)
    n_people = len(ways.rows) if ways.kind == "each" and ways.rows is not None else 0
    fields: dict[str, Any] = {
        "acceptability": acceptability_table(p.options, found["ranks"]),
        "central_weights": _central(p, found),
        "beats": _beats(p, found["beats"]),
        "best": str(rows["option"].iloc[0]) if rows["p_best"].iloc[0] > 0.5 else "",
        "kind": ways.kind,
        "weights": shares,
        "n_people": n_people,
        "n_draws": draws,
        "method": method,
        "scaling": p.scaling,
        "left_out": p.left_out,
    }
    options = asking.options_of(method, p.scaling, preferences)
    options |= {"people": ways.kind, "within": within, "between": between, "draws": draws}
    return RankProbabilities(
        question=f"Which of {len(table.options)} options is best, and how likely is that?",
        sentence=plain(sentence(rows, fields)) + thin_weights(ways.given),
        table=rows,
        checks=plain_checks(checks(rows, fields, p, ways.given, table)),
        provenance=asking.made_from(table, ways.given, verb=verb, options=options, seed=seed),
        figure="rank_probabilities",
        certainty=certainty(float(rows["p_best"].iloc[0]), table, p, ways.given),
        rests_on=f"{len(p.options)} options by {len(p.criteria)} criteria{f', weights of {n_people} participants' if n_people else ''}",
        **fields,
    )


def _measured(p: Problem, ways: WeightDraws) -> Problem:
    """Only options all of whose standard errors are known: an unknown one is not 0."""
    known = np.isfinite(p.se).all(axis=1)
    if not known.all():
        rows = [
            (
                o,
                "no standard error of "
                + ", ".join(c for c, s in zip(p.criteria, se, strict=True) if not np.isfinite(s)),
            )
            for o, se, k in zip(p.options, p.se, known, strict=True)
            if not k
        ]
        if known.sum() < 2:
            raise DesignError(
                f"rank_probabilities() needs standard errors of two options at least; {rows[0][0]} has {rows[0][1]}. Give them (0 where a "
                "value is known exactly), or use rank(), which takes values as they are and says so."
            )
        more = pd.DataFrame(rows, columns=["option", "reason"])
        p = p.subset(known).without(more)
    if not (p.se > 0).any() and ways.kind == "fixed":
        raise DesignError(
            "rank_probabilities(): neither values nor weights vary here; give standard errors or weights of people, or use rank()."
        )
    return p


def _drawn(
    p: Problem, ways: WeightDraws, table: DecisionTable, draws: int, within: float, between: float, seed: int
) -> dict[str, Array]:
    """Ranks, wins and first places over all draws, block by block."""
    evidence, weighing = (np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(2))
    counted = np.array([c in p.criteria for c in table.criteria])
    w = np.array([ways.given.shares[c] for c in p.criteria])
    drawn = ways.drawn(counted, draws, weighing)
    drawn = drawn / drawn.sum(axis=1, keepdims=True)
    n, blocks = len(p.options), range(0, draws, _BLOCK)
    ranks, beats = np.zeros((n, n)), np.zeros((n, n))
    firsts, alone = np.empty((draws, n)), np.zeros(n)
    for start in blocks:
        block = slice(start, min(start + _BLOCK, draws))
        size = block.stop - block.start
        scaled = p.scaled(draw_values(p.values, p.se, size, evidence, within, between))
        scores = p.weighed(scaled, drawn[block])
        ranks += size * shares_of_ranks(scores)
        beats += size * wins(scores)
        firsts[block] = first_places(scores)
        alone += first_places(p.weighed(scaled, w)).sum(axis=0)
    held = _by_weights(p, ways, counted, drawn)
    return {
        "ranks": ranks / draws,
        "beats": beats / draws,
        "firsts": firsts,
        "drawn": drawn,
        "evidence": alone / draws,
        "weights": held,
    }


def _by_weights(p: Problem, ways: WeightDraws, counted: Array, drawn: Array) -> Array:
    """First places with values at their estimates; of people and draws at hand exactly, not by drawing them again."""
    rows, loads = drawn, None
    if ways.rows is not None:
        rows, loads = ways.rows[:, counted], ways.loads
        rows = rows / rows.sum(axis=1, keepdims=True)
    scores = p.weighed(p.scaled()[None, :, :], rows)
    return np.average(first_places(scores), axis=0, weights=loads)


def _table(p: Problem, found: Mapping[str, Array]) -> pd.DataFrame:
    n = len(p.options)
    run = found["ranks"].cumsum(axis=1)
    out = pd.DataFrame(
        {
            "option": p.options,
            "p_best": found["ranks"][:, 0],
            "p_best_evidence": found["evidence"],
            "p_best_weights": found["weights"],
            "mean_rank": found["ranks"] @ np.arange(1, n + 1),
            "rank_low": 1 + (run < 0.025 - 1e-12).sum(axis=1),
            "rank_high": 1 + (run < 0.975 - 1e-12).sum(axis=1),
        }
    )
    return out.sort_values(["p_best", "mean_rank"], ascending=[False, True], kind="stable", ignore_index=True)


def _central(p: Problem, found: Mapping[str, Array]) -> pd.DataFrame:
    columns = ["option", "criterion", "weight"]
    drawn, firsts = found["drawn"], found["firsts"]
    if np.ptp(drawn, axis=0).max() < 1e-12:
        return pd.DataFrame(columns=columns)
    rows = []
    for i, o in enumerate(p.options):
        if firsts[:, i].sum() >= 1:
            mean = np.average(drawn, axis=0, weights=firsts[:, i])
            rows += [(o, c, float(x)) for c, x in zip(p.criteria, mean, strict=True)]
    return pd.DataFrame(rows, columns=columns)


def _beats(p: Problem, shares: Array) -> pd.DataFrame:
    rows = [
        (a, b, float(shares[i, j]))
        for i, a in enumerate(p.options)
        for j, b in enumerate(p.options)
        if i != j
    ]
    return pd.DataFrame(rows, columns=["option", "against", "share"])
