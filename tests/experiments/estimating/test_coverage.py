"""Do intervals hold the truth as often as they promise, with few groups of unequal size, without and with an effect?

Figures of the long run: ``tests/experiments/ESTIMATING.md``.
"""

from __future__ import annotations

import math

import pytest

from almpo_kit.experiments.declaring.declare import declare
from almpo_kit.experiments.declaring.diagnose import diagnose
from almpo_kit.experiments.declaring.diagnosis import Diagnosis
from almpo_kit.vocabulary.trial_designs import TrialDesign
from almpo_kit.vocabulary.trial_outcomes import TrialOutcome

#: Outcome -> itself and (no effect, an effect).
OUTCOMES = {
    "mean": (TrialOutcome("pay", "continuous", 0.0, sd=1.0, icc=0.1, autocorrelation=0.8), (0.0, 0.4)),
    "share": (TrialOutcome("employed", "binary", 0.3, icc=0.05, autocorrelation=0.8), (0.0, 0.12)),
    "duration": (TrialOutcome("months", "duration", 8.0, months=12.0, icc=0.05), (1.0, 1.4)),
}


def run(kind: str, groups: int, outcome: str, effect: int, replications: int, size: float = 30) -> Diagnosis:
    more = {"steps": 4} if kind == "stepped_wedge" else {}
    if kind == "saturation":
        more = {"saturations": {0.0: 0.4, 0.5: 0.6}}
    design = TrialDesign(kind, clusters=groups, cluster_size=size, size_variation=0.6, **more)  # type: ignore[arg-type]
    given, effects = OUTCOMES[outcome]
    return diagnose(declare(design, given, effect=effects[effect]), replications=replications, seed=11)


@pytest.mark.parametrize("kind", ["cluster", "matched_pair", "saturation"])
@pytest.mark.parametrize("effect", [0, 1])
def test_few_unequal_groups(kind: str, effect: int) -> None:
    found = run(kind, 12, "mean", effect, 300, size=10)
    error = math.sqrt(0.95 * 0.05 / 300)
    assert 0.95 - 4 * error < found.coverage <= 0.95 + 4 * error
    assert abs(found.bias) < 4 * found.bias_mc_se
    if not effect:
        # Without an effect, a find and an interval that misses are the same event.
        assert found.power == pytest.approx(1 - found.coverage)


@pytest.mark.slow
@pytest.mark.parametrize("effect", [0, 1])
@pytest.mark.parametrize("groups", [12, 20])
@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        *[(k, o) for k in ("cluster", "matched_pair") for o in OUTCOMES],
        *[(k, o) for k in ("stepped_wedge", "saturation") for o in ("mean", "share")],
    ],
)
def test_coverage_in_the_long_run(kind: str, outcome: str, groups: int, effect: int) -> None:
    found = run(kind, groups, outcome, effect, 1000, size=10 if kind == "stepped_wedge" else 30)
    row = (
        kind,
        outcome,
        groups,
        effect,
        found.coverage,
        found.bias,
        found.bias_mc_se,
        found.se_ratio,
        found.power,
    )
    print("| " + " | ".join(f"{v:.4g}" if isinstance(v, float) else str(v) for v in row) + " |")
    error = math.sqrt(0.95 * 0.05 / 1000)
    assert found.coverage > 0.95 - 4 * error
    assert found.coverage < 0.95 + 4 * error
