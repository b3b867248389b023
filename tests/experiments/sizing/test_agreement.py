"""Power by formula is power by simulation: the trial drawn, measured and analysed as declared."""

from __future__ import annotations

import pytest

from almpo_kit.experiments.declaring.declare import declare
from almpo_kit.experiments.declaring.replications import replicate

from .agreement_cases import CASES, Case

_SHORT = {("people", "binary"), ("groups, 12 of 40", "continuous"), ("blocks, covariates", "continuous")}
QUICK = [c for c in CASES if (c.name, c.outcome.kind) in _SHORT]


def simulated(case: Case, replications: int) -> tuple[float, float]:
    """Power and its Monte-Carlo error; programmes of one share have one power, and the mean over them is its estimate."""
    declared = declare(case.design, case.outcome, effect=case.effect, losses=case.losses, alpha=case.alpha)
    found = replicate(declared, replications, 2026, None).p_value < case.alpha
    shares = [case.design.arms[a] for a in case.design.programmes]
    power = float(found[:, [s == min(shares) for s in shares]].mean())
    return power, (power * (1 - power) / replications) ** 0.5


@pytest.mark.parametrize("case", QUICK, ids=lambda c: f"{c.name}, {c.outcome.kind}")
def test_a_few(case: Case) -> None:
    power, mc_se = simulated(case, 400)
    assert case.setting.power(case.effect) == pytest.approx(power, abs=3 * mc_se)


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c.name}, {c.outcome.kind}")
def test_every_kind(case: Case) -> None:
    """The figures stand in tests/experiments/POWER.md, made by ``python -m tests.experiments.sizing.agreement_table``."""
    power, mc_se = simulated(case, 1000)
    assert case.setting.power(case.effect) == pytest.approx(power, abs=3 * mc_se)
