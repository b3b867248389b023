"""How long each person is followed after the moment compared, where the months of some end before those of all."""

from __future__ import annotations

from typing import Any

import numpy as np

from almpo_kit.evaluation.disclosure.smallest import too_small
from almpo_kit.evaluation.dynamic.paths import Paths
from almpo_kit.evaluation.dynamic.risk_sets import Moments
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number

Array = np.ndarray[Any, np.dtype[Any]]

#: Share of an arm not followed to the end, and difference of these shares, from which the check fails.
SHORT_MOST, APART_MOST = 0.20, 0.05
#: Share of every arm that is followed as long as the horizon that is proposed instead.
_NEARLY_ALL = 0.90


def months_followed(held: Paths, rows: Moments) -> Array:
    """Months from each moment to the last month in which anything is known of the person, shape (r,)."""
    seen = (held.employed >= 0) | (held.registered >= 0)
    last = held.first_month + seen.shape[1] - 1 - np.argmax(seen[:, ::-1], axis=1)
    last = np.where(seen.any(axis=1), last, held.first_month - 1)
    found: Array = last[rows.person] - held.began[rows.person] - rows.elapsed
    return found


def nearly_all_followed(held: Paths, rows: Moments, horizon: int) -> int:
    """Months for which nine in ten of every arm are followed, at most ``horizon``."""
    followed = months_followed(held, rows)
    arms = [rows.arm == k for k in np.unique(rows.arm)]
    longest = min(int(np.quantile(followed[arm], 1 - _NEARLY_ALL, method="lower")) for arm in arms)
    return min(longest, horizon)


def followed_short(held: Paths, rows: Moments, arms: tuple[str, ...], horizon: int) -> tuple[Check, ...]:
    """Says where people are not followed to the horizon, and up to which month nearly all are."""
    followed = months_followed(held, rows)
    short = followed < horizon
    if not short.any():
        return ()
    groups = [rows.arm == k for k in range(len(arms)) if (rows.arm == k).any()]
    names = [a for k, a in enumerate(arms) if (rows.arm == k).any()]
    share = np.array([short[g].mean() for g in groups])
    counts = np.array([(int(short[g].sum()), int((~short[g]).sum())) for g in groups])
    said = ", ".join(
        f"{a} {'few' if too_small(c).any() else number(100 * s, 0) + '%'}"
        for a, s, c in zip(names, share, counts, strict=True)
    )
    failed = bool(share.max() > SHORT_MOST or np.ptp(share) > APART_MOST)
    sentence = (
        f"The months of some people end before month {horizon}, though the data go on ({said}). They are kept, and what came "
        "later is missing: what is said of late months is about those who are followed so long, who are others than those of "
        "early months."
    )
    if failed:
        longest = nearly_all_followed(held, rows, horizon)
        if 0 < longest < horizon:
            sentence += f" Nine in ten of every arm are followed for {longest} months: compare with horizon={longest}."
    return (Check("followed_so_long", "failed" if failed else "informational", sentence),)
