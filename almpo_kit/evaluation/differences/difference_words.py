"""What was noticed about differences over time, in sentences."""

from __future__ import annotations

import math

import pandas as pd

from almpo_kit.evaluation.differences.arm_panel import ArmPanel
from almpo_kit.evaluation.differences.cohort_effects import CohortEffects
from almpo_kit.evaluation.differences.event_time import EventPath
from almpo_kit.evaluation.differences.honest import breakdown, mean_effect
from almpo_kit.evaluation.differences.trend_test import trend_test
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number

#: An effect that vanishes when trends differ by less than they did before hangs by a thread.
_ROBUST = 1.0
_FEW_DF = 4.0


def fit_checks(
    estimand: str,
    contrasts: tuple[tuple[str, str], ...],
    panels: list[ArmPanel],
    cells: list[CohortEffects],
    paths: list[EventPath],
    honest: list[pd.DataFrame],
) -> tuple[Check, ...]:
    """The checks of a group-time fit."""
    checks = [whose(estimand)]
    for contrast, panel, found, path, bounds in zip(contrasts, panels, cells, paths, honest, strict=True):
        name = f"{contrast[0]} against {contrast[1]}"
        checks += [*panel_checks(name, panel), *_cell_checks(name, panel, found, path)]
        checks += [_honest_check(name, path, bounds), *_power_check(name, path)]
    return tuple(checks)


def whose(estimand: str) -> Check:
    """Whose effect it is."""
    asked = (
        f" An effect on others ({estimand.upper()}) was asked for and cannot be had from differences over time."
        if estimand not in ("att", "")
        else ""
    )
    said = (
        "The effect is that on those who entered, by time since their start; cohorts count by their size."
        + asked
    )
    return Check("whose_effect", "informational", said)


def panel_checks(name: str, panel: ArmPanel) -> list[Check]:
    """Who is compared, and who was left out."""
    compared = "units that never enter" if panel.never_only else "units that never enter or enter later"
    checks = [Check("compared_with", "informational", f"{name}: compared with {compared}.")]
    if panel.left_out:
        said = (
            f"{name}: cohorts starting in {', '.join(panel.left_out)} lie in a single cluster each and are left out, because "
            "one cluster says nothing about its own error."
        )
        checks.append(Check("single_clusters", "failed", said))
    if panel.early:
        said = f"{name}: units that were treated from the first period on are left out; nothing is known of them before."
        checks.append(Check("treated_from_the_first", "informational", said))
    return checks


def few_degrees(name: str, path: EventPath) -> list[Check]:
    """A failed check where intervals rest on hardly any degrees of freedom."""
    few = float(path.df[path.time >= 0].min())
    if not few < _FEW_DF:
        return []
    said = (
        f"{name}: standard errors rest on only {number(few, 1)} degrees of freedom (few clusters in a cohort or among those "
        "compared with); intervals may be wrong."
    )
    return [Check("degrees_of_freedom", "failed", said)]


def _cell_checks(name: str, panel: ArmPanel, found: CohortEffects, path: EventPath) -> list[Check]:
    checks = few_degrees(name, path)
    if panel.covariates.shape[1]:
        if found.how == "means":
            said = f"{name}: too few units to hold covariates constant; trends are compared as they are."
            checks.append(Check("covariates", "failed", said))
        else:
            said = f"{name}: covariates as of the first period are held constant ({found.how})."
            checks.append(Check("covariates", "informational", said))
    if found.not_known:
        said = (
            f"{name}: {found.not_known} of {found.not_known + len(found.effect)} effects of a cohort in a period cannot be "
            "estimated, because nobody is left to compare with."
        )
        checks.append(Check("cells_not_known", "informational", said))
    if found.unbalanced:
        said = f"{name}: some units are not observed in every period; each effect rests on those seen before and then."
        checks.append(Check("unbalanced", "informational", said))
    after = path.cohorts[path.time >= 0]
    if len(after) and after.min() < after.max():
        said = (
            f"{name}: early times average {int(after.max())} cohorts and late ones {int(after.min())}, so that the path changes "
            "also because its cohorts do."
        )
        checks.append(Check("composition", "informational", said))
    return checks


def _honest_check(name: str, path: EventPath, bounds: pd.DataFrame) -> Check:
    if not len(bounds):
        said = f"{name}: there is only one period before the start, so nothing is known of trends before it."
        return Check("honest_bounds", "failed", said)
    at = breakdown(path)
    if at == 0:
        said = f"{name}: the mean effect after the start cannot be told from none even with parallel trends."
        return Check("honest_bounds", "informational", said)
    if at >= _ROBUST:
        many = "more than 20" if math.isinf(at) else number(at, 1)
        said = (
            f"{name}: the mean effect stays different from zero unless trends differed {many} times as much from period to "
            "period as they ever did before the start."
        )
        return Check("honest_bounds", "passed", said)
    said = (
        f"{name}: the mean effect could be none if trends differed only {number(at, 1)} times as much from period to period as "
        "they did before the start."
    )
    return Check("honest_bounds", "failed", said)


def _power_check(name: str, path: EventPath) -> list[Check]:
    test = trend_test(path)
    effect, se, df = mean_effect(path)
    if not test.periods or not math.isfinite(test.detectable):
        return []
    bias = test.detectable * test.reach
    from scipy.stats import t

    half = float(t.ppf(0.975, df)) * se
    if abs(effect) <= half:
        # An effect of none cannot be smaller than the bias; what counts is how far the interval reaches.
        return [_power_of_none(name, bias, abs(effect) + half)]
    if bias < abs(effect):
        said = (
            f"{name}: a steady difference in trends that the time before would have missed one time in five explains at most "
            f"{number(100 * bias / abs(effect), 0)}% of the mean effect."
        )
        return [Check("trend_power", "passed", said)]
    said = (
        f"{name}: the time before is too short or too noisy; a steady difference in trends as large as the whole effect "
        "would have been missed at least one time in five."
    )
    return [Check("trend_power", "failed", said)]


def _power_of_none(name: str, bias: float, reach: float) -> Check:
    """For an interval that includes no effect: whether a trend nobody saw could hide one beyond the interval."""
    fine = bias < reach
    said = (
        f"{name}: the interval includes no effect; a steady difference in trends that the time before would have missed one time "
        f"in five could hide {'less than' if fine else 'more than'} the interval allows for."
    )
    return Check("trend_power", "passed" if fine else "failed", said)
