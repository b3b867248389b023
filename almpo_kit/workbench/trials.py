"""Trials that this workbench keeps: one of them opened, a new one entered, or the SYNTHETIC example."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING

from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.workbench.example_trials import example_trial
from almpo_kit.workbench.record_keeping import store as kept_store
from almpo_kit.workbench.trial_cases import TrialCase

if TYPE_CHECKING:
    from almpo_kit.records import Store
    from almpo_kit.vocabulary.trial_plans import TrialPlan

__all__ = ["TrialCase", "keep_plan", "open_trial", "trial_names"]


def open_trial(
    name: str = "", store: Store | None = None, synthetic_example: bool = False, *, seed: int = 20260101
) -> TrialCase:
    """A trial that is kept, or a SYNTHETIC one to try the workbench on.

    Parameters
    ----------
    name : str
        Of a kept trial.
    store : Store, optional
        This workbench's own where left out; the example's is in a folder that goes when it does.
    synthetic_example : bool
        Invented people in twelve offices (``case.example``), planned and not yet registered.
    seed : int
        Of the example.

    Returns
    -------
    TrialCase

    Raises
    ------
    ParameterError
        There is no such trial; the message names those that are kept.
    """
    if synthetic_example:
        return _example(store, seed)
    held = store or kept_store()
    if not name:
        known = ", ".join(map(repr, held.trials()["name"])) or "none was kept yet"
        raise ParameterError(
            f"say which trial ({known}), or take the SYNTHETIC example: open_trial(synthetic_example=True)."
        )
    return TrialCase(held, name)


def keep_plan(plan: TrialPlan, store: Store | None = None, *, author_role: str = "") -> TrialCase:
    """Enter a new trial into the registry, or go on with the same plan."""
    held = store or kept_store()
    held.keep_trial_plan(plan.name, plan, author_role=author_role)
    return TrialCase(held, plan.name)


def trial_names(store: Store | None = None) -> list[str]:
    """Names of the trials that are kept."""
    return [str(n) for n in (store or kept_store()).trials()["name"]]


def _example(store: Store | None, seed: int) -> TrialCase:
    from almpo_kit import records

    place = None if store else tempfile.TemporaryDirectory(prefix="almpo-trial-")
    held = store or records.open_store(f"{place.name}/records.db")  # type: ignore[union-attr]
    made = example_trial(seed)
    held.keep_trial_plan(made.plan.name, made.plan, author_role="programme owner")
    return TrialCase(held, made.plan.name, example=made, place=place)
