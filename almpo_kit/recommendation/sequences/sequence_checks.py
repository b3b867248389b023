"""What is to be doubted about ranked sequences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from almpo_kit.recommendation.sequences.combining import Combining
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.provenance import Provenance, data_versions
from almpo_kit.vocabulary.rendering import number

RULES = {
    "points": "each step adds, for those still out of work when it starts, the points it adds when taken alone",
    "rates": "each step changes the monthly rate at which those still out of work find a job as it does when taken alone",
}


_WHAT = {
    "points": "what it gains alone is what a later step gains",
    "rates": "what earlier steps gave is left once a later one is taken",
}


def source_check(effects: pd.DataFrame, of: Provenance | None) -> tuple[Check, ...]:
    """Failed where nothing says what the effects come from: a bare table cannot carry a label such as SYNTHETIC."""
    named = "source" in effects and effects["source"].astype("string").fillna("").str.strip().ne("").all()
    if named or of is not None or data_versions(effects):
        return ()
    words = (
        "Nothing says what these effects come from, so whether they are real or invented is not known. Give of=estimate.provenance, "
        "or a column source."
    )
    return (Check("source not stated", "failed", words),)


def checks(
    table: pd.DataFrame,
    combining: Combining,
    *,
    assumed: Mapping[str, str],
    how: Mapping[str, str],
    left_out: int,
    selected_by: float,
) -> list[Check]:
    """What holds and what does not of ranked sequences."""
    if not len(table):
        return []
    used = {p for name in table["pathway"] for p in name.split(" → ")}
    out = [_combining(table, combining), _other_rule(table, combining), *_undone(table)]
    out += [Check("assumed_effects", "failed", f"{p}: {why}.") for p, why in assumed.items() if p in used]
    worst = [p for p, h in how.items() if h == "worst" and p in used]
    if worst:
        out.append(
            Check(
                "months_move_together",
                "informational",
                f"How the monthly errors of {_listed(worst)} move together is not known; intervals of sums are as wide as they "
                "can be.",
            )
        )
    if selected_by > 0 and len(table) > 1:
        out.append(
            Check(
                "best_of_several",
                "informational",
                f"The best-looking of {len(table)} sequences looks better than it is, by about "
                f"{number(selected_by, 1)} months in work on average.",
            )
        )
    if np.isnan(table["cost_eur"]).any():
        out.append(
            Check(
                "cost_not_known",
                "failed",
                "What some programmes cost is not known; their sequences have no cost. Give unit_cost_eur in the menu.",
            )
        )
    if left_out:
        out.append(
            Check(
                "left_out",
                "informational",
                f"Sequences or programmes left out, each with its reason: {left_out}.",
            )
        )
    return out


def _combining(table: pd.DataFrame, combining: Combining) -> Check:
    interaction = combining.interaction
    if (table["n_steps"] == 1).all():
        text = "Only single programmes are compared; nothing is assumed about sequences."
        return Check("how_steps_combine", "passed", text)
    followed = table["people"].max() if "people" in table else np.nan
    seen = (
        f" At most {number(followed, 0)} people in the register followed one of these orders; no effect was estimated from them."
        if followed > 0
        else ""
    )
    rates = (
        f" {number(100 * combining.losing, 1)}% of those in work lose their job each month."
        if combining.rule == "rates"
        else ""
    )
    return Check(
        "how_steps_combine",
        "failed",
        f"ASSUMPTION, not measured: {RULES[combining.rule]}; {number(interaction[0], 2)} to {number(interaction[1], 2)} times "
        f"{_WHAT[combining.rule]}, and people in work take no further step.{rates}{seen}",
    )


def _other_rule(table: pd.DataFrame, combining: Combining) -> Check:
    best = table.iloc[0]
    top = str(table["pathway"].iloc[int(table["gain_other_rule"].argmax())])
    same = top == best["pathway"]
    like = bool(table["like_best"].iloc[int(table["gain_other_rule"].argmax())])
    text = (
        f"By the other rule ({RULES[combining.other]}) {best['pathway']} adds {number(best['gain_other_rule'], 1)} months in work and "
        f"{'is still first' if same else f'{top} is first'}."
    )
    return Check("other_rule", "passed" if same else "informational" if like else "failed", text)


def _undone(table: pd.DataFrame) -> list[Check]:
    best = table.iloc[0]
    if best["n_steps"] == 1:
        return []
    singles = table[table["n_steps"] == 1]
    single = singles.iloc[0] if len(singles) else None
    text = (
        f"If each step undid what the one before it gave, {best['pathway']} would add "
        f"{number(best['gain_if_undone'], 1)} months in work"
    )
    if single is None:
        return [Check("steps_undone", "informational", f"{text}.")]
    holds = bool(best["gain_if_undone"] >= single["gain"])
    text += f"; {single['pathway']} alone adds {number(single['gain'], 1)}."
    return [Check("steps_undone", "passed" if holds else "failed", text)]


def training_check(name: str, label: str, gains: Sequence[tuple[float, float]]) -> Check:
    """How the best sequence with the training step changes with the length of the training."""
    told = "; ".join(f"{number(m, 0)} months: {number(g, 1)} months in work" for m, g in gains)
    return Check(
        "length_of_training",
        "informational",
        f"{label[:1].upper()}{label[1:]} may take longer or less. {name}, by length of the training: {told}.",
    )


def _listed(items: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(items[:-1]), items[-1])))
