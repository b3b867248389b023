"""What is instrumented by what: participation, offers and exogenous columns of a sample, checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from almpo_kit.evaluation.designs.sample import Sample
from almpo_kit.evaluation.instruments.independence import independent
from almpo_kit.vocabulary.errors import DesignError

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, eq=False, repr=False)
class Stages:
    """The two stages of an instrumental-variable estimate.

    Parameters
    ----------
    participation : Array, shape (n, k - 1)
        Share of each programme taken up; columns in the order of ``sample.arms[1:]``.
    instruments : Array, shape (n, m)
    exogenous : Array, shape (n, c)
        Constant, blocks and covariates; with the instruments of full column rank.
    none : Array of bool, shape (n,)
        Took up no programme at all.
    programmes : tuple of str, length k - 1
    offered_arm : bool
        True where the arm a person was randomly offered is the instrument (trials).
    """

    participation: Array
    instruments: Array
    exogenous: Array
    none: Array
    programmes: tuple[str, ...]
    offered_arm: bool

    @property
    def whole(self) -> bool:
        """True where everybody took up all of a programme or nothing of it."""
        return bool(np.isin(self.participation, (0.0, 1.0)).all())

    def rows(self, kept: Array) -> Stages:
        """The stages cut to some rows; columns that became empty are left out."""
        cut = Stages(
            self.participation[kept],
            self.instruments[kept],
            self.exogenous[kept],
            self.none[kept],
            self.programmes,
            self.offered_arm,
        )
        return full_rank(cut, np.ones(len(cut.none)))


def stages(sample: Sample, assignment: str) -> Stages:
    """The stages that a sample implies.

    Parameters
    ----------
    sample : Sample
        In a trial (``assignment="rct"``) the arm is what was offered and ``took_part`` what was taken up of it; with
        an instrument (``"iv"``) the arm is what a person did and ``instrument`` what moved it.
    assignment : {"rct", "iv"}

    Raises
    ------
    DesignError
        No take-up or no instrument, gaps in them, a share outside 0 to 1, fewer instruments than programmes, or
        comparison persons who took part where it is not known in what.
    """
    made = _from_offers(sample) if assignment == "rct" else _from_instrument(sample)
    return full_rank(made, sample.weight)


def full_rank(made: Stages, weight: Array) -> Stages:
    """The same without columns that say nothing new."""
    exogenous = made.exogenous[:, independent(made.exogenous, weight)]
    both = np.hstack([exogenous, made.instruments])
    new = independent(both, weight)
    instruments = both[:, new[new >= exogenous.shape[1]]]
    if instruments.shape[1] < made.participation.shape[1]:
        raise DesignError(
            f"{instruments.shape[1]} instrument(s) that say something beside the covariates cannot move "
            f"{made.participation.shape[1]} programme(s) separately ({', '.join(made.programmes)}); every programme "
            'needs an instrument of its own, e.g. offer="assigned_arm" with one value a programme.'
        )
    return Stages(made.participation, instruments, exogenous, made.none, made.programmes, made.offered_arm)


def _from_offers(sample: Sample) -> Stages:
    share = _shares(sample)
    if share is None:
        raise DesignError(
            "the effect of taking part needs to know who did; name the column, e.g. "
            'design(…, took_part="attended"), or estimate the effect of the offer: method="adjusted".'
        )
    offered = _dummies(sample)
    if len(sample.arms) > 2:
        if (share[sample.arm == 0] > 0).any():
            raise DesignError(
                f"some persons of the arm “{sample.arms[0]}” took part, but with {len(sample.arms) - 1} programmes it "
                'is not known in which; use assignment="iv" with treatment= what each person attended and offer= the '
                "arm drawn."
            )
        participation = offered * share[:, None]
    else:
        participation = share[:, None]
    return Stages(participation, offered, _exogenous(sample), share == 0, sample.arms[1:], offered_arm=True)


def _from_instrument(sample: Sample) -> Stages:
    if sample.instrument is None or not sample.instrument.shape[1]:
        raise DesignError(
            "an instrumental variable is missing; name what moved participation, e.g. "
            'design(…, assignment="iv", offer="offered").'
        )
    if not np.isfinite(sample.instrument).all():
        raise DesignError(
            "the instrument has values that are not finite; drop these rows or say why it is unknown, e.g. "
            'persons.dropna(subset=["offered"]).'
        )
    share = _shares(sample)
    participation = _dummies(sample) if share is None else _dummies(sample) * share[:, None]
    none = (participation == 0).all(axis=1)
    return Stages(
        participation, sample.instrument, _exogenous(sample), none, sample.arms[1:], offered_arm=False
    )


def _shares(sample: Sample) -> Array | None:
    share = sample.took_part
    if share is None:
        return None
    if np.isnan(share).any():
        raise DesignError(
            "it is not known of everybody whether they took part; drop these rows or set what is known, e.g. "
            'persons.dropna(subset=["attended"]).'
        )
    if share.min() < 0 or share.max() > 1:
        raise DesignError(
            "took_part must be a share of the programme from 0 to 1; divide by the whole, e.g. "
            "persons.attended = persons.days / persons.days_offered."
        )
    return share.astype(float)


def _dummies(sample: Sample) -> Array:
    return (sample.arm[:, None] == np.arange(1, len(sample.arms))).astype(float)


def _exogenous(sample: Sample) -> Array:
    parts = [np.ones((len(sample), 1))]
    if sample.block is not None:
        parts.append((sample.block[:, None] == np.unique(sample.block)[1:]).astype(float))
    if sample.covariates.size:
        parts.append(sample.covariates)
    return np.hstack(parts)
