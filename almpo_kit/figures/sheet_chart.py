"""The chart that drawing returns: an ordinary Altair chart whose parts are made when somebody asks for them.

A reader only wants the picture, and the picture is written from the specification. So a sheet keeps its parts as
plain dictionaries; whoever reads or changes one (``.layer``, ``.properties(...)``, ``chart + chart``) finds Altair
objects, made at that moment, and from then on it is a layer chart like any other. A picture is not checked against
Vega-Lite's schema for every reader (two thirds of what showing it took): the tests check every figure.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

import altair as alt
from altair.utils.schemapi import debug_mode

from almpo_kit.figures.renderer import mimebundle
from almpo_kit.figures.theme import config

_AS_IS = (("format", "vega-lite"), ("context", {"pre_transform": False}))


class SheetChart(alt.LayerChart):
    """A layer chart of plain views, until it is touched."""

    @classmethod
    def of(cls, views: list[dict[str, Any]], about: dict[str, Any]) -> SheetChart:
        """A chart of Vega-Lite views with its width, height, title and description."""
        made = cls.__new__(cls)
        made.__dict__["_plain"] = (views, about)
        return made

    # Altair keeps what a chart consists of in these two; every reading and every change goes through them.
    @property
    def _kwds(self) -> dict[str, Any]:
        plain = self.__dict__.pop("_plain", None)
        if plain is not None:
            self.__dict__["_parts"] = as_charts(*plain)._kwds
        return cast("dict[str, Any]", self.__dict__["_parts"])

    @_kwds.setter
    def _kwds(self, parts: dict[str, Any]) -> None:
        self.__dict__["_parts"] = parts

    @property
    def _args(self) -> tuple[Any, ...]:
        return ()

    @_args.setter
    def _args(self, args: tuple[Any, ...]) -> None:
        """A layer chart has none."""

    def __getattr__(self, name: str) -> Any:
        """Parts by name; notebooks ask for many private names that no chart has, and need not have it made."""
        if name.startswith("_") and "_parts" not in self.__dict__:
            raise AttributeError(name)
        return super().__getattr__(name)

    def to_dict(self, validate: bool = True, **more: Any) -> dict[str, Any]:
        """The specification; one of this wing's own sheets is not checked again.

        Parameters
        ----------
        validate : bool
            Whether a chart that was changed is checked against Vega-Lite's schema.
        **more
            As of ``altair.LayerChart.to_dict``.
        """
        plain = self.__dict__.get("_plain")
        # A context is handed down where this chart is part of another; displaying only says what is so anyway.
        asked = {k: v for k, v in more.items() if v and (k, v) not in _AS_IS}
        ordinary = not asked and alt.data_transformers.consolidate_datasets
        if plain is None or not ordinary or alt.theme.active != "almpo":
            return super().to_dict(validate, **more)
        return specification(*plain)

    def _repr_mimebundle_(self, *args: Any, **more: Any) -> Any:
        if "_plain" in self.__dict__ and (alt.theme.active, alt.renderers.active) == ("almpo", "almpo"):
            return mimebundle(self.to_dict())
        return super()._repr_mimebundle_(*args, **more)


def as_charts(
    views: list[dict[str, Any]], about: Mapping[str, Any], more: Sequence[Any] = ()
) -> alt.LayerChart:
    """The same sheet of Altair objects, with further charts on top."""
    with debug_mode(False):
        layers = [alt.Chart.from_dict(view, validate=False) for view in views]
        title = alt.TitleParams(**about["title"])
        made = alt.layer(*layers, *more).properties(**dict(about) | {"title": title})
    return cast("alt.LayerChart", made)


def specification(views: list[dict[str, Any]], about: Mapping[str, Any]) -> dict[str, Any]:
    """The Vega-Lite specification of views, as Altair writes it: each table once, under a name made from it."""
    names: dict[int, str] = {}
    tables: dict[str, Any] = {}
    layer = []
    for view in views:
        held = view["data"]
        rows = held["values"]
        name = names.get(id(rows))
        if name is None:
            digest = hashlib.sha256(json.dumps(rows, sort_keys=True, default=str).encode()).hexdigest()
            name = names[id(rows)] = f"data-{digest[:32]}"
            tables[name] = rows
        layer.append(view | {"data": {"name": name} | {k: v for k, v in held.items() if k != "values"}})
    head = {"$schema": alt.SCHEMA_URL, "config": config()["config"], "datasets": tables}
    return head | {"layer": layer} | dict(about)
