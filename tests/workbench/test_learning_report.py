"""The learning report through the command, the question on the command line, and a review without documents."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from made_pages import ALMPO, clean, made

from almpo_kit.vocabulary.errors import DataError
from almpo_kit.workbench.learning_cases import LearningCase


@pytest.mark.usefixtures("own_store")
def test_the_report(tmp_path: Path) -> None:
    text, numbers, html = made("learning", tmp_path)
    assert text.count("SYNTHETIC") > 15 and clean(text) and html.count("<svg") >= 6
    assert "experts decide" in text and "optimistic" in text
    # Ranking with meaning saves more reading than the peer on a real collection, and order by lot saves none.
    saved = {m: numbers[f"saved.wss: {m}"] for m in ("mixed", "logistic", "random")}
    assert saved["mixed"] > saved["logistic"] > saved["random"] + 0.1
    assert abs(saved["random"]) < 0.1
    # Trained on this review's settled codes a model is better here, on studies that it has not seen.
    assert numbers["comparison.promote"] == 1 and numbers["comparison.studies"] >= 20
    # The two invented experts err, and are found to.
    assert 0.4 < numbers["agreement.alpha_relevant"] < 0.8 < numbers["agreement.alpha_country"]
    # Nothing was drawn by lot yet, so nothing is promised.
    assert numbers["stopping.may_stop"] == 0 and "Do not stop yet" in text


def test_ask_on_the_command_line() -> None:
    def ask(question: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*ALMPO, "ask", question], capture_output=True, text=True, timeout=120)

    found = ask("Does supported employment help people with a mental illness into work?")
    assert found.returncode == 0 and "“" in found.stdout and "Too little to say" in found.stdout
    none = ask("Do chess lessons help unemployed youth?")
    assert none.returncode == 1 and none.stdout.startswith("Not in the evidence") and "chess" in none.stdout


def test_a_review_without_documents_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALMPO_LIBRARY", str(tmp_path / "library"))
    monkeypatch.setenv("ALMPO_RECORDS", str(tmp_path / "records.db"))
    with pytest.raises(DataError, match="almpo documents add"):
        LearningCase("almp")
