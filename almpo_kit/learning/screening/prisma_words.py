"""What a flow of records says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from almpo_kit.learning.screening.prisma_flow import (
    DUPLICATE,
    EXCLUDED,
    IDENTIFIED,
    INCLUDED,
    NOT_ASSESSED,
    NOT_RETRIEVED,
    OPEN,
    REJECTED,
    SOUGHT,
    UNREAD,
    WAITING,
)
from almpo_kit.vocabulary.finding import Check


def flow_sentence(n: Mapping[Any, int], waiting: Mapping[str, int]) -> str:
    """The flow in two sentences."""
    parts = [f"{_records(n[IDENTIFIED])} identified", f"{n[DUPLICATE]:,} removed as duplicates"]
    if n[UNREAD]:
        parts.append(f"{n[UNREAD]:,} left unread under the stopping rule")
    parts += [f"{n['screened']:,} screened", f"{n[EXCLUDED]:,} excluded", f"{n[SOUGHT]:,} sought"]
    if n["assessed"]:
        parts += [f"{n['assessed']:,} assessed", f"{n[REJECTED]:,} excluded with a reason"]
        studies = f"{n['studies']:,} {'study' if n['studies'] == 1 else 'studies'}"
        parts.append(f"{n[INCLUDED]:,} included, reporting {studies}")
    text = f"{', '.join(parts)}."
    left = [f"{k:,} {step}" for step, k in waiting.items() if k]
    return f"{text} Still to do: {', '.join(left)}." if left else text


def _records(n: int) -> str:
    return f"{n:,} record{'' if n == 1 else 's'}"


def flow_checks(n: Mapping[Any, int], waiting: Mapping[str, int], unlike: int) -> tuple[Check, ...]:
    """Whether every step adds up, whether anything is left to do, and twins judged differently."""
    steps = {
        "records identified": (n[IDENTIFIED], n[DUPLICATE] + n[UNREAD] + n[WAITING] + n["screened"]),
        "records screened": (n["screened"], n[OPEN] + n[EXCLUDED] + n[SOUGHT]),
        "reports sought": (n[SOUGHT], n[NOT_RETRIEVED] + n[NOT_ASSESSED] + n["assessed"]),
        "reports assessed": (n["assessed"], n[REJECTED] + n[INCLUDED]),
    }
    wrong = [what for what, (a, b) in steps.items() if a != b]
    out = [
        Check("adds up", "failed", f"The {', '.join(wrong)} do not add up; report this as a fault.")
        if wrong
        else Check("adds up", "passed", "Every step of the flow adds up to the one before.")
    ]
    if any(waiting.values()):
        left = ", ".join(f"{k:,} {step}" for step, k in waiting.items() if k)
        out.append(
            Check(
                "complete",
                "failed",
                f"The flow is not complete: {left}. Do not publish these counts as final.",
            )
        )
    if unlike:
        out.append(
            Check(
                "twins",
                "failed",
                f"{unlike:,} {'publication was' if unlike == 1 else 'publications were'} found relevant in one record and not "
                "in its duplicate; the first record counts. Settle them.",
            )
        )
    return tuple(out)
