"""Which reference tables there are, with the type of each column; the dictionary in words is in ``data/``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from almpo_kit.vocabulary.case_studies import CASE_COLUMNS
from almpo_kit.vocabulary.frames import FrameName

ColumnType = Literal["text", "number"]


@dataclass(frozen=True)
class Table:
    """One reference table: its file below the root, its columns, its key and, if it is one, its frame."""

    file: str
    columns: Mapping[str, ColumnType]
    key: tuple[str, ...]
    frame: FrameName | None = None


def _columns(text: str, *numbers: str) -> dict[str, ColumnType]:
    return {name: "number" if name in numbers else "text" for name in text.split()}


_INDICATORS = _columns("geo nuts_version indicator unit age period value flag source", "value")

TABLES: dict[str, Table] = {
    "effects": Table(
        "data/effects.csv",
        _columns(
            "estimate_id study_id sample_id programme_type programme_name target_group comparator country nuts "
            "outcome unit horizon_months horizon_from effect se se_source significance includes_subsidised_job "
            "design estimand estimand_source take_up start_year end_year n unemployment_rate quality source note",
            *(
                "horizon_months",
                "effect",
                "se",
                "take_up",
                "start_year",
                "end_year",
                "n",
                "unemployment_rate",
            ),
        ),
        key=("estimate_id",),
        frame="effects",
    ),
    "studies": Table(
        "data/studies.csv",
        _columns("study_id citation title year url country programme_type summary", "year"),
        key=("study_id",),
    ),
    "risk_of_bias": Table(
        "data/risk_of_bias.csv",
        _columns("study_id instrument coder domain judgement basis"),
        key=("study_id", "coder", "domain"),
        frame="appraisals",
    ),
    "reviews": Table(
        "data/reviews.csv",
        _columns(
            "review_id version_of label citation year designs regions years n_studies n_estimates topic finding "
            "statement source checked",
            *("year", "n_studies", "n_estimates"),
        ),
        key=("review_id", "topic"),
    ),
    "sign_only": Table(
        "data/sign_only.csv",
        _columns("sign_id study country programme_type target_group horizon sign_summary source"),
        key=("sign_id",),
    ),
    "regional_indicators": Table(
        "data/regional_indicators.csv", _INDICATORS, key=("geo", "indicator", "period"), frame="indicators"
    ),
    "national_indicators": Table(
        "data/national_indicators.csv", _INDICATORS, key=("geo", "indicator", "period"), frame="indicators"
    ),
    "label_points": Table(
        "data/label_points.csv",
        _columns("geo nuts_version name lon lat kind source", "lon", "lat"),
        key=("geo",),
        frame="locations",
    ),
    "nuts_correspondence": Table(
        "data/nuts_correspondence.csv",
        _columns(
            "version_from version_to level code_from code_to change residents residents_year label note source",
            *("level", "residents", "residents_year"),
        ),
        key=("version_from", "version_to", "level", "code_from", "code_to"),
    ),
    "lmp_expenditure": Table(
        "data/lmp_expenditure.csv",
        _columns("geo year scope measure unit value flag source", "year", "value"),
        key=("geo", "year", "scope", "measure"),
    ),
    "unit_costs": Table(
        "data/unit_costs.csv",
        _columns(
            "cost_id programme_type programme_name country year amount currency unit_cost_eur eur_rate basis kind covers "
            "source url checked note",
            *("year", "amount", "unit_cost_eur", "eur_rate"),
        ),
        key=("cost_id",),
    ),
    "case_studies": Table(
        "data/case_studies.csv",
        _columns(" ".join(CASE_COLUMNS), "start_year", "end_year"),
        key=("case_id",),
    ),
    "esco_codes": Table(
        "data/esco_codes.csv",
        _columns("uri_id concept code label_words alternative_words", "label_words"),
        key=("uri_id",),
    ),
    "job_titles": Table(
        "data/job_titles.csv",
        _columns("occupation language title"),
        key=("occupation", "language", "title"),
    ),
    "codebook": Table(
        "data/codebook.csv", _columns("column meaning type allowed required example"), key=("column",)
    ),
}
