"""Two people changed one draft: what of both can stand together, and where one of them must give way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from almpo_kit.codesign.strategies.differences import names, same, same_value
from almpo_kit.codesign.strategies.parameters import Parameters, Setting
from almpo_kit.vocabulary.errors import ParameterError

Side = Literal["ours", "theirs"]


@dataclass(frozen=True)
class MergeConflict:
    """A parameter that both changed, each otherwise; None where a side dropped it."""

    parameter: str
    base: Setting | None
    ours: Setting | None
    theirs: Setting | None


@dataclass(frozen=True)
class Merged:
    """What a merge came to.

    Parameters
    ----------
    parameters : mapping
        What stands; at a conflict that nobody decided, the value that both began from.
    conflicts : tuple of MergeConflict
        Not decided.
    from_ours, from_theirs : tuple of str
        Parameters taken from one side because the other had not touched them, or because it was chosen.
    """

    parameters: Parameters
    conflicts: tuple[MergeConflict, ...]
    from_ours: tuple[str, ...]
    from_theirs: tuple[str, ...]

    @property
    def clean(self) -> bool:
        """Nothing is left to decide."""
        return not self.conflicts


def three_way(
    base: Parameters, ours: Parameters, theirs: Parameters, choose: Mapping[str, Side] | None = None
) -> Merged:
    """Merge two versions that began from one.

    A parameter that one side alone changed is taken from it. Where both came to the same value, evidence of both is kept;
    differing arguments are both kept, one after the other. Where values differ it is a conflict: a person decides, by ``choose``.

    Raises
    ------
    ParameterError
        ``choose`` names something that is no conflict, or no side.
    """
    asked = dict(choose or {})
    found: Parameters = {}
    conflicts, from_ours, from_theirs, decided = [], [], [], set()
    for name in names(base, ours, theirs):
        old, mine, yours = base.get(name), ours.get(name), theirs.get(name)
        if same(mine, yours) or same(yours, old):
            kept = mine
            from_ours += [name] if not same(mine, old) and not same(mine, yours) else []
        elif same(mine, old):
            kept = yours
            from_theirs.append(name)
        elif (
            mine
            and yours
            and same_value(mine.value, yours.value)
            and _one_cost(old, mine, yours) is not _APART
        ):
            kept = _together(old, mine, yours)
        elif name in asked:
            side = _side(asked[name])
            kept = mine if side == "ours" else yours
            (from_ours if side == "ours" else from_theirs).append(name)
            decided.add(name)
        else:
            kept = old
            conflicts.append(MergeConflict(name, old, mine, yours))
        if kept is not None:
            found[name] = kept
    if odd := sorted(set(asked) - decided):
        raise ParameterError(
            f"{odd[0]!r} is no conflict of this merge; conflicts are: {', '.join(sorted(decided | {c.parameter for c in conflicts})) or 'none'}."
        )
    return Merged(found, tuple(conflicts), tuple(from_ours), tuple(from_theirs))


class _Apart:
    """Both sides say another cost."""


_APART = _Apart()


def _one_cost(old: Setting | None, mine: Setting, yours: Setting) -> float | _Apart | None:
    before = old.budget_effect if old else None
    if mine.budget_effect == yours.budget_effect or yours.budget_effect == before:
        return mine.budget_effect
    return yours.budget_effect if mine.budget_effect == before else _APART


def _together(old: Setting | None, mine: Setting, yours: Setting) -> Setting:
    """One value, the reasons of both."""
    cost = _one_cost(old, mine, yours)
    assert not isinstance(cost, _Apart)
    return replace(
        mine,
        argument=_both(old.argument if old else "", mine.argument, yours.argument, "\n"),
        evidence=tuple(dict.fromkeys((*mine.evidence, *yours.evidence))),
        role=_both(old.role if old else "", mine.role, yours.role, ", "),
        budget_effect=cost,
    )


def _both(old: str, mine: str, yours: str, between: str) -> str:
    if mine == yours or yours == old:
        return mine
    if mine == old:
        return yours
    return between.join(t for t in (mine, yours) if t)


def _side(given: str) -> Side:
    if given == "ours":
        return "ours"
    if given == "theirs":
        return "theirs"
    raise ParameterError(f"choose: {given!r} is no side; choose 'ours' or 'theirs'.")
