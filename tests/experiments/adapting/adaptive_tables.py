"""Write ``tests/experiments/ADAPTIVE.md``: ``python -m tests.experiments.adapting.adaptive_tables`` (about two minutes)."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

from almpo_kit.experiments.adapting.settings import ADAPTIVE_SETTINGS
from almpo_kit.experiments.adapting.simulate_rule import RuleSimulation, simulate_rule
from almpo_kit.vocabulary.adaptive_rules import AdaptiveRule

REPLICATIONS = 2000
SEED = 20261129
KINDS = ("uniform", "thompson", "exploration_sampling", "tempered_thompson")
PUBLISHED = ("migration", "water_prices", "farmers_calls")


def simulated(name: str, floor: float, replications: int = REPLICATIONS, **rule: object) -> RuleSimulation:
    """All rules in one setting, in the batches it was published with."""
    setting = ADAPTIVE_SETTINGS[name]
    given = {
        "batch_size": setting.batch_size,
        "batches": setting.batches,
        "strata": ("stratum",) if len(setting.strata) > 1 else (),
        "floor": floor,
    }
    own = AdaptiveRule(kind="exploration_sampling", **(given | rule))  # type: ignore[arg-type]
    return simulate_rule(own, setting, replications=replications, seed=SEED, beside=KINDS)


def lines(found: RuleSimulation, title: str) -> list[str]:
    """One table in Markdown; ± is one standard error of the simulation."""
    factor = 100.0 if found.setting.kind == "binary" else 1.0
    table = found.table.set_index("rule").loc[list(KINDS)]
    head = (
        "rule",
        "in-trial regret",
        "policy regret",
        "saved on equal shares",
        "best chosen",
        "people in best",
    )
    more = ("worst plain bias", "worst plain coverage", "guard acts")
    out = [
        f"### {title}",
        "",
        "| " + " | ".join((*head, *more)) + " |",
        "|" + "---|" * (len(head) + len(more)),
    ]
    for kind, row in table.iterrows():
        cells = [
            str(kind).replace("_", " "),
            *(_pair(row, c, factor, 2) for c in ("in_trial_regret", "policy_regret", "policy_gain")),
            _pair(row, "best_chosen", 100, 1, "%"),
            _pair(row, "to_best", 100, 1, "%"),
            _pair(row, "naive_bias", factor, 2),
            _pair(row, "naive_coverage", 100, 1, "%"),
            f"{100 * row['drift_found']:.1f}%",
        ]
        out.append("| " + " | ".join(cells) + " |")
    return [*out, ""]


def _pair(row: pd.Series, column: str, factor: float, digits: int, unit: str = "") -> str:
    return f"{factor * row[column]:.{digits}f}{unit} ± {factor * row[column + '_se']:.{digits}f}"


def stopping() -> list[str]:
    """What ending early and closing for harm do, exploration sampling with a floor of 0.05."""
    head = ("setting", "ends when an arm is best with", "closes when worse with", "ended early", "people")
    more = ("best chosen", "policy regret")
    out = ["### Ending early and closing for harm: exploration sampling, floor 0.05", ""]
    out += ["| " + " | ".join((*head, *more)) + " |", "|" + "---|" * (len(head) + len(more))]
    for name in ("digital_skills", "farmers_calls", "no_difference"):
        for stop_at, harm in ((1.0, 1.0), (0.95, 1.0), (0.99, 1.0), (1.0, 0.95)):
            row = simulated(name, 0.05, stop_at=stop_at, stop_for_harm=harm).table.iloc[0]
            cells = [name, *(f"{x:g}" if x < 1 else "never" for x in (stop_at, harm))]
            cells += [f"{100 * row['stopped']:.1f}%", f"{row['people']:.0f}"]
            cells += [_pair(row, "best_chosen", 100, 1, "%"), _pair(row, "policy_regret", 100, 2)]
            out.append("| " + " | ".join(cells) + " |")
    return [*out, ""]


def document() -> str:
    """The whole page."""
    text = [Path(__file__).with_name("adaptive_preface.md").read_text(encoding="utf-8").rstrip(), ""]
    for name, setting in ADAPTIVE_SETTINGS.items():
        unit = "percentage points" if setting.kind == "binary" else "the outcome's unit"
        text += [
            f"## {name}" + (" (SYNTHETIC)" if setting.synthetic else ""),
            "",
            f"{setting.source}. {len(setting.arms)} arms, {len(setting.strata)} "
            f"{'strata' if len(setting.strata) > 1 else 'stratum'}, {setting.batches} batches of {setting.batch_size}; "
            f"regret and bias in {unit} a person.",
            "",
        ]
        floors = (0.0, 0.05) if name in (*PUBLISHED, "no_difference", "digital_skills") else (0.05,)
        for floor in floors:
            text += lines(simulated(name, floor), f"floor {floor:g}")
    text += ["## What the guard, delay and stopping change (SYNTHETIC)", ""]
    for name, title, rule in (
        ("recession", "recession without the guard, floor 0.05", {"guard_drift": False}),
        ("turn", "turn without the guard, floor 0.05", {"guard_drift": False}),
        ("digital_skills", "digital skills, outcomes three batches late, floor 0.05", {"delay": 3}),
        (
            "digital_skills",
            "digital skills in 2 batches of 500, floor 0.05",
            {"batches": 2, "batch_size": 500},
        ),
        ("different_groups", "different groups, one rule for all strata, floor 0.05", {"strata": ()}),
    ):
        text += lines(simulated(name, 0.05, **rule), title)  # type: ignore[arg-type]
    return "\n".join([*text, *stopping()]).rstrip() + "\n"


if __name__ == "__main__":
    target = Path(__file__).parent.parent / "ADAPTIVE.md"
    target.write_text(document(), encoding="utf-8")
    sys.stdout.write(f"{target}\n")
