"""How alike arms are in what was known before the draw, beside what the lot usually does."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from almpo_kit.experiments.assigning.assignment_result import Assignment
from almpo_kit.experiments.assigning.covariate_columns import covariate_columns, in_order_of, of_units
from almpo_kit.experiments.assigning.drawing import option_labels, options
from almpo_kit.experiments.assigning.kernels.covariate_distance import distance, whitened
from almpo_kit.experiments.assigning.published_draw import PublishedDraw, published_draw, relisted
from almpo_kit.experiments.assigning.redraws import all_of_them, criterion_of, option_codes, redraws
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.plain_values import whole_number
from almpo_kit.vocabulary.provenance import provenance
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    from almpo_kit.experiments.assigning.rerandomisation import Rerandomisation
    from almpo_kit.experiments.assigning.unit_list import UnitList
    from almpo_kit.vocabulary.trial_designs import TrialDesign

Real = np.ndarray[Any, np.dtype[np.float64]]
Whole = np.ndarray[Any, np.dtype[np.intp]]
#: Arms with fewer people show no number.
_FEWEST: Final = 10
#: Above this a difference, in standard deviations, deserves a caution.
_LARGE: Final = 0.25


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Balance(Finding):
    """How alike arms are. ``table``, one row a covariate and arm: ``covariate, arm, difference, usual``.

    ``difference`` of the arm's mean from the first arm's, in standard deviations of the list; ``usual``, what 95 of 100 draws
    stay within. In a stepped wedge arms are steps, in a saturation design shares offered.

    Parameters
    ----------
    p_value : float
        Share of draws that are at least as far apart in all covariates together.
    largest : float
        Largest difference, whichever way.
    draws : int
        Draws it is compared with.
    """

    p_value: float
    largest: float
    draws: int

    def metrics(self) -> Mapping[str, float]:
        """P-value and largest difference."""
        return {"p_value": self.p_value, "largest_difference": self.largest}


def covariate_balance(
    assignments: Assignment | pd.DataFrame,
    units: pd.DataFrame,
    covariates: Sequence[str],
    *,
    design: TrialDesign | None = None,
    id: str = "id",
    criterion: Rerandomisation | None = None,
    draws: int = 999,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Balance:
    """Compare arms in covariates, and all of them together with draws that could have been.

    Parameters
    ----------
    assignments : Assignment or DataFrame
        Late entrants play no part.
    units : DataFrame, shape (n, ...)
        The list with its covariates.
    covariates : sequence of str
        Columns with numbers, or words (one row each but the first).
    design : TrialDesign, optional
        With a table.
    id : str
    criterion : Rerandomisation, optional
        Of the draw; taken from an Assignment.
    draws : int
        Where there are more than 20,000 draws that could have been; all of them otherwise.
    seed : int
        Of the draws made again.
    progress : callable, optional

    Returns
    -------
    Balance

    Raises
    ------
    FrameError
        A covariate lacks, or is not known of somebody.
    DesignError
        No covariate varies within blocks.

    References
    ----------
    Hansen and Bowers (2008) Stat. Sci. 23, 219-236 (one test of all covariates, by the draw itself).
    """
    names = [covariates] if isinstance(covariates, str) else list(covariates)
    if not names:
        raise ParameterError("covariate_balance() needs covariates, e.g. covariates=['age', 'sex'].")
    whole_number("draws", draws, 99, 1_000_000)
    given = published_draw(assignments, design, criterion=criterion, id=id)
    if not len(given.from_list):
        raise DesignError("these are late entrants alone; look at the draw of the list.")
    values, labels, _ = covariate_columns(units, names)
    rows = in_order_of(units, given.columns["id"], given.from_list["id"].tolist())
    listed = relisted(given.from_list, given.design)
    rng = np.random.default_rng(np.random.SeedSequence(seed))
    asked = _Asked(given, listed, values[rows], labels, draws, rng)
    found = _compare(asked, criterion_of(given, units, listed.drawn.tolist()), progress)
    return _finding(asked, found, units, names, seed)


@dataclass(frozen=True, eq=False, repr=False)
class _Asked:
    given: PublishedDraw
    listed: UnitList
    values: Real
    labels: list[str]
    draws: int
    rng: np.random.Generator


@dataclass(frozen=True, eq=False, repr=False)
class _Compared:
    difference: Real
    usual: Real
    p_value: float
    draws: int
    exact: bool


def _compare(asked: _Asked, accepts: Any, progress: Any) -> _Compared:
    design, listed = asked.given.design, asked.listed
    option = option_codes(asked.given.from_list, design, listed)
    _, weights = options(design)
    shares = np.array(weights) / sum(weights)
    white = whitened(of_units(asked.values, listed.unit, len(listed.drawn)), listed.stratum)
    if not white.shape[1]:
        raise DesignError("no covariate varies between units of a block, so arms cannot differ in any.")
    spread = asked.values.std(axis=0)
    scaled = (asked.values - asked.values.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    sizes = listed.sizes.astype(float)
    totals = of_units(scaled, listed.unit, len(sizes)) * sizes[:, None]
    real, apart = _differences(totals, sizes, option, len(shares)), distance(white, option, shares)
    exact = all_of_them(option, listed.stratum)
    found, far, count = [], 0, 0
    for again in redraws(option, listed.stratum, asked.draws, asked.rng, accepts, progress):
        found.append(np.abs(_differences(totals, sizes, again, len(shares))))
        far += distance(white, again, shares) >= apart * (1 - 1e-9)
        count += 1
    p_value = far / count if exact else (1 + far) / (1 + count)
    usual = np.quantile(np.stack(found), 0.95, axis=0)
    people = np.bincount(option, sizes, len(shares))
    few = (people[1:] < _FEWEST) | (people[0] < _FEWEST)
    return _Compared(np.where(few, np.nan, real), usual, float(p_value), count, exact)


def _differences(totals: Real, sizes: Real, option: Whole, arms: int) -> Real:
    """Means of arms less that of the first, shape (p, arms − 1)."""
    people = np.maximum(np.bincount(option, sizes, arms), 1)
    means = np.stack([np.bincount(option, t, arms) for t in totals.T]) / people
    made: Real = means[:, 1:] - means[:, :1]
    return made


def _finding(asked: _Asked, found: _Compared, units: pd.DataFrame, names: list[str], seed: int) -> Balance:
    arms = option_labels(asked.given.design)
    rows = [
        (label, arm, found.difference[i, j], found.usual[i, j])
        for i, label in enumerate(asked.labels)
        for j, arm in enumerate(arms[1:])
    ]
    table = pd.DataFrame(rows, columns=["covariate", "arm", "difference", "usual"])
    sizes = table["difference"].abs()
    return Balance(
        question="Are the arms alike in what was known before the draw?",
        sentence=_sentence(table, found, arms[0]),
        table=table,
        checks=_checks(table, found, arms[0]),
        provenance=provenance(
            units,
            asked.given.frame,
            method="experiments.covariate_balance",
            options={"covariates": names, "draws": asked.draws, "design": asked.given.design.to_plain()},
            seed=None if found.exact else seed,
        ),
        figure="assignment_balance",
        rests_on=f"{number(len(asked.values), 0)} people and {number(found.draws, 0)} draws that could have been",
        p_value=found.p_value,
        largest=float(sizes.max()) if sizes.notna().any() else float("nan"),
        draws=found.draws,
    )


def _sentence(table: pd.DataFrame, found: _Compared, first: str) -> str:
    share = number(100 * found.p_value, 0)
    text = f"{share} of 100 draws would have left the arms at least as far apart in all covariates together"
    known = table.dropna(subset="difference")
    if known.empty:
        return f"{text}."
    worst = known.iloc[int(known["difference"].abs().to_numpy().argmax())]
    return (
        f"{text}. The largest difference is in {worst['covariate']}: {worst['arm']} is {number(worst['difference'], 2)} standard "
        f"deviations from {first}."
    )


def _checks(table: pd.DataFrame, found: _Compared, first: str) -> tuple[Check, ...]:
    made = []
    if found.p_value < 0.01:
        told = (
            "Fewer than 1 of 100 draws would have left the arms so far apart. It may be bad luck, or they are not what the lot gave: "
            "verify the draw."
        )
        made.append(Check("as the lot leaves them", "failed", told))
    else:
        told = "All covariates together, the arms are no further apart than the lot leaves them."
        made.append(Check("as the lot leaves them", "passed", told))
    large = table[table["difference"].abs() > _LARGE]
    if len(large):
        which = ", ".join(dict.fromkeys(large["covariate"]))
        told = (
            f"Arms differ by more than {_LARGE:g} standard deviations in {which}. The lot can do that in a small trial; adjust for it "
            "where the plan says so."
        )
        made.append(Check("no large difference", "failed", told))
    beyond = int((table["difference"].abs() > table["usual"] * (1 + 1e-9)).sum())
    told = (
        f"{beyond} of {int(table['difference'].notna().sum())} differences from {first} lie beyond what 95 of 100 draws stay within; "
        "about one of twenty does by luck."
    )
    return (*made, Check("one by one", "informational", told))
