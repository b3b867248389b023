"""What holds for every conversion: conservation, bounds, identity of a relabelling, no invented precision."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit import regions
from almpo_kit.regions.vintages.arithmetic import add, mean
from almpo_kit.regions.vintages.crosswalk import links, steps
from tests.regions.vintages.conftest import crosswalk, frame, values

rates = st.floats(0, 60, allow_nan=False)
FEW = settings(max_examples=7, deadline=None)


@st.composite
def tangles(draw: st.DrawFn) -> pd.DataFrame:
    """Up to four old and four new regions with any pieces between them; every old region goes somewhere."""
    old, new = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    people = draw(
        st.lists(
            st.lists(st.integers(0, 10**6), min_size=new, max_size=new).filter(lambda r: sum(r) > 0),
            min_size=old,
            max_size=old,
        )
    )
    pieces = [
        (f"AA{i}", f"AA{chr(65 + j)}", float(n))
        for i, row in enumerate(people)
        for j, n in enumerate(row)
        if n
    ]
    return crosswalk(pieces)


@FEW
@given(tangles(), st.data())
def test_people_are_neither_made_nor_lost(table: pd.DataFrame, data: st.DataObject) -> None:
    codes = sorted(table["code_from"].unique())
    people = {c: float(data.draw(st.integers(0, 10**7))) for c in codes}
    found = regions.convert(frame(people, "2016", "population"), table, to="2021")
    assert found.frame["value"].sum() == pytest.approx(sum(people.values()), rel=1e-12)
    assert "passed" in {c.status for c in found.checks if c.name == "conservation"}


@FEW
@given(tangles(), st.data())
def test_a_rate_stays_within_its_parts_and_the_nation_keeps_its_mean(
    table: pd.DataFrame, data: st.DataObject
) -> None:
    codes = sorted(table["code_from"].unique())
    old = {c: data.draw(rates) for c in codes}
    new = values(regions.convert(frame(old, "2016"), table, to="2021").frame)
    for target, pieces in table.groupby("code_to"):
        parts = [old[c] for c in pieces["code_from"]]
        assert min(parts) <= new[str(target)] <= max(parts)
    before = table.assign(x=table["code_from"].map(old) * table["residents"])["x"].sum()
    size = table.groupby("code_to")["residents"].sum()
    after = sum(new[str(t)] * n for t, n in size.items())
    assert after == pytest.approx(before, rel=1e-9, abs=1e-6)


@FEW
@given(tangles(), st.data())
def test_published_arithmetic(table: pd.DataFrame, data: st.DataObject) -> None:
    """Written out loop by loop: counts by w_ij / w_i, rates by w_ij / w_j."""
    codes = sorted(table["code_from"].unique())
    old = {c: data.draw(rates) for c in codes}
    w = {(a, b): n for a, b, n in table[["code_from", "code_to", "residents"]].itertuples(index=False)}
    counts, means = {}, {}
    for j in sorted(table["code_to"].unique()):
        counts[j] = sum(
            n / sum(m for (a, _), m in w.items() if a == i) * old[i] for (i, b), n in w.items() if b == j
        )
        weight = sum(n for (_, b), n in w.items() if b == j)
        means[j] = sum(n * old[i] for (i, b), n in w.items() if b == j) / weight
    got = values(regions.convert(frame(old, "2016"), table, to="2021").frame)
    assert got == pytest.approx(means, rel=1e-9, abs=1e-9)
    got = values(regions.convert(frame(old, "2016", "population"), table, to="2021").frame)
    assert got == pytest.approx(counts, rel=1e-9, abs=1e-9)


@settings(max_examples=4, deadline=None)
@given(st.data())
def test_a_relabelling_there_and_back_is_nothing(correspondence: pd.DataFrame, data: st.DataObject) -> None:
    start, end = data.draw(
        st.sampled_from([("2013", "2016"), ("2016", "2024"), ("2024", "2013"), ("2021", "2024")])
    )
    found = links(steps(correspondence, "residents"), start, end)
    exact = found[found["kind"].isin(["unchanged", "recoded"])]["origin"].tolist()
    codes = data.draw(st.lists(st.sampled_from(exact), min_size=1, max_size=30, unique=True))
    old = (
        frame({c: data.draw(rates) for c in codes}, start, flag="p").sort_values("geo").reset_index(drop=True)
    )
    there = regions.convert(old, correspondence, to=end).frame
    back = regions.convert(there, correspondence, to=start).frame
    pd.testing.assert_frame_equal(back[old.columns], old, check_dtype=False)
    assert set(back["code_version"]) == {start}


@settings(max_examples=4, deadline=None)
@given(st.data())
def test_merged_and_split_again_knows_no_more_than_before(
    correspondence: pd.DataFrame, data: st.DataObject
) -> None:
    """HU11 and HU12 joined and parted: one number remains, it is flagged, and it is no longer called measured."""
    old = frame({"HU11": data.draw(rates), "HU12": data.draw(rates)}, "2016")
    force = frame({"HU11": 3.0, "HU12": 2.0}, "2016", "labour_force")
    merged = regions.convert(old, correspondence, to="2013", weights=force).frame
    back = regions.convert(merged, correspondence, to="2016").frame
    assert merged["nuts_version"].tolist() == ["2013"]
    assert back["value"].nunique() == 1
    assert set(back["flag"]) == {"merged inherited"}
    assert back["nuts_version"].isna().all()


@pytest.mark.parametrize(
    ("start", "to"), [("2013", "2024"), ("2016", "2021"), ("2024", "2013"), ("2021", "2016")]
)
def test_populations_of_every_nation_are_conserved(correspondence: pd.DataFrame, start: str, to: str) -> None:
    """All regions of all three levels at once, with made-up whole numbers of people."""
    known = steps(correspondence, "residents")
    gone = {c for c in known.codes(start) if c[:2] in ("UK", "NO")}
    codes = sorted(known.codes(start) - gone)
    people = dict(
        zip(codes, np.random.default_rng(1).integers(10**4, 10**7, len(codes)).astype(float), strict=True)
    )
    found = regions.convert(frame(people, start, "population", age="TOTAL"), correspondence, to=to)
    level = found.frame["geo"].str.len()
    after = found.frame.groupby([found.frame["geo"].str[:2], level])["value"].sum()
    start_frame = pd.Series(people)
    before = start_frame.groupby([start_frame.index.str[:2], start_frame.index.str.len()]).sum()
    assert (after - before).abs().max() <= 1e-9 * before.max()
    whole = found.frame[found.frame["conversion"].isin(["", "relabelled", "merged"])]["value"]
    assert (whole == whole.round()).all(), "whole numbers that were only added stay whole"
    check = next(c for c in found.checks if c.name == "conservation")
    assert check.status == "passed"


def test_kernels() -> None:
    target = np.array([0, 0, 1])
    assert add(np.array([1.0, 2.0, 3.0]), np.array([1.0, 0.5, 1.0]), target, 2).tolist() == [2.0, 3.0]
    assert mean(np.array([1.0, 3.0, 5.0]), np.array([1.0, 3.0, 2.0]), target, 3).tolist()[:2] == [2.5, 5.0]
    assert np.isnan(mean(np.array([1.0]), np.array([0.0]), np.array([0]), 1)).all()
    tenth = np.array([0.1] * 3)
    assert mean(tenth, np.array([0.3, 0.1, 0.7]), np.zeros(3, dtype=int), 1).tolist() == [0.1]
