"""What is wrong with the rows of a table, all of it at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evaluation.designs.arms import arm_problems
from almpo_kit.evaluation.designs.asking import COLUMNS, LONG
from almpo_kit.evaluation.designs.calendar import month_numbers
from almpo_kit.evaluation.designs.measured import Measured
from almpo_kit.evaluation.designs.plan import Plan
from almpo_kit.evaluation.designs.roles import ADJUSTED
from almpo_kit.evaluation.disclosure.smallest import few_or
from almpo_kit.vocabulary.errors import DesignError

Array = np.ndarray[Any, np.dtype[Any]]
#: Beyond this, sums of squares leave what a computer can hold; nothing that is measured is so large.
LARGEST = 1e60


def refuse_problems(persons: pd.DataFrame, plan: Plan, *, least: int) -> None:
    """Refuse a table with which this plan cannot be carried out.

    Raises
    ------
    DesignError
        Every problem on a line of its own, with the first row where it is (counted from 0, as in ``persons.iloc``).
    """
    # Nothing else can be asked of cells that hold lists.
    problems = list(_nested(persons, plan)) or list(table_problems(persons, plan, least=least))
    if problems:
        raise DesignError(
            f"the table has {len(problems)} problem(s); nothing was computed:\n  " + "\n  ".join(problems)
        )


def table_problems(persons: pd.DataFrame, plan: Plan, *, least: int) -> Iterator[str]:
    """Every problem of the rows, one a sentence."""
    if plan.treatment in persons:
        yield from arm_problems(persons[plan.treatment], plan.comparison, least=least)
    yield from _identity(persons, plan)
    for measure in plan.outcomes:
        yield from _outcomes(persons, measure)
    for column in dict.fromkeys([*plan.with_role(*ADJUSTED), *plan.modifiers]):
        yield from _covariate(persons[column])
    yield from _numbers(persons, plan)
    for option in ("cluster", "block"):
        column = getattr(plan, option)
        if column is not None and (empty := persons[column].isna().to_numpy()).any():
            yield f"{option} column {column!r} is empty in {_rows(empty)}: say where these people belong, or leave them out"
    for month in dict.fromkeys([plan.started, *(m.at for m in plan.outcomes)]):
        if month is not None and (odd := month_numbers(persons[month])[1]).any():
            yield f"column {month!r} is no calendar month in {_rows(odd)}; write 2024-05"


def _nested(persons: pd.DataFrame, plan: Plan) -> Iterator[str]:
    used = [c for c, _ in plan.covariates] + [c for m in plan.outcomes for c in m.columns]
    used += [*plan.modifiers, plan.treatment, "id", *(str(getattr(plan, o)) for o in COLUMNS)]
    for column in dict.fromkeys(c for c in used if c in persons and persons[c].dtype == object):
        holds = (
            persons[column]
            .map(lambda v: isinstance(v, list | dict | set | tuple | np.ndarray))
            .to_numpy(dtype=bool)
        )
        if holds.any():
            yield f"column {column!r} holds lists in {_rows(holds)}; give each cell one value"


def _rows(mask: Array) -> str:
    return f"{few_or(int(mask.sum()), 'row')}, the first at {int(np.argmax(mask))}"


def _identity(persons: pd.DataFrame, plan: Plan) -> Iterator[str]:
    if "id" not in persons:
        return
    if persons["id"].isna().any():
        yield f"column 'id' is empty in {_rows(persons['id'].isna().to_numpy())}: every person needs one"
    key = ["id", plan.period] if plan.period is not None else ["id"]
    again = persons.duplicated(key).to_numpy()
    if not again.any():
        return
    if plan.assignment in LONG:
        yield f"the same id and {plan.period} stand together again in {_rows(again)}: keep one row a unit and period"
        return
    yield (
        f"the same id stands again in {_rows(again)}: each person may stand once, or the same answer counts twice. If rows "
        "are months, make a column of each month; if they are states of waiting, give each row an id of its own and name the "
        "person as cluster; if they are mistakes, persons.drop_duplicates('id')"
    )


def _outcomes(persons: pd.DataFrame, measure: Measured) -> Iterator[str]:
    for column in measure.columns:
        x = as_numbers(persons[column])
        if x is None:
            yield (
                f"outcome column {column!r} holds text or dates; outcomes are numbers, e.g. 1 for in work and 0 for not"
            )
            continue
        if (endless := np.isinf(x)).any():
            yield f"outcome column {column!r} is infinite in {_rows(endless)}; correct it, or make it missing"
        if (huge := np.isfinite(x) & (np.abs(x * measure.scale) > LARGEST)).any():
            yield f"outcome column {column!r} is larger than anything measured in {_rows(huge)}; correct it, or make it missing"
            continue
        if np.isnan(x).all():
            yield f"outcome column {column!r} is empty for everybody"
        yield from _range(column, x[np.isfinite(x)], measure)


def _range(column: str, x: Array, measure: Measured) -> Iterator[str]:
    """Values that this outcome cannot take."""
    from almpo_kit.vocabulary.outcomes import OUTCOMES

    measures = OUTCOMES[measure.outcome].measure
    told = x * measure.scale
    if measures in ("chance", "share of time") and measure.unit == "percentage_points":
        wrong = int(((told < 0) | (told > 100)).sum())
        if wrong:
            way = (
                "scale=1, if the column is in per cent already"
                if measure.scale != 1 and len(x) and 1 < x.max() <= 100
                else "0 and 1 (or a share between them)"
            )
            yield f"outcome column {column!r} holds {few_or(wrong, 'value')} outside 0 to 100% of {measure.label}: use {way}"
        elif len(x) and measure.scale == 1 and 0 < x.max() <= 1:
            yield (
                f"outcome column {column!r} lies between 0 and 1, but scale=1 reads it as per cent: leave scale out, so that 1 is "
                "100 percentage points"
            )
    elif measures == "time" and measure.unit in ("days", "weeks", "months", "quarters") and (told < 0).any():
        yield f"outcome column {column!r} holds {few_or(int((told < 0).sum()), 'time')} below zero; {measure.label} cannot be negative"


def _covariate(values: pd.Series) -> Iterator[str]:
    if pd.api.types.is_datetime64_any_dtype(values.dtype) or isinstance(values.dtype, pd.PeriodDtype):
        yield f"covariate {values.name!r} holds dates; make it a number, e.g. months before entry"
        return
    if pd.api.types.is_complex_dtype(values.dtype):
        yield f"covariate {values.name!r} holds complex numbers; use real ones"
    elif pd.api.types.is_numeric_dtype(values.dtype):
        x = values.to_numpy(dtype=float, na_value=np.nan)
        if (endless := np.isinf(x)).any():
            yield f"covariate {values.name!r} is infinite in {_rows(endless)}; correct it, or make it missing"
        elif (huge := np.abs(x) > LARGEST).any():
            yield f"covariate {values.name!r} is larger than anything measured in {_rows(huge)}; correct it, or make it missing"
    else:
        levels = values.nunique()
        if levels > 20 and levels > len(values) / 3:
            yield (
                f"covariate {values.name!r} has a value of its own for nearly every person ({levels} in {len(values)} rows): it "
                "names people and says nothing of groups. Group it, e.g. by the first digits of a code, or leave it out"
            )
    if values.isna().all():
        yield f"covariate {values.name!r} is empty for everybody; leave it out"


def _numbers(persons: pd.DataFrame, plan: Plan) -> Iterator[str]:
    """Columns that must be numbers without gaps, within limits."""
    whole = {
        "took_part": (0.0, 1.0, "0 or 1, or the share taken up"),
        "weight": (0.0, np.inf, "positive numbers"),
    }
    whole["running"] = (-np.inf, np.inf, "numbers")
    for option, (low, high, words) in whole.items():
        column = getattr(plan, option)
        if column is None:
            continue
        x = as_numbers(persons[column])
        if x is None:
            yield f"{option} column {column!r} holds text; it must hold {words}"
        elif (odd := ~np.isfinite(x) | (x < low) | (x > high) | (np.abs(x) > LARGEST)).any():
            yield f"{option} column {column!r} is empty, infinite or out of range in {_rows(odd)}; it must hold {words}"
        elif option == "weight" and not x.any():
            yield f"weight column {column!r} is zero for everybody"
    if plan.offer is not None:
        yield from _covariate(persons[plan.offer])
        if (empty := persons[plan.offer].isna().to_numpy()).any():
            yield f"offer column {plan.offer!r} is empty in {_rows(empty)}: it must be known whom it moved"
        elif persons[plan.offer].nunique() == 1:
            yield f"offer column {plan.offer!r} is the same for everybody: it moves nobody"


def as_numbers(values: pd.Series) -> Array | None:
    """A column as floats with NaN for what is missing; None where it holds no numbers."""
    if not pd.api.types.is_numeric_dtype(values.dtype) or pd.api.types.is_complex_dtype(values.dtype):
        return None
    return values.to_numpy(dtype=float, na_value=np.nan)
