"""Eurostat's paths on the local server: data of a few series, their structure and their date of update."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from almpo_kit import sources

from . import official_formats as formats
from .fake_service import Answer, Fake, Request

#: Official orders of dimensions of the series that the tests pull.
ORDERS = {
    "lfst_r_lfu3rt": ("freq", "isced11", "sex", "age", "unit", "geo"),
    "lfst_r_lfe2emprt": ("freq", "unit", "sex", "age", "geo"),
    "lfst_r_lfu2ltu": ("freq", "isced11", "sex", "age", "unit", "geo"),
}
CODES = {
    "lfst_r_lfu3rt": {"freq": "A", "isced11": "TOTAL", "sex": "T", "age": "Y15-74", "unit": "PC"},
    "lfst_r_lfe2emprt": {"freq": "A", "unit": "PC", "sex": "T", "age": "Y20-64"},
    "lfst_r_lfu2ltu": {"freq": "A", "isced11": "TOTAL", "sex": "T", "age": "Y15-74", "unit": "PC_ACT"},
}
UNEMPLOYMENT, EMPLOYMENT, LONG_TERM = (
    "unemployment_rate_nuts2",
    "employment_rate_nuts2",
    "long_term_unemployment_rate_nuts2",
)


def structure(dataflow: str, order: tuple[str, ...]) -> bytes:
    """A data structure as Eurostat sends it with ``references=none``."""
    space = "http://www.sdmx.org/resources/sdmxml/schemas/v2_1"
    parts = "".join(
        f'<s:Dimension id="{d}" position="{i}" urn="urn:sdmx:org.sdmx.infomodel.datastructure.Dimension='
        f'ESTAT:{dataflow.upper()}(1.0).{d}"><s:ConceptIdentity><Ref id="{d}" maintainableParentID="{dataflow.upper()}" '
        'maintainableParentVersion="1.0" agencyID="ESTAT" package="conceptscheme" class="Concept"/>'
        "</s:ConceptIdentity></s:Dimension>"
        for i, d in enumerate(order, start=1)
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><m:Structure xmlns:m="{space}/message" xmlns:s="{space}/structure" '
        f'xmlns:c="{space}/common"><m:Header><m:ID>DSD1</m:ID><m:Test>false</m:Test>'
        '<m:Prepared>2026-11-01T11:00:00Z</m:Prepared><m:Sender id="ESTAT"/></m:Header><m:Structures>'
        f'<s:DataStructures><s:DataStructure id="{dataflow.upper()}" agencyID="ESTAT" version="1.0">'
        f'<c:Name xml:lang="en">{dataflow}</c:Name><s:DataStructureComponents>'
        f'<s:DimensionList id="DimensionDescriptor">{parts}<s:TimeDimension id="TIME_PERIOD" position="9">'
        '<s:ConceptIdentity><Ref id="TIME_PERIOD" maintainableParentID="X" maintainableParentVersion="1.0" '
        'agencyID="ESTAT" package="conceptscheme" class="Concept"/></s:ConceptIdentity><s:LocalRepresentation>'
        '<s:TextFormat textType="ObservationalTimePeriod"/></s:LocalRepresentation></s:TimeDimension>'
        "</s:DimensionList></s:DataStructureComponents></s:DataStructure></s:DataStructures></m:Structures>"
        "</m:Structure>"
    ).encode()


@dataclass
class Estat:
    """What Eurostat publishes at the moment; values are base + position of the region + year − 2020."""

    fake: Fake
    base: dict[str, float] = field(default_factory=lambda: dict.fromkeys(ORDERS, 5.0))
    updated: str = "2026-11-01T11:00:00+0100"
    years: tuple[int, ...] = tuple(range(2015, 2025))
    regions: int = 40
    etag: bool = False
    revised: Mapping[tuple[str, str], float] = field(default_factory=dict)
    largest: int | None = None

    def __post_init__(self) -> None:
        self.codes = list(sources.nuts("2024", 2)["code"][: self.regions])
        self.fake.route("/estat/sdmx/2.1/data/", self.data)
        self.fake.route("/estat/sdmx/2.1/dataflow/ESTAT/", self.dataflow)
        self.fake.route("/estat/sdmx/2.1/datastructure/ESTAT/", self.datastructure)

    def table(self, flow: str, start: int, end: int) -> pd.DataFrame:
        cells = {
            (geo, str(year)): (
                self.revised.get((geo, str(year)), self.base[flow] + k / 10 + (year - 2020) / 100),
                "",
            )
            for k, geo in enumerate(self.codes)
            for year in self.years
            if start <= year <= end
        }
        key = {d: CODES[flow].get(d, "") for d in ORDERS[flow]}
        return formats.long_table(cells, key)

    def data(self, request: Request) -> Answer:
        from .fake_service import FAULT, TOO_BIG

        flow, _, key = request.path.partition("/data/")[2].partition("/")
        start = int(request.query.get("startPeriod", ["1900"])[0][:4])
        end = int(request.query.get("endPeriod", ["2100"])[0][:4])
        if len(key.split(".")) != len(ORDERS[flow]):
            return Answer(FAULT.format(code=140, text="INVALID_QUERY_NB_FILTERS").encode(), 400, "text/xml")
        table = self.table(flow, start, end)
        if self.largest is not None and len(table) > self.largest:
            return Answer(TOO_BIG.encode(), 413, "text/xml")
        if table.empty:
            return Answer(FAULT.format(code=100, text="NO_RESULTS").encode(), 404, "text/xml")
        body = formats.sdmx_csv(table, flow)
        return Answer(body, headers={"ETag": f'"{hash(body)}"'} if self.etag else {})

    def dataflow(self, request: Request) -> Answer:
        notes = [{"type": "OBS_COUNT", "title": "1"}]
        notes += [{"type": "UPDATE_DATA", "date": self.updated}] if self.updated else []
        return Answer(
            json.dumps({"class": "dataset", "extension": {"annotation": notes}}).encode(),
            media="application/json",
        )

    def datastructure(self, request: Request) -> Answer:
        flow = request.path.split("/")[-2].lower()
        return Answer(structure(flow, ORDERS[flow]), media="application/xml")
