"""Bad tables: clear messages, nothing executed, nothing lost."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest

from almpo_kit import matching
from almpo_kit.matching.transitions.local_demand import local_demand
from almpo_kit.vocabulary.errors import DataError, FrameError, ParameterError

from .worlds import occupations, relations, skills, space


def test_relations_that_break_their_schema() -> None:
    good = relations()
    with pytest.raises(FrameError, match="lack skill"):
        matching.skill_space(good.drop(columns="skill"))
    with pytest.raises(FrameError, match="'maybe'"):
        matching.skill_space(good.assign(relation="maybe"))
    with pytest.raises(DataError, match=r"almpo data add esco\.zip"):
        matching.skill_space(good.iloc[:0])
    with pytest.raises(ParameterError, match="optional="):
        matching.skill_space(good, optional=1.5)
    with pytest.raises(FrameError, match="label"):
        matching.skill_space(good, skills().drop(columns="label"))
    with pytest.raises(FrameError, match="label"):
        matching.reachable("cook", good, occupations().drop(columns="label"))


def test_repeated_and_missing_rows_change_nothing() -> None:
    good = relations()
    shuffled = pd.concat(
        [good.sample(frac=1, random_state=1), good, good.tail(3).assign(relation="optional")]
    )
    shuffled = pd.concat(
        [shuffled, pd.DataFrame({"occupation": [None], "skill": ["x"], "relation": ["essential"]})]
    )
    a, b = (
        matching.reachable("cook", matching.skill_space(r, skills()), occupations()) for r in (good, shuffled)
    )
    pd.testing.assert_frame_equal(a.table, b.table)


def test_without_a_taxonomy_of_skills_it_says_so() -> None:
    finding = matching.reachable("waiter", relations(), occupations())
    assert any(c.name == "no_skill_groups" and c.status == "failed" for c in finding.checks)
    assert finding.table["missing"].iloc[0] == "id-brew"


def test_skills_of_another_edition_are_counted() -> None:
    half = skills().iloc[:-8]
    finding = matching.reachable("waiter", matching.skill_space(relations(), half), occupations())
    assert next(c for c in finding.checks if c.name == "unnamed_skills").status == "failed"


def test_markup_in_labels_stays_text() -> None:
    nasty = occupations().assign(label=lambda d: d["label"].replace({"barista": "<script>alert(1)</script>"}))
    finding = matching.reachable("waiter", space(), nasty)
    # Drawings have their own tests; without one this takes a fraction of the time.
    html = dataclasses.replace(finding, figure=None)._repr_html_()
    assert "<script>" not in html and "&lt;script&gt;" in html


def stocks(*rows: tuple[object, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["geo", "occupation", "unemployed", "vacancies"])


def test_stocks_that_break_their_schema() -> None:
    with pytest.raises(FrameError, match="lacks vacancies"):
        local_demand(stocks(("EL30", "5120", 10, 1)).drop(columns="vacancies"), None)
    with pytest.raises(FrameError, match="negative"):
        local_demand(stocks(("EL30", "5120", -10, 1)), None)
    with pytest.raises(ParameterError, match="no ISCO-08 code"):
        local_demand(stocks(("EL30", "=cmd()", 10, 1)), None)
    with pytest.raises(FrameError, match="no row"):
        local_demand(stocks(("EL30", "5120", None, None)), None)
    many = stocks(("EL30", "5120", 10, 1), ("EL41", "5120", 10, 1))
    with pytest.raises(ParameterError, match="geo='EL30'"):
        local_demand(many, None)
    with pytest.raises(ParameterError, match="no place 'DE'"):
        local_demand(many, "DE")


def test_a_country_is_the_sum_of_its_regions_and_nothing_counts_twice() -> None:
    demand = local_demand(
        stocks(
            ("EL30", "5120", 100, 10),
            ("EL41", "5120", 100, 30),
            ("EL411", "5120", 50, 9),
            ("BG31", "5120", 9, 9),
        ),
        "GR",
    )
    assert demand.table.loc["5120", ["unemployed", "vacancies"]].tolist() == [200, 40]
    # A group and the group above it: what has more than the group above it is no part of it, and counts in its place.
    nested = local_demand(
        stocks(("EL30", "51", 300, 30), ("EL30", "5120", 100, 90), ("EL30", "2", 100, 10)), "EL30"
    )
    assert nested.overall == pytest.approx(100 / 200)
    assert nested.of("5120")[0] == "5120" and nested.of("5131")[0] == "51" and nested.of("7112") == ("", {})


def test_chance_alone_is_no_over_supply() -> None:
    rows = [
        ("EL30", "5120", 4, 1),
        ("EL30", "5131", 40, 3),
        ("EL30", "7112", 4000, 300),
        ("EL30", "2611", 5000, 1000),
    ]
    rows += [("EL30", "9412", 1000, 0), ("EL30", "3434", 0, 400)]
    table = local_demand(stocks(*rows), None).table
    assert table.loc["5120", "demand"] == "too few to say"
    assert table.loc["5131", "demand"] == "about average"
    assert table.loc["7112", "demand"] == "over-supplied"
    assert table.loc["9412", "demand"] == "over-supplied"
    assert table.loc["3434", "demand"] == "tighter than average"
    held = table["tightness"].notna()
    assert (table.loc[held, "tightness_low"] <= table.loc[held, "tightness_high"]).all()
    # Fewer than ten people are not shown, and cannot be reckoned back from a ratio.
    few = ["unemployed", "tightness", "tightness_low", "tightness_high"]
    assert table.loc[["5120", "3434"], few].isna().all(axis=None)
    assert table.loc["5131", few].notna().all()


def test_suppressed_cells_are_not_used() -> None:
    rows = stocks(("EL30", "5120", 100, 10), ("EL30", "5131", 100, 90)).assign(suppressed=[False, True])
    demand = local_demand(rows, None)
    assert demand.table.index.tolist() == ["5120"] and demand.overall == pytest.approx(0.1)
