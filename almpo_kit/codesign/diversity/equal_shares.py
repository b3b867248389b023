"""Which proposals a budget funds when everybody has the same share of it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd

from almpo_kit.codesign.diversity.budget_words import FEWEST, checks, sentence
from almpo_kit.codesign.diversity.equal_shares_result import (
    LEFT_OUT_COLUMNS,
    PROPOSAL_COLUMNS,
    EqualShares,
)
from almpo_kit.codesign.diversity.guarantees import guarantees
from almpo_kit.codesign.diversity.kernels.completion import most_votes, raised_shares
from almpo_kit.codesign.diversity.kernels.equal_shares import Shared
from almpo_kit.codesign.diversity.kernels.equal_shares import equal_shares as shared_out
from almpo_kit.codesign.diversity.people_by_proposals import group_of, people_by_proposals
from almpo_kit.vocabulary.consultation_items import said
from almpo_kit.vocabulary.consultations import Plan
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.provenance import provenance

Array = np.ndarray[Any, np.dtype[Any]]
#: How much a funded proposal is worth to whoever votes for it: each the same, its cost, or the vote itself.
UTILITIES: Final = ("number", "cost", "given")
#: What is done with money left over: nothing, most votes first, or raised shares and then most votes.
COMPLETIONS: Final = ("none", "most_votes", "raised_shares")


@dataclass(frozen=True)
class _Outcome:
    shares: Shared
    first: tuple[int, ...]
    added: tuple[int, ...]
    raised: float
    usual: tuple[int, ...]

    @property
    def all(self) -> tuple[int, ...]:
        return (*self.shares.order, *self.added)


def equal_shares(
    votes: pd.DataFrame,
    costs: Mapping[str, float],
    budget: float,
    *,
    utility: str | None = None,
    completion: str = "raised_shares",
    groups: pd.Series | Mapping[str, str] | None = None,
    least_group: int = 5,
    names: Mapping[str, str] | None = None,
    plan: Plan | None = None,
    item: str | None = None,
) -> EqualShares:
    """Share a budget out by the method of equal shares, and say who is left out and which guarantee holds.

    The budget is divided among the people who voted. A proposal can be bought by its supporters with what they have left;
    the one with the lowest price for a unit of use is bought first. So a group that is a third of the people decides about
    a third of the money, instead of nothing. **Guarantee** (extended justified representation up to one proposal): of
    every group that agrees on proposals its shares could pay, at least one member gets what they are worth to her, or would
    with one of them more. It is checked on the outcome; what is added with money left over cannot break it.

    Parameters
    ----------
    votes : DataFrame, shape (n_people, n_proposals)
        By participant, 1 or 0 (or how much a proposal is wanted, from 0 on), e.g. ``budget_votes(judged, plan, item)``.
        Everybody in it has a share; people without any answer have none.
    costs : mapping
        Proposal -> cost, in the unit of ``budget``.
    budget : float
    utility : {"number", "cost", "given"}, optional
        What a funded proposal is worth to whoever votes for it: each the same; its cost, so that a large proposal counts
        more than a small one; or the number in ``votes``. By default "number" for votes of 0 and 1, otherwise "given".
    completion : {"none", "most_votes", "raised_shares"}
        What is done with money left over: nothing; proposals with most votes; or all shares are raised in steps of 1% as
        long as the outcome stays within the budget, and then proposals with most votes.
    groups : Series or mapping, optional
        Participant -> group, to see whom each way leaves out.
    least_group : int
        Smaller groups stand together as "others"; the plan's where a plan is given.
    names : mapping, optional
        Proposal -> what it is called; the plan's where plan and item are given.
    plan : Plan, optional
    item : str, optional

    Returns
    -------
    EqualShares

    Raises
    ------
    FrameError
        ``votes`` is no such table.
    ParameterError
        A cost is missing or not above 0, or an option is unknown.
    DesignError
        ``groups`` names none of the people.

    References
    ----------
    Peters, Pierczyński & Skowron (2021) Proportional participatory budgeting with additive utilities. NeurIPS 34.
    Lackner & Skowron (2023) Multi-winner voting with approval preferences. Springer. https://equalshares.net.
    """
    held = people_by_proposals(votes, "equal_shares", low=0.0).fillna(0.0)
    cost = _costs(costs, list(held.columns))
    _check(budget, utility, completion)
    given = held.to_numpy()
    simple = bool(np.isin(given, (0.0, 1.0)).all())
    chosen = utility or ("number" if simple else "given")
    worth = _worth(given, cost, chosen)
    outcome = _outcome(worth, cost, float(budget), completion)
    called = _names(names, plan, item, list(held.columns))
    table = _table(outcome, worth, cost, float(budget), called)
    least = least_group if plan is None else plan.least_group
    left_out = _left_out(outcome, worth, held.index, groups, least)
    funded = np.zeros(len(cost), dtype=bool)
    funded[list(outcome.all)] = True
    same = simple or chosen != "given"
    kept = guarantees(worth, cost, float(budget), funded, list(called.values()), same)
    ties = tuple(tuple(called[held.columns[c]] for c in t) for t in outcome.shares.ties)
    spent = float(cost[funded].sum())
    made = provenance(
        votes, method="codesign.equal_shares", options=_options(chosen, completion, float(budget), plan, item)
    )
    return EqualShares(
        question=_question(plan, item),
        sentence=sentence(table, left_out, spent, float(budget)),
        table=table,
        checks=checks(table, left_out, kept, ties, outcome.raised, same, int((worth <= 0).all(axis=1).sum())),
        provenance=replace(made, synthetic=made.synthetic or bool(plan and plan.synthetic)),
        figure="budget_vote",
        certainty="too little to say" if len(held) < FEWEST else None,
        rests_on=f"votes of {len(held)} people on {len(cost)} proposals",
        funded=tuple(str(held.columns[c]) for c in outcome.all),
        spent=spent,
        left_over=float(budget) - spent,
        budget=float(budget),
        share_each=float(budget) / len(held),
        by_most_votes=tuple(str(held.columns[c]) for c in outcome.usual),
        left_out=left_out,
        guarantee=kept,
        ties=ties,
        utility=chosen,
        completion=completion,
        raised=outcome.raised,
    )


def _outcome(worth: Array, cost: Array, budget: float, completion: str) -> _Outcome:
    first, raised = shared_out(worth, cost, budget), 1.0
    held = first
    if completion == "raised_shares":
        held, raised = raised_shares(worth, cost, budget)
    added = () if completion == "none" else most_votes(worth, cost, budget, held.order)
    return _Outcome(held, first.order, added, raised, most_votes(worth, cost, budget))


def _worth(given: Array, cost: Array, utility: str) -> Array:
    if utility == "given":
        return given
    return np.asarray((given > 0) * (cost if utility == "cost" else np.ones_like(cost)))


def _costs(costs: Any, proposals: list[str]) -> Array:
    if not isinstance(costs, Mapping | pd.Series):
        raise ParameterError("equal_shares() needs costs as proposal -> cost, e.g. plan.item('fund').cost.")
    held = {str(k): v for k, v in dict(costs).items()}
    if absent := [p for p in proposals if p not in held]:
        raise ParameterError(
            f"equal_shares() knows no cost of {absent[0]!r}; costs must name every proposal voted on."
        )
    out = []
    for p in proposals:
        value = held[p]
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float | np.number)
            or not 0 < float(value) < 1e12
        ):
            raise ParameterError(
                f"equal_shares() got a cost of {value!r} for {p!r}; give money above 0, e.g. 250000."
            )
        out.append(float(value))
    return np.array(out)


def _check(budget: Any, utility: Any, completion: Any) -> None:
    if (
        isinstance(budget, bool)
        or not isinstance(budget, int | float | np.number)
        or not 0 < float(budget) < 1e12
    ):
        raise ParameterError(f"equal_shares() got budget={budget!r}; give money above 0, e.g. 2000000.")
    if utility is not None and utility not in UTILITIES:
        raise ParameterError(f"equal_shares() got utility={utility!r}; choose one of {', '.join(UTILITIES)}.")
    if completion not in COMPLETIONS:
        raise ParameterError(
            f"equal_shares() got completion={completion!r}; choose one of {', '.join(COMPLETIONS)}."
        )


def _names(
    names: Mapping[str, str] | None, plan: Plan | None, item: str | None, proposals: list[str]
) -> dict[str, str]:
    held = dict(names or {})
    if plan is not None and item is not None and not held:
        asked = plan.item(item)
        held = {o: said(t, plan.languages[0]) for o, t in asked.options.items()}
    return {p: held.get(p, p.replace("_", " ")) for p in proposals}


def _table(
    outcome: _Outcome, worth: Array, cost: Array, budget: float, called: dict[str, str]
) -> pd.DataFrame:
    n = len(worth)
    wanted = (worth > 0).sum(axis=0)
    price = dict(zip(outcome.shares.order, outcome.shares.prices, strict=True))
    rows = []
    for c, (proposal, name) in enumerate(called.items()):
        order = outcome.all.index(c) + 1 if c in outcome.all else math.nan
        how = _how(outcome, c)
        # The price of a unit of use, as a part of the share of one person.
        paid = price[c] * worth[:, c].max() * n / budget if c in price else math.nan
        rows.append(
            (
                *(proposal, name, cost[c], int(wanted[c]), wanted[c] / n, c in outcome.all, how, order),
                *(paid, wanted[c] * budget / n, c in outcome.usual),
            )
        )
    table = pd.DataFrame(rows, columns=list(PROPOSAL_COLUMNS))
    return table.sort_values(
        ["order", "votes"], ascending=[True, False], na_position="last", kind="stable"
    ).reset_index(drop=True)


def _how(outcome: _Outcome, c: int) -> str:
    if c in outcome.added:
        return "most votes"
    if c not in outcome.shares.order:
        return ""
    return "equal shares" if c in outcome.first else "raised shares"


def _left_out(outcome: _Outcome, worth: Array, people: pd.Index, groups: Any, least: int) -> pd.DataFrame:
    wants = worth > 0
    got = wants[:, list(outcome.all)].sum(axis=1)
    usual = wants[:, list(outcome.usual)].sum(axis=1)
    everyone = pd.Series("everybody", index=people)
    parts = [everyone] if groups is None else [everyone, group_of(people, groups, least, "equal_shares")]
    rows = []
    for part in parts:
        for group in sorted(set(part)):
            own = (part == group).to_numpy()
            nothing, nothing_usual = int((got[own] == 0).sum()), int((usual[own] == 0).sum())
            n = int(own.sum())
            rows.append(
                (group, n, nothing, nothing / n, float(got[own].mean()), nothing_usual, nothing_usual / n)
            )
    return pd.DataFrame(rows, columns=list(LEFT_OUT_COLUMNS))


def _question(plan: Plan | None, item: str | None) -> str:
    if plan is None or item is None:
        return "What should the budget fund, so that every group decides about its share?"
    return f"{said(plan.item(item).text, plan.languages[0])} · {said(plan.title, plan.languages[0])}"


def _options(
    utility: str, completion: str, budget: float, plan: Plan | None, item: str | None
) -> dict[str, Any]:
    held: dict[str, Any] = {"utility": utility, "completion": completion, "budget": budget}
    if plan is not None:
        held |= {"plan": plan.digest}
    return held | ({"item": item} if item else {})
