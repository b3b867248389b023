"""A world in which adaptive rules are tried before anybody is drawn: what each arm does, for whom, and how it changes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.plain_values import is_number, real_number

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class AdaptiveSetting:
    """What is true in a simulated trial.

    Parameters
    ----------
    name : str
    arms : tuple of str
        The first is the comparison.
    means : tuple of tuples of float
        One row a stratum, one number an arm: mean outcome (binary: share). A single row of numbers is one stratum.
    kind : {"binary", "continuous"}
    sd : float
        Continuous: standard deviation between people.
    strata : tuple of str
        Names of the strata; one, "all", when left out.
    strata_shares : tuple of float
        Shares of people; equal when left out.
    trend : float
        What is added to every arm's mean from the first batch to the last, in equal steps.
    later_means : tuple of tuples of float
        Means after a change of the world; empty: none.
    changes_after : float
        Share of the batches after which they hold.
    batch_size, batches : int
        As in the simulation it was published with, or as is usual.
    source : str
        Where the means come from; starts with "SYNTHETIC" when they were made up.
    """

    name: str
    arms: tuple[str, ...]
    means: tuple[tuple[float, ...], ...]
    kind: str = "binary"
    sd: float = math.nan
    strata: tuple[str, ...] = ("all",)
    strata_shares: tuple[float, ...] = ()
    trend: float = 0.0
    later_means: tuple[tuple[float, ...], ...] = ()
    changes_after: float = 0.5
    batch_size: int = 100
    batches: int = 10
    source: str = "SYNTHETIC"

    def __post_init__(self) -> None:
        said = f"setting {self.name!r}:"
        object.__setattr__(self, "arms", tuple(self.arms))
        if len(self.arms) < 2 or len(set(self.arms)) < len(self.arms):
            raise ParameterError(
                f"{said} give two arms or more, each name once; the first is the comparison."
            )
        if self.kind not in ("binary", "continuous"):
            raise ParameterError(
                f"{said} kind={self.kind!r}; an adaptive trial is simulated for binary or continuous."
            )
        for field in ("means", "later_means"):
            object.__setattr__(self, field, _rows(getattr(self, field)))
        object.__setattr__(
            self, "strata", tuple(self.strata) if len(self.means) > 1 or len(self.strata) == 1 else ()
        )
        if len(self.strata) != len(self.means):
            names = tuple(f"stratum {i + 1}" for i in range(len(self.means)))
            object.__setattr__(self, "strata", names)
        shares = tuple(self.strata_shares) or (1 / len(self.means),) * len(self.means)
        object.__setattr__(self, "strata_shares", shares)
        self._check(said)

    def _check(self, said: str) -> None:
        for field in ("means", "later_means"):
            rows = getattr(self, field)
            if any(len(r) != len(self.arms) or not all(is_number(x) for x in r) for r in rows):
                raise ParameterError(
                    f"{said} each row of {field} needs one number for each of {len(self.arms)} arms."
                )
        if self.later_means and len(self.later_means) != len(self.means):
            raise ParameterError(f"{said} later_means needs {len(self.means)} rows, as means has.")
        if len(self.strata_shares) != len(self.means) or not math.isclose(
            sum(self.strata_shares), 1, abs_tol=1e-9
        ):
            raise ParameterError(f"{said} strata_shares must be {len(self.means)} shares that add up to 1.")
        if min(self.strata_shares) <= 0:
            raise ParameterError(f"{said} a stratum without people; leave it out.")
        real_number(f"{said} changes_after", self.changes_after, 0, 1, open_low=True, open_high=True)
        real_number(f"{said} trend", self.trend, -1e12, 1e12)
        if self.kind == "continuous":
            real_number(f"{said} sd", self.sd, 0, 1e12, open_low=True)
        elif not 0 <= self.means_by_batch(2).min() <= self.means_by_batch(2).max() <= 1:
            raise ParameterError(
                f"{said} shares of a binary outcome, with its trend, must stay between 0 and 1."
            )

    @property
    def synthetic(self) -> bool:
        """Whether its means were made up."""
        return self.source.startswith("SYNTHETIC")

    def means_by_batch(self, batches: int) -> Array:
        """True means, shape (batches, n_strata, n_arms)."""
        out = np.repeat(np.array(self.means, dtype=float)[None], batches, axis=0)
        if self.later_means:
            out[math.ceil(self.changes_after * batches) :] = np.array(self.later_means)
        return np.asarray(out + self.trend * np.linspace(0, 1, batches)[:, None, None])


def _rows(given: Any) -> tuple[tuple[float, ...], ...]:
    rows = tuple(given)
    if rows and is_number(rows[0]):
        rows = (rows,)
    return tuple(tuple(float(x) if is_number(x) else x for x in row) for row in rows)
