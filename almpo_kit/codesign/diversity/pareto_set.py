"""Which proposals no other one beats for every group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd

from almpo_kit.codesign.diversity.kernels.dominance import best_for_some_weights, dominated_by
from almpo_kit.codesign.diversity.people_by_proposals import group_of, people_by_proposals
from almpo_kit.vocabulary.consultations import Plan
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.provenance import provenance
from almpo_kit.vocabulary.rendering import number

Array = np.ndarray[Any, np.dtype[Any]]
PARETO_COLUMNS: Final = (
    *("proposal", "in_set", "chance_in_set", "best_for_some_weights", "dominated_by"),
    *("worst_group", "worst_value", "best_group", "best_value", "mean"),
)
_REPEATS: Final = 1000
#: A place in the set that holds in as many draws is taken as settled.
_SETTLED: Final = 0.9


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ParetoSet(Finding):
    """Proposals that no other one beats for every group.

    ``table``, one row a proposal, those in the set first. ``in_set``: no other proposal is at least as good for every group
    and better for one. ``chance_in_set``: share of bootstrap draws of people, within groups, in which it is in the set; NaN
    without groups. ``best_for_some_weights``: best for some weights of the groups. ``dominated_by``: proposals that beat it
    for every group. ``worst_group, worst_value, best_group, best_value``: the groups it serves worst and best; ``mean``: of
    groups, each counted once.

    Parameters
    ----------
    pareto : tuple of str
    values : DataFrame, shape (n_proposals, n_groups)
        Mean utility.
    kindest : str
        The proposal whose worst served group is best off.
    """

    pareto: tuple[str, ...]
    values: pd.DataFrame
    kindest: str

    def metrics(self) -> dict[str, float]:
        """How many proposals are in the set."""
        return {"proposals": float(len(self.table)), "in_set": float(len(self.pareto))}


def pareto_set(
    utilities: pd.DataFrame,
    groups: pd.Series | Mapping[str, str] | None = None,
    *,
    least_group: int = 5,
    repeats: int = _REPEATS,
    plan: Plan | None = None,
    seed: int = 0,
) -> ParetoSet:
    """Find the proposals that no other one beats for every group (or person).

    A proposal outside the set can be dropped without loss to any group; between those in the set somebody gains what
    another loses, and people have to decide. The set says nothing about which of them is right.

    Parameters
    ----------
    utilities : DataFrame, shape (n_people, n_proposals)
        By participant; more is better.
    groups : Series or mapping, optional
        Participant -> group; a group's mean is its point of view. Each person is a point of view of her own when left out;
        only people who answered on every proposal count then.
    least_group : int
        Smaller groups stand together as "others"; the plan's where a plan is given.
    repeats : int
        Bootstrap draws, 0 to 100000.
    plan : Plan, optional
    seed : int

    Returns
    -------
    ParetoSet

    Raises
    ------
    FrameError
    ParameterError
    DesignError
        A group did not answer on some proposal, or nobody answered on all.
    """
    if isinstance(repeats, bool) or not isinstance(repeats, int) or not 0 <= repeats <= 100_000:
        raise ParameterError(f"pareto_set() got repeats={repeats!r}; give 0 to 100000, e.g. 1000.")
    held = people_by_proposals(utilities, "pareto_set")
    if groups is None:
        full = held.dropna()
        if full.empty:
            raise DesignError(
                "pareto_set(): nobody answered on every proposal; give groups, whose means can be compared."
            )
        held, values = full, full.T
        chance = np.full(held.shape[1], np.nan)
    else:
        own = group_of(held.index, groups, plan.least_group if plan else least_group, "pareto_set")
        values = held.groupby(own.to_numpy()).mean().T
        if values.isna().to_numpy().any():
            row, column = np.argwhere(values.isna().to_numpy())[0]
            proposal, group = str(values.index[row]), str(values.columns[column])
            raise DesignError(
                f"pareto_set(): nobody in group {group!r} answered on {proposal!r}; leave that proposal out."
            )
        chance = _chance(
            held.to_numpy(), own.to_numpy(), repeats, np.random.default_rng(np.random.SeedSequence(seed))
        )
    table = _table(values, chance)
    made = provenance(
        utilities,
        method="codesign.pareto_set",
        options={"repeats": repeats, "by": "person" if groups is None else "group"}
        | ({"plan": plan.digest} if plan else {}),
        seed=seed if groups is not None else None,
    )
    kindest = str(table["proposal"].iloc[int(table["worst_value"].to_numpy().argmax())])
    view = "person" if groups is None else "group"
    return ParetoSet(
        question="Which proposals could be dropped without loss to any group?",
        sentence=_sentence(table, kindest, view),
        table=table,
        checks=_checks(table, view, values.shape[1]),
        provenance=replace(made, synthetic=made.synthetic or bool(plan and plan.synthetic)),
        rests_on=f"answers of {len(held)} people on {held.shape[1]} proposals, {values.shape[1]} points of view",
        pareto=tuple(table.loc[table["in_set"], "proposal"]),
        values=values,
        kindest=kindest,
    )


def _chance(values: Array, group: Array, repeats: int, rng: np.random.Generator) -> Array:
    """Share of draws of people within groups in which each proposal is in the set."""
    if not repeats:
        return np.full(values.shape[1], np.nan)
    given, filled = np.isfinite(values).astype(float), np.nan_to_num(values)
    means = []
    for name in sorted(set(group)):
        rows = np.flatnonzero(group == name)
        times = rng.multinomial(len(rows), np.full(len(rows), 1 / len(rows)), size=repeats).astype(float)
        with np.errstate(invalid="ignore", divide="ignore"):
            means.append((times @ filled[rows]) / (times @ given[rows]))
    drawn = np.stack(means, axis=-1)
    # A draw in which a group has no answer to a proposal says nothing.
    drawn = drawn[np.isfinite(drawn).all(axis=(1, 2))]
    if not len(drawn):
        return np.full(values.shape[1], np.nan)
    return np.asarray((~dominated_by(drawn).any(axis=2)).mean(axis=0))


def _table(values: pd.DataFrame, chance: Array) -> pd.DataFrame:
    held = values.to_numpy()
    beaten = dominated_by(held)
    weights = best_for_some_weights(held) if held.shape[1] <= 200 else np.full(len(held), False)
    rows = []
    for k, proposal in enumerate(values.index):
        low, high = int(held[k].argmin()), int(held[k].argmax())
        named = ", ".join(str(name) for name in values.index[beaten[k]])
        rows.append(
            (
                *(str(proposal), not beaten[k].any(), float(chance[k]), bool(weights[k]), named),
                *(str(values.columns[low]), float(held[k, low])),
                *(str(values.columns[high]), float(held[k, high]), float(held[k].mean())),
            )
        )
    table = pd.DataFrame(rows, columns=list(PARETO_COLUMNS))
    return table.sort_values(["in_set", "mean"], ascending=[False, False], kind="stable").reset_index(
        drop=True
    )


def _sentence(table: pd.DataFrame, kindest: str, view: str) -> str:
    inside = [str(p) for p in table.loc[table["in_set"], "proposal"]]
    out = len(table) - len(inside)
    if len(inside) == 1:
        head = f"“{inside[0]}” is at least as good as every other proposal for every {view}."
    elif not out:
        head = f"None of the {len(table)} proposals can be dropped without loss to some {view}."
    else:
        verb = "is" if out == 1 else "are"
        head = (
            f"{len(inside)} of {len(table)} proposals remain; the other {out} {verb} beaten for every {view}."
        )
    worst = table.loc[table["proposal"] == kindest].iloc[0]
    tail = (
        ""
        if view == "person"
        else f" Whoever is served worst is best off with “{kindest}” (group {worst['worst_group']}: {number(worst['worst_value'], 2)})."
    )
    return head + tail


def _checks(table: pd.DataFrame, view: str, views: int) -> tuple[Check, ...]:
    out = []
    known = table["chance_in_set"].dropna()
    doubtful = table[(table["chance_in_set"] > 1 - _SETTLED) & (table["chance_in_set"] < _SETTLED)]
    if len(doubtful):
        told = f"With other people of the same kind {', '.join(doubtful['proposal'])} might be in the set or out of it."
        out.append(Check("settled", "failed", told))
    elif len(known):
        out.append(
            Check(
                "settled",
                "passed",
                "The set stays the same in 9 of 10 draws of people, proposal by proposal.",
            )
        )
    if view == "person" and views > 20:
        told = f"With {views} points of view almost nothing is beaten for everybody; give groups to see more."
        out.append(Check("many points of view", "informational", told))
    told = (
        "Between proposals in the set one group gains what another loses: people decide, the table does not."
    )
    return (*out, Check("what it cannot say", "informational", told))
