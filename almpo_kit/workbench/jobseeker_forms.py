"""What is asked about one jobseeker, and her answers as the numbers that rules read."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from almpo_kit.vocabulary.errors import ParameterError

if TYPE_CHECKING:
    import pandas as pd


#: Columns that registers often have -> what they are called on screen and in rules.
WORDS: dict[str, str] = {
    "age": "age",
    "education": "education",
    "months_employed_24": "months in work in the last 24",
    "months_employed_before": "months in work before",
    "earnings_before": "earnings before",
    "local_unemployment": "unemployment in the region (%)",
    "female": "female",
    "migrant": "born abroad",
}


def called(column: str) -> str:
    """What a column is called on screen."""
    return WORDS.get(column, column.replace("_", " "))


@dataclass(frozen=True)
class Field:
    """One thing that a caseworker is asked about a jobseeker.

    Parameters
    ----------
    name : str
        Column of the people.
    options : tuple of str
        What may be chosen; empty for a number.
    low, usual, high : float
        Of a number: the range that was seen, and the middle of it.
    """

    name: str
    options: tuple[str, ...] = ()
    low: float = 0.0
    usual: float = 0.0
    high: float = 0.0


def asked_field(values: pd.Series) -> Field:
    """The field of a column of persons."""
    import pandas as pd

    if not pd.api.types.is_numeric_dtype(values):
        common = values.value_counts()
        # The commonest first: it is what stands in the form before anybody chooses.
        return Field(str(values.name), tuple(str(v) for v in common.index if common[v] >= 10))
    inner = values.dropna()
    if set(inner.unique()) <= {0, 1}:
        return Field(str(values.name), ("no", "yes") if inner.mean() < 0.5 else ("yes", "no"))
    # Percentiles and not the extremes: those are single people.
    low, usual, high = inner.quantile([0.01, 0.5, 0.99])
    return Field(str(values.name), (), float(low), float(usual), float(high))


#: Answers that a program gives instead of words.
_YES_NO: dict[Any, str] = {1: "yes", 0: "no"}


def _said(asked: Field, value: Any) -> Any:
    if value is None:
        value = asked.options[0] if asked.options else asked.usual
    if asked.options:
        if not isinstance(value, Hashable):
            raise ParameterError(f"{asked.name}: choose from {', '.join(asked.options)}.")
        word: Any = _YES_NO.get(value, value) if set(asked.options) == {"no", "yes"} else value
        if str(word) not in asked.options:
            raise ParameterError(f"{asked.name}={value!r}: choose from {', '.join(asked.options)}.")
        return (
            {"yes": 1.0, "no": 0.0}.get(str(word), str(word))
            if set(asked.options) == {"no", "yes"}
            else str(word)
        )
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        raise ParameterError(f"the answer to {asked.name} is no number; give e.g. {asked.usual:g}.") from None
    if number != number or abs(number) > 1e12:
        raise ParameterError(f"{asked.name}={value!r} is no number, e.g. {asked.usual:g}.")
    return number


def encoded(fields: Iterable[Field], columns: Iterable[str], known: Mapping[str, Any]) -> pd.DataFrame:
    """One jobseeker as a row of features; what is left out is as usual.

    Parameters
    ----------
    fields : iterable of Field
    columns : iterable of str
        Names of the features; ``education: low`` is 1 where education is low.
    known : mapping
        Field -> what was said.

    Raises
    ------
    ParameterError
        A field that is none, text where a number belongs, or an unknown word.
    """
    import pandas as pd

    asked = {f.name: f for f in fields}
    if unknown := sorted(set(known) - set(asked)):
        raise ParameterError(f"nothing is asked about {', '.join(unknown)}; fields are {', '.join(asked)}.")
    said = {name: _said(f, known.get(name)) for name, f in asked.items()}
    row = {}
    for column in columns:
        name, _, level = column.partition(": ")
        row[column] = float(said[name] == level) if level and name in said else float(said[column])
    return pd.DataFrame([row])
