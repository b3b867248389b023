"""Occupations within reach: who is near, in which order, what is missing, and what is said of it."""

from __future__ import annotations

import pandas as pd
import pytest

from almpo_kit import matching
from almpo_kit.matching.transitions.reachable import Reachable
from almpo_kit.vocabulary.errors import DataError, ParameterError
from almpo_kit.vocabulary.finding import Check

from .worlds import KITCHEN, occupations, relations, skills, space

OCCUPATIONS = occupations()


def ask(occupation: str | None = "waiter", **options: object) -> Reachable:
    return matching.reachable(occupation, options.pop("world", space()), OCCUPATIONS, **options)  # type: ignore[arg-type]


def check(finding: Reachable, name: str) -> Check:
    return next(c for c in finding.checks if c.name == name)


def stocks(**tightness: float) -> pd.DataFrame:
    rows = [("EL30", code.removeprefix("c"), 1000, 1000 * t, "a register") for code, t in tightness.items()]
    return pd.DataFrame(rows, columns=["geo", "occupation", "unemployed", "vacancies", "source"])


def test_near_jobs_come_first_and_far_ones_are_beyond_the_rule() -> None:
    table = ask().table.set_index("label")
    assert table.index[0] == "barista"
    assert table.loc["barista", "missing"] == "brew"
    assert table.loc["barista", "missing_essential"] == 1
    assert not table.loc["lawyer", "viable"]
    assert "too few of the skills" in table.loc["lawyer", "why_not"]
    assert "2 skill levels up" in table.loc["lawyer", "why_not"]
    assert "waiter" not in table.index


def test_a_job_of_few_known_skills_is_not_called_viable() -> None:
    row = ask().table.set_index("label").loc["kitchen porter"]
    assert row["coverage"] == pytest.approx(1)
    assert not row["viable"] and row["why_not"] == "the source names too few of its skills"


def test_a_space_made_before_gives_the_same_answer() -> None:
    once = matching.reachable("waiter", relations(), OCCUPATIONS, skills=skills())
    pd.testing.assert_frame_equal(once.table, ask().table)
    assert once.sentence == ask().sentence


@pytest.mark.parametrize(
    "name",
    [
        "waiter",
        "WAITER",
        " waiter ",
        "5131.1",
        "waiters abroad",
        "http://data.europa.eu/esco/occupation/5131.1",
    ],
)
def test_an_occupation_is_found_however_it_is_written(name: str) -> None:
    assert ask(name).origin == "waiter"


@pytest.mark.parametrize("name", ["5120", "C5120", "ISCO-08 5120", "group 5120"])
def test_an_isco_group_is_all_its_occupations(name: str) -> None:
    group, cook, grill = ask(name), ask("cook"), ask("grill cook")
    assert group.n_compared == len(KITCHEN) - 2
    row = group.table.set_index("label").loc["chef"]
    both = [f.table.set_index("label").loc["chef", "coverage"] for f in (cook, grill)]
    assert row["coverage"] == pytest.approx(sum(both) / 2)
    assert (row["coverage_low"], row["coverage_high"]) == pytest.approx((min(both), max(both)))
    assert row["origins_within"] == 2
    assert "2 occupations" in check(group, "which_occupation").sentence


def test_skills_held_add_to_an_occupation_and_stand_alone() -> None:
    plain = ask().table.set_index("label").loc["cook", "coverage"]
    more = ask(held=["id-fry", "chop"]).table.set_index("label").loc["cook", "coverage"]
    assert more > plain
    alone = ask(None, held="chop | fry | season fast | clean | plan menus", skill_level=2)
    assert alone.table["label"].iloc[0] == "cook"
    assert alone.table["coverage"].iloc[0] > 0.8
    assert alone.certainty is None


def test_few_skills_are_too_little_to_say() -> None:
    finding = ask(None, held=["chop"])
    assert finding.certainty == "too little to say"
    assert finding.sentence.startswith("Too little to say")
    assert check(finding, "few_skills").status == "failed"
    assert check(finding, "skill_level").status == "failed"


def test_skills_that_are_not_known_are_named() -> None:
    finding = ask(held=["chop", "fly a kite", "=1+1"])
    assert check(finding, "skills_not_found").status == "failed"
    assert "'fly a kite' and '=1+1'" in check(finding, "skills_not_found").sentence


def test_at_most_so_many_of_one_unit_group() -> None:
    cooks = [x for x in ask("chef", per_unit=1).table["unit"] if x == "5120"]
    assert len(cooks) == 1
    assert len([x for x in ask("chef", per_unit=2).table["unit"] if x == "5120"]) == 2


def test_demand_is_matched_at_the_level_there_is_and_over_supply_is_flagged() -> None:
    finding = ask("cook", balance=stocks(c51=1.0, c5120=0.1, c3=3.0, c7112=1.0), top=9)
    table = finding.table.set_index("label")
    assert table.loc["grill cook", ["matched", "demand"]].tolist() == ["5120", "over-supplied"]
    assert table.loc["barista", "matched"] == "51"
    assert table.loc["chef", ["matched", "demand"]].tolist() == ["3", "tighter than average"]
    assert table.loc["lawyer", "demand"] == "not known"
    # Chef covers less than grill cook, but there they do not queue.
    viable = [label for label, ok in zip(table.index, table["viable"], strict=True) if ok]
    assert viable[-1] == "grill cook"
    assert "grill cook" in check(finding, "over_supplied").sentence
    assert check(finding, "over_supplied").status == "failed"


def test_decline_is_seen_where_a_year_before_is_known() -> None:
    now, before = stocks(c5120=0.5, c3434=0.5), stocks(c5120=1.0, c3434=0.5)
    both = pd.concat([now.assign(period="2024-Q2"), before.assign(period="2023-Q2")])
    finding = ask("chef", balance=both)
    table = finding.table.set_index("label")
    assert table.loc["cook", "declining"] and not table.loc["waiter", "declining"]
    assert "cook" in check(finding, "declining").sentence
    assert check(ask("chef", balance=now), "decline_unknown").status == "informational"


def test_synthetic_demand_is_said() -> None:
    finding = ask(balance=stocks(c5=1.0).assign(source="SYNTHETIC market"))
    assert finding.provenance.synthetic and finding.sentence.startswith("SYNTHETIC")
    assert not ask(balance=stocks(c5=1.0)).provenance.synthetic


def test_cost_is_months_times_what_the_user_says() -> None:
    assert ask().table["cost"].isna().all()
    told = ask(training=matching.TrainingAssumptions(cost_per_month=900.0)).table
    pd.testing.assert_series_equal(told["cost_high"], 900 * told["months_high"], check_names=False)


def test_what_the_relations_do_not_cover_is_refused_with_the_way_out() -> None:
    few = {k: v for k, v in KITCHEN.items() if k.startswith("5120")}
    for name in ("waiter", "5131", "5131.1"):
        with pytest.raises(DataError, match=r"nothing is guessed.*two cooks.*almpo data add esco.zip"):
            matching.reachable(name, relations(few, covers="two cooks only"), OCCUPATIONS, skills=skills())


def test_a_partial_source_says_what_it_hides() -> None:
    said = check(ask(), "covers")
    assert said.status == "failed" and "all of a made-up kitchen" in said.sentence


def test_other_measures_stand_beside() -> None:
    assert "by cosine likeness" in check(ask(), "other_measures").sentence


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("wayter", "Near it: 'waiter'"),
        ("", "empty"),
        ("5", "too wide"),
        ("5139", "no group"),
        ("5131.9", "5131"),
        ("<script>alert(1)</script>", "no occupation"),
        ("x" * 1_000_000, "no occupation"),
        ("'; DROP TABLE occupations; --", "no occupation"),
    ],
)
def test_a_wrong_name_is_refused_in_words(name: str, why: str) -> None:
    with pytest.raises(ParameterError, match=why) as error:
        ask(name)
    assert len(str(error.value)) < 600


def test_a_label_of_two_occupations_asks_which() -> None:
    double = OCCUPATIONS.assign(label=OCCUPATIONS["label"].replace({"grill cook": "cook"}))
    with pytest.raises(ParameterError, match=r"2 occupations.*5120\.1.*5120\.2"):
        matching.reachable("cook", space(), double)


def test_neither_occupation_nor_skills() -> None:
    with pytest.raises(ParameterError, match="held="):
        ask(None)
    with pytest.raises(ParameterError, match="no ESCO skill"):
        ask(None, held=["nothing of the kind"])
    with pytest.raises(ParameterError, match="an empty list"):
        ask(None, held=[])
    with pytest.raises(ParameterError, match="1, 2, 3 and 4"):
        ask(skill_level=7)
    with pytest.raises(ParameterError, match="top"):
        ask(top=0)
