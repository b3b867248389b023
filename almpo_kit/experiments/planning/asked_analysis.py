"""What an analysis is asked to do, beside what its plan says it will; silent differences are refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from almpo_kit.experiments.planning.deviation import ABOUT, Deviation
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.plain_values import real_number, whole_number
from almpo_kit.vocabulary.trial_outcomes import TrialOutcome
from almpo_kit.vocabulary.trial_plans import ESTIMATORS, MISSING_RULES, TrialPlan


@dataclass(frozen=True)
class AskedAnalysis:
    """What is done; every field is the plan's unless a reason was given.

    Parameters
    ----------
    outcomes : tuple of TrialOutcome
        The first carries the verdict.
    planned_outcomes : frozenset of str
        Names of those that the plan has exactly so.
    planned_primary : bool
        Whether the first is the plan's primary one.
    estimator, missing : str
    covariates, subgroups : tuple of str
    alpha : float
    looks : int
    """

    outcomes: tuple[TrialOutcome, ...]
    planned_outcomes: frozenset[str]
    planned_primary: bool
    estimator: str
    covariates: tuple[str, ...]
    subgroups: tuple[str, ...]
    alpha: float
    missing: str
    looks: int


def asked_analysis(
    plan: TrialPlan,
    columns: Sequence[str],
    reasons: Mapping[str, str],
    *,
    outcomes: Sequence[str | TrialOutcome] | None = None,
    estimator: str | None = None,
    covariates: Sequence[str] | None = None,
    subgroups: Sequence[str] | None = None,
    alpha: float | None = None,
    missing: str | None = None,
    looks: int | None = None,
) -> tuple[AskedAnalysis, list[Deviation]]:
    """Compare what is asked with the plan.

    Parameters
    ----------
    plan : TrialPlan
    columns : sequence of str
        Of the data.
    reasons : mapping of str to str
    outcomes, estimator, covariates, subgroups, alpha, missing, looks
        None: as planned.

    Returns
    -------
    (AskedAnalysis, list of Deviation)

    Raises
    ------
    DesignError
        Something differs and no reason is given, or a column is not in the data.
    ParameterError
        Something that no analysis could do.
    """
    found: list[Deviation] = []
    _readable(reasons)
    measured = _outcomes(plan, columns, reasons, outcomes, found)
    names: dict[str, tuple[Any, Any]] = {
        "estimator": (plan.estimator, estimator),
        "covariates": (plan.covariates, None if covariates is None else tuple(covariates)),
        "subgroups": (plan.subgroups, None if subgroups is None else tuple(subgroups)),
        "alpha": (plan.alpha, alpha),
        "missing": (plan.missing, missing),
        "looks": (plan.looks, looks),
    }
    chosen = {k: planned if asked is None else asked for k, (planned, asked) in names.items()}
    _possible(chosen, columns, plan)
    for key, (planned, asked) in names.items():
        if asked is not None and asked != planned:
            serious = key in ("estimator", "missing", "looks", "alpha")
            found.append(_with_reason(key, _said(planned), _said(asked), reasons, serious=serious))
    # A changed outcome under an old name is a new one.
    same = frozenset(o.name for o in measured if o in plan.outcomes)
    primary = measured[0] == plan.primary
    return AskedAnalysis(measured, same, primary, **chosen), found


def _readable(reasons: Any) -> None:
    if not isinstance(reasons, Mapping) or not all(isinstance(v, str) for v in reasons.values()):
        raise ParameterError(
            "deviations maps what was done otherwise to its reason, e.g. {'estimator': 'two offices closed'}."
        )
    if odd := [k for k in reasons if k not in ABOUT]:
        raise ParameterError(f"deviations names {odd[0]!r}; it can name {', '.join(ABOUT)}.")
    if empty := [k for k, v in reasons.items() if not v.strip()]:
        raise ParameterError(f"deviations[{empty[0]!r}] is empty; write the reason, or leave it out.")


def _with_reason(
    what: str, planned: str, done: str, reasons: Mapping[str, str], *, serious: bool
) -> Deviation:
    if what not in reasons:
        raise DesignError(
            f"otherwise than planned, {ABOUT[what]}: planned {planned}; asked {done}. Analyse as planned, or say why: "
            f"deviations={{{what!r}: 'the reason'}}. It then stands beside the result."
        )
    return Deviation(what, planned, done, " ".join(reasons[what].split()), serious)


def _outcomes(
    plan: TrialPlan,
    columns: Sequence[str],
    reasons: Mapping[str, str],
    asked: Sequence[str | TrialOutcome] | None,
    found: list[Deviation],
) -> tuple[TrialOutcome, ...]:
    planned = {o.name: o for o in plan.outcomes}
    if isinstance(asked, str | TrialOutcome) or (asked is not None and not len(asked)):
        raise ParameterError(
            f"outcomes must be a list, the primary one first, e.g. outcomes=[{plan.primary.name!r}]."
        )
    wanted = [_one(o, planned) for o in (plan.outcomes if asked is None else asked)]
    there = tuple(o for o in wanted if o.name in columns)
    absent = [o.name for o in wanted if o.name not in columns]
    if asked is not None and absent:
        raise DesignError(
            f"the data have no column {absent[0]!r}; measure it, or leave it out of outcomes with a reason in deviations."
        )
    if there[:1] != (plan.primary,) and "outcomes" not in reasons:
        how = (
            "is not in the data"
            if plan.primary.name in absent
            else "was changed or left out, or is not the first"
        )
        raise DesignError(
            f"the primary outcome of the plan, {plan.primary.name!r}, {how}. Analyse the one that was planned, or name "
            "another with outcomes=[…] and say why: deviations={'outcomes': 'the reason'}. The result is then exploratory."
        )
    if not there:
        raise DesignError(
            f"none of the planned outcomes is in the data: {', '.join(map(repr, planned))}; the columns are {_few(columns)}."
        )
    if there != plan.outcomes:
        before, now = (", ".join(o.name for o in group) for group in (plan.outcomes, there))
        changed = [o.name for o in there if o.name in planned and o != planned[o.name]]
        now += f" ({', '.join(changed)} measured otherwise)" if changed else ""
        serious = there[0] != plan.primary
        found.append(_with_reason("outcomes", before, now, reasons, serious=serious))
    return there


def _one(outcome: Any, planned: Mapping[str, TrialOutcome]) -> TrialOutcome:
    if isinstance(outcome, TrialOutcome):
        return outcome
    if outcome in planned:
        return planned[outcome]
    raise ParameterError(
        f"outcomes names {outcome!r}, which the plan does not have ({', '.join(planned)}); say what it is: "
        f"TrialOutcome({outcome!r}, 'binary', baseline=…), and why in deviations['outcomes']."
    )


def _possible(chosen: Mapping[str, Any], columns: Sequence[str], plan: TrialPlan) -> None:
    if chosen["estimator"] not in ESTIMATORS:
        raise ParameterError(f"estimator {chosen['estimator']!r} is none of {', '.join(ESTIMATORS)}.")
    if chosen["missing"] not in MISSING_RULES:
        raise ParameterError(f"missing {chosen['missing']!r} is none of {', '.join(MISSING_RULES)}.")
    real_number("alpha", chosen["alpha"], 0, 0.5, open_low=True, open_high=True)
    whole_number("looks", chosen["looks"], 0, 1000)
    for key in ("covariates", "subgroups"):
        if gone := [c for c in chosen[key] if c not in columns]:
            raise DesignError(
                f"{key} of the plan are not all in the data: {gone[0]!r} is missing. Add the column, or leave it out with "
                f"{key}=… and a reason in deviations[{key!r}]."
            )
    outcomes = {o.name for o in plan.outcomes}
    if both := [c for c in chosen["covariates"] if c in outcomes]:
        raise DesignError(
            f"{both[0]!r} is an outcome; adjust only for what was known before the draw, e.g. covariates=[]."
        )


def _said(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(value) or "nothing"
    return f"{100 * value:g}%" if isinstance(value, float) else str(value)


def _few(columns: Sequence[str]) -> str:
    shown = ", ".join(map(repr, columns[:12]))
    return shown if len(columns) <= 12 else f"{shown}, … and {len(columns) - 12} more"
