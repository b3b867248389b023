"""What every catalogue of publications can do, and how one is asked over HTTP."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, Protocol
from urllib.parse import urlencode, urlsplit

from almpo_kit.sources.services import transport
from almpo_kit.sources.services.faults import (
    SAFE,
    BadBodyError,
    BusyError,
    ServiceError,
    TooLargeError,
    UnreachableError,
)
from almpo_kit.sources.services.manners import DEFAULT, Manners
from almpo_kit.vocabulary.errors import ParameterError

#: One reference: ``DOCUMENT_COLUMNS`` but the identifier, which the library makes.
Reference = Mapping[str, Any]
Say = Callable[[str], None]
#: Bytes of one page of answers; a hundred references have a fiftieth of this.
LARGEST: Final = 50_000_000
#: References of one search; more is a download of the catalogue, not a search.
MOST: Final = 100_000
_HELD = "Everything that is in the library stays usable."
_BY_HAND = (
    "Or search on its website, export RIS or CSV, and take the file in with `almpo documents add FILE`."
)
_MAIL = re.compile(r"[^\s@&?#]+@[^\s@&?#]+\.[^\s@&?#]+")


class Catalogue(Protocol):
    """Where references can be searched.

    Parameters
    ----------
    name : str
        As ``--from`` has it.
    title : str
        For people.
    licence : str
        Of the references.
    """

    @property
    def name(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def licence(self) -> str: ...

    def search(
        self, query: str, *, since: str | date | None = None, limit: int = 1_000
    ) -> Iterator[Reference]:
        """References that answer a query, one after the other; asks for the next page when the last one is used up."""
        ...


@dataclass(frozen=True)
class Answers:
    """Pages of a catalogue, fetched with patience; what went wrong is told in plain words.

    Parameters
    ----------
    title : str
        Of the catalogue.
    variable : str
        Of the environment, with another base address (a mirror, a test).
    official : str
        The base address where none is set.
    manners : Manners
    say : Callable, optional
        Told of each pause.
    """

    title: str
    variable: str
    official: str
    manners: Manners = DEFAULT
    say: Say | None = None

    @property
    def base(self) -> str:
        """The base address that applies.

        Raises
        ------
        ParameterError
            The environment names no web address.
        """
        chosen = os.environ.get(self.variable, "").strip().rstrip("/")
        if not chosen:
            return self.official
        parts = urlsplit(chosen)
        if (
            parts.scheme not in ("http", "https")
            or not parts.hostname
            or "@" in chosen
            or parts.query
            or parts.fragment
        ):
            raise ParameterError(
                f"{self.variable} is no plain web address; write http://host/path, or unset it for {self.official}."
            )
        return chosen

    def page(
        self, path: str, parameters: Mapping[str, str], secret: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        """One page of answers.

        Parameters
        ----------
        path : str
        parameters : Mapping
        secret : Mapping, optional
            More parameters, which no message repeats.

        Raises
        ------
        ServiceError
            Unreachable, busy, refused, or no answer of this catalogue.
        """
        hidden = dict(secret or {})
        url = f"{self.base}{path}?{urlencode({**parameters, **hidden})}"
        manners = replace(self.manners, largest=min(self.manners.largest, LARGEST))
        try:
            payload = transport.fetch(url, accept="application/json", manners=manners, say=self.say)
        except ServiceError as error:
            raise self._told(error, hidden) from None
        try:
            found = json.loads(payload.data if payload is not None else b"")
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise BadBodyError(
                f"{self.title} sent what is no answer of it. {_HELD} Try again later. {_BY_HAND}"
            )
        return found

    def odd(self, what: str) -> BadBodyError:
        """An answer whose form is not the catalogue's."""
        return BadBodyError(
            f"{self.title} answers in another form than it is known for ({what}). {_HELD} Tell the maintainers. {_BY_HAND}"
        )

    def _told(self, error: ServiceError, hidden: Mapping[str, str]) -> ServiceError:
        """The same fault in words that fit a search, without what must not be repeated."""
        said = str(error).partition(SAFE)[0].strip()
        for value in filter(None, hidden.values()):
            said = said.replace(value, "…").replace(urlencode({"": value})[1:], "…")
        way = {
            UnreachableError: "Check the network and HTTPS_PROXY, then search again.",
            BusyError: "Search again later; what came before is held already and costs nothing.",
            TooLargeError: "Ask for less with limit= (--limit).",
        }.get(type(error), "Check the query and the limits of the catalogue, or try again later.")
        return type(error)(f"{self.title}: {said} {_HELD} {way} {_BY_HAND}")


def contact() -> str:
    """The address that a person wants catalogues to know (``ALMPO_CONTACT``), "" where none is set; nothing is sent then.

    Raises
    ------
    ParameterError
        It is no e-mail address.
    """
    given = os.environ.get("ALMPO_CONTACT", "").strip()
    if given and not _MAIL.fullmatch(given):
        raise ParameterError("ALMPO_CONTACT is no e-mail address; correct it, or unset it: it is not needed.")
    return given


def asked(query: str, since: str | date | None, limit: int) -> tuple[str, str, int]:
    """A query, its first day and how many, checked.

    Returns
    -------
    (str, str, int)
        ``since`` as ``2026-03-01``, "" where left out.

    Raises
    ------
    ParameterError
    """
    words = " ".join(str(query).split())
    if not words or len(words) > 2_000:
        raise ParameterError(
            "search for words, e.g. search('wage subsidies long-term unemployed'); at most 2,000 characters."
        )
    if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= MOST:
        raise ParameterError(f"limit={limit!r} must be a whole number from 1 to {MOST:,}.")
    return words, _day(since), limit


def _day(since: str | date | None) -> str:
    if since is None or since == "":
        return ""
    text = since.isoformat()[:10] if isinstance(since, date) else str(since).strip()
    padded = text if len(text) > 7 else f"{text}-01" if len(text) == 7 else f"{text}-01-01"
    try:
        return date.fromisoformat(padded).isoformat()
    except ValueError:
        raise ParameterError(
            f"since={text!r} must be a year, month or day, e.g. '2026', '2026-03' or '2026-03-01'."
        ) from None
