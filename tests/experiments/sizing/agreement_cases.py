"""Trials whose power is known by formula and by simulation: every kind of design and outcome, with what may go wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from almpo_kit.experiments.sizing.closed_form import Setting
from almpo_kit.experiments.sizing.saturation_estimands import main_estimand
from almpo_kit.vocabulary.trial_designs import TrialDesign
from almpo_kit.vocabulary.trial_outcomes import Losses, TrialOutcome


@dataclass(frozen=True)
class Case:
    """One trial and an effect of the offer."""

    name: str
    design: TrialDesign
    outcome: TrialOutcome
    effect: float
    losses: Losses = field(default_factory=Losses)
    alpha: float = 0.05

    @property
    def setting(self) -> Setting:
        """For the formula."""
        return Setting(self.design, self.outcome, self.losses, self.alpha, main_estimand(self.design))


def work(**more: Any) -> TrialOutcome:
    """In work: a share."""
    return TrialOutcome("employed", "binary", **({"baseline": 0.4} | more))


def pay(**more: Any) -> TrialOutcome:
    """Pay: a mean."""
    return TrialOutcome("pay", "continuous", **({"baseline": 0.0, "sd": 1.0} | more))


def time(**more: Any) -> TrialOutcome:
    """Months until a job: a duration of median 8, seen for 12."""
    return TrialOutcome("months", "duration", **({"baseline": 8.0, "months": 12.0} | more))


def people(n: int, **more: Any) -> TrialDesign:
    """People drawn one by one."""
    return TrialDesign("individual", people=n, **more)


def groups(k: int, size: float, kind: str = "cluster", **more: Any) -> TrialDesign:
    """Groups drawn."""
    return TrialDesign(kind, clusters=k, cluster_size=size, **more)


THREE: Final = {"none": 0.4, "course": 0.3, "mentor": 0.3}
PLACES: Final = {0.0: 0.25, 0.5: 0.5, 1.0: 0.25}
CASES: Final = (
    Case("people", people(300), pay(), 0.3),
    Case("people", people(600), work(), 0.11),
    Case("people", people(500), time(), 1.35),
    Case("people, unequal arms", people(500, arms={"none": 0.8, "course": 0.2}), pay(), 0.3),
    Case("people, unequal arms", people(600, arms={"none": 0.3, "course": 0.7}), time(), 1.4),
    Case("people, 12 in all", people(12), pay(), 1.6),
    Case("people, rare outcome", people(1200), work(baseline=0.08), 0.05),
    Case("people, a fall", people(800), work(baseline=0.3), -0.08),
    Case("people, 30% lost", people(600), pay(), 0.25, Losses(attrition=0.3)),
    Case("people, 30% lost", people(800), time(), 1.3, Losses(attrition=0.3)),
    Case("people, 50% take part", people(400), pay(), 0.3, Losses(take_up=0.5)),
    Case("people, covariates explain 50%", people(200), pay(explained=0.5), 0.3),
    Case("people, covariates explain 40%", people(400), work(explained=0.4), 0.11),
    Case("people, three arms, Holm", people(500, arms=THREE), pay(), 0.3),
    Case("people, three arms, Bonferroni", people(500, arms=THREE, familywise="bonferroni"), pay(), 0.3),
    Case("people, three arms, Dunnett", people(500, arms=THREE, familywise="dunnett"), pay(), 0.3),
    Case("people, three arms, Holm", people(900, arms=THREE), work(), 0.11),
    Case("people, three arms, Holm", people(700, arms=THREE), time(), 1.35),
    Case("people, alpha 1%", people(400), pay(), 0.35, alpha=0.01),
    Case("blocks", TrialDesign("blocked", people=300), pay(icc=0.2, explained_between=0.9), 0.3),
    Case("blocks", TrialDesign("blocked", people=600), work(icc=0.1, explained_between=0.9), 0.11),
    Case("blocks", TrialDesign("blocked", people=600), time(), 1.35),
    Case(
        "blocks, covariates",
        TrialDesign("blocked", people=240),
        pay(icc=0.1, explained=0.4, explained_between=0.9),
        0.3,
    ),
    Case(
        "blocks, covariates",
        TrialDesign("blocked", people=480),
        work(icc=0.05, explained=0.4, explained_between=0.9),
        0.11,
    ),
    Case("groups, 12 of 40", groups(12, 40), pay(icc=0.05), 0.5),
    Case("groups, 12 of 40", groups(12, 40), work(icc=0.03), 0.2),
    Case("groups, 12 of 40", groups(12, 40), time(icc=0.02), 1.6),
    Case("groups, 4 of 50", groups(4, 50), pay(icc=0.02), 0.9),
    Case("groups, 6 of 30", groups(6, 30), work(icc=0.02), 0.3),
    Case("groups, 40 of 20", groups(40, 20), pay(icc=0.1), 0.35),
    Case("groups, 40 of 20", groups(40, 20), work(icc=0.05), 0.14),
    Case("groups, 40 of 20", groups(40, 20), time(icc=0.03), 1.4),
    Case("groups, unequal (cv 0.6)", groups(30, 30, size_variation=0.6), pay(icc=0.05), 0.4),
    Case("groups, unequal (cv 0.6)", groups(30, 30, size_variation=0.6), work(icc=0.05), 0.18),
    Case("groups, unequal (cv 0.6)", groups(30, 30, size_variation=0.6), time(icc=0.03), 1.5),
    Case("groups, arms 1 to 3", groups(24, 25, arms={"none": 0.75, "course": 0.25}), pay(icc=0.05), 0.45),
    Case("groups, 30% lost", groups(24, 20), pay(icc=0.05), 0.4, Losses(attrition=0.3)),
    Case("groups, covariates", groups(24, 25), pay(icc=0.1, explained=0.4, explained_between=0.5), 0.35),
    Case("groups, covariates", groups(24, 25), work(icc=0.05, explained=0.3, explained_between=0.5), 0.14),
    Case("groups, three arms, Holm", groups(30, 25, arms=THREE), pay(icc=0.05), 0.5),
    Case("groups, three arms, Dunnett", groups(30, 25, arms=THREE, familywise="dunnett"), pay(icc=0.05), 0.5),
    Case("pairs, 6", groups(12, 40, "matched_pair"), pay(icc=0.05, explained_between=0.6), 0.45),
    Case("pairs, 6", groups(12, 40, "matched_pair"), work(icc=0.04, explained_between=0.6), 0.2),
    Case("pairs, 15", groups(30, 30, "matched_pair"), time(icc=0.03, explained_between=0.6), 1.4),
    Case("pairs, unequal (cv 0.4)", groups(24, 30, "matched_pair", size_variation=0.4), pay(icc=0.1), 0.5),
    Case(
        "pairs, covariates",
        groups(12, 20, "matched_pair"),
        pay(icc=0.03, explained=0.5, explained_between=0.6),
        0.45,
    ),
    Case("wedge, 12 in 4 steps", groups(12, 15, "stepped_wedge", steps=4), pay(icc=0.05), 0.35),
    Case("wedge, covariates", groups(12, 15, "stepped_wedge", steps=4), pay(icc=0.05, explained=0.5), 0.28),
    Case("wedge, 12 in 4 steps", groups(12, 20, "stepped_wedge", steps=4), work(icc=0.05), 0.15),
    Case(
        "wedge, level moves", groups(12, 15, "stepped_wedge", steps=6), pay(icc=0.1, autocorrelation=0.7), 0.4
    ),
    Case(
        "wedge, unequal (cv 0.4)",
        groups(18, 15, "stepped_wedge", steps=3, size_variation=0.4),
        pay(icc=0.05),
        0.35,
    ),
    Case("saturation", groups(24, 40, "saturation", saturations=PLACES), pay(icc=0.05), 0.45),
    Case("saturation", groups(24, 40, "saturation", saturations=PLACES), work(icc=0.05), 0.2),
    Case("saturation", groups(24, 40, "saturation", saturations=PLACES), time(icc=0.03), 1.6),
    Case(
        "saturation, no pure places",
        groups(16, 30, "saturation", saturations={0.3: 0.5, 0.7: 0.5}),
        pay(icc=0.1),
        0.3,
    ),
)
