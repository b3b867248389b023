"""What one occupation needs beside what a person has."""

from __future__ import annotations

import pytest

from almpo_kit import matching

from .worlds import occupations, relations, space

OCCUPATIONS = occupations()


def test_every_requirement_has_a_status() -> None:
    finding = matching.skill_gap("bricklayer", "tile fitter", space(), OCCUPATIONS)
    status = finding.table.set_index("label")["status"].to_dict()
    assert status == {
        "lay tiles": "related held",
        "cut tiles": "related held",
        "mortar": "held",
        "level": "held",
        "measure": "held",
        "clean": "held",
    }
    assert finding.table["label"].iloc[-1] == "clean", "optional ones come last"
    assert finding.table["through"].iloc[0] in ("lay bricks", "mortar", "level")
    assert (finding.essential, finding.missing_essential, finding.related_essential) == (5, 2, 2)
    assert finding.table["weight"].sum() == pytest.approx(1)
    met = (finding.table["weight"] * finding.table["met"]).sum()
    assert finding.coverage == pytest.approx(met)
    essential = finding.table[finding.table["relation"].eq("essential")]
    assert finding.months == pytest.approx(essential["months"].sum())


def test_it_agrees_with_the_list_of_moves() -> None:
    moves = matching.reachable("waiter", space(), OCCUPATIONS).table.set_index("label")
    for target in ("barista", "cook", "lawyer"):
        gap = matching.skill_gap("waiter", target, space(), OCCUPATIONS)
        row = moves.loc[target]
        assert (gap.coverage, gap.months, gap.missing_essential) == pytest.approx(
            (row["coverage"], row["months"], row["missing_essential"])
        )


def test_knowledge_has_its_field_and_optional_skills_are_held_in_part() -> None:
    gap = matching.skill_gap("waiter", "lawyer", space(), OCCUPATIONS).table.set_index("label")
    assert gap.loc["law", ["kind", "field", "field_label"]].tolist() == ["knowledge", "0421", "group K0421"]
    assert gap.loc["law", "status"] == "missing"
    wine = {"5131.1": ("waiter", ["a"], ["wine"]), "5131.2": ("sommelier", ["wine", "a"], [])}
    partly = matching.skill_gap("waiter", "sommelier", relations(wine), occupations(wine)).table.set_index(
        "label"
    )
    assert partly.loc["id-wine", "status"] == "partly held"


def test_nothing_missing_is_said() -> None:
    finding = matching.skill_gap("waiter", "waiter", space(), OCCUPATIONS)
    assert finding.coverage == pytest.approx(1) and finding.missing_essential == 0
    assert "none of the 5 essential skills is missing" in finding.sentence


def test_a_group_counts_what_half_of_it_holds() -> None:
    finding = matching.skill_gap("5120", "chef", space(), OCCUPATIONS)
    table = finding.table.set_index("label")
    assert table.loc["chop", "status"] == "held"
    assert table.loc["plan menus", "status"] == "partly held"
    assert any(c.name == "which_occupation" and c.status == "failed" for c in finding.checks)
