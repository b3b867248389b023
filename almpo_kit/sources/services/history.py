"""A new answer beside what is held: what changed, and whether it is still the same series."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

#: Columns that may change without the observation being another one.
_SAID = ("value", "flag", "source", "nuts_version", "note")
#: A new answer with less than this share of the rows before is not believed.
LEAST = 0.5


@dataclass(frozen=True)
class Difference:
    """Cells of a new answer against those held, over the periods that were asked for.

    Parameters
    ----------
    new, changed, gone, same : int
        Not held before; another value or flag; held and no longer published; as before.
    """

    new: int = 0
    changed: int = 0
    gone: int = 0
    same: int = 0

    @property
    def nothing(self) -> bool:
        """Whether everything is as it was."""
        return not (self.new or self.changed or self.gone)

    def __str__(self) -> str:
        words = ((self.new, "new"), (self.changed, "revised"), (self.gone, "withdrawn"))
        return ", ".join(f"{n:,} {word}" for n, word in words if n) or "no value changed"


def _cells(frame: pd.DataFrame) -> pd.DataFrame:
    keys = [c for c in frame.columns if c not in _SAID]
    said = [c for c in ("value", "flag") if c in frame.columns]
    table = frame[keys + said].astype(dict.fromkeys(keys, "string"))
    # A missing key is a key, too.
    return table.fillna(dict.fromkeys(keys, "")).set_index(keys)


def recent(frame: pd.DataFrame, since: int | None) -> pd.DataFrame:
    """Rows from a year on."""
    return frame if since is None else frame[frame["period"].astype(str).str[:4] >= str(since)]


def difference(held: pd.DataFrame, fresh: pd.DataFrame) -> Difference:
    """Compare two frames of one series cell by cell."""
    before, after = _cells(held), _cells(fresh)
    if set(before.index.names) != set(after.index.names):
        return Difference(new=len(after), gone=len(before))
    after = after.reorder_levels([str(n) for n in before.index.names]) if after.index.nlevels > 1 else after
    both = before.index.intersection(after.index)
    a, b = before.loc[both].sort_index(), after.loc[both].sort_index()
    equal = a.eq(b) | (a.isna() & b.isna())
    changed = int((~equal.fillna(False).all(axis=1)).sum())
    return Difference(len(after) - len(both), changed, len(before) - len(both), len(both) - changed)


def merged(held: pd.DataFrame, fresh: pd.DataFrame, since: int | None) -> pd.DataFrame:
    """History before the year that was asked for, then the new answer; revisions replace what they revise."""
    import pandas as pd

    if since is None:
        return fresh
    old = held.drop(index=recent(held, since).index)
    if old.empty:
        return fresh
    joined = pd.concat([old, fresh], ignore_index=True)
    order = [c for c in ("geo", "period") if c in joined.columns]
    whole = joined.sort_values(order, kind="stable", ignore_index=True)
    whole.attrs = dict(fresh.attrs)
    return whole


def objections(held: pd.DataFrame, fresh: pd.DataFrame) -> list[str]:
    """Why a new answer may not be the same series any more; empty where nothing speaks against it."""
    found = []
    if lost := [c for c in held.columns if c not in fresh.columns]:
        found.append(f"without {', '.join(lost)}")
    for column in ("unit", "indicator", "age", "measure", "scope"):
        if column in held.columns and column in fresh.columns:
            before, after = (set(f[column].dropna().astype(str)) for f in (held, fresh))
            if before and after and not before & after:
                found.append(f"{column} {', '.join(sorted(after))} instead of {', '.join(sorted(before))}")
    if len(fresh) < LEAST * len(held):
        found.append(f"{len(fresh):,} rows instead of {len(held):,}")
    return found
