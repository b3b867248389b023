"""What a shock reaches, and what cannot be told: spellings, ESCO's further digits, suppressed cells, no vacancies."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from almpo_kit.matching.cycle.scenarios import ELASTICITIES, mismatch, scenarios
from almpo_kit.matching.cycle.shocks import inside
from almpo_kit.vocabulary.errors import DesignError


def _stocks(occupation: list[str], unemployed: list[float], vacancies: list[float], **more) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "geo": "EL30",
            "occupation": occupation,
            "unemployed": unemployed,
            "vacancies": vacancies,
            "source": "SYNTHETIC",
            **more,
        }
    )


def _hit(stocks: pd.DataFrame, occupation: str) -> set[str]:
    shock = pd.DataFrame({"occupation": [occupation], "unemployed_change": [1.0]})
    table = scenarios(stocks, shock, presets=()).table
    return set(table.loc[table["unemployed_change"] > 0, "occupation"])


def test_a_shock_to_an_esco_occupation_spares_its_neighbours() -> None:
    held = _stocks(["2512.1", "2512.10", "2512.4", "2511"], [10, 20, 30, 40], [5, 5, 5, 5])
    assert _hit(held, "2512.1") == {"2512.1"}
    assert _hit(held, "2512") == {"2512.1", "2512.10", "2512.4"}
    assert _hit(held, "25") == set(held["occupation"])


@pytest.mark.parametrize(
    ("code", "group", "within"),
    [
        ("5120", "5", True),
        ("5120", "51", True),
        ("5", "51", False),
        ("1551", "51", False),
        ("2512.4.1", "2512.4", True),
        ("2512.41", "2512.4", False),
        ("IT jobs", "IT", False),
        ("7112", "", True),
    ],
)
def test_inside(code: str, group: str, within: bool) -> None:
    assert inside(code, group) is within


def test_one_occupation_in_two_spellings_is_not_two_cells() -> None:
    with pytest.raises(DesignError, match="two spellings"):
        scenarios(_stocks(["2512", "C2512"], [10, 20], [5, 5]))
    with pytest.raises(DesignError, match="lies inside"):
        scenarios(_stocks(["2512", "2512.4"], [10, 20], [5, 5]))


def test_a_shock_to_hidden_cells_alone_is_refused() -> None:
    held = _stocks(["5120", "5223"], [100, np.nan], [20, np.nan], suppressed=[False, True])
    more = pd.DataFrame({"occupation": ["52"], "unemployed_change": [500], "kind": ["absolute"]})
    with pytest.raises(DesignError, match="suppressed"):
        scenarios(held, more, presets=())


def test_mismatch_without_vacancies_is_not_known() -> None:
    found = scenarios(_stocks(["5120", "5223"], [10, 20], [0, 0]), presets=("recovery",))
    assert "mismatch not known" in found.sentence and "–%" not in found.sentence


def test_the_range_over_elasticities_holds_the_whole_published_range() -> None:
    held = _stocks(["5120", "5223"], [900, 100], [1, 999])
    found = scenarios(held, presets=("recovery",), elasticity=0.9)
    inner = [
        mismatch(np.array([900.0, 100]), np.array([1.0, 999]), e) for e in np.linspace(*ELASTICITIES, 41)
    ]
    today = found.summary.iloc[0]
    assert today["mismatch_high"] == pytest.approx(max(inner), abs=1e-3)
    said = next(c.sentence for c in found.checks if c.name == "elasticity")
    assert "0.3 to 0.5 and the one chosen" in said
