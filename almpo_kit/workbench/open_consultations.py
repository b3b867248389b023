"""Consultations that this workbench keeps: which there are, and one of them opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from almpo_kit.vocabulary.consultation_items import WEIGHING
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.workbench.consultations import ConsultationCase
from almpo_kit.workbench.record_keeping import store

if TYPE_CHECKING:
    import pandas as pd


def open_consultation(
    name: str, *, structure: pd.DataFrame | None = None, seed: int = 20260101
) -> ConsultationCase:
    """A kept consultation.

    Parameters
    ----------
    name : str
    structure : DataFrame, optional
        What the panel should look like (``dimension, value, share``).
    seed : int

    Raises
    ------
    ParameterError
        There is none of that name.
    """
    held, kept = store(), consultations()
    if name not in set(kept["name"]):
        there = f"there are {', '.join(map(repr, kept['name']))}" if len(kept) else "none was kept yet"
        raise ParameterError(
            f"there is no consultation {name!r}; {there}. Set one up in the co-design room (`almpo apps`)."
        )
    return ConsultationCase(held, name, structure=structure, seed=seed)


def consultations() -> pd.DataFrame:
    """The consultations that are kept, latest versions."""
    return store().consultations()


def weighed_consultations() -> list[str]:
    """Names of the kept consultations from which weights of goals can be taken: they asked, and closed a round."""
    held = store()
    if not len(held.consultations()):
        return []
    names = []
    for name in held.consultations()["name"].astype(str):
        case = ConsultationCase(held, name)
        asked = [i.id for i in case.of_kind(*WEIGHING)]
        if "goals" in asked and case.held > bool(case.open_round):
            names.append(name)
    return names
