"""What a search in the case library found, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from almpo_kit.vocabulary.finding import Check

if TYPE_CHECKING:
    import pandas as pd

COMPARED = ("randomised", "counterfactual")


def counted(n: int, one: str, many: str = "") -> str:
    """``1 case``, ``12 cases``."""
    return f"{n} {one if n == 1 else many or one + 's'}"


def sentence(shown: pd.DataFrame, n_fitting: int, n_all: int, query: str, filters: Sequence[str]) -> str:
    """How many fit, which is nearest, and how far they can show that anything works."""
    asked = " and ".join([*([f"{query!r}"] if query else []), *filters])
    if not n_fitting:
        return f"None of {counted(n_all, 'case')} fits {asked}. That says what is in this library, not what was tried."
    first = shown.iloc[0]
    compared = int(shown["grounds"].isin(COMPARED).sum())
    which = "nearest by its words" if query else "first by its key"
    head = f"{n_fitting} of {counted(n_all, 'case')} {'fits' if n_fitting == 1 else 'fit'} {asked}; {which}: {first['title']}."
    if not compared:
        return f"{head} None of those shown was compared with what would have been without it."
    return f"{head} Of {len(shown)} shown, {compared} {'was' if compared == 1 else 'were'} compared with what would have been without it."


def checks(
    shown: pd.DataFrame, unknown: Sequence[str], left_out: Mapping[str, int], n_all: int
) -> tuple[Check, ...]:
    """Whether these cases can say what works; words that are nowhere; what filters leave out."""
    found: list[Check] = []
    if len(shown):
        bare = int((~shown["grounds"].isin(COMPARED)).sum())
        told = (
            f"Not compared with what would have been without: {bare} of {counted(len(shown), 'case')} shown. Such a case says what was "
            "tried, not what works."
        )
        found.append(
            Check("compared", "failed", told)
            if bare
            else Check(
                "compared", "passed", "Every case shown was compared with what would have been without it."
            )
        )
        loose = int(shown["general"].ne("").sum())
        if loose:
            found.append(
                Check(
                    "general",
                    "informational",
                    f"{counted(loose, 'case')} of these {'holds' if loose == 1 else 'hold'} something known only in general terms; the column general of .cases says what.",
                )
            )
    if unknown:
        said = f"No case holds {', '.join(repr(w) for w in unknown)}. Words are looked for in English; try another word, or a filter."
        found.append(Check("unknown words", "informational", said))
    for name, n in left_out.items():
        found.append(
            Check("filter", "informational", f"The filter {name} leaves out {n} of {counted(n_all, 'case')}.")
        )
    found.append(
        Check(
            "library",
            "informational",
            "A library of cases is not a sample: what is written about, and what somebody coded, is in it.",
        )
    )
    return tuple(found)


def rests(shown: pd.DataFrame) -> str:
    """``"8 cases, 6 countries"``."""
    return (
        f"{counted(len(shown), 'case')}, {counted(shown['country'].nunique(), 'country', 'countries')}"
        if len(shown)
        else ""
    )
