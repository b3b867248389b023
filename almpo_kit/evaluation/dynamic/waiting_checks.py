"""What to know about moments of entering and waiting before they are compared."""

from __future__ import annotations

from typing import Any

import numpy as np

from almpo_kit.evaluation.disclosure.smallest import SMALLEST, too_small
from almpo_kit.evaluation.dynamic.paths import Paths
from almpo_kit.evaluation.dynamic.risk_sets import Moments
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number

Array = np.ndarray[Any, np.dtype[Any]]

#: Above these shares a check fails: entries outside waiting, months about which nothing is known, lacking history.
UNUSED_MOST, UNKNOWN_MOST, NO_HISTORY_MOST = 0.50, 0.05, 0.20


def count(n: float) -> str:
    """A number of people, or that it is small.

    >>> count(4), count(0)
    ('fewer than 10', '0')
    """
    return f"fewer than {SMALLEST}" if too_small([n])[0] else number(n, 0)


def later_entry(held: Paths, rows: Moments, within: int) -> Array:
    """Per row: entering something within some months after the moment (for those waiting)."""
    month = held.began[rows.person] + rows.elapsed
    found: Array = (held.entered[rows.person] > month) & (held.entered[rows.person] <= month + within)
    return found


def not_yet_treated(held: Paths, rows: Moments, horizon: int) -> Check:
    """Says what waiting means."""
    waiting = rows.arm == 0
    shares = [100 * later_entry(held, rows, m)[waiting].mean() for m in (min(12, horizon), horizon)]
    return Check(
        "not_yet_treated",
        "informational",
        "Those compared had not entered by that month; what they did later was not looked at. "
        f"{number(shares[0], 0)}% of them entered something within {min(12, horizon)} months and {number(shares[1], 0)}% within "
        f"{horizon} months: the effect is that of entering now against waiting, not against never.",
    )


def unused_entries(held: Paths, risk: Array, followed: Array) -> tuple[Check, ...]:
    """Entries that are no moment here, by reason."""
    u = held.entered - held.began
    longest = risk.shape[1]
    at = np.clip(u, 0, longest - 1)
    every = np.arange(len(u))
    entered = (held.arm > 0) & (held.began >= held.first_month)
    # Whoever was still waiting in the last month looked at entered late; all others had left before.
    late = entered & (u >= longest) & risk[every, -1]
    away = entered & ~late & ~risk[every, at]
    recent = entered & (u < longest) & risk[every, at] & ~followed[every, at]
    parts = [
        (
            away,
            "when this unemployment had ended (at work, off the register, in a later spell) or was not followed",
        ),
        (recent, "too recently for the whole horizon to be in the data"),
        (late, f"after more than {longest} months"),
    ]
    said = [f"{count(p.sum())} entered {why}" for p, why in parts if p.any()]
    if held.left_out["two_at_once"]:
        said.append(f"{count(held.left_out['two_at_once'])} began two programmes in one month")
    strangers = held.left_out["entries_of_strangers"]
    if strangers:
        said.append(f"{count(strangers)} entries are of people who are not in the persons frame")
    if not said:
        return ()
    failed = away.sum() > UNUSED_MOST * max(int(entered.sum()), 1)
    tail = (
        " That is most of them: look at how entry_date and start are dated, and whether months in programmes count as registered."
        if failed
        else ""
    )
    return (
        Check(
            "entries_not_used",
            "failed" if failed else "informational",
            f"Not compared: {'; '.join(said)}.{tail}",
        ),
    )


def off_the_register(held: Paths, rows: Moments, horizon: int) -> tuple[Check, ...]:
    """Leaving the register is not a job: how often it was not, and how often nobody knows."""
    if not (held.registered >= 0).any():
        return (
            Check(
                "left_the_register",
                "informational",
                "The data have no column registered; out of work is taken from the column employed alone.",
            ),
        )
    month = held.began[rows.person] + rows.elapsed
    off = np.zeros(3)
    for m in range(1, horizon + 1):
        gone = held.at(held.registered, rows.person, month + m) == 0
        state = held.at(held.employed, rows.person, month + m)[gone]
        off += [(state == 1).sum(), (state == 0).sum(), (state == -1).sum()]
    if not off.sum():
        return ()
    share = off / off.sum()
    failed = share[2] > UNKNOWN_MOST
    return (
        Check(
            "left_the_register",
            "failed" if failed else "informational",
            f"Leaving the register is not a job: of the months off it {number(100 * share[0], 0)}% were in work, "
            f"{number(100 * share[1], 0)}% were not, and of {number(100 * share[2], 0)}% nothing is known."
            + (
                " Unknown months are missing, not out of work; ask for employment records, or bound what they could hide with "
                "evaluation.bounds."
                if failed
                else ""
            ),
        ),
    )


def unknown_outcomes(held: Paths, rows: Moments, arms: tuple[str, ...], horizon: int) -> tuple[Check, ...]:
    """Months of work that are not known, arm by arm."""
    month = held.began[rows.person] + rows.elapsed
    unknown = np.mean(
        [held.at(held.employed, rows.person, month + m) < 0 for m in range(1, horizon + 1)], axis=0
    )
    by_arm = [
        100 * unknown[rows.arm == k].mean() if (rows.arm == k).any() else np.nan for k in range(len(arms))
    ]
    if not np.nanmax(by_arm) > 0:
        return ()
    apart = np.nanmax(by_arm) - np.nanmin(by_arm) > 100 * UNKNOWN_MOST
    said = ", ".join(f"{a} {number(v, 1)}%" for a, v in zip(arms, by_arm, strict=True))
    return (
        Check(
            "unknown_months",
            "failed" if apart else "informational",
            f"Months after the moment in which work is not known: {said}."
            + (" The arms differ; bound what that could hide with evaluation.bounds." if apart else ""),
        ),
    )


def same_month(held: Paths, rows: Moments, at_end: bool) -> tuple[Check, ...]:
    """Jobs found in the very month of the moment: monthly data do not say what came first."""
    if at_end:
        return (
            Check(
                "order_in_a_month",
                "informational",
                "Entries are taken to come at the end of their month: whoever found a job in that month is not compared.",
            ),
        )
    month = held.began[rows.person] + rows.elapsed
    now = held.at(held.employed, rows.person, month) == 1
    waiting, entering = (100 * now[g].mean() if g.any() else np.nan for g in (rows.arm == 0, rows.arm > 0))
    return (
        Check(
            "order_in_a_month",
            "informational",
            f"Entries are taken to come at the beginning of their month: {number(waiting, 1)}% of those waiting and "
            f"{number(entering, 1)}% of those entering found a job in that same month. If entries come late in it, people had to "
            'be without a job until then; compare with entries_come="end of month".',
        ),
    )


def known_history(held: Paths, rows: Moments) -> Check:
    """Whether the data reach back far enough to hold work histories constant."""
    back = held.began[rows.person]
    known = np.mean([held.at(held.employed, rows.person, back - m) >= 0 for m in range(1, 13)], axis=0) >= 0.5
    share = float(1 - known.mean())
    if share <= NO_HISTORY_MOST:
        return Check(
            "history",
            "passed",
            f"Work in the year before unemployment is known for {number(100 * (1 - share), 0)}% of the moments.",
        )
    return Check(
        "history",
        "failed",
        f"Work in the year before unemployment is not known for {number(100 * share, 0)}% of the moments. It is what decides most "
        "about entering and about jobs; extend the person_months frame backwards.",
    )


def thin_arms(arms: tuple[str, ...], sizes: Array) -> tuple[Check, ...]:
    """Arms that hardly anybody entered."""
    thin = [a for a, n in zip(arms, sizes, strict=True) if n < SMALLEST]
    if not thin:
        return ()
    return (
        Check(
            "thin_arms",
            "failed",
            f"Fewer than {SMALLEST} moments of {', '.join(thin)}: nothing can be said about it. Leave it out or join it to "
            'another with arms={"programme": "arm"}.',
        ),
    )
