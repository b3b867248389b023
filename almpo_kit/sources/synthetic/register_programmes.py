"""Programmes of an invented register: how long they last, what they do to hazards, and whom they take."""

from __future__ import annotations

import math
from dataclasses import dataclass

from almpo_kit.vocabulary.errors import ParameterError

NO_PROGRAMME = "no programme"
#: Observed characteristics that prospects, entry and effects depend on, in the order of the numbers below.
FEATURES = ("age", "education", "female", "migrant", "health", "history", "local_unemployment")
#: Change of the log rate of finding a job by one standard deviation (or by being in the group).
PROSPECTS = (-0.16, 0.20, -0.05, -0.15, -0.40, 0.30, -0.15)


@dataclass(frozen=True)
class Programme:
    """One kind of programme.

    Parameters
    ----------
    name : str
    months : int
        How long it lasts.
    during : float
        Change of the log rate of finding a job while it lasts; negative is lock-in.
    after : float
        The same once it is over, for people like the average.
    losing : float
        Change of the log rate of losing a job found after entry.
    wage : float
        Change of log earnings in such a job.
    rate : float
        Entries a month among registered people like the average.
    takes : tuple of float
        Change of the log rate of entry by each of ``FEATURES``.
    suits : tuple of float
        Change of ``after`` by each of ``FEATURES``.
    """

    name: str
    months: int
    during: float
    after: float
    losing: float
    wage: float
    rate: float
    takes: tuple[float, ...]
    suits: tuple[float, ...]


_TRAINING = Programme(
    "training", 6, math.log(0.35), 0.45, -0.15, 0.04, 0.014,
    (-0.35, 0.20, 0.10, -0.10, -0.30, 0.35, 0.15), (0.00, -0.20, 0.30, 0.15, 0.00, -0.28, 0.10),
)  # fmt: skip
_SERVICES = Programme(
    "job-search services", 2, math.log(0.90), 0.22, 0.0, 0.0, 0.022,
    (0.10, -0.20, 0.05, 0.15, 0.10, -0.35, 0.10), (-0.22, 0.12, 0.00, 0.00, -0.15, 0.00, -0.05),
)  # fmt: skip
_SUBSIDY = Programme(
    "wage subsidy", 6, math.log(1.60), 0.12, -0.10, -0.02, 0.009,
    (0.30, -0.15, -0.10, 0.05, 0.25, -0.45, 0.10), (0.20, -0.10, 0.00, 0.00, 0.20, -0.10, 0.00),
)  # fmt: skip
_WORKS = Programme(
    "direct job creation", 9, math.log(0.25), -0.10, 0.05, -0.03, 0.008,
    (0.25, -0.30, -0.15, 0.10, 0.05, -0.50, 0.25), (0.05, 0.00, 0.00, 0.00, 0.10, -0.10, 0.00),
)  # fmt: skip
PROFILES = (_TRAINING, _SERVICES, _SUBSIDY, _WORKS)


def programmes(arms: tuple[str, ...], *, lock_in: bool) -> tuple[Programme, ...]:
    """A programme for each name; names that are not known here take the profiles in turn.

    Raises
    ------
    ParameterError
        No name, one twice, an empty one, or the name of the comparison.
    """
    names = [str(a).strip() for a in ((arms,) if isinstance(arms, str) else arms)]
    if not names or len(set(names)) < len(names) or not all(names) or NO_PROGRAMME in names:
        raise ParameterError(
            f"arms={arms!r}: give at least one name, each once and none of them {NO_PROGRAMME!r}, "
            "e.g. arms=('training', 'wage subsidy')."
        )
    known = {p.name: p for p in PROFILES}
    found = [known.get(name, PROFILES[i % len(PROFILES)]) for i, name in enumerate(names)]
    return tuple(
        Programme(**{**vars(p), "name": name, "during": p.during if lock_in else max(p.during, 0.0)})
        for name, p in zip(names, found, strict=True)
    )
