"""Marks of what a form was filled from: they tell a form that came from an older state, and nothing else.

A mark is keyed by the link and the personal code, so nobody else can make or read one, and it outlives a restart of the
server. It changes with every writing of the answer, also with one that brings an old value back.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Final

from almpo_kit.records import Written, personal_codes

#: A page makes all its keys from the first one; what they have in common is so long.
PAGE: Final = 24


def mark_of(
    token: str,
    code: str,
    round: int,
    item: str,
    values: Mapping[str, float],
    why: str,
    written: Written | None,
) -> str:
    """Of one answer as it is stored.

    Parameters
    ----------
    token, code : str
        Of the participant; the code "" where none is needed.
    round : int
    item : str
    values : mapping
        Empty where there is none.
    why : str
    written : Written or None
        What wrote it last.
    """
    typed = personal_codes.tried(code) if code else ""
    key = hashlib.sha256(f"{token}\n{typed}".encode("utf-8", "surrogatepass")).digest()
    held = [round, item, dict(values), why, written.key if written else ""]
    return hmac.new(key, json.dumps(held, sort_keys=True).encode(), "sha256").hexdigest()


def same(one: str, other: str) -> bool:
    """Whether two marks are one; what a browser sent need not be a mark at all."""
    return hmac.compare_digest(one.encode("utf-8", "surrogatepass"), other.encode())


def same_page(key: str, other: str) -> bool:
    """Whether two requests came from one page as it was loaded once."""
    return key == other or (len(key) >= PAGE and key[:PAGE] == other[:PAGE])
