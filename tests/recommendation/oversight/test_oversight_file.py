"""The oversight file fills in what is known, names who has to fill in the rest, and invents nothing."""

from __future__ import annotations

import pytest

from almpo_kit.recommendation import fairness_audit, oversight_file
from almpo_kit.recommendation.oversight.classification import QUESTIONS, classification
from almpo_kit.recommendation.oversight.dates import MILESTONES
from almpo_kit.recommendation.oversight.entries import PARTS
from almpo_kit.recommendation.oversight.facts import facts_of
from almpo_kit.vocabulary.errors import ParameterError

from ..fairness.services import by_rank, penalised_gain, service

RECORD = {
    "run_id": "0a1b2c",
    "name": "advice EL30",
    "parameters": {"depth": 2, "min_leaf": 100},
    "metrics": {"value": 1.25},
    "data": [{"dataset": "effects", "version": "2026-1", "kind": "reference", "sha256": "f" * 64}],
    "commit": "d906816",
    "overrides": {"advised": 4000, "overridden": 7},
}


def test_nothing_is_invented() -> None:
    empty = oversight_file({}, system_name="advice")
    words = set(empty.table.loc[empty.table["text"] != "", "status"])
    assert words == {"by design of the workbench", "by design of the workbench, in part"}
    filled = oversight_file(RECORD, system_name="advice")
    now = filled.table[filled.table["status"].str.startswith("from the record")]
    assert len(now) > 5
    assert all(len(by) > 5 for by in filled.missing["by_whom"])
    # What the record cannot say of an entry is left to people although a part of it is known.
    partly = filled.table[filled.table["rest"] != ""].set_index("provision")
    assert set(partly.index) >= {"Article 26(4)", "Article 35(7)(a)", "Article 14(4)(a)"}
    assert (filled.missing["text"] == "").sum() == (filled.table["status"] == "to be filled in").sum()
    assert len(filled.table) == len(empty.table)


def test_what_the_record_says_stands_in_the_file() -> None:
    text = oversight_file(RECORD, system_name="advice").markdown()
    for known in ("0a1b2c", "d906816", "effects 2026-1", "depth: 2", "value: 1.250", "fewer than 10"):
        assert known in text, known
    assert "overridden: 7" not in text
    count = text.count("To be filled in by") + text.count("Still to be filled in by")
    assert count == len(oversight_file(RECORD, system_name="advice").missing)


def test_an_audit_in_the_record_is_not_said_to_be_none() -> None:
    record = RECORD | {
        "methods": {"audit": "recommendation.fairness_audit"},
        "sentences": {"audit": "2 warnings about this rule.", "plan": "x"},
        "failed_checks": {"audit": ["No legal basis was given."], "plan": ["y"]},
    }
    file = oversight_file(record, system_name="advice")
    row = file.table[file.table["item"] == "Discriminatory impacts examined"].iloc[0]
    assert row["text"] == "2 warnings about this rule. No legal basis was given."
    assert "There is no fairness audit" not in file.markdown()
    assert "There is no fairness audit" in oversight_file(RECORD, system_name="advice").markdown()


def test_the_headings_that_the_law_asks_for_are_there() -> None:
    provisions = [e.provision for part in PARTS.values() for e in part]
    for heading in range(1, 10):
        assert f"Annex IV({heading})" in provisions
    for letter in "abcdef":
        assert f"Article 27(1)({letter})" in provisions
    for letter in "abcd":
        assert f"Article 35(7)({letter})" in provisions
    text = oversight_file({}, system_name="advice").markdown()
    for law in (
        "2024/1689",
        "2016/679",
        "Article 6(3)",
        "Article 26(6)",
        "Article 14(4)(d)",
        "GDPR, Article 22",
    ):
        assert law in text, law


def test_dates_are_told_with_a_warning_that_they_may_have_changed() -> None:
    assert any(m.enacted == "2 August 2026" and "2 December 2027" in m.since for m in MILESTONES)
    file = oversight_file({}, system_name="advice")
    assert "check the date" in file.markdown()
    assert any(c.name == "dates" for c in file.checks)


def test_the_legal_basis_is_asked_for_and_taken_from_the_audit() -> None:
    bare = oversight_file(RECORD, system_name="advice")
    assert "legal_basis" in {c.name for c in bare.failed}
    made = service(600, seed=2)
    gains = penalised_gain(made)
    audit = fairness_audit(
        made.people, by_rank(gains[:, 1]), gains=gains, by=[("sex", "children")], legal_basis="act | § 12"
    )
    file = oversight_file(RECORD, audit, system_name="advice")
    assert file.legal_basis == "act | § 12" and "legal_basis" not in {c.name for c in file.failed}
    assert "act \\| § 12" in file.markdown()
    assert "flags" in {c.name for c in file.failed}
    assert file.sentence.startswith("SYNTHETIC")
    assert str(audit.flags["what_to_do"].iloc[0])[:30] in file.markdown()


def test_what_is_open_counts_as_high_risk() -> None:
    assert classification()[0] == "high-risk"
    no = dict.fromkeys(QUESTIONS, False)
    assert classification(no)[0] == "not high-risk by the answers given"
    service_for_state = no | {"for_public_authority": True, "evaluates_access": True}
    assert classification(service_for_state)[0] == "high-risk"
    narrow = service_for_state | {"narrow_task": True}
    assert classification(narrow)[0] == "not high-risk by the answers given"
    # Profiling undoes the exception, whatever else is said.
    assert classification(narrow | {"profiles_people": True})[0] == "high-risk"
    assert classification(narrow | {"profiles_people": None})[0] == "high-risk"


def test_markup_from_a_record_stays_text() -> None:
    record = RECORD | {"parameters": {"note": "<script>alert(1)</script> | [x](http://y)\n# head"}}
    text = oversight_file(record, system_name="a <b>bold</b> name").markdown()
    assert "<script" not in text and "<b>" not in text and "\n# head" not in text
    assert "\\[x\\]" in text


def test_small_counts_of_overrides_are_not_given_away_by_their_total() -> None:
    told = facts_of({"overrides": {"overridden": 43, "by_programme": {"training": 40, "services": 3}}})[
        "overrides"
    ]
    assert "40" not in told and "services 3" not in told and "43" in told


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"system_name": " "}, "system_name"),
        ({"given": {"cat": "x"}}, "cat"),
        ({"uses": {"cat": True}}, "cat"),
        ({"uses": {"narrow_task": "yes"}}, "narrow_task"),
    ],
)
def test_wrong_answers_name_the_right_ones(given: dict[str, object], words: str) -> None:
    with pytest.raises(ParameterError, match=words):
        oversight_file(RECORD, **({"system_name": "advice"} | given))  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match="runid"):
        oversight_file({"runid": 1}, system_name="advice")
