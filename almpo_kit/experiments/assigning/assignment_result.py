"""What a draw gave: counts for everybody, the assignments for those who run the trial."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from almpo_kit.vocabulary.finding import Finding

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.experiments.assigning.rerandomisation import Rerandomisation
    from almpo_kit.vocabulary.trial_designs import TrialDesign


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Assignment(Finding):
    """A draw by lot. ``table`` has counts by block and arm: ``block, arm, units, people, share, planned``.

    Parameters
    ----------
    assignments : DataFrame, shape (n, 10)
        An ``assignments`` frame, in the order of the list: ``id, arm, chance, block, cluster, pair, step, saturation, entered,
        source``. It has persons in it and is never rendered.
    design : TrialDesign
    seed : str
        As published.
    stage : str
        With which the stages of all lots begin: "list", "late", "list#17" under a criterion.
    list_digest : str
        SHA-256 of the list (:func:`almpo_kit.vocabulary.draws.list_digest` of id, block, group, pair, and covariates of a
        criterion as text).
    draw_digest : str
        SHA-256 of the draw: the same of id, arm, step and saturation.
    criterion : Rerandomisation or None
    attempt : int
        Under a criterion: the draw that was accepted, from 1; 0 otherwise.
    distance, limit : float
        Of that draw, and the largest that is accepted; NaN without a criterion.
    """

    assignments: pd.DataFrame
    design: TrialDesign
    seed: str
    stage: str
    list_digest: str
    draw_digest: str
    criterion: Rerandomisation | None = None
    attempt: int = 0
    distance: float = float("nan")
    limit: float = float("nan")

    def metrics(self) -> Mapping[str, float]:
        """People and rows drawn, and the attempts that the criterion took."""
        return {"people": float(len(self.assignments)), "attempts": float(self.attempt)}
