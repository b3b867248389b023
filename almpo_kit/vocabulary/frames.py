"""The frames: what one row is, which columns it has, and what may stand in them.

The column names are public and stay. :func:`check` is called where data enter (a file, a package, a
user); it lists every problem at once. pandera is imported when a frame is first checked, because it
costs as much to import as pandas.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from almpo_kit.vocabulary.appraisal import INSTRUMENTS, JUDGEMENTS
from almpo_kit.vocabulary.consultations import ROLES
from almpo_kit.vocabulary.errors import FrameError
from almpo_kit.vocabulary.estimands import ESTIMAND_SOURCES, ESTIMANDS
from almpo_kit.vocabulary.gross_outcomes import GROSS, WHY
from almpo_kit.vocabulary.labour_frames import completed, frame_checks, labour_columns
from almpo_kit.vocabulary.outcomes import OUTCOMES, UNITS
from almpo_kit.vocabulary.places import NUTS_VERSIONS
from almpo_kit.vocabulary.programmes import DESIGNS, PROGRAMME_TYPES, TARGET_GROUPS
from almpo_kit.vocabulary.register_frames import register_columns

if TYPE_CHECKING:
    import pandas as pd

FrameName = Literal[
    "effects",
    "indicators",
    "taxonomy",
    "locations",
    "appraisals",
    "seekers",
    "vacancies",
    "stocks",
    "persons",
    "unit_periods",
    "person_months",
    "programme_entries",
    "judgements",
    "assignments",
]

#: What an ``effects`` frame must have, in its order; estimand, estimand_source and take_up may stand beside.
EFFECT_COLUMNS = (
    *("estimate_id", "study_id", "sample_id", "programme_type", "target_group", "comparator", "country", "nuts"),
    *("outcome", "unit", "horizon_months", "horizon_from", "effect", "se", "se_source", "significance", "design"),
    *("start_year", "end_year", "n", "unemployment_rate", "quality", "source", "includes_subsidised_job"),
)  # fmt: skip
COMPARATORS = ("no_programme", "other_programme", "other_amount", "not_stated")
SE_SOURCES = ("reported", "derived_ci", "derived_t", "derived_p", "none")
SIGNIFICANCE = ("positive", "negative", "none")
HORIZON_ORIGINS = ("start", "random_assignment", "end")
SUBSIDISED_JOB = ("excluded", "included", "not_stated")

#: Numbers in an index from which on they are keys or moments, hardly rows of a file.
_ROWS_OF_A_FILE = 10_000_000


def _columns(name: FrameName) -> dict[str, Any]:
    import pandera.pandas as pa

    def text(*allowed: str, nullable: bool = False, pattern: str = "", **more: bool) -> pa.Column:
        checks = [pa.Check.isin(allowed)] if allowed else []
        checks += [pa.Check.str_matches(pattern)] if pattern else []
        return pa.Column(str, checks, nullable=nullable, coerce=True, **more)

    def real(
        low: float | None = None, high: float | None = None, *, nullable: bool = True, required: bool = True
    ) -> pa.Column:
        checks = [] if low is None else [pa.Check.ge(low)]
        checks += [] if high is None else [pa.Check.le(high)]
        return pa.Column(float, checks, nullable=nullable, required=required, coerce=True)

    finite = pa.Check(lambda s: s.abs() < 1e12, error="not a finite number")
    net = pa.Check(lambda s: ~s.str.startswith(GROSS).fillna(False).astype(bool), error=WHY)
    year = real(1950, 2030)
    if name == "effects":
        return {
            "estimate_id": text(unique=True),
            "study_id": text(),
            "sample_id": text(),
            "programme_type": text(*PROGRAMME_TYPES),
            "target_group": text(*TARGET_GROUPS),
            "comparator": text(*COMPARATORS),
            "country": text(pattern=r"^[A-Z]{2}$"),
            "nuts": text(nullable=True),
            "outcome": text(*OUTCOMES),
            "unit": text(*UNITS),
            "horizon_months": real(0, 600),
            "horizon_from": text(*HORIZON_ORIGINS, nullable=True),
            "effect": pa.Column(float, [finite], coerce=True),
            "se": pa.Column(float, [pa.Check.gt(0), finite], nullable=True, coerce=True),
            "se_source": text(*SE_SOURCES),
            "significance": text(*SIGNIFICANCE, nullable=True),
            "design": text(*DESIGNS),
            "start_year": year,
            "end_year": year,
            "n": real(2, 1e9),
            "unemployment_rate": real(0, 60),
            "quality": text(nullable=True),
            "source": pa.Column(str, [net], coerce=True),
            "includes_subsidised_job": text(*SUBSIDISED_JOB),
            # Tables coded before edition 2026-2, and a person's own, need not have these.
            "estimand": text(*ESTIMANDS, required=False),
            "estimand_source": text(*ESTIMAND_SOURCES, nullable=True, required=False),
            "take_up": real(0, 1, required=False),
        }
    if name == "indicators":
        return {
            "geo": text(pattern=r"^[A-Z]{2}[0-9A-Z_]*$"),
            "nuts_version": text(*NUTS_VERSIONS, nullable=True),
            "indicator": text(),
            "unit": text(),
            "period": text(pattern=r"^\d{4}(-(Q[1-4]|0[1-9]|1[0-2]))?$"),
            "value": pa.Column(float, [finite], coerce=True),
            "flag": text(nullable=True),
            "source": text(),
        }
    if name == "taxonomy":
        return {
            "code": text(unique=True),
            "label": text(),
            "parent": text(nullable=True),
            "level": pa.Column(int, [pa.Check.ge(0)], coerce=True),
            "version": text(),
        }
    if name == "appraisals":
        return {
            "study_id": text(),
            "instrument": text(*INSTRUMENTS),
            "coder": text(),
            "domain": text(*{d for i in INSTRUMENTS.values() for d in i.domains}),
            "judgement": text(*JUDGEMENTS),
            "basis": text(),
        }
    if name in ("seekers", "vacancies", "stocks"):
        return labour_columns(name)
    if name in ("persons", "unit_periods", "person_months", "programme_entries"):
        return register_columns(name)
    if name == "judgements":
        return {
            "participant": text(),
            "role": text("", *ROLES),
            # Empty where a group is too small to be told apart.
            "geo": text(pattern=r"^([A-Z]{2}[0-9A-Z]*)?$"),
            "sector": text(pattern=r"^([A-U](\d{2}(\.\d{1,2})?)?)?$"),
            "item": text(),
            "part": text(),
            "round": pa.Column(int, [pa.Check.ge(1)], coerce=True),
            "value": pa.Column(float, [finite], coerce=True),
            "source": text(),
        }
    if name == "assignments":
        return {
            "id": text(unique=True),
            "arm": text(),
            # Probability, before the draw, of the arm that was drawn.
            "chance": pa.Column(float, [pa.Check.gt(0), pa.Check.le(1)], coerce=True),
            "block": text(),
            "cluster": text(),
            "pair": text(),
            # Stepped wedge: the step at which the group begins; -1 elsewhere.
            "step": pa.Column(int, [pa.Check.ge(-1)], coerce=True),
            "saturation": real(0, 1),
            "entered": text("list", "late"),
            "source": text(),
        }
    return {
        "geo": text(unique=True),
        "lon": real(-180, 180, nullable=False),
        "lat": real(-90, 90, nullable=False),
    }


@cache
def _schema(name: FrameName, by_period: bool) -> Any:
    import pandera.pandas as pa

    keys = {
        "indicators": ["geo", "indicator", "period"],
        "appraisals": ["study_id", "coder", "domain"],
        # Stocks of one moment need no period; with one, a cell may stand once in each.
        "stocks": ["geo", "occupation", "period"] if by_period else ["geo", "occupation"],
        "person_months": ["id", "period"],
        "programme_entries": ["id", "programme", "start"],
        "judgements": ["participant", "item", "part", "round"],
    }
    whole = frame_checks() if name == "stocks" else []
    return pa.DataFrameSchema(_columns(name), whole, strict=False, unique=keys.get(name), name=name)


def check(frame: pd.DataFrame, name: FrameName) -> pd.DataFrame:
    """Check a table against the schema of its frame and return it with the columns' types.

    Parameters
    ----------
    frame : DataFrame, shape (n_rows, ...)
        Extra columns are kept. Tables of seekers and vacancies may lack `geo`, `occupation`, `skills`,
        `text` (they become missing) and `count` (it becomes 1).
    name : {"effects", "indicators", "taxonomy", "locations", "appraisals", "seekers", "vacancies", "stocks", "persons", "unit_periods", "person_months", "programme_entries", "judgements", "assignments"}

    Raises
    ------
    FrameError
        Lists every problem with column, rule, row and value (the first 20). Rows are counted as a spreadsheet counts them,
        from 2: by the index where it numbers the rows of a file, each once; otherwise as they stand here.
    """
    import pandera.errors

    if frame.columns.nlevels > 1:
        raise FrameError(
            f"this is not an {name!r} frame: its columns have names on {frame.columns.nlevels} levels, e.g. "
            f"{next(iter(frame.columns), ())!r}; keep one, e.g. frame.columns = frame.columns.get_level_values(0)."
        )
    if name in ("seekers", "vacancies"):
        frame = completed(frame)
    # By position: pandera cannot look up keys that repeat where the index repeats too, as after a concat.
    numbered = frame.reset_index(drop=True)
    try:
        checked: pd.DataFrame = _schema(name, "period" in frame.columns).validate(numbered, lazy=True)
    except pandera.errors.SchemaErrors as error:
        raise FrameError(_problems(name, error.failure_cases, _rows(frame.index))) from None
    checked.index = frame.index
    checked.attrs = dict(frame.attrs)
    return checked


def _rows(index: pd.Index) -> pd.Index:
    """Row of a spreadsheet of each position: of the file where the index still numbers its rows, else of the table."""
    import pandas as pd

    counts = index.nlevels == 1 and pd.api.types.is_integer_dtype(index.dtype) and not index.hasnans
    within = counts and (not len(index) or (index.min() >= 0 and index.max() < _ROWS_OF_A_FILE))
    if not within or not index.is_unique:
        index = pd.RangeIndex(len(index))
    # Row 2 is the first row under the header.
    return index.astype("int64") + 2


def _problems(name: FrameName, cases: pd.DataFrame, rows: pd.Index) -> str:
    lines = []
    # A rule between columns is reported once for every column of the row; the one it names is enough.
    between = cases["check"].astype(str).str.extract(r"^missing (\w+) without")[0]
    cases = cases[between.isna() | (between == cases["column"])]
    for case in cases.head(20).to_dict("records"):
        index, column, value, rule = (case[k] for k in ("index", "column", "failure_case", "check"))
        if rule == "column_in_dataframe":
            lines.append(f"  column {value!r} is missing")
        else:
            row = "" if index is None or index != index else f"row {rows[int(index)]}, "
            lines.append(f"  {row}column {column!r}: {value!r} breaks {rule}")
    more = f"\n  … and {len(cases) - 20} more" if len(cases) > 20 else ""
    return (
        f"this is not an {name!r} frame; {len(cases)} problem(s):\n" + "\n".join(dict.fromkeys(lines)) + more
    )
