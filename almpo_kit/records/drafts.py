"""Drafts in versions that count up: nothing is overwritten, nothing is lost to somebody else's save."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from almpo_kit.records.free_text import impersonal
from almpo_kit.records.problems import ConflictError, RecordsError
from almpo_kit.records.schema import KEPT, WITHDRAWN, table
from almpo_kit.vocabulary.errors import ParameterError

if TYPE_CHECKING:
    import pandas as pd
    from sqlalchemy import Connection

#: Characters of JSON; a draft holds choices and short texts, no data sets.
_MOST = 1_000_000
_DEEP = 40


@dataclass(frozen=True)
class Draft:
    """One version of a draft.

    Parameters
    ----------
    name : str
    version : int
        Counts up from 1.
    content : mapping
        What was kept, as plain JSON values; empty for a withdrawal.
    at : datetime
        When it was kept, UTC.
    author_role : str
    note : str
    digest : str
        SHA-256 of the content.
    withdrawn : bool
        True where this version says that the draft is withdrawn.
    """

    name: str
    version: int
    content: Mapping[str, Any] = field(repr=False)
    at: datetime
    author_role: str = ""
    note: str = ""
    digest: str = ""
    withdrawn: bool = False


def as_json(content: Any) -> str:
    """A mapping as JSON, the same text for the same content.

    Raises
    ------
    ParameterError
        No mapping, a value that JSON does not have (named with its place), or too much.
    """
    if not isinstance(content, Mapping):
        raise ParameterError(
            f"content must be a mapping of names to values, not {type(content).__name__}; e.g. {{'budget': 1200000}}."
        )
    text = json.dumps(_plain(content, "content", 0), sort_keys=True, ensure_ascii=True, allow_nan=False)
    if len(text) > _MOST:
        raise ParameterError(
            f"content has {len(text)} characters; a draft holds at most {_MOST}. Keep choices, not the tables they lead to."
        )
    return text


def _plain(value: Any, at: str, depth: int) -> Any:
    if depth > _DEEP:
        raise ParameterError(f"{at} lies more than {_DEEP} levels deep; flatten it.")
    if isinstance(value, Mapping):
        wrong = [k for k in value if not isinstance(k, str)]
        if wrong:
            raise ParameterError(f"{at} has the key {wrong[0]!r}, which is no text; use str({wrong[0]!r}).")
        return {k: _plain(v, f"{at}[{k!r}]", depth + 1) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v, f"{at}[{i}]", depth + 1) for i, v in enumerate(value)]
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float) and math.isfinite(value):
        return float(value)
    raise ParameterError(
        f"{at} is {value!r} ({type(value).__name__}), which JSON does not have; use text, a number, true or false, none, "
        "a list or a mapping, e.g. float(x) or list(x)."
    )


def keep(
    db: Connection, name: str, kind: str, content: str, role: str, note: str, expected: int | None
) -> Draft:
    """Add the next version within one transaction."""
    from sqlalchemy import func, insert, select

    drafts = table("drafts")
    latest = db.execute(select(func.max(drafts.c.version)).where(drafts.c.name == name)).scalar() or 0
    if expected is not None and latest != expected:
        raise ConflictError(_moved_on(db, name, expected, latest))
    row = {
        "name": name,
        "version": latest + 1,
        "kind": kind,
        "content": content,
        "digest": hashlib.sha256(content.encode()).hexdigest(),
        "author_role": role,
        "note": note,
        "at": datetime.now(UTC).isoformat(timespec="microseconds"),
    }
    db.execute(insert(drafts).values(**row))
    return _draft(row)


def _moved_on(db: Connection, name: str, expected: int, latest: int) -> str:
    from sqlalchemy import select

    if latest == 0:
        return (
            f"there is no draft {name!r} of which {expected} could be the latest version. Nothing was written; keep it with "
            "expected_version=0 as a new one."
        )
    drafts = table("drafts")
    row = db.execute(
        select(drafts.c.at, drafts.c.author_role).where(drafts.c.name == name, drafts.c.version == latest)
    ).one()
    who = f" by {row.author_role}" if row.author_role else ""
    began = f"you began from version {expected}" if expected else "you meant to begin a new one"
    return (
        f"the draft {name!r} has moved on: {began}, but version {latest} was kept{who} at {row.at[:16].replace('T', ' ')} UTC. Nothing was "
        f"written and nothing was lost. Load version {latest} and put your changes into it, or keep yours under another "
        f"name, e.g. {name + ' (2)'!r}."
    )


def read(db: Connection, name: str, version: int | None) -> Draft:
    """One version, the latest where none is named."""
    from sqlalchemy import select

    drafts = table("drafts")
    asked = select(drafts).where(drafts.c.name == name).order_by(drafts.c.version)
    rows = db.execute(asked).mappings().all()
    if not rows:
        known = db.execute(select(drafts.c.name).distinct().order_by(drafts.c.name).limit(10)).scalars().all()
        there = f"there are {', '.join(map(repr, known))}" if known else "nothing has been kept yet"
        raise ParameterError(f"there is no draft {name!r}; {there}. Names are told apart by capitals.")
    if version is None:
        if rows[-1]["kind"] == WITHDRAWN:
            earlier = rows[-2]["version"] if len(rows) > 1 else None
            way = f"store.draft({name!r}, version={earlier})" if earlier else "another name"
            raise ParameterError(
                f"the draft {name!r} was withdrawn at {rows[-1]['at'][:16].replace('T', ' ')} UTC; see {way}."
            )
        return _draft(dict(rows[-1]))
    found = [r for r in rows if r["version"] == version]
    if not found:
        raise ParameterError(f"the draft {name!r} has versions 1 to {rows[-1]['version']}, not {version!r}.")
    return _draft(dict(found[0]))


def _draft(row: Mapping[str, Any]) -> Draft:
    if hashlib.sha256(row["content"].encode()).hexdigest() != row["digest"]:
        raise RecordsError(
            f"version {row['version']} of the draft {row['name']!r} is not what was kept: its content was changed from outside. "
            "Load an earlier version, or restore the store from a copy."
        )
    return Draft(
        name=row["name"],
        version=row["version"],
        content=json.loads(row["content"]),
        at=datetime.fromisoformat(row["at"]),
        author_role=row["author_role"],
        note=row["note"],
        digest=row["digest"],
        withdrawn=row["kind"] == WITHDRAWN,
    )


def listed(db: Connection, name: str | None, withdrawn: bool) -> pd.DataFrame:
    """The latest version of every draft, or every version of one."""
    import pandas as pd
    from sqlalchemy import select

    drafts = table("drafts")
    columns = ["name", "version", "at", "author_role", "note", "kind"]
    asked = select(*(drafts.c[c] for c in columns)).order_by(drafts.c.name, drafts.c.version)
    if name is not None:
        asked = asked.where(drafts.c.name == name)
    rows = pd.DataFrame([tuple(r) for r in db.execute(asked)], columns=columns)
    rows["at"] = pd.to_datetime(rows["at"], utc=True, format="ISO8601")
    rows["withdrawn"] = rows.pop("kind").ne(KEPT).astype(bool)
    rows["version"] = rows["version"].astype("int64")
    if name is not None:
        return rows
    latest = rows.groupby("name", sort=True).tail(1)
    return latest[withdrawn | ~latest["withdrawn"]].reset_index(drop=True)


def one_line(name: str) -> str:
    """A name as it is kept and looked up: one line, single spaces."""
    return " ".join(name.split())


def words(name: Any, author_role: Any, note: Any) -> tuple[str, str, str]:
    """Name, role and note as they are kept."""
    return (
        one_line(impersonal(name, "name", least=1, most=120)),
        impersonal(author_role, "author_role", most=120),
        impersonal(note, "note", most=2000),
    )
