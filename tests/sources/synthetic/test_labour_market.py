"""The invented labour market: labelled everywhere, the same for the same seed, true to what it says it is."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from almpo_kit import sources
from almpo_kit.vocabulary.errors import ParameterError, PlaceError
from almpo_kit.vocabulary.occupations import isco_code
from almpo_kit.vocabulary.provenance import data_versions, is_synthetic

MARKET = sources.synthetic_labour_market(seed=3, flows=True, months=12)


@pytest.mark.parametrize("part", ["seekers", "vacancies", "stocks", "panel"])
def test_every_row_and_every_stamp_says_synthetic(part: str) -> None:
    frame = getattr(MARKET, part)
    assert frame["source"].str.startswith("SYNTHETIC").all() and is_synthetic(frame)
    assert [v.kind for v in data_versions(frame)] == ["synthetic"]


def test_same_seed_same_bytes_and_another_is_another() -> None:
    again = sources.synthetic_labour_market(seed=3, flows=True, months=12)
    other = sources.synthetic_labour_market(seed=4)
    for part in ("seekers", "vacancies", "stocks", "panel"):
        assert getattr(MARKET, part).to_csv() == getattr(again, part).to_csv()
    assert MARKET.seekers.to_csv() != other.seekers.to_csv()


def test_sizes_places_and_codes() -> None:
    assert (len(MARKET.seekers), len(MARKET.vacancies)) == (5000, 800)
    assert MARKET.seekers["geo"].dropna().str.fullmatch("EL[0-9]{2}").all()
    assert 0.005 < MARKET.seekers["geo"].isna().mean() < 0.04
    assert all(isco_code(c) == c for c in MARKET.seekers["true_occupation"].unique())
    assert sources.synthetic_labour_market(country=None, seekers=3000).seekers["geo"].str[:2].nunique() > 15


def test_draws_scatter_around_the_truth_as_a_multinomial_does() -> None:
    market = sources.synthetic_labour_market(seed=1, seekers=40_000, vacancies=20_000)
    both = market.truth["expected"].merge(
        market.stocks, on=["geo", "occupation"], how="left", suffixes=("", "_drawn")
    )
    for side in ("unemployed", "vacancies"):
        z = (both[f"{side}_drawn"].fillna(0) - 0.98 * both[side]) / np.sqrt(both[side])
        assert abs(z.mean()) < 0.15 and 0.85 < z.std() < 1.15


def test_hires_follow_the_matching_function() -> None:
    panel, truth = MARKET.panel, MARKET.truth
    assert panel is not None
    a = truth["unemployment_elasticity"]
    phi = panel["occupation"].map(truth["efficiency"])
    mean = phi * panel["unemployed"] ** a * panel["vacancies"] ** (1 - a)
    large = mean > 20
    ratio = panel.loc[large, "hires"].sum() / mean[large].sum()
    assert abs(ratio - np.exp(truth["noise"] ** 2 / 2)) < 0.02


def test_real_unemployment_rates_shape_the_regions() -> None:
    indicators = sources.indicators(level=2)
    market = sources.synthetic_labour_market(seed=0, seekers=20_000, indicators=indicators)
    plain = sources.synthetic_labour_market(seed=0, seekers=20_000)
    lift = (market.seekers["geo"].value_counts() / plain.seekers["geo"].value_counts()).dropna()
    rate = indicators[indicators["indicator"] == "unemployment_rate"].groupby("geo")["value"].last()
    assert np.corrcoef(lift, rate.reindex(lift.index))[0, 1] > 0.9


def test_texts_come_from_the_titles_in_the_countrys_language() -> None:
    titles = pd.DataFrame(
        {"occupation": ["2512.4", "2512.4", "5223.1"], "language": ["de", "en", "de"], "title": ["Entwickler", "developer", "Verkäufer"]}
    )  # fmt: skip
    market = sources.synthetic_labour_market(country="AT", titles=titles)
    written = market.seekers.dropna(subset=["text"])
    assert set(written["true_occupation"]) == {"2512", "5223"}
    assert (written["text"].isin(["Entwickler", "Verkäufer"])).mean() > 0.85
    assert 0.2 < written["occupation"].isna().mean() < 0.5


def test_nonsense_is_refused() -> None:
    with pytest.raises(ParameterError, match="seekers=0"):
        sources.synthetic_labour_market(seekers=0)
    with pytest.raises(PlaceError):
        sources.synthetic_labour_market(country="XX")
