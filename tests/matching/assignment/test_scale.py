"""The benchmark's claims on a smaller world: recall, gap and congestion of 20,000 persons, and few persons a thread."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from almpo_kit.matching.assignment.assigning import assign

BENCHMARK = Path(__file__).parents[3] / "benchmarks" / "assignment_at_scale.py"


def _benchmark() -> ModuleType:
    spec = importlib.util.spec_from_file_location("assignment_at_scale", BENCHMARK)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_world_of_the_benchmark_is_synthetic_and_solved() -> None:
    b = _benchmark()
    s, v, _ = b.world(1500, 150)
    found = assign(s, v)
    assert found.sentence.startswith("SYNTHETIC") and found.gap < 1e-4
    assert b.recall(s, v, found, 60)[0] >= b.RECALL


@pytest.mark.slow
def test_twenty_thousand_persons() -> None:
    b = _benchmark()
    # All in a few regions: as dense as a million in Europe.
    s, v, _ = b.world(20_000, 2_000, regions=6)
    found = assign(s, v)
    plain = assign(s, v, congestion="none")
    assert b.recall(s, v, plain, 300)[0] >= b.RECALL
    assert b.recall(s, v, found, 300)[0] >= b.RECALL
    assert found.gap < 0.005 and found.converged
    at = found.comparison.set_index("measure")
    assert at.at["gini", "ours"] < at.at["gini", "plain"]
    assert at.at["max_load", "ours"] < 0.8 * at.at["max_load", "plain"]
    assert found.mean_score > 0.9 * found.plain_score
