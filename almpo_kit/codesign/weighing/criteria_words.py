"""What is said about the weights of criteria."""

from __future__ import annotations

from typing import Any

import numpy as np

from almpo_kit.codesign.weighing.averaging import Averaging
from almpo_kit.codesign.weighing.criteria_weights_result import CriteriaWeights
from almpo_kit.codesign.weighing.weights_by_group import ALL
from almpo_kit.vocabulary.consultations import ROLES, Plan
from almpo_kit.vocabulary.finding import Certainty, Check, Status
from almpo_kit.vocabulary.rendering import number

#: A criterion leads where it is first in at least this share of draws of people.
CLEAR = 0.95
#: Groups differ where lots reach their differences in fewer than this share of draws.
RARE = 0.05
#: Weights that move by this much without inconsistent answers hang on them.
MOVED = 0.05
_NOUNS = {"role": "roles", "geo": "places", "sector": "sectors"}


def percent(share: float) -> str:
    """``32%``."""
    return f"{number(100 * share, 0)}%"


def certainty(found: CriteriaWeights, plan: Plan) -> Certainty | None:
    """Too little to say of panels below what the plan asks for."""
    return "too little to say" if _thin(found, plan) else None


def _thin(found: CriteriaWeights, plan: Plan) -> bool:
    return min(len(found.individual), found.effective_people) < plan.rules.least_answers - 1e-9


def _worth(found: CriteriaWeights, plan: Plan) -> str:
    """Where enough people answered, but their weights leave them worth too few."""
    few = len(found.individual) >= plan.rules.least_answers
    return f" (worth {number(found.effective_people, 1)} of equal weight)" if few else ""


def sentence(found: CriteriaWeights, plan: Plan) -> str:
    """Which criteria count most, for whom."""
    n = len(found.individual)
    if _thin(found, plan):
        return (
            f"Too little to say how much each criterion counts: {n} people gave weights in round {found.round}{_worth(found, plan)}, and the plan asks "
            f"for {plan.rules.least_answers}."
        )
    ranked = found.table.sort_values("weight", ascending=False, kind="stable")
    rows: list[Any] = list(ranked.itertuples(index=False))
    first, second = rows[0], rows[1]
    if first.leads >= CLEAR:
        told = f"{_capital(first.name)} counts most for the {n} people who answered in round {found.round}: {_said(first, found)}"
        told += f"; then {second.name} with {percent(second.weight)}."
    else:
        told = (
            f"Which criterion counts most is not clear from the {n} people who answered in round {found.round}: "
            f"{first.name} {_said(first, found)}, {second.name} {percent(second.weight)} ({percent(second.low)} to {percent(second.high)})."
        )
    return told + _groups(found)


def _said(row: Any, found: CriteriaWeights) -> str:
    return f"{percent(row.weight)} ({found.confidence:.0%}: {percent(row.low)} to {percent(row.high)})"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _groups(found: CriteriaWeights) -> str:
    """Where groups differ, and most."""
    tests = found.disagreement
    if tests.empty:
        return ""
    whole = tests[tests["criterion"] == ALL]
    rare = whole[whole["p"] < RARE].sort_values("p", kind="stable")
    if rare.empty:
        names = " or ".join(_NOUNS[d] for d in whole["dimension"])
        return f" There is no sign that {names} differ more than chance would bring."
    dimension = str(rare["dimension"].iloc[0])
    rows = found.by_group[found.by_group["dimension"] == dimension]
    apart = tests[(tests["dimension"] == dimension) & (tests["criterion"] != ALL) & (tests["p"] < RARE)]
    # The largest gap among criteria that differ by themselves; of all, where only their sum does.
    rows = rows[rows["criterion"].isin(apart["criterion"])] if len(apart) else rows
    at = rows.iloc[int(rows["difference"].abs().to_numpy().argmax())]
    return (
        f" {_capital(_NOUNS[dimension])} differ (p = {_p(float(rare['p'].iloc[0]))}), most in {found.names[at['criterion']]}: "
        f"{group_name(dimension, str(at['group']))} {percent(at['weight'])}, everybody else {percent(at['others'])}."
    )


def group_name(dimension: str, group: str) -> str:
    """A group in words."""
    return ROLES.get(group, group) if dimension == "role" else group


def _p(p: float) -> str:
    return f"{p:.3f}" if p < 0.1 else f"{p:.2f}"


def checks(found: CriteriaWeights, plan: Plan, averaging: Averaging) -> tuple[Check, ...]:
    """What speaks against relying on the weights, and what they mean."""
    out = [
        _enough(found, plan),
        *_left_out(found),
        *_earlier(found),
        *_consistent(found, averaging),
        *_differ(found),
    ]
    told = (
        "Intervals say how much the weights hang on who happened to answer. They do not speak of people outside the panel "
        "unless the panel was drawn from them by lot."
    )
    return (*out, Check("whom it speaks of", "informational", told))


def _enough(found: CriteriaWeights, plan: Plan) -> Check:
    n, least = len(found.individual), plan.rules.least_answers
    held = (
        f"{n} people gave weights (counted by their weights, as many as {number(found.effective_people, 1)})"
    )
    if _thin(found, plan):
        return Check("enough people", "failed", f"{held}; the plan asks for at least {least}.")
    return Check("enough people", "passed", f"{held}; the plan asks for {least}.")


def _left_out(found: CriteriaWeights) -> list[Check]:
    if found.left_out.empty:
        return []
    n, whole = len(found.left_out), len(found.left_out) + len(found.individual)
    why = "; ".join(f"{r}: {k}" for r, k in found.left_out["reason"].value_counts(sort=True).items())
    status: Status = "failed" if n > whole / 5 else "informational"
    return [Check("left out", status, f"{n} of {whole} answers give no weights and are left out ({why}).")]


def _earlier(found: CriteriaWeights) -> list[Check]:
    """Other answers of the same consultation count whoever answered any round; the numbers of people then differ."""
    if not found.earlier:
        return []
    n, here = found.earlier, len(found.individual) + len(found.left_out)
    who = f"{n} {'person' if n == 1 else 'people'} who answered this in an earlier round and not in round {found.round}"
    status: Status = "failed" if n > (n + here) / 5 else "informational"
    return [
        Check("who is counted", status, f"Those who answered round {found.round} count here; {who} do not.")
    ]


def _consistent(found: CriteriaWeights, averaging: Averaging) -> list[Check]:
    held = found.consistency
    if held.empty:
        return []
    fine = held["acceptable"].to_numpy(dtype=bool)
    bad, n = int((~fine).sum()), len(fine)
    ends = held["limit"].min(), held["limit"].max()
    limit = f"{ends[0]:.2f}" if ends[0] == ends[1] else f"{ends[0]:.2f} to {ends[1]:.2f}, by their scale"
    if not bad:
        told = f"All {n} answers are consistent enough (taken as fine up to {limit})."
        return [Check("consistency", "passed", told)]
    told = f"{bad} of {n} answers contradict themselves more than is taken as fine ({limit}). They count all the same"
    loads = found.people_weights.to_numpy(dtype=float)
    if not (loads * fine).sum() > 0:
        return [Check("consistency", "failed", f"{told}, as no others are left.")]
    moved = averaging.weights((loads * fine)[None, :])[0] - np.array(list(found.weights.values()))
    at = int(np.abs(moved).argmax())
    name = found.names[list(found.weights)[at]]
    points = f"{number(100 * moved[at], 1)} points"
    told = f"{told}; without them the largest change is {points} ({name})."
    failed = abs(moved[at]) > MOVED or bad > n / 2
    return [Check("consistency", "failed" if failed else "informational", told)]


def _differ(found: CriteriaWeights) -> list[Check]:
    tests = found.disagreement
    out = []
    for row in tests[tests["criterion"] == ALL].to_dict("records"):
        noun = _NOUNS[row["dimension"]]
        share = f"{percent(row['share_between'])} of the differences between people lie between {noun}"
        if row["p"] < RARE:
            told = (
                f"{share}, more than chance would bring (p = {_p(row['p'])}). One set of weights hides that."
            )
            out.append(Check(f"{noun} differ", "failed", told))
        else:
            told = f"{share}; chance would bring as much (p = {_p(row['p'])}). Small groups differ without showing it."
            out.append(Check(f"{noun} differ", "informational", told))
    return out
