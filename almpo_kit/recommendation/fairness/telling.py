"""The sentence and the checks of a fairness audit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.recommendation.fairness.estimates import Interval
from almpo_kit.recommendation.fairness.flags import Flag, named
from almpo_kit.recommendation.fairness.groupings import EXPECTED, Grouping
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number

#: Warnings told one by one; the table has all.
_MOST = 8


def sentence_of(
    name: str, flags: Sequence[Flag], table: pd.DataFrame, judged: bool, verdict_words: str
) -> str:
    """The answer."""
    if not judged:
        return verdict_words
    audited = table[(table["says"] == "") & (table["by"] != "everybody")]
    if flags:
        kinds = f"{len(flags)} warning{'s' if len(flags) > 1 else ''}"
        return f"{kinds} about {name}. The first: {flags[0].found}"
    if not len(audited):
        return f"Nothing can be said about {name}: no group is large enough to be looked at."
    half = max(
        float(((audited[f"{m}_high"] - audited[f"{m}_low"]) / 2).max()) for m in ("unexplained", "steered")
    )
    # An interval without width is one of no people, or of a rule that treats all alike by its making: no proof of anything.
    unseen = (
        f" A gap of up to {number(half, 0)} percentage points could have gone unseen in the smallest of them."
        if half >= 0.5
        else ""
    )
    return (
        f"No warning about {name}: in {len(audited)} groups no difference is shown that expected gains do not explain. That "
        f"is no proof of fairness.{unseen}"
    )


def checks_of(
    flags: Sequence[Flag],
    groupings: Sequence[Grouping],
    found: Mapping[Any, Interval],
    table: pd.DataFrame,
    *,
    reuse: str,
    legal_basis: str,
    judged: bool,
    tolerance: float,
    names: Sequence[str],
    credible: str,
) -> tuple[Check, ...]:
    """Warnings first, then what weakens the audit, then what was looked at."""
    checks = [
        Check(f"flag_{i + 1}", "failed", f"{f.found} {f.what_to_do}") for i, f in enumerate(flags[:_MOST])
    ]
    if len(flags) > _MOST:
        checks.append(
            Check("more_flags", "failed", f"There are {len(flags) - _MOST} more warnings; see .flags.")
        )
    checks += [_legal(legal_basis), _reuse(reuse)]
    if credible in ("fragile", "not identified"):
        checks.append(
            Check(
                "evaluation",
                "failed",
                f"The evaluation that the scores come from is {credible}: gains of groups may be wrong, and so may this audit.",
            )
        )
    checks += _read(names, groupings)
    if judged:
        checks += _explained(groupings, found, tolerance, table)
    few = int((table["says"] != "").sum())
    if few:
        checks.append(
            Check(
                "small_groups",
                "failed",
                f"Of {few} group{'s' if few > 1 else ''} nothing is said: too few people. Whoever is treated badly there is not "
                "seen here; join groups, or audit a larger caseload.",
            )
        )
    if not flags and judged:
        checks.append(
            Check("flags", "passed", "No measure of any group lies wholly on the wrong side of its limit.")
        )
    return tuple(checks)


def _legal(basis: str) -> Check:
    if basis.strip():
        return Check(
            "legal_basis",
            "informational",
            f"Legal basis given for looking at these characteristics: {basis.strip()}",
        )
    return Check(
        "legal_basis",
        "failed",
        "No legal basis was given for processing these characteristics (Article 9 GDPR; Article 10(5) AI Act or what has "
        'taken its place). Ask the data protection officer, and give it as legal_basis="…"; until then this audit lacks it.',
    )


def _reuse(reuse: str) -> Check:
    if reuse == "out of fold":
        return Check(
            "reuse", "passed", "The rule was learned anew for each fold and judged on people it had not seen."
        )
    if reuse == "elsewhere":
        return Check("reuse", "informational", "You say that the rule was made without these people.")
    return Check(
        "reuse",
        "failed",
        "The rule was given ready-made. If it was learned on these people, what groups gain is overstated; give the learner "
        "instead, or say made_elsewhere=True.",
    )


def _read(names: Sequence[str], groupings: Sequence[Grouping]) -> list[Check]:
    parts = {p for g in groupings for p in g.parts}
    read = sorted(p for p in parts if any(n == p or n.startswith((f"{p}_", f"{p}=", f"{p}[")) for n in names))
    if not read:
        return []
    return [
        Check(
            "reads_characteristics",
            "informational",
            f"A rule on these features may read {', '.join(read)} directly; barring {'it' if len(read) == 1 else 'them'} does "
            "not keep out what stands for them.",
        )
    ]


def _explained(
    groupings: Sequence[Grouping], found: Mapping[Any, Interval], tolerance: float, table: pd.DataFrame
) -> list[Check]:
    """Groups that are offered less, where expected gains account for it."""
    shown = table.set_index(["by", "group"])["gap"].to_dict()
    told = []
    for grouping in groupings:
        if len(grouping.parts) > 1 or grouping.by == EXPECTED:
            continue
        for at, name in enumerate(grouping.groups):
            gap = found.get((grouping.by, name, "gap"))
            left = found.get((grouping.by, name, "unexplained"))
            if gap is None or left is None or not np.isfinite(shown.get((grouping.by, name), np.nan)):
                continue
            if gap.below and gap.value <= -tolerance and not (left.below and left.value <= -tolerance):
                told.append((gap.value, named(grouping, at), left.value))
    return [
        Check(
            "explained_gap",
            "informational",
            f"{who[:1].upper()}{who[1:]} are offered a programme {number(-100 * gap, 0)} percentage points less often than others; "
            f"beside others with the same expected gain the difference is {number(100 * left, 0)} points, and no warning. "
            "Whether to serve by gain alone is for people to decide.",
        )
        for gap, who, left in sorted(told)[:3]
    ]
