"""From what a programme owner wants to learn to the designs she could run, and the one that would tell her most."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import pandas as pd

from almpo_kit import experiments
from almpo_kit.vocabulary.errors import AlmpoError, DesignError, ParameterError
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.provenance import Provenance
from almpo_kit.vocabulary.rendering import number
from almpo_kit.vocabulary.trial_designs import TrialDesign
from almpo_kit.vocabulary.trial_outcomes import TrialOutcome
from almpo_kit.workbench.trial_questions import TrialQuestion, can_be, effect_words, of_100

#: Kind of design -> how a person would say it.
IN_WORDS: Final = {
    "blocked": "draw people within offices",
    "cluster": "draw whole offices",
    "matched_pair": "draw within pairs of offices",
    "stepped_wedge": "draw when offices begin",
    "saturation": "vary the share offered",
}
#: Chance of seeing the effect, from which on a trial is worth its trouble; 79.8 is said as 80.
ENOUGH: Final = 0.795
_LEAST_GROUPS: Final = 4
#: Of the variance between offices: as much as can be said.
_ALL: Final = 0.999


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class TrialProposal(Finding):
    """``table``: one row a design, the best that can be run on top.

    Columns ``design, kind, can_be_run, power, smallest_effect, needed, drawn, why``; ``needed`` people or groups (``drawn``)
    for an 80% chance of seeing the effect that matters.

    Parameters
    ----------
    kind : str
        Of the design proposed; "" where none can be run.
    power : float
        Its chance of seeing the effect; NaN where there is none.
    sizes : mapping of str to Finding
        Kind -> what :func:`almpo_kit.experiments.power` says of it, with its curve.
    designs : mapping of str to TrialDesign
    """

    kind: str
    power: float
    sizes: Mapping[str, Any]
    designs: Mapping[str, TrialDesign]

    def metrics(self) -> Mapping[str, float]:
        """The power of the design that is proposed."""
        return {"power": self.power} if math.isfinite(self.power) else {}


def propose(asked: TrialQuestion) -> TrialProposal:
    """Size every design that could answer a question, and propose the one that tells most.

    Parameters
    ----------
    asked : TrialQuestion

    Returns
    -------
    TrialProposal

    Raises
    ------
    ParameterError
        An effect that cannot be, e.g. a share above 1.
    """
    if not isinstance(asked, TrialQuestion):
        raise ParameterError(f"propose() takes a TrialQuestion, not {type(asked).__name__}.")
    can_be(asked)
    designs = {kind: made for kind in IN_WORDS if (made := _design(kind, asked)) is not None}
    rows, sizes = [], {}
    for kind in IN_WORDS:
        row, size = _row(kind, designs.get(kind), asked)
        rows.append(row)
        if size is not None:
            sizes[kind] = size
    table = pd.DataFrame(rows).sort_values(
        ["can_be_run", "power"], ascending=False, kind="stable", na_position="last"
    )
    table = table.reset_index(drop=True)
    top = table.iloc[0]
    kind = str(top["kind"]) if top["can_be_run"] else ""
    power = float(top["power"]) if kind else math.nan
    return TrialProposal(
        question=f"Can a trial in {_offices(asked.groups)} show whether it helps?",
        sentence=_sentence(table, kind, asked),
        table=table,
        checks=_checks(sizes.get(kind), asked),
        provenance=Provenance(
            method="experiments.power",
            options={"effect": asked.effect, "groups": asked.groups, "people": asked.people}
            | {"outcome": asked.outcome.to_plain(), "losses": vars(asked.losses)},
        ),
        figure="trial_proposal",
        rests_on="what was said about the offices and the outcome; no data",
        kind=kind,
        power=power,
        sizes=sizes,
        designs=designs,
    )


def simulated(
    found: TrialProposal,
    asked: TrialQuestion,
    *,
    replications: int,
    costs: Mapping[str, float],
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Finding:
    """The designs that can be run, simulated as they would be drawn and analysed; beside each other where there are several.

    Parameters
    ----------
    found : TrialProposal
        Of the same question.
    asked : TrialQuestion
    replications, seed, progress
        As :func:`almpo_kit.experiments.diagnose` takes them.
    costs : mapping of str to float
        ``cost_fixed, cost_per_group, cost_per_person``, euro.

    Raises
    ------
    DesignError
        None can be run.
    """
    made = {
        IN_WORDS[kind]: _declared(kind, found, asked, costs)
        for kind in (str(r["kind"]) for r in found.table.to_dict("records") if r["can_be_run"])
    }
    if not made:
        raise DesignError(found.sentence)
    how: dict[str, Any] = {"replications": replications, "seed": seed, "progress": progress}
    if len(made) > 1:
        return experiments.compare_designs(made, **how)
    return experiments.diagnose(next(iter(made.values())), **how)


def _declared(kind: str, found: TrialProposal, asked: TrialQuestion, costs: Mapping[str, float]) -> Any:
    # Offices are the blocks.
    more: dict[str, Any] = {"blocks": asked.groups if kind == "blocked" else 0, **costs}
    return experiments.declare(
        found.designs[kind], _outcome(kind, asked), effect=asked.effect, losses=asked.losses, **more
    )


def _outcome(kind: str, asked: TrialQuestion) -> TrialOutcome:
    """Where people are drawn within offices, blocks hold all that lies between offices."""
    return replace(asked.outcome, explained_between=_ALL) if kind == "blocked" else asked.outcome


def _design(kind: str, asked: TrialQuestion) -> TrialDesign | None:
    """The design of that kind with these offices; None where their number does not allow it."""
    if kind == "blocked":
        return TrialDesign("blocked", people=asked.groups * asked.people)
    groups: dict[str, Any] = {"clusters": asked.groups, "cluster_size": float(asked.people)}
    groups["size_variation"] = asked.size_variation
    if asked.groups < _LEAST_GROUPS:
        return None
    if kind == "matched_pair":
        return TrialDesign(kind, **groups | {"clusters": asked.groups - asked.groups % 2})
    if kind == "stepped_wedge":
        steps = min(asked.groups, 6)
        # The same people in all, spread over the periods.
        groups["cluster_size"] = max(asked.people / (steps + 1), 1.0)
        return TrialDesign(kind, steps=steps, **groups)
    if kind == "saturation":
        return TrialDesign(kind, saturations={0.0: 1 / 3, 0.5: 1 / 3, 1.0: 1 / 3}, **groups)
    return TrialDesign(kind, **groups)


def _row(kind: str, design: TrialDesign | None, asked: TrialQuestion) -> tuple[dict[str, Any], Any]:
    row: dict[str, Any] = {"design": IN_WORDS[kind], "kind": kind, "can_be_run": False, "power": math.nan}
    row |= {"smallest_effect": math.nan, "needed": math.nan, "drawn": "", "why": _why_not(kind, asked)}
    if design is None:
        return row | {
            "why": f"{_offices(asked.groups)} cannot be drawn: it takes at least {_LEAST_GROUPS}"
        }, None
    try:
        size = experiments.power(
            design,
            _outcome(kind, asked),
            effect=asked.effect,
            losses=asked.losses,
            called="offices",
            # In a second; where a formula holds badly a check says so, and the designs are simulated next.
            method="closed",
        )
    except AlmpoError as refused:
        return row | {"why": row["why"] or str(refused)}, None
    row |= {"can_be_run": row["why"] == "", "power": size.power, "smallest_effect": size.smallest_effect}
    return row | {"needed": size.needed, "drawn": size.unit_drawn}, size


def _why_not(kind: str, asked: TrialQuestion) -> str:
    if kind in ("blocked", "saturation") and not asked.can_differ:
        return "people of one office cannot get different offers"
    if asked.all_in_the_end and kind != "stepped_wedge":
        return "some offices would never have it"
    if kind == "stepped_wedge" and not asked.all_in_the_end:
        return "only where all are to have it in the end: time has to be told from effect"
    if asked.displacement and kind != "saturation":
        return "does not show who loses what others gain"
    if kind == "saturation" and not asked.displacement:
        return "answers a further question, about those not offered, at a price"
    return ""


def _sentence(table: pd.DataFrame, kind: str, asked: TrialQuestion) -> str:
    if not kind:
        reasons = "; ".join(f"{r.design}: {r.why}" for r in table.itertuples())
        return f"No design can be run as things are. {reasons[0].upper()}{reasons[1:]}."
    top = table.iloc[0]
    how = f"{IN_WORDS[kind][0].upper()}{IN_WORDS[kind][1:]}"
    power = float(top["power"])
    said = (
        f"{how}: an effect of {effect_words(asked.outcome, asked.effect)} would be seen in {of_100(power)} such "
        f"trials{_beside(table, kind)}."
    )
    if power >= ENOUGH:
        return f"Yes. {said}"
    least = effect_words(asked.outcome, float(top["smallest_effect"]))
    many = float(top["needed"])
    more = f"or {number(many, 0)} {top['drawn']}" if math.isfinite(many) else "and no number of them would do"
    return f"Not with these numbers. {said} For 80 of 100 it would take an effect of {least}, {more}."


def _beside(table: pd.DataFrame, kind: str) -> str:
    """The next best design that can be run."""
    others = table[table["can_be_run"] & (table["kind"] != kind)]
    if others.empty:
        return ""
    other = others.iloc[0]
    return f" ({IN_WORDS[str(other['kind'])]}: {of_100(float(other['power']))})"


def _offices(groups: int) -> str:
    return "one office" if groups == 1 else f"{number(groups, 0)} offices"


def _checks(size: Any, asked: TrialQuestion) -> tuple[Check, ...]:
    made = [
        Check(
            "assumptions",
            "informational",
            f"It rests on {number(100 * asked.losses.attrition, 0)}% lost, {number(100 * asked.losses.take_up, 0)}% taking part, and "
            f"an intra-cluster correlation of {asked.outcome.icc:g}; look at the curve with other values before you decide.",
        ),
    ]
    return (*made, *(size.checks if size is not None else ()))
