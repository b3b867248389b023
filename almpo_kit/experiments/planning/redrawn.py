"""The primary outcome tested by drawing again: what the lot alone would have done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd

from almpo_kit.experiments.assigning.randomisation_test import randomisation_test
from almpo_kit.experiments.planning.effect_rows import Estimated
from almpo_kit.experiments.planning.plan_check import PlanCheck
from almpo_kit.vocabulary.errors import AlmpoError
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.trial_plans import ASSIGNMENT_COLUMNS

Progress = Callable[[int, int], None]


def redrawn(
    held: PlanCheck,
    rows: pd.DataFrame,
    main: Estimated,
    criterion: Any,
    draws: int,
    seed: int,
    progress: Progress | None,
) -> tuple[dict[str, float], str]:
    """p-value of each arm, and why there is none.

    Parameters
    ----------
    held : PlanCheck
    rows : DataFrame
        People that were analysed.
    main : Estimated
        The primary outcome.
    criterion : Rerandomisation or None
    draws, seed : int
    progress : callable or None
    """
    plan = held.plan
    if main.outcome.kind == "duration":
        return {}, "a duration is not tested by drawing again"
    if held.asked.estimator == "adaptive":
        return {}, "shares of later batches hang on outcomes of earlier ones"
    if criterion is None and rows["source"].astype("string").str.contains("#", regex=False).any():
        return {}, "it was made under a criterion of balance, and only its table was given"
    draw, outcomes = _tables(held, rows, main)
    try:
        return {
            arm: randomisation_test(
                draw,
                outcomes,
                outcome="y",
                design=plan.design,
                arm=arm,
                draws=draws,
                statistic="difference" if plan.design.kind == "stepped_wedge" else "studentised",
                alpha=held.asked.alpha,
                seed=seed,
                criterion=criterion,
                units=rows if criterion is not None else None,
                progress=progress,
            ).p_value
            for arm in plan.design.programmes
        }, ""
    except AlmpoError as error:
        return {}, str(error).rstrip(".")


def _tables(held: PlanCheck, rows: pd.DataFrame, main: Estimated) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The draw and the outcomes, one row a person; where groups were drawn, people get names that say nothing."""
    wedge = held.plan.design.kind == "stepped_wedge"
    people = rows.assign(y=main.data.y)
    if wedge and held.joined.by_group:
        # A group's mean in a period is what the lot dealt out.
        means = people.groupby(["id", "period"])["y"].mean().reset_index()
        return held.joined.drawn, means
    if held.joined.by_group:
        people = people.assign(id=[f"row {i}" for i in range(len(people))])
    columns = ["id", "y", *(["period"] if wedge else [])]
    draw = held.joined.drawn if wedge else people[list(ASSIGNMENT_COLUMNS)]
    return draw, people[columns]


def checks_of_redrawing(rows: pd.DataFrame, why_not: str, alpha: float, looks: int) -> Iterator[Check]:
    """Whether drawing again says the same as the estimator."""
    if why_not:
        yield Check(
            "drawn again", "informational", f"The draw was not made again to test the effect: {why_not}."
        )
        return
    for row in rows.to_dict("records"):
        p, q = float(row["p_value"]), float(row["p_redrawn"])
        if looks:
            said = f"Drawing again gives p = {q:.3g} for {row['arm']}; it allows for no look on the way."
            yield Check(f"drawn again {row['arm']}", "informational", said)
            continue
        same = (p < alpha) == (q < alpha)
        told = f"Drawing again, the lot alone would do as much for {row['arm']} in {100 * q:.2g} of 100 draws (p = {q:.3g})"
        said = (
            "in line with the interval" if same else f"which the interval (p = {p:.3g}) does not agree with"
        )
        yield Check(f"drawn again {row['arm']}", "passed" if same else "failed", f"{told}, {said}.")
