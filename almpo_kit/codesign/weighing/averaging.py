"""Weights of a set of people, and draws of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from almpo_kit.codesign.weighing.kernels import averages

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Averaging:
    """How people become a panel.

    Parameters
    ----------
    shares : array, shape (n_people, n_criteria)
    matrices : array, shape (n_people, n_criteria, n_criteria), or None
        Comparisons in pairs; needed by "judgements" alone.
    how : {"mean", "geometric_mean", "judgements"}
    method : {"eigenvector", "geometric_mean"}
        Of weights from the group's comparisons.
    """

    shares: Array
    matrices: Array | None
    how: str
    method: str

    def weights(self, loads: Array) -> Array:
        """Weights of the panel in each draw.

        Parameters
        ----------
        loads : array, shape (n_draws, n_people)

        Returns
        -------
        array, shape (n_draws, n_criteria)
        """
        if self.how == "mean":
            return averages.arithmetic(self.shares, loads)
        if self.how == "geometric_mean":
            return averages.geometric(self.shares, loads)
        assert self.matrices is not None
        # Everybody's comparisons connect all criteria, so those of any draw of people do.
        return averages.of_judgements(self.matrices, loads, self.method)

    def part(self, inside: Array) -> Averaging:
        """The same of some of the people."""
        return Averaging(
            self.shares[inside],
            None if self.matrices is None else self.matrices[inside],
            self.how,
            self.method,
        )
