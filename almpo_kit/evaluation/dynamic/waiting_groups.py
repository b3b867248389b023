"""What comes of a register that was cut into moments: who entered, and who was still waiting then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from almpo_kit.evaluation.designs.roles import RoleName
from almpo_kit.vocabulary.finding import Finding


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class WaitingGroups(Finding):
    """People who entered a programme, and people who were waiting at the same point of their unemployment.

    ``table``: ``stratum, from_month, to_month, arm, moments, entered_within_12, entered_within_horizon`` (per cent, of
    those waiting), one row a stratum of elapsed unemployment and arm; small counts are missing.

    Parameters
    ----------
    persons : DataFrame
        A ``persons`` frame, one row a person and moment; never shown. ``id`` is ``person@month``, ``cluster`` the person
        (or her cluster, where the persons frame has one), ``treatment`` the arm, ``stratum`` and ``elapsed_months`` how
        long she had waited, ``aligned`` and ``quarter`` when that was, history columns, ``employed_{m}`` and
        ``earnings_{m}`` m months later, and all columns of the persons frame that was given.
    arms : tuple of str
        The comparison first.
    horizon : int
        Months after the moment that outcomes are there for.
    followed : int
        Months for which nine in ten of every arm are followed; later ones are about fewer and other people.
    covariates : mapping of str to str
        The columns made here and their roles, ready for ``design(covariates=…)``; add those of the persons frame.
    by_month : DataFrame
        ``elapsed_months, arm, still_waiting, entering``: per cent of all who became unemployed that still wait without
        a programme, and per cent of these who enter the arm in that month.
    before : DataFrame
        ``arm, months_before, measure, mean, waiting_mean``: mean work and earnings in the months before unemployment
        began, of those entering and of those waiting in the same strata.
    """

    persons: pd.DataFrame
    arms: tuple[str, ...]
    horizon: int
    followed: int = 0
    covariates: Mapping[str, RoleName] = field(default_factory=dict)
    by_month: pd.DataFrame = field(default_factory=pd.DataFrame)
    before: pd.DataFrame = field(default_factory=pd.DataFrame)
