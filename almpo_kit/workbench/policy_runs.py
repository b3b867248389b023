"""Policies in the run store: one run each, nested in the comparison, with the chart and what was checked."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from almpo_kit.workbench import tracking
from almpo_kit.workbench.safe_csv import safe_csv
from almpo_kit.workbench.session import described

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.recommendation import PolicyValue

#: What is logged of each policy.
METRICS = (
    *("value", "se", "low", "high", "difference", "difference_low", "difference_high"),
    *("offered", "left_to_caseworker", "cost_eur", "effective_n"),
)
#: The rules to compare with, as they begin a metric's name.
AGAINST = {
    "what is done now": "status_quo",
    "by lot": "random",
    "highest risk first": "highest_risk_first",
    "one for all": "one_for_all",
}


@dataclass(frozen=True)
class PolicyRuns:
    """Where a comparison of policies was logged.

    Parameters
    ----------
    run_id : str
        Of the comparison.
    nested : mapping of str to str
        Policy -> run id.
    """

    run_id: str
    nested: Mapping[str, str]


def log_policies(worth: PolicyValue, *, name: str) -> PolicyRuns:
    """Log every policy as a run of its own, nested in one for the comparison.

    Parameters
    ----------
    worth : PolicyValue
    name : str
        What was compared, e.g. ``"caseload 2024"``.

    Returns
    -------
    PolicyRuns

    Raises
    ------
    TrackingError
        The run store cannot be written.

    Notes
    -----
    Tables are aggregated and small shares are left out of them already; what was learned in each fold is not logged, for
    it may hold rows of persons in its state.
    """
    with tempfile.TemporaryDirectory() as folder:
        run_id = tracking.log_run(
            f"policies {name}",
            parameters=_parameters(worth),
            record=described({"policies": worth}),
            tags={
                "made_by": "policy_runs",
                "kind": "policy comparison",
                "same_for_all": str(worth.same_for_all).lower(),
                "best": worth.best,
            },
            files=_files(worth, Path(folder)),
            queue=False,
        )
    return PolicyRuns(
        run_id, {str(r["policy"]): _child(r, worth, run_id) for r in worth.table.to_dict("records")}
    )


def _parameters(worth: PolicyValue) -> dict[str, Any]:
    options = worth.provenance.options
    return {
        "seed": worth.provenance.seed,
        "folds": options.get("folds"),
        "limits": options.get("limits") or "none",
        "prices": str(options.get("prices") or "none")[:480],
        "level": worth.level,
        "outcome": worth.target_words,
        "unit": worth.unit,
    }


def _child(row: Mapping[Any, Any], worth: PolicyValue, parent: str) -> str:
    name = str(row["policy"])
    metrics = {k: float(row[k]) for k in METRICS if math.isfinite(float(row[k]))}
    metrics |= _further(worth.differences, worth.estimates, name)
    record = {
        "metrics": metrics,
        "synthetic": worth.provenance.synthetic,
        "data": [vars(d) for d in worth.provenance.data],
        "failed_checks": {"policies": [c.sentence for c in worth.failed]},
    }
    return tracking.log_run(
        name,
        parameters={"policy": name, "kind": row["kind"], "what_it_does": str(row["words"])[:480]},
        record=record,
        tags={"made_by": "policy_runs", "best": str(name == worth.best).lower()},
        parent=parent,
        queue=False,
    )


def _further(differences: pd.DataFrame, estimates: pd.DataFrame, name: str) -> dict[str, float]:
    """Differences to the rules to compare with, and the other estimates."""
    found: dict[str, float] = {}
    for row in differences[differences["policy"] == name].to_dict("records"):
        key = AGAINST.get(str(row["against"]))
        if key is not None:
            found |= {
                f"over_{key}{end}": float(row[c])
                for c, end in (("difference", ""), ("low", "_low"), ("high", "_high"))
            }
    for row in estimates[estimates["policy"] == name].to_dict("records"):
        if row["estimator"] != "doubly_robust":
            found |= {
                f"{row['estimator']}{e}": float(row[c])
                for c, e in (("value", ""), ("low", "_low"), ("high", "_high"))
            }
    return {k: v for k, v in found.items() if math.isfinite(v)}


def _files(worth: PolicyValue, folder: Path) -> tuple[Path, ...]:
    from almpo_kit.figures.svg import svg

    chart, checks = folder / "policy_value.svg", folder / "why_to_doubt_it.md"
    chart.write_text(svg(worth.plot("policy_value")), encoding="utf-8")
    checks.write_text(
        "\n".join([worth.sentence, "", *(f"- {c.status}: {c.sentence}" for c in worth.checks)]),
        encoding="utf-8",
    )
    tables = []
    for name in ("table", "differences", "shares", "estimates"):
        path = folder / f"{'policies' if name == 'table' else name}.csv"
        path.write_text(safe_csv(getattr(worth, name)), encoding="utf-8")
        tables.append(path)
    return (chart, checks, *tables)
