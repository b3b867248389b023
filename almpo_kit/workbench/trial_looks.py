"""A look at a running trial: the primary outcome of those who were measured so far."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from almpo_kit import experiments
from almpo_kit.experiments.planning.kept_and_lost import SMALLEST
from almpo_kit.vocabulary.errors import DesignError, FrameError
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.outcomes import OUTCOMES
from almpo_kit.vocabulary.provenance import data_versions, stamp
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.experiments import Monitoring
    from almpo_kit.vocabulary.trial_plans import TrialPlan

#: Designs whose arms cannot be compared before all periods, pairs or places are there.
_ONLY_AT_THE_END: Final = ("matched_pair", "stepped_wedge", "saturation")


def look(
    plan: TrialPlan, drawn: pd.DataFrame, data: pd.DataFrame, *, earlier: int, shares: Any = None
) -> Monitoring:
    """What is known of the primary outcome, by an interval that holds at every look.

    Parameters
    ----------
    plan : TrialPlan
    drawn : DataFrame
        The published draw.
    data : DataFrame
        ``id``, the outcome, and ``look``: the number of the look at which it was first known; it may be left out at the first.
    earlier : int
        Looks that were kept before.
    shares : DataFrame, optional
        Of an adaptive trial: ``batch, arm, share``; ``data`` then has ``batch``.

    Raises
    ------
    DesignError
        The design can be analysed only when it is complete.
    FrameError
        Columns are missing.
    """
    if plan.design.kind in _ONLY_AT_THE_END:
        raise DesignError(
            f"a {plan.design.kind.replace('_', ' ')} design is compared when it is complete, not on the way. Watch who is lost "
            "and who takes part meanwhile, and analyse it at the end."
        )
    people = _people(plan, drawn, data, earlier)
    outcome = plan.primary
    kind = OUTCOMES.get(outcome.outcome)
    of_groups = plan.design.kind == "cluster"
    given: Mapping[str, Any] = {} if of_groups else {"outcome": outcome}
    found = experiments.monitor(
        _groups(people, outcome.name) if of_groups else people,
        arms=list(plan.design.arms),
        shares=plan.design.arms if shares is None else shares,
        expected=plan.design.clusters if of_groups else plan.design.total,
        matters=abs(plan.smallest_effect),
        higher_is_better=kind is None or kind.favourable >= 0,
        alpha=plan.alpha,
        question=f"{plan.question} · what is known so far",
        **given,
    )
    return replace(found, checks=(*_others(drawn, data), *found.checks))


def _others(drawn: pd.DataFrame, data: pd.DataFrame) -> Iterator[Check]:
    """Rows about units that nobody drew, which no look can use."""
    n = int((~data["id"].astype(str).isin(set(drawn["id"].astype(str)))).sum())
    if n:
        said = f"{number(n, 0) if n >= SMALLEST else f'Fewer than {SMALLEST}'} rows are about units that were not drawn, and are left out."
        yield Check("units", "failed", said)


def _people(plan: TrialPlan, drawn: pd.DataFrame, data: pd.DataFrame, earlier: int) -> pd.DataFrame:
    wanted = [c for c in ("id", plan.primary.name) if c not in data]
    if wanted:
        raise FrameError(
            f"a look needs the column {wanted[0]!r}; there are {', '.join(map(str, data))[:200]}."
        )
    if "look" not in data and earlier:
        raise FrameError(
            f"{earlier} look{'s were' if earlier > 1 else ' was'} kept before: say in a column look, for each person, at which look "
            "the outcome was first known (1, 2, …). Intervals hold at every look because they go by that order."
        )
    found = data.drop(columns=[c for c in ("arm", "cluster", "chance") if c in data])
    if "look" not in found:
        found = found.assign(look=1)
    found = found.assign(id=found["id"].astype(str))
    if (n := int(found["id"].duplicated().sum())) > 0:
        raise FrameError(
            f"{n} rows are about somebody who stands in the data already; keep one row a person."
        )
    more = [c for c in ("batch",) if c in drawn and c not in found]
    joined = found.merge(drawn[["id", "arm", "cluster", *more]], on="id", how="inner", validate="one_to_one")
    if not len(joined):
        raise FrameError("nobody in the data was drawn in this trial; do both name units by the same id?")
    return stamp(joined, *data_versions(data, drawn))


def _groups(people: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """Groups as units: mean outcome of those known, at the look at which the last of them was."""
    known = people[people[outcome].notna()]
    of = known.groupby("cluster", sort=True)
    groups = of.agg(arm=("arm", "first"), y=(outcome, "mean"), look=("look", "max")).reset_index()
    return stamp(groups.rename(columns={"cluster": "id"}), *data_versions(people))


def look_content(found: Monitoring) -> dict[str, Any]:
    """What is kept of a look: numbers, no person."""
    last = found.table[found.table["look"] == found.table["look"].max()]
    columns = ("arm", "people", "comparison_people", "effect", "low", "high", "advice")
    rows = [{c: _plain(row[c]) for c in columns} for row in last.to_dict("records")]
    return {"look": int(last["look"].max()), "arms": rows}


def _plain(value: Any) -> Any:
    """JSON has no infinity: an interval that says nothing yet has no ends."""
    made = value.item() if hasattr(value, "item") else value
    return None if isinstance(made, float) and not math.isfinite(made) else made
