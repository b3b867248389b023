"""What to doubt about moves between occupations. Failed checks come first wherever they are shown."""

from __future__ import annotations

import numpy as np
import pandas as pd

from almpo_kit.matching.transitions.coverage import coverage, weights
from almpo_kit.matching.transitions.local_demand import OVER, THIN, UNKNOWN, Demand
from almpo_kit.matching.transitions.move_words import listed, percent
from almpo_kit.matching.transitions.moves import Moves
from almpo_kit.matching.transitions.origins import Origin
from almpo_kit.matching.transitions.skill_space import SkillSpace
from almpo_kit.matching.transitions.symmetric import cosine, requirement_matrix
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number

#: ESCO has about 3,000 occupations; relations of far fewer hide most moves.
_WHOLE = 2_000
#: With fewer skills known, what someone can do is mostly not known.
FEW_SKILLS = 5


def origin_checks(origin: Origin, space: SkillSpace) -> list[Check]:
    """What is not known of the person."""
    out = [_covered(space), *_unnamed(space)]
    if origin.unknown:
        said = listed([repr(u[:60]) for u in origin.unknown])
        out.append(
            Check("skills_not_found", "failed", f"Not found among ESCO's skills, and so not counted: {said}.")
        )
    if not len(origin.rows) and (n := int((origin.direct > 0).sum())) < FEW_SKILLS:
        out.append(
            Check(
                "few_skills",
                "failed",
                f"Only {n} {'skill is' if n == 1 else 'skills are'} known of this person, too little to say what is in "
                "reach; add their last occupation or more of what they can do.",
            )
        )
    if origin.level != origin.level:
        out.append(
            Check(
                "skill_level",
                "failed",
                "The skill level of the origin is not known, so months of formal education are not counted; give "
                "skill_level=1, 2, 3 or 4.",
            )
        )
    if not len(space.taxonomy):
        out.append(
            Check(
                "no_skill_groups",
                "failed",
                "Without the taxonomy of skills no credit is given for related skills and every skill takes equally "
                "long to learn; give `skills`.",
            )
        )
    return out


def _covered(space: SkillSpace) -> Check:
    n = number(len(space.occupations), 0)
    if len(space.occupations) >= _WHOLE:
        return Check("covers", "passed", f"Requirements are known of {n} occupations. {space.covers}.")
    return Check(
        "covers",
        "failed",
        f"Requirements are known of {n} occupations only, so moves to all others are not seen. {space.more}",
    )


def _unnamed(space: SkillSpace) -> list[Check]:
    """Skills that the relations name and the taxonomy does not: two editions of ESCO differ."""
    used = np.flatnonzero(np.bincount(space.needed, minlength=len(space.skills)))
    n = int((space.told["label"][used] == space.skills[used]).sum()) if len(space.taxonomy) else 0
    if not n:
        return []
    text = (
        f"{number(n, 0)} of {number(len(used), 0)} skills needed are not in the taxonomy of skills, probably of another edition; "
        "they show by their identifier and belong to no group."
    )
    return [Check("unnamed_skills", "failed" if n > 0.05 * len(used) else "informational", text)]


def several_check(origin: Origin, table: pd.DataFrame) -> list[Check]:
    """How much it matters from which occupation of a group the person comes."""
    if not origin.several or table.empty:
        return []
    first = table.iloc[0]
    low, high = percent(first["coverage_low"]), percent(first["coverage_high"])
    wide = first["coverage_high"] - first["coverage_low"] > 0.2
    text = (
        f"{origin.name} holds {len(origin.held)} occupations and it is not known which one the person had; shares are "
        f"their mean. For {first['label']} they run from {low} to {high}."
    )
    text += " Name the occupation for a sharper answer." if wide else ""
    return [Check("which_occupation", "failed" if wide else "informational", text)]


def robustness_check(origin: Origin, moves: Moves, space: SkillSpace, others: np.ndarray, top: int) -> Check:
    """Whether the nearest stay the nearest when distance is measured in other ways."""
    n = min(top, int(others.sum()))
    equal = space.need
    vector = np.zeros(len(space.skills))
    vector[:] = origin.direct.mean(axis=0) * space.specificity
    rivals = {
        "without credit for related skills": coverage(space, moves.direct, weights(space)),
        "with all skills weighing the same": coverage(space, moves.share, equal),
        "by cosine likeness": cosine(requirement_matrix(space), vector),
    }
    ours = _first(moves.coverage, others, n)
    kept = {how: len(ours & _first(values, others, n)) for how, values in rivals.items()}
    told = listed([f"{k} {how}" for how, k in kept.items()])
    shaky = n > 1 and min(kept.values()) < n / 2
    text = f"Of the {n} occupations with the highest coverage, these stay among the first {n}: {told}."
    return Check("other_measures", "failed" if shaky else "passed", text)


def _first(values: np.ndarray, others: np.ndarray, n: int) -> set[int]:
    ranked = np.where(others & np.isfinite(values), values, -1.0)
    return set(np.argsort(-ranked, kind="stable")[:n].tolist())


def demand_checks(table: pd.DataFrame, demand: Demand | None) -> list[Check]:
    """What is known of demand for the occupations shown."""
    if demand is None:
        text = (
            "Local demand was not given, so it is not known whether these occupations are looking for people."
        )
        return [Check("demand", "informational", text)]
    out = []
    over = table.loc[table["demand"].eq(OVER), "label"]
    falling = table.loc[table["declining"], "label"]
    if len(over):
        text = f"More people for each vacancy than on average in {demand.geo}: {listed(over)}."
        out.append(Check("over_supplied", "failed", text))
    if len(falling):
        text = (
            f"Vacancies fell by a fifth or more from {demand.earlier} to {demand.period}: {listed(falling)}."
        )
        out.append(Check("declining", "failed", text))
    blank = int(table["demand"].isin([THIN, UNKNOWN]).sum())
    if blank:
        text = f"For {blank} of {len(table)} occupations shown the table has no or too few people and posts to say."
        out.append(Check("demand_thin", "informational", text))
    coarse = table.loc[table["matched"].str.len().between(1, 3), "matched"]
    if len(coarse):
        digits = listed(sorted({str(len(c)) for c in coarse}))
        text = (
            f"Demand of {len(coarse)} occupations is that of their wider ISCO-08 group ({digits} digits), the finest "
            "that the table has."
        )
        out.append(Check("demand_level", "informational", text))
    if not demand.earlier:
        text = "Decline is not known: the table has no period a year before the latest one."
        out.append(Check("decline_unknown", "informational", text))
    return out


def standing_checks() -> list[Check]:
    """What holds of every move."""
    return [
        Check(
            "training_assumed",
            "informational",
            "Months of training are an assumption for each missing essential skill and each step up in ISCO-08 skill "
            "level, the longer of the two; they are not measured. Change them with `training`.",
        ),
        Check(
            "own_qualification",
            "informational",
            "Occupations of skill level 3 or 4 usually ask for a qualification in their own field. Months allow for it: the high "
            "end in another ISCO-08 unit group, the typical value too in another sub-major group.",
        ),
        Check(
            "not_in_the_data",
            "informational",
            "Not in ESCO: licences and entry rules, wages, health, experience, and how well a skill is mastered. "
            "Someone from an occupation is taken to hold all its essential skills and optional ones in part.",
        ),
    ]
