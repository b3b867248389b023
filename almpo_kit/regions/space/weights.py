"""Who is whose neighbour, with which weight: a sparse matrix with the regions' codes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from almpo_kit.vocabulary.errors import DesignError

if TYPE_CHECKING:
    import pandas as pd

Transform = Literal["row", "binary"]


@dataclass(frozen=True, eq=False)
class Weights:
    """Spatial weights of n regions.

    Parameters
    ----------
    ids : tuple of str, length n
        Codes of the regions, in the order of rows and columns.
    base : csr_array, shape (n, n)
        What was given to each link before the transform: 1, or one over the distance in km. Never negative, nothing
        on the diagonal. Row i holds the neighbours of region i; k nearest neighbours need not be mutual.
    transform : {"row", "binary"}
        ``"row"``: each row is divided by its sum, so that the lag of a region is the mean of its neighbours.
        ``"binary"``: as in ``base``.
    """

    ids: tuple[str, ...]
    base: Any
    transform: Transform = "row"

    @cached_property
    def matrix(self) -> Any:
        """The weights as used, shape (n, n), CSR with sorted columns; the row of a region without neighbours is empty."""
        from scipy import sparse

        if self.transform == "binary":
            return self.base
        scaled = self.base.copy().astype(float)
        scaled.data = scaled.data / np.repeat(np.asarray(self.base.sum(axis=1)).ravel(), self.cardinalities)
        return sparse.csr_array(scaled)

    @property
    def n(self) -> int:
        """Number of regions."""
        return len(self.ids)

    @property
    def cardinalities(self) -> np.ndarray:
        """Number of neighbours of each region, shape (n,)."""
        return np.diff(self.base.indptr)

    @property
    def islands(self) -> tuple[str, ...]:
        """Regions without a neighbour."""
        return tuple(self.ids[i] for i in np.flatnonzero(self.cardinalities == 0))

    @property
    def mutual(self) -> bool:
        """True when every neighbour is a neighbour in return."""
        return bool((abs((self.base > 0).astype(int) - (self.base > 0).T.astype(int))).sum() == 0)

    @cached_property
    def parts(self) -> np.ndarray:
        """Number of the connected part each region lies in, shape (n,); links count in both directions."""
        from scipy.sparse.csgraph import connected_components

        labels: np.ndarray = connected_components(self.base, directed=True, connection="weak")[1]
        return labels

    def lag(self, values: np.ndarray) -> np.ndarray:
        """Weighted sum (or mean) over each region's neighbours, shape (n,)."""
        found: np.ndarray = self.matrix @ values
        return found

    def subset(self, ids: Iterable[str]) -> Weights:
        """The same links among some of the regions, in the order given; rows are standardised again."""
        kept = tuple(ids)
        place = {geo: i for i, geo in enumerate(self.ids)}
        unknown = [g for g in kept if g not in place]
        if unknown:
            raise DesignError(f"the weights hold no {', '.join(unknown[:5])}; choose from their ids.")
        at = np.array([place[g] for g in kept], dtype=int)
        base = self.base[at][:, at]
        base.sort_indices()
        return replace(self, ids=kept, base=base)


def from_links(links: pd.DataFrame, ids: Iterable[str], transform: Transform = "row") -> Weights:
    """Weights from a table of links.

    Parameters
    ----------
    links : DataFrame, shape (n_links, ...)
        ``geo, neighbour, weight``; each ordered pair once, positive weights.
    ids : iterable of str
        All regions, those without links too.
    """
    from scipy import sparse

    order = tuple(ids)
    place = {geo: i for i, geo in enumerate(order)}
    rows = links["geo"].map(place).to_numpy(dtype=int)
    columns = links["neighbour"].map(place).to_numpy(dtype=int)
    weight = links["weight"].to_numpy(dtype=float)
    base = sparse.csr_array(sparse.coo_array((weight, (rows, columns)), shape=(len(order),) * 2))
    base.sort_indices()
    return Weights(order, base, transform)
