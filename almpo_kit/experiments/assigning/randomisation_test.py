"""Test an effect by drawing again: what would the lot alone have done?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from almpo_kit.experiments.assigning.assignment_result import Assignment
from almpo_kit.experiments.assigning.exchanged_units import arm_asked, exchanged_units, outcomes_of
from almpo_kit.experiments.assigning.published_draw import PublishedDraw, published_draw
from almpo_kit.experiments.assigning.redraws import all_of_them, criterion_of, redraws
from almpo_kit.experiments.assigning.tested_by_draws import Tested, by_difference, by_studentised, by_wedge
from almpo_kit.experiments.assigning.tested_words import tested_checks, tested_sentence
from almpo_kit.experiments.assigning.wedge_cells import wedge_cells
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.finding import Finding
from almpo_kit.vocabulary.plain_values import real_number, whole_number
from almpo_kit.vocabulary.provenance import provenance
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    from almpo_kit.experiments.assigning.rerandomisation import Rerandomisation
    from almpo_kit.vocabulary.trial_designs import TrialDesign

Progress = Callable[[int, int], None]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class RandomisationTest(Finding):
    """A test that rests on the lot alone. ``table`` has one row: ``arm, effect, low, high, p_value, draws``.

    Parameters
    ----------
    arm : str
    effect : float
        In the outcome's own scale.
    p_value : float
        Two-sided, of the effect ``null`` on everybody.
    low, high : float
        All constant effects that are not rejected; infinite where so few draws are possible that none can be.
    draws : int
        Draws it is compared with.
    exact : bool
        These are all the draws there could have been.
    """

    arm: str
    effect: float
    p_value: float
    low: float
    high: float
    draws: int
    exact: bool

    def metrics(self) -> Mapping[str, float]:
        """Effect, interval and p-value."""
        return {"effect": self.effect, "low": self.low, "high": self.high, "p_value": self.p_value}


def randomisation_test(
    assignment: Assignment | pd.DataFrame,
    outcomes: pd.DataFrame,
    *,
    outcome: str,
    design: TrialDesign | None = None,
    arm: str = "",
    draws: int = 1999,
    statistic: str = "difference",
    null: float = 0.0,
    alpha: float = 0.05,
    seed: int = 0,
    id: str = "id",
    period: str = "period",
    criterion: Rerandomisation | None = None,
    units: pd.DataFrame | None = None,
    progress: Progress | None = None,
) -> RandomisationTest:
    """Compare the effect with what draws that could have been would have shown, had the effect been ``null`` on everybody.

    Units are dealt out again within the blocks (pairs, places) in which they were drawn, with the counts that each block has:
    given these, the draws of :func:`assign` are all alike probable. Where they are at most 20,000 all are gone through, and the
    test is exact; else p = (1 + as far out) / (1 + draws). Under a criterion only draws that it accepts are counted.

    Parameters
    ----------
    assignment : Assignment or DataFrame
        The draw, with late entrants; as a table, an ``assignments`` frame.
    outcomes : DataFrame
        One row a person, of a stepped wedge one a person (or group) and period. People without an outcome keep their place in
        the draws and have no part in the means.
    outcome : str
        Column with the outcome, a number.
    design : TrialDesign, optional
        With a table.
    arm : str
        Compared with the comparison; needed where there are several.
    draws : int
    statistic : {"difference", "studentised"}
        Difference of means within blocks, groups counting with their people and pairs alike; or the same over its standard
        error, each unit counting once. A stepped wedge takes the effect with groups and periods held constant.
    null : float
        Constant effect that is tested, in the outcome's scale.
    alpha : float
        The interval has all constant effects with a p-value above it.
    seed : int
        Of the draws made again; not that of the trial.
    id, period : str
        Columns of ``outcomes``.
    criterion : Rerandomisation, optional
        Of the draw; taken from an Assignment.
    units : DataFrame, optional
        The list with the covariates of the criterion.
    progress : callable, optional

    Returns
    -------
    RandomisationTest

    Raises
    ------
    ParameterError, FrameError, DesignError

    References
    ----------
    Fisher (1935) The design of experiments; Rosenbaum (2002) Observational studies, ch. 2 (intervals by inversion); Phipson and
    Smyth (2010) Stat. Appl. Genet. Mol. Biol. 9, 39 (p-values that are never 0); Wu and Ding (2021) J. Am. Stat. Assoc. 116,
    1898-1913 (studentised).
    """
    if statistic not in ("difference", "studentised"):
        raise ParameterError(f"statistic={statistic!r} is none of difference, studentised.")
    whole_number("draws", draws, 99, 1_000_000)
    real_number("alpha", alpha, 0, 0.5, open_low=True)
    real_number("null", null, -1e12, 1e12)
    if not isinstance(outcomes, pd.DataFrame):
        raise ParameterError("outcomes must be a table with one row a person.")
    given = published_draw(assignment, design, criterion=criterion)
    asking = _Asking(
        outcome=outcome,
        arm=arm_asked(given.design, arm),
        id=id if id in outcomes else given.columns["id"],
        period=period,
        statistic=statistic,
        null=null,
        alpha=alpha,
        draws=draws,
        seed=seed,
    )
    run = _in_wedge if given.design.kind == "stepped_wedge" else _between_arms
    found, exact, missing = run(given, outcomes, asking, units, progress)
    return _finding(given, found, exact, missing, asking, outcomes)


@dataclass(frozen=True)
class _Asking:
    outcome: str
    arm: str
    id: str
    period: str
    statistic: str
    null: float
    alpha: float
    draws: int
    seed: int

    @property
    def rng(self) -> np.random.Generator:
        return np.random.default_rng(np.random.SeedSequence(self.seed))


def _between_arms(
    given: PublishedDraw,
    outcomes: pd.DataFrame,
    asking: _Asking,
    units: pd.DataFrame | None,
    progress: Progress | None,
) -> tuple[Tested, bool, int]:
    y = outcomes_of(given.frame, outcomes, asking.id, asking.outcome)
    held = exchanged_units(given, y, asking.arm)
    # In places of a saturation design, people are dealt out within; the criterion was about places.
    inner = given.design.kind == "saturation"
    place = np.array([0, list(given.design.arms).index(asking.arm)])
    accepts = None if inner else criterion_of(given, units, held.names, place)
    exact = all_of_them(held.treated, held.stratum)
    again = redraws(held.treated, held.stratum, asking.draws, asking.rng, accepts, progress)
    test = by_difference if asking.statistic == "difference" else by_studentised
    found = test(held, again, null=asking.null, alpha=asking.alpha, extra=int(not exact))
    return found, exact, held.missing


def _in_wedge(
    given: PublishedDraw,
    outcomes: pd.DataFrame,
    asking: _Asking,
    units: pd.DataFrame | None,
    progress: Progress | None,
) -> tuple[Tested, bool, int]:
    if asking.statistic != "difference":
        raise ParameterError("a stepped wedge has statistic='difference' alone.")
    cells = wedge_cells(given, outcomes, asking.outcome, asking.id, asking.period)
    accepts = criterion_of(given, units, cells.names)
    exact = all_of_them(cells.label, cells.stratum)
    again = redraws(cells.label, cells.stratum, asking.draws, asking.rng, accepts, progress)
    found = by_wedge(
        cells.treated_of,
        cells.label,
        cells.levels,
        cells.y,
        again,
        null=asking.null,
        alpha=asking.alpha,
        extra=int(not exact),
    )
    return found, exact, cells.missing


def _finding(
    given: PublishedDraw,
    found: Tested,
    exact: bool,
    missing: int,
    asking: _Asking,
    outcomes: pd.DataFrame,
) -> RandomisationTest:
    row = {"arm": asking.arm} | vars(found)
    named = ("outcome", "arm", "draws", "statistic", "null", "alpha")
    return RandomisationTest(
        question=f"Could the lot alone have made this difference in {asking.outcome}? · {asking.arm} beside {given.design.comparison}",
        sentence=tested_sentence(given.design, found, exact, asking.arm, asking.null, asking.alpha),
        table=pd.DataFrame([row])[["arm", "effect", "low", "high", "p_value", "draws"]],
        checks=tested_checks(given, found, exact, missing, asking.statistic, asking.alpha),
        provenance=provenance(
            outcomes,
            given.frame,
            method="experiments.randomisation_test",
            options={k: getattr(asking, k) for k in named},
            seed=None if exact else asking.seed,
        ),
        rests_on=f"{number(found.draws, 0)} draws that could have been"
        + (", all there are" if exact else ""),
        arm=asking.arm,
        effect=found.effect,
        p_value=found.p_value,
        low=found.low,
        high=found.high,
        draws=found.draws,
        exact=exact,
    )
