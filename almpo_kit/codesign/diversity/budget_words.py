"""What is said about a budget vote."""

from __future__ import annotations

from typing import Any

import pandas as pd

from almpo_kit.codesign.diversity.guarantees import EXTENDED, EXTENDED_ONE, MOST_CHECKED
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number

#: Fewest votes of which anything is said.
FEWEST = 5


def euro(value: float) -> str:
    """Money in words.

    >>> euro(1_250_000.0)
    '€1\\u202f250\\u202f000'
    """
    return f"€{number(value, 0)}"


def listed(names: list[str]) -> str:
    """``a, b and c``."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def sentence(table: pd.DataFrame, left_out: pd.DataFrame, spent: float, budget: float) -> str:
    """What is funded, for how much, and who gets nothing."""
    funded = [str(n) for n in table.loc[table["funded"], "name"]]
    row = left_out.iloc[0]
    n = int(row["n"])
    if not funded:
        return f"With equal shares the {n} people who voted can fund none of the proposals together: no proposal has supporters with enough money."
    nothing = int(row["nothing"])
    served = "each of them" if nothing == 0 else f"all but {nothing} of them"
    verb = "proposal is" if len(funded) == 1 else "proposals are"
    return (
        f"With equal shares of {euro(budget)} among {n} people, {len(funded)} {verb} funded: {listed(funded)} "
        f"({euro(spent)} in all). {served[0].upper()}{served[1:]} {'has' if nothing == 0 else 'have'} something funded that {'she' if nothing == 0 else 'they'} voted for."
    )


def checks(
    table: pd.DataFrame,
    left_out: pd.DataFrame,
    guarantee: pd.DataFrame,
    ties: tuple[tuple[str, ...], ...],
    raised: float,
    votes: bool,
    silent: int,
) -> tuple[Check, ...]:
    """What was promised, what holds, and what speaks against it."""
    n = int(left_out["n"].iloc[0])
    out = []
    if n < FEWEST:
        out.append(Check("enough votes", "failed", f"{n} people voted: too few to decide about money."))
    out += _guarantees(guarantee, n, votes)
    if ties:
        told = f"{listed(list(ties[0]))} were equally good, and not all could be funded: more votes, then lower cost, then the order of the list decided. The people in charge should look at this choice."
        out.append(Check("a tie decided", "failed", told))
    added = [str(x) for x in table.loc[table["how"] == "most votes", "name"]]
    if added:
        verb = "was" if len(added) == 1 else "were"
        told = f"{listed(added)} {verb} added by votes with money that equal shares left over."
        out.append(Check("money left over", "informational", told))
    if raised > 1:
        told = f"Shares were raised to {number(100 * raised, 0)}% of the true ones to use up more of the money; everybody’s by as much."
        out.append(Check("raised shares", "informational", told))
    if silent:
        told = (
            f"{silent} of {n} people want none of the proposals; their shares stay unused in the first step."
        )
        out.append(Check("people who want nothing", "informational", told))
    other = table.loc[table["funded"] != table["most_votes_funds"]]
    if len(other):
        row = left_out.iloc[0]
        told = f"Taking what has most votes would fund {listed([str(x) for x in table.loc[table['most_votes_funds'], 'name']]) or 'nothing'} and leave {int(row['nothing_most_votes'])} instead of {int(row['nothing'])} people without anything they voted for."
        out.append(Check("the usual way", "informational", told))
    told = "The vote says what these people would fund; it is advice to those who decide, not a decision, and not a survey of the region."
    return (*out, Check("what it is", "informational", told))


def _guarantees(guarantee: pd.DataFrame, n: int, votes: bool) -> list[Check]:
    held: dict[str, Any] = {r["guarantee"]: r for r in guarantee.to_dict("records")}
    first, full = held[EXTENDED_ONE], held[EXTENDED]
    if first["holds"] is pd.NA or pd.isna(first["holds"]):
        told = f"With more than {MOST_CHECKED} proposals the guarantee was not checked on this outcome; the method promises it."
        return [Check("every group gets its share", "informational", told)]
    if not first["holds"]:
        told = f"{first['people']} of {n} people could have bought {first['proposals']} with their shares and get less, by more than one proposal."
        return [Check("every group gets its share", "failed", told)]
    told = (
        "Of every group of people who agree on proposals that their shares could pay, at least one has as many of them funded, "
        "up to one proposal; checked over all sets of proposals."
        if votes
        else "The method promises, up to one proposal, that every group of people who agree gets what its shares could pay; checked here for groups that agree on a least value of each proposal."
    )
    out = [Check("every group gets its share", "passed", told)]
    if not full["holds"]:
        told = f"In full, and not only up to one proposal, it does not hold: {full['people']} of {n} people could have bought {full['proposals']} and each of them has less."
        out.append(Check("every group gets its share in full", "informational", told))
    return out
