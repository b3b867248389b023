"""Months of a register as paths: one row a person, one column an outcome and month since entry, made while scanning."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from almpo_kit.sources.intake.problems import counted
from almpo_kit.sources.registers.opening_registers import OpenedRegister
from almpo_kit.sources.registers.path_scan import Scanned, opened_months, scanned
from almpo_kit.sources.registers.reading_registers import Given
from almpo_kit.vocabulary.errors import DataError, ParameterError
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.frames import check
from almpo_kit.vocabulary.provenance import SYNTHETIC, DataVersion, data_versions, provenance, stamp

if TYPE_CHECKING:
    import pandas as pd

OUTCOMES = ("employed", "earnings", "registered")
_MOST_MONTHS = 600


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class RegisterPaths(Finding):
    """Paths of persons. ``table``: one row an outcome and month (``outcome, months, known_share``).

    Parameters
    ----------
    frame : DataFrame
        The persons that were given, with ``employed_{m}`` and so on; missing where no row of that month is held.
    """

    frame: pd.DataFrame

    def metrics(self) -> Mapping[str, float]:
        """Persons, and the share of their months that is known."""
        return {"persons": len(self.frame), "known_share": float(self.table["known_share"].mean())}


def register_paths(
    months: Given | pd.DataFrame,
    persons: pd.DataFrame,
    *,
    origin: str = "entry_date",
    horizon: Iterable[int] = range(1, 37),
    outcomes: Sequence[str] = ("employed", "earnings"),
    mapping: Mapping[str, str] | None = None,
    secret: str | None = None,
    day_first: bool | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> RegisterPaths:
    """Put months of persons side by side, without holding the months in memory.

    Parameters
    ----------
    months : path, bytes or DataFrame
        As for :func:`read_person_months`; a folder of Parquet files is scanned once.
    persons : DataFrame
        A ``persons`` frame (or entries, one a person) with `origin`.
    origin : str
        Column with the month from which is counted, as 2024-05: ``"entry_date"``, ``"start"``. Persons without it
        have no path.
    horizon : iterable of int
        Months since `origin`; negative ones are history. ``range(-12, 37)``.
    outcomes : sequence of {"employed", "earnings", "registered"}
    mapping, secret, day_first
        As for :func:`read_persons`; the secret with which the ids of `persons` were made.
    progress : callable, optional
        Called with rows scanned and rows in all.

    Returns
    -------
    RegisterPaths
        ``frame`` has the columns of `persons` and ``employed_1, …, earnings_1, …`` (history: ``employed_-1``).

    Raises
    ------
    DataError
        Nothing to read, one person twice in a month, or no month of these persons.
    ParameterError
        No such column, outcome or month.
    """
    wanted = _months(horizon)
    _check(persons, origin, outcomes)
    register = opened_months(months, mapping or {})
    starts = _origins(persons, origin)
    found = scanned(
        register,
        persons["id"].astype("str").tolist(),
        starts,
        wanted,
        tuple(outcomes),
        mapping=mapping or {},
        secret=secret,
        day_first=day_first,
        progress=progress,
    )
    if not found.linked:
        raise DataError(
            f"{register.name} holds no month of these persons: the ids do not meet (were both made with the same secret, "
            "and written in the same way?), or their months lie elsewhere."
        )
    frame = _frame(persons, found, wanted)
    known = {o: ~np.isnan(v) for o, v in found.values.items()}
    return RegisterPaths(
        question=f"What became of the persons, by {register.name}?",
        sentence=_sentence(frame, known, wanted),
        table=_table(known, wanted),
        checks=tuple(_checks(register, found, starts)),
        provenance=provenance(
            frame,
            method="sources.register_paths",
            options={
                "origin": origin,
                "horizon": [wanted[0], wanted[-1]],
                "outcomes": list(outcomes),
                "pseudonyms": secret is not None,
            },
        ),
        frame=_stamped(frame, persons, register),
    )


def _months(horizon: Iterable[int]) -> list[int]:
    wanted = [int(m) for m in horizon]
    if not wanted or len(set(wanted)) < len(wanted) or max(map(abs, wanted)) > _MOST_MONTHS:
        raise ParameterError(
            "horizon: give different whole months between -600 and 600, e.g. range(-12, 37)."
        )
    return sorted(wanted)


def _check(persons: pd.DataFrame, origin: str, outcomes: Sequence[str]) -> None:
    if isinstance(outcomes, str) or not outcomes or not set(outcomes) <= set(OUTCOMES):
        raise ParameterError(f"outcomes={outcomes!r}: choose from {OUTCOMES}, e.g. outcomes=('employed',).")
    for column in ("id", origin):
        if column not in persons:
            raise ParameterError(
                f"persons has no column {column!r}; it has {', '.join(map(str, persons))[:200]}."
            )
    if persons["id"].duplicated().any():
        raise DataError(
            "persons: an id stands in several rows; give one row a person, e.g. the first entry of each."
        )


def _origins(persons: pd.DataFrame, origin: str) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Months counted from year 0; -1 where none stands."""
    text = persons[origin].astype("string")
    good = text.str.fullmatch(r"\d{4}-(0[1-9]|1[0-2])")
    if (wrong := text.notna() & ~good.fillna(False).astype(bool)).any():
        raise DataError(f"{origin} holds {text[wrong].iloc[0]!r}, which is no month; write it as 2024-05.")
    number = 12 * text.str[:4].astype("Int64") + text.str[5:].astype("Int64") - 1
    return np.asarray(number.fillna(-1), dtype=np.int64)


def _frame(persons: pd.DataFrame, found: Scanned, wanted: list[int]) -> pd.DataFrame:
    import pandas as pd

    columns = {f"{o}_{m}": v[:, i] for o, v in found.values.items() for i, m in enumerate(wanted)}
    kept = persons.drop(columns=[c for c in columns if c in persons]).reset_index(drop=True)
    source = (
        kept["source"].astype("str")
        if "source" in kept
        else pd.Series("register", index=kept.index, dtype="str")
    )
    if found.synthetic and not source.str.startswith(SYNTHETIC).all():
        source = SYNTHETIC + " months of " + source
    frame = pd.concat([kept.drop(columns="source", errors="ignore"), pd.DataFrame(columns)], axis=1)
    return frame.assign(source=source)


def _stamped(frame: pd.DataFrame, persons: pd.DataFrame, register: OpenedRegister) -> pd.DataFrame:
    versions = data_versions(persons) + register.versions
    if register.digest:
        versions += (DataVersion(register.name, register.digest[:12], kind="file", sha256=register.digest),)
    return stamp(check(frame, "persons"), *versions)


def _sentence(frame: pd.DataFrame, known: Mapping[str, Any], wanted: list[int]) -> str:
    shares = [f"{o} in {100 * k.mean():.0f}% of months" for o, k in known.items()]
    return f"{len(frame):,} persons from month {wanted[0]} to month {wanted[-1]}; known: {', '.join(shares)}."


def _table(known: Mapping[str, Any], wanted: list[int]) -> pd.DataFrame:
    import pandas as pd

    parts = [
        pd.DataFrame({"outcome": o, "months": wanted, "known_share": k.mean(axis=0)})
        for o, k in known.items()
    ]
    return pd.concat(parts, ignore_index=True)


def _checks(register: OpenedRegister, found: Scanned, starts: np.ndarray[Any, Any]) -> list[Check]:
    checks = []
    size, without = len(starts), int((starts < 0).sum())
    lost = size - without - found.linked
    if lost:
        share = 100 * lost / size
        said = (
            f"{share:.1f}% of persons have no row in these months: whether they worked is not known, and that is not "
            "the same as not working."
        )
        checks.append(Check("persons without months", "failed" if share >= 1 else "informational", said))
    if without:
        checks.append(
            Check(
                "no origin", "informational", f"{counted(without, 'person')} without a month to count from."
            )
        )
    for outcome, rows in found.refused.items():
        if rows:
            said = (
                f"{counted(rows, 'value')} of {outcome} are no possible values and were taken as not known."
            )
            checks.append(Check(f"{outcome} out of bounds", "failed", said))
    if found.unread:
        said = (
            f"{counted(found.unread, 'way')} of writing a month could not be read; their rows are in no path."
        )
        checks.append(Check("months not read", "failed", said))
    if register.skipped[0]:
        said = f"{counted(register.skipped[0], 'row')} have more or fewer cells than headings and are in no path."
        checks.append(Check("rows skipped", "failed", said))
    checks += [Check("file", "informational", remark) for remark in register.remarks]
    return checks
