"""What reading persons, months and entries have in common: opening, choosing columns, cleaning, checking."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from almpo_kit.sources.intake.headings import nearest, plain
from almpo_kit.sources.people.cell_values import Said
from almpo_kit.sources.people.headings_known import bare
from almpo_kit.sources.registers.calendar_months import month_rule
from almpo_kit.sources.registers.opening_registers import ROW, OpenedRegister, opened
from almpo_kit.sources.registers.pseudonyms import pseudonyms
from almpo_kit.sources.registers.register_cells import Cells, Found
from almpo_kit.sources.registers.register_headings import NEEDED, Kind, our_columns, register_headings
from almpo_kit.sources.registers.register_intake import RegisterIntake, refuse, taken_in
from almpo_kit.sources.registers.selecting import selected
from almpo_kit.vocabulary.errors import ParameterError

if TYPE_CHECKING:
    import pandas as pd

Array = np.ndarray[Any, np.dtype[Any]]
Given = str | Path | bytes


@dataclass(frozen=True)
class Asked:
    """What a person asked of a file; the same for the three kinds."""

    mapping: Mapping[str, str]
    columns: Sequence[str] | None
    where: Mapping[str, Any] | None
    share: float | None
    seed: int
    secret: str | None
    day_first: bool | None

    def told(self) -> dict[str, Any]:
        """For the record; a secret stays one."""
        kept = {k: v for k, v in vars(self).items() if v not in (None, {}) and k != "secret"}
        return kept | {"pseudonyms": self.secret is not None}


Columns = Callable[[Cells, Mapping[str, str]], dict[str, Any]]


def read_register(
    given: Given,
    kind: Kind,
    name: str,
    asked: Asked,
    columns_of: Columns,
    as_text: Sequence[str] = (),
    keys: Sequence[str] = (),
) -> RegisterIntake:
    """Read a file of a register.

    Parameters
    ----------
    columns_of : callable
        Our columns but for id and source, from the cells; it tells what is wrong.
    as_text : sequence of str
        Other columns that are codes, whatever they look like.
    keys : sequence of str
        Columns of which each value, or pair of values, stands in one row only; those of the kind where empty.
    """
    import pandas as pd

    known = register_headings(kind)
    register = opened(given, name, known, asked.mapping, kind)
    used = columns_used(register, kind, known, asked.mapping)
    raw = selected(
        register, used, columns=asked.columns, where=asked.where, share=asked.share, seed=asked.seed
    )
    cells = Cells(raw, typed=register.typed, decimal=register.decimal)
    if not len(raw):
        nothing = Found(
            "", "fatal", "no row is left", 0, "", None, "Ask for more: look at where= and share=."
        )
        refuse(register, [nothing], "Nothing was taken in.")
    ours: dict[str, Any] = {"id": _ids(cells, used["id"], asked.secret, register.name)}
    ours |= columns_of(cells, used)
    source = _source(cells, used, register.name)
    others, dropped = _others(
        cells, [h for h in raw.columns if h not in used.values() and h != ROW], kind, as_text
    )
    frame = pd.DataFrame({n: pd.Series(v) for n, v in (ours | others | {"source": source}).items()})
    frame = _ordered(frame, cells, kind, list(keys) or _KEYS[kind], numbered=register.numbered)
    if not len(frame):
        refuse(register, cells.found, "Mend these; no row can be used.")
    return taken_in(register, cells, frame, kind, used, (*register.dropped, *dropped), asked.told())


def columns_used(
    register: OpenedRegister, kind: Kind, known: Mapping[str, str], mapping: Mapping[str, str]
) -> dict[str, str]:
    """Our column -> heading; of several that could be, the one that is called exactly so, or the first.

    Raises
    ------
    ParameterError
        The mapping names what does not exist.
    IntakeError
        A column that is needed is missing.
    """
    own = _mapped(register, kind, mapping)
    used: dict[str, str] = {ours: heading for heading, ours in own.items()}
    for heading in register.headings:
        ours = known.get(plain(heading)) or known.get(bare(heading), "")
        if not ours or heading in own or ours in own.values():
            continue
        if ours not in used or plain(heading) == ours:
            used[ours] = heading
    missing = [n for n in NEEDED[kind] if n not in used]
    if missing:
        names = ", ".join(map(repr, register.headings))[:300]
        found = [
            Found(
                "",
                "fatal",
                f"there is no column of {n}; the file has {names}",
                0,
                "",
                None,
                f"Rename a heading to {n!r}, or pass mapping={{'your heading': {n!r}}}.",
            )
            for n in missing
        ]
        refuse(register, found, "Name the columns.")
    return used


def _mapped(register: OpenedRegister, kind: Kind, mapping: Mapping[str, str]) -> dict[str, str]:
    present, ours = {plain(h): h for h in register.headings}, our_columns(kind)
    for theirs, mine in mapping.items():
        if plain(theirs) not in present:
            near = nearest(theirs, list(present))
            hint = (
                f" Did you mean {present[near]!r}?"
                if near
                else f" It has: {', '.join(register.headings)[:300]}."
            )
            raise ParameterError(f"mapping: the file has no column {theirs!r}.{hint}")
        if mine not in ours:
            raise ParameterError(f"mapping: {mine!r} is no column of ours; choose one of {', '.join(ours)}.")
    if len(set(mapping.values())) < len(mapping):
        raise ParameterError("mapping: one of our columns can come from one column only.")
    return {present[plain(theirs)]: mine for theirs, mine in mapping.items()}


def _ids(cells: Cells, heading: str, secret: str | None, name: str) -> Array:
    codes, different = cells.texts(heading)
    kept = pseudonyms(different, heading, secret, name)
    empty = np.array([not i for i in kept])[codes]
    cells.note(empty, heading, "no id stands in the row", "Fill it in, or delete the row.", fatal=True)
    return np.array(kept, dtype=object)[codes]


def months(
    cells: Cells, used: Mapping[str, str], column: str, day_first: bool | None, *, needed: bool = False
) -> Array:
    """A column of months."""
    codes, different = cells.texts(used[column])
    rule = month_rule(different, day_first)
    return cells.ruled(column, used[column], codes, different, rule, needed=needed)


def words(cells: Cells, used: Mapping[str, str], column: str, *, needed: bool = False) -> Array:
    """A column of words."""
    return cells.by_rule(column, used[column], lambda c: Said(c), needed=needed)


def _source(cells: Cells, used: Mapping[str, str], name: str) -> Array:
    if "source" not in used:
        return np.full(len(cells.frame), name, dtype=object)
    given = words(cells, used, "source")
    return np.where(given == None, name, given)  # noqa: E711


def _others(
    cells: Cells, headings: Sequence[str], kind: Kind, as_text: Sequence[str]
) -> tuple[dict[str, Any], list[str]]:
    """Columns of the file that are not ours; ours of another meaning get a name of their own."""
    found: dict[str, Any] = {}
    dropped = []
    texts = {plain(t) for t in as_text}
    for heading in headings:
        values = cells.covariate(heading, as_text=plain(heading) in texts)
        if values is None:
            dropped.append(heading)
        else:
            found[heading if heading not in our_columns(kind) else f"{heading} (as given)"] = values
    return found, dropped


_KEYS: dict[str, list[str]] = {
    "persons": ["id"],
    "unit_periods": ["id"],
    "person_months": ["id", "period"],
    "programme_entries": ["id", "programme", "start"],
}


def _ordered(
    frame: pd.DataFrame, cells: Cells, kind: Kind, keys: list[str], *, numbered: bool
) -> pd.DataFrame:
    """Usable rows, each key once, checked; in the order of the file, or of the key where a file has none."""
    from almpo_kit.vocabulary.frames import check

    usable = frame[~cells.bad]
    twice = usable.duplicated(keys, keep=False)
    same = usable[twice].duplicated(keep="first")
    # Rows that say the same twice are one row; those that contradict each other are nobody's to choose from.
    again = np.zeros(len(frame), dtype=bool)
    again[same.index[same]] = True
    kept = usable[~again[usable.index]]
    torn = kept.duplicated(keys, keep=False)
    mask = np.zeros(len(frame), dtype=bool)
    mask[torn.index[torn]] = True
    name = " and ".join(keys)
    cells.note(
        again,
        name,
        "the row stands there again, the same in all columns; it was taken once",
        "Delete the repeat.",
        fatal=False,
    )
    cells.note(
        mask,
        name,
        f"several rows have the same {name} and differ otherwise",
        "Delete those that are wrong.",
        fatal=True,
    )
    kept = kept[~torn]
    if not numbered:
        kept = kept.sort_values(keys, kind="stable")
    return check(kept.reset_index(drop=True), kind) if len(kept) else kept
