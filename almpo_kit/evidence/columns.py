"""What a verb needs of a table before it reads it: its columns, once each, and numbers where numbers belong."""

from __future__ import annotations

import pandas as pd

from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.gross_outcomes import WHY, are_gross

_NUMERIC = ("effect", "se", "horizon_months", "start_year", "end_year")


def require(effects: pd.DataFrame, columns: tuple[str, ...], verb: str) -> pd.DataFrame:
    """Refuse a table that lacks columns or has one twice; otherwise the table, ready to be read.

    Numbers written as text become numbers, and categories become the words they stand for. The caller's
    table is left as it is.

    Parameters
    ----------
    effects : DataFrame, shape (k, ...)
    columns : tuple of str
        Columns that the verb cannot do without.
    verb : str
        Name of the verb, for the message.

    Returns
    -------
    DataFrame, shape (k, ...)
        The same table where there was nothing to do.

    Raises
    ------
    DesignError
        A missing or repeated column, text where a number belongs, or monitoring data, which are no effects; names
        the way out.
    """
    if are_gross(effects):
        raise DesignError(f"{verb}() takes no monitoring data: {WHY}.")
    repeated = effects.columns[effects.columns.duplicated()].unique()
    if len(repeated):
        raise DesignError(
            f"{verb}() got the column(s) {', '.join(map(str, repeated))} more than once; keep one of each, "
            "e.g. effects.loc[:, ~effects.columns.duplicated()]"
        )
    missing = [c for c in columns if c not in effects]
    if missing:
        raise DesignError(
            f"{verb}() needs the column(s) {', '.join(missing)}; the frame has {', '.join(map(str, effects))}"
        )
    kinds = dict(effects.dtypes.items())
    numbers = [c for c in _NUMERIC if c in kinds and kinds[c] != "float64"]
    words = [c for c, kind in kinds.items() if kind == "category" and c not in numbers]
    if not numbers and not words:
        return effects
    ready = effects.copy(deep=False)
    for number in numbers:
        ready[number] = _number(effects[number], verb)
    for word in words:
        ready[word] = effects[word].astype(object)
    return ready


def one_question(effects: pd.DataFrame) -> None:
    """Refuse estimates of several outcomes or in several units, which answer several questions.

    Raises
    ------
    DesignError
        Names them and the way out.
    """
    for column in ("outcome", "unit"):
        # Plain first: two missing values may differ, which only pandas knows to be one.
        if column not in effects or len(set(effects[column].tolist())) < 2:
            continue
        if effects[column].nunique(dropna=False) > 1:
            stated = effects[column].astype(object).where(effects[column].notna(), "not stated")
            values = ", ".join(sorted(stated.astype(str).unique()))
            raise DesignError(
                f"answer() got several {column}s ({values}); ask about one at a time, "
                f"e.g. answer(select(effects, {column}=…), question=…)"
            )


def _number(column: pd.Series, verb: str) -> pd.Series:
    plain = column.astype(object)
    plain = plain.where(plain.notna() & (plain.map(str).str.strip() != ""), float("nan"))
    # Dates would silently become nanoseconds.
    if pd.api.types.is_datetime64_any_dtype(column) or pd.api.types.is_complex_dtype(column):
        numbers = pd.Series(float("nan"), index=column.index)
    else:
        numbers = pd.to_numeric(plain, errors="coerce").astype(float)
    wrong = plain[(numbers.isna() & plain.notna()).to_numpy()]
    if len(wrong):
        raise DesignError(
            f"{verb}() needs numbers in {column.name}, and {wrong.iloc[0]!r} is none "
            f"({len(wrong)} such value(s)); correct them, or leave the cells empty"
        )
    return numbers
