"""Candidate learners in the run store: one run each, nested in the comparison; the chosen one registered with its card."""

from __future__ import annotations

import json
import math
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.rendering import number
from almpo_kit.workbench import tracking
from almpo_kit.workbench.safe_csv import safe_csv
from almpo_kit.workbench.session import described

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.evaluation import LearnerComparison

#: What is logged of each learner.
METRICS = (
    *("dr_loss", "dr_gain", "r_loss", "r_gain", "calibration", "calibration_error"),
    *("qini", "qini_low", "qini_high", "autoc", "autoc_low", "autoc_high", "agreement", "seconds"),
)


@dataclass(frozen=True)
class LearnerRuns:
    """Where a comparison was logged.

    Parameters
    ----------
    run_id : str
        Of the comparison.
    nested : mapping of str to str
        ``"contrast · learner"`` -> run id.
    versions : mapping of str to str
        Contrast -> version of its registered model; contrasts without one are missing.
    not_registered : mapping of str to str
        Contrast -> why.
    """

    run_id: str
    nested: Mapping[str, str]
    versions: Mapping[str, str]
    not_registered: Mapping[str, str]


def log_learners(comparison: LearnerComparison, *, name: str, register: bool = True) -> LearnerRuns:
    """Log every learner that ran, the chart, and register the chosen model of each contrast.

    Parameters
    ----------
    comparison : LearnerComparison
    name : str
        What was evaluated, e.g. ``"training 2024"``.
    register : bool
        Enter the chosen model of each contrast in the registry.

    Returns
    -------
    LearnerRuns

    Raises
    ------
    DesignError
        No learner ran.
    TrackingError
        The run store cannot be written.

    Notes
    -----
    Nothing about a person is logged: the table is aggregated, and a model is registered only in its portable form
    (coefficients and trees whose leaves hold at least twenty people). Forests of CausalML and models of EconML keep
    rows in their state; they are compared, never stored.
    """
    ran = comparison.table[comparison.table["status"] == "ran"]
    if not len(ran):
        raise DesignError("no learner ran: give compare_learners() more whole_seconds, and log it then.")
    with tempfile.TemporaryDirectory() as folder:
        files = _files(comparison, Path(folder))
        run_id = tracking.log_run(
            f"learners {name}",
            parameters=_parameters(comparison),
            record=described({"learners": comparison}),
            tags={"made_by": "learner_runs", "kind": "learner comparison"},
            files=files,
            queue=False,
        )
        nested = {
            f"{r['contrast']} · {r['learner']}": _child(r, comparison, run_id) for r in ran.to_dict("records")
        }
        versions, missing = _registered(comparison, name, run_id) if register else ({}, {})
    return LearnerRuns(run_id, nested, versions, missing)


def _parameters(comparison: LearnerComparison) -> dict[str, Any]:
    options = comparison.provenance.options
    return {
        "seed": comparison.seed,
        "folds": options.get("folds"),
        "features": ", ".join(comparison.features)[:480],
        "outcome": comparison.target_words,
        "unit": comparison.unit,
    }


def _child(row: Mapping[Any, Any], comparison: LearnerComparison, parent: str) -> str:
    metrics = {k: float(row[k]) for k in METRICS if k in row and math.isfinite(float(row[k]))}
    record = described({}) | {"metrics": metrics, "synthetic": comparison.provenance.synthetic}
    return tracking.log_run(
        f"{row['learner']} · {row['contrast']}",
        parameters={"learner": row["learner"], "library": row["library"], "contrast": row["contrast"]},
        record=record | {"data": [vars(d) for d in comparison.provenance.data]},
        tags={"made_by": "learner_runs", "chosen": str(bool(row["chosen"])).lower()},
        parent=parent,
        queue=False,
    )


def _files(comparison: LearnerComparison, folder: Path) -> tuple[Path, ...]:
    from almpo_kit.figures.svg import svg

    chart, table, card = (folder / n for n in ("learners.svg", "learners.csv", "model_card.md"))
    chart.write_text(svg(comparison.plot("learners")), encoding="utf-8")
    table.write_text(safe_csv(comparison.table), encoding="utf-8")
    card.write_text("\n\n".join(model_card(comparison, c) for c in comparison.chosen), encoding="utf-8")
    models = []
    for contrast, portable in comparison.portable.items():
        path = folder / f"model_{slug(contrast)}.json"
        path.write_text(json.dumps(portable, sort_keys=True), encoding="utf-8")
        models.append(path)
    return (chart, table, card, *models)


def slug(text: str) -> str:
    """A name for files and models: letters, digits and underscores."""
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_") or "model"


def _registered(
    comparison: LearnerComparison, name: str, run_id: str
) -> tuple[dict[str, str], dict[str, str]]:
    versions, missing = {}, {}
    for contrast, key in comparison.chosen.items():
        if contrast not in comparison.portable:
            missing[contrast] = (
                "no learner beats one effect for all"
                if key == "constant"
                else f"{key} keeps rows of persons in its state, and such a model is not stored"
            )
            continue
        versions[contrast] = tracking.register(
            run_id,
            slug(f"effects {name} {contrast}"),
            f"model_{slug(contrast)}.json",
            card=model_card(comparison, contrast),
            tags={"learner": key, "synthetic": str(comparison.provenance.synthetic).lower()},
        )
    return versions, missing


def model_card(comparison: LearnerComparison, contrast: str) -> str:
    """What the chosen model of a contrast is, how well it does, and what it must not be used for; Markdown."""
    key = comparison.chosen[contrast]
    rows = comparison.table[comparison.table["contrast"] == contrast]
    row = rows[rows["learner"] == key].iloc[0]
    data = "; ".join(str(d) for d in comparison.provenance.data) or "data without a catalogue entry"
    synthetic = "**SYNTHETIC data.** " if comparison.provenance.synthetic else ""
    failed = [f"- {c.sentence}" for c in comparison.failed]
    lines = [
        f"# {contrast[:1].upper()}{contrast[1:]}: predicted effects",
        f"{synthetic}Predicts the effect on {comparison.target_words} ({comparison.unit.replace('_', ' ')}) of "
        f"{contrast}, from: {', '.join(comparison.features)}.",
        f"**Learner:** {row['label']} ({row['library']}), seed {comparison.seed}.",
        _scores(row),
        "**Use:** to look at who may gain more, after `heterogeneity()` has claimed that effects differ. Being the best "
        "of several learners is no evidence of that.",
        "**Not for:** deciding about a person without one; people unlike those in the data; other outcomes.",
        "**Why to doubt it:**\n" + "\n".join(failed) if failed else "",
        f"**Data:** {data}. No row about a person is stored with this model.",
    ]
    return "\n\n".join(line for line in lines if line)


def _scores(row: pd.Series) -> str:
    def told(name: str, digits: int = 2) -> str:
        value = float(row[name])
        ends = [float(row.get(f"{name}_{e}", math.nan)) for e in ("low", "high")]
        inside = (
            f" (95%: {number(ends[0], digits)} to {number(ends[1], digits)})"
            if all(map(math.isfinite, ends))
            else ""
        )
        return f"{number(value, digits)}{inside}"

    return (
        "**On people it had not seen:** "
        f"calibration slope {told('calibration')}, Qini {told('qini')}, AUTOC {told('autoc')}, variance of effects "
        f"explained {told('dr_gain')}."
    )
