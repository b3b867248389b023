"""Effects of a staggered roll-out: cohort by cohort, then by time since the start."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evaluation.designs.sample import Sample
from almpo_kit.evaluation.differences.arm_panel import ArmPanel, arm_panel, told_cohorts
from almpo_kit.evaluation.differences.cohort_effects import CohortEffects, cohort_effects
from almpo_kit.evaluation.differences.difference_words import fit_checks
from almpo_kit.evaluation.differences.event_time import EventPath, event_path
from almpo_kit.evaluation.differences.honest import honest_bounds
from almpo_kit.evaluation.differences.path_fit import path_fit
from almpo_kit.evaluation.inference.fit import Fit

Array = np.ndarray[Any, np.dtype[Any]]


def group_time(
    overlap: Any,
    sample: Sample,
    *,
    estimand: str,
    contrasts: tuple[tuple[str, str], ...],
    progress: Callable[[int, int], None] | None = None,
    **unused: Any,
) -> Fit:
    """Estimate effects on those treated, by time since the start (Callaway and Sant'Anna).

    Every programme is compared with units never in any where there are ten clusters of them, otherwise also with
    units that enter it later. Units already treated are never compared with.

    Parameters
    ----------
    overlap : Overlap
    sample : Sample
        With a panel.
    estimand : str
        Only the effect on the treated (``"att"``) can be had.
    contrasts : tuple of (str, str)
        Each programme against the comparison.
    progress : callable, optional

    Returns
    -------
    Fit
        Columns are months since the first treated period (``fit.measures``). ``details``: ``event_time`` (contrast,
        time, months, effect, se, df, low, high, cohorts, reference), also before the start; ``cohort_effects``
        (contrast, cohort, period, effect, se), without cohorts of fewer than ten persons; ``honest`` (contrast,
        times, low, high: bounds on the mean effect when trends after the start differ by up to so many times what
        they differed by before).

    Raises
    ------
    DesignError
        The message names the way out.

    References
    ----------
    Callaway and Sant'Anna (2021) J. Econom. 225, 200-230; Rambachan and Roth (2023) Rev. Econ. Stud. 90, 2555-2591.
    """
    panels, paths, cells = [], [], []
    for k, (arm, other) in enumerate(contrasts):
        panels.append(arm_panel(sample, arm, other))
        cells.append(cohort_effects(panels[-1]))
        paths.append(event_path(panels[-1], cells[-1]))
        if progress is not None:
            progress(k + 1, len(contrasts))
    honest = [honest_bounds(p) for p in paths]
    details = {
        "cohort_effects": _cohort_table(sample, contrasts, panels, cells),
        "honest": pd.concat([h.assign(contrast=_named(c)) for h, c in zip(honest, contrasts, strict=True)]),
    }
    checks = fit_checks(estimand, contrasts, panels, cells, paths, honest)
    return path_fit(sample, contrasts, panels, paths, checks=checks, details=details, se_kind=_kind(panels))


def _kind(panels: list[ArmPanel]) -> str:
    clustered = any(int(p.cluster.max()) + 1 < len(p.cluster) for p in panels)
    return "bias-reduced by cluster" if clustered else "bias-reduced by unit"


def _named(contrast: tuple[str, str]) -> str:
    return f"{contrast[0]} against {contrast[1]}"


def _cohort_table(
    sample: Sample,
    contrasts: tuple[tuple[str, str], ...],
    panels: list[ArmPanel],
    cells: list[CohortEffects],
) -> pd.DataFrame:
    from almpo_kit.evaluation.differences.event_time import clustered

    periods = sample.panel.periods if sample.panel is not None else ()
    rows = []
    for contrast, panel, found in zip(contrasts, panels, cells, strict=True):
        told = dict(zip(panel.cohorts.tolist(), told_cohorts(panel).tolist(), strict=True))
        se = np.sqrt(np.array([clustered(row[None, :], panel)[0][0, 0] for row in found.influence]))
        rows += [
            {
                "contrast": _named(contrast),
                "cohort": periods[g],
                "period": periods[t],
                "effect": float(e),
                "se": float(s),
            }
            for g, t, e, s in zip(found.cohort, found.period, found.effect, se, strict=True)
            if told[int(g)] and t != g - 1
        ]
    return pd.DataFrame(rows, columns=["contrast", "cohort", "period", "effect", "se"])


__all__ = ["EventPath", "group_time"]
