"""What may stand in the frames of the labour market: seekers, vacancies, and stocks of both.

One row of `seekers` or `vacancies` is a person, a post or a group of alike ones (`count`); one row of
`stocks` is an occupation in a region, at one time or in one `period`. A cell of `stocks` may be missing only where
`suppressed` says why.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

GEO_PATTERN = r"^[A-Z]{2}[0-9A-Z_]*$"
PERIOD_PATTERN = r"^\d{4}(-(Q[1-4]|0[1-9]|1[0-2]))?$"
# Everything above is a slip of a spreadsheet, not a number of people.
MOST_PEOPLE = 1e9


def completed(frame: pd.DataFrame) -> pd.DataFrame:
    """The table with the columns it may leave out: missing texts and codes, one person or post a row.

    Parameters
    ----------
    frame : DataFrame, shape (n_rows, ...)
    """
    absent = [c for c in ("geo", "occupation", "skills", "text") if c not in frame.columns]
    added: dict[str, Any] = dict.fromkeys(absent)
    if "count" not in frame.columns:
        added["count"] = 1.0
    out = frame.assign(**added) if added else frame
    out.attrs = dict(frame.attrs)
    return out


def labour_columns(name: str) -> dict[str, Any]:
    """The columns of a frame of the labour market.

    Parameters
    ----------
    name : {"seekers", "vacancies", "stocks"}
    """
    return _stock_columns() if name == "stocks" else _people_columns()


def frame_checks() -> list[Any]:
    """What must hold between the columns of `stocks`: a missing number only where it was suppressed."""
    import pandera.pandas as pa

    return [
        pa.Check(
            partial(_missing_only_where_suppressed, column=column),
            ignore_na=False,
            error=f"missing {column} without suppressed = True: drop the row or give the number",
        )
        for column in ("unemployed", "vacancies")
    ]


def _missing_only_where_suppressed(frame: pd.DataFrame, column: str) -> pd.Series:
    missing: pd.Series = frame[column].isna()
    if "suppressed" not in frame.columns:
        return ~missing
    return ~missing | frame["suppressed"].astype(bool)


def _people_columns() -> dict[str, Any]:
    return {
        "id": _text(unique=True),
        "geo": _text(nullable=True, pattern=GEO_PATTERN),
        "occupation": _occupation(nullable=True),
        "skills": _text(nullable=True),
        "text": _text(nullable=True),
        "count": _number(),
        "source": _text(),
        "lon": _number(-180, 180, nullable=True, required=False),
        "lat": _number(-90, 90, nullable=True, required=False),
        "max_km": _number(nullable=True, required=False),
        "wage": _number(nullable=True, required=False),
        "capacity": _number(nullable=True, required=False),
        "eligible_for": _text(nullable=True, required=False),
        "period": _text(nullable=True, required=False, pattern=PERIOD_PATTERN),
    }


def _stock_columns() -> dict[str, Any]:
    import pandera.pandas as pa

    return {
        "geo": _text(pattern=GEO_PATTERN),
        "occupation": _occupation(nullable=False),
        "unemployed": _number(nullable=True),
        "vacancies": _number(nullable=True),
        "source": _text(),
        "period": _text(required=False, pattern=PERIOD_PATTERN),
        "hires": _number(nullable=True, required=False),
        "employed": _number(nullable=True, required=False),
        "suppressed": pa.Column(bool, required=False, coerce=True),
    }


def _text(*, pattern: str = "", nullable: bool = False, **more: bool) -> Any:
    import pandera.pandas as pa

    checks = [pa.Check.str_matches(pattern)] if pattern else []
    return pa.Column(str, checks, nullable=nullable, coerce=True, **more)


def _occupation(*, nullable: bool) -> Any:
    import pandera.pandas as pa

    # "2512.0" is what is left of a code that was read as a number; "0110" has lost its zero by then.
    spoiled = pa.Check(
        lambda codes: ~codes.astype("string").str.fullmatch(r"\d+\.0").fillna(False).astype(bool),
        error="a number, not a code: read the column as text, e.g. dtype={'occupation': str}",
    )
    blank = pa.Check(
        lambda codes: codes.astype("string").str.strip().ne("").fillna(True).astype(bool),
        error="an empty code: leave it missing instead",
    )
    return pa.Column(str, [spoiled, blank], nullable=nullable, coerce=True)


def _number(
    low: float = 0, high: float = MOST_PEOPLE, *, nullable: bool = False, required: bool = True
) -> Any:
    import pandera.pandas as pa

    checks = [pa.Check.ge(low), pa.Check.le(high)]
    return pa.Column(float, checks, nullable=nullable, required=required, coerce=True)
