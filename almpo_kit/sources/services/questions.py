"""What to ask a service for one series, and how to ask for less when it is too much at once."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from almpo_kit.sources.services import addresses
from almpo_kit.sources.services.faults import SAFE, RefusedError

if TYPE_CHECKING:
    from almpo_kit.sources.services.series import Series
    from almpo_kit.sources.services.transport import Payload

Key = Mapping[str, "str | tuple[str, ...]"]
Fetch = Callable[[str, str], "Payload | None"]
_STRUCTURE = "application/vnd.sdmx.structure+xml;version=2.1, application/xml;q=0.5, */*;q=0.1"


@dataclass(frozen=True)
class Question:
    """One request: a part of a series.

    Parameters
    ----------
    series : Series
    key : Mapping
        Codes by dimension, in the order of the service's structure.
    start, end : int
        Years, both included; ``end`` None is open.
    """

    series: Series
    key: Key
    start: int
    end: int | None = None

    @property
    def url(self) -> str:
        """Its address."""
        first, last = str(self.start), "" if self.end is None else str(self.end)
        if self.series.frequency == "Q":
            first, last = f"{first}-Q1", f"{last}-Q4" if last else ""
        return addresses.data_url(
            self.series.service, self.series.dataflow, self.key, start=first, end=last or None
        )

    def halves(self) -> tuple[Question, Question] | None:
        """Two questions that together ask the same: the years in half, then the longest list of codes; None if
        nothing is left to divide."""
        last = self.end if self.end is not None else datetime.now(UTC).year
        if last > self.start:
            middle = (self.start + last) // 2
            return replace(self, end=middle), replace(self, start=middle + 1)
        lists = {d: c for d, c in self.key.items() if not isinstance(c, str) and len(c) > 1}
        if not lists:
            return None
        longest = max(lists, key=lambda d: len(lists[d]))
        codes = lists[longest]
        parts = (codes[: len(codes) // 2], codes[len(codes) // 2 :])
        one, two = (replace(self, key={**self.key, longest: part}) for part in parts)
        return one, two


def first_year(series: Series, since: int | None) -> int:
    """The first year to ask for."""
    return max(int(series.start[:4]), since or 0)


def question(series: Series, since: int | None, fetch: Fetch) -> Question:
    """The whole of a series from a year on, as one question.

    The order of dimensions comes from the service's own structure where nobody has confirmed it.
    """
    key: Key = series.request_key or ordered(series, structure(series, fetch))
    return Question(series, key, first_year(series, since))


def structure(series: Series, fetch: Fetch) -> tuple[str, ...]:
    """The dimensions of a dataflow in the order of a key, time apart, as the service says today.

    Raises
    ------
    RefusedError
        The answer holds no structure.
    """
    import sdmx

    payload = fetch(addresses.structure_url(series.service, series.dataflow), _STRUCTURE)
    try:
        message = sdmx.read_sdmx(io.BytesIO(payload.data if payload is not None else b""), format="XML")
        (found,) = message.structure.values()
        dimensions = [
            d.id for d in found.dimensions.components if d.id.upper() not in ("TIME_PERIOD", "TIME")
        ]
    except Exception as error:  # noqa: BLE001 - sdmx1 raises whatever its parser met
        raise RefusedError(
            f"The structure of {series.dataflow} cannot be read ({type(error).__name__}). {SAFE} Try again "
            "later; if it stays so, tell the maintainers."
        ) from None
    return tuple(dimensions)


def ordered(series: Series, dimensions: tuple[str, ...]) -> Key:
    """The codes of a series in the service's order; what nobody confirmed is left open.

    Raises
    ------
    RefusedError
        A dimension that we rely on is gone.
    """
    names = {d.lower(): d for d in series.key}
    there = {d.lower() for d in dimensions}
    gone = [d for d in series.key if d.lower() not in there and d not in series.unsure and series.key[d]]
    if gone or series.geo.lower() not in there:
        raise RefusedError(
            f"The structure of {series.dataflow} changed: {', '.join(gone or [series.geo])} is no dimension any more; "
            f"it has {', '.join(dimensions)}. {SAFE} Tell the maintainers that {series.name} needs a new key."
        )
    mine = {d: names.get(d.lower(), "") for d in dimensions}
    return {d: "" if n in series.unsure else series.key.get(n, "") for d, n in mine.items()}
