"""Small case studies, made up."""

from __future__ import annotations

from typing import Any

import pandas as pd

from almpo_kit.vocabulary.case_studies import CASE_COLUMNS

_BLANK = dict.fromkeys(CASE_COLUMNS, "") | {
    "title": "A measure",
    "country": "EL",
    "unemployment": "not_stated",
    "target_group": "all",
    "context": "Somewhere.",
    "programme_type": "training",
    "programme_name": "A programme",
    "intervention": "Something was done.",
    "mechanism": "skills",
    "mechanism_basis": "inferred",
    "how": "It taught.",
    "result": "not_evaluated",
    "outcome": "Not read.",
    "grounds": "description",
    "source": "SYNTHETIC, made up for a test",
    "checked": "made up",
}


def case(case_id: str, **more: Any) -> dict[str, Any]:
    """One record; what is not given is dull."""
    return _BLANK | {"case_id": case_id} | more


def library(*rows: dict[str, Any]) -> pd.DataFrame:
    """Records as a table."""
    return pd.DataFrame(rows or [case("one")], columns=list(CASE_COLUMNS))


def effect(estimate_id: str, study_id: str, **more: Any) -> dict[str, Any]:
    """One estimate with the columns that are read here."""
    base = {
        "estimate_id": estimate_id,
        "study_id": study_id,
        "sample_id": study_id,
        "programme_type": "training",
        "target_group": "all",
        "comparator": "no_programme",
        "outcome": "employment_probability",
        "unit": "percentage_points",
        "horizon_months": 12.0,
        "horizon_from": "start",
        "effect": 1.0,
        "significance": "positive",
        "estimand": "itt",
        "includes_subsidised_job": "excluded",
        "source": "made up",
    }
    return base | more


def evidence(*rows: dict[str, Any]) -> pd.DataFrame:
    """Estimates as a table."""
    return pd.DataFrame(rows)
