"""Several ways of trying the same programme, side by side: which is cheapest among those that would find the effect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from almpo_kit.experiments.declaring.declaration import Declaration
from almpo_kit.experiments.declaring.diagnose import declared, diagnosed
from almpo_kit.experiments.declaring.diagnosis_words import ENOUGH, design_words
from almpo_kit.experiments.declaring.replications import LEAST, MOST, Progress, part_of, replicate
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.plain_values import real_number, whole_number
from almpo_kit.vocabulary.provenance import Provenance
from almpo_kit.vocabulary.rendering import number

_COLUMNS: Final = (
    *("name", "kind", "words", "estimator", "groups", "people", "cost", "power", "mc_se", "reaches"),
    *("bias", "rmse", "coverage", "exaggeration", "failed", "trusted"),
)
_MOST_DESIGNS = 50


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class DesignComparison(Finding):
    """Designs side by side.

    ``table``, one row a design: ``name``, ``kind``, ``words``, ``estimator``, ``groups``, ``people``, ``cost``, ``power``,
    ``mc_se``, ``reaches`` ("yes", "no", "not sure": the simulation's luck decides), ``bias``, ``rmse``, ``coverage``,
    ``exaggeration``, ``failed``, ``trusted`` (whether intervals hold what they promise).

    Parameters
    ----------
    cheapest : str
        Name of the cheapest design that reaches the target; "" where none does.
    target : float
    """

    cheapest: str
    target: float

    def metrics(self) -> dict[str, float]:
        """Power and cost of each design."""
        rows = self.table.set_index("name")
        return {f"power_{n}": float(v) for n, v in rows["power"].items()} | {
            f"cost_{n}": float(v) for n, v in rows["cost"].items()
        }


def compare_designs(
    designs: Mapping[str, Declaration],
    *,
    target: float = ENOUGH,
    replications: int = 1000,
    seed: int = 0,
    progress: Progress = None,
) -> DesignComparison:
    """Compare declared trials: power, error, coverage and cost, and which is cheapest among those with power enough.

    Parameters
    ----------
    designs : mapping of str to Declaration
        Two or more.
    target : float
        Power that is asked for.
    replications : int
    seed : int
    progress : callable, optional
        Told (done, total) runs over all designs; whatever it raises ends the work and is passed on.

    Returns
    -------
    DesignComparison
        Without costs the design with the fewest people is taken for the cheapest.

    Raises
    ------
    ParameterError
    """
    _asked(designs, target, replications)
    rows = []
    for i, (name, one) in enumerate(designs.items()):
        runs = replicate(one, replications, seed, part_of(progress, i, len(designs), replications))
        rows.append(_row(name, one, diagnosed(one, runs).figures, target))
    table = pd.DataFrame(rows, columns=list(_COLUMNS))
    cheapest = _cheapest(table)
    return DesignComparison(
        question="Which of these trials would find the effect at the least cost?",
        sentence=_sentence(table, cheapest, target),
        table=table,
        checks=_checks(table, designs, target),
        provenance=Provenance(
            method="experiments.compare_designs",
            options={
                "designs": {n: d.to_plain() for n, d in designs.items()},
                "target": target,
                "replications": replications,
            },
            seed=seed,
            synthetic=any(d.synthetic for d in designs.values()),
        ),
        figure="design_comparison",
        rests_on=f"{replications} simulated trials of each design",
        cheapest=cheapest,
        target=target,
    )


def _asked(designs: Any, target: float, replications: int) -> None:
    if not isinstance(designs, Mapping) or not 2 <= len(designs) <= _MOST_DESIGNS:
        raise ParameterError(
            f"compare_designs() takes 2 to {_MOST_DESIGNS} named declarations, e.g. {{'12 offices': declare(…), 'people': "
            "declare(…)}."
        )
    for one in designs.values():
        declared(one, "compare_designs")
    real_number("target", target, 0, 1, open_low=True, open_high=True)
    whole_number("replications", replications, LEAST, MOST)


def _row(
    name: str, one: Declaration, figures: Mapping[str, tuple[float, float]], target: float
) -> dict[str, Any]:
    power, error = figures["power"]
    sure = abs(power - target) > 1.96 * error
    told = {k: figures[k][0] for k in ("bias", "rmse", "coverage", "exaggeration", "failed")}
    return {
        "name": str(name),
        "kind": one.design.kind,
        "words": design_words(one),
        "estimator": one.estimator,
        "groups": one.design.clusters,
        "people": one.people,
        "cost": one.cost,
        "power": power,
        "mc_se": error,
        "reaches": ("yes" if power >= target else "no") if sure else "not sure",
        **told,
        "trusted": _trusted(figures["coverage"], one.alpha),
    }


def _trusted(coverage: tuple[float, float], alpha: float) -> bool:
    cover, error = coverage
    # Three Monte-Carlo errors, and a point that nobody would mind, as in a diagnosis.
    return not np.isfinite(cover) or cover + 3 * error >= 1 - alpha - 0.01


def _by(table: pd.DataFrame) -> str:
    return "cost" if table["cost"].max() > 0 else "people"


def _cheapest(table: pd.DataFrame) -> str:
    held = table[table["trusted"]]
    reach = held[held["reaches"] == "yes"]
    return "" if reach.empty else str(reach.nsmallest(1, _by(table)).iloc[0]["name"])


def _sentence(table: pd.DataFrame, cheapest: str, target: float) -> str:
    asked = f"{number(100 * target, 0)} of 100 cases"
    if not cheapest:
        held = table[table["trusted"]]
        if held.empty:
            return "None of these designs can be trusted: their intervals do not hold what they promise."
        best = held.nlargest(1, "power").iloc[0]
        return (
            f"None of these designs surely finds the effect in {asked}; “{best['name']}” comes closest with "
            f"{number(100 * best['power'], 0)}."
        )
    row = table[table["name"] == cheapest].iloc[0]
    by = _by(table)
    price = (
        f"at a cost of €{number(row['cost'], 0)}"
        if by == "cost"
        else f"with {number(row['people'], 0)} people"
    )
    return f"“{cheapest}” is the cheapest design that finds the effect in {asked}: in {number(100 * row['power'], 0)}, {price}."


def _checks(table: pd.DataFrame, designs: Mapping[str, Declaration], target: float) -> tuple[Check, ...]:
    out = []
    for name, cover in table.loc[~table["trusted"], ["name", "coverage"]].to_numpy().tolist():
        told = (
            f"{name}: only {number(100 * cover, 1)} of 100 intervals hold the truth, so its power is not to be trusted, "
            "and it is left out of the choice."
        )
        out.append(Check(f"intervals of {name}", "failed", told))
    if len({(d.outcome.kind, tuple(sorted(d.effects.values()))) for d in designs.values()}) > 1:
        told = "The designs are declared with different effects or outcomes, so their powers answer different questions."
        out.append(Check("same question", "failed", told))
    held = table[table["trusted"]]
    if len(held):
        low, high = (number(100 * c, 0) for c in (held["coverage"].min(), held["coverage"].max()))
        covered = low if low == high else f"{low} to {high}"
        told = f"Intervals of {'all' if len(held) == len(table) else 'the other'} designs held the truth in {covered} of 100 simulated trials."
        out.append(Check("truth", "passed", told))
    unsure = list(table.loc[table["reaches"] == "not sure", "name"])
    if unsure:
        told = f"Whether {', '.join(unsure)} reach {number(100 * target, 0)} of 100 is not sure; run more simulated trials."
        out.append(Check("luck of the simulation", "informational", told))
    if table["cost"].max() <= 0:
        out.append(
            Check(
                "costs",
                "informational",
                "No costs were given; the design with the fewest people counts as the cheapest.",
            )
        )
    elif (table["cost"] <= 0).any():
        free = ", ".join(table.loc[table["cost"] <= 0, "name"])
        out.append(Check("costs", "failed", f"No costs were given for {free}, so that they seem free."))
    return tuple(out)
