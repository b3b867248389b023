"""Figures that were pulled or added reach the answers: the axis of skilled jobs, the board, the denominators."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd
import pytest

from almpo_kit import regions, sources
from almpo_kit.figures.shapes import region_shapes
from almpo_kit.vocabulary.places import EU27
from almpo_kit.workbench.apps.board_data import board_data
from almpo_kit.workbench.apps.region_answers import Asked, Held, answers

#: What a service publishes beside the regions of a level.
NEVER = ("EU15", "ATZZ", "ELZZ", "QQ11", "XX", "AT111")
YEARS = [str(y) for y in range(2012, 2026)]


def _added(home: Path, dataflow: str, key: dict[str, str], cells: Iterable[tuple[str, str, float]]) -> str:
    """Add an SDMX-CSV as Eurostat writes it."""
    head = ",".join(["DATAFLOW", "LAST UPDATE", *key, "geo", "TIME_PERIOD", "OBS_VALUE", "OBS_FLAG"])
    start = ",".join([f"ESTAT:{dataflow}(1.0)", "01/11/26 11:00:00", *key.values()])
    rows = [f"{start},{geo},{year},{value}," for geo, year, value in cells]
    path = home / "download.csv"
    path.write_text("\r\n".join([head, *rows, ""]), encoding="utf-8")
    return sources.add(path)


@pytest.fixture
def places(home: Path) -> pd.DataFrame:
    return sources.nuts("2024")


def _codes(places: pd.DataFrame) -> list[str]:
    own = places["code"].str[:2].isin(list(EU27)) & (places["level"] == 2)
    return places.loc[own, "code"].tolist()


def test_skilled_jobs_reach_the_context_and_the_board(home: Path, places: pd.DataFrame) -> None:
    codes = _codes(places)
    before = regions.context(sources.indicators(2), places, national=sources.indicators(0))
    assert set(before.table["skill_class"]) == {"unknown"}
    shares = [(g, y, 40.0 if g < "M" else 20.0) for g in codes for y in YEARS]
    shares += [(g, y, 99.0) for g in NEVER for y in YEARS] + [("EU27_2020", y, 30.0) for y in YEARS]
    key = {"freq": "A", "category": "HRSTO", "sex": "T", "unit": "PC_ACT"}
    assert "Added skilled_jobs_share_nuts2" in _added(home, "HRST_ST_RCAT", key, shares)
    panel, national = sources.indicators(2), sources.indicators(0)
    assert not set(NEVER) & set(panel["geo"])
    found = regions.context(panel, places, national=national, skilled_threshold=30.0).table.set_index("geo")
    assert (found.at["EL42", "skill_class"], found.at["PL21", "skill_class"]) == ("high", "low")
    shapes = region_shapes(sources.locations(), codes=codes, width=560)
    keys = [m["key"] for m in board_data(panel, national, places, shapes)["indicators"]]
    assert "skilled_jobs_share" in keys
    asked = Asked("EL42", "skilled_jobs_share", "2025")
    card = next(iter(answers(Held(panel, national, places), asked)))["above"]
    assert "skilled jobs: unknown" not in card and "skilled jobs: many" in card


def test_labour_force_weighs_what_is_merged(home: Path, places: pd.DataFrame) -> None:
    codes = _codes(places)
    force = {"freq": "A", "sex": "T", "age": "Y15-74", "unit": "THS_PER"}
    size = {"HU11": 300.0, "HU12": 700.0}
    cells = [(g, y, size.get(g, 500.0)) for g in codes for y in YEARS]
    assert "Added labour_force_nuts2" in _added(home, "LFST_R_LFP2ACT", force, cells)
    rates = sources.panel("unemployment_rate")
    rates = rates[rates["geo"].isin(list(size)) & (rates["period"] == "2024")].reset_index(drop=True)
    weights = sources.panel("labour_force")
    found = regions.convert(rates, sources.nuts_correspondence(), to="2013", weights=weights)
    own = rates.set_index("geo")["value"]
    assert found.frame[["geo", "conversion"]].to_numpy().tolist() == [["HU10", "merged"]]
    assert found.frame["value"].item() == pytest.approx(0.3 * own["HU11"] + 0.7 * own["HU12"])
    assert [v.dataset for v in found.provenance.data if v.kind == "file"] == ["labour_force_nuts2"]
