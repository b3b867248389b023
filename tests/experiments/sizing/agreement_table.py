"""Writes tests/experiments/POWER.md: ``python -m tests.experiments.sizing.agreement_table [replications]``."""

from __future__ import annotations

import sys
from pathlib import Path

from .agreement_cases import CASES, Case
from .test_agreement import simulated

TARGET = Path(__file__).parents[1] / "POWER.md"
_HEAD = """# Power by formula and by simulation

Each row is a trial whose power `experiments.power` gives by formula, beside {replications} simulated trials that were drawn, measured,
partly lost and analysed by the design's own estimator (`experiments.declare`, seed 2026). `z` is the difference over the Monte-Carlo
standard error. Made by `python -m tests.experiments.sizing.agreement_table`; the slow test `test_agreement.py::test_every_kind` asks
for 3 Monte-Carlo standard errors. Rows of one design share their draws of luck: those of three arms are one world thrice.

| trial | outcome | effect | formula | simulated | MC s.e. | z |
|---|---|---|---|---|---|---|
"""
_TAIL = """
Largest |z| {worst:.1f} of {n} rows; mean difference (simulated less formula) {mean:+.4f}, root of its mean square {rms:.4f}.

What the formula takes as exact and is not: covariates of shares explain a little less than is said, since chances are not linear in
them (groups with covariates); degrees of freedom of unequal groups are those of the average, not of the groups drawn; hazards that
differ between groups make the ratio over all people a little smaller than the one within groups.
"""


def row(case: Case, replications: int) -> tuple[str, float, float]:
    """A row of the table, the difference and its z."""
    formula = case.setting.power(case.effect)
    power, mc_se = simulated(case, replications)
    z = (power - formula) / mc_se
    name = f"{case.name} ({case.setting.units})"
    said = f"| {name} | {case.outcome.kind} | {case.effect:g} | {formula:.3f} | {power:.3f} | {mc_se:.3f} | {z:+.1f} |"
    return said, power - formula, z


def main(replications: int) -> None:
    """Simulate every case and write the table."""
    found = []
    for case in CASES:
        found.append(row(case, replications))
        print(found[-1][0], flush=True)
    gaps = [g for _, g, _ in found]
    tail = _TAIL.format(
        worst=max(abs(z) for *_, z in found),
        n=len(found),
        mean=sum(gaps) / len(gaps),
        rms=(sum(g * g for g in gaps) / len(gaps)) ** 0.5,
    )
    rows = "\n".join(said for said, *_ in found)
    TARGET.write_text(f"{_HEAD.format(replications=replications)}{rows}\n{tail}", encoding="utf-8")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
