"""The codebook: what each column of a coded effects table means and may hold, for people and for the intake.

``data/codebook.csv`` is this table written out; a test keeps the two alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from almpo_kit.vocabulary.estimands import ESTIMAND_SOURCES, ESTIMANDS
from almpo_kit.vocabulary.frames import COMPARATORS, HORIZON_ORIGINS, SE_SOURCES, SIGNIFICANCE, SUBSIDISED_JOB
from almpo_kit.vocabulary.outcomes import OUTCOMES, UNITS
from almpo_kit.vocabulary.programmes import DESIGNS, PROGRAMME_TYPES, TARGET_GROUPS

if TYPE_CHECKING:
    import pandas as pd

Kind = Literal["text", "category", "country", "number", "whole number", "p-value"]
Need = Literal["yes", "no", "filled"]
#: Units that a person may code and that are converted on the way in; see ``conversions.py``.
SHEET_UNITS: dict[str, str] = {
    "share": "a share, 0.05 for five points; becomes percentage points",
    "odds_ratio": "becomes log odds ratio",
    "hazard_ratio": "becomes log hazard ratio",
    "risk_ratio": "becomes log risk ratio",
    "usd_per_month": "becomes US dollars a year",
    "dem_per_year": "becomes Deutsche Mark a month",
    "etb_per_year": "becomes Ethiopian birr a month",
}


@dataclass(frozen=True)
class Column:
    """One column. ``need`` is ``"filled"`` where an empty cell gets ``filled_with`` (and that is said)."""

    name: str
    meaning: str
    example: str
    kind: Kind = "text"
    need: Need = "no"
    filled_with: str = ""
    low: float | None = None
    high: float | None = None
    allowed: tuple[str, ...] = ()

    @property
    def numeric(self) -> bool:
        """Whether the frame holds numbers in it."""
        return self.kind in ("number", "whole number")

    @property
    def allowed_words(self) -> str:
        """What may stand in it, for people."""
        if self.allowed:
            return " | ".join(self.allowed)
        if self.low is not None and self.high is not None:
            return f"{_plainly(self.low)} to {_plainly(self.high)}"
        words = {
            "country": "two capital letters, Eurostat codes (EL, UK); names of countries are read as their codes",
            "number": "a number",
        }
        words |= {
            "p-value": "an exact p such as 0.031, or a bound <0.05, or stars (** and *** count as below 5%, * and <0.10 as open)"
        }
        return words.get(self.kind, "")


def _plainly(number: float) -> str:
    """Years without a comma, large numbers with."""
    return f"{number:,.0f}" if number >= 10_000 else f"{number:g}"


def _category(
    name: str,
    meaning: str,
    example: str,
    allowed: Mapping[str, object] | tuple[str, ...],
    need: Need = "no",
    filled_with: str = "",
) -> Column:
    return Column(name, meaning, example, "category", need, filled_with, allowed=tuple(allowed))


_STUDY = (
    Column(
        "estimate_id",
        "unique key of the row",
        "smith2019-01",
        need="filled",
        filled_with="study_id and a number",
    ),
    Column("study_id", "the paper: first author and year", "smith2019", need="yes"),
    Column(
        "sample_id",
        "the independent sample; papers on the same people share it. Inference clusters on it",
        "smith2019",
        need="filled",
        filled_with="study_id",
    ),
    Column("source", "DOI, address or citation", "doi:10.1000/182", need="yes"),
)
_PROGRAMME = (
    _category("programme_type", "type of the programme (LMP category)", "training", PROGRAMME_TYPES, "yes"),
    Column("programme_name", "as the study calls it", "Classroom training of the employment service"),
    _category("target_group", "whom the estimate is about", "youth", TARGET_GROUPS, "yes"),
    _category(
        "comparator",
        "compared with what: no programme or ordinary services, another programme, another amount of the same",
        "no_programme",
        COMPARATORS,
        "filled",
        "not_stated",
    ),
    Column("country", "where; EU for a trial in several EU countries", "EL", "country", "yes"),
    Column("nuts", "region of the estimate, if it is about one", "EL30"),
    Column(
        "start_year", "first year of entry into the programme", "2014", "whole number", low=1950, high=2030
    ),
    Column("end_year", "last year of entry into the programme", "2016", "whole number", low=1950, high=2030),
    Column(
        "unemployment_rate",
        "annual national unemployment rate in start_year, %",
        "7.4",
        "number",
        low=0,
        high=60,
    ),
)
_RESULT = (
    _category("outcome", "what was measured", "employment_probability", OUTCOMES, "yes"),
    _category("unit", "unit of effect, se and interval", "percentage_points", (*UNITS, *SHEET_UNITS), "yes"),
    _category(
        "convert_to",
        "the unit you want it in, where the conversion is exact; e.g. eur_per_month for eur_per_year",
        "",
        UNITS,
    ),
    Column("horizon_months", "months from horizon_from to the measurement", "24", "number", low=0, high=600),
    _category("horizon_from", "where the months are counted from", "start", HORIZON_ORIGINS),
    Column(
        "effect", "signed as the source measures it: plus means more of the outcome", "3.2", "number", "yes"
    ),
    Column("se", "standard error of the effect; empty where the source gives none", "1.1", "number"),
    _category(
        "se_source",
        "where the standard error comes from; derived ones say so",
        "reported",
        SE_SOURCES,
        "filled",
        "reported with an se, none without",
    ),
    Column("ci_low", "lower end of the confidence interval", "1.0", "number"),
    Column("ci_high", "upper end of the confidence interval", "5.4", "number"),
    Column(
        "ci_level", "level of the interval in per cent; never assumed", "95", "number", low=50, high=99.99
    ),
    Column("t_value", "t or z statistic of the effect", "2.91", "number"),
    Column(
        "df",
        "degrees of freedom of the t statistic; empty means the normal distribution is used",
        "212",
        "number",
        low=1,
        high=1e9,
    ),
    Column(
        "p_value",
        "two-sided p of the effect. A bound or stars say significance only, never a standard error; significant means at 5%, so one star (10% in some papers) and <0.10 leave significance not stated",
        "0.004",
        "p-value",
    ),
    _category(
        "significance",
        "positive = significant and favourable to the person, negative = significant and unfavourable, none = not significant. Never plus or minus: -62 days unemployed is positive",
        "positive",
        SIGNIFICANCE,
    ),
    _category(
        "includes_subsidised_job",
        "does the outcome count a job that the programme pays for or creates",
        "excluded",
        SUBSIDISED_JOB,
        "filled",
        "not_stated",
    ),
)
_DESIGN = (
    _category("design", "how the effect was identified", "rct", DESIGNS, "yes"),
    _category(
        "estimand",
        "whose effect: of the offer on all assigned (itt), on those who took part (att), on everybody (ate), on those whom the offer or rule moved (late)",
        "itt",
        ESTIMANDS,
        "filled",
        "not_stated",
    ),
    _category(
        "estimand_source", "does the study say so, or does its design imply it", "stated", ESTIMAND_SOURCES
    ),
    Column(
        "take_up",
        "share of those assigned who took part, 0 to 1, only where stated",
        "0.62",
        "number",
        low=0,
        high=1,
    ),
    Column("n", "people in the analysis", "1840", "whole number", low=2, high=1e9),
    Column("quality", "verdict of two coders; empty until there are two", ""),
    Column("note", "where in the source, and what to mind", "Table 4, column 2"),
)

COLUMNS: dict[str, Column] = {c.name: c for c in (*_STUDY, *_PROGRAMME, *_RESULT, *_DESIGN)}
#: What the intake writes beside the coded columns, and reads back from a table that it wrote.
WRITTEN: dict[str, str] = {
    "se_route": "how the standard error was derived, in words",
    "converted_from": "the unit in which effect, se and interval were coded, where they were converted",
    "significance_route": "what significance was derived from",
    "sample_id_coded": "the sample_id that was coded, where rows that may share people were joined",
}


def codebook() -> pd.DataFrame:
    """What each column of a coded effects table means and may hold.

    Returns
    -------
    DataFrame
        ``column, meaning, type, allowed, required, example``; ``required`` says ``yes``, ``no``, or what an
        empty cell becomes.
    """
    import pandas as pd

    rows = [
        {
            "column": c.name,
            "meaning": c.meaning,
            "type": c.kind,
            "allowed": c.allowed_words,
            "required": f"no; empty becomes {c.filled_with}" if c.need == "filled" else c.need,
            "example": c.example,
        }
        for c in COLUMNS.values()
    ]
    rows += [
        {
            "column": name,
            "meaning": meaning,
            "type": "text",
            "allowed": "",
            "required": "no; written by the intake",
            "example": "",
        }
        for name, meaning in WRITTEN.items()
    ]
    return pd.DataFrame(rows).astype("str")
