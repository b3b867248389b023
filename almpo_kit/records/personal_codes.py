"""Personal codes: what a participant sets so that nobody who made her link can read what she answered.

Kept as salted scrypt hashes (RFC 7914). A code is short, so what protects it is that few tries are allowed; a try is
written down before the code is looked at, so that tries at the same time are counted, too.
"""

from __future__ import annotations

import hashlib
import hmac
import itertools
import secrets
import threading
import unicodedata
from collections import OrderedDict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from almpo_kit.records.consultation_problems import CodeError
from almpo_kit.records.schema import table
from almpo_kit.vocabulary.errors import ParameterError

if TYPE_CHECKING:
    from sqlalchemy import Connection

LEAST, MOST = 4, 64
#: Wrong codes within minutes after which none is looked at.
LIMITS: Final = ((5, 15), (20, 24 * 60))
_LOCK = 97108111
TRIED, RIGHT = "tried", "right"
_COST = {"n": 2**14, "r": 8, "p": 1, "dklen": 32}
#: Codes that were found right, under a key that this process alone has and forgets: hashing takes 50 ms a time.
_SECRET = secrets.token_bytes(32)
_KNOWN: OrderedDict[bytes, None] = OrderedDict()
_MOST_KNOWN = 4096
_TURNS = tuple(threading.Lock() for _ in range(64))
_GUARD = threading.Lock()


def new_code(code: Any) -> str:
    """A code as it is hashed; capitals and spaces at its ends do not count (telephones put them there).

    Raises
    ------
    ParameterError
        Too short, too long, or among the first that anybody would guess.
    """
    if not isinstance(code, str) or len(code) > 4 * MOST:
        raise ParameterError(f"the personal code must be text of {LEAST} to {MOST} characters.")
    plain = _plain(code)
    if not LEAST <= len(plain) <= MOST:
        raise ParameterError(f"the personal code has {len(plain)} characters; choose {LEAST} to {MOST}.")
    steps = {ord(b) - ord(a) for a, b in itertools.pairwise(plain)}
    if len(set(plain)) < 3 or (len(steps) == 1 and abs(min(steps)) <= 1):
        raise ParameterError(
            "the personal code is too easy to guess; choose other characters than '1111' or '1234', e.g. two words."
        )
    return plain


def _plain(code: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", code).casefold().split())


def hashed(code: str) -> tuple[str, str]:
    """Salt and hash of a code."""
    salt = secrets.token_bytes(16)
    return salt.hex(), _hash(code, salt)


def _hash(code: str, salt: bytes) -> str:
    return hashlib.scrypt(code.encode("utf-8", "surrogatepass"), salt=salt, **_COST).hex()


def right(code: str, salt: str, code_hash: str) -> bool:
    """Whether it is the code, in the same time whatever it is."""
    return hmac.compare_digest(_hash(code, bytes.fromhex(salt)), code_hash)


def tried(code: Any) -> str:
    """A code that somebody typed.

    Raises
    ------
    CodeError
        None was given.
    """
    if not isinstance(code, str) or not code.strip():
        raise CodeError(
            "this page asks for the personal code that was chosen on it. Type it and go on.", "missing"
        )
    return _plain(code[: 4 * MOST])


def turn(invitation: int) -> threading.Lock:
    """Tries of one person within this process, one after another: the second finds what the first has found."""
    return _TURNS[invitation % len(_TURNS)]


def _mark(code: str, code_hash: str) -> bytes:
    return hmac.digest(_SECRET, f"{code_hash}:{code}".encode("utf-8", "surrogatepass"), "sha256")


def known(code: str, code_hash: str) -> bool:
    """Whether this process has found it right already."""
    with _GUARD:
        return _mark(code, code_hash) in _KNOWN


def remember(code: str, code_hash: str) -> None:
    """Keep that it is right, as long as this process runs."""
    with _GUARD:
        _KNOWN[_mark(code, code_hash)] = None
        while len(_KNOWN) > _MOST_KNOWN:
            _KNOWN.popitem(last=False)


def refuse_if_locked(db: Connection, invitation: int) -> None:
    """Refuse whatever code it is while too many were wrong.

    Raises
    ------
    CodeError
    """
    from sqlalchemy import select

    trials = table("code_trials")
    began = _ago(max(minutes for _, minutes in LIMITS))
    asked = (
        select(trials.c.kind, trials.c.at)
        .where(trials.c.invitation == invitation, trials.c.at > began)
        .order_by(trials.c.id)
    )
    rows = [(r[0], r[1]) for r in db.execute(asked)]
    now = _moment()
    most = _too_many(rows, now)
    if most:
        until = _opens(rows, now)
        raise CodeError(
            f"the personal code was wrong {most} times. Nothing was shown or changed; try again from "
            f"{until:%Y-%m-%d %H:%M} UTC, or ask whoever invited you to delete what was answered and to invite you anew.",
            "locked",
            until,
        )


def _too_many(rows: Sequence[tuple[str, str]], now: datetime) -> int:
    """How many wrong ones shut the page at a time; 0 where it is open."""
    for most, minutes in LIMITS:
        began = (now - timedelta(minutes=minutes)).isoformat(timespec="microseconds")
        recent = [kind for kind, at in rows if at > began]
        if recent.count(TRIED) - recent.count(RIGHT) >= most:
            return most
    return 0


def _opens(rows: Sequence[tuple[str, str]], now: datetime) -> datetime:
    """When enough of them lie far enough back, if nobody tries until then."""
    ends = sorted(datetime.fromisoformat(at) + timedelta(minutes=m) for _, at in rows for _, m in LIMITS)
    return next(e for e in ends if e > now and not _too_many(rows, e))


def write_down(db: Connection, invitation: int, kind: str) -> None:
    """Keep that a code was tried, or was right."""
    from sqlalchemy import insert

    at = _moment().isoformat(timespec="microseconds")
    db.execute(insert(table("code_trials")).values(invitation=invitation, kind=kind, at=at))


def _ago(minutes: float) -> str:
    return (_moment() - timedelta(minutes=minutes)).isoformat(timespec="microseconds")


def _moment() -> datetime:
    return datetime.now(UTC)


def begin_try(db: Connection, invitation: int) -> None:
    """Keep that a code is about to be looked at, or refuse to look."""
    from sqlalchemy import text

    if db.dialect.name == "postgresql":
        # Who counts tries waits for whoever is about to add one; SQLite queues its writers by itself.
        db.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK}, :who)"), {"who": invitation})
    refuse_if_locked(db, invitation)
    write_down(db, invitation, TRIED)


def refuse_if_wrong(code: str, salt: str, code_hash: str) -> None:
    """Look at a code.

    Raises
    ------
    CodeError
    """
    if not right(code, salt, code_hash):
        raise CodeError(
            "the personal code is not the one that was chosen on this page. Type it again.", "wrong"
        )
