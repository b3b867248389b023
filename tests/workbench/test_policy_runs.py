"""Policies in the run store: nested runs, chart, tables, and nothing about a person."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from almpo_kit import recommendation
from almpo_kit.workbench import tracking
from almpo_kit.workbench.policy_runs import log_policies
from tests.recommendation.worlds import world


@pytest.fixture(scope="module")
def compared() -> tuple[recommendation.Caseload, recommendation.PolicyValue]:
    people = world(400, shape="line").people
    return people, recommendation.policy_value(people, [recommendation.PlugIn()], folds=2)


def test_policies_are_nested_runs_with_chart_and_tables(
    compared: tuple[recommendation.Caseload, recommendation.PolicyValue], monkeypatch: pytest.MonkeyPatch
) -> None:
    people, worth = compared
    runs: list[dict[str, Any]] = []
    kept: dict[str, str] = {}

    def log_run(name: str, *, files: tuple[Path, ...] = (), **given: Any) -> str:
        # The files are gone once the comparison is logged.
        kept.update({p.name: p.read_text() for p in files})
        runs.append({"name": name} | given)
        return f"run{len(runs) - 1}"

    monkeypatch.setattr(tracking, "log_run", log_run)
    logged = log_policies(worth, name="a caseload")
    assert logged.run_id == "run0" and set(logged.nested) == set(worth.table["policy"])
    assert all(r["parent"] == "run0" and r["record"]["synthetic"] for r in runs[1:])
    table = worth.table.set_index("policy")
    by_name = {r["name"]: r for r in runs}
    for name in logged.nested:
        assert by_name[name]["record"]["metrics"]["value"] == table.loc[name, "value"]
    mine = by_name["predicted gain"]
    assert mine["tags"]["best"] == "true" and mine["record"]["metrics"]["over_one_for_all_low"] > 0
    assert {"snips", "switch", "over_status_quo", "over_random"} <= set(mine["record"]["metrics"])
    assert set(kept) == {
        *("policy_value.svg", "why_to_doubt_it.md"),
        *("policies.csv", "differences.csv", "shares.csv", "estimates.csv"),
    }
    told = "".join(kept.values()) + str(runs)
    numbers = [*people.outcome, *people.scores.ravel(), *people.features.to_numpy().ravel()]
    assert not [v for v in numbers if repr(float(v)) in told], "a number of one person was logged"
    assert "SYNTHETIC" in kept["why_to_doubt_it.md"]


@pytest.mark.slow
def test_the_store_has_them(
    home: Path, compared: tuple[recommendation.Caseload, recommendation.PolicyValue]
) -> None:
    logged = log_policies(compared[1], name="a caseload")
    client = tracking._client(tracking.uri())
    for run_id in logged.nested.values():
        run = client.get_run(run_id)
        assert run.data.tags["mlflow.parentRunId"] == logged.run_id
        assert run.data.tags["synthetic"] == "true" and run.data.metrics["se"] > 0
    kept = {p.name for p in (home / "mlruns" / "artifacts" / logged.run_id).rglob("*") if p.is_file()}
    assert {"policy_value.svg", "differences.csv"} <= kept
