from __future__ import annotations

import hashlib
import time

import numpy as np
import pandas as pd
import pytest

from almpo_kit.experiments.assigning.assign import assign
from almpo_kit.experiments.assigning.late import late
from almpo_kit.vocabulary.errors import DesignError, FrameError
from almpo_kit.vocabulary.frames import check

from .lists import DESIGNS, people


def lot(seed: str, stage: str, unit: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{seed}\n{stage}\n{unit}".encode()).digest()[:8], "big")


def test_each_has_a_lot_of_its_own_that_a_stranger_draws_again() -> None:
    design, columns = DESIGNS["three arms"]
    first = assign(people(), design, seed=1, **columns)
    before = first.assignments.copy()
    new = people(300, seed=2, first=1000)
    found = late(first, new, seed="later")
    arms = ["none"] * 5 + ["a"] * 3 + ["b"] * 2
    assert [arms[lot("later", "late: units", i) % 10] for i in new["id"]] == found.assignments["arm"].tolist()
    assert found.assignments["chance"].round(9).tolist() == [design.arms[a] for a in found.assignments["arm"]]
    assert set(found.assignments["entered"]) == {"late"} and found.stage == "late"
    pd.testing.assert_frame_equal(first.assignments, before)
    check(pd.concat([before, found.assignments], ignore_index=True), "assignments")


def test_whoever_else_comes_plays_no_part() -> None:
    design, columns = DESIGNS["three arms"]
    first = assign(people(), design, seed=1, **columns)
    new = people(50, seed=2, first=1000)
    alone, together = late(first, new.iloc[[7]], seed="later"), late(first, new, seed="later")
    assert alone.assignments["arm"].iloc[0] == together.assignments["arm"].iloc[7]
    other = assign(people(100, seed=9), design, seed=33, **columns)
    assert late(other, new, seed="later").draw_digest == together.draw_digest
    assert late(first, new, seed="later", stage="late 2").draw_digest != together.draw_digest


def test_chances_are_those_of_the_list() -> None:
    design, columns = DESIGNS["three arms"]
    first = assign(people(), design, seed=1, **columns)
    new = people(4000, seed=2, first=1000)
    share = late(first, new, seed="later").assignments["arm"].value_counts(normalize=True)
    # Four standard errors.
    assert all(abs(share[a] - s) < 4 * np.sqrt(s * (1 - s) / 4000) for a, s in design.arms.items())


@pytest.mark.parametrize("kind", ["cluster", "matched_pair", "stepped_wedge"])
def test_they_follow_their_group(kind: str) -> None:
    design, columns = DESIGNS[kind]
    first = assign(people(), design, seed=1, **columns)
    found = late(first, people(60, seed=2, first=1000), seed="later")
    groups = first.assignments.drop_duplicates("cluster").set_index("cluster")
    same = groups.loc[found.assignments["cluster"], ["arm", "step", "chance", "block", "pair"]]
    pd.testing.assert_frame_equal(
        found.assignments[["arm", "step", "chance", "block", "pair"]], same.reset_index(drop=True)
    )
    assert [c.name for c in found.failed] == ["came to a known arm"]


def test_in_places_with_a_share_they_draw_with_it() -> None:
    design, columns = DESIGNS["saturation"]
    first = assign(people(), design, seed=1, **columns)
    found = late(first, people(900, seed=2, first=1000), seed="later").assignments
    offered = (found["arm"] == "programme").groupby(found["saturation"]).agg(["mean", "size"])
    assert offered["mean"][0.0] == 0 and offered["mean"][1.0] == 1
    assert abs(offered["mean"][0.4] - 0.4) < 4 * np.sqrt(0.24 / offered["size"][0.4])
    chances = found.groupby(["saturation", "arm"])["chance"].first()
    assert np.isclose(chances[0.4, "programme"], 0.2) and np.isclose(chances[1.0, "programme"], 0.25)


def test_a_seed_that_was_known_is_a_caution() -> None:
    first = assign(people(), DESIGNS["individual"][0], seed=1)
    new = people(5, first=1000)
    assert [c.name for c in late(first, new, seed=1).failed] == ["nobody knew the arm"]
    assert not late(first, new, seed=2).failed
    # A table has no seed in it; what was published is said.
    table = first.assignments
    told = late(table, new, first.design, seed="2", known_seeds=[1, 2])
    assert [c.name for c in told.failed] == ["nobody knew the arm"]
    assert not late(table, new, first.design, seed=3, known_seeds=[1, 2]).failed


def test_thousands_are_told_apart() -> None:
    first = assign(people(2400), DESIGNS["individual"][0], seed=1)
    assert "2\u202f400 rows of the list" in first.question
    assert "1\u202f200 late entrants" in late(first, people(1200, first=5000), seed=2).question
    with pytest.raises(FrameError, match="1\u202f200 of 1\u202f200 units were drawn before"):
        late(first, people(1200), seed=2)


def test_what_is_refused() -> None:
    design, columns = DESIGNS["cluster"]
    first = assign(people(), design, seed=1, **columns)
    with pytest.raises(FrameError, match="3 of 5 units were drawn before"):
        late(first, pd.concat([people(3), people(2, first=1000)]), seed=2)
    with pytest.raises(DesignError, match=r"1 groups were not drawn, e.g. group 'office 99'"):
        late(first, people(3, first=1000).assign(office="office 99"), seed=2)
    with pytest.raises(FrameError, match="more than once"):
        late(first, pd.concat([people(1, first=1000)] * 2), seed=2)


def test_many_late_entrants_beside_many_who_were_drawn() -> None:
    """A comparison of each with each took several seconds here, and did not end with 100,000 beside a million."""
    first = assign(pd.DataFrame({"id": range(60_000)}), DESIGNS["individual"][0], seed=1)
    new = pd.DataFrame({"id": range(60_000, 66_000)})
    start = time.process_time()
    assert len(late(first, new, seed=2).assignments) == 6_000
    assert time.process_time() - start < 2
