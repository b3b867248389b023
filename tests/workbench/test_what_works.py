"""The notebook ``what_works`` as a researcher gets it: through the command, on our base and on her own."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from almpo_kit import evidence, sources

ALMPO = [sys.executable, "-m", "almpo_kit.workbench.cli"]


@pytest.fixture(scope="module", autouse=True)
def own_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Runs made here do not go to the store of whoever runs the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path_factory.mktemp('runs') / 'mlflow.db'}")
        yield


def make(out: Path, *arguments: str) -> tuple[str, dict[str, float]]:
    """The words of the page, and the numbers that were recorded."""
    command = [*ALMPO, "report", "what_works", "--out", str(out), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    html = Path(done.stdout.strip()).read_text(encoding="utf-8")
    bare = re.sub(r"<style>.*?</style>|<svg.*?</svg>", " ", html, flags=re.S)
    recorded = json.loads((out / "manifest.json").read_text())["metrics"]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", bare)), recorded


def test_on_our_own_base(tmp_path: Path) -> None:
    text, numbers = make(tmp_path)
    assert "39 of 80 combinations of programme type and target group were never studied" in text
    assert "None of the 24 combinations" in text
    assert numbers["profile.pooled_cells"] == 0 and numbers["gaps.empty"] == 39
    usable = evidence.select(
        sources.effects(), outcome="earnings", unit="eur_per_month", estimand="att"
    ).query("se > 0 and includes_subsidised_job != 'included'")
    average = evidence.multilevel(usable.drop(columns=["horizon_months", "horizon_from"]))
    assert numbers["average.mean"] == pytest.approx(average.mean)
    assert 200 < average.mean < 230 and average.n_samples == 6
    assert "3 reviews conclude in 3 ways" in text
    for kind in ("Job-search services", "Training", "Start-up incentives"):
        assert re.search(rf"{kind} Too little to say", text), "predictions abstain on this base"
    assert "Traceback" not in text and "nan" not in text.lower().split()


@pytest.mark.slow
def test_on_a_base_of_ones_own_with_enough_in_it(tmp_path: Path) -> None:
    """Sixty samples with a known truth: 4 points for training, more after two years."""
    rng = np.random.default_rng(5)
    n = 60
    months = np.resize([6.0, 18.0, 36.0], n)
    own = pd.DataFrame(
        {
            "estimate_id": [f"e{i}" for i in range(n)],
            "study_id": [f"s{i}" for i in range(n)],
            "programme_type": np.resize(["training", "services"], n),
            "target_group": "all",
            "comparator": "no_programme",
            "country": np.resize(["DE", "FR", "IT", "AT"], n),
            "outcome": "employment_probability",
            "unit": "percentage_points",
            "horizon_months": months,
            "horizon_from": "start",
            "effect": np.round(1 + months / 12 + rng.normal(0, 1.0, n), 2),
            "se": np.round(rng.uniform(0.6, 1.4, n), 2),
            "includes_subsidised_job": "excluded",
            "design": "rct",
            "estimand": "itt",
            "start_year": 2016.0,
            "end_year": 2017.0,
            "n": 500.0,
            "source": "SYNTHETIC, for a test",
        }
    )
    own["n"] += np.arange(n)
    path = tmp_path / "own.csv"
    own.to_csv(path, index=False)
    measure = ("-p", "outcome=employment_probability", "-p", "unit=percentage_points", "-p", "estimand=itt")
    text, numbers = make(tmp_path / "out", "-p", f"file={path}", "-p", "country=DE", *measure)
    assert "SYNTHETIC" in text
    assert numbers["profile.pooled_cells"] == 6
    truth = own["horizon_months"].div(12).add(1).mean()
    assert numbers["average.mean"] == pytest.approx(truth, abs=0.6)
    assert "your own coded studies" in text
