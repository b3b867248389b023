"""What can be shown of a panel so that nobody in it can be told apart: small groups go together with others.

Local recoding to k-anonymity, least needed first: the sector is left out, then the place, then the role (Sweeney 2002,
Int. J. Uncertainty Fuzziness Knowledge-Based Systems 10, 557-570). It hides who said what, not what everybody in a group
said: a group of one mind is known by its answers.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Set
from typing import Final

Group = tuple[str, str, str]
#: Rounds that somebody answered, where saying which would tell which answers are hers.
NOT_SHOWN: Final = "?"
_NOBODY: Group = ("", "", "")


def shown_groups[K: Hashable](people: Mapping[K, Group], least: int) -> dict[K, Group]:
    """Role, place and sector of each person as far as they can be shown.

    Parameters
    ----------
    people : mapping
        Person -> (role, geo, sector).
    least : int
        Fewest people of whom a combination is shown.

    Returns
    -------
    dict
        Person -> the same with some of them "". Each combination has ``least`` people or more, unless there are fewer in
        all: then everything is "".
    """
    shown = dict(people)
    for keep in (2, 1, 0):
        small = _small(shown, least)
        for person, group in shown.items():
            if group in small and group != _NOBODY:
                shown[person] = (*group[:keep], *_NOBODY[keep:])  # type: ignore[assignment]
    return _joined(shown, least)


def shown_as_they_came[K: Hashable](
    came: Mapping[K, int], people: Mapping[K, Group], least: int, gone: Set[K] = frozenset()
) -> dict[K, Group]:
    """The same over several rounds, so that nobody learns by taking an earlier list from a later one.

    Who came in one round is grouped once, among those who came with her: people who come later, and words that some of
    them say, change nothing of it. Otherwise three people of one role, shown with four of another, would be told apart as
    soon as a fifth of those came.

    Parameters
    ----------
    came : mapping
        Person -> the first closed round that she answered.
    people : mapping
        Person -> (role, geo, sector).
    least : int
    gone : set
        Who had her answers deleted since: she still counts where she was grouped, and is in no list.

    Returns
    -------
    dict
        Everybody but ``gone``; each combination has ``least`` people or more, unless there are fewer in all.
    """
    shown: dict[K, Group] = {}
    for number in sorted(set(came.values())):
        shown |= shown_groups({p: people[p] for p, first in came.items() if first == number}, least)
    shown = {person: group for person, group in shown.items() if person not in gone}
    small = _small(shown, least)
    return _joined({person: _NOBODY if g in small else g for person, g in shown.items()}, least)


def _joined[K: Hashable](shown: dict[K, Group], least: int) -> dict[K, Group]:
    """The few that are left over are known by what they are not, unless another group joins them."""
    while 0 < (left := sum(g == _NOBODY for g in shown.values())) < least and left < len(shown):
        sizes = Counter(g for g in shown.values() if g != _NOBODY)
        joins = min(sizes, key=lambda g: (sizes[g], g))
        shown = {person: _NOBODY if g == joins else g for person, g in shown.items()}
    return shown


def _small[K: Hashable](shown: Mapping[K, Group], least: int) -> set[Group]:
    return {group for group, n in Counter(shown.values()).items() if n < least}


def shown_patterns[K: Hashable](
    patterns: Mapping[K, tuple[int, ...]], groups: Mapping[K, Group], least: int
) -> dict[K, str]:
    """Which rounds each person answered, as far as it does not tell which answers are hers.

    Who knows that P-007 alone skipped round 2 finds her answers by their gap.

    Parameters
    ----------
    patterns : mapping
        Person -> rounds answered.
    groups : mapping
        Person -> what is shown of her beside answers.
    least : int

    Returns
    -------
    dict
        Person -> ``"1 3"``, or ``"?"``. Within a group each is said of ``least`` people or more.
    """
    found: dict[K, str] = {}
    by_group: dict[Group, list[K]] = defaultdict(list)
    for person in patterns:
        by_group[groups[person]].append(person)
    for people in by_group.values():
        sizes = Counter(patterns[p] for p in people)
        hidden = {pattern for pattern, n in sizes.items() if n < least}
        while hidden and hidden != set(sizes) and sum(sizes[h] for h in hidden) < least:
            hidden.add(min(set(sizes) - hidden, key=lambda h: (sizes[h], h)))
        for person in people:
            pattern = patterns[person]
            found[person] = NOT_SHOWN if pattern in hidden else " ".join(map(str, pattern))
    return found
