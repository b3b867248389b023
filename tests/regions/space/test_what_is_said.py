"""Which countries a finding is about, what stands in for a name, and what a mean or another vintage is warned of."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from almpo_kit import regions
from almpo_kit.regions.space.cluster_words import QUADRANTS
from almpo_kit.regions.space.neighbour_words import some
from almpo_kit.regions.space.territory import named, regions_of_countries

from ..conftest import Frames
from .pins import lattice
from .test_verbs import KEY, checks, frame, hill, near

__all__ = ["near"]


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        (["EL30", "GR42"], "2 regions of Greece"),
        (["NL11", "EL30", "SE11"], "3 regions of Greece, the Netherlands and Sweden"),
        (["NL11", "EL30", "SE11", "DE11"], "4 regions of the EU"),
        (["NO08", "SE11", "DK01"], "3 regions of Denmark, Sweden and Norway"),
        (
            ["NL11", "EL30", "SE11", "DE11", "NO08", "CH01", "IS00"],
            "7 regions of the EU, Iceland, Norway and Switzerland",
        ),
        (["EL30", "NO08", "CH01", "IS00", "UKC1"], "5 regions of 5 countries"),
        (["UKC1", "UKC2"], "2 regions of the United Kingdom"),
        # Albania has no name in the vocabulary, so none of the four is named.
        (["NL11", "EL30", "SE11", "AL01"], "4 regions of 4 countries"),
        (["R0001", "R0002"], "2 regions"),
        (["EL30", "R0002"], "2 regions"),
        (["EL30", "", "7"], "3 regions"),
        (["AA00", "AA01"], "2 regions"),
        ([f"EL{i:04d}" for i in range(1345)], "1\u202f345 regions of Greece"),
    ],
)
def test_countries_are_named_while_they_are_few(codes: list[str], said: str) -> None:
    assert regions_of_countries(codes) == said


def test_the_name_of_a_country_stands_in_for_that_of_a_region() -> None:
    assert named("LI00", {}) == "Liechtenstein" and named("EL30", {"EL30": "Attiki"}) == "Attiki"
    assert named("R0001", {}) == "R0001"
    # "EU" stands for several countries in the vocabulary and is none.
    assert named("EU01", {}) == "EU01"
    said = some(["EL30", "LI00", "UKC1", "R0001"], {"EL30": "Attiki"})
    assert said == "Attiki (EL30), Liechtenstein (LI00), the United Kingdom (UKC1) and R0001"


def test_the_real_map_is_not_taken_for_the_eu(real: Frames, near: regions.Neighbours) -> None:
    where = "247 regions of the EU, Iceland, Norway and Switzerland"
    asked = {"indicator": KEY, "period": 2024}
    moran = regions.autocorrelation(real.indicators, real.places, near, **asked)
    assert f"of unemployment over {where} is 0.5" in moran.sentence
    assert moran.rests_on.startswith(f"{where}, 1\u202f476 links, 2024; Eurostat")
    names = moran.table.set_index("geo")["name"]
    assert names["CH04"] == "Switzerland" and names["ES61"] == "Andalucía"
    held = {c.name: c.sentence for c in moran.checks}
    assert "Liechtenstein (LI00), Norway (NO0B)" in held["missing"]
    found = regions.clusters(real.indicators, real.places, near, permutations=999, **asked)
    assert found.sentence.startswith(f"In 2024, of {where}, ") and found.rests_on == moran.rests_on
    assert near.sentence.startswith("251 of 260 regions of 31 countries have neighbours")
    assert near.rests_on.startswith("260 regions of 31 countries (NUTS 2024), 1\u202f532 links")
    model = regions.spatial_model(
        real.indicators,
        real.places,
        near,
        response=KEY,
        regressors=["gdp_per_head_pps"],
        period=2024,
        islands="leave",
    )
    # No GDP is held of the others.
    assert model.sentence.startswith("In 2024, across 233 regions of the EU, unemployment was")


@pytest.mark.parametrize("control", ["bh", "none"])
def test_clusters_are_told_without_brackets_in_a_row(control: str) -> None:
    found = regions.clusters(
        frame(hill()), None, lattice(12), indicator=KEY, permutations=9_999, control=control
    )  # type: ignore[arg-type]
    assert ") (" not in found.sentence and "((" not in found.sentence and "))" not in found.sentence
    total = sum(found.counts.values())
    assert found.sentence.startswith(f"In 2024, of 144 regions, {total} stand out in unemployment together")
    for q in ("HH", "LL"):
        assert f"{found.counts[q]} {QUADRANTS[q]}, e.g. R0" in found.sentence
    end = {
        "bh": f"False discoveries are held to 5%; {found.unadjusted} would be named without that control.",
        "none": "Each region was read alone, at 5%.",
    }
    assert found.sentence.endswith(f". {end[control]}")


def several(*years: str, key: str = KEY, offset: int = 0) -> pd.DataFrame:
    return pd.concat([frame(hill(seed=int(y) + offset), key, period=y) for y in years])


@pytest.mark.parametrize(
    ("years", "status"),
    [
        (("2019", "2020", "2021", "2022"), "failed"),
        (("2022", "2020"), "failed"),
        (("2021", "2022"), "passed"),
        (("2019", "2020"), "passed"),
        (("2021",), None),
    ],
)
@pytest.mark.parametrize("verb", [regions.autocorrelation, regions.clusters])
def test_a_mean_over_the_break_fails_a_check(
    verb: object, years: tuple[str, ...], status: str | None
) -> None:
    found = verb(several(*years), None, lattice(12), indicator=KEY, period=years, permutations=199)  # type: ignore[operator]
    held = checks(found)
    assert held.get("break_2021", (None,))[0] == status
    start = "In " if len(years) == 1 else "Over the mean of "
    assert found.sentence.startswith(f"{start}{years[0]}")
    if status == "failed":
        assert "of unemployment is therefore of two definitions" in held["break_2021"][1]


def test_the_break_is_the_survey_s_alone() -> None:
    years, w = ("2020", "2021"), lattice(12)
    gdp = several(*years, key="gdp_per_head_pps", offset=7)
    found = regions.autocorrelation(
        gdp, None, w, indicator="gdp_per_head_pps", period=years, permutations=199
    )
    assert "break_2021" not in checks(found)  # type: ignore[arg-type]
    both = pd.concat([gdp, several(*years)])
    model = regions.spatial_model(
        both, None, w, response="gdp_per_head_pps", regressors=[KEY], period=years, model="error"
    )
    status, text = checks(model)["break_2021"]  # type: ignore[arg-type]
    assert status == "failed" and "The mean of 2020 and 2021 of unemployment is" in text
    assert model.sentence.startswith("Over the mean of 2020 and 2021, across 144 regions, GDP per head")


@pytest.mark.parametrize(
    ("of_another", "status"), [(0, None), (1, "informational"), (4, "informational"), (5, "failed")]
)
def test_another_vintage_fails_above_a_tenth_of_the_regions_kept(of_another: int, status: str | None) -> None:
    """Forty kept, in two rows of twenty; of two more that are stranded the vintage does not matter."""
    points = pd.DataFrame(
        {"geo": [f"R{i:04d}" for i in range(40)], "lon": np.arange(40) % 20, "lat": np.arange(40) // 20 * 1.0}
    )
    alone = pd.DataFrame({"geo": ["FRY1", "FRY2"], "lon": [-61.0, -61.0], "lat": [16.0, 14.0]})
    around = regions.neighbours(locations=pd.concat([points, alone]), k=3)
    values = frame(np.random.default_rng(0).normal(8, 2, 40))
    values.loc[values.index[:of_another], "nuts_version"] = ["2021", None, "2016", "2021", None][:of_another]
    far = values.iloc[:2].assign(geo=["FRY1", "FRY2"], nuts_version="2021")
    found = regions.autocorrelation(pd.concat([values, far]), None, around, indicator=KEY, permutations=199)
    assert found.n == 40 and "no_neighbour" in checks(found)  # type: ignore[arg-type]
    held = checks(found).get("vintage_of_values", (None, ""))  # type: ignore[arg-type]
    assert held[0] == status
    if of_another > 1:
        assert (
            f"The values of {of_another} of the 40 regions are not stated to be in NUTS 2024 (R0000"
            in held[1]
        )
    if of_another == 1:
        assert "The value of 1 of the 40 regions is not stated" in held[1] and "its territory" in held[1]
    assert ("regions.convert" in held[1]) == (status == "failed")
