"""A comparison of learners in words."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from almpo_kit.evaluation.effect_differences.scored import Scored
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number


def learner_sentence(table: pd.DataFrame, chosen: Mapping[str, str]) -> str:
    """Which learner does best for each contrast, or that none does better than one effect for all."""
    parts = []
    for contrast, key in chosen.items():
        rows = table[(table["contrast"] == contrast) & (table["status"] == "ran")]
        name = contrast[:1].upper() + contrast[1:]
        count = len(rows) - 1
        if key == "constant":
            parts.append(f"{name}: none of {count} learners predicts better than one effect for all.")
            continue
        row = rows[rows["learner"] == key].iloc[0]
        sure = "" if row["dr_gain_low"] > 0 else ", though not clearly better than one effect for all"
        parts.append(f"{name}: the {row['label']} ({row['library']}) predicts best of {count}{sure}.")
    return (
        " ".join(parts)
        + " Which learner is best is no evidence that effects differ: heterogeneity() tests that."
    )


def learner_checks(table: pd.DataFrame, chosen: Mapping[str, str], data: Scored) -> tuple[Check, ...]:
    """Learners that were left out, people drawn, and how the folds were cut."""
    checks = []
    late = list(dict.fromkeys(table.loc[table["status"] == "no time left", "label"]))
    if late:
        checks.append(
            Check(
                "time",
                "failed",
                f"There was no time left for {', '.join(late)}; give more whole_seconds to compare all.",
            )
        )
    beaten = [c for c, k in chosen.items() if k == "constant"]
    if beaten:
        checks.append(
            Check(
                "nothing_predicted",
                "failed",
                f"No learner beats one effect for all ({', '.join(beaten)}): do not rank people by any of them.",
            )
        )
    whole = "clusters are whole in them; " if data.sample.clustered else ""
    checks.append(
        Check(
            "same_folds",
            "informational",
            f"All learners saw the same {int(data.fold.max()) + 1} folds; {whole}inside a fold CausalML's R- and DR-learner "
            "split rows by their own rules.",
        )
    )
    if data.drawn:
        checks.append(
            Check(
                "drawn",
                "informational",
                f"Learners were compared on {number(len(data.sample), 0)} people drawn at random (whole clusters).",
            )
        )
    return tuple(checks)
