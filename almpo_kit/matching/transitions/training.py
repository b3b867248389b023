"""How long it takes to learn what is missing: assumptions that are stated, ranged and the user's to change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from almpo_kit.matching.transitions.coverage import sums
from almpo_kit.matching.transitions.skill_space import SkillSpace
from almpo_kit.vocabulary.errors import ParameterError

#: Low, typical, high.
Span = tuple[float, float, float]

_REUSE = ("transversal", "cross-sector", "sector-specific", "occupation-specific")
_SPANS = (*(r.replace("-", "_") for r in _REUSE), "to_level_2", "to_level_3", "to_level_4")


@dataclass(frozen=True, kw_only=True)
class TrainingAssumptions:
    """Months of full-time learning, each as (low, typical, high).

    No official source says how long a skill takes to learn. The values for skills are this project's assumption,
    set so that an occupation of some twenty specific skills comes out near the off-the-job part of an
    apprenticeship (about a year). The steps between skill levels follow the ILO's definition: level 3 usually asks for
    one to three years after secondary education, level 4 for three to six, and that experience may take the place of
    schooling, hence the low end of level 3 (ILO 2012, ISCO-08 volume 1, chapter 3).
    Change what you know better, e.g. ``TrainingAssumptions(knowledge=2.0, cost_per_month=900)``.

    Parameters
    ----------
    transversal, cross_sector, sector_specific, occupation_specific : (low, typical, high)
        Months for one missing essential skill, by how widely ESCO says it is used; one whose reuse is not known
        counts as sector-specific.
    knowledge : float
        Factor for knowledge beside a practical skill.
    to_level_2, to_level_3, to_level_4 : (low, typical, high)
        Months of formal education for a step up to this ISCO-08 skill level from the one below.
    cost_per_month : float, optional
        Of training, in your own money; no cost is given without it.
    """

    transversal: Span = (0.1, 0.25, 0.5)
    cross_sector: Span = (0.15, 0.35, 0.75)
    sector_specific: Span = (0.25, 0.5, 1.0)
    occupation_specific: Span = (0.25, 0.75, 1.5)
    knowledge: float = 1.5
    to_level_2: Span = (0.0, 6.0, 24.0)
    to_level_3: Span = (0.0, 24.0, 36.0)
    to_level_4: Span = (24.0, 30.0, 36.0)
    cost_per_month: float | None = None

    def __post_init__(self) -> None:
        for name in _SPANS:
            span = getattr(self, name)
            if len(span) != 3 or not 0 <= span[0] <= span[1] <= span[2] < np.inf:
                raise ParameterError(
                    f"{name}={span!r}: give months as (low, typical, high), e.g. {name}=(0.25, 0.5, 1.0)."
                )
        for name in ("knowledge", "cost_per_month"):
            value = getattr(self, name)
            if value is not None and not 0 <= value < np.inf:
                raise ParameterError(f"{name}={value!r}: give a number of 0 or more.")

    def as_options(self) -> Mapping[str, object]:
        """The assumptions by name, for the record of a Finding."""
        return asdict(self)


def months_per_skill(space: SkillSpace, assumed: TrainingAssumptions) -> np.ndarray:
    """Months to learn each skill, shape (n_skills, 3)."""
    months = np.tile(np.array(assumed.sector_specific, dtype=float), (len(space.skills), 1))
    for reuse in _REUSE:
        months[space.told["reuse"] == reuse] = getattr(assumed, reuse.replace("-", "_"))
    months[space.told["kind"] == "knowledge"] *= assumed.knowledge
    return months


def learning_months(space: SkillSpace, share: np.ndarray, per_skill: np.ndarray) -> np.ndarray:
    """Months to learn the essential skills of each occupation as far as they are not met.

    Parameters
    ----------
    share : ndarray, shape (n_relations,)
        Share of each requirement that is met.
    per_skill : ndarray, shape (n_skills, 3)

    Returns
    -------
    ndarray, shape (n_occupations, 3)
        Low, typical, high.
    """
    missing = np.where(space.essential, 1 - share, 0.0)
    # Column by column: summing rows of a matrix in segments is many times slower.
    return np.column_stack([sums(space, missing * months[space.needed]) for months in per_skill.T])


def formal_months(have: float, asked: np.ndarray, assumed: TrainingAssumptions) -> np.ndarray:
    """Months of formal education from one ISCO-08 skill level up to others.

    Parameters
    ----------
    have : float
        1 to 4; NaN where it is not known, which adds nothing.
    asked : ndarray of float, shape (n,)

    Returns
    -------
    ndarray, shape (n, 3)
    """
    steps = np.array([assumed.to_level_2, assumed.to_level_3, assumed.to_level_4])
    climbed = (asked[:, None] >= np.array([2, 3, 4])) & (have < np.array([2, 3, 4]))
    return np.asarray(climbed.astype(float) @ steps)


def assumption_table(assumed: TrainingAssumptions) -> pd.DataFrame:
    """The assumptions as a table: ``what, low, typical, high`` in months."""
    rows = [(name.replace("_", " "), *getattr(assumed, name)) for name in _SPANS]
    return pd.DataFrame(rows, columns=["what", "low", "typical", "high"])


def other_field(unit: np.ndarray, level: np.ndarray, origin_units: np.ndarray, digits: int) -> np.ndarray:
    """True where an occupation of level 3 or 4 lies outside the ISCO-08 groups that one comes from.

    Parameters
    ----------
    unit, origin_units : ndarray of str
        ISCO-08 unit groups of the occupations and of the origin.
    level : ndarray of float, shape of `unit`
    digits : {2, 3, 4}
        Which groups: sub-major, minor, unit.
    """
    own = {str(u)[:digits] for u in origin_units}
    return np.array(
        [n >= 3 and str(u)[:digits] not in own for u, n in zip(unit, level, strict=True)], dtype=bool
    )


def with_qualification(
    months: np.ndarray,
    covered: np.ndarray,
    level: np.ndarray,
    *,
    unit_differs: np.ndarray,
    field_differs: np.ndarray,
    assumed: TrainingAssumptions,
) -> np.ndarray:
    """Months that allow for the qualification which occupations of level 3 and 4 ask for in their own field.

    What is not covered is taken to ask for that share of the whole schooling for the level (24 months for level 3, 54
    for level 4, unless assumed otherwise): as the high end in another unit group, as the typical value in another
    sub-major group. Single skills alone would make a dentist of a manager in a few months.

    Parameters
    ----------
    months : ndarray, shape (n, 3)
    covered, level : ndarray of float, shape (n,)
    unit_differs, field_differs : ndarray of bool, shape (n,)
        From :func:`other_field` with four and two digits.

    Returns
    -------
    ndarray, shape (n, 3)
    """
    third, fourth = np.array(assumed.to_level_3), np.array(assumed.to_level_4)
    whole = third + np.where(level >= 4, 1.0, 0.0)[:, None] * fourth
    schooling = np.nan_to_num(1 - covered)[:, None] * whole
    out = months.copy()
    out[:, 2] = np.where(unit_differs, np.maximum(out[:, 2], schooling[:, 1]), out[:, 2])
    out[:, 1] = np.where(field_differs, np.maximum(out[:, 1], schooling[:, 1]), out[:, 1])
    out[:, 2] = np.where(field_differs, np.maximum(out[:, 2], schooling[:, 2]), out[:, 2])
    return out
