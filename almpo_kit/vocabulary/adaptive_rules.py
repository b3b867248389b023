"""How an adaptive trial moves people towards what seems to work, fixed before the first of them is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.plain_values import (
    as_mapping,
    names_of_columns,
    real_number,
    settle,
    whole_number,
)

#: Rule -> what the next batch's shares are.
ADAPTIVE_KINDS: Final = {
    "uniform": "the same share for every arm, always",
    "thompson": "each arm's chance p of being the best",
    "exploration_sampling": "proportional to p (1 - p): for finding the best arm, not for treating people well meanwhile",
    "tempered_thompson": "a mixture of p and equal shares: some of the gain, and enough of each arm to learn about it",
}


@dataclass(frozen=True)
class AdaptiveRule:
    """What an adaptive trial does after each batch.

    Parameters
    ----------
    kind : str
        A key of ``ADAPTIVE_KINDS``.
    floor : float
        Least share of every arm in every batch (and stratum), at least 0 and below 1 / number of arms. Intervals after an
        adaptive trial rest on it: 0 is for simulation only.
    tempering : float
        Tempered Thompson: weight of equal shares, 0 to 1.
    batch_size : int
        People drawn between two looks.
    batches : int
        Most batches; the first has equal shares.
    delay : int
        Batches until outcomes of a batch are known, at least 1.
    strata : tuple of str
        Columns within which shares are learned apart (partly pooled); empty: one for all.
    stop_at : float
        Stop when an arm's chance of being the best is at least this, 1 never.
    stop_for_harm : float
        Close an arm when the chance that it is worse than the comparison is at least this, 1 never.
    guard_drift : bool
        Compare batches before learning from them all, and fall back on recent ones where the world has changed.
    """

    kind: str
    floor: float = 0.05
    tempering: float = 0.2
    batch_size: int = 100
    batches: int = 10
    delay: int = 1
    strata: tuple[str, ...] = ()
    stop_at: float = 1.0
    stop_for_harm: float = 1.0
    guard_drift: bool = True

    def __post_init__(self) -> None:
        if self.kind not in ADAPTIVE_KINDS:
            raise ParameterError(f"rule: kind {self.kind!r} is none of {', '.join(ADAPTIVE_KINDS)}.")
        real_number("rule: floor", self.floor, 0, 0.5, open_high=True)
        real_number("rule: tempering", self.tempering, 0, 1)
        whole_number("rule: batch_size", self.batch_size, 1, 10_000_000)
        whole_number("rule: batches", self.batches, 2, 10_000)
        whole_number("rule: delay", self.delay, 1, self.batches)
        real_number("rule: stop_at", self.stop_at, 0.5, 1)
        real_number("rule: stop_for_harm", self.stop_for_harm, 0.5, 1)
        settle(
            self,
            whole=("batch_size", "batches", "delay"),
            real=("floor", "tempering", "stop_at", "stop_for_harm"),
        )
        if not isinstance(self.guard_drift, bool):
            raise ParameterError(f"rule: guard_drift={self.guard_drift!r} must be True or False.")
        object.__setattr__(self, "strata", names_of_columns("rule: strata", self.strata))

    def fits(self, arms: int) -> None:
        """Refuse a floor that so many arms cannot all have.

        Raises
        ------
        ParameterError
        """
        if self.floor * arms >= 1:
            raise ParameterError(
                f"rule: a floor of {self.floor:g} for each of {arms} arms adds up to {self.floor * arms:g}; "
                f"take one below {1 / arms:.3g}."
            )

    def to_plain(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self) | {"strata": list(self.strata)}

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> AdaptiveRule:
        """The rule of which :meth:`to_plain` told.

        Raises
        ------
        ParameterError
            It is none.
        """
        try:
            return cls(**as_mapping(cls, plain, "rule of an adaptive trial"))
        except TypeError as error:
            raise ParameterError(f"this is no rule of an adaptive trial ({error}).") from None
