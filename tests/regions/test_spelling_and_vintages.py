"""Frames as files give them: vintages as numbers, Greece as GR."""

from __future__ import annotations

import pandas as pd
import pytest

from almpo_kit import regions, sources


@pytest.fixture(scope="module")
def real() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    return sources.indicators(2), sources.indicators(0), sources.nuts()


@pytest.mark.parametrize("kind", ["float64", "object", "text"])
def test_a_vintage_that_came_as_a_number_is_the_same_vintage(
    real: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame], kind: str
) -> None:
    panel, national, places = real
    numbers = pd.to_numeric(panel["nuts_version"])
    versions = {
        "float64": numbers.astype(float),
        "object": numbers.astype(object),
        "text": numbers.astype(float).astype("str"),
    }[kind]
    given = panel.assign(nuts_version=versions)
    for before, after in (
        (f(panel), f(given))
        for f in (
            lambda p: regions.convergence(p, places),
            lambda p: regions.peers(p, places, region="DE21"),
            lambda p: regions.profile(p, places, region="EL42", national=national),
            lambda p: regions.trajectory(
                p, places, country="PT", indicator="unemployment_rate", national=national
            ),
        )
    ):
        assert after.sentence == before.sentence


def test_greece_spelled_gr_is_greece_and_it_is_said(
    real: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame],
) -> None:
    panel, national, places = real
    gr, gr_national = (f.assign(geo=f["geo"].str.replace("^EL", "GR", regex=True)) for f in (panel, national))
    same = regions.context(panel, places, country="EL", national=national)
    found = regions.context(gr, places, country="EL", national=gr_national)
    assert found.sentence == same.sentence
    assert found.table.drop(columns="flag").equals(same.table.drop(columns="flag"))
    said = next(c.sentence for c in found.checks if c.name == "spelling")
    assert "EL for GR" in said and "GR30" in said
    assert not any(c.name == "spelling" for c in same.checks)
    assert regions.convergence(gr, places).sentence == regions.convergence(panel, places).sentence


def test_a_file_of_old_codes_is_told_shortly_and_with_the_way_out(
    real: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame],
) -> None:
    panel, national, places = real
    old = panel.assign(geo=panel["geo"].replace({f"EL{k}": f"EL0{k}"[:4] for k in range(41, 66)}))
    found = regions.profile(old, places, region="EL30", national=national)
    (said,) = (c.sentence for c in found.checks if c.name == "vintage")
    assert "more. No change is computed" in said and "regions.convert" in said and len(said) < 500
