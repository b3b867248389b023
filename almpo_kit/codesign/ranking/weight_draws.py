"""Weights as they vary: between participants, between panels, or over all there could be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from almpo_kit.codesign.ranking.weights_given import WeightsGiven, drawn_weights, weights_given
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.provenance import Provenance, data_versions, is_synthetic

Array = np.ndarray[Any, np.dtype[Any]]
#: Kind of variation -> what varies, in words.
KINDS: Final = {
    "each": "a participant picked at random",
    "panel": "the panel, had others of its kind answered",
    "draws": "weights as drawn",
    "any": "weights of which nothing is known",
    "fixed": "weights as given",
}


@dataclass(frozen=True, eq=False)
class WeightDraws:
    """Where weights come from, and rows among which they vary.

    Parameters
    ----------
    given : WeightsGiven
    kind : str
        A key of ``KINDS``.
    rows : Array or None, shape (m, k)
        None: drawn evenly from all that add up to 1 ("any"), or not at all ("fixed").
    loads : Array or None, shape (m,)
        Chances of rows.
    """

    given: WeightsGiven
    kind: str
    rows: Array | None
    loads: Array | None

    def drawn(self, counted: Array, draws: int, rng: np.random.Generator) -> Array:
        """Shares of the criteria that count, shape (draws, n_counted)."""
        if self.kind == "any":
            return rng.dirichlet(np.ones(int(counted.sum())), draws)
        if self.rows is None:
            return np.broadcast_to(
                np.array(list(self.given.shares.values()))[counted], (draws, int(counted.sum()))
            )
        return self.rows[rng.choice(len(self.rows), draws, p=self.loads)][:, counted]


def weight_draws(weights: Any, criteria: tuple[str, ...], people: str) -> WeightDraws:
    """Weights in any form, and how they vary.

    Raises
    ------
    ParameterError, DesignError
    """
    if people not in ("each", "panel"):
        raise ParameterError(f"rank_probabilities() got people={people!r}; choose 'each' or 'panel'.")
    if weights is None:
        even = WeightsGiven(dict.fromkeys(criteria, 1 / max(len(criteria), 1)), (), Provenance())
        return WeightDraws(even, "any", None, None)
    if isinstance(weights, np.ndarray):
        if weights.ndim != 2 or weights.shape[1] != len(criteria):
            raise ParameterError(
                f"weights: draws need one column a criterion; the table has {len(criteria)}."
            )
        weights = pd.DataFrame(weights, columns=list(criteria))
    if isinstance(weights, pd.DataFrame) and not {"criterion", "weight"} <= set(weights):
        return _brought(weights, criteria)
    given = weights_given(weights, criteria)
    held = given.people if people == "each" else given.panel
    if held is None or held.empty:
        return WeightDraws(given, "fixed", None, None)
    loads = given.loads if people == "each" else None
    return WeightDraws(given, people, held.to_numpy(dtype=float), loads)


def _brought(weights: pd.DataFrame, criteria: tuple[str, ...]) -> WeightDraws:
    where = Provenance(data=data_versions(weights), synthetic=is_synthetic(weights))
    rows = drawn_weights(weights.drop(columns="source", errors="ignore"), criteria)
    shares = dict(zip(criteria, map(float, rows.to_numpy().mean(axis=0)), strict=True))
    return WeightDraws(WeightsGiven(shares, (), where), "draws", rows.to_numpy(), None)
