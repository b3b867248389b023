"""What one occupation needs, skill by skill, beside what a person brings."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from almpo_kit.matching.transitions.coverage import weights
from almpo_kit.matching.transitions.move_checks import origin_checks, standing_checks
from almpo_kit.matching.transitions.move_words import listed, months_words, percent, steps_words
from almpo_kit.matching.transitions.moves import Moves, moves_from
from almpo_kit.matching.transitions.occupation_names import find_target, occupations_of
from almpo_kit.matching.transitions.origins import Origin, find_origin
from almpo_kit.matching.transitions.skill_space import SkillSpace, skill_space
from almpo_kit.matching.transitions.training import TrainingAssumptions, months_per_skill
from almpo_kit.matching.transitions.viability import Rule
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.provenance import provenance

HELD, PARTLY, RELATED, MISSING = "held", "partly held", "related held", "missing"
_ORDER = {MISSING: 0, RELATED: 1, PARTLY: 2, HELD: 3}
#: Shares are kept in single precision; what is closer than this is the same.
_SAME = 1e-6


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class SkillGap(Finding):
    """Skills held, related and missing for one occupation.

    Parameters
    ----------
    origin, target, target_code : str
    coverage : float
        Share of the target's weighted requirements covered.
    essential, missing_essential, related_essential : int
        Essential skills; those not held; those of them with a related skill held.
    months_low, months, months_high : float
        Training, the level of formal education included.
    level_change : float
    """

    origin: str
    target: str
    target_code: str
    coverage: float
    essential: int
    missing_essential: int
    related_essential: int
    months_low: float
    months: float
    months_high: float
    level_change: float

    def metrics(self) -> dict[str, float]:
        """Coverage, missing essential skills, months."""
        return {
            "coverage": self.coverage,
            "missing_essential": float(self.missing_essential),
            "months": self.months,
        }


def skill_gap(
    origin: str | None,
    target: str,
    relations: pd.DataFrame | SkillSpace,
    occupations: pd.DataFrame,
    *,
    skills: pd.DataFrame | None = None,
    held: Collection[str] | str | None = None,
    skill_level: int | None = None,
    training: TrainingAssumptions | None = None,
) -> SkillGap:
    """List what an occupation needs and what of it a person has.

    Parameters
    ----------
    origin : str or None
        As `occupation` in :func:`reachable`.
    target : str
        One ESCO occupation: code, address or English label.
    relations, occupations, skills, held, skill_level, training
        As in :func:`reachable`.

    Returns
    -------
    SkillGap
        ``table``, one row for each skill needed, essential and missing ones first, the most specific at the top: ``skill, label,
        relation, status`` ("held", "partly held": only optional at the origin or held in most occupations of its
        group, "related held", "missing")``, met`` (share)``, through`` (the related skill held)``, specificity``
        (nats)``, weight`` (share of all requirements)``, kind, reuse, group, group_label, field`` (ISCED-F 2013 of
        knowledge)``, field_label, months_low, months, months_high`` (to learn what is not met).

    Raises
    ------
    ParameterError, DataError, FrameError
        As :func:`reachable`; `target` stands for several occupations.
    """
    assumed = training or TrainingAssumptions()
    space = relations if isinstance(relations, SkillSpace) else skill_space(relations, skills)
    names = occupations_of(space, occupations)
    person = find_origin(origin, held, space, names, skill_level)
    row = find_target(target, space, names)
    moves = moves_from(person, space, names, assumed, Rule().least_coverage)
    table = gap_table(moves, person, row, space, assumed)
    needed = table["relation"].eq("essential")
    lacking = needed & table["status"].isin([MISSING, RELATED])
    related = int((lacking & table["status"].eq(RELATED)).sum())
    low, typical, high = moves.months[row]
    label, code = str(names.label[row]), str(space.occupations[row])
    return SkillGap(
        question=f"What does {person.name} lack to work as {label}?",
        sentence=_sentence(person, label, table, lacking, related, moves, row),
        table=table,
        checks=(*origin_checks(person, space), *_several(person), *standing_checks()),
        provenance=provenance(
            space.relations,
            space.taxonomy,
            occupations,
            method="matching.skill_gap: weighted skill coverage",
            options={
                "origin": origin,
                "target": code,
                "held": [held] if isinstance(held, str) else list(held or ()),
                "optional": space.optional,
                "related": space.related,
                "training": dict(assumed.as_options()),
            },
        ),
        figure="skill_gap",
        rests_on=f"{len(table)} ESCO relations of {label} ({code})",
        origin=person.name,
        target=label,
        target_code=code,
        coverage=float(moves.coverage[row]),
        essential=int(needed.sum()),
        missing_essential=int(lacking.sum()),
        related_essential=related,
        months_low=float(low),
        months=float(typical),
        months_high=float(high),
        level_change=float(moves.change[row]),
    )


def gap_table(
    moves: Moves, origin: Origin, row: int, space: SkillSpace, assumed: TrainingAssumptions
) -> pd.DataFrame:
    """The requirements of one occupation, as :func:`skill_gap` lists them."""
    part = space.requirements(row)
    skill, met, direct = space.needed[part], moves.share[part], moves.direct[part]
    weight = weights(space)[part]
    months = months_per_skill(space, assumed)[skill] * (1 - met)[:, None]
    group = space.group[skill]
    groups = [str(space.groups[g]) if g >= 0 else "" for g in group]
    fields = space.told["field"][skill]
    table = pd.DataFrame(
        {
            "skill": space.skills[skill].astype(str),
            "label": space.told["label"][skill].astype(str),
            "relation": np.where(space.essential[part], "essential", "optional"),
            "status": _status(met, direct),
            "met": met,
            "through": "",
            "specificity": space.specificity[skill],
            "weight": weight / weight.sum() if weight.sum() > 0 else weight,
            "kind": space.told["kind"][skill].astype(str),
            "reuse": space.told["reuse"][skill].astype(str),
            "group": groups,
            "group_label": _labels(space, groups),
            "field": fields.astype(str),
            "field_label": _labels(space, [f"K{f}" if f else "" for f in fields]),
            **dict(zip(("months_low", "months", "months_high"), months.T, strict=True)),
        }
    )
    near = table["status"].eq(RELATED)
    table.loc[near, "through"] = [_through(space, origin, g) for g in group[near.to_numpy()]]
    rank = table["status"].map(_ORDER)
    order = np.lexsort(
        (table["skill"], -table["specificity"], rank, table["relation"].eq("optional").to_numpy())
    )
    return table.iloc[order].reset_index(drop=True)


def _status(met: np.ndarray, direct: np.ndarray) -> np.ndarray:
    return np.select(
        [direct >= 1 - _SAME, direct >= 0.5, met > direct + _SAME], [HELD, PARTLY, RELATED], default=MISSING
    )


def _through(space: SkillSpace, origin: Origin, group: int) -> str:
    """The skill of a group that the person holds most surely, the most specific of them."""
    inside = np.flatnonzero(space.group == group)
    held = origin.direct[:, inside].mean(axis=0)
    best = inside[np.lexsort((-space.specificity[inside], -held))[0]]
    return str(space.told["label"][best])


def _labels(space: SkillSpace, codes: list[str]) -> list[str]:
    if not len(space.taxonomy):
        return codes
    labels = space.taxonomy["label"].reindex(codes)
    return [c if pd.isna(v) else str(v) for c, v in zip(codes, labels, strict=True)]


def _several(origin: Origin) -> list[Check]:
    if not origin.several:
        return []
    text = (
        f"{origin.name} holds {len(origin.held)} occupations; a skill counts as missing where fewer than half of them have it. "
        "Name the occupation for a sharper answer."
    )
    return [Check("which_occupation", "failed", text)]


def _sentence(
    origin: Origin, label: str, table: pd.DataFrame, lacking: pd.Series, related: int, moves: Moves, row: int
) -> str:
    n, essential = int(lacking.sum()), int(table["relation"].eq("essential").sum())
    covered = f"{origin.name} covers {percent(float(moves.coverage[row]))} of what {label} needs"
    covered = covered[0].upper() + covered[1:]
    if not n:
        return f"{covered}; none of the {essential} essential skills is missing."
    first = listed([str(v) for v in table.loc[lacking, "label"].head(3)])
    near = f", {related} of them with a related skill held" if related else ""
    low, typical, high = (float(v) for v in moves.months[row])
    change = float(moves.change[row])
    level = f" ({steps_words(change)})" if change else ""
    return (
        f"{covered}. Of {essential} essential skills {n} {'is' if n == 1 else 'are'} missing{near}: first {first}. "
        f"That is {months_words(typical, low, high)}{level}, by assumption."
    )
