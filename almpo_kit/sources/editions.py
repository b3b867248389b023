"""Editions of the evidence base: today's, the earlier ones that are kept, and a person's own.

Today's is ``data/effects.csv``. Earlier ones lie in ``data/editions/``, listed with their checksums in
``data/editions/editions.csv``; a person's own lie in the cache (``own_editions.py``).
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from almpo_kit.sources import own_editions, reference
from almpo_kit.sources.catalogue import entry, read_bytes, repair, sha256, text_rows
from almpo_kit.sources.tables import TABLES, Table
from almpo_kit.vocabulary.errors import AlmpoError, DataError, ParameterError
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.provenance import stamp

if TYPE_CHECKING:
    import pandas as pd

LIST = "data/editions/editions.csv"
_FIELDS = ("edition", "released", "effects_sha256", "studies_sha256", "note")
_COLUMNS = ("edition", "kind", "released", "n_estimates", "n_studies", "sha256", "note")
_Part = Literal["effects", "studies"]
#: Before a name, where the project and a person have an edition of that name.
_OURS, _OWN = "project:", "own:"


@dataclass(frozen=True)
class _Earlier:
    """One row of the list of earlier editions."""

    edition: str
    released: str
    effects_sha256: str
    studies_sha256: str
    note: str


def _earlier() -> dict[str, _Earlier]:
    rows = text_rows(read_bytes(LIST), LIST)
    if not rows or tuple(rows[0]) != _FIELDS:
        raise DataError(f"{LIST} should have rows and the columns {', '.join(_FIELDS)}. {repair(LIST)}")
    found = {row["edition"]: _Earlier(**row) for row in rows}
    if len(found) < len(rows):
        raise DataError(f"{LIST} lists an edition twice. {repair(LIST)}")
    return found


def _today() -> str:
    return entry("effects").version


def effects(edition: str | None = None) -> pd.DataFrame:
    """Published effects of programmes, one estimate a row.

    Parameters
    ----------
    edition : str, optional
        Today's when left out; otherwise a name that :func:`editions` lists. ``own:NAME`` is always a
        person's own edition, ``project:NAME`` always one of the project.

    Returns
    -------
    DataFrame
        An ``effects`` frame with ``programme_name``, ``note`` and ``citation`` besides. ``effect`` and
        ``se`` are in the row's ``unit``; ``significance`` says favourable or not, never plus or minus.
        What each column may hold is in ``data/DICTIONARY.md``; what was dropped in ``data/REVISIONS.md``.
        Earlier editions may lack columns; a person's own has the columns of their file.

    Raises
    ------
    ParameterError
        No such edition; the message suggests the nearest. Or the project and the person both have one of
        this name, and which is meant is not said.
    DataError
        A file is missing, damaged or edited.
    """
    if edition is None:
        return reference.effects()
    whose = next((w for w in (_OURS, _OWN) if edition.startswith(w)), "")
    name = edition.removeprefix(whose)
    own, ours = name in own_editions.names(), name == _today() or name in _earlier()
    if not whose and own and ours:
        raise ParameterError(
            f"{name!r} is an edition of the project and one of your own; say {_OURS + name!r} or {_OWN + name!r}."
        )
    if ours and whose != _OWN:
        return _project(name)
    if own and whose != _OURS:
        return own_editions.load(name)
    raise _unknown(edition)


def _project(name: str) -> pd.DataFrame:
    return reference.effects() if name == _today() else _read(_earlier()[name])


def edition(name: str) -> pd.DataFrame:
    """The effects of one edition: ``effects(edition=name)``."""
    return effects(name)


def editions() -> pd.DataFrame:
    """Every edition of the evidence base that can be asked for.

    Returns
    -------
    DataFrame
        ``edition``, as :func:`effects` takes it; ``kind`` (``current``, ``earlier``, ``own``); ``released``; ``n_estimates``,
        ``n_studies`` (missing where the edition is damaged, which ``note`` then says); ``sha256``; ``note``.
    """
    import pandas as pd

    now, earlier, own = entry("effects"), _earlier(), own_editions.names()
    both = {now.version, *earlier} & {*own}
    rows = [_row(_named(now.version, _OURS, both), "current", now.refreshed, now.sha256, now.note)]
    for e in earlier.values():
        rows.append(_row(_named(e.edition, _OURS, both), "earlier", e.released, e.effects_sha256, e.note))
    rows += [_own_row(name, both) for name in own]
    table = pd.DataFrame(rows, columns=list(_COLUMNS))
    return table.astype({"n_estimates": "Int64", "n_studies": "Int64"})


def keep_edition(effects: pd.DataFrame, name: str, *, note: str = "") -> str:
    """Keep a checked copy of a person's own evidence base under a name.

    Keeping the same effects twice under one name changes nothing; other effects never replace them.

    Parameters
    ----------
    effects : DataFrame, shape (n_estimates, ...)
        An ``effects`` frame; further columns are kept.
    name : str
        Letters, digits, dots, hyphens and underscores.
    note : str
        Where it comes from, in words.

    Returns
    -------
    str
        One sentence on what was kept.

    Raises
    ------
    ParameterError
        The name is none, or that of an edition of the project.
    FrameError
        Not an ``effects`` frame; lists what is wrong.
    DataError
        Other effects are kept under this name, or the cache cannot be written. Nothing was written.
    """
    if name.casefold() in {n.casefold() for n in (_today(), *_earlier())}:
        raise ParameterError(f"{name!r} is an edition of the project; choose another name for yours.")
    held = own_editions.keep(effects, name, note)
    n, studies = len(effects), effects["study_id"].nunique()
    return (
        f"Kept {n} estimate{'s' * (n != 1)} of {studies} stud{'y' if studies == 1 else 'ies'} as edition "
        f"{held.edition}."
    )


def check_editions() -> Check:
    """Whether the earlier editions of the project are what they were."""
    try:
        kept = [len(_read(e)) for e in _earlier().values()]
    except AlmpoError as error:
        return Check("editions", "failed", str(error))
    return Check("editions", "passed", f"{LIST}: the checksums of {len(kept)} earlier editions hold.")


def _read(kept: _Earlier) -> pd.DataFrame:
    table = _part(kept, "effects", kept.effects_sha256)
    cited = _part(kept, "studies", kept.studies_sha256).set_index("study_id")["citation"]
    version = replace(entry("effects"), version=kept.edition, sha256=kept.effects_sha256).stamp()
    return stamp(table.assign(citation=table["study_id"].map(cited)), version)


def _part(kept: _Earlier, part: _Part, digest: str) -> pd.DataFrame:
    where = f"data/editions/{kept.edition}/{part}.csv"
    data = read_bytes(where)
    if sha256(data) != digest:
        raise DataError(f"{where} is not the file that {LIST} lists. {repair(where)}")
    return _parsed(where, part, data)


@lru_cache(maxsize=16)
def _parsed(where: str, part: _Part, data: bytes) -> pd.DataFrame:
    today = TABLES[part]
    header = list(text_rows(data, where)[0])
    columns = {c: today.columns.get(c, "text") for c in header}
    return reference.parse(data, Table(where, columns, today.key))


def _row(name: str, kind: str, released: str, digest: str, note: str) -> tuple[object, ...]:
    try:
        frame = effects(name)
    except AlmpoError as error:
        return name, kind, released, None, None, digest, f"DAMAGED: {error}"
    return name, kind, released, len(frame), frame["study_id"].nunique(), digest, note


def _named(name: str, whose: str, both: set[str]) -> str:
    """How an edition is asked for: by its name, and by whose it is where two have the name."""
    return whose + name if name in both else name


def _own_row(name: str, both: set[str]) -> tuple[object, ...]:
    asked = _named(name, _OWN, both)
    try:
        held = own_editions.record(name)
    except DataError as error:
        return asked, "own", "", None, None, "", f"DAMAGED: {error}"
    same = f"The project has another edition {name}; this one is {asked}. " if name in both else ""
    return _row(asked, "own", held.released, held.sha256, same + held.note)


def _unknown(name: str) -> ParameterError:
    known = [_today(), *_earlier(), *own_editions.names()]
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.4)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    return ParameterError(
        f"there is no edition {name!r}.{hint} Choose from {', '.join(known)}; `almpo evidence editions` says "
        "more of each."
    )
