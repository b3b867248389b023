"""Ids of persons: any text that leads to nobody; numbers of identity only as pseudonyms made with a secret."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

from almpo_kit.sources.people.personal_data import is_personal, leads_to_people
from almpo_kit.vocabulary.errors import DataError, ParameterError

_SHORTEST = 8
_TRIED = 1_000


def pseudonyms(ids: Sequence[str], heading: str, secret: str | None, name: str) -> list[str]:
    """Ids that may be kept.

    Parameters
    ----------
    ids : sequence of str
        Each once; '' where nothing stands.
    heading : str
        Of their column.
    secret : str, optional
        The same ids and the same secret give the same pseudonyms, in every file; without it nobody can go back.

    Raises
    ------
    DataError
        They are numbers of identity, and there is no secret.
    ParameterError
        A secret that is too short.
    """
    if secret is None:
        if is_personal(heading) or leads_to_people([i for i in ids if i][:_TRIED]):
            raise DataError(
                f"{name}: the ids in {heading!r} lead to people (numbers of identity, addresses or telephones). Nothing was "
                "kept. Replace them beforehand, or pass secret='…' (the same for every file of the register): they are "
                "then replaced by pseudonyms here."
            )
        return list(ids)
    if not isinstance(secret, str) or len(secret) < _SHORTEST:
        raise ParameterError(
            f"secret: give at least {_SHORTEST} signs, the same for every file of the register."
        )
    key = secret.encode()
    return [hmac.new(key, i.encode(), hashlib.sha256).hexdigest()[:20] if i else "" for i in ids]
