"""Whether a conclusion moved between two readings of the evidence, how, and which estimates made it move."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from almpo_kit.evidence.comparison.conclusions import ALL_HORIZONS, Cell, Conclusion, Reading
from almpo_kit.evidence.tally import FAVOURS
from almpo_kit.evidence.words import amount, count

#: From the gravest to the least: what moved.
KINDS = (
    "refusal to number",
    "number to refusal",
    "direction",
    "clear of zero",
    "mean",
    "whose effect",
    "certainty",
    "tally",
    "samples",
    "less than shown",
)
#: Below this share of an interval's half-width a difference is rounding.
_ROUNDING = 1e-6
#: How many estimates a reason names, and how many reasons are told.
_NAMED, _TOLD = 3, 4
_ABLE = "can enter an average"
#: Columns that say to which conclusion an estimate belongs.
_PLACE = ("programme_type", "outcome", "unit", "horizon_months", "horizon_from")
#: Column -> the parts of an estimate's mark through which it can move a conclusion.
_THROUGH: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("sample_id", "study_id"), ("sample",)),
    **dict.fromkeys(("comparator", "includes_subsidised_job", *_PLACE), ("why",)),
    "significance": ("favour",),
    "effect": ("effect", "favour", "why"),
    "se": ("se", "favour", "why"),
    "design": ("design",),
    "estimand": ("estimand",),
}
#: Part -> the column that states it; where that changed, no other column acts through the part.
_STATED = {"favour": "significance", "sample": "sample_id"}
_WHO = frozenset({"sample", "why", "estimand"})
#: Kind of move -> the parts it can come from; every other kind is of the number.
_FROM = {
    "tally": frozenset({"favour"}),
    "samples": _WHO,
    "certainty": _WHO | {"effect", "se", "design"},
}
_NUMBER = _WHO | {"effect", "se"}


@dataclass(frozen=True)
class Cause:
    """One estimate that made a conclusion move: what happened to it, and the two states."""

    estimate_id: str
    what: str
    before: str = ""
    after: str = ""


def kinds_of(before: Conclusion, after: Conclusion, unit: str, level: float) -> tuple[str, ...]:
    """What moved, the gravest first; nothing where the conclusion is the same.

    ``direction`` is a reversal: clearly on one side of zero before, clearly on the other after.
    """
    both = before.pooled and after.pooled
    sides = _side(before), _side(after)
    number = both and _number_moved(before, after)
    seen = number and _shown(before, unit, level) != _shown(after, unit, level)
    moved = {
        "refusal to number": after.pooled and not before.pooled,
        "number to refusal": before.pooled and not after.pooled,
        "direction": both and sides[0] * sides[1] < 0,
        "clear of zero": both and 0 in sides and sides[0] != sides[1],
        "mean": seen,
        # Whose effect it was may have been left unsaid: saying it moves nothing.
        "whose effect": both
        and bool(before.estimand and after.estimand)
        and before.estimand != after.estimand,
        "certainty": both and before.certainty != after.certainty,
        "tally": any(before.favours.get(f, 0) != after.favours.get(f, 0) for f in FAVOURS),
        "samples": (before.n_samples, before.n_usable) != (after.n_samples, after.n_usable),
        "less than shown": number and not seen,
    }
    return tuple(kind for kind in KINDS if moved[kind])


def _side(c: Conclusion) -> int:
    """+1 or −1 where the interval lies on one side of zero, otherwise 0."""
    return int(c.low > 0) - int(c.high < 0)


def _shown(c: Conclusion, unit: str, level: float) -> str:
    return amount(c.mean, c.low, c.high, unit, level)


def _number_moved(a: Conclusion, b: Conclusion) -> bool:
    scale = max(a.high - a.low, b.high - b.low) / 2
    return any(abs(getattr(a, n) - getattr(b, n)) > _ROUNDING * scale for n in ("mean", "low", "high"))


def shift(before: Conclusion, after: Conclusion) -> float:
    """How far the mean moved, in half-widths of the interval it had before; NaN without two numbers."""
    half = (before.high - before.low) / 2
    return float((after.mean - before.mean) / half) if half > 0 else np.nan


def told(c: Conclusion, kind: str, unit: str, level: float) -> str:
    """What the evidence says, as far as this kind of move is about it."""
    if c.n_estimates == 0:
        return "no estimate"
    samples = count(c.n_samples, "independent sample")
    if kind == "samples" and c.refusal == ALL_HORIZONS:
        return samples
    if kind == "samples":
        return f"{samples}, {c.n_usable} of which can enter an average"
    if kind == "tally":
        parts = [f"{c.favours[f]} {f}" for f in FAVOURS if c.favours.get(f)]
        return f"{count(c.n_estimates, 'estimate')}: {', '.join(parts)}"
    if not c.pooled:
        return f"too little to say: {c.refusal}"
    number = _shown(c, unit, level)
    if kind == "less than shown":
        return f"{c.mean:.6g} ({c.low:.6g} to {c.high:.6g})"
    return f"{number}, {c.certainty} certainty, {count(c.n_usable, 'independent sample')}"


def causes(
    cell: Cell,
    readings: tuple[Reading, Reading],
    conclusions: tuple[Conclusion, Conclusion],
    changed: Mapping[str, Sequence[tuple[str, str, str]]],
    kinds: Sequence[str],
) -> list[Cause]:
    """The estimates that made a conclusion move, and of their changes those that can have.

    ``changed``: for each estimate its cells that differ, as (column, before, after).
    """
    marks = [{r.ids[i]: r.marks[i] for i in r.rows(cell)} for r in readings]
    whole = [set(r.ids) for r in readings]
    status = [c.status for c in conclusions]
    found: list[Cause] = []
    for name in sorted({*marks[0], *marks[1]}):
        edits = changed.get(name, ())
        moved = [Cause(name, f"changed {c}", *pair) for c, *pair in edits if c in _PLACE]
        if name not in marks[0]:
            found += [Cause(name, "added")] if name not in whole[0] else moved or [Cause(name, "came in")]
        elif name not in marks[1]:
            found += [Cause(name, "removed")] if name not in whole[1] else moved or [Cause(name, "went out")]
        else:
            parts = _matter(name, readings, kinds, able="" in (status[0].get(name), status[1].get(name)))
            columns = [c for c, *_ in edits]
            found += [
                Cause(name, f"changed {c}", *pair) for c, *pair in edits if parts & _acts_through(c, columns)
            ]
            found += _eligibility(name, status[0].get(name, ""), status[1].get(name, ""))
    return found


def _acts_through(column: str, changed: Sequence[str]) -> set[str]:
    """Parts through which a changed column acts: what is stated goes before what it would be derived from."""
    return {p for p in _THROUGH.get(column, ()) if _STATED.get(p, column) not in {*changed} - {column}}


def _matter(name: str, readings: tuple[Reading, Reading], kinds: Sequence[str], *, able: bool) -> set[str]:
    """Parts of an estimate that differ and from which moves of these kinds can come.

    ``able``: whether it can enter the average of either edition; otherwise its values move no number.
    """
    first, second = (dict(zip(r.parts, r.marks[r.ids.index(name)], strict=True)) for r in readings)
    differ = {p for p in {*first, *second} if first.get(p) != second.get(p)}
    differ |= {"estimand"} if _other(name, *readings) else set()
    can = {p for kind in kinds for p in _FROM.get(kind, _NUMBER)}
    return differ & (can if able else can - {"effect", "se", "design"})


def _other(name: str, first: Reading, second: Reading) -> bool:
    """Whether both say whose effect an estimate is, and say it differently."""
    if first.estimands is None or second.estimands is None:
        return False
    return first.estimands[first.ids.index(name)] != second.estimands[second.ids.index(name)]


def _eligibility(name: str, before: str, after: str) -> list[Cause]:
    if before == after:
        return []
    what = "no longer eligible" if after and not before else "now eligible" if before and not after else ""
    return [Cause(name, what or "eligibility", before or _ABLE, after or _ABLE)]


def because(found: Sequence[Cause], cited: Mapping[str, str]) -> str:
    """The causes in one line: estimates to which the same happened are told together."""
    groups: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for cause in found:
        groups[cause.what, cause.before, cause.after].append(cause.estimate_id)
    parts = []
    for (what, before, after), names in list(groups.items())[:_TOLD]:
        who = ", ".join(_named(n, cited) for n in names[:_NAMED])
        who += f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        change = f" ({before or 'blank'} → {after or 'blank'})" if before or after else ""
        parts.append(f"{what}{change}: {who}")
    rest = len(groups) - _TOLD
    return "; ".join([*parts, *([f"and {count(rest, 'other change')}"] if rest > 0 else [])])


def _named(name: str, cited: Mapping[str, str]) -> str:
    """``smith2019-01 (Smith J., Lee K. (2019))``: the citation up to its year."""
    citation = cited.get(name, "")
    head, bracket, _ = citation.partition(")")
    short = head + bracket if "(" in head and len(head) > 6 else ""
    return f"{name} [{short}]" if short and len(short) < 80 else name


def cause_table(
    moved: pd.DataFrame, found: Sequence[Sequence[Cause]], cited: Mapping[str, str]
) -> pd.DataFrame:
    """One row for each estimate behind each moved conclusion; ``conclusion`` is the row of ``moved``."""
    rows = [
        (i, c.estimate_id, cited.get(c.estimate_id, ""), c.what, c.before, c.after)
        for i, each in zip(moved.index, found, strict=True)
        for c in each
    ]
    columns = ["conclusion", "estimate_id", "citation", "what", "before", "after"]
    return pd.DataFrame(rows, columns=columns)
