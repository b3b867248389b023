"""Watching a trial while it runs: what is known at each look, with intervals that hold at all of them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.experiments.inferring.kernels.look_intervals import asymptotic_looks, exact_looks
from almpo_kit.experiments.inferring.monitor_words import advice, monitor_checks, monitor_sentence
from almpo_kit.experiments.inferring.outcome_scale import OutcomeScale, outcome_scale
from almpo_kit.experiments.inferring.watched_data import Watched, watched_data
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.finding import Finding
from almpo_kit.vocabulary.provenance import provenance
from almpo_kit.vocabulary.rendering import number
from almpo_kit.vocabulary.trial_outcomes import TrialOutcome

Array = np.ndarray[Any, np.dtype[Any]]
METHODS = ("asymptotic", "exact")
_COLUMNS = ("look", "arm", "people", "comparison_people", "effect", "low", "high", "advice")


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Monitoring(Finding):
    """What each look shows.

    ``table``, one row a look and arm: ``look``, ``arm``, ``people`` and ``comparison_people`` known by then, ``effect`` in the
    outcome's own scale, ``low`` and ``high`` (infinite while too few are known), ``advice``: go on, may stop: better, may
    stop: worse, may stop: too small to matter.

    Parameters
    ----------
    advice : str
        Of the last look: for the arm whose advice is the most telling.
    since : float
        First look that advised to stop; NaN if none did.
    method : str
    matters : float
        Smallest effect that matters, in the outcome's own scale.
    scale_factor : float
        100 where effects are said in percentage points.
    unit : str
    level : float
        Chance with which all intervals of all looks and arms hold together.
    """

    advice: str
    since: float
    method: str
    matters: float
    scale_factor: float
    unit: str
    level: float

    def metrics(self) -> dict[str, float]:
        """The last look."""
        last = self.table[self.table["look"] == self.table["look"].max()]
        rows: list[Any] = list(last.itertuples(index=False))
        found = {f"effect_{r.arm}": float(r.effect) for r in rows}
        return found | {"since": self.since}


def monitor(
    outcomes: pd.DataFrame,
    *,
    arms: Sequence[str],
    shares: Mapping[str, float] | pd.DataFrame,
    comparison: str | None = None,
    outcome: TrialOutcome | None = None,
    method: str = "asymptotic",
    bounds: tuple[float, float] | None = None,
    expected: int = 0,
    fewest: int = 20,
    matters: float = 0.0,
    higher_is_better: bool = True,
    alpha: float = 0.05,
    question: str = "",
) -> Monitoring:
    """Look at a running trial as often as one likes, and stop when one likes.

    Parameters
    ----------
    outcomes : DataFrame, shape (n_people, ...)
        ``id, arm, look`` (number of the look at which the outcome was first known) and the outcome (``outcome.name`` or
        ``y``); ``batch`` where shares differed by batch. People whose outcome is not known yet are left out.
    arms : sequence of str
    shares : mapping of arm to share, or DataFrame of ``batch, arm, share``
        By which people were drawn.
    comparison : str, optional
        The first arm when left out.
    outcome : TrialOutcome, optional
    method : {"asymptotic", "exact"}
        Exact holds with any number of people but needs limits of the outcome; asymptotic needs ``fewest`` people in each arm.
    bounds : (low, high), optional
        Limits of the outcome for the exact method; 0 and 1 for a binary one.
    expected : int
        People of all arms at the planned end, where intervals are made narrowest; twice those known when left out (or 0). Fix
        it before the first look: a number that follows the data is no longer exact.
    fewest : int
        Asymptotic: people in each arm before the first interval.
    matters : float
        Smallest effect that matters, in the outcome's own scale; with one, looks may advise to stop for lack of it.
    higher_is_better : bool
    alpha : float
        All intervals of all looks and arms hold together with chance 1 − alpha.
    question : str

    Returns
    -------
    Monitoring

    Raises
    ------
    FrameError, ParameterError, DesignError

    Notes
    -----
    Scores are outcomes less a guess from earlier people, divided by the chance of the arm; their mean is the difference.
    Asymptotic: Robbins' mixture over a t statistic, the small-sample form of Waudby-Smith et al. Exact: betting. Several arms
    share alpha equally. Measured coverage: ``tests/experiments/COVERAGE.md``.

    References
    ----------
    Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas (2024) Annals of Statistics 52, 2613-2640; Waudby-Smith & Ramdas (2024)
    JRSS B 86, 1-27; Howard, Ramdas, McAuliffe & Sekhon (2021) Annals of Statistics 49, 1055-1080; Lai (1976).
    """
    chosen = _options(arms, comparison, method, alpha, fewest, expected, matters)
    ordered = (chosen, *(a for a in arms if a != chosen))
    scale = outcome_scale(outcomes, outcome, "monitor")
    people = watched_data(outcomes, shares, arms=ordered, column=scale.column)
    limits = _limits(method, bounds, scale, people)
    total = float(expected or 2 * len(people.y))
    each = alpha / (len(ordered) - 1)
    rows = [
        row
        for k in range(1, len(ordered))
        for row in _rows(people, k, limits, total, each, fewest, matters, higher_is_better)
    ]
    table = pd.DataFrame(rows, columns=list(_COLUMNS)).sort_values("look", kind="stable", ignore_index=True)
    told, since = _verdict(table)
    options = {"method": method, "expected": total, "fewest": fewest, "matters": matters, "alpha": alpha}
    frames = [outcomes, shares] if isinstance(shares, pd.DataFrame) else [outcomes]
    last = table[table["look"] == table["look"].max()]
    head = last.iloc[0] if len(ordered) == 2 else None
    return Monitoring(
        question=question or f"What does the trial show so far? · {scale.name}",
        sentence=monitor_sentence(last, chosen, told, since, scale, 1 - alpha),
        table=table,
        checks=monitor_checks(people, table, method, fewest, expected),
        provenance=provenance(*frames, method="experiments.monitor", options=options),
        figure="monitoring",
        headline=None if head is None else scale.headline(head.effect, head.low, head.high, 1 - alpha),
        rests_on=f"{number(len(people.y), 0)} people known at {table['look'].nunique()} looks",
        advice=told,
        since=since,
        method=method,
        matters=float(matters),
        scale_factor=scale.factor,
        unit=scale.unit,
        level=1 - alpha,
    )


def _options(
    arms: Sequence[str],
    comparison: str | None,
    method: str,
    alpha: float,
    fewest: int,
    expected: int,
    matters: float,
) -> str:
    if isinstance(arms, str) or len(arms) < 2 or len(set(arms)) < len(arms):
        raise ParameterError(
            "monitor() needs a list of two or more arms, e.g. arms=['no programme', 'course']."
        )
    chosen = arms[0] if comparison is None else comparison
    if chosen not in arms:
        raise ParameterError(f"monitor(): comparison {chosen!r} is none of {', '.join(arms)}.")
    if method not in METHODS:
        raise ParameterError(f"monitor() got method={method!r}; choose one of {', '.join(METHODS)}.")
    if not 0 < alpha < 0.5:
        raise ParameterError(f"monitor() got alpha={alpha!r}; take one above 0 and below 0.5, e.g. 0.05.")
    if not 2 <= fewest <= 100_000 or not 0 <= expected <= 1_000_000_000:
        raise ParameterError(
            "monitor(): fewest is a number of people from 2, expected one from 0 (not said)."
        )
    if not (math.isfinite(matters) and matters >= 0):
        raise ParameterError(
            f"monitor() got matters={matters!r}; give the smallest effect that matters, from 0."
        )
    return str(chosen)


def _limits(
    method: str, bounds: tuple[float, float] | None, scale: OutcomeScale, people: Watched
) -> tuple[float, float] | None:
    if method == "asymptotic":
        return None
    limits = bounds if bounds is not None else (0.0, 1.0) if scale.binary else None
    if limits is None:
        raise ParameterError(
            "monitor(): the exact method needs the least and the largest value that the outcome can have, e.g. "
            "bounds=(0, 24); or take method='asymptotic'."
        )
    low, high = map(float, limits)
    if not low < high:
        raise ParameterError(f"monitor() got bounds={bounds!r}; give the lower limit first.")
    if len(people.y) and not (low <= people.y.min() and people.y.max() <= high):
        raise ParameterError(
            f"monitor(): outcomes lie outside {low:g} to {high:g}; bounds are what is possible, not what is usual."
        )
    return low, high


def _rows(
    people: Watched,
    k: int,
    limits: tuple[float, float] | None,
    expected: float,
    alpha: float,
    fewest: int,
    matters: float,
    higher_is_better: bool,
) -> list[tuple[Any, ...]]:
    pair = ((people.arm == k) | (people.arm == 0)) & (people.share[:, k] > 0) & (people.share[:, 0] > 0)
    y, ours = people.y[pair], people.arm[pair] == k
    both = people.share[pair][:, [k, 0]]
    chance = both[:, 0] / both.sum(axis=1)
    looks = np.searchsorted(people.look[pair], people.looks, side="right")
    # Those expected in the two arms by the first shares: later ones may follow outcomes, which stakes must not foresee.
    wanted = max(expected * float(people.share[0, [k, 0]].sum()), 2.0)
    if not len(y):
        effect = low = high = np.full(len(looks), np.nan)
    elif limits is None:
        effect, low, high = asymptotic_looks(
            y, ours, chance, looks, expected=wanted, alpha=alpha, fewest=fewest
        )
    else:
        size = limits[1] - limits[0]
        found = exact_looks((y - limits[0]) / size, ours, chance, looks, expected=wanted, alpha=alpha)
        effect, low, high = (size * f for f in found)
    members = np.concatenate([[0], np.cumsum(ours)])[looks]
    rows = []
    for i, look in enumerate(people.looks):
        e, a, b = float(effect[i]), float(low[i]), float(high[i])
        told = advice(a, b, matters, higher_is_better=higher_is_better)
        rows.append((int(look), people.arms[k], int(members[i]), int(looks[i] - members[i]), e, a, b, told))
    return rows


def _verdict(table: pd.DataFrame) -> tuple[str, float]:
    last = table[table["look"] == table["look"].max()]
    stops = last[last["advice"] != "go on"]
    told = str(stops["advice"].iloc[0]) if len(stops) else "go on"
    earlier = table[table["advice"] != "go on"]
    return told, float(earlier["look"].min()) if len(earlier) else math.nan
