"""What is said of a series: dataflow, key, levels, unit, and how far that was checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class Series:
    """One series, as its service publishes it and as our frames carry it.

    Parameters
    ----------
    name : str
        Ours, e.g. ``"unemployment_rate_nuts2"``.
    indicator : str
        Key of :data:`almpo_kit.vocabulary.indicators.INDICATORS`; empty where the frame is ``expenditure``.
    service : {"ESTAT", "EMPL", "ILO", "OECD"}
        Who publishes it.
    dataflow : str
        As in the service's address; the OECD's with agency and version.
    key : Mapping of str to str or tuple of str
        Dimension → the code we keep, or several; a dimension with an empty code is kept whole (places).
    levels : tuple of int
        NUTS levels kept; 0 is countries. Rows of other levels are left out and counted.
    frequency : {"A", "Q"}
    unit, age : str
        As our frames say it; ``unit`` stays what the reference tables say, so that nobody's selection breaks.
    start : str
        First period asked for.
    title : str
        What it is, in words.
    checked : str
        What confirms dataflow, dimensions and codes.
    order : tuple of str
        Dimensions in the order of the service's structure, time apart; empty where the order is not confirmed.
    unsure : tuple of str
        Dimensions of `key` whose name or code nobody was seen to use.
    main : bool
        Feeds :func:`almpo_kit.sources.panel`; else only asked for by name.
    geo : str
        The dimension of places.
    frame : {"indicators", "expenditure"}
    category : str
        The dimension that becomes the column ``category`` of an expenditure frame.
    vintage : str
        By which rule the places' codes are dated.
    aliases : tuple of str
        Other dataset codes whose files are the same series.
    measure, scope : str
        Columns of an expenditure frame.
    """

    name: str
    indicator: str
    service: Literal["ESTAT", "EMPL", "ILO", "OECD"]
    dataflow: str
    key: Mapping[str, str | tuple[str, ...]]
    levels: tuple[int, ...]
    frequency: Literal["A", "Q"]
    unit: str
    age: str
    start: str
    title: str
    checked: str
    order: tuple[str, ...] = ()
    unsure: tuple[str, ...] = ()
    main: bool = True
    geo: str = "geo"
    frame: Literal["indicators", "expenditure"] = "indicators"
    category: str = ""
    vintage: str = "the NUTS vintage whose list holds the codes; see formats.dating"
    aliases: tuple[str, ...] = field(default=())
    measure: str = ""
    scope: str = ""

    @property
    def publisher(self) -> str:
        """Who is named as the source of its rows."""
        return {"ESTAT": "Eurostat", "EMPL": "DG EMPL", "ILO": "ILO", "OECD": "OECD"}[self.service]

    @property
    def licence(self) -> str:
        """On what terms the publisher lets its figures be used."""
        own = {"ILO": "CC BY 4.0, with attribution", "OECD": "OECD terms, with attribution"}
        return own.get(self.service, "CC BY 4.0")

    @property
    def level(self) -> int:
        """The deepest level kept."""
        return max(self.levels)

    @property
    def request_key(self) -> dict[str, str | tuple[str, ...]]:
        """Codes by position for an SDMX 2.1 request; empty where the order is not confirmed: ask for everything.

        Unconfirmed codes are left open; asked for, a wrong one would return an error or, worse, nothing.
        """
        return {d: "" if d in self.unsure else self.key.get(d, "") for d in self.order}

    @property
    def dataset(self) -> str:
        """The dataflow without agency and version."""
        parts = self.dataflow.split(",")
        return parts[1] if len(parts) > 1 else parts[0]

    def codes(self, dimension: str) -> tuple[str, ...]:
        """Codes kept of one dimension; none means all."""
        wanted = self.key.get(dimension, "")
        return tuple(c for c in ((wanted,) if isinstance(wanted, str) else wanted) if c)
