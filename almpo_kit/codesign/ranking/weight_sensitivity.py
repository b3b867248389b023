"""How far a weight can move before another option comes first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.codesign.ranking import asking
from almpo_kit.codesign.ranking.decision_table import DecisionTable
from almpo_kit.codesign.ranking.kernels.acceptability import TIE
from almpo_kit.codesign.ranking.kernels.least_move import least_move
from almpo_kit.codesign.ranking.kernels.turning_points import at, linear_meetings, topsis_meetings
from almpo_kit.codesign.ranking.problem import Problem, criteria_of, problem_of
from almpo_kit.codesign.ranking.rank_words import common_checks, plain, plain_checks, thin_weights
from almpo_kit.codesign.ranking.sensitivity_words import checks, sentence
from almpo_kit.codesign.ranking.weights_given import WeightsGiven, weights_given
from almpo_kit.vocabulary.finding import Finding

Array = np.ndarray[Any, np.dtype[Any]]
_NONE = ""
_INTERVAL = ("people_low", "people_high")


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class WeightSensitivity(Finding):
    """Between which weights of each criterion the first place holds.

    ``table``, one row a criterion, weights as shares: ``criterion, weight, low, low_first, high, high_first, smallest_change,
    people_low, people_high, beyond``. The option in first place keeps it while the weight lies between ``low`` and ``high``
    and the others keep their proportions; below or above, ``low_first`` or ``high_first`` comes first. Where nobody else ever
    does, ``low`` is 0 or ``high`` 1 and the name is "". ``smallest_change`` is the distance to the nearer of the two, infinite
    where there is none. ``people_low`` and ``people_high`` are the middle half of what participants give (NaN where nobody
    was asked), ``beyond`` the share of them who give less than ``low`` or more than ``high``.

    Parameters
    ----------
    first : tuple of str
        Who is first with the weights as given; more than one where they tie.
    smallest_change : float
        The least change of one weight that gives the first place away; infinite where none does.
    by_moving : DataFrame
        ``option, moved, to``: share of all weight that would have to move, as well as it can, for each rival to draw level,
        and the criterion that gains; infinite where no weights do. Of the weighted sum and PROMETHEE only; empty of TOPSIS.
    method, scaling : str
    """

    first: tuple[str, ...]
    smallest_change: float
    by_moving: pd.DataFrame
    method: str
    scaling: str

    def metrics(self) -> dict[str, float]:
        """The least change of one weight, in all and of each criterion."""
        each = zip(self.table["criterion"], self.table["smallest_change"], strict=True)
        return {"smallest_change": self.smallest_change} | {f"change_{c}": float(x) for c, x in each}


def weight_sensitivity(
    table: DecisionTable,
    weights: Any,
    *,
    method: str = "topsis",
    scaling: str | None = None,
    preferences: Mapping[str, Any] | None = None,
) -> WeightSensitivity:
    """Say how far each weight can move, the others in proportion, before another option comes first.

    Solved exactly, not searched: sums of weights meet at most once; closenesses of TOPSIS where a quadratic is zero.

    Parameters
    ----------
    table, weights, method, scaling, preferences
        As of ``rank``. Criteria that nobody weighed or that lack values do not move.

    Returns
    -------
    WeightSensitivity

    Raises
    ------
    ParameterError, DesignError
        As ``rank``.

    References
    ----------
    Triantaphyllou & Sanchez (1997) Decision Sciences 28, 151-194. Mareschal (1988) Eur. J. Oper. Res. 33, 54-64.
    """
    given = weights_given(weights, criteria_of(table, "weight_sensitivity"))
    p = problem_of(
        table,
        given.shares,
        verb="weight_sensitivity",
        method=method,
        scaling=scaling,
        preferences=preferences,
    )
    w = np.array([given.shares[c] for c in p.criteria])
    scaled = p.scaled()
    first = _first(p.scores(w), p.options)
    rows = pd.DataFrame([_row(p, w, scaled, j, first, given) for j in range(len(w))])
    least = float(rows["smallest_change"].min()) if len(first) == 1 else 0.0
    moving = _moving(p, w, scaled, first)
    options = asking.options_of(method, p.scaling, preferences)
    return WeightSensitivity(
        question="How far can the weights move before another option comes first?",
        sentence=plain(sentence(rows, moving, first, least)) + thin_weights(given),
        table=rows,
        checks=plain_checks((*checks(rows, first, least), *common_checks(p, given))),
        provenance=asking.made_from(table, given, verb="weight_sensitivity", options=options),
        figure="weight_sensitivity",
        rests_on=f"{len(p.options)} options by {len(p.criteria)} criteria, values taken as exact",
        first=first,
        smallest_change=least,
        by_moving=moving,
        method=method,
        scaling=p.scaling,
    )


def _first(scores: Array, options: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(o for o, s in zip(options, scores, strict=True) if s >= scores.max() - TIE)


def _row(
    p: Problem, w: Array, scaled: Array, j: int, first: tuple[str, ...], given: WeightsGiven
) -> dict[str, Any]:
    found = topsis_meetings(scaled, w, j) if p.method == "topsis" else linear_meetings(scaled, w, j)
    low, low_first = _turn(p, w, j, first, found[found < w[j] - TIE][::-1], 0.0)
    high, high_first = _turn(p, w, j, first, found[found > w[j] + TIE], 1.0)
    changes = [w[j] - low if low_first else np.inf, high - w[j] if high_first else np.inf]
    return {
        "criterion": p.criteria[j],
        "weight": float(w[j]),
        "low": low,
        "low_first": low_first,
        "high": high,
        "high_first": high_first,
        "smallest_change": float(min(changes)),
        **_people(given, p.criteria[j], low, high),
    }


def _turn(
    p: Problem, w: Array, j: int, first: tuple[str, ...], meetings: Array, end: float
) -> tuple[float, str]:
    """The first meeting beyond which somebody else leads: scores may meet and part without a change of the lead."""
    if len(p.criteria) == 1:
        return end, _NONE
    for i, t in enumerate(meetings):
        beyond = meetings[i + 1] if i + 1 < len(meetings) else end
        # At the very end nothing lies beyond; who leads there is who ties there.
        probe = 0.5 * (t + beyond) if abs(beyond - t) > TIE else end
        lead = _first(p.scores(at(w, j, float(probe))), p.options)
        if not set(lead) & set(first):
            return float(t), " and ".join(lead)
    return end, _NONE


def _people(given: WeightsGiven, criterion: str, low: float, high: float) -> dict[str, float]:
    if given.people is None or given.loads is None:
        return dict.fromkeys((*_INTERVAL, "beyond"), float("nan"))
    own = given.people[criterion].to_numpy(dtype=float)
    q25, q75 = np.quantile(own, [0.25, 0.75], weights=given.loads, method="inverted_cdf")
    out = given.loads[(own < low - TIE) | (own > high + TIE)].sum()
    return {"people_low": float(q25), "people_high": float(q75), "beyond": float(out)}


def _moving(p: Problem, w: Array, scaled: Array, first: tuple[str, ...]) -> pd.DataFrame:
    columns = ["option", "moved", "to"]
    if p.method == "topsis" or len(first) > 1:
        return pd.DataFrame(columns=columns)
    lead = p.options.index(first[0])
    rows = []
    for i, o in enumerate(p.options):
        if i != lead:
            moved, new = least_move(scaled[lead], scaled[i], w)
            gain = new - w
            rows.append(
                (o, moved, p.criteria[int(gain.argmax())] if np.isfinite(moved) and moved > 0 else "")
            )
    return pd.DataFrame(rows, columns=columns).sort_values("moved", kind="stable", ignore_index=True)
