"""Official payloads made from a small table: what Eurostat, DG EMPL, the ILO and the OECD really send.

Each function takes a long table whose columns are the dimensions in their official order, then ``TIME_PERIOD``,
``OBS_VALUE`` (a number or NaN) and ``OBS_FLAG`` (text, letters as published; empty where there is none), and returns
bytes. The shapes follow files and answers of these services; NaN with a flag is a cell published without a value.
"""

from __future__ import annotations

import gzip
import json
import math
from xml.sax.saxutils import quoteattr

import pandas as pd

PREPARED = "2026-11-01T11:00:00+01:00"
OBSERVATION = ("TIME_PERIOD", "OBS_VALUE", "OBS_FLAG")
#: Media types as the services send them.
SDMX_CSV = "application/vnd.sdmx.data+csv;version=1.0.0"
JSON_STAT = "application/json"
TSV = "text/tab-separated-values"
GENERIC = "application/vnd.sdmx.genericdata+xml;version=2.1"
STRUCTURE_SPECIFIC = "application/vnd.sdmx.structurespecificdata+xml;version=2.1"


def dimensions(table: pd.DataFrame) -> list[str]:
    return [c for c in table.columns if c not in OBSERVATION]


def long_table(
    values: dict[tuple[str, str], tuple[float, str]], key: dict[str, str], geo: str = "geo"
) -> pd.DataFrame:
    """A long table from ``(place, period) → (value, flag)`` and the codes of the other dimensions, in order."""
    rows = [
        {d: place if d == geo else code for d, code in key.items()}
        | {"TIME_PERIOD": period, "OBS_VALUE": value, "OBS_FLAG": flag}
        for (place, period), (value, flag) in values.items()
    ]
    return pd.DataFrame(rows)


def _number(value: float) -> str:
    return "" if math.isnan(value) else f"{value:g}"


def sdmx_csv(
    table: pd.DataFrame, dataflow: str, *, agency: str = "ESTAT", confidential: bool = True, eol: str = "\r\n"
) -> bytes:
    """``format=SDMX-CSV`` of Eurostat: dataflow, last update, dimensions, period, value, flag, confidentiality."""
    names = dimensions(table)
    head = ["DATAFLOW", "LAST UPDATE", *names, *OBSERVATION, *(["CONF_STATUS"] if confidential else [])]
    lines = [",".join(head)]
    for row in table.to_dict("records"):
        flag = str(row["OBS_FLAG"])
        cells = [f"{agency}:{dataflow.upper()}(1.0)", "01/11/26 11:00:00", *(str(row[n]) for n in names)]
        cells += [str(row["TIME_PERIOD"]), _number(row["OBS_VALUE"]), flag.replace("c", "")]
        lines.append(",".join(cells + (["C" if "c" in flag else ""] if confidential else [])))
    return (eol.join(lines) + eol).encode()


def sdmx_csv_2(table: pd.DataFrame, dataflow: str, *, agency: str) -> bytes:
    """SDMX-CSV 2.0 as the OECD sends it: structure, action, dimensions, period, value, then attributes."""
    names = dimensions(table)
    lines = [
        ",".join(["STRUCTURE", "STRUCTURE_ID", "ACTION", *names, "TIME_PERIOD", "OBS_VALUE", "OBS_STATUS"])
    ]
    lines[0] += ",UNIT_MULT"
    for row in table.to_dict("records"):
        cells = ["DATAFLOW", f"{agency}:{dataflow}(1.0)", "I", *(str(row[n]) for n in names)]
        cells += [str(row["TIME_PERIOD"]), _number(row["OBS_VALUE"]), str(row["OBS_FLAG"]) or "A", "0"]
        lines.append(",".join(cells))
    return ("\n".join(lines) + "\n").encode()


def tsv(table: pd.DataFrame, *, compressed: bool = False, time: str = "TIME_PERIOD") -> bytes:
    """Eurostat's TSV: one line a series, a space after every period and value, ``:`` for what is missing."""
    names = dimensions(table)
    periods = list(dict.fromkeys(table["TIME_PERIOD"]))
    lines = ["\t".join([",".join(names) + f"\\{time}", *(f"{p} " for p in periods)])]
    for codes, part in table.groupby(names, sort=False):
        at = {r["TIME_PERIOD"]: r for r in part.to_dict("records")}
        lines.append("\t".join([",".join(map(str, codes)), *(_tsv_cell(at.get(p)) for p in periods)]))
    data = ("\n".join(lines) + "\n").encode()
    # Without a time stamp the same table gives the same bytes.
    return gzip.compress(data, mtime=0) if compressed else data


def _tsv_cell(row: dict[str, object] | None) -> str:
    if row is None:
        return ": "
    value = float(str(row["OBS_VALUE"]))
    return f"{':' if math.isnan(value) else f'{value:g}'} {row['OBS_FLAG']}"


def json_stat(table: pd.DataFrame, dataflow: str = "", *, dense: bool = False) -> bytes:
    """Eurostat's statistics API: JSON-stat 2.0 with sparse values and status by flat position, last dimension first."""
    renamed = table.rename(columns={"TIME_PERIOD": "time"})
    names = [*dimensions(table), "time"]
    codes = {n: list(dict.fromkeys(renamed[n].astype(str))) for n in names}
    size = [len(codes[n]) for n in names]
    value: dict[str, float] = {}
    status: dict[str, str] = {}
    for row in renamed.to_dict("records"):
        at = 0
        for n in names:
            at = at * len(codes[n]) + codes[n].index(str(row[n]))
        if not math.isnan(row["OBS_VALUE"]):
            value[str(at)] = row["OBS_VALUE"]
        if row["OBS_FLAG"]:
            status[str(at)] = row["OBS_FLAG"]
    every: object = [value.get(str(k)) for k in range(math.prod(size))] if dense else value
    parts = {
        n: {
            "label": n,
            "category": {"index": {c: k for k, c in enumerate(codes[n])}, "label": {c: c for c in codes[n]}},
        }
        for n in names
    }
    content: dict[str, object] = {
        "version": "2.0",
        "class": "dataset",
        "label": "A dataset",
        "source": "ESTAT",
        "updated": PREPARED,
    }
    content |= {"value": every, "status": status, "id": names, "size": size, "dimension": parts}
    if dataflow:
        content["extension"] = {"lang": "EN", "id": dataflow.upper(), "agencyId": "ESTAT", "version": "1.0"}
    return json.dumps(content).encode()


_NAMESPACES = (
    'xmlns:m="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message" '
    'xmlns:g="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/data/generic" '
    'xmlns:c="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/common" '
    'xmlns:s="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/data/structurespecific" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)


def _header(dataflow: str, agency: str, *, namespace: str = "") -> str:
    more = f' namespace="{namespace}"' if namespace else ""
    return (
        f"<m:Header><m:ID>{dataflow}_1</m:ID><m:Test>false</m:Test><m:Prepared>{PREPARED}</m:Prepared>"
        f'<m:Sender id="{agency}"/><m:Structure structureID="{agency}_{dataflow}_1_0"{more} '
        'dimensionAtObservation="TIME_PERIOD"><c:Structure>'
        f'<Ref agencyID="{agency}" id="{dataflow}" version="1.0" class="DataStructure" '
        'package="datastructure"/></c:Structure></m:Structure></m:Header>'
    )


def _series_of(table: pd.DataFrame) -> list[tuple[dict[str, str], list[dict[str, object]]]]:
    names = dimensions(table)
    found = []
    for codes, part in table.groupby(names, sort=False):
        found.append((dict(zip(names, map(str, codes), strict=True)), part.to_dict("records")))
    return found


def sdmx_ml_generic(table: pd.DataFrame, dataflow: str, *, agency: str = "ESTAT") -> bytes:
    """SDMX-ML 2.1, generic time series data."""
    flow = dataflow.upper()
    out = [f'<?xml version="1.0" encoding="UTF-8"?><m:GenericData {_NAMESPACES}>', _header(flow, agency)]
    out.append(f'<m:DataSet structureRef="{agency}_{flow}_1_0" action="Replace">')
    for key, rows in _series_of(table):
        out.append("<g:Series><g:SeriesKey>")
        out += [f"<g:Value id={quoteattr(d)} value={quoteattr(c)}/>" for d, c in key.items()]
        out.append("</g:SeriesKey>")
        for row in rows:
            value = "NaN" if math.isnan(float(str(row["OBS_VALUE"]))) else f"{row['OBS_VALUE']:g}"
            out.append(f'<g:Obs><g:ObsDimension value="{row["TIME_PERIOD"]}"/><g:ObsValue value="{value}"/>')
            if row["OBS_FLAG"]:
                flag = quoteattr(str(row["OBS_FLAG"]))
                out.append(f'<g:Attributes><g:Value id="OBS_FLAG" value={flag}/></g:Attributes>')
            out.append("</g:Obs>")
        out.append("</g:Series>")
    return "".join([*out, "</m:DataSet></m:GenericData>"]).encode()


def sdmx_ml_structure_specific(
    table: pd.DataFrame, dataflow: str, *, agency: str = "ESTAT", flag: str = "OBS_FLAG"
) -> bytes:
    """SDMX-ML 2.1, structure-specific time series data: codes as attributes of Series, observations of Obs."""
    flow = dataflow.upper()
    space = f"urn:sdmx:org.sdmx.infomodel.datastructure.DataStructure={agency}:{flow}(1.0)"
    names = f'{_NAMESPACES} xmlns:d="{space}:ObsLevelDim:TIME_PERIOD"'
    out = [f'<?xml version="1.0" encoding="UTF-8"?><m:StructureSpecificData {names}>']
    out.append(_header(flow, agency, namespace=f"{space}:ObsLevelDim:TIME_PERIOD"))
    out.append(
        f'<m:DataSet s:dataScope="DataStructure" xsi:type="d:DataSetType" s:structureRef="{agency}_{flow}_1_0">'
    )
    for key, rows in _series_of(table):
        out.append("<Series " + " ".join(f"{d}={quoteattr(c)}" for d, c in key.items()) + ">")
        for row in rows:
            value = "NaN" if math.isnan(float(str(row["OBS_VALUE"]))) else f"{row['OBS_VALUE']:g}"
            mark = f" {flag}={quoteattr(str(row['OBS_FLAG']))}" if row["OBS_FLAG"] else ""
            out.append(f'<Obs TIME_PERIOD="{row["TIME_PERIOD"]}" OBS_VALUE="{value}"{mark}/>')
        out.append("</Series>")
    return "".join([*out, "</m:DataSet></m:StructureSpecificData>"]).encode()


def plain_csv(table: pd.DataFrame, *, compressed: bool = False) -> bytes:
    """A plain table as people pass it on: place, time, the other dimensions, value; no flags, missing rows absent."""
    names = ["geo", *(d for d in dimensions(table) if d not in ("geo", "freq"))]
    kept = table.dropna(subset=["OBS_VALUE"]).rename(columns={"TIME_PERIOD": "time", "OBS_VALUE": "value"})
    data = kept[["geo", "time", *names[1:], "value"]].to_csv(index=False, lineterminator="\n").encode()
    return gzip.compress(data, mtime=0) if compressed else data
