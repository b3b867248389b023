"""Who is compared with whom: the named arms of a table."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from almpo_kit.evaluation.disclosure.smallest import SMALLEST, few_or

#: More arms than any programme table has: the column holds something else.
MOST_ARMS = 25
#: A longer name hides the sentence it stands in.
_LONGEST_NAME = 80


def arm_names(values: pd.Series, comparison: str) -> tuple[str, ...]:
    """Arms, the comparison first, the others in the order of the alphabet."""
    names = set(values.dropna().astype(str).unique())
    return (comparison, *sorted(names - {comparison}))


def arm_problems(values: pd.Series, comparison: str, *, least: int = SMALLEST) -> Iterator[str]:
    """What is wrong with a column of arms, each with the way out.

    Parameters
    ----------
    values : Series, shape (n,)
    comparison : str
    least : int
        Fewest persons in an arm.
    """
    column = values.name
    if pd.api.types.is_numeric_dtype(values.dtype):
        yield (
            f"column {column!r} holds numbers, and a contrast between 1 and 0 says nothing to a reader. Name the arms, e.g. "
            f'persons.assign({column}=persons["{column}"].map({{0: "no programme", 1: "training"}}))'
        )
        return
    if values.isna().any():
        yield (
            f"column {column!r} is empty in {few_or(int(values.isna().sum()), 'row')}: say in which arm these people were, or leave "
            "them out"
        )
    counts = values.dropna().astype(str).value_counts()
    if isinstance(values.dtype, pd.CategoricalDtype):
        # A category that nobody has is an arm that was planned.
        counts = counts.reindex([str(c) for c in values.cat.categories], fill_value=0)
    yield from _faults(counts, str(column), comparison, least)


def _short(arm: str) -> str:
    return repr(arm if len(arm) <= _LONGEST_NAME else f"{arm[:40]}…")


def _faults(counts: pd.Series, column: str, comparison: str, least: int) -> Iterator[str]:
    filled = [str(a) for a in counts.index[counts > 0]]
    names = ", ".join(_short(a) for a in sorted(filled)[:8])
    for arm in filled:
        if len(arm) > _LONGEST_NAME or not arm.isprintable() or not arm.strip():
            yield (
                f"the arm {_short(arm)} has no name that can stand in a sentence: give it up to {_LONGEST_NAME} signs, on one line, "
                "e.g. 'training'"
            )
            return
    if len(filled) == 1:
        yield (
            f"column {column!r} is the same for everybody ({filled[0]!r}): there is nobody to compare with. Add people who did "
            "not take part, or check the filter"
        )
    if len(filled) > MOST_ARMS:
        yield f"column {column!r} has {len(filled)} different values; it should name arms, e.g. 'training' and 'no programme'"
        return
    if not comparison:
        yield f"comparison says which arm the others are compared with; choose one of {names}"
    elif comparison not in filled:
        yield f"nobody is in the comparison {comparison!r}; the arms with people are {names}"
    for arm in (str(a) for a in counts.index[counts == 0] if str(a) != comparison):
        yield f"the arm {arm!r} is empty; remove the category, e.g. persons[{column!r}].cat.remove_unused_categories()"
    for arm in (str(a) for a in counts.index[(counts > 0) & (counts < least)]):
        yield (
            f"the arm {arm!r} has fewer than {least} persons: no effect can be told of so few. Join it with another arm, or "
            "leave its people out"
        )
    folded = pd.Series(filled).str.strip().str.casefold()
    if folded.duplicated().any():
        twice = [filled[i] for i in np.flatnonzero(folded.duplicated(keep=False))]
        yield f"the arms {', '.join(map(repr, sorted(twice)))} differ only in spaces or capitals; make them one"
