"""Publish a result: rows that the evidence base can take in, with the verdict on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evaluation.designs.assignments import ASSIGNMENTS
from almpo_kit.evaluation.protocol.results import Estimate, Verdict
from almpo_kit.evaluation.protocol.steps import Override, go_on
from almpo_kit.evaluation.publication.asking import Study, asked, comparator, horizons, programme_type
from almpo_kit.evaluation.publication.rows import people_used, published_rows, significance, take_up
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.frames import check
from almpo_kit.vocabulary.provenance import SYNTHETIC, stamp


def publish(
    verdict: Verdict,
    *,
    study_id: str,
    programme_types: Mapping[str, str],
    country: str,
    start_year: int,
    end_year: int,
    target_group: str = "all",
    nuts: str | None = None,
    sample_id: str | None = None,
    unemployment_rate: float | None = None,
    includes_subsidised_job: str = "not_stated",
    source: str = "",
    months: Sequence[float] | None = None,
    cumulative: bool = True,
    override: str = "",
) -> pd.DataFrame:
    """Rows of an ``effects`` frame from an evaluation, nothing about any person.

    Parameters
    ----------
    verdict : Verdict
        The last step; what it calls *not identified* is refused unless a reason is given, which stands in every row.
    study_id : str
        E.g. ``"ministry2026"``.
    programme_types : mapping of str to str
        Arm -> programme type, for each arm that is published. A comparison that is not plainly no programme is named too,
        with its type or ``"no_programme"``.
    country : str
        Eurostat code, e.g. ``"EL"``.
    start_year, end_year : int
        First and last year of entry.
    target_group : str
    nuts : str, optional
        Where the study is about one region.
    sample_id : str, optional
        Where the people are those of another study; by default the study's own.
    unemployment_rate : float, optional
        National, of the first year, in per cent.
    includes_subsidised_job : {"excluded", "included", "not_stated"}
    source : str
        Address or citation; by default the fingerprint of the design.
    months : sequence of float, optional
        Months after entry to publish; by default 6, 12, 24, 36, … and the last.
    cumulative : bool
        Also the sums over the months up to the last, where they are known.
    override : str
        Why a result that is not identified is published.

    Returns
    -------
    DataFrame
        An ``effects`` frame, also with ``note`` and ``programme_name``; ``quality`` is the verdict.

    Raises
    ------
    ParameterError
        What is said of the study is not understood.
    DesignError
        Not identified, nothing was estimated, or nothing may be published.
    """
    if not isinstance(verdict, Verdict):
        raise ParameterError(
            f"publish() takes the verdict, not {type(verdict).__name__}; write e.g. "
            "evaluation.publish(evaluation.verdict(effects), study_id=…)."
        )
    study = asked(
        study_id=study_id,
        sample_id=sample_id,
        programme_types=programme_types,
        target_group=target_group,
        country=country,
        nuts=nuts,
        start_year=start_year,
        end_year=end_year,
        unemployment_rate=unemployment_rate,
        includes_subsidised_job=includes_subsidised_job,
        source=source,
    )
    overrides = go_on(verdict, "verdict", override)
    if verdict.estimate is None:
        raise DesignError(
            "the protocol stopped before anything was estimated; there is no effect to publish. Read verdict.table for why."
        )
    rows = published_rows(verdict.estimate, horizons(months), cumulative)
    frame = check(_frame(rows, verdict, verdict.estimate, study, overrides), "effects")
    return stamp(frame, *verdict.provenance.data)


def _frame(
    rows: pd.DataFrame, verdict: Verdict, effects: Estimate, study: Study, overrides: tuple[Override, ...]
) -> pd.DataFrame:
    plan = verdict.design.plan
    way = ASSIGNMENTS[plan.assignment]
    n = len(rows)
    counted = rows["months"].notna()
    origin = "random_assignment" if plan.assignment == "rct" else "start"
    se = rows["se"].astype(float).where(rows["se"] > 0)
    label = SYNTHETIC if verdict.provenance.synthetic else ""
    source = study.source or f"evaluation {study.study_id}, design {plan.digest}"
    if label and not source.startswith(label):
        source = f"{label} {source}"
    width = max(2, len(str(n)))
    return pd.DataFrame(
        {
            "estimate_id": [f"{study.study_id}-{i + 1:0{width}d}" for i in range(n)],
            "study_id": study.study_id,
            "sample_id": study.sample_id,
            "programme_type": [programme_type(study, a) for a in rows["arm"]],
            "programme_name": rows["arm"],
            "target_group": study.target_group,
            "comparator": [comparator(study, c) for c in rows["comparison"]],
            "country": study.country,
            "nuts": study.nuts,
            "outcome": rows["outcome"],
            "unit": rows["unit"],
            "horizon_months": rows["months"].astype(float),
            "horizon_from": [origin if c else None for c in counted],
            "effect": rows["effect"].astype(float),
            "se": se,
            "se_source": np.where(se.notna(), "reported", "none"),
            "significance": [
                significance(o, e, lo, hi)
                for o, e, lo, hi in zip(
                    rows["outcome"], rows["effect"], rows["low"], rows["high"], strict=True
                )
            ],
            "includes_subsidised_job": study.includes_subsidised_job,
            "design": way.design,
            "estimand": rows["estimand"],
            "estimand_source": "stated",
            "take_up": [take_up(effects, a, e) for a, e in zip(rows["arm"], rows["estimand"], strict=True)],
            "start_year": float(study.start_year),
            "end_year": float(study.end_year),
            "n": [people_used(effects, row) for row in rows.to_dict("records")],
            "unemployment_rate": study.unemployment_rate,
            "quality": verdict.verdict,
            "source": source,
            "note": [_note(dict(row), verdict, effects, overrides) for row in rows.to_dict("records")],
        }
    )


def _note(row: dict[Any, Any], verdict: Verdict, effects: Estimate, overrides: tuple[Override, ...]) -> str:
    """What to mind about a row: how it was had, the verdict, and everything that was overridden."""
    summed = " Sum over the months up to this one." if row["summed"] else ""
    against = " ".join(
        f"Overridden at “{o.step}” ({', '.join(s.replace('_', ' ') for s in o.stops)}): {o.reason}."
        for o in overrides
    )
    text = (
        f"{row['arm']} against {row['comparison']}.{summed} Method {effects.method}, standard errors {effects.fit.se_kind}, "
        f"95% interval {row['low']:.4g} to {row['high']:.4g}. Verdict: {verdict.verdict}. {against}"
    )
    return " ".join(text.split())
