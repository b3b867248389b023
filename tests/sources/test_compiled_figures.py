"""Against the compiled figures, where they lie beside the checkout: every difference is a written revision."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pandas as pd
import pytest

from almpo_kit import sources

FACTS = Path(os.environ.get("ALMPO_SHARED") or Path(__file__).parents[3] / "shared") / "facts"
REVISIONS = (Path(__file__).parents[2] / "data" / "REVISIONS.md").read_text(encoding="utf-8")
pytestmark = pytest.mark.skipif(not FACTS.is_dir(), reason="the compiled figures are not beside the checkout")


def _compiled(name: str) -> pd.DataFrame:
    return pd.read_csv(FACTS / name, keep_default_na=False, na_values=[""])


def test_no_estimate_differs_without_a_revision() -> None:
    named = set(re.findall(r"`([\w-]+)`", REVISIONS))
    before = _compiled("almp_estimates.csv").rename(columns={"outcome_unit": "unit"}).set_index("estimate_id")
    after = sources.effects().set_index("estimate_id")
    assert set(after.index) <= set(before.index)
    assert set(before.index) - set(after.index) <= named
    columns = (
        "study_id country programme_type target_group outcome unit horizon_months horizon_from effect se"
    )
    changed = set()
    for column in (*columns.split(), "se_source", "significance", "n", "design", "start_year", "end_year"):
        old, new = before.loc[after.index, column], after[column]
        same = (old.astype("str") == new.astype("str")) | (old.isna() & new.isna())
        if pd.api.types.is_numeric_dtype(new):
            same = ((old - new).abs() <= 1e-9 * new.abs()) | (old.isna() & new.isna())
        changed |= set(after.index[~same])
    assert changed <= named, changed - named
    assert len(changed) == 33


@pytest.mark.parametrize(("level", "name"), [(2, "regional_indicators.csv"), (0, "national_indicators.csv")])
def test_no_indicator_differs(level: int, name: str) -> None:
    before, after = _compiled(name), sources.indicators(level)  # type: ignore[arg-type]
    assert len(before) == len(after)
    year = before["year"].astype(str)
    if "quarter" in before:
        year = year.where(before["quarter"].isna(), year + "-" + before["quarter"].astype("str"))
    both = before.assign(period=year).merge(after, on=["geo", "indicator", "period"], suffixes=("", "_after"))
    assert len(both) == len(before)
    assert (both["value"] == both["value_after"]).all()
    assert (both["unit"] == both["unit_after"]).all()
