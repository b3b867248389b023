"""Who moves: from which occupation, and with which skills."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from almpo_kit.matching.transitions.coverage import held_by, with_related
from almpo_kit.matching.transitions.occupation_names import Occupations, find_occupation
from almpo_kit.matching.transitions.skill_names import find_skills
from almpo_kit.matching.transitions.skill_space import SkillSpace
from almpo_kit.vocabulary.errors import ParameterError


@dataclass(frozen=True, eq=False)
class Origin:
    """What a person brings.

    Parameters
    ----------
    name : str
        For sentences.
    rows : ndarray of int
        ESCO occupations the person may come from; several under an ISCO group, none where only skills are known.
    level : float
        ISCO-08 skill level of the origin; NaN where not known.
    direct : ndarray, shape (k, n_skills)
        Skills held themselves, one row for each occupation the person may come from.
    held : ndarray, shape (k, n_skills)
        The same with credit for related skills.
    unknown : tuple of str
        Skills named that the taxonomy does not know.
    """

    name: str
    rows: np.ndarray
    level: float
    direct: np.ndarray
    held: np.ndarray
    unknown: tuple[str, ...] = ()

    @property
    def several(self) -> bool:
        """True where it is not known from which of several occupations the person comes."""
        return len(self.held) > 1


def find_origin(
    occupation: str | None,
    held: Collection[str] | str | None,
    space: SkillSpace,
    occupations: Occupations,
    level: int | None = None,
) -> Origin:
    """Read an occupation, a list of skills held, or both.

    Raises
    ------
    ParameterError
        Neither is given, nothing of it is known, or the level is not 1 to 4.
    DataError
        The relations do not cover the occupation.
    """
    if occupation is None and held is None:
        raise ParameterError(
            "name an occupation (ESCO or ISCO code, or label, e.g. '5131') or the skills held, e.g. held=['cook', …]."
        )
    if level is not None and level not in (1, 2, 3, 4):
        raise ParameterError(f"skill_level={level!r}: ISCO-08 skill levels are 1, 2, 3 and 4.")
    rows, name, known_level = np.array([], dtype=np.int64), "", float("nan")
    direct = np.zeros((1, len(space.skills)), dtype=np.float32)
    unknown: tuple[str, ...] = ()
    if occupation is not None:
        found = find_occupation(occupation, space, occupations)
        rows, name, known_level = found.rows, found.name, found.level
        direct = held_by(space, rows)
    if held is not None:
        positions, unknown = find_skills(held, space)
        direct[:, positions] = 1.0
        name = name or f"someone with {len(positions)} {'skill' if len(positions) == 1 else 'skills'}"
    return Origin(name, rows, float(level or known_level), direct, with_related(space, direct), unknown)
