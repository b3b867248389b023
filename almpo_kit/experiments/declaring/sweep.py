"""The same trial with other numbers: what changes when one or two of them do."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from almpo_kit.experiments.declaring.declaration import Declaration
from almpo_kit.experiments.declaring.diagnose import declared, diagnosed
from almpo_kit.experiments.declaring.diagnosis_words import ENOUGH, design_words, effect_words
from almpo_kit.experiments.declaring.feasible import feasible
from almpo_kit.experiments.declaring.replications import LEAST, MOST, Progress, part_of, replicate
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.plain_values import whole_number
from almpo_kit.vocabulary.provenance import Provenance
from almpo_kit.vocabulary.rendering import number

#: Columns after the values that were changed.
FIGURES: Final = ("power", "mc_se", "bias", "rmse", "coverage", "exaggeration", "failed", "cost", "people")
_MOST_POINTS = 500


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Sweep(Finding):
    """The same trial with other numbers.

    ``table``, one row a combination: a column for each changed value, then ``power``, ``mc_se`` (of power), ``bias``, ``rmse``,
    ``coverage``, ``exaggeration``, ``failed``, ``cost``, ``people``, and ``why`` where it cannot be run (the figures are NaN).

    Parameters
    ----------
    over : tuple of str
        The columns that were changed.
    target : float
    """

    over: tuple[str, ...]
    target: float

    def metrics(self) -> dict[str, float]:
        """Least and greatest power, and how many combinations reach the target."""
        power = self.table["power"]
        return {
            "least_power": float(power.min()),
            "greatest_power": float(power.max()),
            "reaching": float((power >= self.target).sum()),
        }


def sweep(
    declaration: Declaration,
    *,
    over: Mapping[str, Sequence[Any]],
    target: float = ENOUGH,
    replications: int = 500,
    seed: int = 0,
    progress: Progress = None,
    each: Callable[[Mapping[str, Any]], None] | None = None,
) -> Sweep:
    """Run a declared trial with other numbers, every combination of them.

    Parameters
    ----------
    declaration : Declaration
    over : mapping of str to sequence
        "design.clusters", "outcome.icc", "losses.attrition", "effect", "estimator", … -> values, e.g.
        ``{"design.clusters": [8, 12, 20], "outcome.icc": [0.01, 0.05]}``.
    target : float
        Power that is asked for.
    replications : int
        For each combination; all combinations meet the same random streams.
    seed : int
    progress : callable, optional
        Told (done, total) runs over all combinations; whatever it raises ends the work and is passed on.
    each : callable, optional
        Told each row when it is done, so that nothing is lost when interrupted.

    Returns
    -------
    Sweep

    Raises
    ------
    ParameterError
        Nothing to change, or no such value.
    """
    declared(declaration, "sweep")
    whole_number("replications", replications, LEAST, MOST)
    points = _points(declaration, over)
    rows = []
    for i, point in enumerate(points):
        row = _row(declaration, point, replications, seed, part_of(progress, i, len(points), replications))
        rows.append(row)
        if each is not None:
            each(dict(row))
    table = pd.DataFrame(rows, columns=[*over, *FIGURES, "why"])
    return Sweep(
        question=f"What would change {design_words(declaration)}, if {effect_words(declaration)}?",
        sentence=_sentence(table, tuple(over), target),
        table=table,
        checks=_checks(table, replications),
        provenance=Provenance(
            method="experiments.sweep",
            options={
                "declaration": declaration.to_plain(),
                "over": {k: list(v) for k, v in over.items()},
                "target": target,
                "replications": replications,
            },
            seed=seed,
            synthetic=declaration.synthetic,
        ),
        figure="sweep",
        rests_on=f"{replications} simulated trials of each of {len(points)} kinds",
        over=tuple(over),
        target=target,
    )


def _points(declaration: Declaration, over: Any) -> list[dict[str, Any]]:
    if (
        not isinstance(over, Mapping)
        or not over
        or any(isinstance(v, str) or not len(v) for v in over.values())
    ):
        raise ParameterError(
            "sweep() changes at least one value, each over a list, e.g. over={'design.clusters': [8, 12, 20]}."
        )
    points = [dict(zip(over, values, strict=True)) for values in itertools.product(*over.values())]
    if len(points) > _MOST_POINTS:
        raise ParameterError(
            f"sweep() got {len(points)} combinations; ask for at most {_MOST_POINTS}, e.g. fewer values of each."
        )
    for path in over:
        # A name that does not exist is an error; a value that cannot be is a row that says so.
        try:
            declaration.with_value(path, over[path][0])
        except (ParameterError, TypeError) as error:
            if "is no value of a declaration" in str(error):
                raise
    return points


def _row(
    declaration: Declaration, point: Mapping[str, Any], replications: int, seed: int, progress: Progress
) -> dict[str, Any]:
    try:
        changed = declaration
        for path, value in point.items():
            changed = changed.with_value(path, value)
        feasible(changed)
    except (ParameterError, DesignError) as error:
        if progress is not None:
            progress(replications, replications)
        row: dict[str, Any] = dict(point)
        row.update(dict.fromkeys(FIGURES, np.nan), why=str(error))
        return row
    found = diagnosed(changed, replicate(changed, replications, seed, progress))
    told: dict[str, Any] = dict(point)
    told.update({k: found.figures[k][0] for k in FIGURES if k in found.figures})
    told.update(mc_se=found.figures["power"][1], cost=changed.cost, people=changed.people, why="")
    return told


def _sentence(table: pd.DataFrame, over: tuple[str, ...], target: float) -> str:
    run = table[table["why"] == ""]
    if run.empty:
        return "None of these trials can be run."
    reach = run[run["power"] >= target]
    if reach.empty:
        best = run.nlargest(1, "power").iloc[0]
        return (
            f"None of {len(run)} trials finds the effect in {number(100 * target, 0)} of 100 cases; the best, with "
            f"{_said(best, over)}, finds it in {number(100 * best['power'], 0)}."
        )
    by = "cost" if reach["cost"].max() > 0 else "people"
    least = reach.nsmallest(1, by).iloc[0]
    what = "cheapest" if by == "cost" else "smallest"
    return (
        f"{len(reach)} of {len(run)} trials find the effect in {number(100 * target, 0)} of 100 cases or more; the {what} of "
        f"them has {_said(least, over)}."
    )


def _said(row: Any, over: tuple[str, ...]) -> str:
    def word(value: Any) -> str:
        return f"{value:g}" if isinstance(value, int | float | np.number) else str(value)

    return " and ".join(f"{path.rpartition('.')[2].replace('_', ' ')} {word(row[path])}" for path in over)


def _checks(table: pd.DataFrame, replications: int) -> tuple[Check, ...]:
    out = []
    if gone := int((table["why"] != "").sum()):
        first = table.loc[table["why"] != "", "why"].iloc[0]
        told = f"{gone} of {len(table)} combinations cannot be run; the first: {first}"
        out.append(Check("combinations that cannot be run", "failed", told))
    width = 100 * 1.96 * float(np.sqrt(0.25 / replications))
    told = f"Each power is known to ± {number(width, 0)} in 100 at most; all combinations met the same luck."
    out.append(Check("luck of the simulation", "informational", told))
    return tuple(out)
