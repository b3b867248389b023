"""A balance criterion: draws are repeated until arms are alike enough in named covariates."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.plain_values import as_mapping, real_number, whole_number

_MOST_COVARIATES: Final = 100


@dataclass(frozen=True)
class Rerandomisation:
    """Draw again until the Mahalanobis distance between arms is at most a limit (Morgan and Rubin 2012).

    Parameters
    ----------
    covariates : tuple of str
        Columns of the list, known before the draw. Words count as one column each.
    share_accepted : float
        Share of draws that is accepted in large lists: the limit is that quantile of the chi-square distribution.
    distance : float, optional
        The limit itself; ``share_accepted`` then plays no part.
    most : int
        Draws after which it is given up.
    """

    covariates: tuple[str, ...]
    share_accepted: float = 0.01
    distance: float | None = None
    most: int = 10_000

    def __post_init__(self) -> None:
        names = [self.covariates] if isinstance(self.covariates, str) else list(self.covariates)
        right = all(isinstance(c, str) and c.strip() for c in names) and len(set(names)) == len(names)
        if not right or not 1 <= len(names) <= _MOST_COVARIATES:
            raise ParameterError(
                f"rerandomisation: name 1 to {_MOST_COVARIATES} covariates, each once, e.g. covariates=['age', 'sex']."
            )
        object.__setattr__(self, "covariates", tuple(names))
        real_number("rerandomisation: share_accepted", self.share_accepted, 0, 1, open_low=True)
        whole_number("rerandomisation: most", self.most, 1, 1_000_000)
        if self.distance is not None:
            real_number("rerandomisation: distance", self.distance, 0, 1e9, open_low=True)

    def limit(self, dimensions: int) -> float:
        """The largest distance that is accepted.

        Parameters
        ----------
        dimensions : int
            Independent covariates times arms less one.
        """
        from scipy.stats import chi2

        if self.distance is not None:
            return float(self.distance)
        if not dimensions or self.share_accepted == 1:
            return math.inf
        return float(chi2.ppf(self.share_accepted, dimensions))

    def to_plain(self) -> dict[str, Any]:
        """Plain JSON values; :meth:`from_plain` reads them."""
        return {
            "covariates": list(self.covariates),
            "share_accepted": self.share_accepted,
            "distance": self.distance,
            "most": self.most,
        }

    @classmethod
    def from_plain(cls, plain: Any) -> Rerandomisation:
        """The criterion of which :meth:`to_plain` told.

        Raises
        ------
        ParameterError
            It is none.
        """
        try:
            return cls(**as_mapping(cls, plain, "criterion of balance"))
        except TypeError as error:
            raise ParameterError(f"this is no criterion of balance ({error}).") from None
