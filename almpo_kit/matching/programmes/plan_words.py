"""What a training plan says, and why to doubt it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from almpo_kit.matching.balance.local_balance import Balance
from almpo_kit.matching.programmes.plan_tables import CERTAINTIES
from almpo_kit.vocabulary.finding import Certainty, Check
from almpo_kit.vocabulary.rendering import number

_THIN = "too little to say"


def worst_certainty(shown: pd.DataFrame) -> Certainty | None:
    """The certainty of the least sure field that gets places; None where nobody said how sure the effects are."""
    used = shown[shown["places"] > 0]
    held = [c for c in used["certainty"] if c in CERTAINTIES]
    if _THIN in held or (held and len(held) == len(used)):
        return max(held, key=CERTAINTIES.index)
    return None


def plan_sentence(shown: pd.DataFrame, table: pd.DataFrame, fields: Mapping[str, Any]) -> str:
    """Places by field, their worth, and whether the evidence carries it."""
    if not fields["n_places"]:
        return (
            f"No place is worth buying: over {number(fields['horizon_months'], 0)} months no programme gains more job-months after "
            "training than people lose while they take part."
        )
    used = shown[shown["places"] > 0]
    listed = "; ".join(f"{r['label']} {number(r['places'], 0)}" for r in used.head(4).to_dict("records"))
    more = f"; {len(used) - 4} more" if len(used) > 4 else ""
    worth = f"{number(fields['job_months'], 0)} job-months over {number(fields['horizon_months'], 0)} months, net of time in training"
    interval = (
        f" (95%: {number(fields['job_months_low'], 0)} to {number(fields['job_months_high'], 0)})"
        if math.isfinite(fields["job_months_low"])
        else " (no interval: the effects have none)"
    )
    plan = (
        f"€{number(fields['spent'], 0)} of €{number(fields['budget'], 0)} buy {number(fields['n_places'], 0)} places ({listed}{more}), worth "
        f"{worth}{interval}."
    )
    one_more = (
        f" €1\u202f000 more would add {number(fields['value_of_1000_euro'], 1)} job-months."
        if fields["value_of_1000_euro"] > 1e-9
        else " More money would add nothing: places, people or posts run out first."
    )
    return _thin(used, fields) + plan + one_more


def _thin(used: pd.DataFrame, fields: Mapping[str, Any]) -> str:
    rows = used[used["certainty"] == _THIN]
    names, n = ", ".join(rows["label"]), int(rows["places"].sum())
    why = "there is too little evidence on their effect, and the plan only does the sum with an assumed one. "
    if n and n == fields["n_places"]:
        return f"Too little to say whether these places help ({names}): {why}"
    if n:
        return f"Too little to say whether {number(n, 0)} of {number(fields['n_places'], 0)} places help ({names}): {why}"
    if fields["p_no_gain"] > 0.025:
        return f"The plan may gain nothing: in {fields['p_no_gain']:.0%} of draws from the effects' intervals it does not. "
    return ""


def plan_checks(
    shown: pd.DataFrame,
    table: pd.DataFrame,
    fields: Mapping[str, Any],
    options: Mapping[str, Any],
    found: Balance,
) -> tuple[Check, ...]:
    """Evidence first, then assumptions, then arithmetic."""
    checks = [
        _evidence(shown, table),
        _interval(fields),
        *_left_out(fields),
        _displaced(options),
        _stable(shown, fields),
    ]
    checks += [_formula(fields, options), _gap(options, found), _rounding(fields), _binding(fields)]
    return tuple(sorted(checks, key=lambda c: c.status != "failed"))


def _evidence(shown: pd.DataFrame, table: pd.DataFrame) -> Check:
    thin = sorted(table.loc[table["certainty"] == _THIN, "programme"])
    unknown = sorted(table.loc[~table["certainty"].isin(CERTAINTIES), "programme"])
    if not thin and not unknown:
        held = ", ".join(f"{r['label']}: {r['certainty']}" for r in shown.to_dict("records"))
        low = (shown["certainty"] == "low").any()
        return Check(
            "evidence", "informational" if low else "passed", f"Certainty of the effects by field: {held}."
        )
    said = f"There is too little evidence on {', '.join(thin)}. " if thin else ""
    said += f"Nobody said how sure the effects of {', '.join(unknown)} are. " if unknown else ""
    return Check("evidence", "failed", said + "Their places are a sum with assumed effects, not a finding.")


def _interval(fields: Mapping[str, Any]) -> Check:
    if not math.isfinite(fields["job_months_low"]):
        said = "No effect has an interval, so that nothing can be said about how sure the plan is."
        return Check("gain", "failed", said)
    state = "failed" if fields["job_months_low"] <= 0 else "passed"
    said = (
        f"In {fields['p_no_gain']:.0%} of {fields['draws']} draws from the effects' intervals the plan gains nothing. If all effects were at their "
        f"low ends, the best plan would be worth {number(fields['job_months_if_low'], 0)} job-months; at their high ends "
        f"{number(fields['job_months_if_high'], 0)}."
    )
    return Check("gain", state, said)  # type: ignore[arg-type]


def _left_out(fields: Mapping[str, Any]) -> list[Check]:
    left = fields["left_out"]
    if left.empty:
        return []
    listed = "; ".join(f"{r['programme']}: {r['reason']}" for r in left.head(8).to_dict("records"))
    return [Check("left out", "failed", f"{len(left)} programme(s) could not be planned with ({listed}).")]


def _displaced(options: Mapping[str, Any]) -> Check:
    given = f"Deadweight is taken as {options['deadweight']:.0%} and displacement as {options['displacement']:.0%}"
    said = (
        f"{given}; beyond a gap {options['beyond_gap']:.0%} of a gain counts. Effects against no programme are net of deadweight, but they "
        "do not see the jobs that others lose to the trained, which is most where jobs are few."
    )
    return Check("displacement", "informational" if options["displacement"] else "failed", said)


def _stable(shown: pd.DataFrame, fields: Mapping[str, Any]) -> Check:
    if not fields["draws"]:
        return Check(
            "stability",
            "informational",
            "Without intervals it is unknown which fields would stay in the plan.",
        )
    shaky = shown[(shown["places"] > 0) & (shown["in_plan"] < 0.8)]
    if shaky.empty:
        said = f"Every field of the plan is in the best plan of at least 80% of {fields['draws']} draws."
        return Check("stability", "passed", said)
    listed = ", ".join(f"{r['label']} ({r['in_plan']:.0%})" for r in shaky.to_dict("records"))
    return Check(
        "stability",
        "failed",
        f"With other effects from the same intervals these fields may drop out: {listed} of draws have them.",
    )


def _formula(fields: Mapping[str, Any], options: Mapping[str, Any]) -> Check:
    said = (
        f"A place is worth (1 − deadweight)(1 − displacement) × effect × ({number(fields['horizon_months'], 0)} months − lock-in) minus "
        f"{number(options['lock_in_loss'], 1)} points (or the programme's own) × lock-in. The effect is taken as constant after the lock-in, and the "
        f"{number(options['lock_in_loss'], 1)} points are an assumption. {options['take_up']:.0%} of the people in surplus are assumed to take "
        "part if asked, and to stay in their region."
    )
    return Check("what a place is worth", "informational", said)


def _gap(options: Mapping[str, Any], found: Balance) -> Check:
    which = " where the balance is sure that labour is scarcer" if options["only_sure"] else ", sure or not"
    said = (
        f"Gaps are vacancies beyond the overall {number(found.overall, 2)} per unemployed person (at most one each){which}, at one moment: a course ends "
        "later, when the posts may be others. Vacancies that are not registered are in no gap."
    )
    return Check("gaps", "informational", said)


def _rounding(fields: Mapping[str, Any]) -> Check:
    lost = fields["linear_job_months"] - fields["job_months"]
    share = lost / fields["linear_job_months"] if fields["linear_job_months"] > 0 else 0.0
    said = (
        f"Whole places were made from fractions by rounding down and filling up; no plan of whole places is worth more than "
        f"{number(max(lost, 0.0), 1)} job-months ({max(share, 0.0):.1%}) above this one."
    )
    return Check("whole places", "passed" if share < 0.05 else "failed", said)


def _binding(fields: Mapping[str, Any]) -> Check:
    duals = fields["duals"]
    tight = duals[(duals["value"] > 1e-9) & duals["limit"].isin(["capacity", "people"])].sort_values(
        "value", ascending=False
    )
    if tight.empty:
        return Check("limits", "informational", "No course and no region runs out of places or people.")
    said = "; ".join(
        f"one more {r['unit']} in {r['name']} {number(r['value'], 2)} job-months"
        for r in tight.head(4).to_dict("records")
    )
    return Check("limits", "informational", f"What would help most beside money: {said}.")
