"""Every series of the list is asked for at its own service and kept, in every format that a service may answer in."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from almpo_kit import sources
from almpo_kit.sources.services import store
from almpo_kit.sources.services.manners import Manners
from almpo_kit.sources.services.pull import pull
from almpo_kit.sources.services.series import SERIES, Series
from almpo_kit.vocabulary.places import EU27

from . import official_formats as formats
from .estat import UNEMPLOYMENT, structure
from .fake_service import FAULT, Answer, Fake, Request

#: ISO 3166 codes, as the ILO and the OECD write countries.
ISO3 = ("AUT", "BEL", "DEU", "FRA", "GRC")


def _order(series: Series) -> tuple[str, ...]:
    return series.order or tuple(series.key)


def _table(series: Series) -> pd.DataFrame:
    """All codes of a series for a few places and two periods; values that fit any unit."""
    level = max(series.levels)
    official = list(sources.nuts("2024", level)["code"][:5])  # type: ignore[arg-type]
    places = list(ISO3) if series.service in ("ILO", "OECD") else official if level else list(EU27)[:5]
    periods = ("2023-Q4", "2024-Q1") if series.frequency == "Q" else ("2023", "2024")
    choices = []
    for dimension in _order(series):
        codes = places if dimension == series.geo else series.codes(dimension)
        if dimension == series.category and not codes:
            codes = ["1", "2", "4"]
        choices.append([*(codes or ["TOTAL"])])
    rows = [
        dict(zip(_order(series), combination, strict=True))
        | {"TIME_PERIOD": p, "OBS_VALUE": 5.5, "OBS_FLAG": ""}
        for combination in itertools.product(*choices)
        for p in periods
    ]
    return pd.DataFrame(rows)


def _answer(series: Series) -> Answer:
    if series.service == "OECD":
        return Answer(formats.sdmx_csv_2(_table(series), series.dataset, agency="OECD.ELS.JAI"))
    agency = {"ESTAT": "ESTAT", "EMPL": "EMPL"}.get(series.service, series.service)
    return Answer(formats.sdmx_csv(_table(series), series.dataset, agency=agency))


#: One of each service and of each way to find the key; the others take the same ways.
SOME = (
    UNEMPLOYMENT,
    "labour_force_nuts2",
    "lmp_participants",
    "lmp_expenditure_oecd",
    "unemployment_rate_ilo",
)
_NAMES = [n if n in SOME else pytest.param(n, marks=pytest.mark.slow) for n in SERIES]


@pytest.mark.parametrize("name", _NAMES)
def test_each_is_pulled_from_its_service(home: Path, fake: Fake, manners: Manners, name: str) -> None:
    series = SERIES[name]
    root = f"/{series.service.lower()}/" + ("sdmx/2.1/" if series.service in ("ESTAT", "EMPL") else "")

    def data(request: Request) -> Answer:
        if len(request.path.rpartition("/")[2].split(".")) != len(_order(series)):
            return Answer(FAULT.format(code=140, text="INVALID_QUERY_NB_FILTERS").encode(), 400)
        return _answer(series)

    fake.route(f"{root}data/{series.dataflow}", data)
    fake.route(f"{root}datastructure/", structure(series.dataset, _order(series)))
    finding = pull([name], manners=manners)
    assert list(finding.table["status"]) == ["new"], finding.table["note"][0]
    kept = store.latest(name)
    assert kept is not None
    assert kept.rows > 0
    assert (kept.frame["value"] == 5.5).all()
    assert kept.manifest["service"] == series.service
    asked = fake.paths(f"{root}data/")
    assert len(asked) == 1
    # Codes that nobody confirmed are left open; the others are asked for.
    for dimension, part in zip(_order(series), asked[0].rpartition("/")[2].split("."), strict=True):
        wanted = "" if dimension in series.unsure else "+".join(series.codes(dimension))
        assert part == wanted, dimension


FORMATS: dict[str, tuple[Callable[[pd.DataFrame, str], bytes], str]] = {
    "SDMX-CSV": (formats.sdmx_csv, formats.SDMX_CSV),
    "SDMX-ML generic": (formats.sdmx_ml_generic, formats.GENERIC),
    "SDMX-ML structure-specific": (formats.sdmx_ml_structure_specific, formats.STRUCTURE_SPECIFIC),
    "JSON-stat": (lambda table, _: formats.json_stat(table), formats.JSON_STAT),
    "TSV": (lambda table, _: formats.tsv(table), formats.TSV),
    "TSV, compressed": (lambda table, _: formats.tsv(table, compressed=True), "application/gzip"),
}


@pytest.mark.parametrize("kind", list(FORMATS))
def test_any_format_gives_the_same_values(home: Path, fake: Fake, manners: Manners, kind: str) -> None:
    make, media = FORMATS[kind]
    series = SERIES[UNEMPLOYMENT]
    fake.route("/estat/sdmx/2.1/data/", Answer(make(_table(series), series.dataset), media=media))
    finding = pull([UNEMPLOYMENT], manners=manners)
    assert list(finding.table["status"]) == ["new"], finding.table["note"][0]
    kept = store.latest(UNEMPLOYMENT)
    assert kept is not None
    assert (len(kept.frame), kept.frame["value"].sum()) == (10, pytest.approx(55.0))
    assert sorted(kept.frame["period"].unique()) == ["2023", "2024"]


@pytest.mark.parametrize("kind", list(FORMATS))
def test_any_format_cut_in_half_is_refused(home: Path, fake: Fake, manners: Manners, kind: str) -> None:
    make, media = FORMATS[kind]
    series = SERIES[UNEMPLOYMENT]
    whole = make(_table(series), series.dataset)
    fake.route("/estat/sdmx/2.1/data/", Answer(whole[: len(whole) // 2], media=media))
    finding = pull([UNEMPLOYMENT], manners=manners)
    assert list(finding.table["status"]) in (["refused"], ["failed"]), finding.table["note"][0]
    assert store.latest(UNEMPLOYMENT) is None


def test_the_panel_shows_what_was_pulled(home: Path, fake: Fake, manners: Manners) -> None:
    series = SERIES[UNEMPLOYMENT]
    before = sources.panel("unemployment_rate", level=2)
    fake.route("/estat/sdmx/2.1/data/", _answer(series))
    pull([UNEMPLOYMENT], manners=manners)
    after = sources.panel("unemployment_rate", level=2, series=UNEMPLOYMENT)
    assert (after["value"] == 5.5).all()
    assert not (before["value"] == 5.5).all()
    assert any(v["dataset"] == UNEMPLOYMENT for v in after.attrs["data_versions"])
