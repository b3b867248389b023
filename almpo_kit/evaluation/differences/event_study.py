"""Event study by interactions of cohort and time (Sun and Abraham): a second opinion on a staggered roll-out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from almpo_kit.evaluation.designs.sample import Sample
from almpo_kit.evaluation.differences.arm_panel import ArmPanel, arm_panel
from almpo_kit.evaluation.differences.difference_words import few_degrees, panel_checks, whose
from almpo_kit.evaluation.differences.event_time import EventPath
from almpo_kit.evaluation.differences.path_fit import path_fit
from almpo_kit.evaluation.inference.fit import Fit
from almpo_kit.evaluation.protocol.quiet import quiet
from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.finding import Check

Array = np.ndarray[Any, np.dtype[Any]]

#: Rows up to which CR2 is computed for a regression with a dummy a unit; beyond it, CR1.
_CR2_ROWS = 4000


def event_study(
    overlap: Any,
    sample: Sample,
    *,
    estimand: str,
    contrasts: tuple[tuple[str, str], ...],
    progress: Callable[[int, int], None] | None = None,
    **unused: Any,
) -> Fit:
    """Estimate effects on those treated by time since the start, from one regression with unit and period effects.

    Every cohort has an effect of its own at every time; cohorts are averaged by their size. With ten clusters of
    units never treated these are the comparison, otherwise the last cohort is, before its start. Covariates as of the
    first period cannot enter (unit effects hold them constant; trends that differ with them are not).

    Parameters
    ----------
    overlap : Overlap
    sample : Sample
        With a panel.
    estimand : str
        Only the effect on the treated (``"att"``) can be had.
    contrasts : tuple of (str, str)
    progress : callable, optional

    Returns
    -------
    Fit
        As :func:`group_time`, without ``cohort_effects`` and ``honest``; CR2 by cluster with Bell–McCaffrey degrees
        of freedom up to 4,000 rows, CR1 beyond.

    Raises
    ------
    DesignError
        The message names the way out.

    References
    ----------
    Sun and Abraham (2021) J. Econom. 225, 175-199; as ``diff_diff.SunAbraham``.
    """
    panels, paths, kinds = [], [], []
    for k, (arm, other) in enumerate(contrasts):
        panels.append(arm_panel(sample, arm, other))
        path, kind = _path(panels[-1])
        paths.append(path)
        kinds.append(kind)
        if progress is not None:
            progress(k + 1, len(contrasts))
    checks: list[Check] = [whose(estimand)]
    for (arm, other), panel, path in zip(contrasts, panels, paths, strict=True):
        name = f"{arm} against {other}"
        checks += [*panel_checks(name, panel), *few_degrees(name, path)]
    if any(p.covariates.shape[1] for p in panels):
        said = "Covariates do not enter this second opinion; trends are compared as they are."
        checks.append(Check("covariates", "informational", said))
    return path_fit(
        sample,
        contrasts,
        panels,
        paths,
        checks=tuple(checks),
        details={},
        se_kind=" and ".join(dict.fromkeys(kinds)),
    )


def _path(panel: ArmPanel) -> tuple[EventPath, str]:
    from diff_diff import SunAbraham, SurveyDesign

    frame = panel.long()
    weighted = bool(np.ptp(panel.weight) > 0)
    small = len(frame) <= _CR2_ROWS and not weighted
    model = SunAbraham(
        control_group="never_treated" if panel.never_only else "not_yet_treated",
        cluster="cluster",
        vcov_type="hc2_bm" if small else "hc1",
        rank_deficient_action="silent",
    )
    try:
        with quiet(), np.errstate(all="ignore"):
            made = model.fit(
                frame,
                outcome="y",
                unit="unit",
                time="time",
                first_treat="first",
                survey_design=SurveyDesign(weights="weight") if weighted else None,
            )
    except (ValueError, np.linalg.LinAlgError) as error:
        raise DesignError(
            f"the event study of “{panel.arm}” cannot be estimated ({str(error).rstrip('.')}); use method='group_time', or "
            "more units."
        ) from error
    return _read(made, panel), "CR2 by cluster" if small else "CR1 by cluster"


def _read(made: Any, panel: ArmPanel) -> EventPath:
    order = [e for e in made.event_study_vcov_index if e != -1]
    at = [list(made.event_study_vcov_index).index(e) for e in order]
    covariance = np.asarray(made.event_study_vcov)[np.ix_(at, at)]
    effects = made.event_study_effects
    clusters = int(panel.cluster.max()) + 1
    free = np.array([_freedom(effects[e], clusters) for e in order])
    time = np.array([int(e) for e in order])
    rank = np.argsort(time)
    cohorts = np.array([int(np.sum(_reached(panel, e))) for e in time])
    units = np.array(
        [int(sum(np.sum(panel.start == g) for g in panel.cohorts[_reached(panel, e)])) for e in time]
    )
    path = EventPath(
        time=time,
        effect=np.array([float(effects[e]["effect"]) for e in order]),
        covariance=covariance,
        df=free,
        cohorts=cohorts,
        units=units,
        level=np.array([_level(panel, e) for e in time]),
    )
    return path.part(rank)


def _reached(panel: ArmPanel, e: int) -> Array:
    at = panel.cohorts + e
    found: Array = (at >= 0) & (at < panel.outcome.shape[1])
    return found


def _freedom(row: dict[str, Any], clusters: int) -> float:
    """The library's degrees of freedom, never more than clusters less one."""
    found = row.get("df")
    most = float(max(clusters - 1, 1))
    return most if found is None or not np.isfinite(found) else min(float(found), most)


def _level(panel: ArmPanel, e: int) -> float:
    top = bottom = 0.0
    for g in panel.cohorts[_reached(panel, e)]:
        who = (panel.start == g) & np.isfinite(panel.outcome[:, g + e])
        top += float(panel.weight[who] @ panel.outcome[who, g + e])
        bottom += float(panel.weight[who].sum())
    return top / bottom if bottom else float("nan")
