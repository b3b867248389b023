"""The series we keep, and the service that really publishes each: the list that pulling, adding and reading share.

The rows are in :mod:`~almpo_kit.sources.services.series_regional`, ``series_national`` and ``series_lmp``. Nothing
there could be tried against the services; what public code and documentation that do call them say is in ``checked``.
What nobody was seen to use stands in ``unsure``: a request leaves those codes open, the reader insists on them.
"""

from __future__ import annotations

from almpo_kit.sources.services.series_kinds import Series
from almpo_kit.sources.services.series_lmp import LMP
from almpo_kit.sources.services.series_national import NATIONAL
from almpo_kit.sources.services.series_regional import BY_HAND, REGIONAL
from almpo_kit.vocabulary.errors import ParameterError

__all__ = ["EVERY", "SERIES", "Series", "feeding", "named"]

#: In the order in which ``almpo data pull`` takes them.
SERIES: dict[str, Series] = {s.name: s for s in (*REGIONAL, *NATIONAL, *LMP)}
#: With those of which only files can be added.
EVERY: dict[str, Series] = SERIES | {s.name: s for s in BY_HAND}


def named(name: str) -> Series:
    """One of :data:`EVERY`.

    Raises
    ------
    ParameterError
        No such series; the message lists those there are.
    """
    if name not in EVERY:
        raise ParameterError(f"There is no series {name!r}; there are {', '.join(EVERY)}.")
    return EVERY[name]


def feeding(indicator: str, level: int) -> tuple[Series, ...]:
    """The series that :func:`almpo_kit.sources.panel` takes an indicator from, one for each frequency.

    Series that measure the same otherwise (another definition, age or service) are kept beside and never mixed in.
    """
    found = [s for s in SERIES.values() if s.main and s.indicator == indicator and level in s.levels]
    return tuple({s.frequency: s for s in reversed(found)}.values())
