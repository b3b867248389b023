"""What a run's tags and description say: the place, what moved, doubts first, and nobody's markup."""

from __future__ import annotations

import json
from pathlib import Path

from almpo_kit.workbench.tracking_words import note, place, run_tags

RECORD = {
    "sentences": {"a": "It <b>helps</b> [here](javascript:x)."},
    "failed_checks": {"a": ["Few studies."]},
    "data": [{"dataset": "effects", "version": "2026-1"}],
    "synthetic": True,
}


def test_a_report_is_told_at_a_glance(tmp_path: Path) -> None:
    manifest = {
        "seconds": 7.25,
        "git": {"commit": "c0ffee" * 6, "modified": True},
        "environment": {"lock_sha256": "ab" * 32},
        "differences": {"numbers": {"a.effect": [2.4, 2.1]}, "sentences": {}},
    }
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    found = run_tags(
        RECORD, {"report": "brief"}, (tmp_path / "manifest.json",), {"country": "EL", "programme": "training"}
    )
    assert found["place"] == "EL Greece" and found["kind"] == "report" and found["seconds"] == "7.25"
    assert found["moved"] == "a.effect 2.4 → 2.1 (1 number moved)"
    assert (found["commit"], found["lock"]) == ("c0ffeec0ffee and changes", "ab" * 6)
    assert found["programme_types"] == "training" and found["data"] == "effects 2026-1"
    assert found["mlflow.user"] == "almpo", "not the account of whoever made it"


def test_the_answer_of_a_run_is_the_one_about_its_place() -> None:
    record = {
        "sentences": {"base": "The base holds much.", "local": "No estimate from Greece is held (EL42)."}
    }
    assert run_tags(record, {}, (), {"country": "EL"})["answer"].startswith("No estimate from Greece")
    assert run_tags(record, {}, (), {"place": "EL42"})["answer"].startswith("No estimate from Greece")
    assert run_tags(record, {}, (), {"place": "EL4"})["answer"] == "The base holds much."
    assert run_tags(record, {})["answer"] == "The base holds much."


def test_doubts_come_first_and_words_are_no_markup() -> None:
    said = note(RECORD, {})
    assert said.index("SYNTHETIC") < said.index("Few studies") < said.index("helps")
    assert "<b>" not in said.replace("\\<b\\>", "") and "](" not in said.replace("\\](", "")


def test_where_nothing_is_said_nothing_is_claimed(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("[half")
    found = run_tags({}, {}, (tmp_path / "manifest.json",))
    assert found == {"synthetic": "false", "failed_checks": "0", "mlflow.user": "almpo"}
    assert place({"country": None}) == "" and place({"place": "EL30"}) == "EL30"
