"""What has been seen so far, as a table at the edge and as arrays inside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.vocabulary.adaptive_rules import AdaptiveRule
from almpo_kit.vocabulary.errors import FrameError, ParameterError

Array = np.ndarray[Any, np.dtype[Any]]
#: Name of the only stratum where a rule has none.
EVERYBODY = "all"


@dataclass(frozen=True)
class SeenBatches:
    """Counts by batch, stratum and arm.

    Parameters
    ----------
    n, total : array, shape (n_batches, n_strata, n_arms)
        Of batches 1, 2, … in turn; 0 where nothing was seen.
    squares : array of that shape, or None for a binary outcome
    strata : tuple of str
    """

    n: Array
    total: Array
    squares: Array | None
    strata: tuple[str, ...]

    def until(self, batch: int) -> SeenBatches:
        """Batches up to and including one; a single empty batch where that is none."""
        if batch < 1:
            nothing = np.zeros_like(self.n[:1])
            return SeenBatches(nothing, nothing, None if self.squares is None else nothing, self.strata)
        squares = None if self.squares is None else self.squares[:batch]
        return SeenBatches(self.n[:batch], self.total[:batch], squares, self.strata)

    @property
    def last(self) -> int:
        """The last batch of which something is known, 0 before the first."""
        held = np.flatnonzero(self.n.sum(axis=(1, 2)))
        return int(held[-1]) + 1 if held.size else 0


def named_arms(arms: Any, comparison: str | None, verb: str) -> tuple[tuple[str, ...], int]:
    """Arms, and which is the comparison: the first unless said otherwise.

    Raises
    ------
    ParameterError
    """
    if isinstance(arms, str) or not all(isinstance(a, str) and a.strip() for a in arms):
        raise ParameterError(f"{verb}() needs the names of the arms, e.g. arms=['usual service', 'course'].")
    names = tuple(arms)
    if len(names) < 2 or len(set(names)) < len(names):
        raise ParameterError(
            f"{verb}() needs two arms or more, each name once; it got {', '.join(names) or 'none'}."
        )
    if comparison is not None and comparison not in names:
        raise ParameterError(f"{verb}(): comparison={comparison!r} is none of {', '.join(names)}.")
    return names, names.index(comparison) if comparison is not None else 0


def with_stratum(frame: pd.DataFrame, rule: AdaptiveRule, verb: str) -> pd.Series[Any]:
    """The stratum of each row: the rule's columns joined, or a column ``stratum`` made before.

    Raises
    ------
    FrameError
    """
    if not rule.strata:
        return pd.Series(EVERYBODY, index=frame.index)
    columns = ["stratum"] if "stratum" in frame else list(rule.strata)
    missing = [c for c in columns if c not in frame]
    if missing:
        raise FrameError(
            f"{verb}() learns by {', '.join(rule.strata)}, and the table lacks {', '.join(missing)}; "
            "give these columns, or one named 'stratum'."
        )
    if frame[columns].isna().any(axis=None):
        rows = int(frame[columns].isna().any(axis=1).sum())
        raise FrameError(
            f"{verb}(): the stratum is missing in {rows} rows; fill it in, e.g. with 'not stated'."
        )
    joined = (
        frame[columns].astype(str).agg(" · ".join, axis=1)
        if len(columns) > 1
        else frame[columns[0]].astype(str)
    )
    return joined


def seen_batches(
    seen: pd.DataFrame,
    rule: AdaptiveRule,
    arms: Sequence[str],
    *,
    kind: str,
    strata: Sequence[str],
    verb: str,
) -> SeenBatches:
    """Check the table and turn it into arrays.

    Raises
    ------
    FrameError
        Columns or values that no count can have; each message lists rows or names.
    """
    if isinstance(strata, str):
        raise ParameterError(f"{verb}(): strata must be a list of names, e.g. [{strata!r}].")
    if rule.strata and seen.empty and not strata:
        raise ParameterError(
            f"{verb}(): before anything is seen, say which strata of {', '.join(rule.strata)} there can be: strata=[…]."
        )
    needed = ["batch", "arm", "n", "total", *(["sum_sq"] if kind == "continuous" else [])]
    if seen.empty:
        seen = pd.DataFrame(columns=[*needed, "stratum"])
    missing = [c for c in needed if c not in seen]
    if missing:
        raise FrameError(
            f"{verb}() needs one row for each batch and arm with columns {', '.join(needed)}; missing: {', '.join(missing)}."
        )
    table = seen[needed].assign(stratum=with_stratum(seen, rule, verb))
    _values(table, rule, arms, kind, verb)
    names = tuple(dict.fromkeys([*strata, *sorted(set(table["stratum"]) - set(strata))]))
    if strata and set(table["stratum"]) - set(strata):
        odd = ", ".join(sorted(set(table["stratum"]) - set(strata))[:5])
        raise FrameError(f"{verb}(): strata {odd} are none of {', '.join(strata)}.")
    names = names or (EVERYBODY,)
    size = (int(table["batch"].max()) if len(table) else 1, len(names), len(arms))
    at = (
        table["batch"].to_numpy(int) - 1,
        pd.Index(names).get_indexer(pd.Index(table["stratum"])),
        pd.Index(list(arms)).get_indexer(pd.Index(table["arm"])),
    )
    held = [np.zeros(size) for _ in needed[2:]]
    for array, column in zip(held, needed[2:], strict=True):
        array[at] = table[column].to_numpy(float)
    return SeenBatches(held[0], held[1], held[2] if kind == "continuous" else None, names)


def _values(table: pd.DataFrame, rule: AdaptiveRule, arms: Sequence[str], kind: str, verb: str) -> None:
    odd = sorted(set(table["arm"].astype(str)) - set(arms))
    if odd:
        raise FrameError(f"{verb}(): arms {', '.join(odd[:5])} are none of {', '.join(arms)}.")
    for column in [c for c in table if c not in ("arm", "stratum")]:
        values = pd.to_numeric(table[column], errors="coerce")
        if not np.isfinite(values.to_numpy(float)).all():
            raise FrameError(
                f"{verb}(): column {column} holds what is no number in {_where(~np.isfinite(values))}."
            )
        table[column] = values
    if not (whole := (table["batch"] % 1 == 0) & table["batch"].between(1, rule.batches)).all():
        raise FrameError(f"{verb}(): batches are numbered 1 to {rule.batches}; see {_where(~whole)}.")
    if not (whole := (table["n"] % 1 == 0) & (table["n"] >= 0)).all():
        raise FrameError(f"{verb}(): n counts people with a known outcome; see {_where(~whole)}.")
    twice = table.duplicated(["batch", "stratum", "arm"])
    if twice.any():
        raise FrameError(
            f"{verb}(): a batch, stratum and arm stand twice, see {_where(twice)}; add them up first."
        )
    if kind == "binary" and not (fits := table["total"].between(0, table["n"])).all():
        raise FrameError(
            f"{verb}(): total counts people with the outcome, from 0 to n; see {_where(~fits)}. "
            "For earnings or days say kind='continuous' and give sum_sq."
        )
    if kind == "continuous":
        floor = np.where(table["n"] > 0, table["total"] ** 2 / table["n"].clip(lower=1), 0.0)
        low = table["sum_sq"] < floor * (1 - 1e-9) - 1e-9
        if low.any():
            raise FrameError(f"{verb}(): sum_sq is smaller than total²/n can be; see {_where(low)}.")
    if ((table["n"] == 0) & (table["total"] != 0)).any():
        raise FrameError(
            f"{verb}(): a total without people; see {_where((table['n'] == 0) & (table['total'] != 0))}."
        )


def _where(odd: Any) -> str:
    rows = [str(i + 1) for i in np.flatnonzero(np.asarray(odd))]
    return f"row{'s' if len(rows) > 1 else ''} {', '.join(rows[:5])}{' and more' if len(rows) > 5 else ''}"
