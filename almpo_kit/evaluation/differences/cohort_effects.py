"""Effects of each cohort in each period (Callaway and Sant'Anna), with what every cluster contributes to their error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from almpo_kit.evaluation.differences.arm_panel import ArmPanel
from almpo_kit.evaluation.protocol.quiet import quiet
from almpo_kit.vocabulary.errors import DesignError

Array = np.ndarray[Any, np.dtype[Any]]

#: Units of the smaller group per covariate without which a model of who is treated is not fitted.
_UNITS_A_COVARIATE = 10


@dataclass(frozen=True, eq=False, repr=False)
class CohortEffects:
    """Effects of m cells (cohort, period).

    Parameters
    ----------
    cohort, period : Array of int, shape (m,)
        Positions in the periods of the panel.
    effect : Array, shape (m,)
    influence : Array, shape (m, u)
        Of each unit on each effect; sums of squares over units are variances.
    how : str
        ``"doubly robust"``, ``"outcome regression"`` or ``"means"``.
    not_known : int
        Cells that could not be estimated.
    unbalanced : bool
        True where units are compared over the periods in which they were observed.
    """

    cohort: Array
    period: Array
    effect: Array
    influence: Array
    how: str
    not_known: int
    unbalanced: bool


def cohort_effects(panel: ArmPanel) -> CohortEffects:
    """Estimate the effect of every cohort in every period, before its start too.

    diff-diff does the estimating, against the last period before the start of each cohort (universal base). With
    covariates: doubly robust where there are ten units a covariate in the smallest group, else outcome regression
    where units suffice for it.

    Raises
    ------
    DesignError
        No cell can be estimated.

    References
    ----------
    Callaway and Sant'Anna (2021) J. Econom. 225, 200-230.
    """
    from diff_diff import CallawaySantAnna, SurveyDesign

    how, covariates = _how(panel)
    method = {"doubly robust": "dr", "outcome regression": "reg", "means": "reg"}[how]
    weighted = np.ptp(panel.weight) > 0
    model = CallawaySantAnna(
        control_group="never_treated" if panel.never_only else "not_yet_treated",
        estimation_method=method,
        base_period="universal",
        rank_deficient_action="silent",
    )
    try:
        with quiet() as said, np.errstate(all="ignore"):
            made = model.fit(
                panel.long(),
                outcome="y",
                unit="unit",
                time="time",
                first_treat="first",
                covariates=covariates or None,
                survey_design=SurveyDesign(weights="weight") if weighted else None,
            )
    except (ValueError, np.linalg.LinAlgError) as error:
        raise DesignError(
            f"the effects of “{panel.arm}” cannot be estimated ({str(error).rstrip('.')}); take fewer covariates, or more "
            "units or periods."
        ) from error
    return _read(made, panel, how, said)


def _how(panel: ArmPanel) -> tuple[str, list[str]]:
    p = panel.covariates.shape[1]
    if not p:
        return "means", []
    groups = [int(np.sum(panel.start == g)) for g in panel.cohorts]
    smallest = min([*groups, int(np.sum(panel.start < 0)) if panel.never_only else len(panel.start)])
    names = [f"x{j}" for j in range(p)]
    if smallest >= _UNITS_A_COVARIATE * p:
        return "doubly robust", names
    comparison = int(np.sum(panel.start < 0)) if panel.never_only else len(panel.start) - max(groups)
    if comparison >= 3 * (p + 1):
        return "outcome regression", names
    return "means", []


def _read(made: Any, panel: ArmPanel, how: str, said: list[str]) -> CohortEffects:
    # The library keeps each cell's influence for its own aggregation; ours needs it by cluster.
    held = made._aggregation_kit.influence if made._aggregation_kit is not None else {}
    cells = [k for k, v in made.group_time_effects.items() if k in held and np.isfinite(v["effect"])]
    if not cells:
        raise DesignError(
            f"no effect of “{panel.arm}” can be estimated: no cohort is observed before its start together with units to "
            "compare with. Add periods or units."
        )
    influence = np.zeros((len(cells), len(panel.start)))
    for row, cell in zip(influence, cells, strict=True):
        part = held[cell]
        row[np.asarray(part["treated_idx"], dtype=int)] += np.asarray(part["treated_inf"])
        row[np.asarray(part["control_idx"], dtype=int)] += np.asarray(part["control_inf"])
    base = {(g, int(g) - 1) for g in panel.cohorts + 1}
    asked = [k for k in made.group_time_effects if (k[0], int(k[1])) not in base]
    return CohortEffects(
        cohort=np.array([int(g) - 1 for g, _ in cells]),
        period=np.array([int(t) - 1 for _, t in cells]),
        effect=np.array([float(made.group_time_effects[c]["effect"]) for c in cells]),
        influence=influence,
        how=how,
        not_known=len(asked) - len([c for c in cells if (c[0], int(c[1])) not in base]),
        unbalanced=any("nbalanced" in s for s in said),
    )
