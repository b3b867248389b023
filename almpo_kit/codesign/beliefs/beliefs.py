"""What a panel expects of a quantity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pandas as pd

from almpo_kit.codesign.beliefs import belief_tables, belief_words
from almpo_kit.codesign.beliefs.beliefs_given import BeliefsGiven, beliefs_given, shares_of_people
from almpo_kit.codesign.beliefs.kernels.curves import Curves, Pool, Pooling, curves
from almpo_kit.codesign.beliefs.kernels.moments import effective_number, panel_draws
from almpo_kit.codesign.beliefs.quantities import in_words, unit_of, unit_words
from almpo_kit.codesign.rounds.answers_given import made_by
from almpo_kit.vocabulary.consultations import Plan
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.finding import Finding, Headline

Fit = Literal["two_piece", "metalog"]
_FITS = ("two_piece", "metalog")
_TENTHS = np.array([0.1, 0.5, 0.9])
_GRID = 641
_KEPT = ("median", "low", "high", "chance_above_zero")


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Belief(Finding):
    """The pooled belief of a panel about one quantity.

    ``table``, one row a way of pooling: ``pooling, called, p05, low, p25, median, p75, high, p95, chance_above_zero``;
    ``low`` and ``high`` are the 10th and 90th percentile, which is what people were asked for.

    Parameters
    ----------
    item : str
    unit : str
    quantity : mapping
        What was asked, as in the plan.
    pooling : {"linear", "quantiles"}
        Of the numbers below.
    n : int
    effective : float
        Kish's effective number of persons.
    thin : bool
        Fewer answers than the rules of the consultation ask for, or worth fewer after weighting.
    least : int
    median, low, high : float
    panel_low, panel_high : float
        Within which the median of the linear pool falls for 95 of 100 panels drawn from these persons.
    chance_above_zero : float
    sd_within, sd_between, disagreement : float
        Standard deviations of persons' own doubt and of their means; share of the linear pool's variance that is between persons.
    moved : float
        How far another kind of curve moves ``low`` or ``high``.
    individual : DataFrame
        ``person`` (place by median)``, low, median, high, weight, curve, round``; with ``role`` or ``participant`` only as far as disclosed.
    by_role : DataFrame
        ``role, called, n, low, median, high, chance_above_zero``; roles with fewer than ``plan.least_group`` members are left out.
    curve : DataFrame
        ``value, chance, at_or_below``.
    pool : Pool
        The distribution itself, for :func:`belief_against_evidence`.
    """

    item: str
    unit: str
    quantity: Mapping[str, Any]
    pooling: str
    n: int
    effective: float
    thin: bool
    least: int
    median: float
    low: float
    high: float
    panel_low: float
    panel_high: float
    chance_above_zero: float
    sd_within: float
    sd_between: float
    disagreement: float
    moved: float
    round: int
    individual: pd.DataFrame
    by_role: pd.DataFrame
    curve: pd.DataFrame
    pool: Pool = field(repr=False)

    def metrics(self) -> Mapping[str, float]:
        """The pooled numbers; none of a panel that is too small."""
        if self.thin:
            return {"n": float(self.n)}
        names = ("n", "effective", "median", "low", "high", "chance_above_zero", "disagreement")
        return {name: float(getattr(self, name)) for name in names}


def beliefs(
    judged: pd.DataFrame,
    plan: Plan,
    item: str,
    *,
    weights: pd.Series | None = None,
    pooling: Pooling = "linear",
    fit: Fit = "two_piece",
    round: int | None = None,
    repeats: int = 1000,
    seed: int = 0,
) -> Belief:
    """Pool what participants expect of a quantity, each as a distribution through her three quantiles.

    Each person's 10th, 50th and 90th percentile are met exactly by a curve within the range that could be entered. The
    pooled belief is the average of the curves' chances (linear pool) or of their quantiles. It says what these people
    believe; it is not a survey of a population and no estimate of the effect.

    Parameters
    ----------
    judged : DataFrame
        A ``judgements`` frame. The latest complete answer of each person counts.
    plan : Plan
    item : str
        A quantity of the plan.
    weights : Series, optional
        Participant -> weight; equal ones where left out.
    pooling : {"linear", "quantiles"}
        The linear pool keeps disagreement in its range; averaged quantiles are narrower.
    fit : {"two_piece", "metalog"}
        Kind of curve; a metalog that cannot pass through a person's quantiles is replaced by a two-piece normal.
    round : int, optional
        Answers up to this round.
    repeats : int
        Draws of the panel.
    seed : int

    Returns
    -------
    Belief

    Raises
    ------
    DesignError
        No quantity, nobody answered, or fewer answers than ``plan.least_group`` (they could be told apart).
    FrameError, ParameterError

    References
    ----------
    O'Hagan et al. (2006) Uncertain Judgements, Wiley. Stone (1961) Ann. Math. Stat. 32, 1339-1342 (linear pool).
    Lichtendahl, Grushka-Cockayne & Winkler (2013) Management Science 59, 1594-1611 (average of quantiles). Keelin (2016)
    Decision Analysis 13, 243-277 (metalog).
    """
    _ask(pooling, fit, repeats, seed)
    given = beliefs_given(judged, plan, item, round)
    if len(given.people) < plan.least_group:
        raise DesignError(
            f"{len(given.people)} participants gave a complete answer to {item!r}; with fewer than {plan.least_group} their answers "
            "could be told apart, so nothing is shown. Invite more people, or wait for more answers."
        )
    shares = shares_of_people(weights, given.people)
    held = curves(given.quantiles, given.ends, fit)
    fields = _numbers(given, plan, held, shares, pooling, fit)
    fields |= _panel(held, shares, repeats, seed)
    return Belief(
        question=f"What does the panel expect: {in_words(given.item.quantity)}?",
        sentence=belief_words.sentence(fields, given),
        checks=belief_words.checks(fields, given),
        provenance=made_by(
            judged,
            plan=plan,
            method="codesign.beliefs",
            options={"item": item, "pooling": pooling, "fit": fit, "round": given.round}
            | {"weights": "equal" if weights is None else "given", "repeats": repeats},
            seed=seed,
        ),
        figure="belief",
        certainty="too little to say" if fields["thin"] else None,
        headline=None if fields["thin"] else _headline(fields, given),
        rests_on=f"{len(given.people)} participants’ own 10th, 50th and 90th percentiles, round {given.round}",
        **fields,
    )


def _ask(pooling: Any, fit: Any, repeats: Any, seed: Any) -> None:
    if pooling not in belief_tables.POOLS:
        raise ParameterError(f"beliefs(): pooling={pooling!r}; choose {' or '.join(belief_tables.POOLS)}.")
    if fit not in _FITS:
        raise ParameterError(f"beliefs(): fit={fit!r}; choose {' or '.join(_FITS)}.")
    if isinstance(repeats, bool) or not isinstance(repeats, int) or not 100 <= repeats <= 100_000:
        raise ParameterError(f"beliefs(): repeats={repeats!r}; give 100 to 100000, e.g. 1000.")
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        raise ParameterError(f"beliefs(): seed={seed!r} must be a whole number of 0 or more.")


def _numbers(
    given: BeliefsGiven, plan: Plan, held: Curves, shares: np.ndarray[Any, Any], pooling: Pooling, fit: str
) -> dict[str, Any]:
    pool = Pool(held, shares, pooling)
    table = belief_tables.pool_table(held, shares)
    own: Any = table.set_index("pooling").loc[pooling]
    other = Pool(curves(given.quantiles, given.ends, _FITS[fit == "two_piece"]), shares, pooling)
    ends = other.quantile(np.array([0.1, 0.9])) - [own["low"], own["high"]]
    within, between, disagreement = belief_tables.spread(held, shares)
    return {
        "item": given.item.id,
        "unit": unit_of(given.item.quantity["unit"]),
        "quantity": dict(given.item.quantity),
        "pooling": pooling,
        "n": len(given.people),
        "effective": effective_number(shares),
        # Weights can leave ten answers that are worth three: those are three.
        "thin": min(len(given.people), effective_number(shares)) < plan.rules.least_answers - 1e-9,
        "least": plan.rules.least_answers,
        **{name: float(own[name]) for name in _KEPT},
        "sd_within": within,
        "sd_between": between,
        "disagreement": disagreement,
        "moved": float(np.abs(ends).max()),
        "round": given.round,
        "table": table,
        "individual": belief_tables.person_table(given, held, shares, plan.disclosure),
        "by_role": belief_tables.role_table(given, held, shares, plan.least_group),
        "curve": belief_tables.curve_table(pool),
        "pool": pool,
    }


def _panel(held: Curves, shares: np.ndarray[Any, Any], repeats: int, seed: int) -> dict[str, float]:
    grid = np.linspace(*held.ends, _GRID)
    medians = panel_draws(held, shares, grid, _TENTHS[1:2], repeats, seed)[:, 0]
    low, high = np.quantile(medians, [0.025, 0.975])
    return {"panel_low": float(low), "panel_high": float(high)}


def _headline(fields: Mapping[str, Any], given: BeliefsGiven) -> Headline:
    return Headline(
        value=fields["median"],
        low=fields["low"],
        high=fields["high"],
        unit=unit_words(fields["unit"]),
        scale=given.ends,
        level=0.8,
    )
