"""What each proposal gains and loses, group by group."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd

from almpo_kit.codesign.diversity.people_by_proposals import group_of, people_by_proposals
from almpo_kit.vocabulary.consultations import Plan
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.provenance import provenance
from almpo_kit.vocabulary.rendering import number

GAIN_COLUMNS: Final = (
    *("proposal", "group", "n", "mean", "low", "high"),
    *("gain", "lose", "same", "median", "said"),
)
EVERYBODY: Final = "everybody"
#: Fewest people of whom an interval is given.
_FEWEST: Final = 5
_LEVEL: Final = 0.95


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class GainsAndLosses(Finding):
    """Who gains and who loses by each proposal, against what is compared with.

    ``table``, one row a proposal and group (and "everybody"). ``mean, median``: gain in the unit of the utilities;
    ``low, high``: 95% interval of the mean, how far it might move with other people of the same kind, NaN below 5 people.
    ``gain, lose, same``: shares of people. ``said``: "gains" or "loses" where the interval does not hold 0, else "open";
    "too few".

    Parameters
    ----------
    losers : DataFrame
        ``proposal, group, n, mean, lose``: the groups that lose, or most of whose people do.
    for_all : tuple of str
        Proposals by which no group loses on average.
    baseline : str
        What gains are counted from: a proposal, or 0.
    unit : str
    """

    losers: pd.DataFrame
    for_all: tuple[str, ...]
    baseline: str
    unit: str

    def metrics(self) -> dict[str, float]:
        """How many proposals leave no group worse off."""
        return {"proposals": float(self.table["proposal"].nunique()), "for_all": float(len(self.for_all))}


def gains_and_losses(
    utilities: pd.DataFrame,
    groups: pd.Series | Mapping[str, str],
    *,
    baseline: str | None = None,
    unit: str = "of the way from the middle to the end of the scale",
    least_group: int = 5,
    plan: Plan | None = None,
    told_as: str = "gains",
) -> GainsAndLosses:
    """Say what each proposal gains and loses by group.

    How many people gain and lose needs no comparison between people; a mean does, as if a point of one were worth a point
    of another, and stands beside the shares for that reason.

    Parameters
    ----------
    utilities : DataFrame, shape (n_people, n_proposals)
        By participant; above 0 is a gain, below 0 a loss, e.g. ``rated_utilities(judged, plan)``. NaN: no answer.
    groups : Series or mapping
        Participant -> group, e.g. ``opinion_groups(judged, plan).members`` or ``roles_of(judged)``.
    baseline : str, optional
        The proposal that gains are counted from, e.g. what is done now; 0 when left out.
    unit : str
        Of utilities, as it stands after a number.
    least_group : int
        Smaller groups stand together as "others"; the plan's where a plan is given.
    plan : Plan, optional
    told_as : {"gains", "ratings"}
        Whether people gain and lose, or are for and against: ratings of statements are no gains.

    Returns
    -------
    GainsAndLosses

    Raises
    ------
    FrameError
    ParameterError
    DesignError
        ``groups`` names none of the people.
    """
    if told_as not in _WORDS:
        raise ParameterError(f"gains_and_losses() got told_as={told_as!r}; choose among {', '.join(_WORDS)}.")
    held = people_by_proposals(utilities, "gains_and_losses")
    if baseline is not None and baseline not in held:
        raise ParameterError(
            f"gains_and_losses() found no proposal {baseline!r}; there are {', '.join(held.columns)}."
        )
    if baseline is not None:
        held = held.sub(held[baseline], axis=0).drop(columns=baseline)
        if not held.shape[1] or not held.notna().to_numpy().any():
            raise ParameterError(
                "gains_and_losses() has nothing to compare with the baseline; give a second proposal."
            )
    group = group_of(held.index, groups, plan.least_group if plan else least_group, "gains_and_losses")
    table = _table(held, group)
    by_group = table[table["group"] != EVERYBODY]
    lost = (by_group["mean"] < 0) | (by_group["lose"] > 0.5)
    losers = by_group.loc[lost, ["proposal", "group", "n", "mean", "lose"]].reset_index(drop=True)
    for_all = tuple(
        str(p)
        for p in held.columns
        if not (by_group["mean"][by_group["proposal"] == p] < 0).any() and (by_group["proposal"] == p).any()
    )
    made = provenance(
        utilities,
        method="codesign.gains_and_losses",
        options={"baseline": baseline, "unit": unit} | ({"plan": plan.digest} if plan else {}),
    )
    return GainsAndLosses(
        question=_WORDS[told_as]["question"],
        sentence=_sentence(table, losers, for_all, len(held), _WORDS[told_as]),
        table=table,
        checks=_checks(table, group),
        provenance=replace(made, synthetic=made.synthetic or bool(plan and plan.synthetic)),
        rests_on=f"answers of {len(held)} people on {held.shape[1]} proposals",
        losers=losers,
        for_all=for_all,
        baseline=baseline or "0",
        unit=unit,
    )


def _table(held: pd.DataFrame, group: pd.Series) -> pd.DataFrame:
    rows = []
    for proposal in held.columns:
        for name in (EVERYBODY, *sorted(set(group))):
            own = held[proposal] if name == EVERYBODY else held.loc[(group == name).to_numpy(), proposal]
            given = own.dropna().to_numpy()
            if len(given):
                rows.append((proposal, name, *_row(given)))
    return pd.DataFrame(rows, columns=list(GAIN_COLUMNS))


def _row(given: Any) -> tuple[Any, ...]:
    n, mean = len(given), float(given.mean())
    low, high = _interval(given) if n >= _FEWEST else (math.nan, math.nan)
    shares = [float(x.mean()) for x in (given > 1e-12, given < -1e-12, np.abs(given) <= 1e-12)]
    said = "too few" if n < _FEWEST else "gains" if low > 0 else "loses" if high < 0 else "open"
    return n, mean, low, high, *shares, float(np.median(given)), said


def _interval(given: Any) -> tuple[float, float]:
    """Student's t; of people who all say the same there is no interval but that one value."""
    from scipy.stats import t

    n = len(given)
    half = float(t.ppf((1 + _LEVEL) / 2, n - 1) * given.std(ddof=1) / math.sqrt(n))
    return float(given.mean()) - half, float(given.mean()) + half


_WORDS = {
    "gains": {
        "question": "Who gains and who loses by each proposal?",
        "for": "gain and",
        "against": "lose by",
        "best": "which gains most on average",
        "hurt": "who loses: ",
        "none": "no group loses by it on average",
        "all": "proposals leave no group worse off on average",
    },
    "ratings": {
        "question": "Who is for and who is against each statement, group by group?",
        "for": "are for and",
        "against": "are against",
        "best": "which is rated highest on average",
        "hurt": "against it on average: ",
        "none": "no group is against it on average",
        "all": "statements have no group against them on average",
    },
}


def _sentence(
    table: pd.DataFrame, losers: pd.DataFrame, for_all: tuple[str, ...], n: int, w: dict[str, str]
) -> str:
    overall = table[table["group"] == EVERYBODY].sort_values("mean", ascending=False, kind="stable")
    best = overall.iloc[0]
    hurt = losers[losers["proposal"] == best["proposal"]].sort_values("mean", kind="stable")
    shares = f"{number(100 * best['gain'], 0)}% {w['for']} {number(100 * best['lose'], 0)}% {w['against']}"
    most = f"Of {n} people, {shares} “{best['proposal']}”, {w['best']}"
    tail = f"; {w['hurt']}{', '.join(hurt['group'])}." if len(hurt) else f", and {w['none']}."
    count = table["proposal"].nunique()
    rest = f" {len(for_all)} of {count} {w['all']}." if count > 1 else ""
    return f"{most}{tail}{rest}"


def _checks(table: pd.DataFrame, group: pd.Series) -> tuple[Check, ...]:
    out = []
    if (table["said"] == "too few").any():
        out.append(
            Check(
                "enough people",
                "failed",
                f"Some groups have fewer than {_FEWEST} answers; no interval is given for them.",
            )
        )
    if group.nunique() == 1:
        out.append(
            Check(
                "groups",
                "informational",
                "There is one group only, so that nothing can be said about who gains at whose cost.",
            )
        )
    told = "Means take a point of one person as worth a point of another; the shares of those who gain and lose do not."
    out.append(Check("comparing people", "informational", told))
    told = "Intervals show how far means might move with other people of the same kind; they do not make the panel a sample of the region."
    return (*out, Check("whom it is about", "informational", told))
