"""Categories of a moderator: which there are, which is the reference, and how they are coded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.estimands import ESTIMANDS
from almpo_kit.vocabulary.frames import COMPARATORS, SUBSIDISED_JOB
from almpo_kit.vocabulary.horizons import BAND_LABELS
from almpo_kit.vocabulary.programmes import DESIGNS, PROGRAMME_TYPES, TARGET_GROUPS

#: The order of known categories; the first that occurs is the reference. Others go by name.
_ORDER: dict[str, tuple[str, ...]] = {
    "programme_type": tuple(PROGRAMME_TYPES),
    "target_group": tuple(TARGET_GROUPS),
    "design": tuple(DESIGNS),
    "band": tuple(BAND_LABELS),
    "comparator": COMPARATORS,
    "includes_subsidised_job": SUBSIDISED_JOB,
    "estimand": tuple(ESTIMANDS),
}


def numeric(column: pd.Series) -> pd.Series | None:
    """The column as floats, where it holds numbers (also as text); None where it holds words."""
    if pd.api.types.is_bool_dtype(column) or isinstance(column.dtype, pd.CategoricalDtype):
        return None
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_complex_dtype(column):
        return column.astype(float)
    if pd.api.types.is_object_dtype(column) or isinstance(column.dtype, pd.StringDtype):
        held = column.dropna()
        if len(held) and not held.map(lambda x: isinstance(x, bool | np.bool_)).any():
            found = pd.to_numeric(column, errors="coerce")
            if found.notna().sum() == len(held):
                return found.astype(float)
    return None


def levels_of(name: str, column: pd.Series, category: bool, n_samples: int, verb: str) -> tuple[Any, ...]:
    """The categories of a moderator, the reference first; empty for a number.

    Raises
    ------
    DesignError
        Dates, numbers that are not finite, or more categories than samples.
    """
    if isinstance(column.dtype, pd.DatetimeTZDtype) or column.dtype.kind in "mMc":
        raise DesignError(f"{verb}() got dates or the like in {name!r}; use a number instead, e.g. the year")
    held = column.dropna()
    if column.dtype == object and not held.map(lambda x: isinstance(x, str | int | float | np.generic)).all():
        raise DesignError(f"{verb}() got values in {name!r} that are neither words nor numbers; convert them")
    if not category and (numbers := numeric(column)) is not None:
        if np.isinf(numbers).any():
            raise DesignError(f"{verb}() got an infinite value in {name!r}; correct it, or leave it empty")
        return ()
    _few_enough(name, int(column.astype(str).nunique()), n_samples, verb)
    found = list(dict.fromkeys(_word(x) for x in pd.unique(column.astype(object))))
    order = {level: i for i, level in enumerate(_ORDER.get(name, ()))}
    own = isinstance(column.dtype, pd.CategoricalDtype)
    if own:
        order = {level: i for i, level in enumerate(words_of(pd.Series(column.cat.categories)))}
    return tuple(sorted(found, key=lambda level: (order.get(level, len(order)), _by_name(level))))


def _few_enough(name: str, categories: int, n_samples: int, verb: str) -> None:
    if categories > n_samples:
        raise DesignError(
            f"{verb}() got {categories} categories of {name!r} for {n_samples} independent samples, and each "
            "category needs samples of its own; merge categories, or use a number"
        )


def words_of(column: pd.Series) -> pd.Series:
    """Categories as they are compared: stripped words, plain numbers, yes and no; missing ones stay so."""
    # Each category once: a column of a million rows has few of them.
    codes, found = pd.factorize(column.astype(object))
    words = np.array([*map(_word, found), np.nan], dtype=object)
    return pd.Series(words[codes], index=column.index, dtype=object)


def _word(x: Any) -> Any:
    if isinstance(x, bool | np.bool_):
        return "yes" if x else "no"
    if isinstance(x, int | float | np.number):
        return int(x) if float(x).is_integer() else float(x)
    return str(x).strip()


def _by_name(level: Any) -> tuple[bool, float, str]:
    """Numbers by size, then words by name."""
    return (isinstance(level, str), 0.0 if isinstance(level, str) else float(level), str(level))


def coded(values: Mapping[str, pd.Series], levels: Mapping[str, tuple[Any, ...]], verb: str) -> pd.DataFrame:
    """The moderators under the names ``v0``, ``v1``, … that a read formula uses; categories by number.

    Raises
    ------
    DesignError
        A category that is not among ``levels``, or a word where a number belongs.
    """
    return pd.DataFrame(
        {f"v{i}": _coded(n, c, levels.get(n, ()), verb) for i, (n, c) in enumerate(values.items())}
    )


def _coded(name: str, column: pd.Series, levels: tuple[Any, ...], verb: str) -> Any:
    if not levels:
        numbers = numeric(column)
        if numbers is None:
            raise DesignError(f"{verb}() needs a number for {name!r}, and {column.iloc[0]!r} is none")
        return numbers.to_numpy()
    at = {level: i for i, level in enumerate(levels)}
    words = words_of(column)
    codes = words.map(at)
    if codes.isna().any():
        unknown = words[codes.isna()].iloc[0]
        raise DesignError(
            f"{verb}() got {name} {unknown!r}, which no estimate behind the regression has; choose from "
            f"{', '.join(map(str, levels))}"
        )
    return pd.Categorical.from_codes(
        codes.to_numpy(dtype=int), categories=pd.Index([str(i) for i in range(len(levels))])
    )
