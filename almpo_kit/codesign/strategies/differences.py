"""What differs between two versions of a draft."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from almpo_kit.codesign.strategies.parameters import Parameters, Setting

DIFFERENCE_COLUMNS = (
    *("parameter", "change", "before", "after", "argument_before", "argument_after"),
    *("evidence_added", "evidence_dropped", "role_before", "role_after", "budget_effect_change"),
)
_NOTHING = Setting(None)


def differences(before: Parameters, after: Parameters) -> pd.DataFrame:
    """One row a parameter that differs.

    ``change`` is "added", "dropped", "value" or "reasons" (argument, evidence, role or cost alone). ``budget_effect_change``
    is NaN where either side does not say what it costs.
    """
    rows = [
        _row(n, before.get(n), after.get(n))
        for n in names(before, after)
        if not same(before.get(n), after.get(n))
    ]
    return pd.DataFrame(rows, columns=list(DIFFERENCE_COLUMNS))


def names(*parameters: Parameters) -> list[str]:
    """All names, in alphabetical order."""
    return sorted({name for p in parameters for name in p})


def same(one: Setting | None, other: Setting | None) -> bool:
    """Whether two settings are the same in everything."""
    if one is None or other is None:
        return one is other
    return one == other and same_value(one.value, other.value)


def same_value(one: Any, other: Any) -> bool:
    """Whether two plain values are the same; true is not 1."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return set(one) == set(other) and all(same_value(one[k], other[k]) for k in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same_value, one, other))
    return bool(one == other)


def _row(name: str, before: Setting | None, after: Setting | None) -> tuple[Any, ...]:
    old, new = before or _NOTHING, after or _NOTHING
    if before is None or after is None:
        change = "added" if before is None else "dropped"
    else:
        change = "reasons" if same_value(old.value, new.value) else "value"
    added, dropped = _without(new.evidence, old.evidence), _without(old.evidence, new.evidence)
    euro = _effect(after) - _effect(before)
    shown = (name, change, old.value, new.value, old.argument, new.argument)
    return (*shown, added, dropped, old.role, new.role, euro)


def _effect(given: Setting | None) -> float:
    """Euro; 0 where the parameter is not set, NaN where nobody said."""
    if given is None:
        return 0.0
    return float("nan") if given.budget_effect is None else given.budget_effect


def _without(some: Iterable[str], others: Iterable[str]) -> str:
    return ", ".join(sorted(set(some) - set(others)))
