"""From the result of a trial to rows of the evidence base."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from almpo_kit.experiments.planning.kept_and_lost import SMALLEST
from almpo_kit.experiments.planning.trial_result import TrialResult
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.frames import SUBSIDISED_JOB, check
from almpo_kit.vocabulary.outcomes import OUTCOMES
from almpo_kit.vocabulary.programmes import PROGRAMME_TYPES
from almpo_kit.vocabulary.provenance import SYNTHETIC, stamp
from almpo_kit.vocabulary.trial_plans import ESTIMATORS

#: Comparisons that are no programme; any other is taken for usual services, hence another programme, unless it is said.
_NOTHING: Final = ("no programme", "none", "nothing", "control", "comparison", "waiting list", "no offer")


def evidence_rows(
    result: TrialResult,
    *,
    study_id: str,
    includes_subsidised_job: str = "not_stated",
    source: str = "",
    sample_id: str = "",
    comparator: str = "",
) -> pd.DataFrame:
    """Rows of an ``effects`` frame: what was planned, and is an outcome of the evidence base.

    Groups shown apart and outcomes thought of later give no rows. Everything is the effect of the offer (ITT), counted from
    the draw. ``quality`` has the certainty, ``note`` the deviations.

    Parameters
    ----------
    result : TrialResult
    study_id : str
        E.g. ``"ministry2028"``.
    includes_subsidised_job : {"excluded", "included", "not_stated"}
        Whether a job that the programme pays counts as one.
    source : str
        Where it can be read about; starts with SYNTHETIC where people are invented.
    sample_id : str
        Where its people are those of another study; the study's own when left out.
    comparator : {"", "no_programme", "other_programme"}
        What the comparison got; "" to go by the name of the arm ("no programme", "control", …).

    Returns
    -------
    DataFrame
        A checked ``effects`` frame with ``programme_name`` and ``note`` beside.

    Raises
    ------
    DesignError
        Nothing in it may become evidence: no planned outcome that the evidence base knows was analysed; or invented people
        without a source that says so.
    ParameterError
    """
    if not isinstance(result, TrialResult):
        raise ParameterError(f"evidence_rows() takes what analyse() returned, not {type(result).__name__}.")
    named = _asked(result, study_id, includes_subsidised_job, source, comparator)
    rows = result.table[result.table["role"].isin(("primary", "secondary"))]
    known = {o.name: o for o in result.asked.outcomes if o.outcome}
    rows = rows[rows["outcome"].isin(known) & np.isfinite(rows["effect"].astype(float))]
    if not len(rows):
        raise DesignError(
            "nothing in this result may become evidence: no planned outcome that the evidence base knows was analysed. Say in the "
            "next plan what the outcome is there, e.g. TrialOutcome(…, outcome='employment_probability')."
        )
    plan = result.plan
    frame = pd.DataFrame(
        [_row(result, dict(row), known[row["outcome"]].outcome) for row in rows.to_dict("records")]
    )
    frame = frame.assign(
        estimate_id=[
            f"{named['study_id']}-{i + 1:0{max(2, len(str(len(frame))))}d}" for i in range(len(frame))
        ],
        sample_id=" ".join(sample_id.split()) or named["study_id"],
        target_group=plan.target_group,
        country=plan.country,
        nuts=plan.nuts or None,
        horizon_from="random_assignment",
        se_source=np.where(frame["se"].notna(), "reported", "none"),
        includes_subsidised_job=includes_subsidised_job,
        design="rct",
        estimand="itt",
        estimand_source="stated",
        start_year=float(plan.start_year),
        end_year=float(plan.end_year),
        unemployment_rate=math.nan if plan.unemployment_rate is None else plan.unemployment_rate,
        quality=result.certainty or "",
        **named,
    )
    return stamp(check(frame, "effects"), *result.provenance.data)


def _asked(
    result: TrialResult, study_id: Any, includes_subsidised_job: Any, source: Any, comparator: Any
) -> dict[str, str]:
    if not isinstance(study_id, str) or not study_id.strip():
        raise ParameterError("study_id names the study, e.g. study_id='ministry2028'.")
    if includes_subsidised_job not in SUBSIDISED_JOB:
        raise ParameterError(
            f"includes_subsidised_job={includes_subsidised_job!r}: choose one of {', '.join(SUBSIDISED_JOB)}."
        )
    if comparator not in ("", "no_programme", "other_programme"):
        raise ParameterError(f"comparator={comparator!r}: choose 'no_programme' or 'other_programme', or ''.")
    text = " ".join(str(source).split())
    if result.provenance.synthetic and not text.startswith(SYNTHETIC):
        raise DesignError(
            f"the people of this trial are invented, and rows of the evidence base must say so: give a source that starts with "
            f"{SYNTHETIC}, e.g. source='{SYNTHETIC} trial {result.plan.name}'."
        )
    if not comparator:
        nothing = result.plan.design.comparison.strip().casefold() in _NOTHING
        comparator = "no_programme" if nothing else "other_programme"
    return {
        "study_id": " ".join(study_id.split()),
        "comparator": comparator,
        "source": text or f"trial {result.plan.name}, plan {result.plan_digest[:12]}",
    }


def _row(result: TrialResult, row: Mapping[Any, Any], outcome: str) -> dict[str, Any]:
    plan, arm = result.plan, str(row["arm"])
    kind = plan.programme_types[arm]
    if kind not in PROGRAMME_TYPES:
        raise ParameterError(
            f"the programme type {kind!r} of {arm!r} is none of {', '.join(PROGRAMME_TYPES)}."
        )
    se = float(row["se"])
    return {
        "programme_type": kind,
        "programme_name": arm,
        "outcome": outcome,
        "unit": row["unit"],
        "horizon_months": float(row["months"]),
        "effect": float(row["effect"]),
        "se": se if se > 0 and math.isfinite(se) else math.nan,
        "significance": _significance(outcome, row),
        "take_up": _take_up(result, arm),
        "n": float(row["people"]),
        "note": _note(result, row),
    }


def _significance(outcome: str, row: Mapping[Any, Any]) -> str | None:
    """Whether it is significant and helps the person; None where neither direction does."""
    if not (math.isfinite(row["low"]) and math.isfinite(row["high"])):
        return None
    if row["low"] <= 0 <= row["high"]:
        return "none"
    direction = OUTCOMES[outcome].favourable
    if direction == 0:
        return None
    return "positive" if row["effect"] * direction > 0 else "negative"


def _take_up(result: TrialResult, arm: str) -> float:
    """Share of those offered who took part; NaN where not known, or where it would tell of few."""
    mine = result.arms[result.arms["arm"] == arm]
    known = len(mine) and mine["drawn"].iloc[0] >= SMALLEST
    return float(mine["took_part"].iloc[0]) if known else math.nan


def _note(result: TrialResult, row: Mapping[Any, Any]) -> str:
    """What to mind about a row: its role, how it was had, and what was done otherwise than planned."""
    role = (
        "Primary outcome"
        if row["role"] == "primary"
        else "Secondary outcome, not corrected for being one of several"
    )
    said = [
        f"{row['arm']} against {row['comparison']}. {role}. Estimated as {ESTIMATORS[result.estimator]}, "
        f"{100 * (1 - result.asked.alpha):g}% interval {row['low']:.4g} to {row['high']:.4g}. Plan {result.plan_digest[:12]}."
    ]
    said += [d.sentence for d in result.deviations]
    return " ".join(" ".join(said).split())
