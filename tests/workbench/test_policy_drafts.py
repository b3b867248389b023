"""Drafts with a memory, through the real store."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from almpo_kit import records, workbench
from almpo_kit.records.problems import ConflictError
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.workbench.policy_drafts import PolicyDraft

WHY = "the region has few training places"


@pytest.fixture
def store(tmp_path: Path) -> records.Store:
    return records.open_store(tmp_path / "records.db")


@pytest.fixture
def draft(store: records.Store) -> PolicyDraft:
    made = workbench.policy_draft("Tourism strategy", store=store, role="regional_authority")
    made.set("place", "EL42", argument="the consultation was held there")
    made.set("budget", 2_000_000, argument=WHY, evidence=["boheim2023"], budget_effect=2e6)
    return made


def test_every_parameter_has_a_history(draft: PolicyDraft, store: records.Store) -> None:
    draft.set("budget", 3_000_000, argument="prices of courses rose", role="ministry", budget_effect=3e6)
    seen = draft.history("budget")
    assert seen["version"].tolist() == [2, 3]
    assert seen["after"].tolist() == [2_000_000, 3_000_000]
    assert seen["author_role"].tolist() == ["regional_authority", "ministry"]
    assert seen["budget_effect_change"].tolist() == [2e6, 1e6]
    assert draft.compare(1, 3)["parameter"].tolist() == ["budget"]
    again = workbench.policy_draft("Tourism strategy", store=store)
    assert again.parameters == draft.parameters
    assert again.version == 3


def test_two_people_at_once(draft: PolicyDraft, store: records.Store) -> None:
    other = workbench.policy_draft("Tourism strategy", store=store)
    draft.set("people", 800, argument="registered in both islands")
    # Another parameter: merged in, nothing of either is lost.
    other.set("budget", 2_500_000, argument="prices of courses rose")
    assert (other.parameters["people"].value, other.parameters["budget"].value) == (800, 2_500_000)
    # The same one: refused, nothing is written.
    with pytest.raises(ConflictError, match="budget"):
        draft.set("budget", 1_000_000, argument="the ministry has less this year")
    assert workbench.policy_draft("Tourism strategy", store=store).parameters["budget"].value == 2_500_000


def test_branches_come_together_by_decision(draft: PolicyDraft) -> None:
    branch = draft.branch("Tourism strategy (unions)")
    branch.set("budget", 5_000_000, argument="too little for year-round jobs", role="trade_unions")
    branch.set("people", 900, argument="seasonal workers are counted too")
    draft.set("budget", 1_500_000, argument="the ministry has less this year")
    before = draft.version
    merged = draft.merge(branch)
    assert [c.parameter for c in merged.conflicts] == ["budget"]
    assert draft.version == before
    assert draft.merge(branch, choose={"budget": "theirs"}).clean
    assert (draft.parameters["budget"].value, draft.parameters["people"].value) == (5_000_000, 900)


def test_weights_of_a_panel_stay_with_whose_they_are(draft: PolicyDraft) -> None:
    made_by = {
        "dataset": "consultation x",
        "version": "plan 1 (1f4ef8c3687e), round 3",
        "kind": "synthetic",
        "sha256": "0" * 64,
        "source": "SYNTHETIC panel",
    }
    draft.set_goals(
        {"goals": {"jobs": 0.7, "equity": 0.3}, "goals_from": made_by},
        argument="the panel weighed them",
    )
    assert draft.wish().goals_from["dataset"] == "consultation x"
    assert draft.parameters["goals"].evidence == ("consultation x, plan 1, round 3",)
    assert draft.synthetic
    assert "SYNTHETIC" in draft.export("md")
    draft.set("goals", {"jobs": 1}, argument="the ministry cares for jobs alone")
    assert not draft.wish().goals_from
    assert not draft.synthetic
    with pytest.raises(ParameterError, match="stands with them"):
        draft.set("goals_from", made_by, argument="whose they are")


def test_what_is_asked_of_a_strategy(draft: PolicyDraft) -> None:
    draft.set("tone", "plain words", argument="everybody should be able to read it")
    asked = draft.wish()
    assert (asked.place, asked.budget) == ("EL42", 2_000_000)
    assert asked.programmes
    assert draft.budget_effect == 2e6


@pytest.mark.slow
def test_consequences_follow_the_draft(draft: PolicyDraft) -> None:
    found = draft.consequences()
    assert found.sentence
    assert found.provenance.options["budget"] == 2_000_000


def test_exports_are_text_and_carry_out_nothing(draft: PolicyDraft) -> None:
    draft.set("note", "=HYPERLINK(1) <script>", argument="<b>bold</b> | told by the office")
    assert "<script>" not in draft.export("md")
    assert "\n=HYPERLINK" not in draft.export("csv")
    assert ",=HYPERLINK" not in draft.export("csv")
    whole = json.loads(draft.export("json"))
    assert whole["parameters"]["budget"]["evidence"] == ["boheim2023"]
    assert len(whole["history"]) == 3
    with pytest.raises(ParameterError, match="md, json, csv"):
        draft.export("pdf")


@pytest.mark.parametrize(
    ("parameter", "value", "argument"),
    [
        ("budget", -5, WHY),
        ("goals", {"fame": 1}, WHY),
        ("budget", 5, "no"),
        ("note", "call anna@example.org", WHY),
        ("note", "fine", "ask anna@example.org about the money"),
        ("", 1, WHY),
        ("note", float("inf"), WHY),
    ],
)
def test_what_a_draft_cannot_hold(draft: PolicyDraft, parameter: str, value: object, argument: str) -> None:
    with pytest.raises(ParameterError):
        draft.set(parameter, value, argument=argument)
    assert draft.version == 2
