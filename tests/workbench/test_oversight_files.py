"""The oversight file of a run that is there, with its overrides, as one page that stands alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from almpo_kit import records
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.workbench import cli, oversight_files, tracking
from almpo_kit.workbench.tracking_reading import read_run

RECORD = {
    "metrics": {"advice.value": 1.5},
    "failed_checks": {"advice": ["x"]},
    "data": [{"dataset": "effects", "version": "2026-1"}],
    "synthetic": True,
}


def test_a_run_and_its_overrides_become_a_page(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ParameterError, match="no run 'nowhere'"):
        oversight_files.oversight_of_run("nowhere", system_name="x")
    assert not (home / "mlruns" / "mlflow.db").exists(), "reading creates no store"
    run_id = tracking.log_run("advice EL30", parameters={"depth": 2}, record=RECORD)
    store = records.open_store(home / "records.db")
    store.log_override(
        advice_id=records.new_advice_id(),
        advised="training",
        chosen="services",
        reason="The course is too far away by bus",
        role="caseworker",
    )
    for _ in range(12):
        store.log_override(
            advice_id=records.new_advice_id(),
            advised="training",
            chosen="services",
            reason="The course is too far away by bus",
            role="caseworker",
            region="EL30",
            model_run=run_id,
            model_version="1",
        )
    found = read_run(run_id)
    assert found["parameters"] == {"depth": "2"} and found["metrics"] == {"advice.value": 1.5}
    assert found["synthetic"] is True and found["data"] == "effects 2026-1"
    out = home / "file.html"
    asked = [
        "oversight",
        run_id,
        "--system",
        "advice",
        "--out",
        str(out),
        "--records",
        str(home / "records.db"),
    ]
    assert cli.main(asked) == 0
    page = out.read_text(encoding="utf-8")
    assert "SYNTHETIC" in page and run_id in page and "overridden, logged under this run: 12" in page
    assert "logged without the name of a run: fewer than 10" in page
    assert "To be filled in by" in page and "<table" in page
    assert not re.findall(r"""(?:src|href)=["']https?://""", page) and "<script" not in page
    assert cli.main(asked) == 2
    assert "never replaced" in capsys.readouterr().err
    with pytest.raises(ParameterError, match="no run 'nowhere'"):
        read_run("nowhere")
