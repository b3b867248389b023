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


#: The other side of a comparison, as the compiled notes name it: "versus X", "relative to X", "vs 43.7% (X)".
OTHER_SIDE = re.compile(
    r"(?:\b(?:vs|versus|against)|relative to) (?:\d[\d.]*%? \()?((?!of \d|difference)[A-Za-z][\w+ -]*)"
)
#: Nothing, or the ordinary services that people would get; everything else is another programme or amount.
ORDINARY = re.compile(r"as usual|SAU|no programme|control|matched ineligibles|wave 2")


def test_who_was_compared_is_read_from_the_compiled_notes() -> None:
    notes = _compiled("almp_estimates.csv").set_index("estimate_id")["note"]
    after = sources.effects().set_index("estimate_id")["comparator"]
    named = {k: OTHER_SIDE.findall(notes[k]) for k in after.index}
    other = {k for k, sides in named.items() if any(not ORDINARY.search(side) for side in sides)}
    assert "hoff2021-02" in other and "hoff2021-01" not in other
    assert {k.split("-")[0] for k in other} == {
        "hoff2021",
        "junquera2025",
        "kreko2023",
        "krug2016",
        "skagseth2020",
    }
    assert not {k for k in other if after[k] == "no_programme"}


#: Words with which the compiled notes say that something is not known or was decided.
CAVEAT = re.compile(
    r"not stated|not printed|not the printed|approx|assum|general knowledge|inferred|possibly|presum|probably"
    r"|judgement|implied|unclear|country from|may not",
    re.IGNORECASE,
)


def test_no_caveat_of_a_compiled_note_was_lost() -> None:
    before = _compiled("almp_estimates.csv").set_index("estimate_id")["note"].fillna("")
    after = sources.effects().set_index("estimate_id")["note"].fillna("")

    def caveats(note: str) -> int:
        return len({part.strip() for part in re.split("[;,]", note) if CAVEAT.search(part)})

    lost = {k for k in after.index if caveats(after[k]) < caveats(before[k])}
    assert not lost


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
