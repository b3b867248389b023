"""What would let a trial see smaller effects, each change by itself."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from almpo_kit.experiments.sizing.closed_form import Setting, least_units
from almpo_kit.experiments.sizing.spread import size_of, uses_covariates, uses_likeness
from almpo_kit.vocabulary.rendering import number
from almpo_kit.vocabulary.trial_designs import TrialDesign

COLUMNS = ("lever", "change", "people", "smallest_effect", "power")
#: What good covariates and earlier outcomes explain in registers of employment services, roughly.
_EXPLAINED, _EXPLAINED_BETWEEN = 0.3, 0.6
_ALL = 1 - 1e-9


def levers(setting: Setting, *, effect: float | None, target: float, sign: int, called: str) -> pd.DataFrame:
    """Each change with the smallest effect it would show, the most helpful first.

    Parameters
    ----------
    setting : Setting
    effect : float or None
        Of the offer.
    target : float
    sign : int
    called : str
        The groups, in the plural.

    Returns
    -------
    DataFrame
        ``lever, change, people, smallest_effect, power``; ``lever`` is a key, ``change`` words.
    """
    rows = []
    for lever, change, changed in _changes(setting, called):
        rows.append(
            {
                "lever": lever,
                "change": change,
                "people": changed.design.total,
                "smallest_effect": changed.smallest(target, sign),
                "power": math.nan if effect is None else changed.power(effect),
            }
        )
    found = pd.DataFrame(rows, columns=list(COLUMNS))
    order = found["smallest_effect"].map(
        lambda e: size_of(setting.outcome, e) if math.isfinite(e) else math.inf
    )
    return found.iloc[order.argsort(kind="stable")].reset_index(drop=True)


def _changes(setting: Setting, called: str) -> Iterator[tuple[str, str, Setting]]:
    design, outcome = setting.design, setting.outcome
    if design.of_clusters:
        yield from _of_groups(setting, called)
    else:
        yield "units", "twice as many people", setting.at(2 * design.people)
    if uses_covariates(outcome, design.kind) and outcome.explained < _EXPLAINED:
        words = f"knowing beforehand what explains {number(100 * _EXPLAINED, 0)}% of the differences between people"
        yield "covariates", words, replace(setting, outcome=replace(outcome, explained=_EXPLAINED))
    if outcome.kind == "duration":
        longer = replace(outcome, months=1.5 * outcome.months)
        yield (
            "longer",
            f"following people for {number(longer.months, 0)} months",
            replace(setting, outcome=longer),
        )
    if setting.losses.attrition > 0.05:
        words = "finding everybody again"
        yield "found", words, replace(setting, losses=replace(setting.losses, attrition=0.0))
    if len(set(design.arms.values())) > 1 and design.kind in ("individual", "blocked", "cluster"):
        equal = replace(design, arms=dict.fromkeys(design.arms, 1 / len(design.arms)))
        yield "equal", "arms of equal size", replace(setting, design=equal)


def _of_groups(setting: Setting, called: str) -> Iterator[tuple[str, str, Setting]]:
    design, outcome = setting.design, setting.outcome
    yield "units", f"twice as many {called}", setting.at(2 * design.clusters)
    yield "size", f"twice as many people in each of the {called}", setting.of_size(2 * design.cluster_size)
    alike = design.kind in ("matched_pair", "cluster") and uses_likeness(outcome, design.kind)
    if alike and outcome.icc and outcome.explained_between < _EXPLAINED_BETWEEN:
        yield "between", *_likeness(setting, called)
    if design.kind in ("cluster", "matched_pair"):
        inside = TrialDesign(
            "blocked", arms=design.arms, people=round(design.total), familywise=design.familywise
        )
        if inside.people >= least_units(inside, 1 - setting.losses.attrition)[0]:
            words = f"drawing people within each of the {called}, if nothing spills over"
            # The groups are the blocks, so that what lies between them is gone.
            apart = replace(outcome, explained_between=_ALL)
            yield "within", words, replace(setting, design=inside, outcome=apart)


def _likeness(setting: Setting, called: str) -> tuple[str, Setting]:
    share = number(100 * _EXPLAINED_BETWEEN, 0)
    outcome = replace(setting.outcome, explained_between=_EXPLAINED_BETWEEN)
    if setting.design.kind == "matched_pair":
        words = f"pairs so alike that {share}% of the differences between {called} are gone"
    else:
        words = f"earlier outcomes that explain {share}% of the differences between {called}"
    return words, replace(setting, outcome=outcome)
