"""Whether groups moved in parallel before the programme began."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evaluation.differences.arm_panel import ArmPanel, arm_panel
from almpo_kit.evaluation.differences.cohort_effects import cohort_effects
from almpo_kit.evaluation.differences.difference_words import panel_checks
from almpo_kit.evaluation.differences.event_time import EventPath, event_path
from almpo_kit.evaluation.differences.path_fit import event_table
from almpo_kit.evaluation.differences.trend_test import TrendTest, trend_test
from almpo_kit.evaluation.protocol.p_values import p_words
from almpo_kit.evaluation.support.comparison import Comparison
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number

_LEVEL = 0.05


def pre_trends(
    design: Any, *, seed: int = 0, progress: Callable[[int, int], None] | None = None
) -> Comparison:
    """Say whether treated and comparison units moved alike before the start.

    For every programme two tests, the smaller p doubled: that no period before the start differs from the last one
    before it, and that there is no trend. Below 0.05 the step stops. A passed test is no proof: what trend it would have
    seen is told beside it. Nobody is left out.

    Parameters
    ----------
    design : Design
        With ``assignment="did"`` and a panel.
    seed : int
        Not used; nothing is drawn.
    progress : callable, optional
        Called with (programmes done, programmes).

    Returns
    -------
    Comparison
        ``table``: ``contrast, months, effect, se, low, high`` before the start; ``details``: ``event_time`` (the same
        with ``time, df, cohorts, reference``), ``tests`` (contrast, periods, joint_p, slope, slope_se, slope_p, p,
        last_p, detectable).

    Raises
    ------
    DesignError
        No panel, nobody to compare with, or no period before the start.
    """
    sample = design.sample
    contrasts = tuple((arm, sample.arms[0]) for arm in sample.arms[1:])
    panels: list[ArmPanel] = []
    paths: list[EventPath] = []
    for k, (arm, other) in enumerate(contrasts):
        panels.append(arm_panel(sample, arm, other))
        paths.append(event_path(panels[-1], cohort_effects(panels[-1])))
        if progress is not None:
            progress(k + 1, len(contrasts))
    tests = [trend_test(p) for p in paths]
    before = [p.part(p.time < -1) for p in paths]
    table = event_table(contrasts, panels, before)
    names = [f"{a} against {b}" for a, b in contrasts]
    checks, stops = _checks(names, panels, tests, design)
    return Comparison(
        table=table[["contrast", "months", "effect", "se", "low", "high"]],
        sentence=_sentence(names, tests),
        checks=checks,
        stops=stops,
        kept=np.ones(len(sample), dtype=bool),
        figure="event_study",
        details={
            "event_time": table,
            "tests": pd.DataFrame([{"contrast": n, **_row(t)} for n, t in zip(names, tests, strict=True)]),
        },
    )


def _row(test: TrendTest) -> dict[str, float]:
    kept = ("periods", "joint_p", "slope", "slope_se", "slope_p", "p", "last_p", "detectable")
    return {name: getattr(test, name) for name in kept}


def _checks(
    names: list[str], panels: list[ArmPanel], tests: list[TrendTest], design: Any
) -> tuple[tuple[Check, ...], tuple[str, ...]]:
    checks: list[Check] = []
    stops: list[str] = []
    unit = design.plan.outcomes[0].unit.replace("_", " ") if design.plan.outcomes else "units of the outcome"
    for name, panel, test in zip(names, panels, tests, strict=True):
        key = "parallel_trends" if len(names) == 1 else f"parallel_trends_{name.replace(' ', '_')}"
        check = _trend_check(key, name, test, unit)
        checks.append(check)
        if check.status == "failed" and test.periods:
            stops.append(key)
        checks += [*_last_check(name, test), *_seen_check(name, test, unit), *panel_checks(name, panel)]
    return tuple(checks), tuple(stops)


def _trend_check(key: str, name: str, test: TrendTest, unit: str) -> Check:
    if not test.periods:
        said = (
            f"{name}: only one period lies before the start, so it cannot be seen whether the groups moved in parallel; the "
            "effect rests on the assumption alone."
        )
        return Check(key, "failed", said)
    if test.p >= _LEVEL:
        said = f"{name}: before the start the groups moved alike ({p_words(test.p)} over {test.periods} period(s) and a trend)."
        return Check(key, "passed", said)
    word = "up" if test.slope > 0 else "down"
    said = (
        f"{name}: the groups did not move in parallel before the start ({p_words(test.p)}); those treated later went "
        f"{word} by {_short(abs(test.slope))} {unit} a period beside the others. What follows may be that trend."
    )
    return Check(key, "failed", said)


def _last_check(name: str, test: TrendTest) -> list[Check]:
    if not np.isfinite(test.last_p):
        return []
    if test.last_p >= _LEVEL:
        said = (
            f"{name}: nothing unusual happened in the last period before the start ({p_words(test.last_p)})."
        )
        return [Check("anticipation", "passed", said)]
    said = (
        f"{name}: outcomes moved just before the start ({p_words(test.last_p)}): people acted on what they knew was coming, "
        "or entered because of a bad spell that would have passed by itself."
    )
    return [Check("anticipation", "failed", said)]


def _seen_check(name: str, test: TrendTest, unit: str) -> list[Check]:
    if not np.isfinite(test.detectable):
        return []
    said = (
        f"{name}: the time before would have shown, four times in five, a steady difference in trends of "
        f"{_short(test.detectable)} {unit} a period; a smaller one may be there, and would bias the mean effect by up to "
        f"{_short(test.detectable * test.reach)}."
    )
    return [Check("trend_seen", "informational", said)]


def _sentence(names: list[str], tests: list[TrendTest]) -> str:
    bad = [n for n, t in zip(names, tests, strict=True) if t.periods and t.p < _LEVEL]
    blind = [n for n, t in zip(names, tests, strict=True) if not t.periods]
    if bad:
        return f"Before the start the groups did not move in parallel ({', '.join(bad)})."
    if blind:
        return f"Whether the groups moved in parallel before the start cannot be seen ({', '.join(blind)})."
    return f"Before the start the groups moved alike ({', '.join(names)}), as far as these data can tell."


def _short(value: float) -> str:
    return number(value, 0 if abs(value) >= 100 else 2)
