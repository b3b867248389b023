"""Invitations: one link each, of which only a hash is kept; replaced, withdrawn, or ended by deletion."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from almpo_kit.records import consultations
from almpo_kit.records.consultation_problems import LinkError
from almpo_kit.records.labels import now
from almpo_kit.records.schema import table
from almpo_kit.vocabulary.consultation_items import language_code
from almpo_kit.vocabulary.consultations import Plan
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.places import normalise
from almpo_kit.vocabulary.sectors import sector_code

if TYPE_CHECKING:
    from sqlalchemy import Connection

WITHDRAWN, ERASED = "withdrawn", "erased"
MOST_AT_ONCE: Final = 2000
_ROW: Final = ("role", "geo", "sector", "language")
_LONGEST_TOKEN = 128


@dataclass(frozen=True)
class Invitation:
    """One person's invitation with her link, which is shown this once.

    Parameters
    ----------
    number : str
        E.g. "P-001"; names the invitation to whoever makes links, stands beside no answer.
    token : str
        The secret part of the link.
    role, geo, sector : str
    """

    number: str
    token: str
    role: str
    geo: str
    sector: str

    def __repr__(self) -> str:
        # Logs and tracebacks show what objects are called.
        return f"Invitation({self.number!r}, token hidden)"


@dataclass(frozen=True)
class Invited:
    """An invitation that a link opened; within this package only."""

    id: int
    consultation: str
    number: str
    role: str
    geo: str
    sector: str
    language: str
    consent: int | None
    digest: str
    salt: str
    code_hash: str


def checked(plan: Plan, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Rows of invitations as they are kept.

    Raises
    ------
    ParameterError
        It names the row.
    """
    if isinstance(rows, str | Mapping) or not 1 <= len(rows) <= MOST_AT_ONCE:
        raise ParameterError(
            f"invite 1 to {MOST_AT_ONCE} people at once, e.g. [{{'role': 'employers', 'geo': 'EL42', 'sector': 'I'}}]."
        )
    return [_row(plan, row, k) for k, row in enumerate(rows, 1)]


def _row(plan: Plan, row: Mapping[str, Any], k: int) -> dict[str, str]:
    if not isinstance(row, Mapping) or (odd := sorted(set(row) - set(_ROW))):
        what = f"has {odd[0]!r}" if isinstance(row, Mapping) else "is no mapping"
        raise ParameterError(
            f"row {k} {what}; an invitation has {', '.join(_ROW)} and nothing that tells who a person is."
        )
    role = row.get("role")
    if role not in plan.roles:
        raise ParameterError(f"row {k}: role {role!r} is none of the plan's: {', '.join(plan.roles)}.")
    geo = normalise(str(row.get("geo") or ""))
    if not any(geo.startswith(place) for place in plan.places):
        raise ParameterError(f"row {k}: {geo!r} lies in none of the plan's places: {', '.join(plan.places)}.")
    sector = sector_code(str(row["sector"])) if row.get("sector") else ""
    if sector and plan.sectors and not any(sector.startswith(s) for s in plan.sectors):
        raise ParameterError(f"row {k}: {sector!r} is none of the plan's sectors: {', '.join(plan.sectors)}.")
    language = language_code(row.get("language") or plan.languages[0])
    if language not in plan.languages:
        raise ParameterError(
            f"row {k}: language {language!r} is none of the plan's: {', '.join(plan.languages)}."
        )
    return {"role": str(role), "geo": geo, "sector": sector, "language": language}


def add(db: Connection, name: str, rows: Sequence[Mapping[str, Any]]) -> list[Invitation]:
    """Invite people; numbers go on from the last one."""
    from sqlalchemy import func, insert, select

    consultations.alone(db, name)
    plan = consultations.read(db, name).plan
    least = plan.least_group
    if plan.disclosure == "anonymous" and consultations.closed_rounds(db, name) and len(rows) < least:
        raise ParameterError(
            f"a round of this anonymous consultation is closed, so invite {least} people or more at once: what one person who comes "
            "later answers could be told by what was not there before."
        )
    invitations = table("invitations")
    asked = select(func.count()).select_from(invitations).where(invitations.c.consultation == name)
    last = int(db.execute(asked).scalar() or 0)
    made = []
    for k, row in enumerate(checked(plan, rows), last + 1):
        kept = {"consultation": name, "number": f"P-{k:03d}", **row, "at": now()}
        done = db.execute(insert(invitations).values(**kept))
        token = _new_link(db, int((done.inserted_primary_key or (0,))[0]))
        made.append(Invitation(kept["number"], token, row["role"], row["geo"], row["sector"]))
    return made


def _new_link(db: Connection, invitation: int) -> str:
    from sqlalchemy import insert

    token = secrets.token_urlsafe(32)
    db.execute(insert(table("invitation_links")).values(invitation=invitation, hash=_hash(token), at=now()))
    return token


def _hash(token: Any) -> str:
    # 256 bits by lot cannot be tried out, so one plain hash is enough. What is no token is looked for like one.
    text = token if isinstance(token, str) and len(token) <= _LONGEST_TOKEN else ""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def renew(db: Connection, name: str, number: str) -> Invitation:
    """A new link; the old one opens nothing any more."""
    consultations.alone(db, name)
    row = by_number(db, name, number)
    _must_hold(db, row, number)
    return Invitation(row["number"], _new_link(db, row["id"]), row["role"], row["geo"], row["sector"])


def withdraw(db: Connection, name: str, number: str) -> None:
    """No link opens anything any more; answers that were given stay."""
    consultations.alone(db, name)
    row = by_number(db, name, number)
    _must_hold(db, row, number)
    end(db, row["id"], WITHDRAWN)


def end(db: Connection, invitation: int, kind: str, *, reason: str = "", blanked: int = 0) -> None:
    """Keep that an invitation holds no longer."""
    from sqlalchemy import insert

    row = {"invitation": invitation, "kind": kind, "reason": reason, "blanked": blanked, "at": now()}
    db.execute(insert(table("invitation_ends")).values(**row))


def ends(db: Connection, invitation: int) -> set[str]:
    """How it ended; empty while it holds."""
    from sqlalchemy import select

    rows = table("invitation_ends")
    return set(db.execute(select(rows.c.kind).where(rows.c.invitation == invitation)).scalars())


def _must_hold(db: Connection, row: Mapping[str, Any], number: str) -> None:
    if kinds := ends(db, row["id"]):
        how = "its answers were deleted" if ERASED in kinds else "it was withdrawn"
        raise ParameterError(f"invitation {number!r} does not hold any more: {how}. Invite the person anew.")


def by_number(db: Connection, name: str, number: str) -> Mapping[str, Any]:
    """One invitation.

    Raises
    ------
    ParameterError
    """
    from sqlalchemy import select

    invitations = table("invitations")
    asked = select(invitations).where(invitations.c.consultation == name, invitations.c.number == number)
    row = db.execute(asked).mappings().first()
    if row is None:
        consultations.read(db, name)
        raise ParameterError(
            f"{name!r} has no invitation {number!r}; see store.participation({name!r}), e.g. 'P-001'."
        )
    return dict(row)


def opened_by(db: Connection, token: Any) -> Invited:
    """The invitation that a link opens.

    Raises
    ------
    LinkError
        None, for whatever reason.
    """
    from sqlalchemy import select

    links, invitations, consents = table("invitation_links"), table("invitations"), table("consents")
    digest = _hash(token)
    row = db.execute(select(links).where(links.c.hash == digest)).mappings().first()
    later = select(links.c.id).where(links.c.invitation == (row["invitation"] if row else -1))
    newest = max(db.execute(later).scalars(), default=-1)
    gone = ends(db, row["invitation"] if row else -1)
    # The index has found a digest, not a token: how long it took tells nothing of the token.
    if row is None or not hmac.compare_digest(row["hash"], digest) or row["id"] != newest or gone:
        raise LinkError
    who = db.execute(select(invitations).where(invitations.c.id == row["invitation"])).mappings().one()
    agreed = db.execute(select(consents).where(consents.c.invitation == who["id"])).mappings().first()
    salt, code_hash = (agreed["salt"] or "", agreed["code_hash"] or "") if agreed else ("", "")
    return Invited(
        id=who["id"],
        consultation=who["consultation"],
        number=who["number"],
        role=who["role"],
        geo=who["geo"],
        sector=who["sector"],
        language=who["language"],
        consent=agreed["id"] if agreed else None,
        digest=agreed["digest"] if agreed else "",
        salt=salt,
        code_hash=code_hash,
    )
