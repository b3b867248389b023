"""Options in order by several criteria."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.codesign.ranking import asking
from almpo_kit.codesign.ranking.acceptability_table import acceptability_table
from almpo_kit.codesign.ranking.decision_table import DecisionTable
from almpo_kit.codesign.ranking.kernels.acceptability import ranks, shares_of_ranks
from almpo_kit.codesign.ranking.kernels.evidence_draws import draw_values
from almpo_kit.codesign.ranking.kernels.promethee import outranking_flows, preference_index
from almpo_kit.codesign.ranking.kernels.topsis import distances
from almpo_kit.codesign.ranking.problem import Problem, criteria_of, problem_of
from almpo_kit.codesign.ranking.rank_words import (
    certainty,
    checks,
    plain,
    plain_checks,
    sentence,
    thin_weights,
)
from almpo_kit.codesign.ranking.weights_given import weights_given
from almpo_kit.vocabulary.finding import Finding

Array = np.ndarray[Any, np.dtype[Any]]
_DRAWS = 4000


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Ranking(Finding):
    """Options in order.

    ``table``, best first: ``rank, option, score, p_first``, and of TOPSIS ``from_best, from_worst``, of PROMETHEE
    ``positive, negative`` flows. Scores: weighted sum (0 to 1 where scales are not left), closeness to the ideal (0 to 1), net
    flow (-1 to 1); scores of two methods mean different things. ``p_first`` is the share of draws of the evidence in which
    the option is first, weights as given; NaN where standard errors are not known.

    Parameters
    ----------
    method, scaling : str
    weights : dict
        Criterion -> share.
    parts : DataFrame
        ``option, criterion, value, unit, weight, scaled, part``; ``scaled`` is what the method makes of the value, larger
        better; ``part`` is weight times that, and of weighted sum and PROMETHEE parts add up to the score.
    left_out : DataFrame
        ``option, reason``: what could not be ranked. That is not to say that it is worse.
    dominated : DataFrame
        ``option, by``: options that another is nowhere worse than and somewhere better.
    incomparable : tuple of (str, str)
        Of PROMETHEE: pairs whose positive and negative flows disagree (PROMETHEE I), whatever the net flow says.
    acceptability : DataFrame
        ``option, rank, share``: how often each option takes each rank when the evidence is drawn; empty where it cannot be.
    """

    method: str
    scaling: str
    weights: dict[str, float]
    parts: pd.DataFrame
    left_out: pd.DataFrame
    dominated: pd.DataFrame
    incomparable: tuple[tuple[str, str], ...]
    acceptability: pd.DataFrame

    def metrics(self) -> dict[str, float]:
        """Score and chance of the first place of each option."""
        out: dict[str, float] = {}
        for o, score, p in zip(self.table["option"], self.table["score"], self.table["p_first"], strict=True):
            out |= {f"score_{o}": float(score), f"p_first_{o}": float(p)}
        return out


def rank(
    table: DecisionTable,
    weights: Any,
    *,
    method: str = "topsis",
    scaling: str | None = None,
    preferences: Mapping[str, Any] | None = None,
    within: float = 0.0,
    between: float = 0.0,
    seed: int = 0,
) -> Ranking:
    """Put options in order by several criteria, and say how sure the first place is.

    The order is that of the best guesses. It is an aid to those who decide: it knows no criterion but those in the table.

    Parameters
    ----------
    table : DecisionTable
    weights : mapping, Series, DataFrame or CriteriaWeights
        Criterion -> weight; they need not add up to 1. Options that lack a criterion that counts are not ranked.
    method : {"topsis", "promethee", "weighted_sum"}
    scaling : str, optional
        Of the weighted sum "range" (default: 0 at the worst, 1 at the best, of the table's scales where it has them), "norm"
        or "best" (x / max, min / x); of TOPSIS "norm" (default, vector normalisation), "range" or "best".
    preferences : mapping, optional
        Of PROMETHEE: criterion -> ``Preference``. Where left out, differences count in proportion, fully from the worst to the
        best: the order is then that of a weighted sum.
    within, between : float
        Correlation of the errors of two criteria of one option, and of two options by one criterion. Criteria that rest on
        the same studies err together; taken as independent, their errors cancel and the first place looks surer than it is.
    seed : int
        Of the draws of the evidence.

    Returns
    -------
    Ranking

    Raises
    ------
    ParameterError
        Weights, method or preferences that mean nothing.
    DesignError
        Fewer than two options can be compared; a criterion that counts is not in the table.

    References
    ----------
    Hwang & Yoon (1981) Multiple Attribute Decision Making. Brans, Vincke & Mareschal (1986) Eur. J. Oper. Res. 24, 228-238.
    """
    asking.whole("rank", "seed", seed, 0, 2**63 - 1, "0")
    within, between = asking.share("rank", "within", within), asking.share("rank", "between", between)
    given = weights_given(weights, criteria_of(table, "rank"))
    p = problem_of(table, given.shares, verb="rank", method=method, scaling=scaling, preferences=preferences)
    w = np.array([given.shares[c] for c in p.criteria])
    scaled = p.scaled()
    scores = p.scores(w)
    shares = _shares(p, w, (within, between), seed)
    ordered = _table(p, w, scaled, scores, shares)
    fields: dict[str, Any] = {
        "method": method,
        "scaling": p.scaling,
        "weights": given.shares,
        "parts": _parts(table, p, w, scaled),
        "left_out": p.left_out,
        "dominated": _dominated(p),
        "incomparable": _incomparable(ordered) if method == "promethee" else (),
        "acceptability": acceptability_table(p.options, shares),
    }
    options = asking.options_of(method, p.scaling, preferences) | {"within": within, "between": between}
    sure = certainty(float(ordered["p_first"].iloc[0]), table, p, given)
    return Ranking(
        question=f"Which of {len(table.options)} options comes first?",
        sentence=plain(sentence(ordered, fields)) + thin_weights(given),
        table=ordered,
        checks=plain_checks(checks(ordered, fields, p, given, table)),
        provenance=asking.made_from(table, given, verb="rank", options=options, seed=seed),
        figure="rank_probabilities" if shares is not None else None,
        certainty=sure,
        rests_on=f"{len(p.options)} options by {len(p.criteria)} criteria",
        **fields,
    )


def _shares(p: Problem, w: Array, correlations: tuple[float, float], seed: int) -> Array | None:
    """Ranks by how often they are taken when the evidence is drawn; None where some standard errors are not known."""
    if not np.isfinite(p.se).all():
        return None
    if not (p.se > 0).any():
        return shares_of_ranks(p.scores(w)[None, :])
    rng = np.random.default_rng(np.random.SeedSequence(seed))
    return shares_of_ranks(p.fixed().scores(w, draw_values(p.values, p.se, _DRAWS, rng, *correlations)))


def _table(p: Problem, w: Array, scaled: Array, scores: Array, shares: Array | None) -> pd.DataFrame:
    out = pd.DataFrame({"rank": ranks(scores), "option": p.options, "score": scores})
    out["p_first"] = np.nan if shares is None else shares[:, 0]
    if p.method == "topsis":
        out["from_best"], out["from_worst"] = distances(scaled, w)
    if p.method == "promethee":
        out["positive"], out["negative"] = outranking_flows(
            preference_index(p.values, p.sign, p.stated_shapes(), w)
        )
    return out.sort_values("rank", kind="stable", ignore_index=True)


def _parts(table: DecisionTable, p: Problem, w: Array, scaled: Array) -> pd.DataFrame:
    n, k = p.values.shape
    return pd.DataFrame(
        {
            "option": np.repeat(np.array(p.options, dtype=object), k),
            "criterion": list(p.criteria) * n,
            "value": p.values.ravel(),
            "unit": [table.units[c] for c in p.criteria] * n,
            "weight": np.tile(w, n),
            "scaled": scaled.ravel(),
            "part": (scaled * w).ravel(),
        }
    )


def _dominated(p: Problem) -> pd.DataFrame:
    turned = p.values * p.sign
    rows = []
    for i, o in enumerate(p.options):
        over = (turned >= turned[i]).all(axis=1) & (turned > turned[i]).any(axis=1)
        rows += [(o, p.options[b]) for b in np.flatnonzero(over)]
    return pd.DataFrame(rows, columns=["option", "by"])


def _incomparable(ordered: pd.DataFrame) -> tuple[tuple[str, str], ...]:
    pairs = []
    rows: list[Any] = list(ordered.itertuples(index=False))
    for i, a in enumerate(rows):
        for b in rows[i + 1 :]:
            if (a.positive - b.positive) * (a.negative - b.negative) > 1e-15:
                pairs.append((a.option, b.option))
    return tuple(pairs)
