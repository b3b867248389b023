"""Decisions against an advice, with the reason in words and nothing about the person whom they were about."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from almpo_kit.records.free_text import impersonal, reason_in_words
from almpo_kit.records.schema import table
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.places import PLACE_NAMES, normalise

if TYPE_CHECKING:
    import pandas as pd
    from sqlalchemy import Connection

#: Columns of an override, as they are kept and as they are read.
COLUMNS = ("advice_id", "advised", "chosen", "reason", "role", "region", "model_run", "model_version")
_ADVICE = re.compile(r"[0-9a-f]{16,64}")
_RUN = re.compile(r"[\w.:/-]{0,64}")
_NUTS = re.compile(r"[A-Z]{2}[0-9A-Z]{0,3}")


def new_advice_id() -> str:
    """A random name for one advice, 32 hexadecimal characters.

    Random and not made from the person: few people share a set of characteristics, so a digest of them can be undone by
    trying all.
    """
    return secrets.token_hex(16)


def checked(given: Mapping[str, Any]) -> dict[str, str]:
    """An override as it is kept.

    Parameters
    ----------
    given : mapping
        With the keys ``COLUMNS``.

    Raises
    ------
    ParameterError
        What is wrong, with the way out.
    """
    advice = given["advice_id"]
    if not isinstance(advice, str) or not _ADVICE.fullmatch(advice) or not re.search("[a-f]", advice):
        raise ParameterError(
            "advice_id must be 16 to 64 hexadecimal characters and no number of a person; make one with "
            "records.new_advice_id()."
        )
    row = {
        "advice_id": advice,
        "advised": impersonal(given["advised"], "advised", least=1, most=120),
        "chosen": impersonal(given["chosen"], "chosen", least=1, most=120),
        "reason": reason_in_words(given["reason"]),
        "role": impersonal(given["role"], "role", least=2, most=120),
        "region": _region(given["region"]),
        "model_run": _run(given["model_run"], "model_run"),
        "model_version": _run(given["model_version"], "model_version"),
    }
    if row["advised"] == row["chosen"]:
        raise ParameterError(
            f"advised and chosen are both {row['advised']!r}: that follows the advice and is no override. Log only what differs."
        )
    return row


def _region(value: Any) -> str:
    if not isinstance(value, str):
        raise ParameterError("region must be a NUTS or country code, e.g. 'ITF3', or '' for none.")
    code = normalise(value.strip()) if value.strip() else ""
    if code and not (_NUTS.fullmatch(code) and code[:2] in PLACE_NAMES):
        raise ParameterError(
            f"region={value!r} is no NUTS or country code; e.g. 'ITF3', 'IT', or '' for none."
        )
    return code


def _run(value: Any, name: str) -> str:
    if not isinstance(value, str) or not _RUN.fullmatch(value):
        raise ParameterError(
            f"{name} must be the identifier of a run or version, at most 64 letters, digits and signs, or ''."
        )
    return value


def add(db: Connection, row: Mapping[str, Any], withdraws: int | None = None) -> int:
    """Add a row and give its number."""
    from sqlalchemy import insert

    at = datetime.now(UTC).isoformat(timespec="microseconds")
    done = db.execute(insert(table("overrides")).values(**row, at=at, withdraws=withdraws))
    (number,) = done.inserted_primary_key or (0,)
    return int(number)


def withdraw(db: Connection, number: int, reason: str) -> int:
    """Add the row that withdraws another one."""
    from sqlalchemy import select

    overrides = table("overrides")
    row = db.execute(select(overrides).where(overrides.c.id == number)).mappings().first()
    if row is None or row["withdraws"] is not None:
        raise ParameterError(
            f"there is no override {number!r} to withdraw; see store.overrides()['override_id']."
        )
    gone = db.execute(select(overrides.c.at).where(overrides.c.withdraws == number)).scalar()
    if gone:
        raise ParameterError(
            f"override {number} was withdrawn already, at {gone[:16].replace('T', ' ')} UTC."
        )
    return add(db, {c: row[c] for c in COLUMNS} | {"reason": reason}, withdraws=number)


def listed(
    db: Connection,
    *,
    advice_id: str | None,
    region: str | None,
    model_run: str | None,
    since: datetime | None,
    withdrawn: bool,
) -> pd.DataFrame:
    """Overrides in the order in which they were kept."""
    import pandas as pd
    from sqlalchemy import select

    overrides = table("overrides")
    back = overrides.alias("back")
    asked = (
        select(overrides, back.c.reason.label("why_withdrawn"))
        .join(back, back.c.withdraws == overrides.c.id, isouter=True)
        .where(overrides.c.withdraws.is_(None))
        .order_by(overrides.c.id)
    )
    for column, value in (("advice_id", advice_id), ("model_run", model_run)):
        if value is not None:
            asked = asked.where(overrides.c[column] == value)
    if region is not None:
        asked = asked.where(overrides.c.region.startswith(_region(region), autoescape=True))
    if since is not None:
        asked = asked.where(overrides.c.at >= since.astimezone(UTC).isoformat(timespec="microseconds"))
    if not withdrawn:
        asked = asked.where(back.c.id.is_(None))
    columns = ["override_id", *COLUMNS, "at", "why_withdrawn"]
    rows = [(r["id"], *(r[c] for c in columns[1:])) for r in db.execute(asked).mappings()]
    found = pd.DataFrame(rows, columns=columns)
    found["at"] = pd.to_datetime(found["at"], utc=True, format="ISO8601")
    found["withdrawn"] = found["why_withdrawn"].notna()
    found["why_withdrawn"] = found["why_withdrawn"].fillna("").astype(str)
    return found.astype({"override_id": "int64", "withdrawn": bool})
