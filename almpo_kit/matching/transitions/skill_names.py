"""Finding skills by what people write: identifier, address or label."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from almpo_kit.matching.transitions.skill_space import SkillSpace
from almpo_kit.vocabulary.errors import ParameterError


def find_skills(held: Collection[str] | str, space: SkillSpace) -> tuple[np.ndarray, tuple[str, ...]]:
    """Positions of the skills named.

    Parameters
    ----------
    held : collection of str, or one str joined by " | "
        ESCO identifiers, addresses or English labels (alternative labels too); case and blanks do not matter.

    Returns
    -------
    positions : ndarray of int
        Sorted, each once.
    unknown : tuple of str
        What was not found.

    Raises
    ------
    ParameterError
        None of them is known.
    """
    asked = held.split(" | ") if isinstance(held, str) else list(held)
    said = [" ".join(str(s).split()) for s in asked if s is not None and str(s).strip()]
    found: set[int] = set()
    unknown = []
    by_label: dict[str, int] | None = None
    for name in said:
        position = space.column_of.get(name.rsplit("/", 1)[-1])
        if position is None:
            by_label = _by_label(space) if by_label is None else by_label
            position = by_label.get(name.casefold())
        if position is None:
            unknown.append(name)
        else:
            found.add(position)
    if not found:
        shown = ", ".join(repr(u[:60]) for u in unknown[:5]) or "an empty list"
        raise ParameterError(
            f"no ESCO skill is called {shown}. Give identifiers or English labels of ESCO, e.g. from "
            "matching.extract_skills(text), and give `skills`, without which labels are not known."
        )
    return np.array(sorted(found), dtype=np.int64), tuple(unknown)


def _by_label(space: SkillSpace) -> dict[str, int]:
    """Lower-case label -> position; preferred labels win over alternative ones."""
    table = space.taxonomy.reindex(space.skills) if len(space.taxonomy) else space.taxonomy
    out: dict[str, int] = {}
    for position, label in enumerate(table["label"]):
        if isinstance(label, str):
            out.setdefault(label.casefold(), position)
    for position, text in enumerate(table["alternatives"]):
        for label in text.split("\n") if isinstance(text, str) else ():
            out.setdefault(label.strip().casefold(), position)
    return out
