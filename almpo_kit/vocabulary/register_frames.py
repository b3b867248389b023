"""What may stand in the frames of a programme register: persons, their months, and their entries.

One row of `persons` is a person in a trial or register, or a person in one state of waiting (`cluster` is then the
person). One row of `unit_periods` is one unit (region, office, person) in one period. One row of `person_months` is one person in one calendar month; one row of `programme_entries` is one start
of one programme. Further columns (covariates, outcomes) are kept as they are.
"""

from __future__ import annotations

from typing import Any

GEO_PATTERN = r"^[A-Z]{2}[0-9A-Z_]*$"
MONTH_PATTERN = r"^\d{4}-(0[1-9]|1[0-2])$"


def register_columns(name: str) -> dict[str, Any]:
    """The columns of a frame of a register.

    Parameters
    ----------
    name : {"persons", "unit_periods", "person_months", "programme_entries"}
    """
    if name == "persons":
        return {
            "id": _text(unique=True),
            # Named arms, never 0/1; a register whose entries stand in a table of their own has none.
            "treatment": _text(required=False),
            "cluster": _text(required=False),
            "geo": _text(required=False, nullable=True, pattern=GEO_PATTERN),
            # Month in which the person became unemployed, or was randomised.
            "entry_date": _text(required=False, nullable=True, pattern=MONTH_PATTERN),
            "source": _text(),
        }
    if name == "unit_periods":
        return {"id": _text(), "treatment": _text(required=False), "source": _text()}
    if name == "person_months":
        return {
            "id": _text(),
            "period": _text(pattern=MONTH_PATTERN),
            # In work at the end of the month: 1, not: 0, not known: missing. Off the register is not in work.
            "employed": _number(0, 1),
            "earnings": _number(),
            "registered": _number(0, 1),
            "source": _text(),
        }
    return {
        "id": _text(),
        "programme": _text(),
        "start": _text(pattern=MONTH_PATTERN),
        "end": _text(required=False, nullable=True, pattern=MONTH_PATTERN),
        # Month in which the person was told: before it nobody can have anticipated.
        "announced": _text(required=False, nullable=True, pattern=MONTH_PATTERN),
        "source": _text(),
    }


def _text(*, pattern: str = "", nullable: bool = False, **more: bool) -> Any:
    import pandera.pandas as pa

    checks = [pa.Check.str_matches(pattern)] if pattern else []
    return pa.Column(str, checks, nullable=nullable, coerce=True, **more)


def _number(low: float = 0, high: float = 1e9) -> Any:
    import pandera.pandas as pa

    checks = [pa.Check.ge(low), pa.Check.le(high)]
    return pa.Column(float, checks, nullable=True, required=False, coerce=True)
