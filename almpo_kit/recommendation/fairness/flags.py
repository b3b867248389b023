"""What counts as a warning: the rule for each, in one place, and its words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from almpo_kit.recommendation.fairness.estimates import Interval
from almpo_kit.recommendation.fairness.groupings import EXPECTED, THIRDS, Grouping
from almpo_kit.vocabulary.rendering import interval

SHARES = "percentage points"
CUT = "support cut"
STEERED = "lesser programme"


@dataclass(frozen=True)
class Flag:
    """A warning about one group.

    Parameters
    ----------
    stage : {"prediction", "deployment"}
    kind : str
    by, group : str
    found : str
        What was found, for whom, how large; a sentence.
    size, low, high : float
        In ``unit``; negative is against the group, save for what is left on the table and left undecided.
    unit : str
    what_to_do : str
    """

    stage: str
    kind: str
    by: str
    group: str
    found: str
    size: float
    low: float
    high: float
    unit: str
    what_to_do: str


@dataclass(frozen=True)
class Rule:
    """When a measure becomes a warning.

    ``sign`` is the direction that is against the group (0: either), ``share`` whether it is a share of people; ``says``
    completes "People … ".
    """

    stage: str
    kind: str
    measure: str
    sign: int
    share: bool
    says: str
    what_to_do: str


RULES: tuple[Rule, ...] = (
    Rule(
        "deployment",
        CUT,
        "unexplained",
        -1,
        True,
        "would be offered a programme less often than other people of whom the same gain is expected: {size}",
        "Rank by gain and not by chance, bar what stands for the group from the rule, or set a least share for it in "
        "allocate(); simulate again before anything is deployed.",
    ),
    Rule(
        "deployment",
        STEERED,
        "steered",
        -1,
        True,
        "who are offered something are offered the programme of most expected gain less often than others like them: {size}",
        "See which programme they are offered instead, and why; bar what stands for the group from the rule, or take "
        "for each person the programme of most expected gain while there are places.",
    ),
    Rule(
        "deployment",
        "gain left on the table",
        "left_more",
        1,
        False,
        "lose more than others by not getting the same places by expected gain: {size}",
        "Compare with the same places given by expected gain; find the branch or weight that keeps this group out.",
    ),
    Rule(
        "deployment",
        "worse than today",
        "against_today",
        -1,
        False,
        "would do worse under this rule than as things were: {size}",
        "Places are moved away from them: say so openly, and keep what is offered today or set a floor for them in "
        "allocate() if that is not meant.",
    ),
    Rule(
        "deployment",
        "left without a word",
        "undecided_more",
        1,
        True,
        "get no advice from the rule more often than others: {size}",
        "See that caseworkers have time for them, and collect evidence on them: a trial or more local data.",
    ),
    Rule(
        "prediction",
        "gain predicted too low",
        "gain_bias_more",
        -1,
        False,
        "have gains predicted too low beside those of others, held against doubly robust scores: {size}",
        "Do not rank by these predictions; refit with the group's features free, or use the doubly robust gains.",
    ),
    Rule(
        "prediction",
        "score wrong for the group",
        "score_bias_more",
        0,
        False,
        "get a score that is {direction} beside that of others, held against what became of them: {size}",
        "Take out the weight that the score puts on the group or on what stands for it; do not cut support by it.",
    ),
)
#: Of those of whom much is expected anyway, fewer offers are no warning; of the score's own thirds, its error is none.
_NOT_BY_EXPECTED = {"score_bias_more"}
_LOWEST_ONLY = {"unexplained", "left_more", "steered"}


def flags_of(
    groupings: Sequence[Grouping],
    found: Mapping[Any, Interval],
    *,
    tolerance: float,
    smallest_gap: float,
    unit: str,
    level: float,
) -> list[Flag]:
    """Every warning: the whole interval lies against the group, and the size is worth a word.

    Parameters
    ----------
    groupings : sequence of Grouping
    found : mapping
        (by, group, measure) -> interval.
    tolerance : float
        Smallest difference in shares, e.g. 0.05.
    smallest_gap : float
        Smallest difference in ``unit``.
    unit : str
    level : float

    Returns
    -------
    list of Flag
        Deployment first, then by size within a kind.
    """
    flags: list[Flag] = []
    for rule in RULES:
        mine: list[Flag] = []
        cut = {(f.by, f.group) for f in flags if f.kind in (CUT, STEERED)}
        for grouping in groupings:
            for at, name in enumerate(grouping.groups):
                value = found.get((grouping.by, name, rule.measure))
                if value is None or not _applies(rule, grouping, name):
                    continue
                if rule.measure == "left_more" and (grouping.by, name) not in cut:
                    # Whoever gains more also loses more under any other rule; that alone is no unequal treatment.
                    continue
                if _against(value, rule, tolerance if rule.share else smallest_gap):
                    others = _not_so(rule, grouping, at, found, tolerance if rule.share else smallest_gap)
                    mine.append(_flag(rule, grouping, at, value, unit, level, others))
        flags += sorted(mine, key=lambda f: -abs(f.size))
    return flags


def _applies(rule: Rule, grouping: Grouping, name: str) -> bool:
    if grouping.by != EXPECTED:
        return True
    return rule.measure not in _NOT_BY_EXPECTED and (rule.measure not in _LOWEST_ONLY or name == THIRDS[0])


def _against(value: Interval, rule: Rule, least: float) -> bool:
    down, up = value.below and value.value <= -least, value.above and value.value >= least
    return down if rule.sign < 0 else up if rule.sign > 0 else down or up


def named(grouping: Grouping, at: int) -> str:
    """A group in words."""
    if grouping.by == EXPECTED:
        return f"people in the {grouping.groups[at]} of what is expected without a programme"
    parts = zip(grouping.parts, grouping.cells[at], strict=True)
    return f"people with {' and '.join(f'{p} “{v}”' for p, v in parts)}"


def _not_so(
    rule: Rule, grouping: Grouping, at: int, found: Mapping[Any, Interval], least: float
) -> list[str]:
    """Groups that share one part of an intersection and of whom the same is not found."""
    if len(grouping.parts) < 2:
        return []
    mine = grouping.cells[at]
    out = []
    for i, cell in enumerate(grouping.cells):
        value = found.get((grouping.by, grouping.groups[i], rule.measure))
        if sum(a == b for a, b in zip(cell, mine, strict=True)) != 1 or value is None:
            continue
        if not _against(value, rule, least):
            out.append(named(grouping, i))
    return out


def _flag(
    rule: Rule, grouping: Grouping, at: int, value: Interval, unit: str, level: float, others: list[str]
) -> Flag:
    told, word = (value.times(100), SHARES) if rule.share else (value, unit)
    size = interval(told.value, told.low, told.high, word, level)
    says = rule.says.format(size=size, direction="too low" if value.value < 0 else "too high")
    who = named(grouping, at)
    also = f" This is not found of {' nor of '.join(others)}." if others else ""
    return Flag(
        stage=rule.stage,
        kind=rule.kind,
        by=grouping.by,
        group=grouping.groups[at],
        found=f"{who[:1].upper()}{who[1:]} {says}.{also}",
        size=told.value,
        low=told.low,
        high=told.high,
        unit=word,
        what_to_do=rule.what_to_do,
    )
