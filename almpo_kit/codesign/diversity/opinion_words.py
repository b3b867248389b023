"""What is said about groups of opinion."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from almpo_kit.codesign.diversity.rated_statements import Rated
from almpo_kit.vocabulary.finding import Certainty, Check
from almpo_kit.vocabulary.rendering import number

#: Fewest people of whom anything is said.
FEWEST: Final = 15
#: A panel in which two clearly different camps are mostly found (measured, see the verb).
ENOUGH: Final = 100
#: Share that must come into the same group again.
STABLE: Final = 0.9
_LONGEST = 60


def sentence(table: pd.DataFrame, sizes: pd.Series, rated: Rated, too_few: str) -> str:
    """How many groups, what parts them and what unites them."""
    n = len(rated.people)
    if too_few:
        return f"There is too little to say whether the panel falls into groups of opinion: {too_few}."
    unites = [str(s) for s in table.loc[table["said"].str.startswith("unites"), "statement"]]
    if len(sizes) == 1:
        return (
            f"The {n} people who answered show no groups of opinion beyond what chance brings.{_all(unites)}"
        )
    told = ", ".join(f"{group} with {count}" for group, count in sizes.items())
    parts = [r for r in table.to_dict("records") if r["said"] == "parts"]
    most = parts[0] if parts else table.iloc[0].to_dict()
    apart = (
        f"They part most on “{_short(most['statement'])}”: group {most['high_group']} stands {number(100 * most['gap'], 0)}% "
        f"of the scale above group {most['low_group']}."
    )
    return f"The {n} people who answered fall into {len(sizes)} groups of opinion ({told}). {apart}{_together(unites)}"


def _all(unites: list[str]) -> str:
    return f" Consensus on {_count(unites)}: “{_short(unites[0])}”." if unites else ""


def _together(unites: list[str]) -> str:
    if not unites:
        return " No statement unites all groups."
    more = "" if len(unites) == 1 else f" and {len(unites) - 1} more"
    return f" All groups hold the same of “{_short(unites[0])}”{more}."


def _count(items: list[str]) -> str:
    return "one statement" if len(items) == 1 else f"{len(items)} statements"


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1].rstrip(" ,.;") + "…"


def checks(
    rated: Rated, tried: pd.DataFrame, n_groups: int, stability: float, false_alarm: float, too_few: str
) -> tuple[Check, ...]:
    """What speaks against it."""
    n = len(rated.people)
    out = []
    if too_few:
        out.append(Check("enough people", "failed", f"Groups were not looked for: {too_few}."))
    elif n_groups == 1 and n < ENOUGH:
        told = (
            f"With {n} people groups are found only if they differ strongly on several statements: no group found does not mean "
            "that none is there."
        )
        out.append(Check("what so small a panel can show", "failed", told))
    if n_groups > 1:
        told = (
            f"{number(100 * stability, 0)}% of people come into the same group when the panel is drawn again."
        )
        out.append(Check("groups are stable", "passed" if stability >= STABLE else "failed", told))
    if rated.left_out:
        told = f"{_people(rated.left_out)} answered less than half of the statements and could not be placed."
        out.append(Check("people without enough answers", "informational", told))
    if len(tried):
        told = (
            f"A panel of one mind is divided in at most {number(100 * false_alarm, 0)} of 100 cases; it may lean to one side, "
            "pile up at an end of the scale or spread evenly from one end to the other."
        )
        out.append(Check("false groups", "informational", told))
    told = "Groups are those of the people who answered; a consultation does not say how many in the region think so."
    return (*out, Check("whom it is about", "informational", told))


def _people(n: int) -> str:
    return "1 person" if n == 1 else f"{n} people"


def certainty(n: int, n_groups: int, stability: float, tried: Any) -> Certainty:
    """How sure the number of groups is; a panel never gives more than its answers."""
    if n_groups == 0:
        return "too little to say"
    if n_groups == 1:
        return "moderate" if n >= ENOUGH else "low"
    return "moderate" if stability >= STABLE else "low"
