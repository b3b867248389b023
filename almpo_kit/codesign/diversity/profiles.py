"""What groups of opinion hold, and who is in them."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from almpo_kit.codesign.diversity.opinion_groups_result import (
    COMPOSITION_COLUMNS,
    PROFILE_COLUMNS,
    STATEMENT_COLUMNS,
)
from almpo_kit.codesign.diversity.rated_statements import Rated
from almpo_kit.vocabulary.consensus_rules import ConsensusRules
from almpo_kit.vocabulary.consultation_items import said
from almpo_kit.vocabulary.consultations import Plan

#: A difference of means, as a share of the scale, that parts groups: 2 of 8 steps.
PARTS: Final = 0.25
OTHERS: Final = "others"


def profile(rated: Rated, groups: pd.Series, rules: ConsensusRules) -> pd.DataFrame:
    """What each group holds of each statement.

    Parameters
    ----------
    rated : Rated
    groups : Series
        By position of a person.
    rules : ConsensusRules
    """
    shares = rated.shares
    rows = []
    for group in sorted(set(groups)):
        for k, item in enumerate(rated.items):
            given = shares[(groups == group).to_numpy(), k]
            rows.append((group, item.id, *_held(given[np.isfinite(given)], rules)))
    return pd.DataFrame(rows, columns=list(PROFILE_COLUMNS))


def _held(given: Any, rules: ConsensusRules) -> tuple[int, float, float, float, float]:
    """Answers, mean, median, share that agrees and that disagrees."""
    if not len(given):
        return 0, float("nan"), float("nan"), float("nan"), float("nan")
    ends = [
        float(((given >= low - 1e-9) & (given <= high + 1e-9)).mean())
        for low, high in (rules.agree, rules.disagree)
    ]
    return len(given), float(given.mean()), float(np.median(given)), ends[0], ends[1]


def statements(rated: Rated, by_group: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """What parts and what unites the groups, statement by statement: largest gap first."""
    rows = []
    shares = rated.shares
    for k, item in enumerate(rated.items):
        given = shares[:, k]
        n, mean, _, agree, disagree = _held(given[np.isfinite(given)], plan.rules)
        held = by_group[(by_group["item"] == item.id) & (by_group["n"] > 0)]
        mean_of = held["mean"].to_numpy()
        high, low = held.iloc[int(mean_of.argmax())], held.iloc[int(mean_of.argmin())]
        gap = float(high["mean"] - low["mean"])
        least = float(held["agree"].min()), float(held["disagree"].min())
        verdict = _said(gap, *least, held, plan.rules)
        names = ("", "") if len(held) == 1 else (high["group"], low["group"])
        text = said(item.text, plan.languages[0])
        rows.append((item.id, text, n, mean, agree, disagree, gap, *least, verdict, *names))
    table = pd.DataFrame(rows, columns=list(STATEMENT_COLUMNS))
    return table.sort_values("gap", ascending=False, kind="stable").reset_index(drop=True)


def _said(
    gap: float, least_agree: float, least_disagree: float, held: pd.DataFrame, rules: ConsensusRules
) -> str:
    # Groups as small as a few people agree by chance: each must have as many answers as the rules ask of a panel.
    told = bool((held["n"] >= min(rules.least_answers, 8)).all())
    if told and least_agree >= rules.agreement and held["disagree"].max() <= rules.against:
        return "unites: all groups agree"
    if told and least_disagree >= rules.agreement and held["agree"].max() <= rules.against:
        return "unites: all groups disagree"
    return "parts" if gap >= PARTS - 1e-9 else "neither"


def composition(people: pd.DataFrame, groups: pd.Series, least: int) -> pd.DataFrame:
    """Roles, places and sectors in each group, as far as so many can be shown.

    Where a value, or what it leaves to another group, has fewer than ``least`` people, none of its counts is shown: from
    the rest of a count the hidden one could be told.

    Parameters
    ----------
    people : DataFrame
        ``role, geo, sector``.
    groups : Series
    least : int
    """
    rows = []
    for dimension in ("role", "geo", "sector"):
        value = people[dimension].replace("", "not shown").reset_index(drop=True)
        if (value == "not shown").all():
            continue
        counts = pd.crosstab(value, groups.reset_index(drop=True))
        thin = ((counts > 0) & (counts < least)).any(axis=1) | (counts.sum(axis=1) < least)
        shown = counts[~thin]
        rest = counts[thin].sum()
        if int(rest.sum()) and ((rest == 0) | (rest >= least)).all():
            shown = pd.concat([shown, rest.to_frame(OTHERS).T])
        rows += [
            (group, dimension, name, int(row[group]), float(row[group] / row.sum()))
            for name, row in shown.iterrows()
            for group in counts.columns
        ]
    return pd.DataFrame(rows, columns=list(COMPOSITION_COLUMNS))
